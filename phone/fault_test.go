package phone

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// logged gives a configuration a log that can be read.
func logged(c *Config) *bytes.Buffer {
	var log bytes.Buffer
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	return &log
}

// ringing has two calls offered.
func (r *room) ringing() {
	r.after(time.Second)
	for _, id := range []pbxws.LegID{"one", "two"} {
		r.conn.events <- pbxws.LegOffered{Leg: id, From: pbxws.Party{Number: "305", Name: string(id)}, SDP: "v=0"}
	}
	r.after(time.Second)
}

// TestFaultOfTheLoopSaysGoodbye: the phone ends in good order, and Run says why.
func TestFaultOfTheLoopSaysGoodbye(t *testing.T) {
	var log *bytes.Buffer
	var failed error
	inRoomWith(t, always, func(c *Config) {
		log = logged(c)
		c.Chosen = func(Choice) { panic("a fault of ours") }
	}, func(t *testing.T, r *room) {
		r.ringing()
		if n := r.last.Live(); n != 2 {
			t.Fatalf("%d calls", n)
		}
		_, _ = r.Do(UseDevice{Role: Speaker, Name: "headset"})
		r.after(3 * time.Second)
		var left []pbxws.LegID
		for _, c := range r.conn.commands() {
			switch c := c.(type) {
			case pbxws.Bye:
				left = append(left, c.Leg)
			case pbxws.Reject:
				left = append(left, c.Leg)
			}
		}
		if slices.Sort(left); !slices.Equal(left, []pbxws.LegID{"one", "two"}) {
			t.Errorf("goodbye was said on %q: %v", left, r.conn.commands())
		}
		if n := r.last.Live(); n != 0 {
			t.Errorf("%d calls in the last snapshot", n)
		}
		failed = r.ended
	})
	var f *fault.Error
	if !errors.As(failed, &f) || f.What != "a fault of ours" || !strings.Contains(f.Place, "fault_test.go") {
		t.Errorf("ended with %v", failed)
	}
	if strings.Count(log.String(), "the phone failed") != 1 {
		t.Errorf("the log has %q", log)
	}
}

// TestFaultOfDialing: the next try comes.
func TestFaultOfDialing(t *testing.T) {
	inRoomWith(t, func(r *room, n int) (pbxws.Conn, error) {
		if n < 3 {
			panic("a fault of ours")
		}
		return r.conn, nil
	}, func(c *Config) { logged(c) }, func(t *testing.T, r *room) {
		if s := r.after(100 * time.Millisecond); s.Link.State != LinkWaiting {
			t.Errorf("the link: %+v", s.Link)
		}
		if s := r.after(time.Minute); r.dials.Load() != 3 || s.Link.What != "" {
			t.Errorf("%d tries, then %+v", r.dials.Load(), s.Link)
		}
	})
}

// TestFaultOfTheWorker: what makes the sound of a call fails, and that call ends.
func TestFaultOfTheWorker(t *testing.T) {
	var log *bytes.Buffer
	inRoomWith(t, always, func(c *Config) {
		log = logged(c)
		c.Links[0].Relayed = func(context.Context) (*rtc.Engine, error) { panic("a fault of ours") }
	}, func(t *testing.T, r *room) {
		r.ringing()
		_, _ = r.Do(AnswerCall{Leg: "one"})
		s := r.after(time.Second)
		one, _ := s.Leg("one")
		two, ok := s.Leg("two")
		if one.State != Ended && one.ID != "" || !ok || two.State != Alerting {
			t.Errorf("one is %v, two is %v", one.State, two.State)
		}
		if !strings.Contains(r.said(), "there is a fault in Patchcord; the log has the details") {
			t.Errorf("said %s", r.said())
		}
		if !slices.ContainsFunc(r.conn.commands(), func(c pbxws.Command) bool {
			reject, ok := c.(pbxws.Reject)
			return ok && reject.Leg == "one" || c == pbxws.Command(pbxws.Bye{Leg: "one"})
		}) {
			t.Errorf("no goodbye in %v", r.conn.commands())
		}
	})
	if strings.Count(log.String(), "the media work of a call failed") != 1 {
		t.Errorf("the log has %q", log)
	}
}

// brokenDevice fails when it is asked for sound.
type brokenDevice struct{ audio.Device }

func (brokenDevice) Wants() bool { panic("a fault of ours") }

// TestFaultOfTheSound: the phone goes on, and tries again after a while only.
func TestFaultOfTheSound(t *testing.T) {
	opened := 0
	inRoomWith(t, always, func(c *Config) {
		logged(c)
		c.OpenSound = func() (audio.Device, error) {
			opened++
			return brokenDevice{audio.Null(rtc.FrameSamples)}, nil
		}
	}, func(t *testing.T, r *room) {
		r.ringing()
		s := r.after(10 * time.Second)
		if s.Live() != 2 || !strings.Contains(r.said(), "the sound failed") {
			t.Errorf("%d calls; said %s", s.Live(), r.said())
		}
		if opened > 6 {
			t.Errorf("opened %d times in 11 s", opened)
		}
	})
}
