package nethcti

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/internal/socketio"
	"github.com/patchcord/patchcord/pbxws"
)

var update = flag.Bool("update", false, "write the golden files anew")

// t0 is when the transcripts were made, by the vendor's clock.
var t0 = time.UnixMilli(1795219136000).UTC()

// listsOf are lists as the fake PBX gives them.
func listsOf(t *testing.T, people, extensions, queues, parkings, trunks string) lists {
	t.Helper()
	var l lists
	for text, into := range map[string]any{meAlice: &l.me, people: &l.people, extensions: &l.extensions, queues: &l.queues, parkings: &l.parkings, trunks: &l.trunks} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// loaded is a board that knows everybody.
func loaded(t *testing.T) *board {
	t.Helper()
	l := listsOf(t, everybody, extensionsOnline, "{}", " {}", "{ }")
	b := newBoard(l.me, redact.New())
	b.load(l, t0)
	b.catchUp(t0)
	b.take()
	return b
}

// words are an event for a golden file.
func words(e pbxws.Event) string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.UTC().Format("15:04:05")
	}
	switch e := e.(type) {
	case pbxws.AccountChanged:
		p := e.Patch
		a := fmt.Sprintf("%s %s: registered %v, dnd %v, lamp %d, presence %q", p.ID, *p.Name, *p.Registered, *p.DND, *p.BLF, *p.Presence)
		for _, more := range []string{*p.PresenceTo, p.OnBusy.String(), p.OnUnavailable.String()} {
			a += fmt.Sprintf(" %q", more)
		}
		for _, f := range *p.Diverts {
			a += fmt.Sprintf(", diverts %s to %s", f.When, f.To)
		}
		return a
	case pbxws.CallChanged:
		c := e.Call
		text := fmt.Sprintf("call %s: %s -> %s, %s of %v, began %s, answered %s", c.ID, c.From, c.To, c.Phase, c.Members, at(c.Began), at(c.Answered))
		if c.Recording {
			text += fmt.Sprintf(", recorded, paused %v", c.Paused)
		}
		if c.Queue != "" {
			text += ", through " + string(c.Queue)
		}
		return text
	case pbxws.CallEnded:
		return "call " + string(e.ID) + " ended"
	case pbxws.QueueChanged:
		q := e.Queue
		text := fmt.Sprintf("queue %s %s: %d waiting, %d ready, longest since %s", q.ID, q.Name, q.Waiting, q.Agents, at(q.Longest))
		for _, m := range q.Members {
			text += fmt.Sprintf("; %s %s in %v fixed %v paused %v %q since %s", m.ID, m.Name, m.In, m.Fixed, m.Paused, m.Reason, at(m.Since))
		}
		for _, c := range q.Callers {
			text += fmt.Sprintf("; %d. %s since %s", c.Position, c.Party, at(c.Since))
		}
		return text
	case pbxws.OrbitChanged:
		if e.Orbit.Call == "" {
			return "orbit " + string(e.Orbit.ID) + ": free"
		}
		return fmt.Sprintf("orbit %s: %s by %s until %s", e.Orbit.ID, e.Orbit.Parked, e.Orbit.By, at(e.Orbit.Until))
	}
	return fmt.Sprintf("%T %+v", e, e)
}

// Every event of the vendor's server, in both generations and with the masks of a user who may not see
// others, and what it is on our board, line by line.
func TestTranscripts(t *testing.T) {
	for _, name := range []string{"eio4", "eio3"} {
		data, err := os.ReadFile("../../internal/socketio/testdata/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		b, connection := loaded(t), ""
		for line := range strings.Lines(string(data)) {
			head, frame, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " | ")
			if !ok || !strings.Contains(head, "S->C") || !strings.Contains(head, " text ") {
				continue
			}
			frame = strings.TrimPrefix(frame, "(deflated) ")
			p, err := socketio.Parse([]byte(frame))
			if err != nil || p.Kind != socketio.Event {
				continue
			}
			if to := head[:3]; to != connection {
				connection = to
				fmt.Fprintf(&got, "== connection %s\n", to)
				b = loaded(t)
			}
			fmt.Fprintf(&got, "%.90s\n", frame)
			b.hear(p.Name, p.Args, t0)
			for _, e := range b.take() {
				fmt.Fprintf(&got, "    %s\n", words(e))
			}
			if b.doubtful {
				got.WriteString("    (the lists are read again)\n")
				b.doubtful = false
			}
			if b.recount {
				got.WriteString("    (the messages are counted)\n")
				b.recount = false
			}
		}
		golden := "testdata/" + name + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Errorf("%s differs from its golden file; -update writes it anew:\n%s", name, got.String())
		}
	}
}

