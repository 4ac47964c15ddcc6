package terminput

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

// answers are what terminals send without a key being pressed, as XTerm Control Sequences, the
// kitty protocols and DEC's manuals have them.
var answers = []string{
	"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1b]11;rgb:1e1e/1e1e/1e1e\a", "\x1b]10;rgba:ffff/ffff/ffff/ffff\x1b\\",
	"\x1b]4;15;rgb:ff/ff/ff\a", "\x1b]52;c;MTIzNDU2Nzg5MA==\x1b\\", "\x1b]l1800 window\x1b\\", "\x1b]Licon 5\x1b\\",
	"\x1b]99;i=1:p=?;p=title\x1b\\", "\x1b]\x1b\\", "\x1b]2;d\u00e9j\u00e0 \u011b 123\x1b\\",
	"\x1bP1+r544e=787465726d2d323536636f6c6f72\x1b\\", "\x1bP0+r\x1b\\", "\x1bP>|XTerm(388)\x1b\\", "\x1bP!|00000000\x1b\\",
	"\x1bP1$r0;1m\x1b\\", "\x1bP1$r2 q\x1b\\", "\x1bP>|tmux 3.5a\x1b\\",
	"\x1b_Gi=31;OK\x1b\\", "\x1b_Gi=31;ENOENT:12 34\x1b\\", "\x1b^privacy 911\x1b\\", "\x1bXstart of string 911\x1b\\",
	"\x1b[?62;1;6;22c", "\x1b[?1;2c", "\x1b[>41;388;0c", "\x1b[=0;1c", "\x1b[0n", "\x1b[3n", "\x1b[?10n", "\x1b[?997;1n",
	"\x1b[24;80R", "\x1b[1;2R", "\x1b[?24;80;1R", "\x1b[?2026;2$y", "\x1b[4;2$y", "\x1b[?5u", "\x1b[?0u",
	"\x1b[8;24;80t", "\x1b[4;384;640t", "\x1b[6;16;8t", "\x1b[9;50;160t", "\x1b[1t", "\x1b[?1;0;256S", "\x1b[?2;0;800;600S",
	"\x1b[2;1;1;112;112;1;0x", "\x1b[97;5u", "\x1b[57399;1u", "\x1b[27;5;49~", "\x1b[32;10;5M", "\x1b[201~",
	"\x9d11;rgb:1e1e/1e1e/1e1e\x9c", "\x9d11;rgb:1e1e\a", "\x901+r544e=31\x9c", "\x9fGi=31;OK\x9c", "\x9epm 5\x9c", "\x98sos 5\x9c",
	"\x9b?62;1;6c", "\x9b24;80R", "\x9c", "\u009d11;rgb:1e1e\u009c", "\u009b?62;1;6c",
	"\x1b[" + strings.Repeat("1;", 500) + "1m",
	"\x1b]11;" + strings.Repeat("5", 5000) + "\a",
}

// keys are what people press, by the unit that is to be passed on.
var keys = map[string]string{
	"\x1bOP": "", "\x1bOQ": "", "\x1bOR": "", "\x1bOS": "", "\x1bOA": "", "\x1bOd": "",
	"\x1b[15~": "", "\x1b[20~": "", "\x1b[24~": "", "\x1b[15;2~": "", "\x1b[1;5C": "", "\x1b[1;2P": "",
	"\x1b[A": "", "\x1b[H": "", "\x1b[Z": "", "\x1b[a": "", "\x1b[c": "", "\x1b[7$": "", "\x1b[7^": "", "\x1b[7@": "", "\x1b[[A": "", "\x1b[[E": "",
	"\x1b[I": "", "\x1b[O": "",
	"\x1b[<0;10;5M": "", "\x1b[<64;999;999M": "", "\x1b[<0;10;5m": "", "\x1b[M !!": "", "\x1b[M#\xff\xff": "",
	"\x1bOH": "\x1b[H", "\x1bOF": "\x1b[F", "\x1bOM": "\r", "\x1bOp": "0", "\x1bOy": "9", "\x1bOj": "*",
	"\x8fR": "\x1bOR", "\x9b15~": "\x1b[15~", "\u009b15~": "\x1b[15~",
	"\x1b[200~call 0721 555016\r\n\x1b[201~": "", "\x1b[200~\x1b[201~": "", "\x1b[200~\u011b201~ \x1b[20 \x1b[201~": "",
	"\x9b200~5\x9b201~": "\x1b[200~5\x1b[201~",
	"\u00e9":            "", "\u011b": "", "\u20ac": "", "\U0001f4de": "", "\r": "", "\x03": "", "\x00": "", "\x7f": "", " ": "", "5": "",
}

