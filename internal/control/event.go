package control

import (
	"reflect"
	"time"

	"github.com/patchcord/patchcord/phone"
)

// Event is one line of the stream. Its kind decides which parts it has:
//
//	status   how things are: the first line, and whenever something but a call changed
//	call     a call that is new or changed
//	notice   an outcome in words, with its grade: info, done, warn, failed
//	dropped  the reader was too slow and gets no more; text says so
//	bye      the telephone has ended
type Event struct {
	Event  string    `json:"event"`
	At     time.Time `json:"at"`
	Status *Status   `json:"status,omitempty"`
	Call   *Call     `json:"call,omitempty"`
	Grade  string    `json:"grade,omitempty"`
	Text   string    `json:"text,omitempty"`
}

var grades = [...]string{phone.GradeInfo: "info", phone.GradeDone: "done", phone.GradeWarn: "warn", phone.GradeFailed: "failed"}

// follower turns snapshots into events. The zero value begins with the status.
type follower struct {
	started bool
	notice  uint64
	status  Status
	calls   map[string]Call
}

// next are the events between the last snapshot and this one.
func (f *follower) next(s phone.Snapshot, missed int) []Event {
	st := StatusOf(s, missed)
	var events []Event
	if without := st.withoutCalls(); !f.started || !reflect.DeepEqual(without, f.status) {
		whole := st
		events = append(events, Event{Event: "status", At: s.Now, Status: &whole})
		f.status = without
	}
	events = append(events, f.callEvents(s, st)...)
	for _, n := range s.Notices {
		if n.N <= f.notice {
			continue
		}
		f.notice = n.N
		if f.started { // earlier notices are not reported
			events = append(events, Event{Event: "notice", At: n.At, Grade: grades[min(int(n.Grade), len(grades)-1)], Text: shown(n.Text)})
		}
	}
	f.started = true
	return events
}

func (f *follower) callEvents(s phone.Snapshot, st Status) []Event {
	calls := st.Calls
	for _, l := range s.Legs {
		if l.State == phone.Ended {
			calls = append(calls, CallOf(s, l))
		}
	}
	var events []Event
	now := map[string]Call{}
	for _, c := range calls {
		before, known := f.calls[c.ID]
		now[c.ID] = c
		if changed := c.steady() != before.steady(); changed && (f.started || c.State != "ended") || !known && f.started {
			events = append(events, Event{Event: "call", At: s.Now, Call: &c})
		}
	}
	f.calls = now
	return events
}

// steady leaves out fields that change all the time.
func (c Call) steady() Call {
	c.Score = 0
	return c
}

func (st Status) withoutCalls() Status {
	st.Calls = nil
	return st
}
