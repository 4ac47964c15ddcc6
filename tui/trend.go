package tui

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

const (
	// trendStep is how much time one column of a trend stands for, trendColumns how many are
	// kept: a minute.
	trendStep    = 2 * time.Second
	trendColumns = 30
)

// moment is what a call was like at one time; counts are since its beginning.
type moment struct {
	at             time.Time
	received, lost uint64
	sent           uint64
	jitter, rtt    time.Duration
	buffer         time.Duration
	// concealed and played are frames.
	concealed, played uint64
	remoteLoss        float64
	// mic is the loudest level of the microphone since the moment before.
	mic float32
}

// trend is the last minute of a call, the oldest moment first. The phone tells what is; this is
// what the screen remembers of it.
type trend []moment

// trends are those of our calls, by leg.
type trends map[pbxws.LegID]trend

// follow notes how the calls of a snapshot are, and forgets calls that are gone.
func (ts trends) follow(s phone.Snapshot) trends {
	next := trends{}
	for _, l := range s.Legs {
		if l.State == phone.Connected && l.Place == phone.Here {
			next[l.ID] = ts[l.ID].with(s, l)
		}
	}
	return next
}

// with adds a moment, or, before its time has come, only the loudness.
func (t trend) with(s phone.Snapshot, l phone.Leg) trend {
	if n := len(t); n > 0 && s.Now.Sub(t[n-1].at) < trendStep {
		t[n-1].mic = max(t[n-1].mic, s.Sound.Meter.Mic)
		return t
	}
	st := l.Stats
	t = append(t, moment{
		at: s.Now, received: st.Received, lost: st.Lost + st.Late, concealed: st.Concealed, played: st.Played, sent: st.Sent, jitter: st.Jitter,
		rtt: st.RTT, buffer: st.Buffer, remoteLoss: st.RemoteLoss, mic: s.Sound.Meter.Mic,
	})
	return slices.Clone(t[max(0, len(t)-trendColumns-1):])
}

// losses are the shares of packets lost on the way to us, 0 to 1, one for each column.
func (t trend) losses() []float64 {
	return t.between(func(a, b moment) float64 { return share(b.lost-a.lost, b.received-a.received) })
}

func (t trend) jitters() []float64 {
	return t.between(func(_, b moment) float64 { return b.jitter.Seconds() })
}

func (t trend) trips() []float64 {
	return t.between(func(_, b moment) float64 { return b.rtt.Seconds() })
}

func (t trend) between(f func(a, b moment) float64) []float64 {
	var values []float64
	for i := 1; i < len(t); i++ {
		values = append(values, f(t[i-1], t[i]))
	}
	return values
}

// share of lost packets among those that were sent, or of what was made up among what was heard.
func share(lost, received uint64) float64 {
	if lost == 0 || lost > 1<<40 { // counters of another stream
		return 0
	}
	return float64(lost) / float64(lost+received)
}

// recent is what happened within about the last d, ok is false where less is known.
func (t trend) recent(d time.Duration) (a, b moment, ok bool) {
	n := len(t)
	steps := int(d / trendStep)
	if n <= steps || steps == 0 {
		return moment{}, moment{}, false
	}
	return t[n-1-steps], t[n-1], true
}

// flat tells that the microphone has given nothing at all for at least d.
func (t trend) flat(d time.Duration) bool {
	steps := int((d + trendStep - 1) / trendStep)
	if len(t) <= steps {
		return false
	}
	return !slices.ContainsFunc(t[len(t)-1-steps:], func(m moment) bool { return m.mic > micFloor })
}

// micFloor is the level below which a microphone hears nothing: an open one hears at least its room.
const micFloor = 0.0002

// The signs of a value draw it as one of five heights, the first one for nothing worth noting.
var (
	sparkASCII = []rune(".:+*#")
	sparkUTF8  = []rune("\u2581\u2582\u2584\u2586\u2588")
)

// spark draws values as heights; limits are what the second to the fifth height begin at. What
// is not known yet stays blank at the left.
func spark(values []float64, limits [4]float64, ascii bool) string {
	signs := sparkUTF8
	if ascii {
		signs = sparkASCII
	}
	line := make([]rune, 0, trendColumns)
	for range trendColumns - len(values) {
		line = append(line, ' ')
	}
	for _, v := range values {
		height := 0
		for height < len(limits) && v >= limits[height] {
			height++
		}
		line = append(line, signs[height])
	}
	return string(line)
}
