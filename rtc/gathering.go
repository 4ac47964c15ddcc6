package rtc

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pion/ice/v4"
)

// Option changes how a session describes itself.
type Option uint8

// WholeDescription is for a PBX without trickle ICE (RFC 8838): each description of ours waits for
// our candidates, holds them all and names the default one in m= and c= (RFC 8839 §4.2.1.3). No
// LocalCandidate is sent. Offer, Answer and Restart then take 500 ms after the first candidate at
// most, and 2 s in all.
const WholeDescription Option = 1

const (
	gatherMore    = 500 * time.Millisecond // after the first candidate
	gatherLongest = 2 * time.Second
)

// gathering collects our candidates for descriptions that hold them all.
type gathering struct {
	mu    sync.Mutex
	lines []string // "candidate:..."
	done  bool
	news  chan struct{} // one value at most: something has changed
}

func newGathering() *gathering { return &gathering{news: make(chan struct{}, 1)} }

// reset begins again, for an ICE restart.
func (g *gathering) reset() { g.change(func() { g.lines, g.done = nil, false }) }

func (g *gathering) add(line string) { g.change(func() { g.lines = append(g.lines, line) }) }

func (g *gathering) finish() { g.change(func() { g.done = true }) }

func (g *gathering) change(f func()) {
	g.mu.Lock()
	f()
	g.mu.Unlock()
	select {
	case g.news <- struct{}{}:
	default: // the reader is about to look anyway
	}
}

func (g *gathering) soFar() (lines []string, done bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.lines), g.done
}

// wait gives the candidates once gathering is complete or the time is up.
func (g *gathering) wait(ctx context.Context, over <-chan struct{}) ([]string, error) {
	longest := time.NewTimer(gatherLongest)
	defer longest.Stop()
	var enough <-chan time.Time
	for {
		lines, done := g.soFar()
		if done {
			return found(lines)
		}
		if enough == nil && len(lines) > 0 {
			enough = time.After(gatherMore)
		}
		select {
		case <-g.news:
		case <-enough:
			return found(lines)
		case <-longest.C:
			return found(lines)
		case <-over:
			return nil, errClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func found(lines []string) ([]string, error) {
	if len(lines) == 0 {
		return nil, Reason("this computer has no network address to be called at")
	}
	return lines, nil
}

// defaultAddress is where media is sent without ICE (RFC 8839 §4.2.1.3): inUse if that is one of
// the candidates, else the most likely to work.
func defaultAddress(lines []string, inUse netip.AddrPort) netip.AddrPort {
	var best netip.AddrPort
	most := -1
	for _, line := range lines {
		c, err := ice.UnmarshalCandidate(strings.TrimPrefix(line, "candidate:"))
		if err != nil || !c.NetworkType().IsUDP() {
			continue
		}
		ip, err := netip.ParseAddr(c.Address())
		if err != nil || ip.IsUnspecified() {
			continue
		}
		at := netip.AddrPortFrom(ip.WithZone(""), uint16(c.Port()))
		if at == inUse {
			return at
		}
		if l := likelihood(ip, c.Type()); l > most {
			best, most = at, l
		}
	}
	return best
}

// likelihood ranks candidates: IPv4 is understood everywhere, and a relay is reached from everywhere.
func likelihood(ip netip.Addr, kind ice.CandidateType) int {
	rank := map[ice.CandidateType]int{ice.CandidateTypeRelay: 3, ice.CandidateTypeServerReflexive: 2}[kind]
	if ip.Is4() {
		rank += 10
	}
	if !ip.IsLoopback() && !ip.IsLinkLocalUnicast() {
		rank += 20
	}
	return rank
}
