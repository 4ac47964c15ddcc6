package vodia

import (
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/pbxws"
)

// switchboard turns the wire's words into events and commands into the wire's words. It knows
// neither socket nor clock and has one owner, the loop, which takes events, requests and errands
// out after each hear, order and returned.
type switchboard struct {
	self   string
	domain string
	// agent is the name by which we register.
	agent string
	habit habit
	// transferAsParty has a transfer over the websocket come from the far end's number.
	transferAsParty bool
	// hide has secrets hidden in what is told of frames that nobody understands.
	hide *redact.Filter

	legs  legTable
	calls callTable
	// known are the accounts that the PBX has spoken of, as they were told.
	known map[string]pbxws.Account
	// there are the accounts of which the PBX told whether they are registered.
	there map[string]bool
	// told is true once the PBX has pushed its directory; it is then not asked for.
	told bool
	// stale is true when the PBX hinted at changes that it did not tell.
	stale bool
	// lamps are those asked for by the directory.
	lamps []string
	codes starCodes
	// awaited are orders to the desk phone whose effect has not shown yet.
	awaited []pbxws.Command
	// listed is true once the PBX has told its calls on this link.
	listed bool
	// parked are the orbits where somebody waits.
	parked map[string]bool
	// unresolved are frames that may mean more than one call.
	unresolved []signal
	// keepsIDs is true once the PBX has used our own id of a call that we placed: then it does
	// not rename calls, and an id that is unknown is nobody's.
	keepsIDs bool

	events   []pbxws.Event
	requests []Request
	errands  []errand
}

func newSwitchboard(domain, self string, h habit) *switchboard {
	return &switchboard{
		self: self, domain: domain, habit: h, calls: newCallTable(), known: map[string]pbxws.Account{}, there: map[string]bool{}, codes: defaultCodes(), parked: map[string]bool{},
	}
}

func (s *switchboard) emit(e pbxws.Event) { s.events = append(s.events, e) }
func (s *switchboard) ask(r Request)      { s.requests = append(s.requests, r) }

// take hands over what has gathered since the last take.
func (s *switchboard) take() (events []pbxws.Event, requests []Request) {
	events, requests = s.events, s.requests
	s.events, s.requests = nil, nil
	return events, requests
}

// takeErrands hands over what is to be done at the web side of the PBX.
func (s *switchboard) takeErrands() []errand {
	errands := s.errands
	s.errands = nil
	return errands
}

// begin takes over the calls of an earlier link and asks for what every link needs to know.
func (s *switchboard) begin(earlier []*leg) {
	s.takeOver(earlier)
	if !s.habit.oldWeb {
		s.question(nil, ResourceStarCodes, "", s.hearStarCodes)
		s.askPhones()
	}
}

// hear takes a frame of the PBX. What is news to nobody leaves no event.
func (s *switchboard) hear(m Message) {
	if sig, ok := m.(signal); ok && !s.resolve(sig) {
		return
	}
	s.dispatch(m)
}

func (s *switchboard) dispatch(m Message) {
	switch m := m.(type) {
	case SDP:
		s.hearSDP(m)
	case Invite:
		s.hearInvite(m)
	case Candidate:
		s.hearCandidate(m)
	case Bye:
		s.hearBye(m)
	case Cancel:
		s.hearCancel(m)
	case Response:
		s.hearResponse(m)
	case CallerID:
		if l := s.legFor("callerid", m.CallID); l != nil {
			l.number, l.moved = firstOf(m.Number, l.number), true
			s.emit(pbxws.LegNamed{Leg: l.id, Peer: pbxws.Party{Name: m.Name, Number: m.Number}})
		}
	case RecStart:
		s.hearRecording("rec-start", m.ID, true)
	case RecStop:
		s.hearRecording("rec-stop", m.ID, false)
	case CancelResponse, ByeResponse, Ringtones:
		// Confirmations of what we did anyway, and tones that we have our own for.
	default:
		s.hearState(m)
	}
}

func (s *switchboard) hearState(m Message) {
	switch m := m.(type) {
	case DomainState:
		s.hearDomain(m)
	case UserState:
		s.hearAccount(m.AccountEntry)
	case UserChange:
		s.hearAccountData(m.AccountEntry)
	case CallState:
		s.hearCalls(m.Calls)
	case OrbitState:
		s.hearOrbit(m)
	case OrbitList:
		s.hearOrbitList(m)
	case RegisterReply:
		s.emit(registered(m))
	case BLFState:
		s.hearLamp(m)
	case BLFList:
		s.hearLamps(m.Lamps)
	case MissedCalls:
		s.emit(pbxws.MissedChanged{Count: m.Count})
	case Chat:
		s.emit(pbxws.TextReceived{From: pbxws.AccountID(m.Peer), Text: m.Text})
	case CRMContact:
		s.hearCustomer(m)
	case Change: // of what is not described; what may have changed is asked for
		s.stale = true
	case Info:
		s.emit(pbxws.Unrecognized{Name: "info", Why: "no page describes what it means", Raw: excerpt(m.Value, s.hide)})
	case Unknown:
		s.emit(pbxws.Unrecognized{Name: m.Name, Raw: excerpt(m.Raw, s.hide)})
	}
}

// legFor is the leg that a frame means. When there is none that is told, unless the call has
// just ended: late frames are no news.
func (s *switchboard) legFor(frame, callID string) *leg {
	l := s.legs.find(callID)
	switch {
	case l != nil:
		l.sought = false
	case !s.legs.wasHere(callID):
		s.emit(pbxws.Unrecognized{Name: frame, Why: "no call of ours has this id"})
	}
	return l
}

// end takes the leg away and tells why.
func (s *switchboard) end(l *leg, cause pbxws.Cause) {
	l.heard = true
	s.legs.drop(l)
	s.emit(pbxws.LegEnded{Leg: l.id, Cause: cause})
}

// pickUp tells once that the far end answered, and acknowledges it.
func (s *switchboard) pickUp(l *leg) {
	if l.answered {
		return
	}
	l.answered = true
	if l.incoming {
		return
	}
	s.emit(pbxws.LegAnswered{Leg: l.id})
	s.ask(Ack{l.callID()})
}
