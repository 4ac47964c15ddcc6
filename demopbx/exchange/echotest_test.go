package exchange

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/echo"
)

func TestEchoWords(t *testing.T) {
	for want, found := range map[string]echo.Result{
		"No echo": {}, "Echo 0 ms 0 dB": {Found: true, Level: -0.2}, "Echo 183 ms -24 dB": {Found: true, Delay: 183 * time.Millisecond, Level: -23.6},
	} {
		if got := echoWords(found); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
