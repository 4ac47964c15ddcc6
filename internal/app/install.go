package app

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/tui"
)

// written marks a unit of ours, which may be replaced.
const written = "Written by patchcord up -install"

// maxUnit bounds what is read of a unit in bytes.
const maxUnit = 1 << 16

// Install writes what has the phone begin when its person logs in, and says what to run.
func (p Program) Install(want tui.Next, out io.Writer) error {
	if _, err := p.readFiles(); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	command := append([]string{self}, upArguments(want, p.Practice)...)
	path, text, next, err := unit(runtime.GOOS, command)
	if err != nil {
		return err
	}
	before, err := disk.Read(path, maxUnit)
	switch {
	case disk.Missing(err):
	case err != nil:
		return disk.Explain(err)
	case !strings.Contains(string(before), written):
		return fmt.Errorf("%s was not written by Patchcord and is left alone; remove it first", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return disk.Explain(err)
	}
	if err := disk.Replace(path, []byte(text)); err != nil {
		return disk.Explain(err)
	}
	_, err = fmt.Fprintf(out, "written: %s\n%s", path, next)
	return err
}

// unit is the file for the service manager of a system, where it belongs and what to do with it.
func unit(system string, command []string) (path, text, next string, err error) {
	switch system {
	case "linux":
		dir, err := disk.Config()
		if err != nil {
			return "", "", "", err
		}
		return filepath.Join(dir, "systemd", "user", "patchcord.service"), systemdUnit(command), systemdNext, nil
	case "darwin":
		home, err := os.UserHomeDir()
		if err != nil {
			return "", "", "", err
		}
		path := filepath.Join(home, "Library", "LaunchAgents", launchdLabel+".plist")
		return path, launchdUnit(command), fmt.Sprintf(launchdNext, path), nil
	}
	return "", "", "", errors.New("there is no service manager here that Patchcord knows; have yours run: " + strings.Join(command, " "))
}

const systemdNext = `Run:
  systemctl --user daemon-reload
  systemctl --user enable --now patchcord.service
To have the phone up while you are not logged in:
  loginctl enable-linger
`

func systemdUnit(command []string) string {
	var quoted []string
	for _, word := range command {
		quoted = append(quoted, systemdQuoted(word))
	}
	return `# ` + written + `; it is overwritten each time.
[Unit]
Description=Patchcord, the phone without a screen
After=pipewire.service pulseaudio.service

[Service]
ExecStart=` + strings.Join(quoted, " ") + `
Restart=on-failure
RestartSec=5

[Install]
WantedBy=default.target
`
}

// systemdQuoted is a word of a command (systemd.service(5), "Command lines").
func systemdQuoted(word string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%", "$", "$$", "\n", `\n`).Replace(word) + `"`
}

const (
	launchdLabel = "org.patchcord.phone"
	launchdNext  = "Run:\n  launchctl bootstrap gui/$(id -u) %q\n"
)

func launchdUnit(command []string) string {
	var words bytes.Buffer
	for _, word := range command {
		words.WriteString("    <string>")
		_ = xml.EscapeText(&words, []byte(word)) // a buffer takes all
		words.WriteString("</string>\n")
	}
	return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ` + written + `; it is overwritten each time. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>` + launchdLabel + `</string>
  <key>ProgramArguments</key>
  <array>
` + words.String() + `  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
</dict>
</plist>
`
}
