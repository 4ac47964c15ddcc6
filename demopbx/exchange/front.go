package exchange

import (
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// Front is a wire by which clients reach the PBX. It signs them in, reads their orders and writes
// messages.
//
// Its methods are notifications. They run in the PBX loop, must not wait and may give orders. Their
// arguments are read-only.
type Front interface {
	// AccountChanged: an account's registration, do-not-disturb or calls have changed.
	AccountChanged(*Account)
	// SettingsChanged: an account has another name or other forwardings.
	SettingsChanged(*Account)
	// MailboxChanged: the mailbox of an account has a new message, or one that is an old one now.
	MailboxChanged(*Account)
	// CallMissed: nobody took a call for the account.
	CallMissed(*Account)
	// CallChanged: a call began, was answered, held, resumed, recorded, transferred, or is over.
	CallChanged(*Call)
	// TextSent: somebody wrote to an account.
	TextSent(from, to *Account, text string)
	// Close ends the connections of all clients.
	Close()
	// Break ends the connections that have not taken the close frame in time.
	Break()
}

// Phone is the signalling of a client's legs. What Front says of its methods is true here too.
type Phone interface {
	// Ring: a call comes in, by a leg that has no media yet.
	Ring(*Leg)
	// Answered: somebody picked up the call that the client placed.
	Answered(*Leg)
	// PeerChanged: another party is at the far end, or it has another name.
	PeerChanged(*Leg, pbxws.Party)
	// Candidate: the PBX has an address for the media of the leg. It follows the PBX's description.
	Candidate(*Leg, rtc.LocalCandidate)
	// Ended: the leg is over. code is SIP's, 0 for none.
	Ended(l *Leg, how Ending, code int)
}

// Ending is how a leg ended.
type Ending uint8

const (
	// EndedByPeer: the far end hung up, or the PBX ended or refused the call.
	EndedByPeer Ending = iota
	// EndedByClient: the client hung up.
	EndedByClient
	// Abandoned: the client gave its call up, or rejected one, before the answer.
	Abandoned
	// Cancelled: the caller gave up while it rang at the client.
	Cancelled
	// AnsweredElsewhere: another telephone took the call that rang at the client.
	AnsweredElsewhere
)

// Serve adds a front. It is called before Run.
func (p *PBX) Serve(f Front) { p.fronts = append(p.fronts, f) }

// tell passes news to all fronts.
func (p *PBX) tell(news func(Front)) {
	for _, f := range p.fronts {
		news(f)
	}
}

// accountChanged tells the fronts of an account, unless it is not in the directory.
func (p *PBX) accountChanged(a *Account) {
	if !a.unlisted {
		p.tell(func(f Front) { f.AccountChanged(a) })
	}
}

func (p *PBX) callChanged(c *Call) { p.tell(func(f Front) { f.CallChanged(c) }) }
