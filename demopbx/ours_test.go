package demopbx

import (
	"context"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/pbxws"
	cti "github.com/patchcord/patchcord/pbxws/nethcti"
	dialect "github.com/patchcord/patchcord/pbxws/vodia"
	"github.com/patchcord/patchcord/rtc"
)

// ours is our own client with one call, driven by what the PBX tells it.
type ours struct {
	t     *testing.T
	conn  pbxws.Conn
	media *rtc.Session
	leg   pbxws.LegID
}

func dialOurs(t *testing.T, s *Server, admin string) *ours {
	t.Helper()
	return dialBy(t, s, dialect.Dialect, map[string]string{"admin": admin})
}

// dialBy signs a client of the dialect in.
func dialBy(t *testing.T, s *Server, d pbxws.Dialect, settings map[string]string) *ours {
	t.Helper()
	login := pbxws.Login{
		URL: s.URL(), Realm: exchange.Domain, User: "201", UserAgent: "test", Settings: settings,
		Secret: func(context.Context) (string, error) { return exchange.Password, nil },
	}
	conn, err := d.Dialer(login)(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	o := &ours{t: t, conn: conn, leg: "leg1"}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		if o.media != nil {
			_ = o.media.Close()
		}
	})
	return o
}

func (o *ours) send(c pbxws.Command) {
	o.t.Helper()
	if err := o.conn.Send(deadline(o.t), c); err != nil {
		o.t.Fatalf("%T: %v (%v)", c, err, o.conn.Err())
	}
}

// until takes events until one suits; candidates and descriptions are heeded on the way.
func (o *ours) until(what string, suits func(pbxws.Event) bool) {
	o.t.Helper()
	for done := deadline(o.t).Done(); ; {
		select {
		case <-done:
			o.t.Fatalf("waits for %s in vain", what)
		case way := <-o.ways():
			o.tells(way)
		case e, open := <-o.conn.Events():
			o.heed(e, open)
			if suits(e) {
				return
			}
		}
	}
}

// hears waits until most of what is received is at the frequency. Events are taken meanwhile: the PBX
// ends a link that is not read.
func (o *ours) hears(hz float64) {
	o.t.Helper()
	(&phone{t: o.t, media: o.media, meanwhile: func() {
		for {
			select {
			case way := <-o.ways():
				o.tells(way)
			case e, open := <-o.conn.Events():
				o.heed(e, open)
			default:
				return
			}
		}
	}}).hears(hz)
}

// ways are our candidates, nil without a call.
func (o *ours) ways() <-chan rtc.Event {
	if o.media == nil {
		return nil
	}
	return o.media.Events()
}

// tells sends a candidate of ours.
func (o *ours) tells(e rtc.Event) {
	o.t.Helper()
	if way, ok := e.(rtc.LocalCandidate); ok {
		o.send(pbxws.AddCandidate{Leg: o.leg, Candidate: pbxws.Candidate(way)})
	}
}

func (o *ours) heed(e pbxws.Event, open bool) {
	o.t.Helper()
	if !open {
		o.t.Fatalf("the link ended: %v", o.conn.Err())
	}
	var err error
	switch e := e.(type) {
	case pbxws.Unrecognized:
		o.t.Errorf("our client does not know %+v", e)
	case pbxws.LegCandidate:
		err = o.media.AddCandidate(e.Candidate.Line, e.Candidate.Mid, e.Candidate.MLine)
	case pbxws.LegDescribed:
		if e.Kind == pbxws.SDPAnswer {
			err = o.media.SetAnswer(e.SDP)
			break
		}
		_ = o.media.Close()
		var answer string
		if o.media, answer, err = newEngine(o.t, "opus").Answer(deadline(o.t), e.SDP); err == nil {
			o.send(pbxws.Answer{Leg: o.leg, SDP: answer})
		}
	}
	if err != nil {
		o.t.Fatalf("%T: %v", e, err)
	}
}

func TestOurClient(t *testing.T) {
	t.Parallel()
	for d, admin := range map[vodia.Dialect]string{vodia.ModernAnswer: vodia.Admin, vodia.Modern: "", vodia.Legacy: "", vodia.Live70: vodia.Admin} {
		t.Run(d.String(), func(t *testing.T) {
			s := start(t, quick(Options{PBX: exchange.Options{Seed: 7}, Vodia: vodia.Options{Dialect: d}}))
			o := dialOurs(t, s, admin)
			o.until("the domain", func(e pbxws.Event) bool {
				d, ok := e.(pbxws.DomainLoaded)
				return ok && len(d.Accounts) == 509
			})
			o.calls("601")
			o.hears(exchange.ColleagueTone)
			o.send(pbxws.Hold{Leg: o.leg, On: true})
			o.until("the hold", func(e pbxws.Event) bool { h, ok := e.(pbxws.LegHeld); return ok && h.On && !h.Remote })
			o.send(pbxws.Hold{Leg: o.leg})
			o.until("the resumption", func(e pbxws.Event) bool { h, ok := e.(pbxws.LegHeld); return ok && !h.On })
			o.send(pbxws.BlindTransfer{Leg: o.leg, To: "602"})
			o.until("a refusal", func(e pbxws.Event) bool {
				r, ok := e.(pbxws.CommandRefused)
				return ok && (r.Code == 486 || r.Code == 409)
			})
			o.send(pbxws.BlindTransfer{Leg: o.leg, To: "600"})
			o.until("the end", func(e pbxws.Event) bool { _, ok := e.(pbxws.LegEnded); return ok })
		})
	}
}

