package vodia

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// missing are the legs that were told as missing by now.
func missing(c *conn) []string {
	var legs []string
	for {
		select {
		case e := <-c.Events():
			if gone, ok := e.(pbxws.LegMissing); ok {
				legs = append(legs, string(gone.Leg))
			}
		default:
			return legs
		}
	}
}

// TestCallsOfAnEarlierLink: which calls are found again after a link was lost and which are missing. The
// user has one call with 502, whose record was 12.
func TestCallsOfAnEarlierLink(t *testing.T) {
	const (
		none   = `{"action":"call-state","calls":[]}`
		other  = `{"action":"call-state","calls":[{"id":"90","from":"<sip:601@t>","to":"<sip:602@t>","state":"connected"}]}`
		same   = `{"action":"call-state","calls":[{"id":"12","from":"<sip:501@t>","to":"<sip:0502@t>","extension":["501"],"state":"connected"}]}`
		again  = `{"action":"call-state","calls":[{"id":"13","from":"<sip:501@t>","to":"<sip:502@t>","extension":["501","502"],"state":"connected"}]}`
		before = `{"action":"call-state","calls":[{"id":"11","from":"<sip:501@t>","to":"<sip:777@t>","extension":["501"],"state":"connected"}]}`
		theirs = `{"action":"call-state","calls":[{"id":"14","from":"<sip:502@t>","to":"<sip:501@t>","extension":["501","502"],"state":"connected"}]}`
		by     = `{"sdp":"v=0 new","callid":"up@pbx","cseq":1}`
	)
	for _, tt := range []struct {
		name    string
		frames  []string
		missing bool
	}{
		{"no list at all", nil, false},
		{"an empty list", []string{none}, true},
		{"a list of others", []string{other}, true},
		{"another call, from before it", []string{before}, true},
		{"a call to us", []string{theirs}, true},
		{"its record", []string{same}, false},
		{"its party under a new id", []string{again}, false},
		{"first a list without it", []string{none, again}, false},
		{"the PBX speaks to it", []string{by, none}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeWire()
				up := &leg{id: "up", callIDs: []string{"up@pbx"}, number: "502", answered: true, sdp: "v=0", call: "12", earlierCalls: map[string]bool{"11": true}}
				c := startFake(f, func(k *link) { k.earlier = []*leg{up} })
				defer c.Close()
				for _, frame := range tt.frames {
					f.frames <- frame
					synctest.Wait()
				}
				pass(seekLimit - 1)
				if got := missing(c); len(got) > 0 {
					t.Errorf("too early: %v", got)
				}
				pass(1)
				got := missing(c)
				if found := len(got) == 0; found == tt.missing || !found && got[0] != "up" {
					t.Errorf("missing %v", got)
				}
				if sentLike(f, "sip-bye") != 0 {
					t.Error("a bye was sent, though the call may live")
				}
				// Whoever hears nothing of it hangs up, by the name that the PBX knows.
				if err := c.Send(t.Context(), pbxws.Bye{Leg: "up"}); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if sentLike(f, "up@pbx") != 1 {
					t.Error("no bye was sent in the end")
				}
			})
		})
	}
}

