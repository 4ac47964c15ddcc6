package nethcti

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
)

// webRTCPrefix stands before the number of an extension in that of its telephone at the gateway.
const webRTCPrefix = "91"

// gatherNews is how long changes are gathered before clients are told.
const gatherNews = 20 * time.Millisecond

// Front serves clients of the NethVoice wire.
type Front struct {
	o   Options
	log *slog.Logger
	pbx *exchange.PBX

	// The rest belongs to the PBX loop.
	tokens  *tokens
	sockets map[*socket]bool
	leaving map[*socket]bool
	gateway *gateway
	desks   map[*exchange.Account]*desk
	// queues are the members of each queue by its number: the exchange's own queues only hold callers.
	queues map[string]map[string]*member
	// changed are accounts that clients are told of when news is due; nil where it is not.
	changed map[*exchange.Account]bool
	news    *exchange.Timer
	// stages are how far calls of signed-in users have come, as told.
	stages map[*exchange.Call]stage
}

// desk is what the front knows of who has signed in.
type desk struct {
	secret string // of the telephone at the gateway
	// chosen is the telephone that rings first when the PBX places a call for the user.
	chosen string
	// now, busy and away are what the user says of themselves in the three cases.
	now, busy, away presence
}

// New makes a front of a PBX and adds it there.
func New(o Options, pbx *exchange.PBX, log *slog.Logger) *Front {
	o.SlowFree = cmp.Or(o.SlowFree, usualFree)
	f := &Front{
		o: o, log: log, pbx: pbx, tokens: newTokens(), sockets: map[*socket]bool{}, desks: map[*exchange.Account]*desk{},
		queues: map[string]map[string]*member{}, stages: map[*exchange.Call]stage{},
	}
	f.gateway = newGateway(f)
	pbx.Serve(f)
	return f
}

// desk is the desk phone of an account.
func (f *Front) desk(a *exchange.Account) *desk {
	d := f.desks[a]
	if d == nil {
		d = &desk{secret: newToken(), chosen: webRTCPrefix + a.Number, now: presence{Status: online}, busy: presence{Status: online}, away: presence{Status: online}}
		f.desks[a] = d
	}
	return d
}

// AccountChanged implements exchange.Front.
func (f *Front) AccountChanged(a *exchange.Account) {
	if len(f.sockets) == 0 || f.pbx.Account(a.Number) != a { // somebody outside, or a mailbox
		return
	}
	if f.changed == nil {
		f.changed = map[*exchange.Account]bool{}
		f.news = f.pbx.After(gatherNews, f.tellChanged)
	}
	f.changed[a] = true
}

// tellChanged tells everybody of what has changed, each object whole.
func (f *Front) tellChanged() {
	changed := f.changed
	f.changed, f.news = nil, nil
	for a := range changed {
		switch place := a.Kind == pbxws.KindQueue || a.Kind == pbxws.KindOrbit; {
		case place && f.o.NoRights:
		case a.Kind == pbxws.KindQueue:
			f.tell("queueUpdate", func(s *socket) any { return f.queue(a, s.viewer()) })
		case place:
			f.tell("parkingUpdate", func(s *socket) any { return f.parking(a, s.viewer()) })
		case a.Kind == pbxws.KindExtension:
			f.tellExtensions(a)
		}
	}
}

// tellExtensions tells of both telephones of an account, and then how the person is.
func (f *Front) tellExtensions(a *exchange.Account) {
	for _, number := range f.telephones(a) {
		f.tell("extenUpdate", func(s *socket) any { return f.extension(a, number, s.viewer()) })
	}
	f.tell("userMainPresenceUpdate", func(*socket) any {
		return map[string]presence{"mainPresence": {User: a.Number, Status: f.mainPresence(a)}}
	})
}

// SettingsChanged implements exchange.Front.
func (f *Front) SettingsChanged(a *exchange.Account) { f.AccountChanged(a) }

// MailboxChanged implements exchange.Front.
func (f *Front) MailboxChanged(a *exchange.Account) {
	fresh, old := f.mailbox(a)
	f.tellUser(a, "updateNewVoiceMessages", map[string]mailbox{a.Number: {Inbox: fresh, Old: old}})
	f.tell("newVoiceMessageCounter", func(*socket) any { return map[string]string{"voicemail": a.Number, "counter": fresh} })
}

// CallMissed implements exchange.Front: the wire has no word for it.
func (f *Front) CallMissed(*exchange.Account) {}

// TextSent implements exchange.Front: the wire has no texts between users.
func (f *Front) TextSent(_, _ *exchange.Account, _ string) {}

// Close implements exchange.Front.
func (f *Front) Close() {
	f.leaving, f.sockets = f.sockets, map[*socket]bool{}
	for s := range f.leaving {
		s.gone = true
		close(s.queue)
	}
	f.gateway.close()
}

// Break implements exchange.Front.
func (f *Front) Break() {
	for s := range f.leaving {
		s.drop()
	}
}

// tell sends everybody who has logged in an event. Clients who see the same get the same bytes.
func (f *Front) tell(name string, value func(*socket) any) {
	shared := map[viewer]json.RawMessage{}
	for s := range f.sockets {
		if !s.in {
			continue
		}
		of := s.viewer()
		data, known := shared[of]
		if !known {
			var err error
			if data, err = json.Marshal(value(s)); err != nil {
				f.log.Error("the practice PBX could not describe a change", "err", err)
				return
			}
			shared[of] = data
		}
		s.say(name, data)
	}
}

// DropSockets breaks every websocket of a user without a close frame, as a failing network does, and returns
// when the PBX has noticed. The gateway has links of its own.
func (f *Front) DropSockets(user string) {
	f.pbx.Do(func() {
		for s := range f.sockets {
			if s.in && s.user.Number == user {
				s.end("dropped on purpose")
			}
		}
	})
}

// tellUser sends an event to all sockets of a user.
func (f *Front) tellUser(a *exchange.Account, name string, args ...any) {
	for s := range f.sockets {
		if s.in && s.user == a {
			s.say(name, args...)
		}
	}
}