// calls places a call and waits until it is answered.
func (o *ours) calls(number string) {
	o.t.Helper()
	o.offers(number)
	o.until("the pickup", func(e pbxws.Event) bool { _, ok := e.(pbxws.LegAnswered); return ok })
}

// offers places a call.
func (o *ours) offers(number string) {
	o.t.Helper()
	media, offer, err := newEngine(o.t, "opus").Offer(deadline(o.t))
	if err != nil {
		o.t.Fatal(err)
	}
	o.media = media
	o.send(pbxws.Offer{Leg: o.leg, To: number, SDP: offer})
}

func TestOurClientAsksForEverything(t *testing.T) {
	for _, d := range []pbxws.Dialect{dialect.Dialect, cti.Dialect} {
		t.Run(d.ID, func(t *testing.T) {
			dialBy(t, start(t, Options{PBX: exchange.Options{Seed: 7}, Only: d.ID}), d, map[string]string{"admin": vodia.Admin}).asksForEverything()
		})
	}
}

func (o *ours) asksForEverything() {
	o.t.Helper()
	o.send(pbxws.Fetch{Topic: pbxws.TopicHistory})
	o.until("the history", func(e pbxws.Event) bool { h, ok := e.(pbxws.HistoryLoaded); return ok && len(h.Records) == 20 })
	o.send(pbxws.Fetch{Topic: pbxws.TopicPhonebook})
	o.until("the phone book", func(e pbxws.Event) bool {
		b, ok := e.(pbxws.PhonebookLoaded)
		return ok && len(b.Contacts) == 30
	})
	o.send(pbxws.Fetch{Topic: pbxws.TopicVoicemail})
	o.until("the messages", func(e pbxws.Event) bool {
		m, ok := e.(pbxws.VoicemailLoaded)
		return ok && len(m.Messages) == 3
	})
	o.listens()
	forward := pbxws.Forward{When: pbxws.ForwardBusy, To: "601"}
	o.send(pbxws.SetForward{Forward: forward})
	o.until("the forwarding", func(e pbxws.Event) bool {
		f, ok := e.(pbxws.ForwardsLoaded)
		return ok && len(f.Forwards) == 1 && f.Forwards[0] == forward
	})
}

// listens has the sound of the newest message, which is an old one then, and of one that is not there.
func (o *ours) listens() {
	o.t.Helper()
	var newest pbxws.VoiceMessage
	list := func(unread bool) {
		o.t.Helper()
		o.send(pbxws.Fetch{Topic: pbxws.TopicVoicemail})
		o.until("the list", func(e pbxws.Event) bool {
			m, ok := e.(pbxws.VoicemailLoaded)
			if ok {
				newest = m.Messages[0]
			}
			return ok && newest.Unread == unread
		})
	}
	list(true)
	o.send(pbxws.FetchSound{ID: newest.ID})
	o.until("the sound", func(e pbxws.Event) bool {
		s, ok := e.(pbxws.SoundLoaded)
		if want := int(newest.Length/time.Second) * 16000; ok && (s.ID != newest.ID || string(s.File[:4]) != "RIFF" || len(s.File) < want) {
			o.t.Errorf("%d bytes of sound, which last %v", len(s.File), newest.Length)
		}
		return ok
	})
	list(false)
	o.send(pbxws.FetchSound{ID: "nobody"})
	o.until("a refusal", func(e pbxws.Event) bool { _, ok := e.(pbxws.CommandRefused); return ok })
}

func TestOurClientWorksTheDeskPhone(t *testing.T) {
	onDialects(t, func(t *testing.T, d vodia.Dialect) {
		dialOurs(t, start(t, quick(Options{PBX: exchange.Options{DeskAnswers: 20 * time.Millisecond}, Vodia: vodia.Options{Dialect: d}})), vodia.Admin).desk()
	})
}

// desk calls, holds and ends with the desk phone.
func (o *ours) desk() {
	o.t.Helper()
	var call pbxws.Call
	phase := func(p pbxws.Phase) func(pbxws.Event) bool {
		return func(e pbxws.Event) bool {
			c, ok := e.(pbxws.CallChanged)
			if ok && c.Call.From.Number == "201" {
				call = c.Call
			}
			return ok && call.Phase == p
		}
	}
	o.send(pbxws.DeskDial{To: "601"})
	o.until("its call", phase(pbxws.PhaseConnected))
	o.send(pbxws.DeskHold{Call: call.ID, On: true})
	o.until("the hold", phase(pbxws.PhaseHeld))
	o.send(pbxws.DeskHold{Call: call.ID})
	o.until("the resumption", phase(pbxws.PhaseConnected))
	o.send(pbxws.DeskHangup{Call: call.ID})
	o.until("the end", func(e pbxws.Event) bool { ended, ok := e.(pbxws.CallEnded); return ok && ended.ID == call.ID })
}
