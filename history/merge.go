package history

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/number"
)

const (
	// sameCall is how much two clocks may differ about one call.
	sameCall = 5 * time.Second
	// skew is how much they may differ if the length of the talk is the same too, within sameTalk.
	skew, sameTalk = 5 * time.Minute, 2 * time.Second
)

// Merge joins our own records with those of the PBX into one list, the newest first, without
// duplicates. Of a call that both have it keeps ours, which says more, with the PBX's name for the
// caller if we have none. Both lists have the newest first, and neither is changed. The country is that
// of the PBX.
func Merge(own, theirs []Record, home number.Country) []Record {
	own = slices.Clone(own)
	doubles := make([]bool, len(theirs))
	for _, within := range []func(a, b Record) bool{sameMoment, sameLength} {
		pair(own, theirs, doubles, func(a, b Record) bool { return sameParty(home, a.Who(), b.Who()) && within(a, b) })
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
	returned(merged, home)
	return merged
}

// pair marks the records of theirs that are calls of own. Each record has at most one duplicate: a
// caller who tries twice in a minute is in the list twice.
func pair(own, theirs []Record, doubles []bool, same func(a, b Record) bool) {
	from, taken := 0, map[int]bool{}
	for i, r := range theirs {
		if doubles[i] {
			continue
		}
		for from < len(own) && own[from].Began.Sub(r.Began) > skew {
			from++
		}
		for j := from; j < len(own) && r.Began.Sub(own[j].Began) <= skew; j++ {
			if taken[j] || own[j].Incoming != r.Incoming || !same(own[j], r) {
				continue
			}
			taken[j], doubles[i] = true, true
			own[j].Recording = cut(r.Recording)
			if own[j].Name == "" {
				own[j].Name = cut(r.Name)
			}
			break
		}
	}
}

// sameParty compares the parties of two records; both may have no number.
func sameParty(home number.Country, a, b number.Identity) bool { return a == b || home.Same(a, b) }

func sameMoment(a, b Record) bool { return a.Began.Sub(b.Began).Abs() <= sameCall }

func sameLength(a, b Record) bool {
	return a.Talk() > 0 && b.Talk() > 0 && (a.Talk()-b.Talk()).Abs() <= sameTalk
}

// returned marks missed calls that a talk with the same number followed.
func returned(newestFirst []Record, home number.Country) {
	var talked number.Index[bool]
	for i := range newestFirst {
		r := &newestFirst[i]
		switch {
		case r.Missed():
			r.Returned = false
			for range talked.Same(r.Who(), home) {
				r.Returned = true
				break
			}
		case r.Outcome == Talked:
			talked.At(r.Who())
		}
	}
}