// step is what a terminal sends at once, and how long it pauses after that.
type step struct {
	data  string
	pause time.Duration
}

// read gives the units that come of what a terminal sends, letters that follow each other as one.
// Fake time is needed.
func read(t *testing.T, steps ...step) []string {
	t.Helper()
	src, terminal := io.Pipe()
	r := New(src)
	go func() {
		for _, s := range steps {
			_, _ = io.WriteString(terminal, s.data)
			time.Sleep(s.pause)
		}
		_ = terminal.CloseWithError(io.ErrUnexpectedEOF)
	}()
	var units []string
	plain := false
	buf := make([]byte, 256)
	for {
		n, err := r.Read(buf)
		if err != nil {
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("ended with %v", err)
			}
			<-r.Close()
			return units
		}
		unit, last := string(buf[:n]), len(units)-1
		letters := unit >= " " && unit[0] != del
		switch {
		case plain && letters, last >= 0 && strings.HasPrefix(units[last], pasteBegin) && !strings.HasSuffix(units[last], pasteEnd):
			units[last] += unit
		default:
			units = append(units, unit)
			plain = letters
		}
	}
}

// TestAnswersAreSwallowed cuts each answer at every byte, with every pause.
func TestAnswersAreSwallowed(t *testing.T) {
	for _, answer := range answers {
		synctest.Test(t, func(t *testing.T) {
			cutEverywhere(t, answer, []string{"xy"})
		})
	}
}

func TestKeysPass(t *testing.T) {
	for key, want := range keys {
		if want == "" {
			want = key
		}
		joined := []string{"x", want, "y"}
		if want >= " " && want[0] != del {
			joined = []string{"x" + want + "y"}
		}
		synctest.Test(t, func(t *testing.T) {
			cutEverywhere(t, key, joined)
		})
	}
}

// cutEverywhere sends a sequence between two letters, cut once at every byte and cut into single
// bytes.
func cutEverywhere(t *testing.T, sequence string, want []string) {
	t.Helper()
	for _, pause := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond} {
		cuts := [][]step{}
		for i := range min(len(sequence), 40) {
			cuts = append(cuts, []step{{"x" + sequence[:i], pause}, {sequence[i:] + "y", 0}})
		}
		if len(sequence) <= 40 {
			bytes := []step{{"x", 0}}
			for _, b := range []byte(sequence) {
				bytes = append(bytes, step{string([]byte{b}), pause})
			}
			cuts = append(cuts, append(bytes, step{"y", 0}))
		}
		for _, cut := range cuts {
			if got := read(t, cut...); !slices.Equal(got, want) {
				t.Errorf("%q, cut as %v: %q, want %q", sequence, cut, got, want)
			}
		}
	}
}

