package tui

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// rendererOnly reports the first byte that is neither text a person can see nor one of the
// renderer's own sequences. It is a parser of its own and shares nothing with the painter.
func rendererOnly(b []byte, ascii bool) error {
	for i := 0; i < len(b); {
		if b[i] == 0x1b {
			n, err := ownSequence(b[i:])
			if err != nil {
				return fmt.Errorf("at byte %d: %w", i, err)
			}
			i += n
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == '\a': // a bell
		case r == utf8.RuneError && size == 1, !harmlessRune(r), ascii && r >= 0x80:
			return fmt.Errorf("at byte %d: %U", i, r)
		}
		i += size
	}
	return nil
}

// harmlessRune is what may stand on a terminal, told by the categories of Unicode.
func harmlessRune(r rune) bool {
	if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) {
		return false
	}
	if unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
		return false
	}
	return r == ' ' || unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}

// ownSequence is how long the sequence at the beginning of b is, if it is one of ours.
func ownSequence(b []byte) (int, error) {
	if bytes.HasPrefix(b, []byte("\x1b]2;")) {
		end := bytes.IndexByte(b, '\a')
		if end < 0 || bytes.IndexByte(b[1:end], 0x1b) >= 0 {
			return 0, fmt.Errorf("a title that does not end: %q", b[:min(len(b), 30)])
		}
		return 4, nil // the text is read as text, the bell as a bell
	}
	for _, begin := range []string{"\x1b]9;", "\x1b]777;notify;Patchcord;"} {
		if text, ok := bytes.CutPrefix(b, []byte(begin)); ok {
			end := bytes.IndexByte(text, '\a')
			if end < 0 || bytes.IndexByte(text[:end], ';') >= 0 {
				return 0, fmt.Errorf("a note that does not end: %q", b[:min(len(b), 30)])
			}
			return len(begin), nil // the text is read as text, the bell as a bell
		}
	}
	if text, ok := bytes.CutPrefix(b, []byte("\x1b]52;c;")); ok {
		end := bytes.IndexByte(text, '\a')
		if end < 0 {
			return 0, fmt.Errorf("a clipboard that does not end: %q", b[:min(len(b), 30)])
		}
		copied, err := base64.StdEncoding.DecodeString(string(text[:end]))
		if err == nil {
			err = rendererOnly(copied, false)
		}
		return len(b) - len(text) + end + 1, err
	}
	n := 2
	for n < len(b) && strings.IndexByte("0123456789;?", b[n]) >= 0 {
		n++
	}
	if n >= len(b) || b[1] != '[' {
		return 0, fmt.Errorf("no sequence of ours: %q", b[:min(len(b), 12)])
	}
	own := strings.IndexByte("HCKmJ", b[n]) >= 0 && b[2] != '?'
	for _, mode := range []string{"?25", "?7", "?1000", "?1006", "?1049", "?2004", "?2026"} {
		own = own || string(b[2:n]) == mode && (b[n] == 'h' || b[n] == 'l')
	}
	if !own {
		return 0, fmt.Errorf("no sequence of ours: %q", b[:n+1])
	}
	return n + 1, nil
}

// hostileRunes are every code point of the kinds that must not reach a terminal.
func hostileRunes() []string {
	var all []string
	add := func(from, to rune) {
		for r := from; r <= to; r++ {
			all = append(all, string(r))
		}
	}
	add(0x00, 0x1f)
	add(0x7f, 0x9f)
	add(0x200b, 0x200f)
	add(0x2028, 0x202e)
	add(0x2060, 0x206f)
	add(0xfe00, 0xfe0f)
	add(0xfff0, 0xfffb)
	add(0xe0000, 0xe007f)
	add(0xe0100, 0xe0110)
	for _, r := range []rune{0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180e, 0x3164, 0xfeff, 0xffa0, 0xe000, 0x10fffd} {
		all = append(all, string(r))
	}
	all = append(all, "\x9b31m", "\xff", "\xc2", "\x1b[2J", "\x1b]0;owned\a", "\x1bP1$r\x1b\\", "\x1b_x\x1b\\", "\r\n",
		"\u202eevil\u202c", strings.Repeat("\u0301", 500), strings.Repeat("\ufe0f", 500), strings.Repeat("\u200d", 500),
		"\U0001f469\u200d\U0001f4bb", "\U0001f1ee\U0001f1f9", "\u1112\u1161\u11ab")
	return all
}

