package phone

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

var update = flag.Bool("update", false, "write golden files anew")

var t0 = time.Date(2026, 11, 21, 14, 2, 11, 0, time.UTC)

// What PBXs of different kinds can do with the sound of a call.
const (
	byMessage  = pbxws.CapTrickle | pbxws.CapHold | pbxws.CapNewSession | pbxws.CapICERestart // Vodia
	byOffer    = pbxws.CapHoldByOffer | pbxws.CapICERestart                                   // SIP
	noSession  = pbxws.CapTrickle | pbxws.CapHold | pbxws.CapICERestart                       // Janus
	unchanging = pbxws.CapMedia                                                               // a PBX that changes nothing in mid-call
)

var kinds = []struct {
	name string
	caps pbxws.Caps
}{
	{"holds by our offer", byOffer}, {"takes no new session", noSession}, {"can do nothing of the kind", unchanging},
}

// inState makes a typical leg in a state.
func inState(s LegState) leg {
	g := leg{caps: byMessage, dial: "305", wire: "leg", Leg: Leg{ID: "leg", Peer: pbxws.Party{Name: "Mario", Number: "305"}, State: s, Began: t0}}
	switch s {
	case Alerting:
		g.Dir, g.offer = Incoming, "v=0 theirs"
	case Answering:
		g.Dir, g.described = Incoming, true
	case Early:
		g.described = true
	case Connected:
		g.Answered, g.described, g.Media = t0, true, true
	case Ended:
		g.Leg.Ended = t0.Add(time.Minute)
	}
	return g
}

// everyInput is one of each kind, in the order of the table's rows. A test below fails when
// a kind is missing.
var everyInput = []input{
	wantAnswer{}, wantReject{486}, wantHangup{}, wantHold{true}, wantHold{false}, wantSilence{pbxws.Party{Name: "Luca", Number: "203"}}, wantTransfer{"203"}, wantDigits{"5"},
	wantJoin{"other", pbxws.Party{Name: "Luca", Number: "203"}}, wantJoined{}, wantPark{"81"}, wantMeet{pbxws.Party{Name: "Meeting", Number: "90"}}, wantRecord{true},
	wantPath{}, parkedAt{"81"},
	reported{pbxws.LegOffered{Leg: "leg"}},
	reported{pbxws.LegProgressed{Leg: "leg", Code: 180}},
	reported{pbxws.LegDescribed{Leg: "leg", SDP: "v=0 a", Kind: pbxws.SDPAnswer, Sure: true}},
	reported{pbxws.LegDescribed{Leg: "leg", SDP: "v=0 o", Kind: pbxws.SDPOffer, Sure: true}},
	reported{pbxws.LegDescribed{Leg: "leg", SDP: "v=0 ?", Kind: pbxws.SDPOffer}},
	reported{pbxws.LegAnswered{Leg: "leg"}},
	reported{pbxws.LegCandidate{Leg: "leg"}}, reported{pbxws.LegCandidatesEnded{Leg: "leg"}},
	reported{pbxws.LegHeld{Leg: "leg", On: true}},
	reported{pbxws.LegHeld{Leg: "leg", On: true, Remote: true}},
	reported{pbxws.LegNamed{Leg: "leg", Peer: pbxws.Party{Name: "Luca"}}},
	reported{pbxws.LegRecorded{Leg: "leg", On: true}},
	reported{pbxws.LegMissing{Leg: "leg"}},
	reported{pbxws.LegEnded{Leg: "leg", Cause: pbxws.Cause{Ending: pbxws.EndedThere}}},
	reported{pbxws.CommandRefused{Command: pbxws.Offer{Leg: "leg"}, Code: 404}},
	reported{pbxws.CommandRefused{Command: pbxws.Answer{Leg: "leg"}, Code: 488}},
	reported{pbxws.CommandRefused{Command: pbxws.Hold{Leg: "leg", On: true}, Code: 500}},
	reported{pbxws.CommandRefused{Command: pbxws.Hold{Leg: "leg", On: true}, Code: 404}},
	reported{pbxws.CommandRefused{Command: pbxws.BlindTransfer{Leg: "leg", To: "203"}, Code: 486}},
	reported{pbxws.CommandRefused{Command: pbxws.Record{Leg: "leg", On: true}, Code: 403}},
	reported{pbxws.CommandDone{Command: pbxws.Record{Leg: "leg", On: true}}},
	offered{"v=0 ours"}, answered{"v=0 ours"}, rebuilt{"v=0 ours"}, answerTaken{true}, mediaBad{err: rtc.Reason("no codec in common")},
	mediaUp{}, mediaSilent{}, mediaAudible{}, mediaMoved{1200 * time.Millisecond}, pathMade{"v=0 path"}, pathUnmade{rtc.Reason("no way")}, pathWhole{}, holdMade{"v=0 hold"}, holdUnmade{rtc.Reason("no way")}, mediaOff{errors.New("ice failed")}, gathered{}, gatheredAll{}, tonesFailed{rtc.Reason("no tones")}, digitReceived{'5'},
	timeout{untilProgress}, timeout{untilAnswer}, timeout{untilMedia}, timeout{untilHold}, timeout{untilTransfer},
	timeout{untilResumed}, timeout{untilRebuilt}, timeout{untilKind}, timeout{untilPath}, timeout{untilSound}, timeout{untilLink}, timeout{untilSearch}, timeout{untilPathAnswer}, timeout{untilPlace}, timeout{untilTones}, timeout{untilRecorded}, timeout{untilForgotten},
	linkLost{}, linkGone{}, linkBack{byMessage}, unlinkedPeer{},
}

