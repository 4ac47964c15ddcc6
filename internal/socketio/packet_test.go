package socketio

import (
	"os"
	"strings"
	"testing"
)

// frames are the text frames of a transcript in one direction, in its order. Those that were deflated
// are left out.
func frames(t *testing.T, file, direction string) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for line := range strings.Lines(string(data)) {
		head, frame, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " | ")
		if ok && strings.Contains(head, direction) && strings.Contains(head, " text ") && strings.Contains(head, "rsv=0") {
			found = append(found, frame)
		}
	}
	return found
}

// Every frame of the vendor's server and of its client is read, and comes out as it went in.
func TestTranscript(t *testing.T) {
	t.Parallel()
	kinds := map[Kind]int{}
	for _, file := range []string{"eio4.txt", "eio3.txt"} {
		for _, frame := range append(frames(t, file, "S->C"), frames(t, file, "C->S")...) {
			p, err := Parse([]byte(frame))
			if err != nil {
				t.Errorf("%.60s: %v", frame, err)
				continue
			}
			kinds[p.Kind]++
			if back, err := p.Bytes(); err != nil || string(back) != frame {
				t.Errorf("%s\ncomes out as %s, %v", frame, back, err)
			}
		}
	}
	for kind, want := range map[Kind]int{Foreign: 0, Open: 6, Ping: 3, Pong: 3, Connect: 11, Disconnect: 6, Ack: 2} {
		if kinds[kind] != want {
			t.Errorf("of kind %d there are %d, want %d", kind, kinds[kind], want)
		}
	}
	if kinds[Event] < 100 {
		t.Errorf("there are only %d events", kinds[Event])
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for frame, want := range map[string]Packet{
		`420["ping"]`:                          {Kind: Event, ID: 0, Name: "ping"},
		`42["callWebrtc","0721405516"]`:        {Kind: Event, ID: -1, Name: "callWebrtc"},
		`430[]`:                                {Kind: Ack, ID: 0},
		`4317[1]`:                              {Kind: Ack, ID: 17},
		`40`:                                   {Kind: Connect, ID: -1},
		`44/foo,{"message":"x"}`:               {Kind: Foreign, ID: -1},
		`44{"message":"x"}`:                    {Kind: Refused, ID: -1},
		`451-["x",{"_placeholder":true}]`:      {Kind: Foreign, ID: -1},
		`6`:                                    {Kind: Foreign, ID: -1},
		`3probe`:                               {Kind: Pong, ID: -1},
		`1`:                                    {Kind: Close, ID: -1},
		`41`:                                   {Kind: Disconnect, ID: -1},
		`42/other,["callWebrtc","0721405516"]`: {Kind: Foreign, ID: -1},
	} {
		if p, err := Parse([]byte(frame)); err != nil || p.Kind != want.Kind || p.ID != want.ID || p.Name != want.Name {
			t.Errorf("%s: %+v, %v", frame, p, err)
		}
	}
	for _, frame := range []string{"", "x", "4", "48", "42", "42{}", "42[]", "42[1]", `42{"a":1}`, "43", "4299999999999999999999[\"a\"]", "42[\"a\""} {
		if p, err := Parse([]byte(frame)); err == nil {
			t.Errorf("%q is taken for %+v", frame, p)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, frame := range []string{`0{"sid":"a","pingInterval":25000}`, `420["ping"]`, `430[]`, `451-["x",{}]`, `44/foo,{}`, `42["a",{"b":[1,2,"x"]}]`} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		p, err := Parse(frame)
		if err != nil {
			return
		}
		if _, err := p.Bytes(); err != nil && p.Kind != Foreign {
			t.Errorf("%q is %+v and has no form: %v", frame, p, err)
		}
	})
}