// TestRingingOutlivesALink: what becomes of a call that was ringing when the link was lost, by what
// the PBX says on the next one. Both are with 502: "out" was placed here, "in" came in.
func TestRingingOutlivesALink(t *testing.T) {
	const (
		none    = `{"action":"call-state","calls":[]}`
		rings   = `{"action":"call-state","calls":[{"id":"12","from":"<sip:501@t>","to":"<sip:502@t>","state":"alerting"}]}`
		talks   = `{"action":"call-state","calls":[{"id":"12","from":"<sip:501@t>","to":"<sip:502@t>","state":"connected"}]}`
		calls   = `{"action":"call-state","calls":[{"id":"13","from":"<sip:502@t>","to":"<sip:501@t>","state":"alerting"}]}`
		taken   = `{"action":"call-state","calls":[{"id":"13","from":"<sip:502@t>","to":"<sip:501@t>","state":"connected"}]}`
		same    = `{"invitesdp":"v=0 new","callid":"in@pbx","cseq":9,"from":"<sip:502@t>"}`
		another = `{"invitesdp":"v=0 new","callid":"fork2","cseq":9,"from":"<sip:502@t>"}`
		third   = `{"invitesdp":"v=0 new","callid":"other","cseq":9,"from":"<sip:777@t>"}`
		refused = `{"bye":"true","code":486,"callid":"out@pbx"}`
	)
	out := leg{id: "out", callIDs: []string{"out@pbx"}, number: "502", identified: true}
	in := leg{id: "in:in@pbx", callIDs: []string{"in@pbx"}, number: "502", incoming: true, sdp: "v=0"}
	for _, tt := range []struct {
		name   string
		leg    leg
		frames []string
		want   string
	}{
		{"placed, and no list comes", out, nil, ""},
		{"placed, and it rings on", out, []string{none, rings}, "progressed"},
		{"placed, and answered meanwhile", out, []string{talks}, "answered"},
		{"placed, and refused late", out, []string{refused}, "ended: busy"},
		{"placed, and unknown", out, []string{none}, "missing"},
		{"came in, and it rings on", in, []string{none, calls}, ""},
		{"came in, and the caller gave up later", in, []string{calls, none}, "ended: the caller gave up"},
		{"came in, and answered elsewhere", in, []string{calls, taken}, "ended: answered elsewhere"},
		{"came in, and unknown", in, []string{none}, "missing"},
		{"came in, and is offered again", in, []string{same, none}, "described v=0 new"},
		{"came in, and is offered under a new id", in, []string{another, none}, "described v=0 new"},
		{"came in, and somebody else calls too", in, []string{third, none}, "offered; missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeWire()
				c := startFake(f, func(k *link) { k.earlier = []*leg{&tt.leg} })
				defer c.Close()
				for _, frame := range tt.frames {
					f.frames <- frame
					synctest.Wait()
				}
				pass(seekRingingLimit - 1)
				early := fates(c)
				if slices.Contains(early, "missing") {
					t.Error("given up too early")
				}
				pass(1)
				if got := strings.Join(append(early, fates(c)...), "; "); got != tt.want {
					t.Errorf("told %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// TestListsEndNoCallOfThisLink: the end of a call that began to ring on this link is told by itself. A list that
// lacks it may be late, and one that shows it as answered may tell of our own answer.
func TestListsEndNoCallOfThisLink(t *testing.T) {
	const (
		offer = `{"invitesdp":"v=0","callid":"in@pbx","cseq":9,"from":"<sip:502@t>"}`
		none  = `{"action":"call-state","calls":[]}`
		rings = `{"action":"call-state","calls":[{"id":"13","from":"<sip:502@t>","to":"<sip:501@t>","state":"alerting"}]}`
		taken = `{"action":"call-state","calls":[{"id":"13","from":"<sip:502@t>","to":"<sip:501@t>","state":"connected"}]}`
		ended = `{"cancel":"true","callid":"in@pbx"}`
	)
	for _, tt := range []struct {
		frames []string
		want   string
	}{
		{[]string{offer, rings, none}, "offered"},
		{[]string{offer, rings, taken}, "offered"},
		{[]string{offer, rings, none, ended}, "offered; ended: the caller gave up"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFakeWire()
			c := startFake(f, func(*link) {})
			defer c.Close()
			for _, frame := range tt.frames {
				f.frames <- frame
				synctest.Wait()
			}
			pass(seekRingingLimit)
			if got := strings.Join(fates(c), "; "); got != tt.want {
				t.Errorf("%d frames told %q, want %q", len(tt.frames), got, tt.want)
			}
		})
	}
}

// fates are what the link has told of legs by now, in words.
func fates(c *conn) []string {
	var words []string
	for {
		select {
		case e := <-c.Events():
			switch e := e.(type) {
			case pbxws.LegProgressed:
				words = append(words, "progressed")
			case pbxws.LegAnswered:
				words = append(words, "answered")
			case pbxws.LegOffered:
				words = append(words, "offered")
			case pbxws.LegDescribed:
				words = append(words, "described "+e.SDP)
			case pbxws.LegMissing:
				words = append(words, "missing")
			case pbxws.LegEnded:
				words = append(words, "ended: "+e.Cause.Ending.String())
			}
		default:
			return words
		}
	}
}

// A call that the PBX offers once more under another id is answered under that one.
func TestAnswerUnderTheNewID(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	s.takeOver([]*leg{{id: "in:old", callIDs: []string{"old"}, number: "502", incoming: true, sdp: "v=0"}})
	s.receive(wire.Invite{CallID: "new", CSeq: json.RawMessage("9"), SDP: "v=0 new", From: "<sip:502@t>"})
	s.take()
	s.order(pbxws.Answer{Leg: "in:old", SDP: "v=0 ours"})
	_, requests := s.take()
	if len(requests) != 1 {
		t.Fatalf("asked %v", requests)
	}
	if a, ok := requests[0].(wire.Answer); !ok || a.CallID != "new" || string(a.CSeq) != "9" {
		t.Errorf("asked %+v", requests[0])
	}
}

// sentLike counts what we have sent by now that holds the word.
func sentLike(f *fakeWire, word string) int {
	n := 0
	for len(f.sent) > 0 {
		if strings.Contains(<-f.sent, word) {
			n++
		}
	}
	return n
}

// Two calls to one number cannot be told apart by a list that names neither: both go on.
func TestAmbiguousCallsGoOn(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	s.takeOver([]*leg{
		{id: "a", callIDs: []string{"a@pbx"}, number: "502", answered: true},
		{id: "b", callIDs: []string{"b@pbx"}, number: "503", answered: true},
	})
	s.receive(list("7 501 900 connected"))
	s.reportMissing(true)
	if events, _ := s.take(); count[pbxws.LegMissing](events) != 0 {
		t.Errorf("told %v", events)
	}
	if s.seeks(true) {
		t.Error("they are still looked for")
	}
}

// A record that was matched on the lost link is the leg's on the new one, whatever it shows.
func TestRecordsOutliveALink(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	s.takeOver([]*leg{
		{id: "a", callIDs: []string{"a@pbx"}, number: "502", answered: true, call: "22"},
		{id: "b", callIDs: []string{"b@pbx"}, number: "503", answered: true, call: "21"},
	})
	s.receive(list("21 501 900 connected", "22 501 901 connected"))
	for call, want := range map[string]pbxws.LegID{"21": "b", "22": "a"} {
		if l := s.legs.byCall(call); l == nil || l.id != want {
			t.Errorf("record %s belongs to %v, want %s", call, l, want)
		}
	}
}

// Lists that keep coming do not put off the end of the search.
func TestSearchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f, func(k *link) {
			k.earlier = []*leg{{id: "up", callIDs: []string{"up@pbx"}, number: "502", answered: true}}
		})
		defer c.Close()
		for range 4 {
			f.frames <- `{"action":"call-state","calls":[]}`
			pass(seekLimit / 3)
		}
		if got := missing(c); len(got) != 1 {
			t.Errorf("missing %v", got)
		}
	})
}

