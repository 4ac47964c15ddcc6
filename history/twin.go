package history

// Two programs signed in with one profile both ring for a call, and both record it. The record of
// the program where a person did something counts; the other one points to it.

// weight ranks an incoming record by what a person did with the call.
func (r Record) weight() int {
	switch {
	case !r.Answered.IsZero():
		return 3
	case r.Outcome == Declined:
		return 2
	case r.Outcome == Elsewhere:
		return 1
	}
	return 0
}

// saysMoreThan tells whether a record stays although a later one has the same ID: the call was
// handled here, while the other program only saw it end.
func (r Record) saysMoreThan(later Record) bool {
	return r.Incoming && later.Incoming && r.weight() > later.weight() && (r.over() || r.weight() == 3)
}

// twinOf finds another program's record of the same call that says more, or as much with the lower
// ID.
func (b *Book) twinOf(r Record) (id string, ok bool) {
	for _, other := range b.table.records {
		if b.own[other.ID] || other.SameAs != "" || !sameRing(r, other) {
			continue
		}
		if w := other.weight() - r.weight(); w > 0 || w == 0 && other.over() && other.ID < r.ID {
			return other.ID, true
		}
	}
	return "", false
}

// sameRing tells whether two records are of calls from the same number that rang at the same time.
func sameRing(a, b Record) bool {
	return a.Incoming && b.Incoming && a.ID != b.ID && a.Number != "" && a.Number == b.Number && sameMoment(a, b) &&
		(b.Ended.IsZero() || a.Began.Before(b.Ended)) && (a.Ended.IsZero() || b.Began.Before(a.Ended))
}

// settleTwins points records of ours to those that say more. It looks at the calls of this program
// that ended lately.
func (b *Book) settleTwins() {
	var notes []note
	for id := range b.own {
		r, ok := b.table.records[id]
		switch {
		case !ok || r.SameAs != "" || !r.Incoming:
			delete(b.own, id)
		case r.over() && b.now().Sub(r.Ended) > skew:
			delete(b.own, id)
		case r.over():
			if twin, ok := b.twinOf(r); ok {
				r.SameAs = twin
				notes = append(notes, note{entry: entry{Record: r}})
			}
		}
	}
	if len(notes) > 0 {
		b.keep(notes)
	}
}