func TestEscape(t *testing.T) {
	long := 200 * time.Millisecond
	for name, test := range map[string]struct {
		steps []step
		want  []string
	}{
		"alone":                          {[]step{{"\x1b", long}}, []string{"\x1b"}},
		"twice at once":                  {[]step{{"\x1b\x1b", long}}, []string{"\x1b", "\x1b"}},
		"twice":                          {[]step{{"\x1b", 30 * time.Millisecond}, {"\x1b", long}}, []string{"\x1b", "\x1b"}},
		"then a digit":                   {[]step{{"\x1b", 30 * time.Millisecond}, {"5", long}}, []string{"\x1b", "5"}},
		"then an arrow":                  {[]step{{"\x1b", 30 * time.Millisecond}, {"\x1b[A", long}}, []string{"\x1b", "\x1b[A"}},
		"then a letter":                  {[]step{{"\x1b", 30 * time.Millisecond}, {"\u00e9", long}}, []string{"\x1b", "\u00e9"}},
		"then Enter":                     {[]step{{"\x1b", 30 * time.Millisecond}, {"\r", long}}, []string{"\x1b", "\r"}},
		"Alt and a letter":               {[]step{{"\x1bh", long}}, []string{"\x1bh"}},
		"Alt and a letter of two bytes":  {[]step{{"\x1b\xc3", 50 * time.Millisecond}, {"\xa9", long}}, []string{"\x1b\u00e9"}},
		"Alt and an arrow":               {[]step{{"\x1b\x1b[A", long}}, []string{"\x1b\x1b[A"}},
		"Alt and O":                      {[]step{{"\x1bO", long}, {"x", 0}}, []string{"\x1bO", "x"}},
		"a key late":                     {[]step{{"\x1b", long}, {"[15~", 0}}, []string{"\x1b", "\x1b[15~"}},
		"F3 late":                        {[]step{{"\x1b", long}, {"OR", 0}}, []string{"\x1b", "\x1bOR"}},
		"an answer late":                 {[]step{{"\x1b", long}, {"]11;rgb:11/11", 0}, {"/11\x1b\\y", 0}}, []string{"\x1b", "y"}},
		"the end of an answer late":      {[]step{{"\x1b]11;rgb:11/11/11\x1b", time.Second}, {"\\", 0}, {"y", 0}}, []string{"y"}},
		"a key cut late":                 {[]step{{"\x1b", long}, {"[1", 50 * time.Millisecond}, {"5~y", 0}}, []string{"\x1b", "\x1b[15~", "y"}},
		"an answer with a long pause":    {[]step{{"\x1b]11;rgb:11", time.Second}, {"11/1111/1111\x1b\\y", 0}}, []string{"y"}},
		"a report with a long pause":     {[]step{{"\x1b[?62;", time.Second}, {"1;6cy", 0}}, []string{"y"}},
		"keys after half an answer":      {[]step{{"\x1b]11;rgb:11", time.Second}, {"h", 0}}, []string{"h"}},
		"an answer that is broken off":   {[]step{{"\x1b]11;rgb:11\x03", 0}, {"h", 0}}, []string{"h"}},
		"a key in an answer":             {[]step{{"\x1b]11;rgb:11\x1bOR", 0}}, []string{"\x1bOR"}},
		"a key in a report":              {[]step{{"\x1b[11;\x1bOR", 0}}, []string{"\x1bOR"}},
		"a report that is broken off":    {[]step{{"\x1b[1\r", 0}, {"h", 0}}, []string{"h"}},
		"a paste without an end":         {[]step{{"\x1b[200~12", 3 * time.Second}, {"h", 0}}, []string{"\x1b[200~12\x1b[201~", "h"}},
		"a paste with a long pause":      {[]step{{"\x1b[200~12", 3 * time.Second}, {"34\x1b[201~h", 0}}, []string{"\x1b[200~12\x1b[201~", "\x1b[200~34\x1b[201~", "h"}},
		"an end of nothing":              {[]step{{"\x1b\\h", 0}}, []string{"h"}},
		"half a letter":                  {[]step{{"\xe2\x82", time.Minute}, {"h", 0}}, []string{"h"}},
		"bytes that are no letter":       {[]step{{"\xff\xc0\xa0\xed\xa0\x80\xc1h", 0}}, []string{"h"}},
		"an answer that never ends":      {never("\x1b]11;", "5"), nil},
		"a function key with a modifier": {[]step{{"\x1bO5Ph", 0}}, []string{"h"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := read(t, test.steps...); !slices.Equal(got, test.want) {
					t.Errorf("%q, want %q", got, test.want)
				}
			})
		})
	}
}

// never is a string of a terminal that goes on for a while, at 100 ms a byte.
func never(begin, more string) []step {
	steps := []step{{begin, 0}}
	for range 45 {
		steps = append(steps, step{more, 100 * time.Millisecond})
	}
	return steps
}

// TestDelays: only what may be part of a sequence waits, and not for long.
func TestDelays(t *testing.T) {
	for data, want := range map[string]time.Duration{
		"h": 0, "5": 0, "\r": 0, "\x1b[A": 0, "\x1bOR": 0, "\x1bh": 0, "\u00e9": 0, "\x1b[200~5\x1b[201~": 0, "\x1b": escDelay, "\x1bO": escDelay,
		"\x1b[200~5": pasteDelay,
	} {
		synctest.Test(t, func(t *testing.T) {
			src, terminal := io.Pipe()
			r := New(src)
			began := time.Now()
			go func() { _, _ = io.WriteString(terminal, data) }()
			if _, err := r.Read(make([]byte, 256)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took != want {
				t.Errorf("%q took %s, want %s", data, took, want)
			}
			_ = terminal.Close()
			<-r.Close()
		})
	}
}

// TestOverlongIsOver: an answer that goes on for ever does not lock the keyboard for ever.
func TestOverlongIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps := append([]step{{"\x1b]", 0}}, never("", "j")...)
		steps = append(steps, never("", "j")...)
		if got := read(t, steps...); len(got) != 1 || len(got[0]) < 30 {
			t.Errorf("of 90 keys in 9 s %q came", got)
		}
	})
}

