package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// lossyCall is a call whose far end loses more and more of us.
func lossyCall() (phone.Snapshot, trends) {
	l := talkingTo(mario)
	l.Stats = rtc.Stats{
		Codec: "opus", Sent: 18732, Received: 18741, Lost: 37, Jitter: 6 * time.Millisecond, Buffer: 60 * time.Millisecond,
		RTT: 212 * time.Millisecond, RemoteLoss: 0.148, RemoteJitter: 48 * time.Millisecond, Reported: ago(4 * time.Second),
		SendRate: 30100, ReceiveRate: 31400, Score: 4.2, RemoteScore: 2.1, LastPacket: ago(20 * time.Millisecond),
		Delay: 180 * time.Millisecond, RemoteDelay: 166 * time.Millisecond,
	}
	s := with(calm(), l)
	s.Notices = []phone.Notice{
		{N: 1, At: ago(131 * time.Second), Leg: l.ID, Grade: phone.GradeDone, Text: "answered Mario Bianchi"},
		{N: 2, At: ago(60 * time.Second), Leg: l.ID, Grade: phone.GradeDone, Text: "Mario Bianchi is on hold", Took: 44 * time.Millisecond},
	}
	var ts trends
	now := s
	for i := range 31 {
		now.Now = ago(time.Duration(60-2*i) * time.Second)
		step := l
		step.Stats.Received, step.Stats.Sent = uint64(15700+100*i), uint64(15700+100*i)
		step.Stats.Lost = uint64(i*i/6) + 1
		step.Stats.Jitter = time.Duration(i*2) * time.Millisecond
		step.Stats.RemoteLoss = max(0, float64(i-13)*0.008)
		now.Legs = []phone.Leg{step}
		ts = ts.follow(now)
	}
	return s, ts
}

func TestDiagnosis(t *testing.T) {
	s, ts := lossyCall()
	base := s.Legs[0]
	base.Stats.RemoteLoss, base.Stats.Lost, base.Stats.RemoteScore = 0.001, 0, 4.2
	base.Stats.Played = base.Stats.Received / 2 // packets of 10 ms
	good := trends{}
	for i := range 10 {
		now := s
		now.Now = ago(time.Duration(20-2*i) * time.Second)
		l := base
		l.Stats.Received, l.Stats.Sent, l.Stats.Played = uint64(1000+100*i), uint64(1000+100*i), uint64(500+50*i)
		now.Legs = []phone.Leg{l}
		good = good.follow(now)
	}
	steady := good[base.ID]
	quietMic := append(trend{}, steady...)
	stopped := append(trend{}, steady...)
	broken := append(trend{}, steady...)
	for i := range quietMic {
		broken[i].concealed = 10 * uint64(i)
		quietMic[i].mic = 0
		stopped[i].sent = 5
	}
	for _, tt := range []struct {
		name    string
		leg     func(*phone.Leg)
		scene   func(*phone.Snapshot)
		trend   trend
		verdict string
		words   string
	}{
		{"well", nil, nil, steady, "all well", "sound flows both ways"},
		{"no path", func(l *phone.Leg) { l.Media = false }, nil, steady, "no path", "firewall"},
		{"no packets", func(l *phone.Leg) { l.Stats.Received = 0 }, nil, steady, "YOU HEAR NOTHING", "No sound has come"},
		{"stopped", func(l *phone.Leg) { l.Stats.LastPacket = ago(7 * time.Second) }, nil, steady, "YOU HEAR NOTHING", "stopped"},
		{"sends nothing", nil, nil, stopped, "THEY HEAR NOTHING", "sends no packets"},
		{"flat", nil, nil, quietMic, "flat microphone", "completely silent"},
		{"muted", nil, func(s *phone.Snapshot) { s.Muted = true }, quietMic, "muted", "muted your microphone"},
		{"far loss", func(l *phone.Leg) { l.Stats.RemoteLoss = 0.148 }, nil, ts[base.ID], "they may not hear you", "1 in 7 packets is lost on the way to the PBX; it began 28 s ago"},
		{"near loss", func(l *phone.Leg) { l.Stats.Lost = 2000 }, nil, nil, "you may not hear them", "1 in 10"},
		{"made up", func(l *phone.Leg) { l.Stats.Concealed = 2000 }, nil, nil, "you may not hear them", "1 in 6 pieces of their sound is missing"},
		{"made up of late", nil, nil, broken, "you may not hear them", "1 in 6 pieces of their sound is missing"},
		{"made up long ago", func(l *phone.Leg) { l.Stats.Concealed = 2000 }, nil, steady, "all well", ""},
		{"low score", func(l *phone.Leg) { l.Stats.Score = 2.8 }, nil, steady, "BAD: you hear them with score 2.8", "2.8 out of 4.4"},
		{"low score of theirs", func(l *phone.Leg) { l.Stats.RemoteScore = 3.4 }, nil, steady, "POOR: they hear you with score 3.4", "they hear you at 3.4"},
		{"fair score", func(l *phone.Leg) { l.Stats.Score, l.Stats.RemoteScore = 3.7, 3.6 }, nil, steady, "all well", ""},
		{"buffer", func(l *phone.Leg) { l.Stats.Buffer = 180 * time.Millisecond }, nil, steady, "unevenly", "180 ms"},
		{"long way", func(l *phone.Leg) { l.Stats.RTT = 700 * time.Millisecond }, nil, steady, "long way", "700 ms"},
		{"held", func(l *phone.Leg) { l.LocalHold = true }, nil, steady, "on hold", "music"},
		{"new", func(l *phone.Leg) { l.Answered, l.Stats = ago(time.Second), rtc.Stats{} }, nil, nil, "just answered", ""},
	} {
		snapshot, l := s, base
		if tt.leg != nil {
			tt.leg(&l)
		}
		if tt.scene != nil {
			tt.scene(&snapshot)
		}
		snapshot.Legs = []phone.Leg{l}
		d := diagnose(sceneOf(t, snapshot), l, tt.trend)
		if !strings.Contains(d.verdict, tt.verdict) || !strings.Contains(d.words, tt.words) {
			t.Errorf("%s: %q, %q", tt.name, d.verdict, d.words)
		}
	}
}