// poison puts hostile text into every string that v holds, another one into each.
func poison(v reflect.Value, next func() string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(v.String() + "a" + next() + "b")
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[time.Time]() && v.Type().Field(i).IsExported() {
				poison(v.Field(i), next)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), next)
		}
	case reflect.Map:
		poisonMap(v, next)
	}
}

func poisonMap(v reflect.Value, next func() string) {
	for _, k := range v.MapKeys() {
		e := reflect.New(v.Type().Elem()).Elem()
		e.Set(v.MapIndex(k))
		poison(e, next)
		v.SetMapIndex(k, reflect.Value{})
		if e.Kind() == reflect.Struct {
			if id := e.FieldByName("ID"); id.IsValid() {
				k = id
			}
		}
		v.SetMapIndex(k, e)
	}
}

// TestHostileTextNeverReachesTheTerminal draws every screen with hostile text in every field.
func TestHostileTextNeverReachesTheTerminal(t *testing.T) {
	t.Parallel()
	bad := hostileRunes()
	at := 0
	next := func() string { at++; return bad[at%len(bad)] }
	looks := [2]*term.Look{lookFor("xterm-kitty"), lookFor("foot")}
	for round := range len(bad) / 32 {
		for _, s := range shots(t) {
			s.scene = trimmed(s.scene)
			poison(reflect.ValueOf(&s.scene).Elem(), next)
			ascii := round%2 == 0
			sc := s.stage(t)
			for _, size := range allSizes {
				c := s.canvas(sc, size, ascii)
				checkWidths(t, c)
				c.Note, c.Notes, c.Clip, c.Clips = next(), 1, next(), 1
				b, _ := term.NewPainter(looks[round%2]).Paint(c)
				if err := rendererOnly(b, ascii); err != nil {
					t.Fatalf("%s at %v: %v", s.name, size, err)
				}
			}
		}
	}
}

// TestHostileTextNeverReachesALine reads every scene out for a screen reader, with hostile text in
// every field: what is printed is text, CR LF and the bell.
func TestHostileTextNeverReachesALine(t *testing.T) {
	t.Parallel()
	bad := hostileRunes()
	at := 0
	next := func() string { at++; return bad[at%len(bad)] }
	for round := range len(bad) / 64 {
		for _, s := range shots(t) {
			s.scene = trimmed(s.scene)
			poison(reflect.ValueOf(&s.scene).Elem(), next)
			ascii, ear := round%2 == 0, &listener{}
			n := newLinear(ear, ascii)
			v := s.view.whole()
			n.narrate(sceneOf(t, s.scene), &v, tickMsg{})
			for _, line := range strings.Split(ear.said.String(), "\r\n") {
				if err := rendererOnly([]byte(line), ascii); err != nil || strings.Contains(line, "\x1b") {
					t.Fatalf("%s: %v in %q", s.name, err, line)
				}
			}
		}
	}
}

// trimmed keeps a screenful of accounts, and copies what poison changes.
func trimmed(s phone.Snapshot) phone.Snapshot {
	for id := range s.PBX.Accounts.All() {
		if id > "230" && id != "259" && id != "272" && id != "305" {
			s.PBX.Accounts = s.PBX.Accounts.Without(id)
		}
	}
	s.PBX.History, s.PBX.Phonebook = slices.Clone(s.PBX.History), slices.Clone(s.PBX.Phonebook)
	s.PBX.Voicemail, s.PBX.Forwards = slices.Clone(s.PBX.Voicemail), slices.Clone(s.PBX.Forwards)
	for i := range s.PBX.Phonebook {
		s.PBX.Phonebook[i].Numbers = slices.Clone(s.PBX.Phonebook[i].Numbers)
	}
	s.Legs, s.Notices, s.Trace = slices.Clone(s.Legs), slices.Clone(s.Notices), slices.Clone(s.Trace)
	return s
}

