//go:build linux

package main

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// TestPathDies: the network under a call dies, and the phone takes another path by itself: it says
// so with the length of the gap and keeps that with the call. On request it does so again.
func TestPathDies(t *testing.T) { onDialects(t, playPathDies) }

func playPathDies(t *testing.T, o demopbx.Options) {
	net := newNetwork(t)
	d := sitWith(t, o, func(c *phone.Config) { c.Links[0].Dial = net.dial(c.Links[0].Dial) })
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.sound()
	net.cut()
	d.reads("nothing is coming from")
	d.reads("path changed")
	d.sound()
	l := d.leg(0, "heard again", func(l phone.Leg) bool { return !l.Unheard && len(l.Paths) == 1 })
	if gap := l.Paths[0].Gap; gap < net.sooner || gap > timeout {
		t.Errorf("a gap of %s", gap)
	}
	d.do(phone.RestartICE{})
	d.leg(0, "a third path", func(l phone.Leg) bool { return len(l.Paths) == 2 })
	d.sound()
}

// TestPathIsLate: a path that is found only seconds after the answer delays the sound and loses nothing, also where
// the phone has guessed meanwhile that the PBX's description means something else.
func TestPathIsLate(t *testing.T) { onDialects(t, playPathIsLate) }

func playPathIsLate(t *testing.T, o demopbx.Options) {
	d := sitWith(t, o, func(c *phone.Config) {
		dial := c.Links[0].Dial
		c.Links[0].Dial = func(ctx context.Context) (pbxws.Conn, error) {
			conn, err := dial(ctx)
			if err != nil {
				return nil, err
			}
			late := &lateConn{conn, make(chan pbxws.Event), time.After(7 * time.Second)}
			go late.run()
			return late, nil
		}
	})
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.sound()
	d.controlsCall()
}

// lateConn has no way through the network until some time has passed: it keeps the PBX's candidates back.
type lateConn struct {
	pbxws.Conn
	events chan pbxws.Event
	open   <-chan time.Time
}

func (c *lateConn) Events() <-chan pbxws.Event { return c.events }

func (c *lateConn) run() {
	defer close(c.events)
	var held []pbxws.Event
	arrives := c.Conn.Events()
	for {
		select {
		case <-c.open:
			for _, e := range held {
				c.events <- e
			}
			c.open, held = nil, nil
		case e, ok := <-arrives:
			if !ok {
				return
			}
			if _, is := e.(pbxws.LegCandidate); is && c.open != nil {
				held = append(held, e)
				continue
			}
			c.events <- e
		}
	}
}

func (c *lateConn) Send(ctx context.Context, command pbxws.Command) error {
	if _, is := command.(pbxws.AddCandidate); is {
		return nil // the PBX sees who knocks
	}
	return c.Conn.Send(ctx, command)
}

// sound waits until the colleague is heard, and not our own ringback; how well is for other tests.
func (d *desk) sound() {
	d.Helper()
	d.listen("the colleague", func(level, share float64) bool { return level > 300 && share > 0.2 }, exchange.ColleagueTone)
}

// TestPathIsRefused: a PBX that follows to no other path is named, and calling again is a way out.
func TestPathIsRefused(t *testing.T) { onDialects(t, playPathIsRefused) }

func playPathIsRefused(t *testing.T, o demopbx.Options) {
	o.Vodia.NoReoffer, o.NethCTI.NoUpdates = true, true
	d := sit(t, o)
	d.do(phone.Dial{To: "601"})
	l := d.state(0, phone.Connected)
	d.do(phone.RestartICE{})
	why := "the PBX refused one"
	if o.Only == "nethcti" { // its gateway says nothing of a refusal
		why = "the PBX has not answered in 5 s"
	}
	d.reads("no other path for the sound of 601 Luca Neri: " + why)
	d.leg(0, "the sign of it", func(l phone.Leg) bool { return l.PathRefused && l.State == phone.Connected })
	d.do(phone.CallAgain{})
	d.sees("a new call to the same", func(s phone.Snapshot) bool {
		talks, ok := s.Talking()
		return ok && talks.ID != l.ID && talks.Peer.Number == "601"
	})
	d.sound()
}

// network stands between the sound of a phone and its PBX: it puts ports of its own in the place of
// both ends' and carries what comes there, until it is cut. An offer of another path gets a new pair
// of ports, as another network would.
type network struct {
	t *testing.T
	// sooner is the least gap that a cut must leave.
	sooner  time.Duration
	mu      sync.Mutex
	cables  []*cable // the one in use is the last, or one before while an offer is on its way
	serving sync.WaitGroup
}

