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