// situation is a leg of a call that is up, on its way through a hold.
type situation struct {
	name   string
	inputs []input
}

// Where what a PBX can do makes a difference. A PBX that confirms a hold by its answer says nothing
// else, so the hold is confirmed in either way.
var situations = []situation{
	{"connected, hold asked", []input{wantHold{true}, holdMade{"v=0 hold"}}},
	{"connected, on hold", []input{wantHold{true}, holdMade{"v=0 hold"}, answer, held}},
	{"connected, silent after a resume", []input{wantHold{true}, holdMade{"v=0 hold"}, answer, held, mediaSilent{}, wantHold{false}, holdMade{"v=0 resume"}, answer, unheld}},
	{"connected, lost on hold", []input{wantHold{true}, holdMade{"v=0 hold"}, answer, held, mediaOff{}}},
	{"connected, another path asked", []input{mediaSilent{}, timeout{untilSearch}, pathMade{"v=0 path"}}},
}

// TestMachine compares every cell of state × input with the written table. A cell reads: the next
// state if it changes, then the effects in order; a dot is an ignored input. The cells are for a
// PBX that holds by a message and accepts new sessions. For situations in a call that is up, and
// for other kinds of PBX, only differing cells are listed.
func TestMachine(t *testing.T) {
	var b strings.Builder
	for s := Offering; s <= Ended; s++ {
		fmt.Fprintf(&b, "%s\n", s)
		for _, in := range everyInput {
			fmt.Fprintf(&b, "  %-44s %s\n", inputName(in), cell(inState(s), in))
		}
	}
	waits, _ := receive(pbxws.LegOffered{Leg: "leg", From: inState(Alerting).Peer}, byMessage, t0)
	differing(&b, "alerting, where the far end waits for our offer", waits, inState(Alerting))
	waits, _ = steps(waits, wantAnswer{}, offered{"v=0 ours"})
	differing(&b, "answering, where the far end has our offer", waits, inState(Answering))
	for _, s := range append([]situation{{name: "connected"}}, situations...) {
		usual, _ := steps(inState(Connected), s.inputs...)
		if s.inputs != nil {
			differing(&b, s.name, usual, inState(Connected))
		}
		for _, kind := range kinds {
			g, _ := steps(ofKind(kind.caps), s.inputs...)
			differing(&b, s.name+", where the PBX "+kind.name, g, usual)
		}
	}
	golden(t, "machine.txt", b.String())
}

