package demopbx

import (
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/rtc"
)

// phone is the media of one call of a client: a real WebRTC session, pumped by the test.
type phone struct {
	t      *testing.T
	media  *rtc.Session
	saysHz float64
	phase  float64
	digits atomic.Int32 // the last key heard
	// second is another telephone that speaks while this one listens.
	second *phone
	// meanwhile is done before each frame, if there is something to do.
	meanwhile func()
}

// newPhone lets the session's candidates go to the PBX by the given send.
func (c *client) newPhone(callid string, media *rtc.Session) *phone {
	p := &phone{t: c.t, media: media}
	c.mu.Lock()
	c.phones[callid] = p
	for _, line := range c.early[callid] {
		p.candidate(line)
	}
	c.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for e := range media.Events() {
			switch e := e.(type) {
			case rtc.DTMFReceived:
				p.digits.Store(e.Digit)
			case rtc.LocalCandidate:
				_ = c.conn.Write(c.t.Context(), []byte(`{"action":"ice-candidate","candidate":{"candidate":`+quote(e.Line)+
					`,"sdpMid":`+quote(e.Mid)+`,"sdpMLineIndex":0},"callid":`+quote(callid)+`}`))
			}
		}
	}()
	c.t.Cleanup(func() {
		c.mu.Lock()
		delete(c.phones, callid) // a late candidate has nowhere to go
		c.mu.Unlock()
		_ = media.Close()
		<-ended
	})
	return p
}

func (p *phone) candidate(line string) {
	if err := p.media.AddCandidate(line, "", 0); err != nil {
		p.t.Errorf("candidate %q: %v", line, err)
	}
}

// newEngine speaks the given codecs, or the cheapest one.
func newEngine(t *testing.T, codecs ...string) *rtc.Engine {
	t.Helper()
	if codecs == nil {
		codecs = []string{"PCMU"}
	}
	e, err := rtc.NewEngine(rtc.Config{Loopback: true, Codecs: codecs})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// call places a call and takes the PBX's SDP in the way of its dialect: as an answer, or as an
// offer that replaces ours.
func (c *client) call(number, callid string) *phone {
	c.t.Helper()
	media, offer, err := newEngine(c.t).Offer(deadline(c.t))
	if err != nil {
		c.t.Fatal(err)
	}
	c.dialled(number, callid, offer)
	offers := offers(c.s.options.Vodia.Dialect)
	if offers {
		if err := media.Close(); err != nil {
			c.t.Fatal(err)
		}
	}
	g := c.await("an SDP", func(g got) bool { return g.has("sdp") && g.text("callid") == callid })
	if code := g.number("code"); code != 183 {
		c.t.Errorf("the first SDP has code %d, want 183", code)
	}
	if !offers {
		if err := media.SetAnswer(strings.ReplaceAll(g.text("sdp"), "a=setup:actpass", "a=setup:passive")); err != nil {
			c.t.Fatal(err)
		}
		return c.newPhone(callid, media)
	}
	media, answer, err := newEngine(c.t).Answer(deadline(c.t), g.text("sdp"))
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":%s},"callid":%s,"cseq":%d}`, quote(answer), quote(callid), g.number("cseq"))
	return c.newPhone(callid, media)
}

// dials calls a number that refuses, and returns the bye.
func (c *client) dials(number, callid string) got {
	c.t.Helper()
	media, offer, err := newEngine(c.t).Offer(deadline(c.t))
	if err != nil {
		c.t.Fatal(err)
	}
	c.newPhone(callid, media)
	c.dialled(number, callid, offer)
	return c.await("a refusal", func(g got) bool { return g.text("bye") == "true" && g.text("callid") == callid })
}

// rings waits for an invitation, alerts and returns it.
func (c *client) rings() got {
	c.t.Helper()
	g := c.await("an invitation", func(g got) bool { return g.has("invitesdp") })
	c.send(`{"action":"sip-ringing","callid":%s,"cseq":%d}`, quote(g.text("callid")), g.number("cseq"))
	return g
}

// picksUp answers an invitation.
func (c *client) picksUp(invite got) *phone {
	c.t.Helper()
	media, answer, err := newEngine(c.t).Answer(deadline(c.t), invite.text("invitesdp"))
	if err != nil {
		c.t.Fatal(err)
	}
	callid := invite.text("callid")
	c.send(`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":%s},"callid":%s,"cseq":%d}`,
		quote(answer), quote(callid), invite.number("cseq"))
	return c.newPhone(callid, media)
}

// window is how much sound a judge needs.
const window = 10 * rtc.FrameSamples

// pump speaks and listens until the judge is content with the last window of what was heard.
func (p *phone) pump(what string, content func([]int16) bool) {
	p.t.Helper()
	ctx := deadline(p.t)
	beat := time.NewTicker(rtc.FrameLen)
	defer beat.Stop()
	out, in := make([]int16, rtc.FrameSamples), make([]int16, rtc.FrameSamples)
	var received []int16
	for {
		select {
		case <-ctx.Done():
			p.t.Fatalf("waits to hear %s in vain; stats %+v", what, p.media.Stats())
		case <-beat.C:
		}
		if p.meanwhile != nil {
			p.meanwhile()
		}
		for q := p.second; q != nil; q = q.second {
			q.frame(out, in)
		}
		p.frame(out, in)
		received = append(received, in...)
		if received = received[max(0, len(received)-window):]; len(received) == window && content(received) {
			return
		}
	}
}

// frame says one frame and hears one.
func (p *phone) frame(out, in []int16) {
	p.speak(out)
	_ = p.media.WriteFrame(out)
	p.media.ReadFrame(in)
}

func (p *phone) speak(pcm []int16) {
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(p.phase))
		if p.saysHz == 0 {
			pcm[i] = 0
		}
		p.phase = math.Mod(p.phase+2*math.Pi*p.saysHz/rtc.SampleRate, 2*math.Pi)
	}
}

