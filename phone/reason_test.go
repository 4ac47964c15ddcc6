package phone

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/rtc"
)

// TestReasons: of an error a person reads our own sentence, and never a library's words.
func TestReasons(t *testing.T) {
	foreign := errors.New("InvalidStateError: invalid proposed signaling state transition")
	for _, tt := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("take answer: %w", rtc.Reason("the other side has no codec in common with us")), "the other side has no codec in common with us"},
		{fmt.Errorf("take answer: %w", foreign), "the log has the details"},
		{&fault.Error{What: "runtime error: index out of range"}, "there is a fault in Patchcord; the log has the details"},
	} {
		if got := reasonOf(tt.err); got != tt.want {
			t.Errorf("%v: %q", tt.err, got)
		}
	}
	leg := inState(Connected)
	leg.path.asked, leg.path.byPerson, leg.holdOffer.out = true, true, true
	for _, in := range []input{mediaBad{err: foreign}, mediaBad{err: foreign, final: true}, tonesFailed{foreign}, pathUnmade{foreign}, holdUnmade{foreign}} {
		_, effects := leg.step(in, time.Unix(1, 0))
		for _, e := range effects {
			if n, ok := e.(say); ok && strings.Contains(n.text, "InvalidState") {
				t.Errorf("%T says %q", in, n.text)
			}
		}
	}
}
