package vodia

import (
	"cmp"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// translator turns messages into events and commands into messages. It knows neither socket nor
// clock and has one owner, the loop, which takes events, requests and REST requests out after each receive,
// order and receiveREST.
type translator struct {
	self   string
	domain string
	// agent is the name by which we register.
	agent      string
	generation generation
	// transferAsParty makes a transfer over the websocket come from the far end's number.
	transferAsParty bool
	// country is where the PBX is, empty if nobody said.
	country number.Country
	// hide removes the secrets from the report of a frame that nobody understands.
	hide *redact.Filter

	legs  legTable
	calls callTable
	// known are the accounts that the PBX has mentioned, as they were reported.
	known map[string]account
	// registrationKnown are the accounts whose registration the PBX has reported.
	registrationKnown map[string]bool
	// directoryPushed is true once the PBX has sent its directory; then it is not requested.
	directoryPushed bool
	// stale is true if the PBX hinted at changes that it did not send.
	stale bool
	// lamps are the lamps of the directory that were subscribed to.
	lamps []string
	codes wire.StarCodes
	// pendingDesk are orders to the desk phone whose effect has not shown yet.
	pendingDesk []pbxws.Command
	// callsListed is true once the PBX has sent its calls on this link.
	callsListed bool
	// parked are the orbits where somebody waits.
	parked map[string]bool
	// unresolved are frames that may mean more than one call.
	unresolved []wire.Signal
	// keepsIDs is true once the PBX has used our own id of a call that we placed: then it does not
	// rename calls, and an unknown id belongs to no call.
	keepsIDs bool

	events   []pbxws.Event
	requests []wire.Request
	rest     []restRequest
}

func newTranslator(domain, self string, g generation) *translator {
	return &translator{
		self: self, domain: domain, generation: g, calls: newCallTable(), known: map[string]account{}, registrationKnown: map[string]bool{}, codes: wire.DefaultStarCodes(), parked: map[string]bool{},
	}
}

// home is the country whose people dial the numbers of the PBX: that of the profile, else that of our own
// number, else an unknown one.
func (t *translator) home() number.Country { return cmp.Or(t.country, number.CountryOf(t.self)) }

func (t *translator) emit(e pbxws.Event)  { t.events = append(t.events, e) }
func (t *translator) send(r wire.Request) { t.requests = append(t.requests, r) }

// take hands over what has gathered since the last take.
func (t *translator) take() (events []pbxws.Event, requests []wire.Request) {
	events, requests = t.events, t.requests
	t.events, t.requests = nil, nil
	return events, requests
}

// takeREST hands over the REST requests.
func (t *translator) takeREST() []restRequest {
	requests := t.rest
	t.rest = nil
	return requests
}

// begin takes over the calls of an earlier link and requests what every link needs to know.
func (t *translator) begin(earlier []*leg) {
	t.takeOver(earlier)
	if !t.generation.noREST {
		t.query(nil, wire.ResourceStarCodes, "", t.codes.Read)
		t.queryPhones()
	}
}

// receive takes a frame of the PBX. A frame that changes nothing makes no event.
func (t *translator) receive(m wire.Message) {
	if sig, ok := m.(wire.Signal); ok && !t.resolve(sig) {
		return
	}
	t.dispatch(m)
}

func (t *translator) dispatch(m wire.Message) {
	switch m := m.(type) {
	case wire.SDP:
		t.handleSDP(m)
	case wire.Invite:
		t.handleInvite(m)
	case wire.Candidate:
		t.handleCandidate(m)
	case wire.Bye:
		t.handleBye(m)
	case wire.Cancel:
		t.handleCancel(m)
	case wire.Response:
		t.handleResponse(m)
	case wire.CallerID:
		if l := t.legFor("callerid", m.CallID); l != nil {
			l.number, l.peerChanged = cmp.Or(m.Number, l.number), true
			t.emit(pbxws.LegNamed{Leg: l.id, Peer: pbxws.Party{Name: m.Name, Number: m.Number}})
		}
	case wire.RecStart:
		t.handleRecording("rec-start", m.ID, true)
	case wire.RecStop:
		t.handleRecording("rec-stop", m.ID, false)
	case wire.CancelResponse, wire.ByeResponse, wire.Ringtones:
		// Confirmations without news, and tones that we make ourselves.
	default:
		t.handleState(m)
	}
}

func (t *translator) handleState(m wire.Message) {
	switch m := m.(type) {
	case wire.DomainState:
		t.handleDomain(m)
	case wire.UserState:
		t.handleAccount(m.AccountEntry)
	case wire.UserChange:
		t.handleAccountData(m.AccountEntry)
	case wire.CallState:
		t.handleCalls(m.Calls)
	case wire.OrbitState:
		t.handleOrbit(m)
	case wire.OrbitList:
		t.handleOrbitList(m)
	case wire.RegisterReply:
		t.emit(registered(m))
	case wire.BLFState:
		t.handleLamp(m)
	case wire.BLFList:
		t.handleLamps(m.Lamps)
	case wire.MissedCalls:
		t.emit(pbxws.MissedChanged{Count: m.Count})
	case wire.Chat:
		t.emit(pbxws.TextReceived{From: pbxws.AccountID(m.Peer), Text: m.Text})
	case wire.CRMContact:
		t.handleCustomer(m)
	case wire.Change: // of undocumented contents; what may have changed is requested
		t.stale = true
	case wire.Info:
		t.emit(pbxws.Unrecognized{Name: "info", Why: "no page describes what it means", Raw: excerpt(m.Value, t.hide)})
	case wire.Unknown:
		t.emit(pbxws.Unrecognized{Name: m.Name, Raw: excerpt(m.Raw, t.hide)})
	}
}

// legFor is the leg of a frame. If there is none that is reported, unless the call has just ended:
// late frames are normal.
func (t *translator) legFor(frame, callID string) *leg {
	l := t.legs.find(callID)
	switch {
	case l != nil:
		l.unconfirmed = false
	case !t.legs.wasHere(callID):
		t.emit(pbxws.Unrecognized{Name: frame, Why: "none of our calls has this id"})
	}
	return l
}

// end removes the leg and reports why.
func (t *translator) end(l *leg, cause pbxws.Cause) {
	l.identified = true
	t.legs.drop(l)
	t.emit(pbxws.LegEnded{Leg: l.id, Cause: cause})
}

// pickUp reports once that the far end answered, and acknowledges it.
func (t *translator) pickUp(l *leg) {
	if l.answered {
		return
	}
	l.answered = true
	if l.incoming {
		return
	}
	t.emit(pbxws.LegAnswered{Leg: l.id})
	t.send(wire.Ack{CallID: l.callID()})
}
