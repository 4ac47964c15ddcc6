package vodia

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

func TestGarbageLeavesTheLinkUp(t *testing.T) {
	c, there := newPBX(t, "PBX/70.1").dial(t, versionAuto)
	for frame, why := range map[string]string{
		`not json`:                      "the frame is not a JSON object",
		`[]`:                            "the frame is not a JSON object",
		`null`:                          "the frame is not a JSON object",
		`{"sdp":true,"callid":"a"}`:     `sdp: member "sdp" is not a session description`,
		`{"bye":"true","callid":{}}`:    `bye: member "callid" is not text or a number`,
		`{"action":"blf","account":{}}`: "it tells no account or no state that is known",
		strings.Repeat("[", 10000) + strings.Repeat("]", 10000):                             "the frame nests deeper than 32",
		`{"candidate":` + strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10001): "the frame nests deeper than 32",
	} {
		there.send(frame)
		e, ok := nextEvent(t, c).(pbxws.Unrecognized)
		if !ok || e.Why != why {
			t.Errorf("%.40s: told %+v, want %s", frame, e, why)
		}
		if len(e.Raw) > maxExcerpt+64 {
			t.Errorf("%.40s: kept %d bytes of it", frame, len(e.Raw))
		}
	}
}

// One invalid entry of a list does not affect the others.
func TestOddEntries(t *testing.T) {
	c, there := newPBX(t, "PBX/70.1").dial(t, versionAuto)
	for frame, want := range map[string][]string{
		`{"action":"domain-state","accounts":[{"account":"501","registered":true},7,{"account":"502","registered":"perhaps","name":"Desk"},{"account":"503","calls":[{"start":"never"}]}]}`: {
			`unrecognized : domain-state: member "accounts[1]" is not an object; in accounts[2]: member "registered" is not true or false; in accounts[3]: in calls[0]: member "start" is not a time in seconds`,
			"domain 501:other::registered:idle 502:other:Desk:idle 503:other::busy",
		},
		`{"action":"call-state","calls":[{"id":"1","from-number":"601","to-number":"602","start":"late"}]}`: {
			`unrecognized : call-state: in calls[0]: member "start" is not a time in seconds`, "call 1 601 -> 602 ringing []",
		},
	} {
		there.send(frame)
		for _, w := range want {
			if got := show(nextEvent(t, c)); got != w {
				t.Errorf("told %s\nwant %s", got, w)
			}
		}
	}
}

// A very large frame is an ordinary frame: an account with eight million letters is reported and
// the link goes on.
func TestHugeFrame(t *testing.T) {
	c, there := newPBX(t, "PBX/70.1").dial(t, versionAuto)
	const size = 8 << 20
	there.send(`{"action":"new-word","x":"` + strings.Repeat("x", size) + `"}`)
	if e, ok := nextEvent(t, c).(pbxws.Unrecognized); !ok || len(e.Raw) > maxExcerpt+64 {
		t.Errorf("told %T", e)
	}
	there.send(`{"action":"user-change","account":"502","name":"` + strings.Repeat("x", size) + `"}`)
	if e, ok := nextEvent(t, c).(pbxws.AccountChanged); !ok || len(*e.Patch.Name) != size {
		t.Errorf("told %T", e)
	}
	there.send(`{"action":"missed-calls","count":1}`)
	if got := show(nextEvent(t, c)); got != "missed 1" {
		t.Errorf("told %s", got)
	}
}

// Vodia's client compares keys with their case, and so do we.
func TestCaseAndRepetitionOfKeys(t *testing.T) {
	m, err := wire.DecodeMessage([]byte(`{"Bye":"true","SDP":"v=0","ACTION":"call-state"}`))
	if u, ok := m.(wire.Unknown); !ok || err != nil || u.Name != "" {
		t.Errorf("got %#v, %v", m, err)
	}
	m, err = wire.DecodeMessage([]byte(`{"bye":"true","code":486,"Code":1,"code":603}`))
	if b, ok := m.(wire.Bye); !ok || err != nil || b.Code != 603 {
		t.Errorf("got %#v, %v", m, err)
	}
	if _, err := wire.DecodeMessage([]byte("{\"bye\":\"\xff\"}")); err == nil {
		t.Error("said nothing of bytes that are not UTF-8")
	}
}

