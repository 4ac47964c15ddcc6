package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// relay is between the two ends of a call and treats their packets like a network. Each end gets
// the relay's address in place of the other's.
type relay struct {
	ways [2]*way // of what the caller sends, and of what the callee sends
	done sync.WaitGroup
}

// way is one direction through a relay.
type way struct {
	in    *net.UDPConn                // the other end, as the sender sees it
	out   *net.UDPConn                // packets leave from here: in of the other way
	to    atomic.Pointer[net.UDPAddr] // the real address of the other end; nil until it is known
	worse atomic.Pointer[weather]     // nil is a good network
}

// weather is a condition in progress, with its own random numbers.
type weather struct {
	condition
	dice *rand.Rand
	bad  bool      // within a burst of losses
	last time.Time // when the packet before arrives
}

func newRelay() (*relay, error) {
	r := &relay{}
	for i := range r.ways {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			if i > 0 {
				_ = r.ways[0].in.Close()
			}
			return nil, fmt.Errorf("open a relay: %w", err)
		}
		r.ways[i] = &way{in: conn}
	}
	r.ways[0].out, r.ways[1].out = r.ways[1].in, r.ways[0].in
	for _, w := range r.ways {
		r.done.Go(w.run)
	}
	return r, nil
}

// close stops the relay; packets on their way are lost.
func (r *relay) close() {
	for _, w := range r.ways {
		_ = w.in.Close()
	}
	r.done.Wait()
}

// impair begins a condition, in both directions.
func (r *relay) impair(c condition, seed uint64) {
	for i, w := range r.ways {
		w.worse.Store(&weather{condition: c, dice: rand.New(rand.NewPCG(seed, uint64(i)))})
	}
}

// standIn notes the address of an end and returns the candidate to give in its place. A nil relay
// changes nothing.
func (r *relay) standIn(line string, caller bool) string {
	fields := strings.Fields(line) // RFC 8839 §5.1: address and port are the fifth and sixth
	if r == nil || len(fields) < 6 {
		return line
	}
	port, err := strconv.Atoi(fields[5])
	if err != nil {
		return line
	}
	way := r.ways[0] // what is sent to the callee
	if caller {
		way = r.ways[1]
	}
	way.to.Store(&net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	fields[5] = strconv.Itoa(way.in.LocalAddr().(*net.UDPAddr).Port)
	return strings.Join(fields, " ")
}

// run passes on what comes in.
func (w *way) run() {
	buf := make([]byte, 2048)
	for {
		n, err := w.in.Read(buf)
		if err != nil {
			return
		}
		to := w.to.Load()
		if to == nil {
			continue
		}
		weather := w.worse.Load()
		if weather == nil {
			_, _ = w.out.WriteToUDP(buf[:n], to)
			continue
		}
		if weather.lost() {
			continue
		}
		wait := weather.late(time.Now())
		if wait <= 0 {
			_, _ = w.out.WriteToUDP(buf[:n], to)
			continue
		}
		packet := append([]byte(nil), buf[:n]...)
		time.AfterFunc(wait, func() { _, _ = w.out.WriteToUDP(packet, to) })
	}
}

// lost decides by chance about one packet. A burst ends with a probability of one over its mean
// length (Gilbert's model).
func (w *weather) lost() bool {
	if w.burst <= 1 {
		return w.dice.Float64() < w.loss
	}
	if w.bad {
		w.bad = w.dice.Float64() >= 1/w.burst
	} else {
		w.bad = w.dice.Float64() < w.loss/(1-w.loss)/w.burst
	}
	return w.bad
}

// late is how long a packet sent now is on its way.
func (w *weather) late(now time.Time) time.Duration {
	at := now.Add(w.delay + time.Duration(w.dice.Float64()*float64(w.jitter)))
	if !w.reorder && at.Before(w.last) {
		at = w.last.Add(100 * time.Microsecond) // at the same moment they might be reordered
	}
	w.last = at
	return at.Sub(now)
}
