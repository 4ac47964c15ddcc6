package exchange

import "github.com/patchcord/patchcord/rtc"

// maxLegs bounds the calls of one account.
const maxLegs = 16

// legKey finds a leg by its account and the id that the account's clients know.
type legKey struct{ account, id string }

// Leg is a client's WebRTC side of a call. It belongs to the account and not to a client: it
// outlives a broken connection.
type Leg struct {
	Account *Account
	// Client is nil while it is away.
	Client *Client
	ID     string
	// Placed says that the client called.
	Placed bool
	// Call is nil until a call that was placed begins.
	Call *Call
	// Data is the front's own.
	Data any

	dialled string // what was called
	number  uint64 // of all legs
	over    bool
	orphan  *Timer

	media *rtc.Session
	sdp   string // the PBX's description
	// agreed says that both sides have described the media.
	agreed      bool
	lost        bool   // the sound broke and has not healed
	fingerprint string // of the client's certificate
	// rebuilding says that a new connection of the client is being described; waiting are candidates
	// that came before its description.
	rebuilding bool
	waiting    []candidate
}

// newLeg makes a leg known by its id.
func (p *PBX) newLeg(c *Client, id string) *Leg {
	p.legsBegun++
	l := &Leg{Account: c.Account, Client: c, ID: id, number: p.legsBegun}
	p.legs[legKey{l.Account.Number, l.ID}] = l
	return l
}

// Leg finds a leg of an account by its id; nil when there is none.
func (p *PBX) Leg(a *Account, id string) *Leg { return p.legs[legKey{a.Number, id}] }

// NewestLeg is the leg of a client that began last; nil when it has none.
func (p *PBX) NewestLeg(c *Client) *Leg {
	var newest *Leg
	for _, l := range p.legs {
		if l.Client == c && (newest == nil || l.number > newest.number) {
			newest = l
		}
	}
	return newest
}

// legsOf counts the account's legs.
func (p *PBX) legsOf(a *Account) int {
	n := 0
	for _, l := range p.legs {
		if l.Account == a {
			n++
		}
	}
	return n
}

// End is the leg's end of its call.
func (l *Leg) End() *End {
	if l.Call.Caller.Leg == l {
		return &l.Call.Caller
	}
	return &l.Call.Callee
}

// endLeg notifies the client that its leg is over, and forgets it.
func (p *PBX) endLeg(l *Leg, how Ending, code int) {
	if l.Client != nil && !l.over {
		l.Client.Phone.Ended(l, how, code)
	}
	p.closeLeg(l)
}

// closeLeg forgets a leg and ends its media.
func (p *PBX) closeLeg(l *Leg) {
	if l.over {
		return
	}
	l.over = true
	p.agenda.drop(l.orphan)
	delete(p.legs, legKey{l.Account.Number, l.ID})
	p.closeMedia(l.media)
	l.media = nil
}
