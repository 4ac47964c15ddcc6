//go:build janus

package janus

import (
	"context"
	"fmt"
	"math"

	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/janustest"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/rtc"
)

func TestMain(m *testing.M) { os.Exit(janustest.Run(m)) }

// phoneLine is one account at the real gateway.
type phoneLine struct {
	testing.TB
	*Client
	engine *rtc.Engine

	mu     sync.Mutex
	said   []string // every event in a line
	news   chan struct{}
	events []Event
	talks  map[CallID]*talk
	work   sync.WaitGroup
}

// us is where the telephones call extension 201.
const us = "sip:201@" + janustest.Registrar

func account(secret string) Account {
	return Account{
		URI: "sip:201@" + janustest.Host, Name: "Alice", Secret: secret, Proxy: "sip:" + janustest.Registrar,
	}
}

func openLine(t testing.TB, gateway, secret string) *phoneLine {
	t.Helper()
	u, err := url.Parse(gateway)
	if err != nil {
		t.Fatal(err)
	}
	return useLine(t, Open(Config{URL: u, Transport: reach.Transport(reach.Options{To: u}), Account: account(secret)}))
}

// registeredLine is extension 201, ready to call and to be called.
func registeredLine(t testing.TB, gateway string) *phoneLine {
	t.Helper()
	l := openLine(t, gateway, "pw201")
	await(l, 10*time.Second, anyOf[Registered])
	return l
}

func useLine(t testing.TB, c *Client) *phoneLine {
	t.Helper()
	engine, err := rtc.NewEngine(rtc.Config{})
	if err != nil {
		t.Fatal(err)
	}
	l := &phoneLine{TB: t, Client: c, engine: engine, news: make(chan struct{}, 1), talks: map[CallID]*talk{}}
	l.work.Go(func() {
		for e := range l.Events() {
			l.note(e)
		}
	})
	t.Cleanup(func() {
		l.Close()
		l.work.Wait()
		for _, k := range l.talks {
			k.end()
		}
		if t.Failed() {
			t.Log(strings.Join(l.said, "\n"))
		}
	})
	return l
}

