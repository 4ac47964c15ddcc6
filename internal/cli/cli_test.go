package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/patchcord/patchcord/internal/app"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/pbxws"
)

var program = app.Program{Version: "0.1", Dialects: pbxws.Dialects{{ID: "lab", Name: "Lab"}}, Keys: []byte("[talking]\ncall.hold = [\"h\"]\n")}

// runs is a command line, what it prints, what it says of trouble, and its exit code.
func runs(t *testing.T, args ...string) (out, trouble string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = Run(t.Context(), program, args, &o, &e)
	return o.String(), e.String(), code
}

var versionText = regexp.MustCompile(`^patchcord 0\.1( \(commit [0-9a-f]{12}.*\))?\ngo1\.\S+.* \w+/\w+\nOpus by .+\n(sound by miniaudio|no sound: .+)\n$`)

// TestHelp lists every command, on the output that was asked for.
func TestHelp(t *testing.T) {
	for _, line := range []string{"help", "-h", "--help", "-help"} {
		out, trouble, code := runs(t, line)
		for _, word := range []string{
			"setup", "ctl", "events", "history", "desktop", "doctor", "serve-demo", "config", "keys", "version", "help", "completion", "man",
		} {
			if !strings.Contains(out, "\n  "+word+" ") || trouble != "" || code != 0 {
				t.Errorf("%s does not list %s: code %d, %s", line, word, code, trouble)
			}
		}
		for _, option := range []string{"--profile NAME", "--practice", "--linear", "--version"} {
			if !strings.Contains(out, option+" ") {
				t.Errorf("%s does not list %s", line, option)
			}
		}
	}
	for line, want := range map[string]string{
		"ctl -h": "dial ", "help ctl": "transfer ", "help ctl dial": "patchcord ctl dial NUMBER", "ctl dial --help": "patchcord ctl dial NUMBER",
		"setup -h": "--profile NAME", "help setup": "--linear",
	} {
		if out, trouble, code := runs(t, strings.Fields(line)...); !strings.Contains(out, want) || trouble != "" || code != 0 {
			t.Errorf("%s: code %d, %s%s", line, code, out, trouble)
		}
	}
	for _, line := range []string{"version", "--version", "-version"} {
		if out, _, code := runs(t, line); !versionText.MatchString(out) || code != 0 {
			t.Errorf("%s: code %d, %q", line, code, out)
		}
	}
}

// TestMisused: an unknown word is reported in one sentence, with the nearest known one.
func TestMisused(t *testing.T) {
	for line, want := range map[string]string{
		"setpu":           `there is no command "patchcord setpu"; did you mean "patchcord setup"?`,
		"stauts":          `there is no command "patchcord stauts"; did you mean "patchcord ctl status"?`,
		"fly":             `there is no command "patchcord fly"; patchcord --help lists what is available`,
		"ctl hodl":        `there is no command "patchcord ctl hodl"; did you mean "patchcord ctl hold"?`,
		"help hodl":       `there is no command "patchcord hodl"; did you mean "patchcord ctl hold"?`,
		"help ctl hodl":   `there is no command "patchcord ctl hodl"; did you mean "patchcord ctl hold"?`,
		"ctl":             "say what to do",
		"-practise":       "unknown flag: --practise; patchcord --help lists what is available",
		"doctor now":      `patchcord doctor takes no "now"`,
		"ctl dial":        "ctl dial needs a number; ctl dial --help says more",
		"ctl transfer":    "ctl transfer needs a number; ctl transfer --help says more",
		"ctl swap 1":      `ctl swap takes no "1"; ctl swap --help says more`,
		"ctl hold 1 2":    `ctl hold takes no "2"; ctl hold --help says more`,
		"ctl tones":       "ctl tones needs tones to send; ctl tones --help says more",
		"ctl record on":   "ctl record needs start or stop; ctl record --help says more",
		"ctl link 1 2 3":  `ctl link takes no "3"; ctl link --help says more`,
		"ctl hold --json": "unknown flag: --json; patchcord ctl hold --help lists what is available",
	} {
		if _, trouble, code := runs(t, strings.Fields(line)...); trouble != "patchcord: "+want+"\n" || code != exitUsage {
			t.Errorf("%s: code %d, %q", line, code, trouble)
		}
	}
}

// TestNotRunning: there is nobody to ask.
func TestNotRunning(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	for _, line := range []string{"ctl status", "ctl hold", "events", "ctl events --json"} {
		if _, trouble, code := runs(t, strings.Fields(line)...); code != exitNotRunning || !strings.Contains(trouble, "no Patchcord of yours is running") {
			t.Errorf("%s: code %d, %q", line, code, trouble)
		}
	}
}

