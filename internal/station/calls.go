package station

import (
	"context"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// KeepRecords records our calls until the phone has ended.
func KeepRecords(ctx context.Context, p *phone.Phone, put func(phone.LinkID, history.Record)) {
	followCalls(ctx, p, func(_ phone.Snapshot, l phone.Leg, _ stage) { put(l.Link, recordOf(l)) })
}

// followCalls reports each stage of each call of this phone until the phone has ended, which is
// after the last hangup: the last snapshot shows how each call ended.
func followCalls(ctx context.Context, p *phone.Phone, report func(phone.Snapshot, phone.Leg, stage)) {
	calls := map[pbxws.LegID]phone.Leg{}
	for s := range p.Watch(context.WithoutCancel(ctx)) {
		there := map[pbxws.LegID]bool{}
		for _, l := range s.Legs {
			if l.Place != phone.Here {
				continue
			}
			there[l.ID] = true
			before, known := calls[l.ID]
			if !known || stageOf(before) != stageOf(l) {
				report(s, l, stageOf(l))
			} else if before.TakenBy != l.TakenBy {
				report(s, l, amended)
			}
			calls[l.ID] = l
		}
		for id, l := range calls {
			if there[id] {
				continue
			}
			if l.State != phone.Ended { // we were too slow to see how
				l.State, l.Ended = phone.Ended, s.Now
				report(s, l, over)
			}
			delete(calls, id)
		}
	}
}

// stage is the progress of a call, as reported to others.
type stage uint8

const (
	begun stage = iota
	answered
	over
	// amended means that more is known of a call that is over.
	amended
)

func stageOf(l phone.Leg) stage {
	switch {
	case l.State == phone.Ended:
		return over
	case !l.Answered.IsZero():
		return answered
	}
	return begun
}

// recordOf is a call of ours as it is kept.
func recordOf(l phone.Leg) history.Record {
	r := history.Record{
		ID: string(l.ID), Incoming: l.Dir == phone.Incoming, Name: l.Peer.Name, Number: l.Peer.Number, Via: l.Via, File: l.RecordedTo,
		Began: l.Began.Round(time.Millisecond), Answered: l.Answered.Round(time.Millisecond), Sound: soundOf(l),
	}
	if l.State == phone.Ended {
		r.Ended, r.Outcome, r.Cause = l.Ended.Round(time.Millisecond), control.OutcomeOf(l), l.EndWords()
	}
	return r
}

// soundOf is how a call sounded, nil before anything was heard of it.
func soundOf(l phone.Leg) *history.Sound {
	st := l.Stats
	if l.Answered.IsZero() || st.Codec == "" {
		return nil
	}
	s := &history.Sound{Codec: st.Codec, Score: st.Score}
	for _, p := range l.Paths {
		s.Gaps = append(s.Gaps, history.Millis(p.Gap.Milliseconds()))
	}
	if st.RemoteScore > 0 && (s.Score == 0 || st.RemoteScore < s.Score) {
		s.Score = st.RemoteScore
	}
	if total := st.Received + st.Lost; total > 0 {
		s.Loss = float64(st.Lost) / float64(total)
	}
	return s
}
