package pbxws

import "time"

// Kind is what sort of directory entry an account is.
type Kind uint8

// The kinds of account a PBX has.
const (
	KindExtension Kind = iota
	KindQueue
	KindHuntGroup
	KindAttendant
	KindConference
	KindOrbit
	KindTrunk
	KindPaging
	KindOther
)

var kindNames = [...]string{"extension", "queue", "hunt group", "attendant", "conference", "orbit", "trunk", "paging group", "other"}

func (k Kind) String() string { return nameOf(kindNames[:], k) }

// BLF is the line state that the PBX itself reports of an account (RFC 4235).
type BLF uint8

// Line states as a PBX reports them.
const (
	BLFUntold BLF = iota // the PBX has not said anything
	BLFIdle
	BLFAlerting
	BLFBusy
	BLFCalling // calls somebody who has not answered
	BLFUnknown // the PBX says that it does not know, or not to us
)

// Account is one entry of the PBX's directory with what is known of it.
type Account struct {
	ID         AccountID `json:"id"`
	Kind       Kind      `json:"kind"`
	Name       string    `json:"name,omitempty"`
	Registered bool      `json:"registered,omitempty"`
	DND        bool      `json:"dnd,omitempty"`
	// Presence is a person's own state, in the PBX's word ("online", "meeting").
	Presence string `json:"presence,omitempty"`
	BLF      BLF    `json:"blf,omitempty"`
	// PresenceTo is where the presence sends calls. OnBusy and OnUnavailable are what becomes of calls
	// that find the person busy or away. Diverts are those of the person's telephone.
	PresenceTo    string    `json:"presence_to,omitempty"`
	OnBusy        Presence  `json:"on_busy,omitzero"`
	OnUnavailable Presence  `json:"on_unavailable,omitzero"`
	Diverts       []Forward `json:"diverts,omitempty"`
	// Since is when the line state last changed, as far as we know; zero if it never did.
	Since time.Time `json:"since,omitzero"`
	// Learnt is when the PBX last sent anything about this account.
	Learnt time.Time `json:"learnt,omitzero"`
}

// AccountPatch is a partial account: a nil field was not mentioned and keeps its value.
type AccountPatch struct {
	ID         AccountID
	Kind       *Kind
	Name       *string
	Registered *bool
	DND        *bool
	Presence   *string
	BLF        *BLF

	PresenceTo            *string
	OnBusy, OnUnavailable *Presence
	Diverts               *[]Forward
}

func (a *Account) apply(p AccountPatch) {
	set(&a.Kind, p.Kind)
	set(&a.Name, p.Name)
	set(&a.Registered, p.Registered)
	set(&a.DND, p.DND)
	set(&a.Presence, p.Presence)
	set(&a.BLF, p.BLF)
	set(&a.PresenceTo, p.PresenceTo)
	set(&a.OnBusy, p.OnBusy)
	set(&a.OnUnavailable, p.OnUnavailable)
	set(&a.Diverts, p.Diverts)
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// Lamp is what a lamp shows of an account: one state out of everything known.
type Lamp uint8

// What a lamp can show, the most important last.
const (
	LampOffline Lamp = iota
	LampUnknown      // neither free nor off, as far as anybody can tell
	LampFree
	LampDND
	LampBusy
	LampCalling // calls somebody who has not answered
	LampRinging
)

var lampNames = [...]string{"offline", "unknown", "free", "dnd", "busy", "calling", "ringing"}

func (l Lamp) String() string { return nameOf(lampNames[:], l) }

func nameOf[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "?"
}