// The Dialer hands the calls of a link to the next one, once.
func TestDialerRemembers(t *testing.T) {
	d := newDialer(config{})
	d.keep([]*leg{{id: "a"}})
	if legs := d.take(); len(legs) != 1 || legs[0].id != "a" {
		t.Errorf("kept %v", legs)
	}
	if legs := d.take(); len(legs) != 0 {
		t.Errorf("handed out again: %v", legs)
	}
}

// question notes what a link asks its web side.
type question struct {
	path string
	at   time.Duration // since the start
}

// curious brings up a link whose questions are noted.
func curious(f *fakeWire, queries chan question) *conn {
	began := time.Now()
	return startFake(f, func(k *link) {
		k.do = func(_ context.Context, c call) (reply, error) {
			queries <- question{c.path[strings.LastIndex(c.path, "/")+1:], time.Since(began)}
			return reply{status: http.StatusNotFound}, nil
		}
	})
}

func asked(queries chan question) string {
	var list []string
	for len(queries) > 0 {
		q := <-queries
		list = append(list, fmt.Sprintf("%s at %s", q.path, q.at))
	}
	return strings.Join(list, ", ")
}

// A PBX that does not push its directory is asked for it, one that does is not.
func TestCatchUp(t *testing.T) {
	for frame, want := range map[string]string{
		`{"action":"missed-calls","count":1}`:                        "starcodes at 0s, registration at 0s, accounts at 2s, orbits at 2s, dnd at 2s",
		`{"action":"domain-state","accounts":[{"account":"501"}]}`:   "starcodes at 0s, registration at 0s",
		`{"action":"domain-state","calls":[],"messages":{"new": 1}}`: "starcodes at 0s, registration at 0s, accounts at 2s, orbits at 2s, dnd at 2s",
	} {
		synctest.Test(t, func(t *testing.T) {
			f, queries := newFakeWire(), make(chan question, 64)
			c := curious(f, queries)
			defer c.Close()
			f.frames <- frame
			pass(time.Minute)
			if got := asked(queries); got != want {
				t.Errorf("%s: asked %s\nwant %s", frame, got, want)
			}
		})
	}
}

