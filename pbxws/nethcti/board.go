package nethcti

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/pbxws"
)

const (
	// maxWaiting bounds the events that wait for the lists of the PBX; beyond it the lists are read again.
	maxWaiting = 8192
	// maxCameras bounds the cameras whose last picture is remembered.
	maxCameras = 1 << 10
)

// board holds what the PBX reported and turns its events into ours. It knows neither socket nor clock and
// has one owner, the loop of a link, which takes events out after each thing it heard.
//
// An object of the PBX is whole, so it replaces the one before.
type board struct {
	me   me
	self pbxws.AccountID
	hide *redact.Filter

	people     map[string]person // by user name
	rows       map[pbxws.AccountID]*row
	rowOf      map[string]pbxws.AccountID // by extension
	extensions map[string]extension
	calls      map[string]*record // by the id of the conversation
	queues     map[string]queue
	places     map[string]pbxws.Orbit
	forwards   []pbxws.Forward
	mwi        pbxws.MWI
	pictures   map[string]string       // the last of each camera
	here       string                  // our webrtc extension at the gateway, empty for none
	legs       map[pbxws.LegID]*farEnd // our calls there
	registered bool                    // the gateway is registered as that extension
	obeys      bool                    // calls that the PBX wants placed from here are
	chosen     string                  // the device where calls begin that the PBX places

	// loaded is set once the lists were read; events wait before, and whenever they are read again.
	loaded  bool
	reading bool
	waiting []waitingEvent
	// doubtful is set when news of the PBX contradict its lists, which must be read again then.
	doubtful bool
	// recount is set when a mailbox has changed, and nobody says how: the messages are to be counted.
	recount bool

	events []pbxws.Event
}

// waitingEvent is an event of the PBX that waits.
type waitingEvent struct {
	name string
	args []json.RawMessage
}

func newBoard(who me, hide *redact.Filter) *board {
	return &board{
		me: who, self: pbxws.AccountID(who.main()), hide: hide, chosen: string(who.Default.ID),
		people: map[string]person{}, rows: map[pbxws.AccountID]*row{}, rowOf: map[string]pbxws.AccountID{},
		extensions: map[string]extension{}, calls: map[string]*record{}, queues: map[string]queue{},
		places: map[string]pbxws.Orbit{}, pictures: map[string]string{}, legs: map[pbxws.LegID]*farEnd{}, reading: true,
	}
}

func (b *board) emit(e pbxws.Event) { b.events = append(b.events, e) }

// take hands over what has gathered since the last take.
func (b *board) take() []pbxws.Event {
	events := b.events
	b.events = nil
	return events
}

// read notes that the lists are on their way: what comes meanwhile waits for them.
func (b *board) read() { b.reading, b.doubtful = true, false }

// hear takes an event of the PBX.
func (b *board) hear(name string, args []json.RawMessage, now time.Time) {
	if !b.reading {
		b.dispatch(name, args, now)
		return
	}
	if len(b.waiting) == maxWaiting {
		b.waiting, b.doubtful = b.waiting[1:], true
	}
	b.waiting = append(b.waiting, waitingEvent{name, args})
}

// catchUp takes what waited for the lists.
func (b *board) catchUp(now time.Time) {
	waiting := b.waiting
	b.waiting, b.reading = nil, false
	for _, h := range waiting {
		b.dispatch(h.name, h.args, now)
	}
}

// dispatch takes an event in its turn.
func (b *board) dispatch(name string, args []json.RawMessage, now time.Time) {
	switch name {
	case eventExtension:
		read(b, name, args, func(e extension) bool { return b.hearExtension(e, now) })
	case eventMain:
		read(b, name, args, b.hearMain)
	case eventPresence:
		read(b, name, args, b.hearPresence)
	case eventQueue:
		read(b, name, args, b.hearQueue)
	case eventMember:
		read(b, name, args, b.hearMember)
	case eventParking:
		read(b, name, args, func(p parking) bool { return b.hearParking(p, now) })
	case eventTrunk:
		read(b, name, args, b.hearTrunk)
	case eventConference, eventBridge:
		read(b, name, args, b.hearConference)
	case eventConferenceEnd, eventBridgeEnd:
		read(b, name, args, func(m conference) bool {
			b.emit(pbxws.ConferenceEnded{ID: b.account(string(m.ID))})
			return m.ID != ""
		})
	case eventReloaded:
		b.doubtful = true
	default:
		b.dispatchOther(name, args)
	}
}