// hears waits until most of what is received is at the frequencies.
func (p *phone) hears(hz ...float64) {
	p.t.Helper()
	p.pump("a tone", func(pcm []int16) bool {
		share := 0.0
		for _, f := range hz {
			share += goertzel(pcm, f)
		}
		return level(pcm) > 500 && share > 0.7
	})
}

// hearsBeep presses a key and waits for its two tones, which are shorter than the window. It
// presses again if the beep may have been lost on a busy machine.
func (p *phone) hearsBeep(digit rune) {
	p.t.Helper()
	hz := map[rune][2]float64{'1': {697, 1209}, '#': {941, 1477}}[digit] // ITU-T Q.23
	var pressed time.Time
	p.pump("the beep of a key", func(pcm []int16) bool {
		if time.Since(pressed) > 3*time.Second {
			pressed = time.Now()
			if err := p.media.SendDTMF(digit, 0); err != nil {
				p.t.Fatal(err)
			}
		}
		pcm = pcm[len(pcm)-4*rtc.FrameSamples:]
		return level(pcm) > 500 && goertzel(pcm, hz[0]) > 0.2 && goertzel(pcm, hz[1]) > 0.2
	})
}

// hearsNothing waits for silence.
func (p *phone) hearsNothing() {
	p.t.Helper()
	p.pump("silence", func(pcm []int16) bool { return level(pcm) < 30 })
}

func level(pcm []int16) float64 {
	sum := 0.0
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}

// goertzel is the share of the energy that is at the frequency, 0 to 1.
func goertzel(pcm []int16, hz float64) float64 {
	coeff := 2 * math.Cos(2*math.Pi*hz/rtc.SampleRate)
	var s1, s2, total float64
	for _, x := range pcm {
		s1, s2 = float64(x)+coeff*s1-s2, s1
		total += float64(x) * float64(x)
	}
	if total == 0 {
		return 0
	}
	return 2 * (s1*s1 + s2*s2 - coeff*s1*s2) / (total * float64(len(pcm)))
}

// offers says that a PBX of the dialect answers a placed call with an offer of its own.
func offers(d vodia.Dialect) bool { return d == vodia.Modern || d == vodia.Live70 }