func (l *phoneLine) note(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
	text := fmt.Sprintf("%T%+v", e, e)
	l.said = append(l.said, time.Now().Format("05.000 ")+strings.TrimPrefix(text[:min(len(text), 200)], "janus."))
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// await takes events until one is as wanted; those before it are gone.
func await[E Event](l *phoneLine, limit time.Duration, ok func(E) bool) E {
	l.Helper()
	late := time.After(limit)
	for {
		l.mu.Lock()
		for len(l.events) > 0 {
			e := l.events[0]
			l.events = l.events[1:]
			if e, is := e.(E); is && ok(e) {
				l.mu.Unlock()
				return e
			}
		}
		l.mu.Unlock()
		select {
		case <-l.news:
		case <-late:
			var e E
			l.Fatalf("no %T in %s", e, limit)
		}
	}
}

func anyOf[E Event](E) bool { return true }

func (l *phoneLine) do(o Order) {
	l.Helper()
	if err := l.Do(o); err != nil {
		l.Fatal(err)
	}
}

// call places a call, and talks once there is an answer.
func (l *phoneLine) call(id CallID, number string) *talk {
	l.Helper()
	s, offer, err := l.engine.Offer(context.Background())
	if err != nil {
		l.Fatal(err)
	}
	l.do(Call{ID: id, To: "sip:" + number + "@" + janustest.Host, SDP: offer})
	return l.talk(id, s)
}

// pickUp answers a call that was offered.
func (l *phoneLine) pickUp(o Offered) *talk {
	l.Helper()
	s, answer, err := l.engine.Answer(context.Background(), o.SDP)
	if err != nil {
		l.Fatal(err)
	}
	l.do(Answer{o.ID, answer})
	k := l.talk(o.ID, s)
	await(l, 5*time.Second, func(a Answered) bool { return a.ID == o.ID })
	return k
}

// up waits until a call of ours is answered.
func (l *phoneLine) up(id CallID) {
	l.Helper()
	d := await(l, 10*time.Second, func(d Described) bool { return d.ID == id && !d.Offer })
	if err := l.talks[id].session.SetAnswer(d.SDP); err != nil {
		l.Fatal(err)
	}
	await(l, 10*time.Second, func(a Answered) bool { return a.ID == id })
}

// over waits for the end of a call.
func (l *phoneLine) over(id CallID) Ended {
	l.Helper()
	return await(l, 10*time.Second, func(e Ended) bool { return e.ID == id })
}

// talk is a call's sound: 1000 Hz from us, and what is heard.
type talk struct {
	testing.TB
	session *rtc.Session
	mu      sync.Mutex
	last    []int16 // the last second
	gap     time.Duration
	quiet   time.Duration // how long nothing has been heard
	news    []string
	work    sync.WaitGroup
}

func (l *phoneLine) talk(id CallID, s *rtc.Session) *talk {
	k := &talk{TB: l.TB, session: s}
	l.talks[id] = k
	k.work.Go(func() {
		for e := range s.Events() {
			switch e := e.(type) {
			case rtc.LocalCandidate:
				_ = l.Do(AddCandidate{id, e.Line, e.Mid, e.MLine})
			case rtc.EndOfCandidates:
				_ = l.Do(EndOfCandidates{id})
			default:
				k.mu.Lock()
				k.news = append(k.news, strings.TrimPrefix(fmt.Sprintf("%T", e), "rtc."))
				k.mu.Unlock()
			}
		}
	})
	k.work.Go(k.speak)
	return k
}

func (k *talk) speak() {
	every := time.NewTicker(rtc.FrameLen)
	defer every.Stop()
	in, out := make([]int16, rtc.FrameSamples), make([]int16, rtc.FrameSamples)
	for n := 0; ; <-every.C {
		for i := range out {
			out[i] = int16(6000 * math.Sin(2*math.Pi*1000*float64(n)/48000))
			n++
		}
		if k.session.WriteFrame(out) != nil {
			return
		}
		k.session.ReadFrame(in)
		k.mu.Lock()
		if janustest.Loud(in) {
			k.quiet = 0
		} else if k.quiet += rtc.FrameLen; k.quiet > k.gap {
			k.gap = k.quiet
		}
		k.last = append(k.last, in...)
		k.last = k.last[max(0, len(k.last)-48000):]
		k.mu.Unlock()
	}
}

// hears waits until the last second is 440 Hz.
func (k *talk) hears() {
	k.Helper()
	share := 0.0
	for range 200 {
		k.mu.Lock()
		pcm := slices.Clone(k.last)
		k.mu.Unlock()
		if share = janustest.Share(pcm, 440, 48000); len(pcm) == 48000 && share > janustest.Clear {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	k.Fatalf("440 Hz is %.2f of what is heard; %v", share, k.news)
}

func (k *talk) end() {
	_ = k.session.Close()
	k.work.Wait()
}

// eventually waits for what the other side may take a moment for.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 200 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("not in 10 s: %s", what)
}

// received waits a second and tells how many packets came in it.
func (k *talk) received() uint64 {
	before := k.session.Stats().Received
	time.Sleep(time.Second)
	return k.session.Stats().Received - before
}

// TestRealCall is a call from the registration to the last tone.
func TestRealCall(t *testing.T) {
	lab := janustest.Start(t)
	wrong := openLine(t, janustest.Gateway, "wrong")
	if u := await(wrong, 10*time.Second, anyOf[Unregistered]); u.Why != SecretRefused || u.Code != 904 {
		t.Errorf("with a wrong secret: %+v", u)
	}
	l := registeredLine(t, janustest.Gateway)
	k := l.call("a", lab.Answering.Number)
	l.up("a")
	k.hears()
	eventually(t, "our 1000 Hz in its recording", func() bool { return lab.Answering.ShareOf(t, 1000) > janustest.Clear })
	for _, d := range "12#" {
		if err := k.session.SendDTMF(d, 100*time.Millisecond); err != nil {
			t.Error(err)
		}
	}
	eventually(t, "the tones in its log", func() bool {
		said := lab.Answering.Said()
		return strings.Contains(said, "event: '1'") && strings.Contains(said, "event: '2'") && strings.Contains(said, "event: '#'")
	})
	l.do(Tones{"a", "5"}) // a re-INVITE that meets it waits

	l.do(Hold{"a", true})
	await(l, 5*time.Second, func(h Held) bool { return h.On })
	time.Sleep(200 * time.Millisecond)
	if n := k.received(); n != 0 {
		t.Errorf("%d packets came in a second on hold", n)
	}
	l.do(Hold{"a", false})
	await(l, 5*time.Second, func(h Held) bool { return !h.On })
	k.hears()

	offer, err := k.session.Restart(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	l.do(Reoffer{"a", offer})
	d := await(l, 5*time.Second, func(d Described) bool { return !d.Offer })
	if err := k.session.SetAnswer(d.SDP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another path", func() bool { k.mu.Lock(); defer k.mu.Unlock(); return slices.Contains(k.news, "PathChanged") })
	k.hears()

	l.do(Hangup{"a"})
	if e := l.over("a"); e.How != EndedHere || e.Code != 200 {
		t.Errorf("%+v", e)
	}
}

// TestRealRefusals: calls that fail right after one another, each with its code and words.
func TestRealRefusals(t *testing.T) {
	lab := janustest.Start(t)
	l := registeredLine(t, janustest.Gateway)
	for _, c := range []struct {
		number string
		want   Ended
	}{
		{"999", Ended{ID: "999", Code: 404, Reason: "Not Found"}},
		{"486", Ended{ID: "486", Code: 486, Reason: "Busy Here"}},
		{"480", Ended{ID: "480", Code: 480, Reason: "Temporarily Unavailable"}},
		{"603", Ended{ID: "603", Code: 603, Reason: "Decline"}},
	} {
		l.call(CallID(c.number), c.number)
		if e := l.over(CallID(c.number)); e != c.want {
			t.Errorf("%+v", e)
		}
	}
	l.call("b", lab.Ringing.Number)
	await(l, 5*time.Second, func(p Progressed) bool { return p.Code == 180 })
	l.do(Hangup{"b"})
	if e := l.over("b"); e.How != EndedHere || e.Code != 487 {
		t.Errorf("given up: %+v", e)
	}
}

// TestRealTwoCalls: called, called again on top, swapped, joined; both go on without us.
func TestRealTwoCalls(t *testing.T) {
	lab := janustest.Start(t)
	l := registeredLine(t, janustest.Gateway)

	lab.Ringing.Order(t, "dial", us)
	one := await(l, 5*time.Second, anyOf[Offered])
	if one.From.User != "203" || one.To.User != "201" || one.SDP == "" {
		t.Errorf("%+v", one)
	}
	first := l.pickUp(one)
	first.hears()
	lab.Answering.Order(t, "dial", us)
	two := await(l, 5*time.Second, anyOf[Offered])
	if two.From.User != "202" {
		t.Errorf("%+v", two)
	}
	l.do(Hold{one.ID, true})
	await(l, 5*time.Second, func(h Held) bool { return h.ID == one.ID && h.On })
	second := l.pickUp(two)
	second.hears()
	if n := first.received(); n != 0 {
		t.Errorf("%d packets in a second from the one on hold", n)
	}
	l.do(Hold{two.ID, true})
	l.do(Hold{one.ID, false})
	await(l, 5*time.Second, func(h Held) bool { return h.ID == one.ID && !h.On })
	first.hears()

	lab.Ringing.Listen()
	lab.Answering.Listen()
	l.do(Join{one.ID, two.ID})
	await(l, 10*time.Second, anyOf[Transferred])
	if e := await(l, 5*time.Second, anyOf[Ended]); e.How != EndedTransferred {
		t.Errorf("%+v", e)
	}
	if e := await(l, 5*time.Second, anyOf[Ended]); e.How != EndedTransferred {
		t.Errorf("%+v", e)
	}
	eventually(t, "they talk to each other", func() bool {
		return lab.Ringing.ShareOf(t, 440) > janustest.Clear && lab.Answering.ShareOf(t, 440) > janustest.Clear
	})
	lab.Ringing.Order(t, "hangup", "")
}

// TestRealUnanswered: calls of theirs that come to nothing.
func TestRealUnanswered(t *testing.T) {
	lab := janustest.Start(t)
	l := registeredLine(t, janustest.Gateway)
	for n := range 3 { // right after one another: the handle is the master's
		lab.Ringing.Order(t, "dial", us)
		o := await(l, 5*time.Second, anyOf[Offered])
		l.do(Decline{o.ID, 486})
		if e := l.over(o.ID); e.How != EndedHere || e.Code != 486 {
			t.Errorf("declined: %+v", e)
		}
		eventually(t, "its word for it", func() bool { return strings.Count(lab.Ringing.Said(), "486 Busy Here") > n })
	}
	lab.Ringing.Order(t, "dial", us)
	o := await(l, 5*time.Second, anyOf[Offered])
	lab.Ringing.Order(t, "hangup", "")
	if e := l.over(o.ID); e.How != EndedThere || e.Code != 487 {
		t.Errorf("given up: %+v", e)
	}
}

// TestRealBlindTransfer: the far end of a call talks to somebody else.
func TestRealBlindTransfer(t *testing.T) {
	lab := janustest.Start(t)
	l := registeredLine(t, janustest.Gateway)
	k := l.call("a", lab.Answering.Number)
	l.up("a")
	k.hears()
	l.do(Transfer{"a", "sip:486@" + janustest.Host})
	if r := await(l, 5*time.Second, anyOf[Refused]); r.Code != 486 {
		t.Errorf("%+v", r)
	}
	l.do(Transfer{"a", "sip:" + lab.Ringing.Number + "@" + janustest.Host})
	eventually(t, "it rings there", func() bool { return strings.Contains(lab.Ringing.Said(), "ncoming call") })
	lab.Ringing.Listen()
	lab.Ringing.Order(t, "accept", "")
	await(l, 10*time.Second, anyOf[Transferred])
	if e := l.over("a"); e.How != EndedTransferred {
		t.Errorf("%+v", e)
	}
	eventually(t, "they talk to each other", func() bool { return lab.Ringing.ShareOf(t, 440) > janustest.Clear })
	lab.Ringing.Order(t, "hangup", "")
}

// TestRealSocket is a call by way of a websocket.
func TestRealSocket(t *testing.T) {
	lab := janustest.Start(t)
	l := registeredLine(t, janustest.Socket)
	k := l.call("a", lab.Answering.Number)
	l.up("a")
	k.hears()
	lab.StopGateway()
	if u := await(l, 5*time.Second, anyOf[Unregistered]); u.Why != GatewayAway {
		t.Errorf("%+v", u)
	}
	lab.StartGateway(t)
	await(l, 10*time.Second, anyOf[Registered])
}
