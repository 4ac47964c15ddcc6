package vodia

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/pbxws"
)

// TestFaultEndsTheLink: a fault of ours ends the link, which is made anew, and nothing else.
func TestFaultEndsTheLink(t *testing.T) {
	for name, breaks := range map[string]func(k *link, now <-chan struct{}){
		"the loop": func(k *link, now <-chan struct{}) {
			write := k.socket.write
			k.socket.write = func(ctx context.Context, frame []byte) error {
				select {
				case <-now:
					panic("a fault of ours")
				default:
					return write(ctx, frame)
				}
			}
		},
		"the reader": func(k *link, now <-chan struct{}) {
			k.socket.read = func(context.Context) ([]byte, error) { <-now; panic("a fault of ours") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now := make(chan struct{})
				c := startFake(newFakeWire(), func(k *link) { breaks(k, now) })
				close(now)
				for range c.Events() {
				}
				var failed *fault.Error
				if !errors.As(c.Err(), &failed) || !strings.Contains(failed.Place, "vodia") {
					t.Errorf("ended with %v", c.Err())
				}
				if err := c.Send(t.Context(), pbxws.Bye{Leg: "x"}); err == nil {
					t.Error("a command was taken")
				}
				_ = c.Close()
			})
		})
	}
}
