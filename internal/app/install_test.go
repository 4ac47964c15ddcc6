package app

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/tui"
)

// TestUnits: the words of the command arrive as they are, whatever is in them.
func TestUnits(t *testing.T) {
	command := append([]string{`/opt/my "phone"/100%$HOME\patch<cord>&`}, upArguments(tui.Next{Profile: "a b"}, "")...)
	t.Setenv("XDG_CONFIG_HOME", "/home/anna/.config")
	path, text, next, err := unit("linux", command)
	if err != nil || path != "/home/anna/.config/systemd/user/patchcord.service" || !strings.Contains(next, "systemctl --user enable --now patchcord.service") {
		t.Errorf("%s, %s, %v", path, next, err)
	}
	const want = `ExecStart="/opt/my \"phone\"/100%%$$HOME\\patch<cord>&" "up" "--foreground" "--profile" "a b"` + "\n"
	if !strings.Contains(text, want) {
		t.Errorf("%s has no %s", text, want)
	}
	t.Setenv("HOME", "/Users/anna")
	path, text, next, err = unit("darwin", command)
	if err != nil || path != "/Users/anna/Library/LaunchAgents/org.patchcord.phone.plist" || !strings.Contains(next, path) {
		t.Errorf("%s, %s, %v", path, next, err)
	}
	var words []string
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if data, ok := token.(xml.CharData); ok && strings.TrimSpace(string(data)) != "" {
			words = append(words, string(data))
		}
	}
	if all := strings.Join(words, "|"); !strings.Contains(all, strings.Join(command, "|")) {
		t.Errorf("%s", all)
	}
	if _, _, _, err := unit("plan9", command); err == nil || !strings.Contains(err.Error(), "have yours run: /opt/my") {
		t.Errorf("%v", err)
	}
}

// TestInstall rewrites its own unit and leaves another one alone.
func TestInstall(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Setenv("HOME", home)
	p := Program{Version: "0.1", Keys: []byte("[talking]\ncall.hold = [\"h\"]\n")}
	for range 2 {
		var out bytes.Buffer
		if err := p.Install(tui.Next{}, &out); err != nil || !strings.Contains(out.String(), "written: "+home) {
			t.Fatalf("%s, %v", out.String(), err)
		}
	}
	files, _ := filepath.Glob(filepath.Join(home, "*", "*", "patchcord.service"))
	if len(files) == 0 {
		files, _ = filepath.Glob(filepath.Join(home, "Library", "*", "*.plist"))
	}
	if len(files) != 1 {
		t.Fatalf("%v", files)
	}
	if err := os.WriteFile(files[0], []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Install(tui.Next{}, io.Discard); err == nil || !strings.Contains(err.Error(), "was not written by Patchcord") {
		t.Errorf("%v", err)
	}
}