// TestReportNamesNobody: the report holds figures, and nobody's name, number or message.
func TestReportNamesNobody(t *testing.T) {
	s, ts := lossyCall()
	s.Tracing = true
	s.Trace = []pbxws.Frame{{At: noon, Sent: true, Text: `{"action":"call","state":"ringing","to":"Mario","secret":"hunter2"}`},
		{At: noon, Text: `{"action":"Mario","+390721555016":1}`}, {At: noon, Text: "hunter2"}}
	s.Notices = append(s.Notices, phone.Notice{At: ago(50 * time.Second), Leg: s.Legs[0].ID, Text: "recording the call with Mario Bianchi to /home/anna/Mario Bianchi 0721555016.wav"},
		phone.Notice{At: ago(40 * time.Second), Leg: s.Legs[0].ID, Text: "Mario Bianchi, Bianchi SRL was sent to 203 Marco Neri: busy (486)"})
	sc := sceneOf(t, s)
	sc.trends = ts
	text := report(sc, s.Legs[0])
	for _, secret := range []string{"Mario", "Bianchi", "555", "hunter2", "201", "acme", "Jabra", "203", "Neri", "anna", "wav"} {
		if strings.Contains(text, secret) {
			t.Errorf("the report holds %q:\n%s", secret, text)
		}
	}
	for _, figure := range []string{"14.8 %", "212 ms", "LOSS", "opus 31 kb/s",
		"  sent         67  action=call state=ringing to secret\n", "  received     36  action\n", "  received      7  \n",
		"  here          0  (name) is on hold\n", "(name) was sent to (number) (name): busy (486)\n"} {
		if !strings.Contains(text, figure) {
			t.Errorf("the report lacks %q:\n%s", figure, text)
		}
	}
}

func TestExport(t *testing.T) {
	s, _ := lossyCall()
	r := newRobot(t, s)
	r.press("i").sees("QUALITY of the call with Mario Bianchi", "e export report", "WHERE IT BREAKS")
	r.press("e").sees("reports cannot be written here")
	var wrote string
	r.m.save = func(text string) tea.Cmd { wrote = text; return nil }
	r.press("e").sees("writing the report")
	if !strings.Contains(wrote, "Patchcord call report") {
		t.Errorf("wrote %q", wrote)
	}
	r.send(savedMsg{path: "state/report.txt"})
	r.sees("report without names or secrets: state/report.txt")
	r.send(savedMsg{err: errors.New("disk full")})
	r.sees("the report was not written: disk full")
	r.press("h").expect(phone.Hold{Leg: "leg-1"}).press("q").seesNot("WHERE IT BREAKS").sees("TALKING")
}
