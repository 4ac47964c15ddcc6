//go:build linux

package main

import (
	"regexp"
	"strings"
	"testing"
)

// reads waits until the text printed since the last call matches, and drops it.
func (s *terminal) reads(from *int, pattern string) {
	s.Helper()
	want := regexp.MustCompile(pattern)
	s.waits("a line says "+pattern, func() (string, bool) {
		said := s.output()[*from:]
		at := want.FindStringIndex(said)
		if at != nil {
			*from += at[1]
		}
		return said, at != nil
	})
}

// TestLinear is a call for a screen reader: the practice PBX calls, and the call is answered, held
// and hung up with the keys of the other screen, in both ways to get lines.
func TestLinear(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]struct{ args, env []string }{
		"flag":          {args: []string{"-linear"}},
		"dumb terminal": {env: []string{"TERM=dumb", "LANG=C"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startWith(t, 80, 24, how.args, how.env...)
			from := 0
			s.reads(&from, `link: 201 at the practice PBX, live`)
			s.types(":")
			s.reads(&from, `\n:`)
			s.types("tour\r")
			s.reads(&from, `tour 1/6: Dial: type 601 and press Enter\.`)
			s.types("\x1b")
			s.reads(&from, `you left the tour`)
			s.types("?")
			s.reads(&from, `key: d, F2: .*call`)
			s.types("604")
			s.reads(&from, `dial: 604`)
			s.types("\r")
			s.reads(&from, `call: 604[^\n]*CALLING`)
			s.reads(&from, `call: 604[^\n]*RINGING[^\n]*answers`)
			s.types("\x1bOR") // F3
			s.reads(&from, `call: 604[^\n]*TALKING`)
			s.types("h")
			s.reads(&from, `call: 604[^\n]*ON HOLD by you`)
			s.types("i")
			s.reads(&from, `call 2: 604[^\n]*held 0:`)
			s.types("xx")
			s.reads(&from, `call: 604[^\n]*ENDED, you hung up`)
			s.types("q")
			_ = s.cmd.Wait()
			s.waits("the terminal is as it was", func() (string, bool) { return s.output(), s.termios() == s.before })
			onlyLines(t, s.output())
			if n := strings.Count(s.output(), "RINGING"); n != 1 {
				t.Errorf("RINGING was printed %d times", n)
			}
		})
	}
}

// onlyLines checks that a run wrote only what a printer could print: text, CR LF, the bell.
func onlyLines(t *testing.T, raw string) {
	t.Helper()
	line := regexp.MustCompile(`^(\d\d:\d\d:\d\d [A-Za-z]+( [\d/]+)?: |:|(dial|find|transfer [^:]*): |$)`)
	for i, l := range strings.Split(strings.ReplaceAll(raw, "\a", ""), "\r\n") {
		for _, r := range l {
			if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
				t.Errorf("line %d holds %U: %q", i+1, r, l)
			}
		}
		if !line.MatchString(l) {
			t.Errorf("line %d has no label: %q", i+1, l)
		}
	}
}
