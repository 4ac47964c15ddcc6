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

// leg is what the wire side has to remember of one of our calls.
type leg struct {
	id pbxws.LegID
	// callIDs are the names the PBX uses, the newest last: it may rename a call of ours.
	callIDs  []string
	incoming bool
	// number is the far end as it was dialled or as it called.
	number string
	// answered is true once somebody picked up, at either end.
	answered bool
	// heard is true once a frame was about this call: the PBX's name for it is known then.
	heard bool
	// abandoned is true for a call that we gave up before that.
	abandoned bool
	// sdp is the last description of the PBX, empty before the first.
	sdp string
	// cseq belongs to the offer that waits for our answer.
	cseq json.RawMessage
	// offered is true while an offer of ours in mid-call waits for its answer.
	offered bool
	// asked is the last thing we wanted of the PBX that it may refuse.
	asked pbxws.Command
	// wantHold is our own wish, held what the PBX showed, heldThere that it was not our doing.
	wantHold, held, heldThere bool
	// recording is what was told; listed what the lists of calls showed last, which a PBX that
	// tells recordings by frames of their own may leave out there.
	recording, listed bool
	// sought is true for a leg of an earlier link until the PBX speaks of it on this one.
	sought bool
	// inherited is true for a leg of an earlier link: nothing but the lists may tell its end.
	inherited bool
	// call is the PBX's record of this call, empty while none was matched. before are our
	// records from before the leg began, which therefore are not it.
	call string
	// moved is true once the PBX named another far end: the call is another one then, which may
	// be listed as one that came or as one that went out.
	moved  bool
	before map[string]bool
}

// callID is the name to use towards the PBX.
func (l *leg) callID() string { return l.callIDs[len(l.callIDs)-1] }

// isUnnamed reports whether the PBX may have a name for this call that is not known here.
func (l *leg) isUnnamed() bool { return !l.incoming && !l.heard }

// transferring reports whether the far end was sent elsewhere and the leg may go.
func (l *leg) transferring() bool {
	switch l.asked.(type) {
	case pbxws.BlindTransfer, pbxws.AttendedTransfer, pbxws.Park:
		return true
	}
	return false
}

// inPrefix marks the ids of legs that came in. Ids can be turned into each other, both ways
// and without a table, so that a call survives the link it began on: on a new link a command
// for an unknown leg still finds its callid.
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

// newLegID names a leg that came in. A PBX of 2016 gives calls no id; then the name only has
// to be a new one.
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

// maxGone is how many ended calls are remembered, to swallow what still comes for them.
const maxGone = 128

// legTable holds our calls, the oldest first.
type legTable struct {
	live []*leg
	gone []string
	// abandoned are calls that we gave up before the PBX had named them, the oldest first.
	abandoned []*leg
}

// find is the leg that a frame means. A frame without a callid means the newest.
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

// forget notes that frames under these ids are of no interest any more.
func (t *legTable) forget(callIDs ...string) {
	t.gone = append(t.gone, callIDs...)
	if over := len(t.gone) - maxGone; over > 0 {
		t.gone = slices.Delete(t.gone, 0, over)
	}
}