// TestLatin1 sends a name in Latin-1, as SIP trunks do: the link stays.
func TestLatin1(t *testing.T) {
	c, there := newPBX(t, "PBX/70.1").dial(t, versionAuto)
	if err := there.sock.Write(t.Context(), []byte("{\"action\":\"chat\",\"dest\":\"M\xfcller\",\"message\":\"a\"}")); err != nil {
		t.Fatal(err)
	}
	there.sock.Close(ws.StatusPolicy, "session expired")
	for range c.Events() {
	}
	if err := c.Err(); err == nil || !strings.Contains(err.Error(), "session expired") {
		t.Errorf("the link ended for another reason: %v", err)
	}
}

func TestPBXThatCloses(t *testing.T) {
	c, there := newPBX(t, "PBX/70.1").dial(t, versionAuto)
	there.sock.Close(ws.StatusPolicy, "session expired")
	for range c.Events() {
	}
	if err := c.Err(); err == nil || !strings.Contains(err.Error(), `closed it with code 1008, saying "session expired"`) {
		t.Errorf("ended by %v", err)
	}
}

func TestPBXThatVanishes(t *testing.T) {
	c, there := newPBX(t, "PBX/70.1").dial(t, versionAuto)
	there.sock.CloseNow()
	for range c.Events() {
	}
	if !errors.Is(c.Err(), errDropped) {
		t.Errorf("ended by %v", c.Err())
	}
	c.Close()
	if c.Err() == nil {
		t.Error("a close afterwards hides the reason")
	}
}

// nextFrame is the next trace frame of the websocket.
func nextFrame(t *testing.T, c pbxws.Conn) pbxws.Frame {
	t.Helper()
	for {
		if f, ok := nextEvent(t, c).(pbxws.Frame); ok && !strings.HasPrefix(f.Text, "GET /") {
			return f
		}
	}
}

func TestTrace(t *testing.T) {
	c, there := newPBX(t, "PBX/70.1").dial(t, versionAuto)
	secrets := `{"action":"x","session":"q7Zk2mXvT0bLr9sWc4Nd","user_password":"pa\"ss","note":"q7Zk2mXvT0bLr9sWc4Nd","sdp":"",` +
		`"pin":1234,"\u0070ass":["a"],"auth":{"a":"b"},"data":"{\"key\":7}","value":"502@example.com 5f4dcc3b5aa765d61d8327deb882cf99"}`
	there.send(secrets) // not traced yet
	if _, ok := nextEvent(t, c).(pbxws.Unrecognized); !ok {
		t.Fatal("a frame was told without being asked for")
	}
	if err := c.Send(t.Context(), pbxws.Trace{On: true}); err != nil {
		t.Fatal(err)
	}
	// The first frame of ours after it shows that it is on.
	if err := c.Send(t.Context(), pbxws.Offer{Leg: "leg", To: "502", SDP: "v=0\r\na=ice-pwd:hush\\\"hush\r\na=mid:0\r\n"}); err != nil {
		t.Fatal(err)
	}
	if f := nextFrame(t, c); !f.Sent || strings.Contains(f.Text, "hush") || !strings.Contains(f.Text, `a=ice-pwd:<hidden>\r\na=mid:0`) {
		t.Errorf("traced %+v", f)
	}
	there.send(secrets)
	if f := nextFrame(t, c); f.Sent || f.Text != `{"action":"x","session":"<hidden, 20 chars>","user_password":"<hidden, 5 chars>","note":"<hidden>","sdp":"",`+
		`"pin":"<hidden>","\u0070ass":"<hidden>","auth":"<hidden>","data":"{\"key\":\"<hidden>\"}","value":"502@example.com <hidden>"}` {
		t.Errorf("traced %+v", f)
	}
	there.send(fmt.Sprintf(`{"action":"x","long":%q}`, strings.Repeat("ü", maxTrace)))
	if f := nextFrame(t, c); len(f.Text) > maxTrace+64 || !strings.HasSuffix(f.Text, "bytes in all)") || !strings.HasPrefix(f.Text, `{"action":"x","long":"üü`) {
		t.Errorf("traced %d bytes ending in %q", len(f.Text), f.Text[len(f.Text)-40:])
	}
}