// checkWidths: every line is exactly as wide as the canvas.
func checkWidths(t *testing.T, c *term.Canvas) {
	t.Helper()
	for y := range c.H {
		n := 0
		for _, cell := range c.Row(y) {
			n += int(cell.Width)
		}
		if n != c.W {
			t.Fatalf("line %d is %d columns wide, not %d", y, n, c.W)
		}
	}
}

func TestEveryHostileRuneIsShown(t *testing.T) {
	for _, bad := range hostileRunes() {
		for _, ascii := range []bool{false, true} {
			c := term.NewCanvas(40, 1, ascii)
			c.Text(0, 0, 40, term.Plain, "x"+bad+"y")
			s := c.String()
			if !strings.HasPrefix(s, "x") || !strings.Contains(s, "y") && len(bad) < 600 {
				t.Errorf("%q became %q", bad, s)
			}
		}
	}
}

func TestTextKeepsColumns(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		width    int
	}{
		{"Müller", "Müller", 6},
		{"Nguye\u0302\u0303n", "Nguye\u0302\u0303n", 6}, // two marks are a Vietnamese letter
		{"a\u0301\u0302\u0303\u0304b", "a\u0301\u0302b", 2},
		{"\u0301a", "\u00b7a", 2},
		{"日本語", "日本語", 6},
		{"\U0001f600!", "\U0001f600!", 3},
		{"\U0001f44d\U0001f3fd!", "\U0001f44d\U0001f3fd!", 3},
		{"\U0001f1ee\U0001f1f9!", "\U0001f1ee\U0001f1f9!", 3},
		{"한", "한", 2},
		{"\u1112\u1161\u11ab", "\u1112\u1161\u11ab", 2},
		{"a\u00a0b", "a b", 3},
		{"a\u202eb", "a\u00b7b", 3},
		{"a\u2026b", "a\u2026b", 3}, // ambiguous width is narrow
		{"a\tb\nc", "a\u00b7b\u00b7c", 5},
		{"a\u200db", "a\u00b7b", 3},
		{"\xff", "\u00b7", 1},
	} {
		c := term.NewCanvas(20, 1, false)
		n := c.Text(0, 0, 20, term.Plain, tt.in)
		if got := strings.TrimSuffix(c.String(), "\n"); got != tt.want || n != tt.width || term.Columns(tt.in, false) != tt.width {
			t.Errorf("%q became %q of %d columns (measured %d), want %q of %d", tt.in, got, n, term.Columns(tt.in, false), tt.want, tt.width)
		}
	}
}

func TestDrawingOverHalfAGrapheme(t *testing.T) {
	c := term.NewCanvas(8, 1, false)
	c.Text(0, 0, 8, term.Plain, "日本語")
	c.Text(1, 0, 2, term.Plain, "ab")
	if got := c.String(); got != " ab 語\n" {
		t.Errorf("%q", got)
	}
	checkWidths(t, c)
	if n := c.Text(7, 0, 8, term.Plain, "語"); n != 0 { // half of it would fit
		t.Errorf("%d columns", n)
	}
}

func FuzzTextIsHarmless(f *testing.F) {
	for _, s := range hostileRunes() {
		f.Add(s, 10)
	}
	looks := [2]*term.Look{lookFor("xterm-kitty"), lookFor("foot")}
	f.Fuzz(func(t *testing.T, s string, width int) {
		for _, ascii := range []bool{false, true} {
			c := term.NewCanvas(max(1, min(100, width)), 2, ascii)
			c.Title, c.Clip, c.Clips, c.Note, c.Notes = s, s, 1, s, 1
			c.Text(0, 0, c.W, term.Plain, s)
			c.Text(c.W/2, 1, c.W, term.Alert, s)
			c.Text(c.W/3, 0, c.W/3, term.Busy, s)
			checkWidths(t, c)
			b, _ := term.NewPainter(looks[c.W%2]).Paint(c)
			if err := rendererOnly(b, ascii); err != nil {
				t.Fatal(err)
			}
		}
	})
}
