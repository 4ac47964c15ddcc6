// Package toy shows what a second PBX takes: a dialect of its own, its own ids, no trickle ICE, hold
// by a new offer, and nothing of the phone or the screen that knows it by name.
package toy

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"strconv"
	"sync"

	"github.com/patchcord/patchcord/pbxws"
)

// message is one line of the wire, a JSON object. Calls have numbers that the PBX gives.
type message struct {
	Op     string   `json:"op"`
	Ref    string   `json:"ref,omitempty"` // of a call that has no number yet
	Call   int      `json:"call,omitempty"`
	Login  string   `json:"login,omitempty"`
	Secret string   `json:"secret,omitempty"`
	To     string   `json:"to,omitempty"`
	From   string   `json:"from,omitempty"`
	State  string   `json:"state,omitempty"`
	SDP    string   `json:"sdp,omitempty"`
	On     bool     `json:"on,omitempty"`
	Code   int      `json:"code,omitempty"`
	People []person `json:"people,omitempty"`
}

type person struct{ ID, Name string }

// conn is a signed-in link. Its reader owns the events, Send's callers share the table of calls.
type conn struct {
	socket net.Conn
	events chan pbxws.Event
	out    chan message
	over   chan struct{}
	end    sync.Once
	work   sync.WaitGroup
	mu     sync.Mutex
	err    error
	calls  map[pbxws.LegID]int
	legs   map[int]pbxws.LegID
}

const (
	eventsDeep = 64 // full stops the socket
	outDeep    = 64 // full ends the link
)

// dialect is all that a list of dialects has to hold.
var dialect = pbxws.Dialect{
	ID: "toy", Name: "Toy",
	Fields: []pbxws.Setting{
		{ID: "login", Role: pbxws.RoleUser, Required: true, Label: "Login", Help: "as at the toy PBX"},
		{Role: pbxws.RoleSecret, Label: "Secret"},
	},
	Check: func(ctx context.Context, l pbxws.Login) (pbxws.Reached, error) {
		socket, err := reach(ctx, l)
		if err != nil {
			return pbxws.Reached{}, err
		}
		return pbxws.Reached{}, socket.Close()
	},
	Dialer: func(l pbxws.Login) pbxws.DialFunc {
		return func(ctx context.Context) (pbxws.Conn, error) {
			secret, err := l.Secret(ctx)
			if err != nil {
				return nil, err
			}
			socket, err := reach(ctx, l)
			if err != nil {
				return nil, err
			}
			return signIn(socket, l.User, secret)
		}
	},
}

func reach(ctx context.Context, l pbxws.Login) (net.Conn, error) {
	address, err := url.Parse(l.URL)
	if err != nil {
		return nil, &pbxws.DialError{Step: pbxws.StepAddress, What: "the address is none", Next: "Check it", Err: err}
	}
	socket, err := new(net.Dialer).DialContext(ctx, "tcp", address.Host)
	if err != nil {
		return nil, &pbxws.DialError{Step: pbxws.StepReach, What: "the toy PBX does not listen", Next: "Start it", Err: err}
	}
	return socket, nil
}

func signIn(network net.Conn, login, secret string) (pbxws.Conn, error) {
	c := &conn{
		socket: network, events: make(chan pbxws.Event, eventsDeep), out: make(chan message, outDeep), over: make(chan struct{}),
		calls: map[pbxws.LegID]int{}, legs: map[int]pbxws.LegID{},
	}
	lines := bufio.NewScanner(network)
	lines.Buffer(nil, 1<<16)
	var first message
	if json.NewEncoder(network).Encode(message{Op: "login", Login: login, Secret: secret}) != nil || !lines.Scan() || json.Unmarshal(lines.Bytes(), &first) != nil || first.Op != "welcome" {
		_ = network.Close()
		return nil, &pbxws.DialError{Step: pbxws.StepLogin, What: "the toy PBX knows no such login", Next: "Check login and secret", Permanent: true}
	}
	c.work.Go(func() { c.read(first, lines) })
	c.work.Go(c.write)
	return c, nil
}

func (c *conn) Caps() pbxws.Caps           { return pbxws.CapMedia | pbxws.CapHoldByOffer | pbxws.CapTones }
func (c *conn) Events() <-chan pbxws.Event { return c.events }

func (c *conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func (c *conn) Close() error {
	c.stop(nil)
	c.work.Wait()
	return nil
}

func (c *conn) stop(err error) {
	c.end.Do(func() {
		c.mu.Lock()
		c.err = err
		c.mu.Unlock()
		close(c.over)
		_ = c.socket.Close()
	})
}

func (c *conn) read(first message, lines *bufio.Scanner) {
	defer close(c.events)
	c.hear(first)
	for lines.Scan() {
		var m message
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			c.emit(pbxws.Unrecognized{Why: "no JSON", Raw: lines.Text()})
			continue
		}
		c.hear(m)
	}
	c.stop(&pbxws.LinkError{What: "the toy PBX hung up", Err: lines.Err()})
}

