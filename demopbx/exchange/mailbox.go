package exchange

import (
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

const (
	// mailboxPrefix before an extension makes the number of its mailbox, which shows in calls and cannot
	// be dialled.
	mailboxPrefix = "8"
	// maxMessage is how long a mailbox listens, maxMessages how much it keeps.
	maxMessage  = 2 * time.Minute
	maxMessages = 100
)

// Message is what somebody said to a mailbox. Listen has its sound.
type Message struct {
	ID     string
	From   pbxws.Party
	At     time.Time
	Length time.Duration
	Unread bool
	// sound is what was recorded, nil for a message that nobody spoke.
	sound []int16
}

// mailboxOf is the mailbox of an account, nil without one. It is an account of its own, so that its owner
// does not show as busy. Special numbers have none, so that they behave as documented.
func (p *PBX) mailboxOf(a *Account) *Account {
	if p.o.NoVoicemail || a.Kind != pbxws.KindExtension || a.role != nil || a.owner != nil {
		return nil
	}
	if a.mailbox == nil {
		greets := p.o.GreetingSpeaks
		a.mailbox = &Account{
			Number: mailboxPrefix + a.Number, Name: "Mailbox of " + a.Name, Registered: true, unlisted: true, owner: a,
			role: &role{
				answers: time.Millisecond, talks: greets + maxMessage,
				voice: func() *robot { return &robot{tune: newGreeting(greets), tape: &tape{}} },
			},
		}
	}
	return a.mailbox
}

// keepMessage adds the message that a call which ends has left in a mailbox.
func (p *PBX) keepMessage(c *Call) {
	owner := c.Callee.Account.owner
	if owner == nil || c.Answered.IsZero() || time.Since(c.Answered) <= p.o.GreetingSpeaks {
		return
	}
	box := p.archiveOf(owner)
	m := Message{
		ID: c.ID, From: c.Caller.Party, At: c.Answered, Unread: true,
		Length: time.Since(c.Answered) - p.o.GreetingSpeaks,
	}
	if v := c.Callee.voice; v != nil && v.tape != nil {
		m.sound = v.tape.recorded()
	}
	box.messages = append(box.messages, m)
	box.messages = box.messages[max(0, len(box.messages)-maxMessages):]
	if old := len(box.messages) - 1 - maxTapes; old >= 0 {
		box.messages[old].sound = nil
	}
	p.Note(Entry{Kind: MessageLeft, User: c.Caller.Party.Number, Peer: owner.Number})
	p.tell(func(f Front) { f.MailboxChanged(owner) })
}
