package exchange

import "errors"

// maxClients and maxClientsOfAccount bound the clients of the PBX and of an account.
const (
	maxClients          = 256
	maxClientsOfAccount = 16
)

// Client is a connection of somebody who signed in. A front attaches it, and detaches it when the
// connection has ended.
type Client struct {
	Account *Account
	Phone   Phone
	// Registered says that the client is a telephone now: calls for the account ring here.
	Registered bool
	// registeredOnce says that it was one at some time; follows says that it watches the user's own
	// calls.
	registeredOnce, follows bool

	gone bool
}

var errTooMany = errors.New("too many clients")

// Attach adds a client. The account then belongs to the client, and its simulated calls end. A new
// client gets the calls of one that went away.
func (p *PBX) Attach(a *Account, phone Phone) (*Client, error) {
	ofAccount := 0
	for c := range p.clients {
		if c.Account == a {
			ofAccount++
		}
	}
	if p.closing || len(p.clients) >= maxClients || ofAccount >= maxClientsOfAccount {
		return nil, errTooMany
	}
	p.claimAccount(a)
	c := &Client{Account: a, Phone: phone}
	p.clients[c] = true
	p.adopt(c)
	return c, nil
}

// claimAccount gives an account to its clients: its simulated calls end.
func (p *PBX) claimAccount(a *Account) {
	if a.claimed {
		return
	}
	p.crowd.release(a)
	a.claimed = true
	a.DND = false
	a.Registered = false
	p.accountChanged(a)
}

// Detach removes a client. Its calls wait for it for a while.
func (p *PBX) Detach(c *Client) {
	c.gone = true
	delete(p.clients, c)
	p.orphan(c)
	p.countPhones(c.Account)
}

// Register makes a client a telephone: calls that ring for its account ring there too.
func (p *PBX) Register(c *Client) {
	fresh := !c.Registered
	c.Registered, c.registeredOnce = true, true
	p.countPhones(c.Account)
	if !fresh {
		return
	}
	p.Note(Entry{Kind: PhoneReady, User: c.Account.Number})
	for _, call := range c.Account.Calls {
		if call.Callee.Account == c.Account && call.Ringing() && !call.ringsAt(c) {
			p.invite(call, c)
		}
	}
}

// Unregister makes a client no telephone any more; calls that ring there go on ringing.
func (p *PBX) Unregister(c *Client) {
	c.Registered = false
	p.countPhones(c.Account)
}

// Follow says whether a client watches its user's calls. One that does and never registers works the
// desk phone, and calls ring there.
func (p *PBX) Follow(c *Client, on bool) {
	c.follows = on
	p.countPhones(c.Account)
}

// countPhones sets whether an account of clients can be called.
func (p *PBX) countPhones(a *Account) {
	has := len(p.phonesOf(a)) > 0 || p.deskAlone(a)
	if a.claimed && a.Registered != has {
		a.Registered = has
		p.accountChanged(a)
	}
}

// phonesOf are the clients that want the account's calls.
func (p *PBX) phonesOf(a *Account) []*Client {
	var phones []*Client
	for c := range p.clients {
		if c.Account == a && c.Registered {
			phones = append(phones, c)
		}
	}
	return phones
}

// orphan keeps a client's legs for a while.
func (p *PBX) orphan(c *Client) {
	for _, l := range p.legs {
		if l.Client != c || l.over {
			continue
		}
		l.Client = nil
		switch {
		case l.Call == nil:
			p.closeLeg(l)
		case p.o.OrphansDie:
			p.disown(l)
		default:
			l.orphan = p.After(p.o.OrphanGrace, func() { p.disown(l) })
		}
	}
}

// disown handles a telephone that went away in a call: if it was ringing it stops, otherwise the
// call ends.
func (p *PBX) disown(l *Leg) {
	if !l.Placed && l.Call.Ringing() {
		p.StopRinging(l)
		return
	}
	p.endCall(l.Call, l.End(), 0)
}

// adopt gives the orphans of an account to a client.
func (p *PBX) adopt(c *Client) {
	for _, l := range p.legs {
		if l.Account == c.Account && l.Client == nil {
			p.Claim(c, l)
		}
	}
}

// Claim gives a leg to a client that named it: the client is back, perhaps before the loss of its
// old connection was noticed.
func (p *PBX) Claim(c *Client, l *Leg) {
	if l.Client == c {
		return
	}
	p.agenda.drop(l.orphan)
	l.orphan, l.Client = nil, c
	if l.lost {
		p.endWhenLost(l)
	}
}