// TestRequests compares command lines with the requests to the phone.
func TestRequests(t *testing.T) {
	for line, want := range map[string]control.Request{
		"dial +39 0721 555016": {Verb: "dial", To: "+39 0721 555016"},
		"transfer 203 2":       {Verb: "transfer", To: "203", Call: "2"},
		"hold":                 {Verb: "hold"},
		"hold 2":               {Verb: "hold", Call: "2"},
		"dnd on":               {Verb: "dnd", Set: "on"},
		"consult 203":          {Verb: "consult", To: "203"},
		"link":                 {Verb: "link"},
		"link 2 1":             {Verb: "link", Call: "2", With: "1"},
		"join 90":              {Verb: "join", To: "90"},
		"park 2":               {Verb: "park", Call: "2"},
		"tones 12# 1":          {Verb: "tones", Digits: "12#", Call: "1"},
		"record stop 2":        {Verb: "record", Set: "stop", Call: "2"},
	} {
		args := strings.Fields(line)
		i := slices.IndexFunc(verbs, func(v verb) bool { return v.name == args[0] })
		got := control.Request{Verb: args[0]}
		if err := verbs[i].read(&got, args[1:]); err != nil || got != want {
			t.Errorf("%s: %+v, %v", line, got, err)
		}
	}
}

// TestCompletion: there is a script for each shell, and commands, options and profiles complete.
func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if out, trouble, code := runs(t, "completion", shell); len(out) < 1000 || trouble != "" || code != 0 {
			t.Errorf("%s: code %d, %d bytes, %s", shell, code, len(out), trouble)
		}
	}
	for line, want := range map[string]string{"ctl h": "hold\t", "--pr": "--practice\t", "": "setup\t", "ctl mute ": ":4", "-profile ": ":4"} {
		words := strings.Split(line, " ")
		if out, _, code := runs(t, append([]string{cobra.ShellCompRequestCmd}, words...)...); !strings.Contains(out, want) || code != 0 {
			t.Errorf("%q completes to %q, code %d", line, out, code)
		}
	}
}

// TestManPages: every command has a page, each page its options and commands and no line that the formatter would
// take for a macro.
func TestManPages(t *testing.T) {
	dir := t.TempDir()
	if _, trouble, code := runs(t, "man", "--dir", dir); code != 0 {
		t.Fatalf("code %d, %s", code, trouble)
	}
	for page, wanted := range map[string][]string{
		"patchcord": {
			".TH \"PATCHCORD\" \"1\" \"\" \"Patchcord 0.1\"\n", "patchcord [LINK] [OPTION]...\n", ".TP\n\\-\\-profile NAME\n", ".TP\npatchcord\\-ctl(1)\n",
			".SH \"EXIT STATUS\"\n",
		},
		"patchcord-ctl":    {".SS \"patchcord ctl dial NUMBER\"\n", "\\-\\-system NAME\n", ".SH \"SEE ALSO\"\npatchcord(1)\n"},
		"patchcord-keys":   {".SH \"IN A CALL\"\n", ".TP\nh\n"},
		"patchcord-config": {".nf\n", "default = \"acme\"\n", "\n.fi\n"},
	} {
		text, err := os.ReadFile(filepath.Join(dir, page+".1"))
		if err != nil {
			t.Error(err)
		}
		for _, want := range wanted {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s has no %q", page, want)
			}
		}
	}
	pages, _ := filepath.Glob(filepath.Join(dir, "*.1"))
	for _, page := range pages {
		text, _ := os.ReadFile(page)
		for l := range strings.Lines(string(text)) {
			if strings.HasPrefix(l, "'") || strings.HasPrefix(l, ".") && !strings.Contains(".TH .SH .SS .TP .PP .nf .fi", strings.Fields(l)[0]) {
				t.Errorf("%s: %q", page, l)
			}
		}
		about := strings.Split(strings.TrimSuffix(filepath.Base(page), ".1"), "-")[1:]
		if name := strings.Join(about, "-"); name != "" { // serve-demo
			about = []string{name}
		}
		if out, _, _ := runs(t, append([]string{"man"}, about...)...); out != string(text) {
			t.Errorf("man %s is not %s", about, page)
		}
	}
	if len(pages) < 15 {
		t.Errorf("%d pages", len(pages))
	}
}

func TestDesktopFile(t *testing.T) {
	out, _, _ := runs(t, "desktop")
	packaged, _, _ := runs(t, "desktop", "--packaged")
	for _, want := range []string{"[Desktop Entry]", " %u\n", "x-scheme-handler/tel;", "x-scheme-handler/callto;"} {
		if !strings.Contains(out, want) || !strings.Contains(packaged, want) {
			t.Errorf("%q is not in\n%s%s", want, out, packaged)
		}
	}
	if !strings.Contains(out, "Exec=/") || !strings.Contains(packaged, "Exec=patchcord %u\n") {
		t.Errorf("%s%s", out, packaged)
	}
	if got := desktopQuoted(`/home/a "b"$/p`); got != `"/home/a \\"b\\"\\$/p"` {
		t.Errorf("%s", got)
	}
}
