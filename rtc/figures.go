package rtc

import (
	"sync"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
)

// figures hold what the far end reports of our stream.
type figures struct {
	mu       sync.Mutex
	rtt      time.Duration
	loss     float64
	jitter   time.Duration
	reported time.Time
}

func (f *figures) fill(s *Stats) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s.RTT, s.RemoteLoss, s.RemoteJitter, s.Reported = f.rtt, f.loss, f.jitter, f.reported
}

// take reads one report block (RFC 3550 §6.4.1), and gives the share that was lost since the last one, and the jitter.
// clock is that of the codec we send, in which the far end counts jitter.
func (f *figures) take(r rtcp.ReceptionReport, clock uint32, now time.Time) (loss float64, jitter time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reported = now
	f.loss = float64(r.FractionLost) / 256
	if clock != 0 {
		f.jitter = plausible(f.jitter, time.Duration(r.Jitter)*time.Second/time.Duration(clock))
	}
	if r.LastSenderReport == 0 { // it has no report of ours to measure the round trip with
		return f.loss, f.jitter
	}
	ticks := int32(compactNTP(now) - r.LastSenderReport - r.Delay)
	f.rtt = plausible(f.rtt, time.Duration(ticks)*time.Second>>16)
	return f.loss, f.jitter
}

// plausible keeps the old figure where the new one makes no sense: negative, because a clock was
// set meanwhile, or too long for any call.
func plausible(old, d time.Duration) time.Duration {
	if d < 0 || d > time.Minute {
		return old
	}
	return d
}

// compactNTP is the middle 32 bits of an NTP timestamp, in 1/65536 s (RFC 3550 §4).
func compactNTP(t time.Time) uint32 {
	const epoch = 2208988800 // seconds from 1900 to 1970
	seconds := uint64(t.Unix()) + epoch
	fraction := uint64(t.Nanosecond()) << 16 / uint64(time.Second)
	return uint32(seconds<<16 | fraction)
}

// readReports reads the reports about our stream until the session ends.
func (s *Session) readReports() {
	buf := make([]byte, packetSize)
	for failures := 0; failures < maxErrors; failures++ {
		n, _, err := s.sender.Read(buf)
		if ended(err) {
			return
		}
		if err != nil {
			continue
		}
		packets, err := rtcp.Unmarshal(buf[:n])
		if err != nil {
			continue
		}
		failures = 0
		for _, p := range packets {
			s.takeReport(p)
		}
	}
	s.log.Warn("the far end's reports were given up after too many errors")
}

func (s *Session) takeReport(p rtcp.Packet) {
	var blocks []rtcp.ReceptionReport
	switch p := p.(type) {
	case *rtcp.ReceiverReport:
		blocks = p.Reports
	case *rtcp.SenderReport:
		blocks = p.Reports
	}
	for _, r := range blocks {
		if r.SSRC == s.track.ssrc.Load() {
			loss, jitter := s.report.take(r, s.track.rate.Load(), time.Now())
			if err := s.track.reported(loss, jitter); err != nil {
				s.log.Debug("the encoder does not take an expected loss", "err", err)
			}
		}
	}
}

// drain reads RTCP about an inbound stream, because pion's report interceptor sees only what is
// read.
func drain(read func([]byte) (int, interceptor.Attributes, error)) {
	buf := make([]byte, packetSize)
	for failures := 0; failures < maxErrors; failures++ {
		_, _, err := read(buf)
		if ended(err) {
			return
		}
		if err == nil {
			failures = 0
		}
	}
}
