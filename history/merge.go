package history

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/number"
)

const (
	// sameCall is how far two clocks may be apart on one call.
	sameCall = 5 * time.Second
	// skew is how far they may be apart where the length of the talk is the same too, to sameTalk.
	skew, sameTalk = 5 * time.Minute, 2 * time.Second
)

// Merge joins our own records with those of the PBX into one list, the newest first, in which no
// call stands twice. Of a call that both know ours stands, which says more; the PBX's name for
// the caller is taken where we have none. Both lists are the newest first, and neither is changed.
func Merge(own, theirs []Record) []Record {
	own = slices.Clone(own)
	doubles := make([]bool, len(theirs))
	for _, within := range []func(a, b Record) bool{sameMoment, sameLength} {
		pair(own, theirs, doubles, within)
	}
	merged := make([]Record, 0, len(own)+len(theirs))
	for i, r := range theirs {
		if doubles[i] {
			continue
		}
		for len(own) > 0 && !own[0].Began.Before(r.Began) {
			merged, own = append(merged, own[0]), own[1:]
		}
		merged = append(merged, r.fit())
	}
	merged = append(merged, own...)
	returned(merged)
	return merged
}

// pair marks those of theirs that are calls of own. One of theirs is the double of one of ours at
// the most: a caller who tries twice in a minute stands there twice.
func pair(own, theirs []Record, doubles []bool, same func(a, b Record) bool) {
	from, taken := 0, map[int]bool{}
	for i, r := range theirs {
		if doubles[i] {
			continue
		}
		who := r.Who()
		for from < len(own) && own[from].Began.Sub(r.Began) > skew {
			from++
		}
		for j := from; j < len(own) && r.Began.Sub(own[j].Began) <= skew; j++ {
			if taken[j] || own[j].Incoming != r.Incoming || !sameParty(own[j].Who(), who) || !same(own[j], r) {
				continue
			}
			taken[j], doubles[i] = true, true
			if own[j].Name == "" {
				own[j].Name = cut(r.Name)
			}
			break
		}
	}
}

// sameParty is for two records of what may be one call: both may know no number.
func sameParty(a, b number.Identity) bool { return a == b || a.Same(b) }

func sameMoment(a, b Record) bool { return a.Began.Sub(b.Began).Abs() <= sameCall }

func sameLength(a, b Record) bool {
	return a.Talk() > 0 && b.Talk() > 0 && (a.Talk()-b.Talk()).Abs() <= sameTalk
}

// returned marks missed calls that were followed by a talk with the same number.
func returned(newestFirst []Record) {
	var talked number.Index[bool]
	for i := range newestFirst {
		r := &newestFirst[i]
		switch {
		case r.Missed():
			r.Returned = false
			for range talked.Same(r.Who()) {
				r.Returned = true
				break
			}
		case r.Outcome == Talked:
			talked.At(r.Who())
		}
	}
}