// dispatchOther takes an event that changes nothing on the board of calls.
func (b *board) dispatchOther(name string, args []json.RawMessage) {
	switch name {
	case eventRinging:
		read(b, name, args, b.hearRinging)
	case eventHangup:
		read(b, name, args, b.hearHangup)
	case eventMailbox:
		read(b, name, args, b.hearMailbox)
	case eventMailCount:
		read(b, name, args, b.hearMailCount)
	case eventAvatar:
		read(b, name, args, b.hearAvatar)
	case eventStreaming:
		read(b, name, args, b.hearCamera)
	case eventAlarm:
		read(b, name, args, b.hearAlarm)
	case eventDevice:
		read(b, name, args, func(id text) bool {
			b.chosen = string(id)
			b.tellDevices()
			return id != ""
		})
	case eventConnected, eventTalking: // both are in the extensions, which come before
	case eventMessage, eventLink, eventSummary, eventSpeech:
		// Anybody may have a message relayed, also one who has not signed in; the others are for the web
		// page. The trace shows them.
	case eventAccepted, eventTakeOver:
	case eventDial:
		read(b, name, args, func(to text) bool {
			if b.worksHere() {
				b.emit(pbxws.DialWanted{To: string(to)})
			}
			return to != ""
		})
	case eventAnswer:
		read(b, name, args, func(at text) bool {
			if b.worksHere() && string(at) == b.here {
				b.emit(pbxws.AnswerWanted{})
			}
			return at != ""
		})
	default:
		b.emit(pbxws.Unrecognized{Name: name, Raw: excerptOf(args, b.hide)})
	}
}

// read takes the first argument of an event apart and hands it on. What makes no sense is reported, and the
// lists are read again: something was missed then.
func read[T any](b *board, name string, args []json.RawMessage, take func(T) bool) {
	var v T
	if len(args) > 0 && json.Unmarshal(args[0], &v) == nil && take(v) {
		return
	}
	b.doubtful = true
	b.emit(pbxws.Unrecognized{Name: name, Why: "its content makes no sense", Raw: excerptOf(args, b.hide)})
}

// hasRoom tells whether an object may be kept among those of its kind, and reports it if not: a PBX that
// names new ones without end fills no memory.
func hasRoom[V any](b *board, all map[string]V, name, key string, most int) bool {
	if _, known := all[key]; known || len(all) < most {
		return true
	}
	b.emit(pbxws.Unrecognized{Name: name, Why: "there are too many of its kind to keep another"})
	return false
}

// worksHere tells that the PBX's wishes for calls are for this phone: it is registered as the telephone
// that calls begin at. They reach every program of the person's.
func (b *board) worksHere() bool {
	return b.obeys && b.registered && b.here != "" && b.chosen == b.here
}

// account is the row of an extension: the person's, or its own.
func (b *board) account(extension string) pbxws.AccountID {
	if id, ok := b.rowOf[extension]; ok {
		return id
	}
	return pbxws.AccountID(extension)
}

// own tells whether an extension is the person's.
func (b *board) own(extension string) bool { return b.self != "" && b.account(extension) == b.self }

// devices are the extensions of the person who signed in.
func (b *board) devices() []device {
	return slices.DeleteFunc(slices.Clone(b.me.Endpoints.Extensions), func(d device) bool { return d.ID == "" })
}

// The PBX shows what we may not see with this in place of the end of a number, or of a whole name.
const mask = "xxx"

// partyOf is a party as the PBX shows it. One that is masked has no number that could be dialled.
func partyOf(number, name text) pbxws.Party {
	p := pbxws.Party{Number: plain(number), Name: plain(name)}
	if p.Name == mask {
		p.Name = ""
	}
	switch {
	case p.Number == mask || p.Number == "" && name == mask:
		return pbxws.Party{Name: pbxws.MaskedName}
	case strings.HasSuffix(p.Number, mask):
		return pbxws.Party{Name: p.Number}
	}
	return p
}

func isMasked(number, name text) bool {
	return strings.HasSuffix(string(number), mask) || string(name) == mask
}

// plain is a text without the PBX's word for nothing.
func plain(t text) string {
	if t == "<unknown>" {
		return ""
	}
	return string(t)
}
