package vodia

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// list makes a call-state out of lines "id from to state".
func list(lines ...string) wire.CallState {
	m := wire.CallState{Calls: []wire.CallEntry{}}
	for _, line := range lines {
		w := strings.Fields(line)
		m.Calls = append(m.Calls, wire.CallEntry{ID: w[0], From: "<sip:" + w[1] + "@t>", To: "<sip:" + w[2] + "@t>", Extension: []string{w[1], "*" + w[2]}, State: w[3]})
	}
	return m
}

// tell lets the translator hear a message and gives what it tells, a word each.
func tell(s *translator, m wire.Message) []string {
	s.receive(m)
	events, _ := s.take()
	var words []string
	for _, e := range events {
		switch e := e.(type) {
		case pbxws.CallChanged:
			words = append(words, "+"+string(e.Call.ID))
		case pbxws.CallEnded:
			words = append(words, "-"+string(e.ID))
		case pbxws.LegAnswered:
			words = append(words, "answered")
		default:
			words = append(words, fmt.Sprintf("%T", e))
		}
	}
	return words
}

// The rule that callTable writes down. 501 is our own extension.
func TestListsOfCalls(t *testing.T) {
	const mine, theirs, others = "1 501 502 connected", "2 601 602 connected", "3 603 604 connected"
	for _, tt := range []struct {
		name  string
		lists []wire.CallState
		want  [][]string
	}{
		{"only differences are told",
			[]wire.CallState{list(mine, theirs), list(mine, theirs), list(mine, "2 601 602 onhold")},
			[][]string{{"+1", "+2"}, nil, {"+2"}}},
		{"a list with calls of others is complete",
			[]wire.CallState{list(mine, theirs, others), list(theirs)},
			[][]string{{"+1", "+2", "+3"}, {"-1", "-3"}}},
		{"a list of our own calls ends our own only",
			[]wire.CallState{list(mine, theirs), list("4 501 503 alerting")},
			[][]string{{"+1", "+2"}, {"+4", "-1"}}},
		{"lists that alternate end nothing",
			[]wire.CallState{list(mine, theirs), list(mine), list(mine, theirs), list(mine), list(mine, theirs)},
			[][]string{{"+1", "+2"}, nil, nil, nil, nil}},
		{"the second list in a row settles a doubt",
			[]wire.CallState{list(theirs, others), list(mine), list(mine)},
			[][]string{{"+2", "+3"}, {"+1"}, {"-2", "-3"}}},
		{"an empty list ends our own",
			[]wire.CallState{list(mine), list()},
			[][]string{{"+1"}, {"-1"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newTranslator("t", "501", generation{})
			for i, m := range tt.lists {
				if got := tell(s, m); !slices.Equal(got, tt.want[i]) {
					t.Errorf("list %d: told %v, want %v", i+1, got, tt.want[i])
				}
			}
		})
	}
}

func TestDomainStateIsComplete(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	tell(s, list("1 501 502 connected", "2 601 602 connected"))
	if got := tell(s, wire.DomainState{Calls: []wire.CallEntry{}}); !slices.Equal(got, []string{"-1", "-2"}) {
		t.Errorf("told %v", got)
	}
	tell(s, list("1 501 502 connected"))
	if got := tell(s, wire.DomainState{}); got != nil {
		t.Errorf("a domain-state that does not speak of calls told %v", got)
	}
}

// place places a call of ours and takes the request off.
func place(s *translator, id pbxws.LegID, to string) {
	s.order(pbxws.Offer{Leg: id, To: to, SDP: "v=0"})
	s.take()
}

// The order in which records are matched to legs: pickup is told for the right one.
func TestRecordsOfOurCalls(t *testing.T) {
	hex := callIDOf("leg-1")
	for _, tt := range []struct {
		name   string
		before []string
		legs   []string // numbers dialled
		after  []string
		want   []pbxws.LegID // answered, in order
	}{
		{"equal ids", nil, []string{"502"}, []string{hex + " 999 888 connected"}, []pbxws.LegID{"leg-1"}},
		{"the number dialled", nil, []string{"502", "503"}, []string{"9 501 503 connected"}, []pbxws.LegID{"leg-2"}},
		{"the only call of ours", nil, []string{"0555"}, []string{"9 501 +1555 connected"}, []pbxws.LegID{"leg-1"}},
		{"not one of two that it may be", nil, []string{"0555", "0556"}, []string{"9 501 +1555 connected"}, nil},
		{"not the desk phone's from before", []string{"9 501 502 connected"}, []string{"502"}, []string{"9 501 502 connected"}, nil},
		{"not a call to us", nil, []string{"502"}, []string{"9 502 501 connected"}, nil},
		{"not a call of others", nil, []string{"602"}, []string{"9 601 602 connected"}, nil},
		{"each its own", nil, []string{"502", "503"}, []string{"9 501 503 connected", "8 501 502 connected"}, []pbxws.LegID{"leg-1", "leg-2"}},
		{"still ringing", nil, []string{"502"}, []string{"9 501 502 alerting"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newTranslator("t", "501", generation{})
			s.receive(list(tt.before...))
			for i, to := range tt.legs {
				place(s, pbxws.LegID(fmt.Sprintf("leg-%d", i+1)), to)
			}
			for range 3 { // once, however often the list comes
				s.receive(list(tt.after...))
			}
			events, requests := s.take()
			var got []pbxws.LegID
			for _, e := range events {
				if a, ok := e.(pbxws.LegAnswered); ok {
					got = append(got, a.Leg)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("answered %v, want %v", got, tt.want)
			}
			if len(requests) != len(tt.want) {
				t.Errorf("%d acknowledgements for %d pickups", len(requests), len(tt.want))
			}
		})
	}
}

func TestPhases(t *testing.T) {
	for _, tt := range []struct {
		state, connect string
		want           pbxws.Phase
	}{
		{"alerting", "", pbxws.PhaseAlerting}, {"ringback", "", pbxws.PhaseAlerting}, {"", "", pbxws.PhaseAlerting},
		{"connected", "", pbxws.PhaseConnected}, {"alerting", "1760000012.345", pbxws.PhaseConnected}, {"new-word", "1760000012", pbxws.PhaseConnected},
		{"holding", "1", pbxws.PhaseHeld}, {"onhold", "", pbxws.PhaseHeld},
	} {
		if got := phaseOf(wire.CallEntry{State: tt.state, Connect: tt.connect}); got != tt.want {
			t.Errorf("%s, %q: %s, want %s", tt.state, tt.connect, got, tt.want)
		}
	}
}