// differing writes the cells of g that differ from those of usual.
func differing(b *strings.Builder, name string, g, usual leg) {
	fmt.Fprintf(b, "%s\n", name)
	for _, in := range everyInput {
		if got := cell(g, in); got != cell(usual, in) {
			fmt.Fprintf(b, "  %-44s %s\n", inputName(in), got)
		}
	}
}

func ofKind(caps pbxws.Caps) leg {
	g := inState(Connected)
	g.caps = caps
	return g
}

func cell(g leg, in input) string {
	if _, ok := in.(linkBack); ok {
		in = linkBack{g.caps}
	}
	next, effects := g.step(in, t0.Add(10*time.Second))
	var words []string
	if next.State != g.State {
		words = append(words, "-> "+next.State.String())
	}
	for _, e := range effects {
		words = append(words, effectName(e))
	}
	if len(words) == 0 {
		if !reflect.DeepEqual(next, g) {
			return "noted"
		}
		return "."
	}
	return strings.Join(words, ", ")
}

func inputName(in input) string {
	if o, ok := in.(reported); ok {
		name := strings.TrimPrefix(fmt.Sprintf("%T", o.event), "pbxws.")
		switch e := o.event.(type) {
		case pbxws.CommandDone:
			return name + " " + strings.TrimPrefix(fmt.Sprintf("%T", e.Command), "pbxws.")
		case pbxws.CommandRefused:
			return name + " " + strings.TrimPrefix(fmt.Sprintf("%T", e.Command), "pbxws.")
		case pbxws.LegDescribed:
			return fmt.Sprintf("%s offer=%t sure=%t", name, e.Kind == pbxws.SDPOffer, e.Sure)
		case pbxws.LegHeld:
			return fmt.Sprintf("%s remote=%t", name, e.Remote)
		}
		return name
	}
	switch in := in.(type) {
	case timeout:
		return "timeout " + in.of.String()
	case mediaBad, mediaOff, pathMade, pathUnmade, holdMade, holdUnmade, linkBack, tonesFailed, offered, answered, rebuilt, gathered:
		return strings.TrimPrefix(fmt.Sprintf("%T", in), "phone.")
	}
	return strings.TrimPrefix(fmt.Sprintf("%T%+v", in, in), "phone.")
}

func effectName(e effect) string {
	switch e := e.(type) {
	case send:
		return strings.TrimPrefix(fmt.Sprintf("%T", e.command), "pbxws.")
	case say:
		return fmt.Sprintf("%q", e.text)
	case wait:
		return fmt.Sprintf("wait %s %s", e.of, e.d)
	case takeCandidate:
		return "takeCandidate"
	case takeAnswer:
		if e.again {
			return "takeAnswer again"
		}
		return fmt.Sprintf("takeAnswer{answer:%s}", e.answer)
	case tones:
		return fmt.Sprintf("tones{digits:%s}", e.digits)
	case drop:
		return fmt.Sprintf("drop %s", e.of)
	}
	return strings.TrimPrefix(fmt.Sprintf("%T%+v", e, e), "phone.")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and read the diff\n%s", path, firstDifference(got, string(want)))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(g), len(w))
}

// TestEndIsFinal: inputs after the end of a leg are ignored, and every way to the end closes the
// media once.
func TestEndIsFinal(t *testing.T) {
	for s := Offering; s < Ended; s++ {
		for _, in := range everyInput {
			next, effects := inState(s).step(in, t0)
			if next.State != Ended {
				continue
			}
			closed := 0
			for _, e := range effects {
				if _, ok := e.(closeMedia); ok {
					closed++
				}
			}
			if closed != 1 {
				t.Errorf("%s on %s closes the media %d times", s, inputName(in), closed)
			}
			for _, late := range everyInput {
				after, effects := next.step(late, t0)
				if after.State != Ended || len(effects) > 0 && late != (input)(timeout{untilForgotten}) {
					t.Errorf("%s after the end does %v", inputName(late), effects)
				}
			}
		}
	}
}

