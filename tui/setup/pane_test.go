package setup

import (
	"strings"
	"testing"

	"github.com/patchcord/patchcord/phone"
)

// TestFormSpeaksPlainly: nothing in the form is a word of a file or of a library.
func TestFormSpeaksPlainly(t *testing.T) {
	for _, l := range commonForm {
		for _, word := range []string{"config.toml", "profile", ":profile", "password_", "mode 600", "TOML"} {
			if strings.Contains(l.help, word) {
				t.Errorf("%s: %q", l.label, l.help)
			}
		}
	}
}

// TestTrialWithoutSound: nobody is told to watch meters that cannot move.
func TestTrialWithoutSound(t *testing.T) {
	p := &Pane{step: callStep, at: numberLine, trial: trial{up: true, begun: true}}
	if _, words := p.advice(Shown{}); !strings.Contains(words, "should move") {
		t.Errorf("the test call says %q", words)
	}
	p.trial.shown.Sound = phone.Sound{Silent: true}
	if _, words := p.advice(Shown{}); strings.Contains(words, "should move") {
		t.Errorf("without sound the test call says %q", words)
	}
}

// TestNotCalled: a test call that nobody was called by says why.
func TestNotCalled(t *testing.T) {
	for _, o := range []phone.Outcome{{Grade: phone.GradeWarn, Refused: true, Text: "that is no number"}, {Grade: phone.GradeFailed, Text: "that is no number"}} {
		tried := trial{shown: phone.Snapshot{Link: phone.Link{State: phone.LinkUp}, Outcomes: []phone.Outcome{{Grade: phone.GradeDone}, o}}}
		if f := tried.finding(); f.Short != "not called" || f.Text != o.Text || f.Next == "" {
			t.Errorf("%+v", f)
		}
	}
}

// TestAnotherNumber: Enter calls a number that was not called yet, and goes on from one that was.
func TestAnotherNumber(t *testing.T) {
	p := &Pane{trial: trial{begun: true, number: "abc"}}
	for text, want := range map[string]bool{"": false, "abc": false, "602": true} {
		if p.setText(numberLine, text); p.untried() != want {
			t.Errorf("Enter calls %q: %t", text, !want)
		}
	}
	p.setText(numberLine, "602")
	if p.trial.up = true; p.untried() {
		t.Error("a second call begins while one is up")
	}
}
