package vodia

import (
	"log/slog"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// Front serves clients of the Vodia wire.
type Front struct {
	o        Options
	log      *slog.Logger
	pbx      *exchange.PBX
	sessions *sessions // shared by the handlers

	// The rest belongs to the PBX loop.
	sockets map[*socket]bool
	// leaving are sockets that are being closed.
	leaving map[*socket]bool
	aliases map[alias]string
	// callsFrame is the tenant's call-state as of callsVersion, shared by its subscribers.
	callsFrame   []byte
	callsVersion uint64
	version      uint64
}

// New makes a front of a PBX and adds it there.
func New(o Options, pbx *exchange.PBX, log *slog.Logger) *Front {
	f := &Front{
		o: o.withDialect(), log: log, pbx: pbx, sessions: newSessions(),
		sockets: map[*socket]bool{}, aliases: map[alias]string{},
	}
	pbx.Serve(f)
	return f
}

// AccountChanged implements exchange.Front: every client gets the account.
func (f *Front) AccountChanged(a *exchange.Account) {
	if len(f.sockets) == 0 {
		return
	}
	data, err := wire.EncodeMessage(wire.UserState{AccountEntry: f.accountEntry(a)})
	if err != nil {
		f.log.Error("the practice PBX could not describe an account", "err", err)
		return
	}
	for s := range f.sockets {
		if !f.o.NoDirectory {
			s.sendFrame(data)
		}
		if s.orbits && isOrbit(a) {
			s.send(f.orbitState(a))
		}
		if s.lamps[a.Number] {
			s.send(lampOf(a))
		}
	}
}

// SettingsChanged implements exchange.Front.
func (f *Front) SettingsChanged(a *exchange.Account) {
	for s := range f.sockets {
		s.send(wire.UserChange{AccountEntry: f.accountEntry(a)})
	}
}

// MailboxChanged implements exchange.Front.
func (f *Front) MailboxChanged(a *exchange.Account) {
	if !f.o.NoDirectory {
		f.tell(a, wire.DomainState{Messages: f.countMessages(a)})
	}
}

// CallMissed implements exchange.Front.
func (f *Front) CallMissed(a *exchange.Account) { f.tell(a, wire.MissedCalls{Count: a.Missed}) }

// TextSent implements exchange.Front.
func (f *Front) TextSent(from, to *exchange.Account, text string) {
	f.tell(to, wire.Chat{Peer: from.Number, Text: text})
}

// CallChanged implements exchange.Front: it schedules a call state for everybody who sees the call.
func (f *Front) CallChanged(c *exchange.Call) {
	f.version++
	for s := range f.sockets {
		mine := c.Has(s.user)
		if s.domain || s.own && mine {
			s.callsDue(mine)
		}
	}
}

// Close implements exchange.Front.
func (f *Front) Close() {
	f.leaving, f.sockets = f.sockets, map[*socket]bool{}
	for s := range f.leaving {
		s.gone = true
		close(s.queue)
	}
}

// Break implements exchange.Front.
func (f *Front) Break() {
	for s := range f.leaving {
		s.drop()
	}
}

// DropSockets breaks every websocket of a user without a close frame, as a failing network does,
// and returns when the PBX has noticed.
func (f *Front) DropSockets(user string) {
	f.pbx.Do(func() {
		for s := range f.sockets {
			if s.user.Number == user {
				s.end("dropped on purpose")
			}
		}
	})
}

// ForgetSessions ends every web session, like a restart of the PBX; sockets stay.
func (f *Front) ForgetSessions() { f.sessions.end("") }

// tell sends a message to every client of an account.
func (f *Front) tell(a *exchange.Account, m wire.Message) {
	for s := range f.sockets {
		if s.user == a {
			s.send(m)
		}
	}
}

// complain notes what a client did wrong.
func (f *Front) complain(user *exchange.Account, callid, text string) {
	f.pbx.Note(exchange.Entry{Kind: exchange.Complaint, User: user.Number, Call: callid, Text: text})
}
