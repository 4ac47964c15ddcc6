package toy

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

// pbx is the toy PBX with one extension beside ours, whose telephone answers and hums.
type pbx struct {
	t       *testing.T
	engine  *rtc.Engine
	door    net.Listener
	socket  net.Conn // of the phone
	mu      sync.Mutex
	session *rtc.Session
	samples atomic.Int64 // loud samples that came
	offers  chan string  // SDP that the phone offered, hold and pickup included
	tones   chan string
	work    sync.WaitGroup
}

func newPBX(t *testing.T, engine *rtc.Engine) *pbx {
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return &pbx{t: t, engine: engine, door: door, offers: make(chan string, 8), tones: make(chan string, 1)}
}

// fail ends the link and takes no other.
func (p *pbx) fail() {
	_ = p.door.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.socket.Close()
}

// close is for a PBX whose phone has gone.
func (p *pbx) close() {
	_ = p.door.Close()
	p.hangUp()
	p.work.Wait()
}

// serve talks to one phone after the other.
func (p *pbx) serve(ctx context.Context) {
	for {
		socket, err := p.door.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		p.socket = socket
		p.mu.Unlock()
		p.listen(ctx, socket)
		_ = socket.Close()
	}
}

func (p *pbx) listen(ctx context.Context, socket net.Conn) {
	lines := bufio.NewScanner(socket)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m message
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			p.t.Error(err)
			return
		}
		p.take(ctx, m)
	}
}

func (p *pbx) tell(m message) {
	b, _ := json.Marshal(m)
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = p.socket.Write(append(b, '\n'))
}

func (p *pbx) take(ctx context.Context, m message) {
	switch m.Op {
	case "login":
		if m.Login != "anna@toy" || m.Secret != "sesame" {
			p.tell(message{Op: "denied"})
			return
		}
		p.tell(message{Op: "welcome", To: "p1", People: []person{{"p1", "Anna"}, {"p2", "Bruno"}}})
	case "call":
		if m.To != "p2" {
			p.tell(message{Op: "refused", Ref: m.Ref, Code: 404})
			return
		}
		p.tell(message{Op: "placed", Ref: m.Ref, Call: 41})
		p.tell(message{Op: "record", Call: 41, From: "p1", To: "p2"})
		p.describe(ctx, 41, m.SDP)
		p.tell(message{Op: "answered", Call: 41})
		p.tell(message{Op: "record", Call: 41, From: "p1", To: "p2", State: "talking"})
	case "answer": // to a call that came without a description
		p.describe(ctx, m.Call, m.SDP)
	case "hold":
		p.offers <- m.SDP
		sdp, err := p.session.AnswerReoffer(ctx, m.SDP)
		if err != nil {
			p.t.Error(err)
		}
		p.tell(message{Op: "described", Call: m.Call, SDP: sdp})
	case "tones":
		p.tones <- m.To
	case "bye":
		p.tell(message{Op: "over", Call: m.Call})
		p.hangUp()
	}
}

// describe answers an offer of the phone, and hums.
func (p *pbx) describe(ctx context.Context, call int, offer string) {
	p.offers <- offer
	session, answer, err := p.engine.Answer(ctx, offer, rtc.WholeDescription)
	if err != nil {
		p.t.Error(err)
		return
	}
	p.mu.Lock()
	p.session = session
	p.mu.Unlock()
	p.work.Go(func() {
		for range session.Events() { // until Close
		}
	})
	p.work.Go(func() { p.hum(session) })
	p.tell(message{Op: "described", Call: call, SDP: answer})
}

func (p *pbx) hum(s *rtc.Session) {
	frame := make([]int16, rtc.FrameSamples)
	every := time.NewTicker(rtc.FrameLen)
	defer every.Stop()
	for range every.C {
		s.ReadFrame(frame)
		p.samples.Add(loud(frame))
		square(frame)
		if s.WriteFrame(frame) != nil {
			return
		}
	}
}

func (p *pbx) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.session != nil {
		_ = p.session.Close()
		p.session = nil
	}
}

// square is 500 Hz, far from silence.
func square(frame []int16) {
	for i := range frame {
		frame[i] = 8000
		if i/48%2 == 1 {
			frame[i] = -8000
		}
	}
}

func loud(frame []int16) int64 {
	n := int64(0)
	for _, s := range frame {
		if s > 2000 || s < -2000 {
			n++
		}
	}
	return n
}
