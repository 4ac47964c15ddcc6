package phone

import (
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

// Snapshot is everything that a screen may show, at the time Now. It is plain data that does not
// change any more, and survives JSON.
type Snapshot struct {
	// N grows by one with each that is published. No snapshot of a Phone has 0.
	N   uint64    `json:"-"`
	Now time.Time `json:"now"`
	// Links are the links to PBXs, in the order of the configuration.
	Links []LinkView `json:"links"`
	// Link, Caps, PBX and Watched belong to the chosen link: the first, unless On chose another.
	Link    Link              `json:"link"`
	Caps    pbxws.Caps        `json:"caps"`
	PBX     pbxws.State       `json:"pbx"`
	Watched []pbxws.AccountID `json:"watched,omitempty"`
	// Legs are our calls, the oldest first, then the person's calls on other telephones. An ended call
	// of ours stays for a few seconds so that its cause can be read.
	Legs  []Leg `json:"legs"`
	Sound Sound `json:"sound"`
	// Playing is the voice message or the recording that is played.
	Playing Playing `json:"playing,omitzero"`
	Muted   bool    `json:"muted"`
	// Notices are the last outcomes in words, the newest last; N grows by one each.
	Notices []Notice `json:"notices"`
	// Outcomes are the last intents that came to an end, the newest last.
	Outcomes []Outcome `json:"outcomes,omitempty"`
	// Trace are the last messages of the wire while Tracing, and what was not understood before.
	Trace   []pbxws.Frame `json:"trace,omitempty"`
	Tracing bool          `json:"tracing"`
}

// LinkView is a link and what came over it.
type LinkView struct {
	Link Link        `json:"link"`
	Caps pbxws.Caps  `json:"caps"`
	PBX  pbxws.State `json:"pbx"`
	// Watched are the accounts whose getting free will be told.
	Watched []pbxws.AccountID `json:"watched,omitempty"`
	Plan    Plan              `json:"plan,omitzero"`
}

// Account is an account of a PBX; an empty Link is the first.
type Account struct {
	Link LinkID          `json:"link,omitempty"`
	ID   pbxws.AccountID `json:"id"`
}

// On is the snapshot with another link chosen; an empty or unknown id is the first.
func (s Snapshot) On(id LinkID) Snapshot {
	for i, v := range s.Links {
		if i == 0 || v.Link.ID == id {
			s.Link, s.Caps, s.PBX, s.Watched = v.Link, v.Caps, v.PBX, v.Watched
		}
	}
	return s
}

// LinkState is how the link to the PBX is.
type LinkState uint8

// The states of the link.
const (
	LinkConnecting LinkState = iota
	LinkUp
	LinkStale   // up, but nothing heard for too long to be believed
	LinkWaiting // down, the next try is at NextTry
	LinkStopped // down, and trying again is useless until a person acts
)

// Link tells of the link to a PBX.
type Link struct {
	ID    LinkID    `json:"id,omitempty"`
	State LinkState `json:"state"`
	// Label is a person's name for the PBX. User is who signs in there, and the account once the PBX has said which.
	Label string `json:"label"`
	User  string `json:"user"`
	// Practice tells that this is the built-in practice PBX.
	Practice bool `json:"practice"`
	// Country is where the PBX is; empty where neither the configuration nor our own number tells.
	Country number.Country `json:"country,omitempty"`
	// AliveAt is when the PBX last sent anything; zero before the first message.
	AliveAt time.Time `json:"alive_at,omitzero"`
	// Since is when State began, Attempt counts tries since the link was last up.
	Since   time.Time `json:"since,omitzero"`
	Attempt int       `json:"attempt"`
	NextTry time.Time `json:"next_try,omitzero"`
	// What and Next say why the last try failed and what to do; empty while all is well.
	What string `json:"what,omitempty"`
	Next string `json:"next,omitempty"`
	// Asks is what the sign-in wants to know of a person, empty for nothing.
	Asks Question `json:"asks,omitzero"`
}

// Sound tells of the sound device.
type Sound struct {
	// Device names the speaker, Mic the microphone, empty for none; Silent is true if there is no
	// speaker.
	Device string      `json:"device"`
	Mic    string      `json:"mic,omitempty"`
	Silent bool        `json:"silent"`
	Meter  audio.Meter `json:"meter"`
	// Ringing is true while a ring is (or would be) heard here.
	Ringing bool `json:"ringing"`
	// Choice are the devices that the person wants, Devices those that are there, listed while they are
	// shown, Offer one that is back, its Name empty for none.
	Choice  Choice  `json:"choice"`
	Devices Devices `json:"devices"`
	Offer   Offer   `json:"offer"`
	Echo    Echo    `json:"echo"`
}

// Grade is how good or bad news is.
type Grade uint8

// Grades of a notice.
const (
	GradeInfo Grade = iota
	GradeDone       // what was asked for came about, and the PBX confirmed it
	GradeWarn
	GradeFailed
)

// Notice is one outcome in words. Text may hold names from a wire.
type Notice struct {
	N     uint64      `json:"n"`
	At    time.Time   `json:"at"`
	Grade Grade       `json:"grade"`
	Text  string      `json:"text"`
	Leg   pbxws.LegID `json:"leg,omitempty"`
	// Link is the link that it is about, where it is about one.
	Link LinkID `json:"link,omitempty"`
	// Of is the intent that it belongs to, 0 for none.
	Of Receipt `json:"of,omitempty"`
	// Took is how long the PBX needed to confirm, 0 where nothing was asked of it.
	Took time.Duration `json:"took,omitempty"`
	// NoOutcome means that the notice is about devices or programs and is never the outcome of an intent.
	NoOutcome bool `json:"no_outcome,omitempty"`
	// Device means that it is about a microphone or a speaker: of several in a row the newest says enough.
	Device bool `json:"device,omitempty"`
}

// Leg finds one of our calls.
func (s Snapshot) Leg(id pbxws.LegID) (Leg, bool) {
	for _, l := range s.Legs {
		if l.ID == id {
			return l, true
		}
	}
	return Leg{}, false
}

// Talking is the leg whose sound is live: connected, not held by us, and not linked with another one.
func (s Snapshot) Talking() (Leg, bool) { return s.find(isLive) }

// Alerting is the oldest call that rings here.
func (s Snapshot) Alerting() (Leg, bool) {
	return s.find(func(l Leg) bool { return l.State == Alerting })
}

// ControlOnly is true if calls are placed with the desk phone, because there is no sound here. If
// the PBX says that we have no other telephone, calls are placed here all the same, silently. If it
// does not say, the desk phone is used; the practice PBX has one only if it says so. Without
// CapMedia the desk phone is all there is.
func (s Snapshot) ControlOnly() bool {
	return controlOnly(LinkView{Link: s.Link, Caps: s.Caps, PBX: s.PBX}, s.Sound.Silent)
}

func controlOnly(v LinkView, silent bool) bool {
	if !v.Caps.Has(pbxws.CapDesk) || !silent && v.Caps.Has(pbxws.CapMedia) {
		return false
	}
	if v.PBX.PhonesKnown {
		return len(v.PBX.Phones) > 0
	}
	return !v.Link.Practice
}

// Live counts the calls that have not ended, wherever they are.
func (s Snapshot) Live() int { return s.count(func(Leg) bool { return true }) }

// LiveHere counts those of this phone.
func (s Snapshot) LiveHere() int { return s.count(func(l Leg) bool { return l.Place == Here }) }

func (s Snapshot) count(ok func(Leg) bool) int {
	n := 0
	for _, l := range s.Legs {
		if l.State != Ended && ok(l) {
			n++
		}
	}
	return n
}

func (s Snapshot) find(ok func(Leg) bool) (Leg, bool) {
	for _, l := range s.Legs {
		if ok(l) {
			return l, true
		}
	}
	return Leg{}, false
}