func TestLongPaste(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pasted := strings.Repeat("0123456789", maxPaste/10)
		got := read(t, step{pasteBegin + pasted[:maxPaste-100] + pasteEnd, 0})
		if want := pasteBegin + pasted[:maxPaste-100] + pasteEnd; len(got) != 1 || got[0] != want {
			t.Errorf("%d units", len(got))
		}
		got = read(t, step{pasteBegin + pasted + pasted + pasteEnd + "h", 0})
		if len(got) != 2 || len(got[0]) > maxPaste+20 || got[1] != "h" {
			t.Errorf("%d units", len(got))
		}
	})
}

func TestLettersKeepWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := strings.Repeat("\u20ac5", 3000)
		src, terminal := io.Pipe()
		r := New(src)
		go func() {
			_, _ = io.WriteString(terminal, sent)
			_ = terminal.Close()
		}()
		var got strings.Builder
		buf := make([]byte, 256)
		for {
			n, err := r.Read(buf)
			if err != nil {
				break
			}
			if n > maxRead || !utf8.Valid(buf[:n]) {
				t.Fatalf("read %q", buf[:n])
			}
			got.Write(buf[:n])
		}
		if got.String() != sent {
			t.Errorf("%d bytes of %d", got.Len(), len(sent))
		}
		<-r.Close()
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src, terminal := io.Pipe()
		r := New(src)
		ended := make(chan error)
		go func() {
			_, err := r.Read(make([]byte, 256))
			ended <- err
		}()
		synctest.Wait()
		done := r.Close()
		if err := <-ended; err != io.EOF {
			t.Errorf("ended with %v", err)
		}
		_ = terminal.Close()
		<-done
	})
}

// FuzzReader: whatever comes, in whatever pieces, units are whole and bounded, and nothing that
// an answer holds comes through.
func FuzzReader(f *testing.F) {
	for _, a := range answers {
		f.Add([]byte(a), uint16(3))
	}
	for k := range keys {
		f.Add([]byte(k+"5"), uint16(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, cut uint16) {
		now := time.Unix(0, 0)
		var p parser
		for at, piece := 0, int(cut%7)+1; at < len(data); at += piece {
			p.take(data[at:min(at+piece, len(data))], now)
			if due := p.deadline(); !due.IsZero() && cut&0x100 != 0 && at%3 == 0 {
				now = due
				p.giveUp(now)
			}
			now = now.Add(time.Duration(cut>>9) * time.Millisecond)
			if len(p.held) > maxSequence+1 || len(p.part) > 4 || len(p.pasted) > maxPaste {
				t.Fatalf("held %d, part %d, pasted %d bytes", len(p.held), len(p.part), len(p.pasted))
			}
		}
		p.giveUp(now)
		for unit := p.next(1 << 20); len(unit) > 0; unit = p.next(1 << 20) {
			if err := checkUnit(string(unit)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// checkUnit says what is wrong with a unit.
func checkUnit(u string) error {
	switch {
	case strings.HasPrefix(u, pasteBegin) && strings.HasSuffix(u, pasteEnd), len(u) == 1 && (u < " " || u == "\x7f"):
		return nil
	case strings.HasPrefix(u, "\x1b[M") && len(u) == 6:
		return nil
	case u[0] != esc:
		if !utf8.ValidString(u) || strings.ContainsFunc(u, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) || len(u) > maxRead {
			return fmt.Errorf("no letters: %q", u)
		}
		return nil
	case strings.HasPrefix(u, "\x1b["), strings.HasPrefix(u, "\x1b\x1b["):
		params := u[strings.Index(u, "[")+1 : len(u)-1]
		if params == "[" || u[len(u)-1] == '$' || isKey(params, u[len(u)-1]) {
			return nil
		}
	case strings.HasPrefix(u, "\x1bO"), strings.HasPrefix(u, "\x1b\x1bO"):
		return nil
	case utf8.RuneCountInString(u) == 2:
		return nil
	}
	return fmt.Errorf("no key: %q", u)
}
