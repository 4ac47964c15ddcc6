package keymap

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// shipped is the keymap.toml that goes out with the program.
func shipped(t *testing.T) *Map {
	t.Helper()
	data, err := os.ReadFile("../../keymap.toml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse("keymap.toml", data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestShippedFileIsTOML(t *testing.T) {
	data, err := os.ReadFile("../../keymap.toml")
	if err != nil {
		t.Fatal(err)
	}
	var tables map[string]any
	if err := toml.Unmarshal(data, &tables); err != nil {
		t.Error(err)
	}
}

func TestEveryActionHasWordsAndKeys(t *testing.T) {
	m := shipped(t)
	for _, a := range All() {
		if a.Hint() == "" || a.Help() == "" {
			t.Errorf("%s has no words", a)
		}
		if !slices.ContainsFunc(Contexts(), func(ctx Context) bool { return len(m.Keys(ctx, a)) > 0 }) {
			t.Errorf("%s has no key in keymap.toml", a)
		}
	}
	if once := slices.Compact(slices.Sorted(slices.Values(All()))); len(once) != len(All()) {
		t.Error("an action is declared twice")
	}
}

// TestKeyMapOfTheDesign pins what people were promised; both forms of a key do the same.
func TestKeyMapOfTheDesign(t *testing.T) {
	m := shipped(t)
	tests := []struct {
		contexts string
		keys     string // separated by commas
		want     Action // empty: nothing
	}{
		{"idle ringing talking two trace", "0,1,2,3,4,5,6,7,8,9,*,#,+", DialDigit},
		{"ringing talking two field/ringing", "f3", CallAnswer},
		{"ringing talking two ringing/talking", "a", CallAnswer},
		{"idle", "a,f3,x,f4,h,f5,r,s,t,m", ""},
		{"ringing ringing/talking", "x,f4", CallReject},
		{"field/ringing", "f4", CallReject},
		{"talking two trace/two", "x x,f4", CallHangup},
		{"field/talking confirm/two help/talking", "f4", CallHangup},
		{"talking two", "x", ""},
		{"ringing ringing/talking", "x x", ""},
		{"talking two ringing/talking trace/talking", "h,f5", CallHold},
		{"talking two", "r", CallResume},
		{"two trace/two", "s,f8", CallSwap},
		{"talking", "s,f8", ""},
		{"talking two", "t,f6", CallTransfer},
		{"talking two", "m,f9", CallMute},
		{"idle talking two", "d,f2", CallDial},
		{"idle", ".", CallRedial},
		{"talking two", "T,f7", CallConsult},
		{"talking two consult", "p", CallPark},
		{"talking two consult", "R", CallRecord},
		{"two consult", "c", CallJoin},
		{"consult ringing/consult trace/consult field/consult", "f6", ConsultComplete},
		{"consult", "t", ConsultComplete},
		{"consult trace/consult", "x,f4", ConsultDrop},
		{"ringing/consult", "x,f4", CallReject},
		{"idle talking two consult", "P", PersonPickup},
		{"idle talking two consult", "w", PersonWatch},
		{"idle talking two consult", "y", PersonCopy},
		{"idle talking consult", "]", ViewNext},
		{"idle talking consult", "[", ViewPrevious},
		{"idle talking consult", "g h", ViewHistory},
		{"field", "tab", FieldMode},
		{"idle ringing talking two consult trace", ":", Command},
		{"idle", "Z", DNDToggle},
		{"ringing", "z", RingSilence},
		{"idle ringing talking two", "/", GridFind},
		{"ringing talking two ringing/talking", "tab", CallNext},
		{"idle ringing talking two", "?,f1", ShowHelp},
		{"idle ringing talking two trace", "q,ctrl+c", Quit},
		{"idle ringing talking two trace field confirm help", "ctrl+l", Redraw},
		{"idle ringing talking two trace field confirm help setup question", "ctrl+z", Suspend},
		{"idle ringing talking two trace", "esc", Back},
		{"field/talking", "a,x,h,1,*,q,?, ,x x,g w", ""},
		{"field/talking", "esc,ctrl+c", FieldCancel},
		{"field", "enter", FieldAccept},
		{"confirm/two", "enter,s,esc,q,ctrl+c", ConfirmStay},
		{"confirm/two", "x", ConfirmLeave},
		{"help", "?,f1,q,esc", Back},
		{"trace/talking", " ", TraceToggle},
		{"idle talking trace", "g w", ViewTrace},
		{"idle ringing talking two trace field confirm help", "f10,f11,f12,alt+1,g,runes,[h],", ""},
	}
	for _, tt := range tests {
		for ctx := range strings.FieldsSeq(tt.contexts) {
			for key := range strings.SplitSeq(tt.keys, ",") {
				got, ok := m.Lookup(Context(ctx), key)
				if got != tt.want || ok != (tt.want != "") {
					t.Errorf("%q in %s: got %q, want %q", key, ctx, got, tt.want)
				}
			}
		}
	}
}

func TestEscNeverEndsACall(t *testing.T) {
	m := shipped(t)
	for _, top := range Contexts() {
		for _, under := range Contexts() {
			if a, ok := m.Lookup(top.Over(under), "esc"); !ok || a.Destructive() {
				t.Errorf("esc in %s is %q", top.Over(under), a)
			}
		}
	}
}

func TestDoublePress(t *testing.T) {
	m := shipped(t)
	tests := []struct {
		ctx  Context
		key  string
		want []Action
	}{
		{Talking, "x", []Action{CallHangup}},
		{Two, "x", []Action{CallHangup}},
		{Idle, "x", nil},
		{Ringing.Over(Talking), "x", nil}, // one press rejects
		{Field.Over(Talking), "x", nil},
		{Confirm.Over(Talking), "x", nil},
		{Trace.Over(Talking), "g", []Action{ViewPeople, ViewHistory, ViewBook, ViewVoicemail, ViewParked, ViewQueues, ViewWallboard, ViewTrace, ViewApps, ViewSetup}},
		{Consult, "x", nil}, // one press leads back
		{Talking, "f4", nil},
	}
	for _, tt := range tests {
		if got := m.Pending(tt.ctx, tt.key); !slices.Equal(got, tt.want) {
			t.Errorf("%q in %s waits for %v, want %v", tt.key, tt.ctx, got, tt.want)
		}
	}
	if a, ok := m.Lookup(Talking, Sequence("x", "x")); !ok || a != CallHangup {
		t.Errorf("x and x again is %q", a)
	}
	if got := Sequence("g", " "); got != "g space" {
		t.Errorf("g and the blank is %q", got)
	}
}

func TestPendingSpansContexts(t *testing.T) {
	m, err := Parse("k.toml", []byte("[global]\nview.trace=['g w']\nhelp=['y']\n[talking]\ncall.hold=['g h']\ncall.mute=['y y']\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Pending(Two, "g"); !slices.Equal(got, []Action{CallHold, ViewTrace}) {
		t.Errorf("g waits for %v", got)
	}
	if a, ok := m.Lookup(Talking, "y"); ok {
		t.Errorf("the first press of y y is %q of the context beneath", a)
	}
	if got := m.Keys(Talking, ShowHelp); got != nil {
		t.Errorf("help has %v where y is the first press of something else", got)
	}
}

func TestKeysForHints(t *testing.T) {
	m := shipped(t)
	tests := []struct {
		ctx    Context
		action Action
		want   string
	}{
		{Talking, CallHangup, "x x,f4"},
		{Ringing.Over(Talking), CallHangup, ""}, // x and f4 reject there
		{Field.Over(Ringing), CallAnswer, "f3"},
		{Field.Over(Talking), CallHold, "f5"},
		{Trace, TraceToggle, "space"},
		{Idle, CallHold, ""},
		{Field, ShowHelp, "f1"},
		{Help, MoveUp, "up,k"},
		{"nowhere", CallHold, ""},
	}
	for _, tt := range tests {
		if got := strings.Join(m.Keys(tt.ctx, tt.action), ","); got != tt.want {
			t.Errorf("%s in %s: got %q, want %q", tt.action, tt.ctx, got, tt.want)
		}
	}
}

func TestActionsInFileOrder(t *testing.T) {
	m, err := Parse("k.toml", []byte("[global]\nquit=['q']\nhelp=['?']\n[talking]\ncall.mute=['m']\ncall.hold=['h']\ncall.dial=[]\n"+
		"[two]\ncall.swap=['s','?']\ncall.hold=['H']\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := m.Actions(Two), []Action{CallSwap, CallHold, CallMute, Quit}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := m.Keys(Two, CallHold); !slices.Equal(got, []string{"H", "h"}) {
		t.Errorf("the nearer key comes first, got %v", got)
	}
}

func BenchmarkLookup(b *testing.B) {
	data, err := os.ReadFile("../../keymap.toml")
	if err != nil {
		b.Fatal(err)
	}
	m, err := Parse("keymap.toml", data)
	if err != nil {
		b.Fatal(err)
	}
	ctx := Field.Over(Two)
	b.ReportAllocs()
	for b.Loop() {
		m.Lookup(ctx, "ctrl+g")
	}
}
