package demopbx

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

const (
	// mailboxPrefix and an extension are the number of its mailbox. It shows in calls and
	// cannot be dialled.
	mailboxPrefix = "8"
	// maxMessage is how long a mailbox listens, maxMessages how much it keeps.
	maxMessage  = 2 * time.Minute
	maxMessages = 100
)

// message is what somebody said to a mailbox; the sound itself is not kept.
type message struct {
	id     string
	from   pbxws.Party
	at     time.Time
	length time.Duration
	unread bool
}

// mailboxOf answers for somebody who cannot be reached. It is an account of its own, so that
// whoever owns it is not seen to talk. The numbers with a character have none, so that they
// keep it.
func (p *pbx) mailboxOf(a *account) *account {
	if p.o.Faults.NoVoicemail || a.kind != pbxws.KindExtension || a.role != nil || a.owner != nil {
		return nil
	}
	if a.mailbox == nil {
		greets := p.o.GreetingSpeaks
		a.mailbox = &account{
			number: mailboxPrefix + a.number, name: "Mailbox of " + a.name, registered: true, unlisted: true, owner: a,
			role: &role{
				answers: time.Millisecond, talks: greets + maxMessage,
				voice: func() *robot { return &robot{tune: newGreeting(greets)} },
			},
		}
	}
	return a.mailbox
}

// keepMessage keeps what was said to a mailbox in a call that ends.
func (p *pbx) keepMessage(c *call) {
	owner := c.callee.acct.owner
	if owner == nil || c.answered.IsZero() || time.Since(c.answered) <= p.o.GreetingSpeaks {
		return
	}
	box := p.archiveOf(owner)
	box.messages = append(box.messages, message{
		id: c.id, from: c.caller.party, at: c.answered, unread: true,
		length: time.Since(c.answered) - p.o.GreetingSpeaks,
	})
	box.messages = box.messages[max(0, len(box.messages)-maxMessages):]
	p.note(Entry{Kind: MessageLeft, User: c.caller.party.Number, Peer: owner.number})
	if !p.o.Faults.NoDirectory {
		p.tell(owner, wire.DomainState{Messages: p.countMessages(owner)})
	}
}

// countMessages is the voicemail count of a domain state. The page shows the key without a
// value; here it is how many messages are new.
func (p *pbx) countMessages(a *account) json.RawMessage {
	return strconv.AppendInt(nil, int64(p.archiveOf(a).unread()), 10)
}
