package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/filewatch"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui"
	"github.com/patchcord/patchcord/tui/keymap"
)

// maxKeys bounds a keymap.toml in bytes; package keymap refuses far smaller ones.
const maxKeys = 1 << 20

// files are a person's config.toml and keymap.toml, with their last contents. One goroutine uses it
// at a time.
type files struct {
	// dir is the directory of both; empty on a machine without a home directory, where there are none
	// and the practice PBX needs none.
	dir      string
	kinds    pbxws.Dialects
	settings config.Config
	keys     *keymap.Map
	// shipped are the keys without the person's own; marks show when the files changed.
	shipped *keymap.Map
	marks   map[string]mark
}

// mark is the size and the time of a file, which show a change. The zero mark is for a missing
// file.
type mark struct {
	changed time.Time
	size    int64
}

const (
	configFile = "config.toml"
	keymapFile = "keymap.toml"
)

// readFiles reads both.
func (p Program) readFiles() (*files, error) {
	shipped, err := keymap.Parse(keymapFile, p.Keys)
	if err != nil {
		return nil, err
	}
	f := &files{kinds: p.Dialects, shipped: shipped, keys: shipped, marks: map[string]mark{}}
	path, err := config.Path()
	if err != nil {
		return f, nil
	}
	f.dir = filepath.Dir(path)
	f.touched(configFile)
	f.touched(keymapFile)
	if f.settings, err = config.Load(path, f.kinds); err != nil {
		return nil, err
	}
	f.keys, err = f.readKeys()
	return f, err
}

// readKeys is the shipped keymap overlaid with the person's own.
func (f *files) readKeys() (*keymap.Map, error) {
	own := filepath.Join(f.dir, keymapFile)
	data, err := disk.Read(own, maxKeys)
	if disk.Missing(err) {
		return f.shipped, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read your keys: %w", err)
	}
	return f.shipped.Override(own, data)
}

// touched tells whether a file looks different from last time.
func (f *files) touched(name string) bool {
	var now mark
	if info, err := os.Stat(filepath.Join(f.dir, name)); err == nil {
		now = mark{info.ModTime(), info.Size()}
	}
	before := f.marks[name]
	f.marks[name] = now
	return before != now
}

// reloads is a phone that takes a changed config.toml in, as station.Reload.
type reloads interface {
	Reload(before, after config.Config) (anew bool, err error)
}

// paths are the files themselves.
func (f *files) paths() []string {
	if f.dir == "" {
		return nil
	}
	return []string{filepath.Join(f.dir, configFile), filepath.Join(f.dir, keymapFile)}
}

// watch looks whenever one of the files at paths may have changed, and brings what each look finds, until ctx ends.
func watch(ctx context.Context, news chan<- tui.News, paths []string, looks ...func() []tui.News) {
	w := filewatch.New(paths...)
	defer w.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.Changed:
		}
		for _, look := range looks {
			for _, n := range look() {
				if !tell(ctx, news, n) {
					return
				}
			}
		}
	}
}

// changes is a look at both files for a profile, whose phone takes changed settings in.
func (f *files) changes(profile string, own reloads) func() []tui.News {
	return func() []tui.News { return f.look(profile, own) }
}

// look reads files that have changed. An unreadable or wrong file changes nothing.
func (f *files) look(profile string, own reloads) []tui.News {
	if f.dir == "" {
		return nil
	}
	var news []tui.News
	if f.touched(keymapFile) {
		news = append(news, f.newKeys())
	}
	if own != nil && f.touched(configFile) {
		news = append(news, f.newSettings(profile, own))
	}
	return news
}

func (f *files) newKeys() tui.News {
	keys, err := f.readKeys()
	if err != nil {
		return f.refused(err, "the keys stay as they were")
	}
	changes := f.keys.Changes(keys)
	f.keys = keys
	return tui.News{Keys: keys, Grade: phone.GradeDone, Text: reloaded(keymapFile, changes, "no key has changed")}
}

// namedChanges is how many changes of a file are named one by one.
const namedChanges = 3

// reloaded says what a changed file changes.
func reloaded(name string, changes []string, none string) string {
	text := none
	if n := min(len(changes), namedChanges); n > 0 {
		text = strings.Join(changes[:n], ", ")
	}
	if more := len(changes) - namedChanges; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return name + " reloaded: " + text
}

// newSettings applies the present config.toml. What the station cannot change while it runs is
// offered for a new sign-in.
func (f *files) newSettings(profile string, own reloads) tui.News {
	settings, err := config.Load(filepath.Join(f.dir, configFile), f.kinds)
	if err != nil {
		return f.refused(err, "the settings stay as they were")
	}
	before := f.settings
	f.settings = settings
	changes := before.Changes(settings, f.kinds)
	screen := screenSettings(settings, profile)
	n := tui.News{Settings: &screen, Grade: phone.GradeDone, Text: reloaded(configFile, changes, "nothing in it has changed")}
	if len(changes) == 0 {
		n.Grade = phone.GradeInfo
		return n
	}
	anew, err := own.Reload(before, settings)
	switch {
	case err != nil:
		n.Grade, n.Text = phone.GradeFailed, n.Text+"; "+err.Error()
	case anew:
		n.Anew, n.Text = true, n.Text+"; takes effect at the next sign-in"
	}
	return n
}

// refresh reads what the last screen wrote, or what was edited since. The next screen reports what
// is broken.
func (f *files) refresh() {
	if settings, err := config.Load(filepath.Join(f.dir, configFile), f.kinds); err == nil && f.dir != "" {
		f.touched(configFile)
		f.settings = settings
	}
}

// refused says what is wrong with a file and where: "keymap.toml:12:5: ...".
func (f *files) refused(err error, consequence string) tui.News {
	text := strings.ReplaceAll(err.Error(), f.dir+string(filepath.Separator), "")
	first, rest, several := strings.Cut(text, "\n")
	if several {
		first += fmt.Sprintf(" (and %d more)", 1+strings.Count(rest, "\n"))
	}
	return tui.News{Grade: phone.GradeFailed, Text: first + "; " + consequence}
}
