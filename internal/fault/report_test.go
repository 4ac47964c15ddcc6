package fault

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// crash is what Go's runtime writes of a panic.
const crash = `panic: a fault of ours

goroutine 25 [running]:
github.com/patchcord/patchcord/tui.(*appsPane).move(0xc000123456, {0x9a1b2c, 0x9}, {0x0, 0x1, 0x50, 0x14})
	github.com/patchcord/patchcord/tui/apps.go:159 +0x2a5
created by main.dieOf in goroutine 1
	github.com/patchcord/patchcord/death_test.go:36 +0xbd
`

func TestReport(t *testing.T) {
	at := time.Date(2026, 11, 29, 15, 4, 5, 0, time.UTC)
	r := ParseCrash(crash, "0.1", at)
	dir := t.TempDir()
	path, err := r.Save(dir)
	if err != nil || path != filepath.Join(dir, "crash-20261129-150405.000.txt") {
		t.Fatalf("saved to %q, %v", path, err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	for _, want := range []string{"Patchcord 0.1 crashed on 2026-11-29 at 15:04:05.\n", "What happened:\npanic: a fault of ours\n", "\ntui.(*appsPane).move("} {
		if strings.Count(string(text), want) != 1 {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	if got := r.Farewell(path); got != "patchcord crashed: panic: a fault of ours. The report is in "+path {
		t.Errorf("the line is %q", got)
	}
	if _, err := r.Save(filepath.Join(dir, "none")); err == nil {
		t.Error("saved to nowhere")
	}
	if r := ParseCrash("\n\ngoroutine 1 [running]:\nmain.main()\n", "0.1", at); r.What != fatal || r.Stack != "goroutine 1 [running]:\nmain.main()\n" {
		t.Errorf("of a fatal error: %+v", r)
	}
	if r := ParseCrash("", "0.1", at); r != (Report{}) {
		t.Errorf("of nothing: %+v", r)
	}
}
