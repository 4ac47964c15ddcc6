package phone

import (
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

// Number reads the target in a text: an account of this PBX by its name, or a number, see
// number.Read. An unknown name is nobody. why is empty, or says in words why nothing can be
// dialled.
func (s Snapshot) Number(text string) (n number.Number, why string) { return numberIn(s.PBX, text) }

func numberIn(pbx pbxws.State, text string) (n number.Number, why string) {
	name := strings.TrimSpace(text)
	if _, known := pbx.AccountAt(name); known {
		if n, why = number.Read(name); why != "" || n.Dial != name {
			n = number.Number{Dial: name, Kind: number.Word}
		}
		return n, ""
	}
	if n, why = number.Read(text); why != "" || n.Kind != number.Word {
		return n, why
	}
	if _, known := pbx.AccountAt(n.Dial); known {
		return n, ""
	}
	return number.Number{}, "nobody here is called " + n.Dial + ", and it is not a number"
}

// longestShort is the length of the longest numbers that a network keeps for its services.
const longestShort = 6

// Warning says what is doubtful about a number that somebody else wants called, such as another program:
// "SERVICE CODE that may change settings". It is empty for a number like any other.
func (s Snapshot) Warning(n number.Number) string {
	_, known := s.PBX.AccountAt(n.Dial)
	_, place := s.PBX.Orbits[pbxws.OrbitID(n.Dial)]
	switch {
	case n.Kind == number.Service:
		return "SERVICE CODE that may change settings"
	case n.Kind != number.Digits || known || place:
	case n.IsPremium(s.Link.Country):
		return "PREMIUM NUMBER, maybe expensive"
	case len(n.Dial) <= longestShort:
		return "SHORT NUMBER, not an extension: maybe an emergency service"
	}
	return ""
}

// bare refuses a number with tones if no call of ours will be answered that could send them.
func (s Snapshot) bare(text, instead string) string {
	n, why := s.Number(text)
	return firstOf(why, unless(n.Tones == "", "no tones can follow "+n.Dial+" there: "+instead))
}

// read is the number in a text that Refuses has accepted.
func (k *link) read(text string) number.Number {
	n, _ := numberIn(k.pbx, text)
	return n
}

// orbit is the place to park at that a person gave.
func (k *link) orbit(given pbxws.OrbitID) pbxws.OrbitID {
	if _, known := k.pbx.Orbits[given]; known || given == "" {
		return given
	}
	return pbxws.OrbitID(k.read(string(given)).Dial)
}

// tonePause is what a comma among tones stands for, toneEvery how long one of them takes with the
// gap after it.
const (
	tonePause = 2 * time.Second
	toneEvery = toneLength + 80*time.Millisecond
)

// hearsTones tells whether waiting tones would be heard.
func (l *leg) hearsTones() bool {
	return l.Queued != "" && l.talks() && (l.described && l.Media || l.caps.Has(pbxws.CapTones))
}

// followUp sends the tones after a number: they begin once somebody has answered and sound is up,
// and continue after a hold with their pause.
func (m *move) followUp(was leg, in input) {
	over := in == input(timeout{untilTones})
	switch {
	case m.State == Ended:
		m.Queued = ""
	case !m.hearsTones():
		if was.hearsTones() {
			m.do(drop{untilTones})
		}
	case !was.hearsTones():
		m.do(m.await(untilTones))
	case over:
		m.sendQueued()
	}
}

// sendQueued sends what stands before the next pause.
func (m *move) sendQueued() {
	m.Queued = strings.TrimPrefix(m.Queued, ",")
	run, rest, pauses := strings.Cut(m.Queued, ",")
	if pauses {
		rest = "," + rest
	}
	m.Queued = rest
	if run != "" {
		m.sendTones(run)
		m.say(GradeInfo, "tones %s sent to %s", run, m.Peer)
	}
	if rest != "" {
		m.do(wait{untilTones, tonePause + time.Duration(len(run))*toneEvery})
	}
}