func (c *conn) write() {
	to := json.NewEncoder(c.socket)
	for {
		select {
		case <-c.over:
			return
		case m := <-c.out:
			if err := to.Encode(m); err != nil {
				c.stop(&pbxws.LinkError{What: "the toy PBX takes nothing", Err: err})
				return
			}
		}
	}
}

func (c *conn) emit(e pbxws.Event) {
	select {
	case c.events <- e:
	case <-c.over:
	}
}

// leg is our name of a call.
func (c *conn) leg(call int) pbxws.LegID {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.legs[call]
}

func (c *conn) tie(call int, leg pbxws.LegID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.legs[call], c.calls[leg] = leg, call
}

// hear turns a message into events.
func (c *conn) hear(m message) {
	leg := c.leg(m.Call)
	switch m.Op {
	case "welcome":
		c.emit(pbxws.Identified{Self: pbxws.AccountID(m.To)})
		c.emit(pbxws.Registered{})
		var all pbxws.DomainLoaded
		for _, p := range m.People {
			all.Accounts = append(all.Accounts, pbxws.Account{ID: pbxws.AccountID(p.ID), Name: p.Name, Registered: true})
		}
		c.emit(all)
	case "placed":
		c.tie(m.Call, pbxws.LegID(m.Ref))
		c.emit(pbxws.LegProgressed{Leg: pbxws.LegID(m.Ref), Code: 180})
	case "incoming":
		leg = pbxws.LegID("toy-" + strconv.Itoa(m.Call))
		c.tie(m.Call, leg)
		c.emit(pbxws.LegOffered{Leg: leg, From: pbxws.Party{Number: m.From}, SDP: m.SDP})
	case "described":
		c.emit(pbxws.LegDescribed{Leg: leg, SDP: m.SDP, Kind: pbxws.SDPAnswer, Sure: true})
	case "answered":
		c.emit(pbxws.LegAnswered{Leg: leg})
	case "record":
		c.record(m, leg)
	case "lamp":
		blf := map[string]pbxws.BLF{"calls": pbxws.BLFCalling, "hidden": pbxws.BLFUnknown}[m.State]
		c.emit(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: pbxws.AccountID(m.To), BLF: &blf}})
	case "news":
		c.emit(pbxws.Announced{Title: m.From, Text: m.State})
	case "over":
		c.emit(pbxws.LegEnded{Leg: leg, Cause: pbxws.CauseOfCode(m.Code, "")})
		c.emit(pbxws.CallEnded{ID: callID(m.Call)})
	case "refused":
		c.emit(pbxws.CommandRefused{Command: pbxws.Offer{Leg: pbxws.LegID(m.Ref)}, Code: m.Code})
	case "unregistered":
		c.emit(pbxws.Unregistered{Reason: m.State})
	default:
		c.emit(pbxws.Unrecognized{Name: m.Op})
	}
}

// record is what the PBX tells of a call for the lamps.
func (c *conn) record(m message, leg pbxws.LegID) {
	from, to := pbxws.AccountID(m.From), pbxws.AccountID(m.To)
	c.emit(pbxws.CallChanged{Call: pbxws.Call{
		ID: callID(m.Call), From: pbxws.Party{Number: m.From}, To: pbxws.Party{Number: m.To}, Caller: from, Callee: to,
		Members: []pbxws.AccountID{from, to}, Phase: map[string]pbxws.Phase{"talking": pbxws.PhaseConnected}[m.State], Leg: leg,
	}})
}

func callID(call int) pbxws.CallID { return pbxws.CallID("c" + strconv.Itoa(call)) }

var errFull = errors.New("the toy PBX takes nothing any more")

// Send turns a command into a message.
func (c *conn) Send(_ context.Context, command pbxws.Command) error {
	m, ok := c.words(command)
	if !ok {
		return pbxws.ErrUnsupported
	}
	if m.Op == "" {
		return nil
	}
	select {
	case c.out <- m:
		return nil
	default:
		c.stop(&pbxws.LinkError{What: errFull.Error()})
		return errFull
	}
}

// words gives the message for a command; one without Op has none here.
func (c *conn) words(command pbxws.Command) (message, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch o := command.(type) {
	case pbxws.Offer:
		return message{Op: "call", Ref: string(o.Leg), To: o.To, SDP: o.SDP}, true
	case pbxws.Answer:
		return message{Op: "answer", Call: c.calls[o.Leg], SDP: o.SDP}, true
	case pbxws.Reject:
		return message{Op: "bye", Call: c.calls[o.Leg]}, true
	case pbxws.Bye:
		return message{Op: "bye", Call: c.calls[o.Leg], Ref: string(o.Leg)}, true
	case pbxws.Hold:
		return message{Op: "hold", Call: c.calls[o.Leg], On: o.On, SDP: o.SDP}, true
	case pbxws.Tones:
		return message{Op: "tones", Call: c.calls[o.Leg], To: o.Digits}, true
	case pbxws.Ringing, pbxws.Trace:
		return message{}, true
	}
	return message{}, false
}