// What the transcripts do not hold.
func TestBoard(t *testing.T) {
	for name, c := range map[string]struct{ event, payload, want string }{
		"a newer conference": {eventBridge, `{"id":"201","users":{"202":{"name":"Bob","muted":"true"}}}`,
			"pbxws.ConferenceChanged {Conference:{ID:201 Members:[{ID:202 Name:Bob Owner:false Muted:true}] Learnt:0001-01-01 00:00:00 +0000 UTC}}"},
		"its end":        {eventBridgeEnd, `{"id":"91201"}`, "pbxws.ConferenceEnded {ID:201}"},
		"a busy callee":  {eventHangup, `{"cause":"user_busy","callerNum":"201","channelExten":"201","calledNum":"202"}`, "pbxws.DeskEnded {Device:201 Peer:202 Bob Bianchi Cause:busy (486)}"},
		"of others":      {eventHangup, `{"cause":"user_busy","channelExten":"202"}`, ""},
		"as calls do":    {eventHangup, `{"cause":"normal_clearing","channelExten":"201"}`, ""},
		"an odd cause":   {eventHangup, `{"cause":"interworking","channelExten":"91201","callerNum":"305"}`, "pbxws.DeskEnded {Device:91201 Peer:305 Cause:ended (interworking)}"},
		"no mailbox":     {eventMailCount, `{}`, "(count)"},
		"of a colleague": {eventMailCount, `{"voicemail":"202","counter":"3"}`, ""},
		"other device":   {eventDevice, `"91201"`, "pbxws.DevicesLoaded {Devices:[{ID:201 Name:Yealink SIP-T46S Kind:physical Chosen:false} {ID:91201 Name: Kind:webrtc Chosen:true}]}"},
		"overdue":        {eventParking, `{"parking":"71","parkedCaller":{"num":"305","timeout":-7}}`, "orbit 71: 305 by unknown until 23:58:56"},
		"a trunk in trouble": {eventTrunk, `{"exten":"2001","name":"p","status":"offline","registration":"rejected"}`,
			"pbxws.TrunkChanged {Trunk:{ID:2001 Name:p State:in trouble Word:rejected Calls:0 Channels:0 Learnt:0001-01-01 00:00:00 +0000 UTC}}"},
		"an unknown word":   {eventMain, `{"mainPresence":{"username":"bob","status":"in_una_riunione"}}`, `202 Bob Bianchi: registered true, dnd false, lamp 1, presence "in_una_riunione" "" "" ""`},
		"somebody new":      {eventPresence, `{"presence":{"username":"new","status":"dnd"}}`, "(again)"},
		"a new queue":       {eventMember, `{"queue":"402","member":"201"}`, "(again)"},
		"of a second phone": {eventExtension, `{"exten":"91201","status":"ringing","conversations":{}}`, `201 Alice Verdi: registered true, dnd false, lamp 2, presence "" "" "" ""`},
		"diverted":          {eventExtension, `{"exten":"202","name":"x","status":"online","cf":"305","dnd":"true"}`, `202 Bob Bianchi: registered true, dnd true, lamp 1, presence "" "" "" "", diverts always to 305`},
		"nothing of sense":  {eventQueue, `[1]`, `pbxws.Unrecognized {Name:queueUpdate Why:its content makes no sense Raw:[[1]]}` + "\n(again)"},
		"half masked": {eventExtension, `{"exten":"299","status":"busy","conversations":{"A>B":{"direction":"in","counterpartNum":"0721405xxx","counterpartName":"xxx"}}}`,
			`299 Door: registered true, dnd false, lamp 3, presence "" "" "" ""` + "\ncall A>B: 0721405xxx -> 299 Door, ringing of [299], began -, answered -"},
	} {
		b := loaded(t)
		b.hear(c.event, []json.RawMessage{json.RawMessage(c.payload)}, t0)
		var got []string
		for _, e := range b.take() {
			got = append(got, words(e))
		}
		if b.doubtful {
			got = append(got, "(again)")
		}
		if b.recount {
			got = append(got, "(count)")
		}
		if text := strings.Join(got, "\n"); text != c.want {
			t.Errorf("%s: %s\nwant %s", name, text, c.want)
		}
	}
}

// A masked party has no number that a key could dial.
func TestMaskedPartiesAreNotDialled(t *testing.T) {
	for number, name := range map[text]text{"xxx": "xxx", "0721405xxx": "xxx", "": "xxx"} {
		if p := partyOf(number, name); p.Number != "" || p.Name == "" {
			t.Errorf("%s %s: %+v", number, name, p)
		}
	}
}

// TestObjectsAreBounded: nothing that the PBX tells of ever new objects grows without end, and what is known
// still changes.
func TestObjectsAreBounded(t *testing.T) {
	b := newBoard(me{}, redact.New())
	b.reading = false
	tell := func(name, format string, args ...any) {
		b.dispatch(name, []json.RawMessage{json.RawMessage(fmt.Sprintf(format, args...))}, time.Time{})
	}
	for i := range pbxws.MaxAccounts + 100 {
		tell(eventExtension, `{"exten":"%d"}`, i)
		tell(eventQueue, `{"queue":"%d"}`, i)
		tell(eventParking, `{"parking":"%d"}`, i)
		tell(eventStreaming, `{"streaming":{"source":"%d","image":"data:"}}`, i)
		b.take()
	}
	for what, n := range map[string]int{
		"extensions": len(b.extensions) - pbxws.MaxAccounts, "rows": len(b.rows) - pbxws.MaxAccounts, "queues": len(b.queues) - pbxws.MaxAccounts,
		"places": len(b.places) - pbxws.MaxOrbits, "pictures": len(b.pictures) - maxCameras,
	} {
		if n != 0 {
			t.Errorf("%s: %d above the limit are kept", what, n)
		}
	}
	tell(eventExtension, `{"exten":"7","status":"busy"}`)
	if b.extensions["7"].Status != statusBusy {
		t.Error("what is known stands still")
	}
}