// An old PBX is asked in the words of its own portal, once.
func TestOldSystemsAreAskedInTheirWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f, func(k *link) { k.translator = newTranslator("t", "501", generation{legacy: true, noREST: true}) })
		defer c.Close()
		pass(time.Second)
		if n := sentLike(f, `"get-`); n != 0 {
			t.Errorf("asked %d times after a second", n)
		}
		pass(time.Minute)
		if n := sentLike(f, `"get-`); n != 2 {
			t.Errorf("asked %d times, want once for users and once for calls", n)
		}
	})
}

// However many accounts change, the PBX is asked again once in a while.
func TestHintsAreFollowedSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, queries := newFakeWire(), make(chan question, 64)
		c := curious(f, queries)
		defer c.Close()
		f.frames <- `{"action":"domain-state","accounts":[{"account":"501"}]}`
		go func() {
			for range 250 {
				f.frames <- `{"action":"user-change","account":"502"}`
				<-time.After(100 * time.Millisecond)
			}
		}()
		go func() {
			for range c.Events() {
			}
		}()
		pass(time.Minute)
		if got, want := asked(queries), "starcodes at 0s, registration at 0s, dnd at 1s, registration at 1s, dnd at 11s, registration at 11s, dnd at 21s, registration at 21s, dnd at 31s, registration at 31s"; got != want {
			t.Errorf("asked %s\nwant %s", got, want)
		}
	})
}

// A web side that never answers costs each visit its limit and holds up nothing else: questions
// do not hold up orders, and what there is no room for is refused in words.
func TestStuckWebSide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f, func(k *link) {
			k.do = func(ctx context.Context, c call) (reply, error) {
				ctx, cancel := context.WithTimeout(ctx, stepLimit)
				defer cancel()
				<-ctx.Done()
				return reply{}, ctx.Err()
			}
		})
		defer c.Close()
		const orders = restQueue + 3
		for range orders {
			if err := c.Send(t.Context(), pbxws.Fetch{Topic: pbxws.TopicHistory}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		// One question of the link's own is under way and one waits, so all but the rest of the room are refused.
		const refused = orders - (restQueue - 1)
		if got := drained[pbxws.CommandRefused](c); got != refused {
			t.Errorf("%d refused at once, want %d", got, refused)
		}
		if err := c.Send(t.Context(), pbxws.SetDND{On: true}); err != nil {
			t.Fatal(err)
		}
		pass(orderLimit)
		if e, ok := nextRefusal(c); !ok || e.Reason != "the PBX did not answer within 4s" {
			t.Errorf("told %+v", e)
		}
	})
}

// nextRefusal is the next order that was refused by now.
func nextRefusal(c *conn) (pbxws.CommandRefused, bool) {
	for {
		select {
		case e := <-c.Events():
			if r, ok := e.(pbxws.CommandRefused); ok {
				return r, true
			}
		default:
			return pbxws.CommandRefused{}, false
		}
	}
}

// Calls to numbers that the lists show in their national form are told apart by them.
func TestNationalNumbersTellCallsApart(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	s.takeOver([]*leg{
		{id: "a", callIDs: []string{"a@pbx"}, number: "+12025550123", answered: true},
		{id: "b", callIDs: []string{"b@pbx"}, number: "+12025550124", answered: true},
	})
	s.receive(list("7 501 2025550124 connected", "8 501 2025550123 connected"))
	for call, want := range map[string]pbxws.LegID{"7": "b", "8": "a"} {
		if l := s.legs.byCall(call); l == nil || l.id != want {
			t.Errorf("record %s belongs to %v, want %s", call, l, want)
		}
	}
}
