package config

import (
	"bytes"
	"cmp"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"

	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/tomlfile"
	"github.com/patchcord/patchcord/pbxws"
)

// Revision is a change of a config.toml. What it does not name stays.
type Revision struct {
	// Default becomes the profile to sign in with; empty changes nothing.
	Default string
	// Profile replaces the one with its name, or is added.
	Profile Profile
	// Sound are the microphone, speaker and ringer; nil leaves them.
	Sound *Sound
}

// headline begins a new file.
const headline = "# Patchcord's configuration, created by patchcord setup. Edit it as you like: the form\n" +
	"# changes its own lines and leaves the rest. patchcord config shows every setting there is.\n"

// Save applies a revision to the file at path, which need not exist, and leaves the rest of the
// file unchanged. The new file replaces the old one in one step, readable by its owner only (mode
// 600). A file with an error in it is not touched: the error says where.
func Save(path string, r Revision, kinds pbxws.Dialects) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays one
	}
	data, err := readFile(path)
	if err != nil {
		return err
	}
	if data == nil {
		data = []byte(headline)
	}
	if data, err = revise(path, data, r, kinds); err != nil {
		return err
	}
	return writeFile(path, data)
}

// readFile is nil for a file that is not there.
func readFile(path string) ([]byte, error) {
	data, err := disk.Read(path, tomlfile.MaxSize+1)
	if disk.Missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return data, nil
}

// writeFile puts a file in place whole or not at all.
func writeFile(path string, data []byte) error {
	if err := disk.Replace(path, data); err != nil {
		return fmt.Errorf("%s was not written: %w", filepath.Base(path), disk.Explain(err))
	}
	return nil
}

// revise returns the changed text of a file. It reads that text again to check that it says what it should.
func revise(file string, data []byte, r Revision, kinds pbxws.Dialects) ([]byte, error) {
	before, err := decode(file, data, kinds)
	if err != nil {
		return nil, err
	}
	text, marked := bytes.CutPrefix(data, []byte("\uFEFF"))
	e := &editor{doc: text}
	if r.Default != "" && r.Default != before.Default {
		e.set(nil, "default", quoted(r.Default))
	}
	if r.Profile.Name != "" {
		e.change([]string{"profile", r.Profile.Name}, profileLines(file, before.Profiles[r.Profile.Name], kinds), profileLines(file, r.Profile, kinds))
	}
	if r.Sound != nil {
		e.change([]string{"sound"}, soundLines(before.Sound), soundLines(*r.Sound))
	}
	if marked {
		e.doc = append([]byte("\uFEFF"), e.doc...)
	}
	after, err := decode(file, e.doc, kinds)
	if err != nil {
		return nil, fmt.Errorf("the new profile is not one that could be read again, so nothing was written: %w", err)
	}
	if !reflect.DeepEqual(after, r.applied(before)) {
		return nil, fmt.Errorf("%s is written in a way that the form cannot change; edit it, nothing was written", filepath.Base(file))
	}
	return e.doc, nil
}

// applied is the configuration that the file should hold afterwards.
func (r Revision) applied(c Config) Config {
	c.Default = cmp.Or(r.Default, c.Default)
	if name := r.Profile.Name; name != "" {
		revised := r.Profile
		revised.ICE, revised.Dial = c.Profiles[name].ICE, c.Profiles[name].Dial // which the form leaves alone
		profiles := map[string]Profile{name: revised}
		for other, p := range c.Profiles {
			if other != name {
				profiles[other] = p
			}
		}
		c.Profiles = profiles
	}
	if r.Sound != nil {
		c.Sound.Microphone, c.Sound.Speaker, c.Sound.Ringer = r.Sound.Microphone, r.Sound.Speaker, r.Sound.Ringer
	}
	return c
}

// keyLine is a key and its value in TOML; an empty value means that the key is not there.
type keyLine struct{ key, value string }

// change edits the lines of a table that differ.
func (e *editor) change(table []string, before, after []keyLine) {
	for _, key := range changed(before, after) {
		if value := valueOf(after, key); value == "" {
			e.unset(table, key)
		} else {
			e.set(table, key, value)
		}
	}
}

// changed are the keys whose values differ, in the order of after and then of before.
func changed(before, after []keyLine) []string {
	var keys []string
	for _, line := range slices.Concat(after, before) {
		if valueOf(before, line.key) != valueOf(after, line.key) && !slices.Contains(keys, line.key) {
			keys = append(keys, line.key)
		}
	}
	return keys
}

func valueOf(lines []keyLine, key string) string {
	for _, line := range lines {
		if line.key == key {
			return line.value
		}
	}
	return ""
}

// profileLines are the keys of a profile, in the order of a new one. Without a profile all values are empty.
func profileLines(file string, p Profile, kinds pbxws.Dialects) []keyLine {
	kind, _ := kinds.Find(p.Dialect)
	var lines []keyLine
	for _, key := range profileKeys(kind) {
		value := commonValue(file, p, key)
		if s, own := kind.Setting(key); own {
			if value = text(p.Value(s)); s.Kind == pbxws.SettingFlag {
				value = p.Value(s)
			}
		}
		lines = append(lines, keyLine{key, value})
	}
	return lines
}

// commonValue is the value of one of commonKeys.
func commonValue(file string, p Profile, key string) string {
	switch key {
	case "dialect":
		return text(p.Dialect)
	case "url":
		return text(p.URL)
	case "password_keyring":
		if p.PasswordKeyring {
			return strconv.FormatBool(true)
		}
	case "password_command":
		if len(p.PasswordCommand) > 0 {
			return quotedList(p.PasswordCommand)
		}
	case "password_env":
		return text(p.PasswordEnv)
	case "password_file":
		return text(pathFrom(file, p.PasswordFile))
	case "tls_pin":
		return text(p.TLSPin)
	case "tls_ca":
		return text(pathFrom(file, p.TLSCA))
	case "proxy":
		return text(p.Proxy)
	case "country":
		if p.Country != "" {
			return quoted("+" + string(p.Country))
		}
	}
	return ""
}

// text is a text in quotes, empty for none.
func text(s string) string {
	if s == "" {
		return ""
	}
	return quoted(s)
}

// pathFrom is a path as the file writes it: only the name if it is in the same directory.
func pathFrom(file, path string) string {
	if dir, name := filepath.Split(path); filepath.Clean(dir) == filepath.Dir(file) {
		return name
	}
	return path
}

// soundLines are those keys of the sound that the form sets.
func soundLines(s Sound) []keyLine {
	return []keyLine{{"microphone", quoted(s.Microphone)}, {"speaker", quoted(s.Speaker)}, {"ringer", quoted(s.Ringer)}}
}
