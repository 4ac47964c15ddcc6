//go:build linux

package main

import (
	"context"
	"errors"
	"testing"

	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// TestCallsGoWithoutRelays: without the password calls use no TURN server and say so; with it they
// do.
func TestCallsGoWithoutRelays(t *testing.T) {
	t.Parallel()
	asked := 0 // one worker after the other
	d := sitWith(t, desktest.Quick(), func(c *phone.Config) {
		direct := c.Links[0].Media
		c.Links[0].Relayed = func(context.Context) (*rtc.Engine, error) {
			if asked++; asked == 1 {
				return nil, errors.New("the TURN servers are not used: the keyring is locked")
			}
			return direct, nil
		}
	})
	for i := range 3 {
		d.do(phone.Dial{To: "601"})
		d.sees("talking", func(s phone.Snapshot) bool { _, ok := s.Talking(); return ok })
		d.sound()
		d.reads("the keyring is locked")
		d.do(phone.HangupAll{})
		d.sees("over", func(s phone.Snapshot) bool { return s.Live() == 0 })
		if want := min(i+1, 2); asked != want {
			t.Errorf("after %d calls it was asked for %d times", i+1, asked)
		}
	}
}
