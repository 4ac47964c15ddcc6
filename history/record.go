package history

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/internal/printable"
)

// Outcome is how a call ended, as written in the file.
type Outcome string

// The outcomes. Those without a direction apply to both.
const (
	Talked      Outcome = "talked"      // answered here, and over
	Missed      Outcome = "missed"      // in: nobody took it
	Declined    Outcome = "declined"    // in: we rejected it; out: they did
	Elsewhere   Outcome = "elsewhere"   // in: somebody else took it
	Aborted     Outcome = "aborted"     // out: we gave up before anybody answered
	Unanswered  Outcome = "unanswered"  // out: nobody answered
	Busy        Outcome = "busy"        // out
	Failed      Outcome = "failed"      // out: no such number, refused, no sound, no link
	Interrupted Outcome = "interrupted" // the program died during the call
)

// Record is one call of ours. Name, Number, Via and Cause come from the wire and may hold anything; Note may too,
// where somebody else wrote the file.
type Record struct {
	// ID is unique in this file.
	ID       string `json:"id"`
	Incoming bool   `json:"incoming"`
	Name     string `json:"name,omitempty"`
	Number   string `json:"number,omitempty"`
	// Via is the queue or group it came through.
	Via   string    `json:"via,omitempty"`
	Began time.Time `json:"began"`
	// Answered is zero for a call that nobody answered here, Ended for one that is not over.
	Answered time.Time `json:"answered,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`
	// Outcome is empty while the call is not over; Cause is why it ended, in words.
	Outcome Outcome `json:"outcome,omitempty"`
	Cause   string  `json:"cause,omitempty"`
	Sound   *Sound  `json:"sound,omitempty"`
	// File is the name of the recording that was made here, empty for none.
	File string `json:"file,omitempty"`
	// SameAs is the ID of a better record of the same call, by another Patchcord.
	SameAs string `json:"same_as,omitempty"`
	// Note is what a person wrote down about the call. It is kept in a file of its own: Put leaves it out, and
	// Annotate keeps it.
	Note string `json:"note,omitempty"`
	// Returned says that a talk with the same number followed this missed call. Merge computes it; it
	// is not kept.
	Returned bool `json:"-"`
	// Recording is the PBX's id of a call that it recorded, empty for none. It is not kept either.
	Recording string `json:"-"`

	who number.Identity
}

// Sound is how a call sounded.
type Sound struct {
	Codec string `json:"codec,omitempty"`
	// Score is the mean opinion score of the worse direction, 1 to 4.4, 0 where it was not known.
	Score float64 `json:"score,omitempty"`
	// Loss is the share of packets that never came, 0 to 1.
	Loss float64 `json:"loss,omitempty"`
	// Gaps are how long nothing was heard at each change of the network path.
	Gaps []Millis `json:"gaps_ms,omitempty"`
}

// Millis is a duration in milliseconds.
type Millis int64

// Seconds is the same in seconds.
func (m Millis) Seconds() float64 { return float64(m) / 1000 }

// over tells whether the call has ended.
func (r Record) over() bool { return !r.Ended.IsZero() }

// Missed is true for a call to us that nobody answered and we did not reject.
func (r Record) Missed() bool { return r.Incoming && r.Outcome == Missed }

// TakenBy is who took a call that rang here, empty where that is not known. It is part of the cause, so that versions
// which do not look for it keep it.
func (r Record) TakenBy() string {
	_, by, _ := strings.Cut(r.Cause, "elsewhere by ")
	if r.Outcome != Elsewhere {
		return ""
	}
	return by
}

// Talk is how long the call was up, 0 for one that was not answered here.
func (r Record) Talk() time.Duration {
	if r.Answered.IsZero() {
		return 0
	}
	return max(0, r.Ended.Sub(r.Answered))
}

// Who is the far end's number, ready to be compared.
func (r Record) Who() number.Identity {
	if r.who == (number.Identity{}) {
		return number.Identify(r.Number)
	}
	return r.who
}

const (
	// maxGaps bounds how many changes of a path are kept of a call.
	maxGaps = 16
	// maxText bounds a text of a record in bytes, maxNote a note.
	maxText, maxNote = 256, 4 * MaxNote

	// MaxNote bounds a note in letters.
	MaxNote = 200
)

// fit is the record as it is kept: with bounded texts, and without what Merge computes.
func (r Record) fit() Record {
	r.ID, r.Name, r.Number, r.Via, r.Cause, r.SameAs, r.File, r.Recording = cut(r.ID), cut(r.Name), cut(r.Number), cut(r.Via), cut(r.Cause), cut(r.SameAs), cut(r.File), cut(r.Recording)
	if r.Sound != nil {
		sound := *r.Sound
		sound.Codec, sound.Score, sound.Loss = cut(sound.Codec), finite(sound.Score), finite(sound.Loss)
		sound.Gaps = sound.Gaps[:min(len(sound.Gaps), maxGaps)]
		r.Sound = &sound
	}
	r.Note = cutTo(maxNote, r.Note)
	r.who = number.Identify(r.Number)
	return r
}

// tidyNote is a note in one line without control characters and without blanks around it.
func tidyNote(s string) string {
	return strings.TrimSpace(printable.Text(cutTo(maxNote, s), MaxNote, false))
}

// finite replaces a figure that JSON cannot hold.
func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

func cut(s string) string { return cutTo(maxText, s) }

// cutTo is the beginning of a text in at most so many bytes, without half a letter at its end.
func cutTo(most int, s string) string {
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for len(s) > 0 && !utf8.ValidString(s[len(s)-1:]) && len(s) > most-utf8.UTFMax {
		s = s[:len(s)-1]
	}
	return s
}
