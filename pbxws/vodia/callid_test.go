package vodia

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// output gives what the translator emitted and sent, a line each.
func output(s *translator) (lines []string) {
	events, requests := s.take()
	for _, e := range events {
		lines = append(lines, "= "+show(e))
	}
	for _, r := range requests {
		frame, _ := wire.EncodeRequest(r)
		lines = append(lines, "> "+string(frame))
	}
	return lines
}

func decoded(t *testing.T, frame string) wire.Message {
	t.Helper()
	m, err := wire.DecodeMessage([]byte(frame))
	if err != nil {
		t.Fatalf("%s: %v", frame, err)
	}
	return m
}

// TestWhichCallIsMeant: frames under ids that the PBX has given to calls of ours, before any
// description. A step is a frame of the PBX, or "dial A 602", "bye A", "later" for the time that
// frames wait, "much later" for the time that given up calls are remembered.
func TestWhichCallIsMeant(t *testing.T) {
	const (
		byeX  = `> {"action":"bye-response","callid":"x@pbx"}`
		byeY  = `> {"action":"bye-response","callid":"y@pbx"}`
		quitX = `> {"action":"sip-bye","callid":"x@pbx","caller":"true"}`
	)
	for _, tt := range []struct {
		name  string
		steps []string
		want  []string
	}{
		{"two are set up, to-user decides", []string{"dial A 602", "dial B 600",
			`{"bye":"true","callid":"y@pbx","code":404,"to-user":"600"}`, `{"bye":"true","callid":"x@pbx","code":486,"to-user":"602"}`},
			[]string{byeY, "= ended B no such number (404)", byeX, "= ended A busy (486)"}},
		{"a call that came does not tell whether ids of ours are kept", []string{
			`{"invitesdp":"v=0","callid":"y@pbx","cseq":1,"from":"<sip:502@t>"}`, `{"candidate":"candidate:1","callid":"y@pbx"}`,
			"dial A 602", `{"bye":"true","callid":"x@pbx","code":486}`},
			[]string{"= offered in:y@pbx 502 -> unknown", "= candidate in:y@pbx candidate:1", byeX, "= ended A busy (486)"}},
		{"to-user in another form of the number", []string{"dial A 0721555016", "dial B 0721555017",
			`{"sdp":"v=0","code":603,"callid":"x@pbx","to-user":"+390721555017"}`},
			[]string{"= ended B declined (603)"}},
		{"a list of calls decides", []string{"dial A 602", "dial B 600",
			`{"action":"call-state","calls":[{"id":"x@pbx","from-number":"501","to-number":"600","state":"alerting"}]}`,
			`{"bye":"true","callid":"x@pbx","code":486}`},
			[]string{"= call x@pbx 501 -> 600 ringing [501]", byeX, "= ended B busy (486)"}},
		{"what comes later decides", []string{"dial A 602", "dial B 600",
			`{"candidate":"candidate:1","callid":"y@pbx"}`, `{"bye":"true","callid":"x@pbx","code":486}`,
			`{"sdp":"v=0","code":183,"callid":"y@pbx","to-user":"600"}`},
			[]string{"= candidate B candidate:1", byeX, "= ended A busy (486)", "= progressed B 183 600", "= described B offer guessed"}},
		{"nothing decides: the order of dialling does", []string{"dial A 602", "dial B 600", `{"bye":"true","callid":"x@pbx","code":486}`, "later"},
			[]string{byeX, "= ended A busy (486)"}},
		{"two to the same number, in the order of dialling", []string{"dial A 602", "dial B 602",
			`{"bye":"true","callid":"x@pbx","code":486,"to-user":"602"}`, `{"response":180,"callid":"y@pbx","to-user":"602"}`},
			[]string{byeX, "= ended A busy (486)", "= progressed B 180 unknown"}},
		{"two to like numbers, the very one counts", []string{"dial A 0333123456", "dial B 333123456",
			`{"bye":"true","callid":"x@pbx","code":486,"to-user":"333123456"}`}, []string{byeX, "= ended B busy (486)"}},
		{"a late refusal of a call that we gave up", []string{"dial A 602", "bye A", "dial B 600", `{"bye":"true","callid":"x@pbx","code":487}`, "later"},
			[]string{`> {"action":"sip-bye","callid":"$A","caller":"true"}`, byeX}},
		{"and with a number", []string{"dial A 602", "bye A", "dial B 600", `{"bye":"true","callid":"x@pbx","code":486,"to-user":"602"}`},
			[]string{`> {"action":"sip-bye","callid":"$A","caller":"true"}`, byeX}},
		{"a late description of a call that we gave up", []string{"dial A 602", "bye A", "dial B 600",
			`{"sdp":"v=0","code":183,"callid":"x@pbx","to-user":"602"}`, `{"candidate":"candidate:1","callid":"x@pbx"}`, `{"bye":"true","callid":"x@pbx"}`},
			[]string{`> {"action":"sip-bye","callid":"$A","caller":"true"}`, quitX, byeX}},
		{"its hang-up is confirmed under its own id", []string{"dial A 602", "bye A", "dial B 600", `{"cancelresponse":"true","callid":"x@pbx"}`, `{"bye":"true","callid":"y@pbx","code":486}`},
			[]string{`> {"action":"sip-bye","callid":"$A","caller":"true"}`, byeY, "= ended B busy (486)"}},
		{"what comes much later is for the next call", []string{"dial A 602", "bye A", "much later", "dial B 600", `{"bye":"true","callid":"y@pbx","code":486}`},
			[]string{`> {"action":"sip-bye","callid":"$A","caller":"true"}`, byeY, "= ended B busy (486)"}},
		{"hung up once the id is known", []string{"dial A 602", `{"response":180,"callid":"x@pbx"}`, "bye A", `{"bye":"true","callid":"x@pbx","code":487}`},
			[]string{"= progressed A 180 unknown", quitX, byeX}},
		{"a PBX that keeps our ids", []string{"dial A 602", `{"sdp":"v=0","code":183,"callid":"$A"}`, "dial B 600", `{"bye":"true","callid":"x@pbx","code":486}`},
			[]string{"= progressed A 183 unknown", "= described A offer guessed", byeX, "= unrecognized bye: none of our calls has this id", "= ended in:x@pbx busy (486)"}},
		{"a confirmation that repeats our id proves nothing", []string{"dial A 602", `{"response":404,"callid":"$B"}`, `{"bye":"true","callid":"x@pbx","code":486}`},
			[]string{"= ended A no such number (404)", byeX, "= unrecognized bye: none of our calls has this id", "= ended in:x@pbx busy (486)"}},
		{"nobody's", []string{`{"candidate":"candidate:1","callid":"x@pbx"}`, `{"cancel":"true","callid":"x@pbx"}`, `{"response":486,"callid":"x@pbx"}`},
			[]string{"= unrecognized candidate: none of our calls has this id", "= unrecognized cancel: none of our calls has this id",
				`> {"action":"cancel-response","callid":"x@pbx"}`, "= unrecognized response: none of our calls has this id"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newTranslator("t", "501", generation{})
			var got []string
			for _, step := range tt.steps {
				switch {
				case step == "later":
					s.settleUnresolved()
				case step == "much later":
					s.forgetAbandoned()
				case step[:4] == "dial":
					place(s, legID(step[5:6]), step[7:])
				case step[:3] == "bye":
					s.order(pbxws.Bye{Leg: legID(step[4:])})
				default:
					s.receive(decoded(t, names.Replace(step)))
				}
				got = append(got, output(s)...)
			}
			want := make([]string, len(tt.want))
			for i, w := range tt.want {
				want[i] = names.Replace(w)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.EqualFunc(got, want, sameLine) {
				t.Errorf("got\n%q\nwant\n%q", got, want)
			}
			if len(s.unresolved) > 0 {
				t.Errorf("%d frames still wait", len(s.unresolved))
			}
		})
	}
}

// sameLine compares two lines; of frames their JSON.
func sameLine(a, b string) bool {
	var x, y map[string]any
	if json.Unmarshal([]byte(a[2:]), &x) != nil || json.Unmarshal([]byte(b[2:]), &y) != nil {
		return a == b
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return a[0] == b[0] && string(p) == string(q)
}

// TestUnresolvedFramesAreBounded: a PBX that talks of nothing but unknown calls fills no memory, and each frame
// beyond the bound leaves a line.
func TestUnresolvedFramesAreBounded(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	place(s, legID("A"), "602")
	place(s, legID("B"), "600")
	for range 10 * maxUnresolved {
		s.receive(wire.Candidate{CallID: "x@pbx", Line: "candidate:1"})
	}
	if events, _ := s.take(); len(s.unresolved) != maxUnresolved || len(events) != 9*maxUnresolved {
		t.Errorf("%d wait, %d lines", len(s.unresolved), len(events))
	}
}
