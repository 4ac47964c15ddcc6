package state

import "testing"

// TestPlaces: each thing lies where the XDG specification has it, or where it can without a home.
func TestPlaces(t *testing.T) {
	for _, tt := range []struct{ home, runtime, log, history, sockets, recordings string }{
		{"/h", "/run/user/7", "/h/.local/state/patchcord/patchcord.log", "/h/.local/state/patchcord/history/profile-a%2Fb.jsonl",
			"/run/user/7/patchcord", "/h/.local/share/patchcord/recordings"},
		{"/h", "relative", "/h/.local/state/patchcord/patchcord.log", "/h/.local/state/patchcord/history/profile-a%2Fb.jsonl",
			"/h/.local/state/patchcord/run", "/h/.local/share/patchcord/recordings"},
		{"", "", "", "", "", "recordings"},
	} {
		t.Setenv("HOME", tt.home)
		t.Setenv("XDG_RUNTIME_DIR", tt.runtime)
		t.Setenv("XDG_STATE_HOME", "")
		t.Setenv("XDG_DATA_HOME", "")
		for what, is := range map[string]struct {
			place func() (string, error)
			want  string
		}{
			"log":     {LogFile, tt.log},
			"history": {func() (string, error) { return HistoryFile("a/b", "") }, tt.history},
			"sockets": {Sockets, tt.sockets},
		} {
			if got, err := is.place(); got != is.want || (err == nil) != (is.want != "") {
				t.Errorf("%s with %+v: %q, %v", what, tt, got, err)
			}
		}
		if got := Recordings(); got != tt.recordings {
			t.Errorf("recordings with %+v: %q", tt, got)
		}
	}
}
