package phone

import (
	"fmt"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// The path of the sound through the network: noticing that it died, and asking the PBX for another
// one by a new offer (ICE restart, RFC 8839 §4.4.1.1). The phone asks by itself when nothing comes
// although something should and no hold explains it; a person may ask at any time.

// PathChange is one change of a call's path through the network.
type PathChange struct {
	At time.Time `json:"at"`
	// Gap is how long nothing was heard around it.
	Gap time.Duration `json:"gap"`
}

// maxPathChanges bounds how many of them a call remembers, the newest.
const maxPathChanges = 32

const (
	// firstStray is how much longer than rtc.Silent takes a silence lasts until a path is sought
	// for it: a far end that pauses for breath is left alone.
	firstStray = time.Second
	// pathRest is between two tries of our own at first; it doubles up to longestRest.
	pathRest    = 3 * time.Second
	longestRest = 24 * time.Second
	// wholeFor is how long a report of the far end proves the path that it came by.
	wholeFor = 2500 * time.Millisecond
)

// pathSearch is how far the search for another path has come.
type pathSearch struct {
	// silent is true while no packet comes although some should, told or not.
	silent bool
	// asked is true from the making of our offer until its answer; byPerson that it was no idea
	// of ours.
	asked, byPerson bool
	// tries are those of our own since sound was heard last.
	tries int
	// barred is true once the PBX has refused: it is not asked again but by a person.
	barred bool
}

// stray takes note that nothing comes, or no longer does.
func (m *move) stray() {
	if m.lacksSound() && !m.path.asked && m.caps.Has(pbxws.CapNewPath) {
		m.do(wait{untilStray, m.patienceForPath()})
	}
}

// lacksSound tells that sound should come and does not: no hold of either side explains it, nor
// one that is just ending.
func (m *move) lacksSound() bool {
	return m.State == Connected && m.described && !m.resuming && !m.holding && !m.HoldPending && !m.RemoteHold && m.Transfer == "" &&
		(m.path.silent || !m.Media)
}

// patienceForPath is how long to wait before the next try of our own.
func (m *move) patienceForPath() time.Duration {
	if m.path.tries == 0 {
		return firstStray
	}
	return min(longestRest, pathRest<<min(m.path.tries-1, 8))
}

// seekPath asks for another path, where the PBX can follow to one.
func (m *move) seekPath(byPerson bool) {
	switch {
	case !m.caps.Has(pbxws.CapNewPath):
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
	m.path.asked, m.path.byPerson = true, byPerson
	m.do(drop{untilStray}, makePath{proven: !byPerson}, m.await(untilPathAnswer))
}

// pathOffered gives the PBX our offer of a path.
func (m *move) pathOffered(sdp string) {
	if m.path.asked {
		m.do(send{pbxws.Reoffer{Leg: m.wire, Held: m.holding, SDP: sdp}})
	}
}

// pathAnswered takes the PBX's answer to it. That the sound goes that way shows in mediaMoved.
func (m *move) pathAnswered(sdp string) {
	m.endSearch()
	m.PathRefused = false
	m.do(takeAnswer{answer: sdp})
	m.stray()
}

// pathFailed ends a try in words; the next one of our own comes after a rest.
func (m *move) pathFailed(why string) {
	// The first try of our own often goes to a link that died with the path and is about to come back.
	tell := m.path.byPerson || m.path.barred || m.path.tries == 1
	of := m.pending.path
	m.endSearch()
	m.do(withdraw{})
	m.PathRefused = true
	if tell {
		m.sayOf(of, GradeFailed, "no other path for the sound of %s: %s; if it stays away, hang up and call again", m.Peer, why)
	}
	if !m.path.barred {
		m.stray()
	}
}

func (m *move) endSearch() {
	m.path.tries++
	m.path.asked, m.pending.path = false, 0
	m.do(drop{untilPathAnswer})
	m.offerDueHold()
}

// pathTimeout is the end of a patience with the path.
func (m *move) pathTimeout(of patience) {
	switch {
	case of == untilStray:
		m.seekPath(false)
	case m.path.asked:
		m.pathFailed(fmt.Sprintf("the PBX has not answered in %s", seconds(patiences[untilPathAnswer])))
	}
}

// pathRefused is the PBX's no. One of our own making, for want of a link, is no last word.
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
	m.do(drop{untilStray})
}
