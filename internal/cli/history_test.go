package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHistoryAsCSV prints the calls that are kept, with headings also where there are none.
func TestHistoryAsCSV(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	t.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state"))
	out, trouble, code := runs(t, "history", "--csv")
	if !strings.HasPrefix(out, "began,answered,ended,direction,") || strings.Count(out, "\n") != 1 || trouble != "" || code != 0 {
		t.Errorf("nothing kept: code %d, %q, %s", code, out, trouble)
	}
	kept := filepath.Join(dir, "state", "patchcord", "history")
	if err := os.MkdirAll(kept, 0o700); err != nil {
		t.Fatal(err)
	}
	record := `{"id":"a","incoming":true,"name":"=1+1","number":"601","began":"2026-11-21T09:12:00Z","ended":"2026-11-21T09:12:20Z","outcome":"missed"}` + "\n"
	note := strings.Replace(record, `"outcome"`, `"note":"back \"today\"","outcome"`, 1)
	for name, text := range map[string]string{"practice.jsonl": record, "practice.jsonl.notes": note} {
		if err := os.WriteFile(filepath.Join(kept, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, trouble, code = runs(t, "history", "--csv")
	if want := `,in,missed,601,'=1+1,,,"back ""today""",`; !strings.Contains(out, want) || trouble != "" || code != 0 {
		t.Errorf("code %d, %q, %s", code, out, trouble)
	}
	if _, trouble, code := runs(t, "history"); code != exitUsage || !strings.Contains(trouble, "--csv") {
		t.Errorf("without a form: code %d, %s", code, trouble)
	}
}
