package control

import (
	"cmp"
	"math"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// Status is how things are.
type Status struct {
	// Link is connecting, up, stale, waiting or stopped; Trouble says why the link is down.
	Link    string `json:"link"`
	Trouble string `json:"trouble,omitempty"`
	// PBX is what a person calls it, Extension who is signed in.
	PBX        string `json:"pbx"`
	Extension  string `json:"extension"`
	Practice   bool   `json:"practice"`
	Registered bool   `json:"registered"`
	DND        bool   `json:"dnd"`
	Muted      bool   `json:"muted"`
	// Missed counts missed calls that nobody has looked at, Voicemail new messages.
	Missed    int    `json:"missed"`
	Voicemail int    `json:"voicemail"`
	Calls     []Call `json:"calls"`
	// Systems are the PBXs where there are several; the fields above then are of the first,
	// but Missed and Voicemail of all.
	Systems []System `json:"systems,omitempty"`
}

// System is one of several PBXs.
type System struct {
	// Name is what calls and requests name it by.
	Name       string `json:"name"`
	Link       string `json:"link"`
	Trouble    string `json:"trouble,omitempty"`
	Extension  string `json:"extension"`
	Registered bool   `json:"registered"`
	DND        bool   `json:"dnd"`
	Voicemail  int    `json:"voicemail"`
}

// Call is one of our calls, or one on the desk phone.
type Call struct {
	// N is the call's number on the screen, the same for as long as the call lasts; 0 for one that
	// is over.
	N  int    `json:"n"`
	ID string `json:"id"`
	// System is the PBX that it goes over, where there are several.
	System string `json:"system,omitempty"`
	// Phone is "desk" for a call on the person's desk phone, "none" for one left up by an earlier run
	// of the program, empty for one of this telephone.
	Phone string `json:"phone,omitempty"`
	// Direction is in or out, State calling, ringing, answering, talking, held or ended.
	Direction string `json:"direction"`
	State     string `json:"state"`
	// Number is the far end as it is dialled, empty where it is withheld.
	Number string `json:"number"`
	Name   string `json:"name"`
	// Via is the queue or group through which a call came.
	Via string `json:"via,omitempty"`
	// HeldByThem tells that the far end put us on hold.
	HeldByThem bool `json:"held_by_them,omitempty"`
	Recorded   bool `json:"recorded,omitempty"`
	// InConference tells that the call is in the conference that this phone carries.
	InConference bool      `json:"in_conference,omitempty"`
	Began        time.Time `json:"began"`
	Answered     time.Time `json:"answered,omitzero"`
	Ended        time.Time `json:"ended,omitzero"`
	// Outcome and Cause are set for a call that is over, as in the record of calls.
	Outcome string `json:"outcome,omitempty"`
	Cause   string `json:"cause,omitempty"`
	// Score is the mean opinion score of what is heard here, 1 to 4.4.
	Score float64 `json:"score,omitempty"`
}

var linkStates = [...]string{
	phone.LinkConnecting: "connecting", phone.LinkUp: "up", phone.LinkStale: "stale",
	phone.LinkWaiting: "waiting", phone.LinkStopped: "stopped",
}

func isLinked(s phone.Snapshot) bool {
	return s.Link.State == phone.LinkUp || s.Link.State == phone.LinkStale
}

// StatusOf is the status of a snapshot; missed is the count of our own record.
func StatusOf(s phone.Snapshot, missed int) Status {
	st := Status{
		Link: "unknown", Trouble: shown(s.Link.What), PBX: shown(s.Link.Label), Extension: shown(s.Link.User), Practice: s.Link.Practice,
		Registered: isLinked(s) && !s.PBX.NotRegistered(), DND: s.PBX.Accounts.At(s.PBX.Self).DND, Muted: s.Muted,
		Missed: missed, Voicemail: s.PBX.MWI.New, Calls: []Call{},
	}
	if s.Link.Practice {
		st.PBX = "practice PBX"
	}
	if int(s.Link.State) < len(linkStates) {
		st.Link = linkStates[s.Link.State]
	}
	for _, l := range phone.InOrder(s.Legs) {
		st.Calls = append(st.Calls, CallOf(s, l))
	}
	if len(s.Links) > 1 {
		st.Voicemail = 0
		for _, v := range s.Links {
			there := systemOf(s.On(v.Link.ID))
			st.Voicemail += there.Voicemail
			st.Systems = append(st.Systems, there)
		}
	}
	return st
}

// systemOf is the PBX of the chosen link.
func systemOf(s phone.Snapshot) System {
	there := s
	there.Links, there.Legs = nil, nil
	st := StatusOf(there, 0)
	return System{
		Name: shown(nameOf(s.Link)), Link: st.Link, Trouble: st.Trouble, Extension: st.Extension,
		Registered: st.Registered, DND: st.DND, Voicemail: st.Voicemail,
	}
}

// nameOf is what requests name a PBX by.
func nameOf(l phone.Link) string { return cmp.Or(l.Label, string(l.ID)) }

// CallOf is a call of a snapshot.
func CallOf(s phone.Snapshot, l phone.Leg) Call {
	s = s.On(l.Link)
	c := Call{
		N: l.N, ID: shown(string(l.ID)), Direction: "out", State: l.Word(), Number: shown(number.Clean(l.Peer.Number)), Name: shown(s.Name(l.Peer, s.InPhonebook)),
		Via: shown(l.Via), HeldByThem: l.RemoteHold, Recorded: l.Recording || l.RecordingTo != "", InConference: l.Mixed,
		Began: l.Began, Answered: l.Answered, Score: l.Stats.Score,
	}
	switch l.Place {
	case phone.DeskPhone:
		c.Phone = "desk"
	case phone.LeftBehind:
		c.Phone = "none"
	}
	if len(s.Links) > 1 {
		c.System = shown(nameOf(s.Link))
	}
	if math.IsNaN(c.Score) { // which JSON cannot say
		c.Score = 0
	}
	if l.Dir == phone.Incoming {
		c.Direction = "in"
	}
	if l.State == phone.Ended {
		c.N, c.Ended, c.Cause = 0, l.Ended, shown(l.Cause.String())
		c.Outcome = string(OutcomeOf(l))
	}
	return c
}

// longestText bounds a text in columns.
const longestText = 1000

// shown is a text from a wire as the screen shows it, safe to print.
func shown(text string) string { return printable.Text(text, longestText, false) }

// OutcomeOf is the outcome of a call that is over.
func OutcomeOf(l phone.Leg) history.Outcome {
	if !l.Answered.IsZero() {
		return history.Talked
	}
	if l.Dir == phone.Incoming {
		switch l.Cause.Ending {
		case pbxws.EndedElsewhere:
			return history.Elsewhere
		case pbxws.EndedDeclined, pbxws.EndedHere:
			return history.Declined
		}
		return history.Missed
	}
	switch l.Cause.Ending {
	case pbxws.EndedHere:
		return history.Aborted
	case pbxws.EndedBusy:
		return history.Busy
	case pbxws.EndedDeclined:
		return history.Declined
	case pbxws.EndedNoAnswer, pbxws.EndedCancelled:
		return history.Unanswered
	}
	return history.Failed
}
