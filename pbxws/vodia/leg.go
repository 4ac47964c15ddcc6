package vodia

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// leg is what the dialect has to remember of one of our calls.
type leg struct {
	id pbxws.LegID
	// callIDs are the names the PBX uses, the newest last: it may rename a call of ours.
	callIDs  []string
	incoming bool
	// number is the far end as it was dialled or as it called.
	number string
	// answered is true once somebody picked up, at either end.
	answered bool
	// identified is true once a frame for this call came: then the PBX's name for it is known.
	identified bool
	// abandoned is true for a call that we gave up before that.
	abandoned bool
	// sdp is the last description of the PBX, empty before the first.
	sdp string
	// cseq belongs to the offer that waits for our answer.
	cseq json.RawMessage
	// offered is true while an offer of ours in mid-call waits for its answer.
	offered bool
	// pending is our last command that the PBX may refuse.
	pending pbxws.Command
	// wantHold is our request, held what the PBX showed, heldByPeer that the far end did it.
	wantHold, held, heldByPeer bool
	// recording is what was reported. listed is what the lists of calls showed last: a PBX with frames
	// of their own for recordings may leave them out there.
	recording, recordingListed bool
	// unconfirmed is true for a leg of an earlier link until the PBX mentions it on this one.
	unconfirmed bool
	// inherited is true for a leg of an earlier link: only the lists may show its end.
	inherited bool
	// call is the PBX's record of this call, empty before one was matched. earlierCalls are our records from
	// before the leg began, which are not it.
	call string
	// peerChanged is true once the PBX has named another far end: the call is then another one, which may be
	// listed as incoming or outgoing.
	peerChanged  bool
	earlierCalls map[string]bool
}

// callID is the name to use towards the PBX.
func (l *leg) callID() string { return l.callIDs[len(l.callIDs)-1] }

func (l *leg) farNumber() string { return l.number }

// isUnnamed reports whether the PBX may have another name for this call.
func (l *leg) isUnnamed() bool { return !l.incoming && !l.identified }

// transferring reports whether the far end was sent elsewhere and the leg may go.
func (l *leg) transferring() bool {
	switch l.pending.(type) {
	case pbxws.BlindTransfer, pbxws.AttendedTransfer, pbxws.Park:
		return true
	}
	return false
}

// inPrefix marks the ids of incoming legs. A leg id and a callid can be computed from each other
// without a table. So a call survives its link: on a new link a command for an unknown leg still
// finds its callid.
const inPrefix = "in:"

// callIDOf is the callid of a leg: the PBX's own for one that came in, 32 hex digits for one
// that we placed.
func callIDOf(id pbxws.LegID) string {
	if theirs, ok := strings.CutPrefix(string(id), inPrefix); ok {
		return theirs
	}
	if hex32(string(id)) {
		return string(id)
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:16])
}

// legIDOf is the leg of a callid that no table knows.
func legIDOf(callID string) pbxws.LegID {
	if hex32(callID) {
		return pbxws.LegID(callID)
	}
	return pbxws.LegID(inPrefix + callID)
}

// newLegID names an incoming leg. A PBX of 2016 gives calls no id; then any unused name will do.
func newLegID(callID string) pbxws.LegID {
	if callID == "" {
		return pbxws.LegID(inPrefix + rand.Text())
	}
	return pbxws.LegID(inPrefix + callID)
}

func hex32(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

// maxLegs bounds our calls; a PBX that offers more is told that we are busy.
const maxLegs = 64

// maxGone is how many ended calls are remembered, so that late frames for them are ignored.
const maxGone = 128

// legTable holds our calls, the oldest first.
type legTable struct {
	live []*leg
	gone []string
	// abandoned are calls that we gave up before the PBX had named them, the oldest first.
	abandoned []*leg
}

// find is the leg of a frame. A frame without a callid means the newest.
func (t *legTable) find(callID string) *leg {
	if callID == "" && len(t.live) > 0 {
		return t.live[len(t.live)-1]
	}
	return t.named(callID)
}

// named is the leg that the PBX calls so.
func (t *legTable) named(callID string) *leg {
	for _, l := range t.live {
		if slices.Contains(l.callIDs, callID) {
			return l
		}
	}
	return nil
}

func (t *legTable) byID(id pbxws.LegID) *leg {
	for _, l := range t.live {
		if l.id == id {
			return l
		}
	}
	return nil
}

func (t *legTable) byCall(call string) *leg {
	for _, l := range t.live {
		if l.call == call && call != "" {
			return l
		}
	}
	return nil
}

// wasHere reports whether the callid belongs to a call that ended.
func (t *legTable) wasHere(callID string) bool { return slices.Contains(t.gone, callID) }

func (t *legTable) add(l *leg) { t.live = append(t.live, l) }

// drop takes the leg out and remembers its names.
func (t *legTable) drop(l *leg) {
	t.live = slices.DeleteFunc(t.live, func(other *leg) bool { return other == l })
	if l.isUnnamed() && len(t.abandoned) < maxLegs {
		l.abandoned = true
		t.abandoned = append(t.abandoned, l)
	}
	t.forget(l.callIDs...)
}

// forget notes that frames with these ids are of no interest any more.
func (t *legTable) forget(callIDs ...string) {
	t.gone = append(t.gone, callIDs...)
	if over := len(t.gone) - maxGone; over > 0 {
		t.gone = slices.Delete(t.gone, 0, over)
	}
}
