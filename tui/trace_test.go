package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

func traced() phone.Snapshot {
	s := calm()
	s.Tracing = true
	for i, text := range []string{
		`{"mt":"UserCall","call":5012,"to":"305"}`, `{"mt": "CallInfo","call":5012,"state":"alerting"}`,
		`{"mt":"PresenceUpdate","user":305,"state":"busy"}`, `{"mt":"CallInfo","call":5012,"state":"connected","peer":{"num":"305"}}`,
	} {
		s.Trace = append(s.Trace, pbxws.Frame{N: uint64(i + 1), At: ago(time.Duration(4-i) * 250 * time.Millisecond), Sent: i == 0, Text: text})
	}
	return s
}

func TestTraceFilter(t *testing.T) {
	sc := &scene{Snapshot: traced()}
	frames := sc.Trace
	for text, want := range map[string]string{
		"": "0123", "callinfo": "13", "mt=callinfo": "13", "mt=CallInfo !alerting": "3", "state=busy": "2",
		"call=50": "", "call=50*": "013", "call=5012": "013", "user=3*": "2", "305": "023", "!mt=usercall": "123", "nobody": "",
		"=": "", "!": "0123", "mt!=call*": "02", "!mt!=CallInfo": "13", "dir=tx": "0", "user=": "013", "!user=": "2", "num=305": "3",
	} {
		got, f := "", messages.ParseFilter(text)
		for i, frame := range frames {
			if f.Lets(frame.Text, sc.traceColumns(frame)) {
				got += string(rune('0' + i))
			}
		}
		if got != want {
			t.Errorf("%q lets %q through, want %q", text, got, want)
		}
	}
}

func TestTracePane(t *testing.T) {
	r := newRobot(t, traced())
	r.press("g", "w").sees("4 messages", "newest at the bottom", "+0.250", `<-     70 {"mt":"CallInfo"`)
	r.press("/").sees("filter, words or key=value: [").press("m", "t", "=", "c", "a", "l", "l", "*").sees(`2 of 4 messages match "mt=call*"`)
	r.seesNot("PresenceUpdate").press("enter").sees(`2 of 4 messages match "mt=call*"`)
	r.press("enter").sees(`"state": "connected",`, `    "num": "305"`)
	r.press("up").sees("follow OFF at 14:05:39, End follows", `"state": "alerting"`).seesNot(`  "state": "connected"`)
	r.press("end").sees("newest at the bottom", `  "state": "connected",`).expect()
}

func TestPretty(t *testing.T) {
	for text, want := range map[string]string{
		`{"mt":"A","list":[1,{},[ ]],"o":{"t":"a:b, {\"c\"}"}}`: `{|  "mt": "A",|  "list": [|    1,|    {},|    []|  ],|  "o": {|    "t": "a:b, {\"c\"}"|  }|}`,
		"{ \"a\" :\n\t1,\r\n \"b\": true }":                     `{|  "a" : 1,|  "b": true|}`,
		`42["x",{"at":"12:30"}]`:                                `42[|  "x",|  {|    "at": "12:30"|  }|]`,
		"at 12:30 sharp":                                        "at 12:30 sharp",
	} {
		if got := strings.Join(messages.Pretty(text, 60, 99, false), "|"); got != want {
			t.Errorf("%s is laid out as\n%s, want\n%s", text, got, want)
		}
	}
	long := messages.Pretty(`{"a":"`+strings.Repeat("x", messages.PrettyBytes), 100, 10000, false)
	if last := long[len(long)-1]; last != "... and 6 more bytes" {
		t.Errorf("it ends in %q", last)
	}
}

// TestPrettyIsBounded: whatever comes, so many lines and columns and no more.
func TestPrettyIsBounded(t *testing.T) {
	for _, text := range []string{
		"", "plain words", strings.Repeat("[", 1000), strings.Repeat("]", 1000), strings.Repeat("x", 100000),
		`{"a":"\"{,", "b":[1,2]`, strings.Repeat("\u65e5", 200), "\xff\xfe{\x1b[2J,\u202e}",
	} {
		lines := messages.Pretty(text, 30, 8, false)
		if len(lines) > 8 {
			t.Errorf("%d lines of %.20q", len(lines), text)
		}
		for _, l := range lines {
			if n := term.Columns(l, false); n > 34 {
				t.Errorf("%d columns: %q", n, l)
			}
		}
	}
}
