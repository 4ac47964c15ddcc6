package control

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/phone"
)

// TestOwner: a client uses no socket and no directory of another user, and no link.
func TestOwner(t *testing.T) {
	o := open(t, true)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(o.dir, link); err != nil {
		t.Fatal(err)
	}
	foreign := "/" // root's, unless that is us
	if os.Getuid() == 0 {
		foreign = t.TempDir()
		if err := os.Chown(foreign, 1, -1); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{link, foreign} {
		for name, try := range map[string]func() error{
			"ctl": func() error { _, err := Do(t.Context(), dir, Request{Verb: "status"}); return err },
			"events": func() error {
				return Events(t.Context(), dir, func(context.Context, []byte) error { return errors.New("heard") })
			},
		} {
			if err := try(); err == nil || !strings.Contains(err.Error(), "is not a directory of yours") {
				t.Errorf("%s in %s: %v", name, dir, err)
			}
		}
	}
	path := filepath.Join(o.dir, RealSocket)
	conn, err := dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ours(conn, path, thisUser()+"0"); err == nil || !strings.Contains(err.Error(), path+" belongs to another user") {
		t.Errorf("%v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, none := range []string{filepath.Join(o.dir, "none"), filepath.Join(file, "run")} {
		if _, err := Do(t.Context(), none, Request{Verb: "status"}); !errors.Is(err, ErrNotRunning) {
			t.Errorf("%v", err)
		}
	}
}

// hostile is a text with all that does not belong on a terminal.
const hostile = "Ma\x1b]0;x\a\u009b2Jr\u202eio\r\nx\u2028\u200b"

// TestHostile: scripts are given what the screen shows, also after they decoded the JSON.
func TestHostile(t *testing.T) {
	leg := talking("a"+hostile, "6"+hostile)
	leg.Peer.Name, leg.Via = hostile, hostile
	o := open(t, true, leg)
	o.change(func(s *phone.Snapshot) { s.Link.What, s.Link.Label, s.Link.User = hostile, hostile, hostile })
	check := func(what string, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if text == "" || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%s: %q", what, text)
			}
		}
	}
	st := o.do(t, Request{Verb: "status"}).Status
	check("status", st.Trouble, st.PBX, st.Extension, st.Calls[0].ID, st.Calls[0].Number, st.Calls[0].Name, st.Calls[0].Via, st.Summary(noon))
	check("a refusal", o.do(t, Request{Verb: "hold", Call: hostile}).Text)
	_, lines := o.events(t)
	listenTo(t, lines, "the status", func(e Event) bool { return e.Event == "status" })
	o.change(func(s *phone.Snapshot) { s.Notices = []phone.Notice{{N: 9, Text: hostile}} })
	check("a notice", listenTo(t, lines, "a notice", func(e Event) bool { return e.Event == "notice" }).Text)
	s := <-o.Watch(contextOf(t))
	ended := leg
	ended.State, ended.Cause.Reason = phone.Ended, hostile
	check("a cause", CallOf(s, ended).Cause)
	long := leg
	long.Peer.Name = strings.Repeat("e\u0301", 3000)
	if name := CallOf(s, long).Name; !strings.HasSuffix(name, "e\u0301") || len(name) != 3*longestText {
		t.Errorf("a name was cut to %d bytes, ending in %q", len(name), name[len(name)-3:])
	}
}

func contextOf(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx
}

// TestGarbage: a line that is no request gets a sentence, without the words of a library.
func TestGarbage(t *testing.T) {
	o := open(t, true)
	for line, want := range map[string]string{
		"events":                  "that is no request: it is no JSON from character 1 on",
		`{"verb":"hold","leg":1}`: `that is no request: there is no key "leg"`,
		`{"verb":7}`:              `that is no request: "verb" has a value of the wrong kind`,
		`{"verb":`:                "that is no request: the JSON ends too early",
	} {
		conn, err := connect(t.Context(), o.dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte(line + "\n")); err != nil {
			t.Fatal(err)
		}
		lines := jsonl.Lines(conn, longestReply)
		var r Reply
		if !lines.Scan() || jsonl.Strict(lines.Bytes(), &r) != nil || r.OK || r.Text != want {
			t.Errorf("%s: %s, want %q", line, lines.Bytes(), want)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
}
