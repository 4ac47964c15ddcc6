package vodia

import (
	"cmp"

	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// switchboard turns messages into events and commands into messages. It knows neither socket nor
// clock and has one owner, the loop, which takes events, requests and errands out after each hear,
// order and returned.
type switchboard struct {
	self   string
	domain string
	// agent is the name by which we register.
	agent      string
	generation generation
	// transferAsParty makes a transfer over the websocket come from the far end's number.
	transferAsParty bool
	// hide has secrets hidden in what is told of frames that nobody understands.
	hide *redact.Filter

	legs  legTable
	calls callTable
	// known are the accounts that the PBX has mentioned, as they were reported.
	known map[string]pbxws.Account
	// there are the accounts whose registration the PBX has reported.
	there map[string]bool
	// told is true once the PBX has sent its directory; then it is not requested.
	told bool
	// stale is true if the PBX hinted at changes that it did not send.
	stale bool
	// lamps are those asked for by the directory.
	lamps []string
	codes wire.StarCodes
	// awaited are orders to the desk phone whose effect has not shown yet.
	awaited []pbxws.Command
	// listed is true once the PBX has sent its calls on this link.
	listed bool
	// parked are the orbits where somebody waits.
	parked map[string]bool
	// unresolved are frames that may mean more than one call.
	unresolved []wire.Signal
	// keepsIDs is true once the PBX has used our own id of a call that we placed: then it does not
	// rename calls, and an unknown id belongs to no call.
	keepsIDs bool

	events   []pbxws.Event
	requests []wire.Request
	errands  []errand
}

func newSwitchboard(domain, self string, g generation) *switchboard {
	return &switchboard{
		self: self, domain: domain, generation: g, calls: newCallTable(), known: map[string]pbxws.Account{}, there: map[string]bool{}, codes: wire.DefaultStarCodes(), parked: map[string]bool{},
	}
}

func (s *switchboard) emit(e pbxws.Event) { s.events = append(s.events, e) }
func (s *switchboard) ask(r wire.Request) { s.requests = append(s.requests, r) }

// take hands over what has gathered since the last take.
func (s *switchboard) take() (events []pbxws.Event, requests []wire.Request) {
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
	if !s.generation.noREST {
		s.question(nil, wire.ResourceStarCodes, "", s.codes.Read)
		s.askPhones()
	}
}

// hear takes a frame of the PBX. A frame that changes nothing makes no event.
func (s *switchboard) hear(m wire.Message) {
	if sig, ok := m.(wire.Signal); ok && !s.resolve(sig) {
		return
	}
	s.dispatch(m)
}

func (s *switchboard) dispatch(m wire.Message) {
	switch m := m.(type) {
	case wire.SDP:
		s.hearSDP(m)
	case wire.Invite:
		s.hearInvite(m)
	case wire.Candidate:
		s.hearCandidate(m)
	case wire.Bye:
		s.hearBye(m)
	case wire.Cancel:
		s.hearCancel(m)
	case wire.Response:
		s.hearResponse(m)
	case wire.CallerID:
		if l := s.legFor("callerid", m.CallID); l != nil {
			l.number, l.moved = cmp.Or(m.Number, l.number), true
			s.emit(pbxws.LegNamed{Leg: l.id, Peer: pbxws.Party{Name: m.Name, Number: m.Number}})
		}
	case wire.RecStart:
		s.hearRecording("rec-start", m.ID, true)
	case wire.RecStop:
		s.hearRecording("rec-stop", m.ID, false)
	case wire.CancelResponse, wire.ByeResponse, wire.Ringtones:
		// Confirmations without news, and tones that we make ourselves.
	default:
		s.hearState(m)
	}
}

func (s *switchboard) hearState(m wire.Message) {
	switch m := m.(type) {
	case wire.DomainState:
		s.hearDomain(m)
	case wire.UserState:
		s.hearAccount(m.AccountEntry)
	case wire.UserChange:
		s.hearAccountData(m.AccountEntry)
	case wire.CallState:
		s.hearCalls(m.Calls)
	case wire.OrbitState:
		s.hearOrbit(m)
	case wire.OrbitList:
		s.hearOrbitList(m)
	case wire.RegisterReply:
		s.emit(registered(m))
	case wire.BLFState:
		s.hearLamp(m)
	case wire.BLFList:
		s.hearLamps(m.Lamps)
	case wire.MissedCalls:
		s.emit(pbxws.MissedChanged{Count: m.Count})
	case wire.Chat:
		s.emit(pbxws.TextReceived{From: pbxws.AccountID(m.Peer), Text: m.Text})
	case wire.CRMContact:
		s.hearCustomer(m)
	case wire.Change: // of undocumented contents; what may have changed is requested
		s.stale = true
	case wire.Info:
		s.emit(pbxws.Unrecognized{Name: "info", Why: "no page describes what it means", Raw: excerpt(m.Value, s.hide)})
	case wire.Unknown:
		s.emit(pbxws.Unrecognized{Name: m.Name, Raw: excerpt(m.Raw, s.hide)})
	}
}

// legFor is the leg of a frame. If there is none that is reported, unless the call has just ended:
// late frames are normal.
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
	s.ask(wire.Ack{CallID: l.callID()})
}