// run plays inputs to a leg and returns what was sent to the PBX and said to the person.
func run(g leg, inputs ...input) (leg, []pbxws.Command, []string) {
	var sent []pbxws.Command
	var said []string
	for i, in := range inputs {
		var effects []effect
		g, effects = g.step(in, t0.Add(time.Duration(i+1)*time.Second))
		for _, e := range effects {
			switch e := e.(type) {
			case send:
				sent = append(sent, e.command)
			case say:
				said = append(said, e.text)
			}
		}
	}
	return g, sent, said
}

func TestTransferOutcomes(t *testing.T) {
	asked := wantTransfer{"203"}
	for name, c := range map[string]struct {
		then  input
		state LegState
		said  string
	}{
		"done":                     {reported{pbxws.LegEnded{Cause: pbxws.Cause{Ending: pbxws.EndedThere}}}, Ended, "305 Mario was transferred to 203"},
		"refused":                  {reported{pbxws.CommandRefused{Command: pbxws.BlindTransfer{To: "203"}, Code: 486, Reason: "Busy Here"}}, Connected, "305 Mario was not sent to 203: busy (486 Busy Here); the call is still with you"},
		"silence":                  {timeout{untilTransfer}, Connected, "the PBX has not said whether 305 Mario was sent to 203; the call is still here"},
		"they quit in another way": {reported{pbxws.LegEnded{Cause: pbxws.Cause{Ending: pbxws.EndedMedia, Code: 415}}}, Ended, "the call with 305 Mario ended after 2 s: no sound could be agreed (415)"},
	} {
		g, _, said := run(inState(Connected), asked, c.then)
		if g.State != c.state || said[len(said)-1] != c.said {
			t.Errorf("%s: %s, said %q", name, g.State, said)
		}
		if g.State == Connected && g.Transfer != "" {
			t.Errorf("%s: still transferring", name)
		}
	}
}

func TestHoldIsConfirmedByThePBX(t *testing.T) {
	g, sent, _ := run(inState(Connected), wantHold{true})
	if g.LocalHold || !g.HoldPending || len(sent) != 1 {
		t.Fatalf("after asking: %+v, sent %v", g.Leg, sent)
	}
	g, sent, said := run(g, reported{pbxws.LegHeld{On: true}})
	if !g.LocalHold || g.HoldPending || len(sent) != 0 || said[0] != "305 Mario is on hold" {
		t.Fatalf("after the PBX's word: %+v, said %q", g.Leg, said)
	}
}

// TestHoldFlips: the confirmation of the first press, arriving after the second, is not taken
// for the second's.
func TestHoldFlips(t *testing.T) {
	g, sent, _ := run(inState(Connected), wantHold{true}, wantHold{false}, reported{pbxws.LegHeld{On: true}})
	if g.LocalHold || !g.HoldPending || len(sent) != 2 {
		t.Fatalf("%+v, sent %v", g.Leg, sent)
	}
	g, _, _ = run(g, reported{pbxws.LegHeld{On: false}})
	if g.LocalHold || g.HoldPending {
		t.Fatalf("%+v", g.Leg)
	}
}

// TestMissingCall: a call that a new link does not show ends when its sound does, in either order;
// one that the PBX mentions again is like any other.
func TestMissingCall(t *testing.T) {
	missing, silent, off := reported{pbxws.LegMissing{}}, mediaSilent{}, mediaOff{errors.New("closed")}
	for name, c := range map[string]struct {
		inputs []input
		state  LegState
	}{
		"heard":                  {[]input{missing}, Connected},
		"heard, then silent":     {[]input{missing, silent}, Ended},
		"silent, then missing":   {[]input{silent, missing}, Ended},
		"its path is lost":       {[]input{missing, off, timeout{untilSound}}, Ended},
		"its path comes back":    {[]input{missing, off, mediaUp{}, timeout{untilSound}}, Connected},
		"on hold":                {[]input{wantHold{true}, reported{pbxws.LegHeld{On: true}}, missing}, Ended},
		"spoken of, then silent": {[]input{missing, reported{pbxws.LegHeld{On: true, Remote: true}}, silent}, Connected},
	} {
		g, sent, said := run(inState(Connected), c.inputs...)
		if g.State != c.state {
			t.Errorf("%s: %s, said %q", name, g.State, said)
		}
		if bye := slices.Contains(sent, pbxws.Command(pbxws.Bye{Leg: "leg"})); bye != (c.state == Ended) {
			t.Errorf("%s: sent %v", name, sent)
		}
	}
}