func newNetwork(t *testing.T) *network {
	n := &network{t: t, sooner: 2 * time.Second}
	t.Cleanup(n.serving.Wait)
	n.lay()
	return n
}

func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.cables {
		c.dead.Store(true)
	}
}

func (n *network) cable() *cable {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.cables[len(n.cables)-1]
}

// cable is a pair of ports: what comes to one leaves from the other, for whoever is behind the first.
type cable struct {
	dead  atomic.Bool
	ports [2]*net.UDPConn
	ends  [2]atomic.Pointer[netip.AddrPort]
}

const (
	ourEnd = iota
	theirEnd
)

func (n *network) lay() {
	c := &cable{}
	for i := range c.ports {
		port, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			n.t.Fatal(err)
		}
		c.ports[i] = port
		n.t.Cleanup(func() { _ = port.Close() })
	}
	for i := range c.ports {
		n.serving.Go(func() { c.carry(i) })
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cables = append(n.cables, c)
}

func (c *cable) carry(i int) {
	packet := make([]byte, 2048)
	for {
		length, from, err := c.ports[i].ReadFromUDPAddrPort(packet)
		if err != nil {
			return
		}
		c.ends[1-i].Store(&from) // whoever speaks is there; a candidate that says so may be late
		if to := c.ends[i].Load(); to != nil && !c.dead.Load() {
			_, _ = c.ports[1-i].WriteToUDPAddrPort(packet[:length], *to)
		}
	}
}

// stand puts a port of the cable in the place of an end's own.
func (c *cable) stand(i int, candidate pbxws.Candidate) pbxws.Candidate {
	fields := strings.Fields(candidate.Line) // RFC 8839 §5.1: address and port are the fifth and sixth
	end := netip.MustParseAddrPort(fields[4] + ":" + fields[5])
	if !end.Addr().IsLoopback() { // nobody has it, with or without the cable
		return candidate
	}
	c.ends[i].Store(&end)
	fields[5] = strconv.Itoa(c.ports[i].LocalAddr().(*net.UDPAddr).Port)
	candidate.Line = strings.Join(fields, " ")
	return candidate
}

// dial makes links whose candidates lead through the network.
func (n *network) dial(dial pbxws.DialFunc) pbxws.DialFunc {
	return func(ctx context.Context) (pbxws.Conn, error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		led := &ledConn{Conn: conn, network: n, events: make(chan pbxws.Event), gone: make(chan struct{})}
		n.serving.Go(led.run)
		return led, nil
	}
}

type ledConn struct {
	pbxws.Conn
	network *network
	events  chan pbxws.Event
	gone    chan struct{} // closed by Close: nobody listens any more
}

func (c *ledConn) Events() <-chan pbxws.Event { return c.events }

func (c *ledConn) Close() error {
	close(c.gone)
	return c.Conn.Close()
}

func (c *ledConn) run() {
	defer close(c.events)
	for e := range c.Conn.Events() {
		switch event := e.(type) {
		case pbxws.LegCandidate:
			event.Candidate = c.network.cable().stand(theirEnd, event.Candidate)
			e = event
		case pbxws.LegDescribed:
			event.SDP = c.network.cable().standIn(theirEnd, event.SDP)
			e = event
		}
		select {
		case c.events <- e:
		case <-c.gone:
		}
	}
}

func (c *ledConn) Send(ctx context.Context, command pbxws.Command) error {
	switch asked := command.(type) {
	case pbxws.AddCandidate:
		asked.Candidate = c.network.cable().stand(ourEnd, asked.Candidate)
		command = asked
	case pbxws.Offer:
		asked.SDP = c.network.cable().standIn(ourEnd, asked.SDP)
		command = asked
	case pbxws.Reoffer:
		c.network.lay()
		asked.SDP = c.network.cable().standIn(ourEnd, asked.SDP)
		command = asked
	case pbxws.Answer:
		asked.SDP = c.network.cable().standIn(ourEnd, asked.SDP)
		command = asked
	}
	return c.Conn.Send(ctx, command)
}

// standIn puts a port of the cable in the place of those in a description.
func (c *cable) standIn(i int, sdp string) string {
	var led strings.Builder
	for line := range strings.Lines(sdp) {
		if found, isOne := strings.CutPrefix(line, "a="); isOne && strings.HasPrefix(found, "candidate:") {
			line = "a=" + c.stand(i, pbxws.Candidate{Line: strings.TrimSpace(found)}).Line + "\r\n"
		}
		led.WriteString(line)
	}
	return led.String()
}
