package phone

import (
	"fmt"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// The network path of the sound: how its loss is noticed, and how an ICE restart is offered to the
// PBX (RFC 8839 §4.4.1.1). The phone does that by itself when nothing comes although it should and
// no hold explains it; a person may ask for it at any time.

// PathChange is one change of a call's path through the network.
type PathChange struct {
	At time.Time `json:"at"`
	// Gap is how long nothing was heard around it.
	Gap time.Duration `json:"gap"`
}

// maxPathChanges bounds how many of them a call remembers, the newest.
const maxPathChanges = 32

const (
	// firstSearch is how much longer than until rtc.Silent a silence must last before an ICE restart:
	// a far end that only pauses is left alone.
	firstSearch = time.Second
	// pathRest is the first pause between two tries of our own; it doubles. After mostSearches without an answer or
	// sound the PBX does not seem to follow, and only a person or a new link tries again.
	pathRest     = 3 * time.Second
	mostSearches = 5
	// wholeFor is how long a report of the far end counts as proof that its path works.
	wholeFor = 2500 * time.Millisecond
)

// pathSearch is the state of the search for another path.
type pathSearch struct {
	// silent is true while no packet comes although some should, told or not.
	silent bool
	// asked is true from when our offer is made until it is answered; byPerson means that a person
	// asked for it.
	asked, byPerson bool
	// tries counts our own tries since sound last came.
	tries int
	// barred is true once the PBX has refused: then only a person tries again.
	barred bool
}

// noteSilence has another path looked for soon, where sound is missing and the PBX can give one.
func (m *move) noteSilence() {
	if m.lacksSound() && !m.path.asked && m.path.tries < mostSearches && m.caps.Has(pbxws.CapICERestart) {
		m.do(wait{untilSearch, m.searchPause()})
	}
}

// lacksSound is true if sound should come and does not: neither a hold of either side nor one that
// is just ending explains it.
func (m *move) lacksSound() bool {
	return m.State == Connected && m.described && !m.resuming && !m.holding && !m.HoldPending && !m.RemoteHold && m.Transfer == "" &&
		(m.path.silent || !m.Media)
}

// searchPause is how long to wait before the next try of our own.
func (m *move) searchPause() time.Duration {
	if m.path.tries == 0 {
		return firstSearch
	}
	return pathRest << (m.path.tries - 1)
}

// restartICE asks for an ICE restart, if the PBX can do that.
func (m *move) restartICE(byPerson bool) {
	switch {
	case !m.caps.Has(pbxws.CapICERestart):
		if byPerson {
			m.say(GradeWarn, "this PBX cannot give the sound of %s another path", m.Peer)
		}
		return
	case m.holdOffer.out: // one exchange at a time
		if byPerson {
			m.say(GradeWarn, "the sound of %s is being changed; look for another path in a moment", m.Peer)
		}
		return
	case byPerson:
		m.say(GradeInfo, "looking for another path for the sound of %s ...", m.Peer)
	}
	if byPerson {
		m.pending.path = m.receipt
	}
	if m.path.asked || !byPerson && (m.path.barred || !m.lacksSound()) {
		m.path.byPerson = m.path.byPerson || byPerson
		return
	}
	m.path.asked, m.path.byPerson, m.renegotiated = true, byPerson, true
	m.do(drop{untilSearch}, makePath{proven: !byPerson}, m.await(untilPathAnswer))
}

// pathOffered gives the PBX our offer of a path.
func (m *move) pathOffered(sdp string) {
	if m.path.asked {
		m.do(send{pbxws.Reoffer{Leg: m.wire, Held: m.holding, SDP: sdp}})
	}
}

// pathAnswered takes the PBX's answer. mediaMoved then shows that the sound has moved.
func (m *move) pathAnswered(sdp string) {
	m.endSearch()
	m.PathRefused = false
	m.do(takeAnswer{answer: sdp})
	m.noteSilence()
}

// pathFailed reports a failed try; the next one of our own comes after a pause.
func (m *move) pathFailed(why string) {
	// The first try of our own often uses a link that died with the path and will soon be back.
	tell := m.path.byPerson || m.path.barred || m.path.tries == 1
	of := m.pending.path
	m.endSearch()
	m.do(withdraw{})
	m.PathRefused = true
	if tell {
		m.sayOf(of, GradeFailed, "no other path for the sound of %s: %s; if you still hear nothing, hang up and call again", m.Peer, why)
	}
	if !m.path.barred {
		m.noteSilence()
	}
}

func (m *move) endSearch() {
	m.path.tries++
	m.path.asked, m.pending.path = false, 0
	m.do(drop{untilPathAnswer})
	m.offerDueHold()
}

// pathTimeout takes the end of a timer of the search.
func (m *move) pathTimeout(of timerKind) {
	switch {
	case of == untilSearch:
		m.restartICE(false)
	case m.path.asked:
		m.pathFailed(fmt.Sprintf("the PBX has not answered in %s", seconds(timerLengths[untilPathAnswer])))
	}
}

// pathRefused is a refusal by the PBX. A refusal made here, for want of a link, does not count for
// ever.
func (m *move) pathRefused(e pbxws.CommandRefused) {
	if !m.path.asked {
		return
	}
	if e.Code == 0 {
		m.pathFailed(e.Reason)
		return
	}
	m.path.barred = true
	m.pathFailed("the PBX refused one, " + whyNot(e))
}

// pathMoved is the sound on another path.
func (m *move) pathMoved(gap time.Duration) {
	m.Paths = keep(append(m.Paths[:len(m.Paths):len(m.Paths)], PathChange{m.now, gap}), maxPathChanges)
	m.PathRefused = false
	m.say(GradeInfo, "path changed, %.1f s gap: the sound of %s takes another way", gap.Seconds(), m.Peer)
}

// pathSound is sound that comes again.
func (m *move) pathSound() {
	m.path.silent, m.path.tries, m.PathRefused = false, 0, false
	m.do(drop{untilSearch})
}