// A PBX that offers calls without end is told that we are busy.
func TestFloodOfInvites(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	for i := range 10 * maxLegs {
		s.receive(wire.Invite{CallID: fmt.Sprintf("%d@pbx", i), SDP: "v=0", From: "<sip:1@t>"})
	}
	events, requests := s.take()
	if len(events) != maxLegs || len(requests) != 9*maxLegs {
		t.Errorf("%d calls offered, %d refused", len(events), len(requests))
	}
	for i := range 10 * maxLegs {
		s.receive(wire.Bye{CallID: fmt.Sprintf("%d@pbx", i)})
	}
	if len(s.legs.live) != 0 || len(s.legs.gone) > maxGone {
		t.Errorf("%d legs live, %d remembered", len(s.legs.live), len(s.legs.gone))
	}
}

// The first sign of life comes at once, not after the first pause between pings.
func TestHeardAtOnce(t *testing.T) {
	c, _ := newPBX(t, "PBX/70.1").dial(t, versionAuto)
	select {
	case e := <-c.Events():
		if _, ok := e.(pbxws.Alive); !ok {
			t.Errorf("told %T", e)
		}
	case <-time.After(limit):
		t.Error("nothing")
	}
}

// everyFrame are frames of every type of message.
func everyFrame(t testing.TB) (frames [][]byte) {
	t.Helper()
	text, err := os.ReadFile("wire/testdata/frames.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if frame, ok := strings.CutPrefix(strings.TrimSpace(line), "< "); ok {
			frames = append(frames, []byte(frame))
		}
	}
	return frames
}

// TestWrongTypesLeaveTheLinkUp sends every message with every member of a wrong type over one link:
// each that is not understood is reported with its name, and the link goes on.
func TestWrongTypesLeaveTheLinkUp(t *testing.T) {
	c, there := newPBX(t, "PBX/70.1").dial(t, versionAuto)
	go func() {
		for range there.frames { // what we answer to all this
		}
	}()
	const end = `{"action":"the-end"}`
	frames := everyFrame(t)
	go func() {
		for _, frame := range frames {
			var members map[string]json.RawMessage
			if json.Unmarshal(frame, &members) != nil {
				continue
			}
			for key, was := range members {
				for _, w := range []string{`{"a":1}`, `[[]]`, `"x"`, `-7.5`, `true`, `[null]`, `null`, `""`} {
					members[key] = json.RawMessage(w)
					if bent, err := json.Marshal(members); err == nil {
						_ = there.sock.Write(t.Context(), bent)
					}
				}
				members[key] = was
			}
		}
		_ = there.sock.Write(t.Context(), []byte(end))
	}()
	for lines := 0; ; {
		u, ok := nextEvent(t, c).(pbxws.Unrecognized)
		switch {
		case ok && u.Name == "the-end":
			if lines < 100 {
				t.Errorf("only %d lines", lines)
			}
			return
		case ok && u.Why != "":
			lines++
		case ok && u.Name == "" && !strings.Contains(u.Raw, `"`):
			t.Errorf("nothing is said of %s", u.Raw)
		}
	}
}

// FuzzHear: whatever the PBX sends, our events can be applied and our answers can be written.
func FuzzHear(f *testing.F) {
	for _, frame := range everyFrame(f) {
		f.Add(frame)
	}
	f.Add([]byte(`{"candidate":"a","adr":[["",-1],[]]}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, _ := wire.DecodeMessage(frame)
		if m == nil {
			return
		}
		s := newTranslator("t", "501", generation{})
		s.order(pbxws.Offer{Leg: "leg", To: "502", SDP: "v=0"})
		for range 2 {
			s.receive(m)
		}
		events, requests := s.take()
		for _, r := range requests {
			if _, err := wire.EncodeRequest(r); err != nil {
				t.Errorf("%#v: %v", r, err)
			}
		}
		state := pbxws.NewState("501")
		for _, e := range events {
			state.Apply(e, time.Unix(0, 0))
		}
	})
}