// TestSecondThought: a description that was taken for an answer and brought no media is taken as an
// offer, and the reverse, and then the first guess gets its turn again; one that brought media is left alone.
func TestSecondThought(t *testing.T) {
	for _, kind := range []pbxws.SDPKind{pbxws.SDPAnswer, pbxws.SDPOffer} {
		guess := reported{pbxws.LegDescribed{SDP: "v=0 x", Kind: kind}}
		g, _ := inState(Dialing).step(guess, t0)
		g, effects := g.step(timeout{untilKind}, t0)
		want := otherKind{"v=0 x", pbxws.SDPOffer}
		if kind == pbxws.SDPOffer {
			want.kind = pbxws.SDPAnswer
		}
		again := wait{untilKind, timerLengths[untilKind]}
		if !slices.Equal(effects, []effect{again, want}) {
			t.Errorf("guessed %d: second thought %v", kind, effects)
		}
		g, effects = g.step(timeout{untilKind}, t0)
		if !slices.Equal(effects, []effect{again, otherSession{}}) {
			t.Errorf("guessed %d: third thought %v", kind, effects)
		}
		if g, effects = g.step(mediaUp{}, t0); !has(effects, letGo{}) {
			t.Errorf("guessed %d: the other session stays", kind)
		}
		if _, effects = g.step(timeout{untilKind}, t0); len(effects) != 0 {
			t.Errorf("guessed %d: second thought despite media: %v", kind, effects)
		}
	}
}

// TestEveryKind walks the source's closed sets, so that a new input or event cannot be
// forgotten in the table.
func TestEveryKind(t *testing.T) {
	have := map[string]bool{}
	for _, in := range everyInput {
		have[reflect.TypeOf(in).Name()] = true
		if o, ok := in.(reported); ok {
			have[reflect.TypeOf(o.event).Name()] = true
		}
	}
	for _, name := range markers(t, "input.go", "input") {
		if !have[name] {
			t.Errorf("input %s is not in the table", name)
		}
	}
	for _, name := range markers(t, "../pbxws/*.go", "event") {
		if strings.HasPrefix(name, "Leg") && !have[name] {
			t.Errorf("event %s is not in the table", name)
		}
	}
}

// TestEveryEventIsHeard walks the closed set: an event is about a leg, changes the state of the PBX, or has a case.
func TestEveryEventIsHeard(t *testing.T) {
	src := sources(t, "route.go") + sources(t, "hear.go")
	states, _, _ := strings.Cut(sources(t, "../pbxws/reduce.go"), "case PictureSent,")
	for _, name := range markers(t, "../pbxws/*.go", "event") {
		if !strings.Contains(src, "case pbxws."+name+":") && !regexp.MustCompile(`\tcase .*\b`+name+`\b`).MatchString(states) {
			t.Errorf("nobody hears the event %s", name)
		}
	}
}

// sources is the text of the files of a pattern that are no tests.
func sources(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// markers lists the types in the files of a pattern that carry the given marker method.
func markers(t *testing.T, pattern, method string) []string {
	t.Helper()
	var names []string
	for line := range strings.Lines(sources(t, pattern)) {
		rest, ok := strings.CutPrefix(line, "func (")
		if name, after, found := strings.Cut(rest, ") "); ok && found && strings.HasPrefix(after, method+"()") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		t.Fatalf("%s holds no %s", pattern, method)
	}
	return names
}

// TestWaited: nobody says that something took 0 s.
func TestWaited(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "at once", 499 * time.Millisecond: "at once", time.Second / 2: "after 1 s", 4 * time.Second: "after 4 s"} {
		if got := waited(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}
