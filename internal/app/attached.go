package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/backoff"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui"
)

const (
	// backWithin is how long a phone that signs in again is waited for, looksAgain how often it is looked for.
	backWithin, looksAgain = 10 * time.Second, 20 * time.Millisecond
)

// attach opens a screen of the phone that is wanted where it runs already, or where it is to run as a
// process of its own. Else the error is control.ErrNotRunning.
func (s *screens) attach(ctx context.Context, want tui.Next) (tui.Next, error) {
	there, err := s.find(ctx, want)
	var differs *attach.MismatchError
	switch {
	case errors.Is(err, control.ErrNotRunning) && s.only:
		return tui.Next{}, err
	case errors.Is(err, control.ErrNotRunning) && s.own.settings.OnClose == config.StayOnClose:
		if err := s.Up(ctx, want, nil); err != nil && !errors.Is(err, errRuns) {
			return tui.Next{}, &shutError{err}
		}
		if there, err = s.find(ctx, want); err != nil {
			return tui.Next{}, err
		}
	case errors.As(err, &differs) && !s.only:
		// Of the gravest grade: what the new phone says as it begins must not take its place.
		s.greeting = tui.News{Grade: phone.GradeFailed, Text: "this is a separate phone: " + differs.Error()}
		return tui.Next{}, control.ErrNotRunning
	case err != nil:
		return tui.Next{}, err
	}
	return s.lookAt(ctx, there)
}

// find connects to the phone that is wanted: a person who names none gets whichever runs.
func (s *screens) find(ctx context.Context, want tui.Next) (*attach.Screen, error) {
	if s.only && want == (tui.Next{}) {
		there, err := s.connect(ctx, control.RealSocket)
		if errors.Is(err, control.ErrNotRunning) {
			there, err = s.connect(ctx, control.PracticeSocket)
		}
		return there, err
	}
	profile, err := station.Pick(s.own.settings, want.Profile, want.Practice)
	if err != nil {
		return nil, &shutError{err}
	}
	there, err := s.connect(ctx, station.SocketOf(profile))
	if err != nil || there.About.Profile == profile && (profile != "" || there.About.Practice == station.PracticeDialect(s.options(s.own.settings, s.log))) {
		return there, err
	}
	there.Close()
	if s.only {
		return nil, fmt.Errorf("the running phone is that of %s; patchcord attach without -profile opens it", there.About.Name())
	}
	return nil, control.ErrNotRunning
}

func (s *screens) connect(ctx context.Context, socket string) (*attach.Screen, error) {
	dir, err := state.Sockets()
	if err != nil {
		return nil, control.ErrNotRunning // a phone without a place for its socket has none
	}
	conn, err := control.Attach(ctx, dir, socket)
	if err != nil {
		return nil, err
	}
	there, err := attach.Open(conn, attach.Options{Program: s.Version, ReadOnly: s.readOnly, Log: s.log})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, control.Silent(dir, socket)
	}
	return there, err
}

// elsewhere is a phone that takes changed settings in by itself.
type elsewhere struct{}

func (elsewhere) Reload(config.Config, config.Config) (bool, error) { return false, nil }

// lookAt runs a screen of a phone in another process.
func (s *screens) lookAt(ctx context.Context, there *attach.Screen) (tui.Next, error) {
	about := there.About
	records := station.LookAt(about.Systems, s.log)
	defer records.Close()
	cfg := tui.Config{
		Phone: there, History: records, Practice: about.Hint, EchoTest: about.EchoTest,
		Away: &tui.Away{
			Process: about.Process, Host: about.Host, Stays: about.Stays, Watches: s.readOnly, Remote: os.Getenv("SSH_CONNECTION") != "",
			Silence: there.Silence,
		},
	}
	if apps := there.Sessions(); apps != nil {
		cfg.Apps = apps
	}
	if s.greeting.Text == "" {
		s.greeting = tui.News{Grade: phone.GradeInfo, Text: "another screen of the phone running since " + about.Since.Local().Format("15:04") + parting(about)}
	}
	var ended error
	next, err := s.show(ctx, about.Profile, about.Systems, elsewhere{}, cfg, func(ctx context.Context, news chan<- tui.News) {
		ended = there.Run(ctx, notes(news))
	})
	var gone *attach.GoneError
	switch {
	case err != nil:
		return tui.Next{}, err
	case errors.As(ended, &gone) && gone.Again:
		about.Profile = gone.Profile
		return s.again(ctx, about)
	case gone != nil && gone.Wanted:
		return tui.Next{}, &OverError{gone.Text}
	case ended != nil:
		return tui.Next{}, ended
	case next == tui.Next{}, next.Setup, !about.Stays:
		return next, nil
	}
	return s.renew(ctx, next, about)
}

// OverError says that a screen ended since somebody ended its phone. That is no failure.
type OverError struct{ text string }

func (e *OverError) Error() string { return e.text }

// parting is what becomes of the phone when its screen is left.
func parting(a attach.About) string {
	if !a.Stays {
		return "; it ends with the terminal it was started in"
	}
	return "; it goes on when you leave, patchcord down ends it"
}

// again is the way back to a phone that will be there in a moment.
func (s *screens) again(ctx context.Context, about attach.About) (tui.Next, error) {
	s.own.refresh() // the profile may be one that another screen has just written
	ctx, cancel := context.WithTimeout(ctx, backWithin)
	defer cancel()
	want := tui.Next{Profile: about.Profile, Practice: about.Profile == ""}
	for {
		there, err := s.find(ctx, want)
		if err == nil {
			there.Close()
			return want, nil
		}
		if backoff.Wait(ctx, looksAgain) != nil {
			return tui.Next{}, notBack(err)
		}
	}
}

// notBack says that a phone that was there is not: that is no reason to begin another one.
func notBack(err error) error { return errors.New("the phone did not come back: " + err.Error()) }

// renew restarts a phone that outlives its screens, with the profile that a person goes on to.
func (s *screens) renew(ctx context.Context, next tui.Next, about attach.About) (tui.Next, error) {
	s.own.refresh()
	profile, err := station.Pick(s.own.settings, next.Profile, next.Practice)
	if err != nil {
		return tui.Next{}, &shutError{err}
	}
	there, err := s.connect(ctx, station.SocketOf(about.Profile))
	var silent *control.SilentError
	switch {
	case errors.As(err, &silent):
		return tui.Next{}, notBack(err)
	case err != nil: // another screen wanted that too, and was faster
		about.Profile = profile
		return s.again(ctx, about)
	}
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1) // the one end
	go func() { ended <- there.Run(running, func(context.Context, attach.Note) {}) }()
	refused := there.Renew(ctx, profile)
	if refused != nil {
		cancel()
		<-ended
		s.greeting = tui.News{Grade: phone.GradeFailed, Text: refused.Error()}
		return tui.Next{Profile: about.Profile, Practice: about.Profile == ""}, nil
	}
	late := time.AfterFunc(backWithin, cancel)
	defer late.Stop()
	about.Profile = profile
	var gone *attach.GoneError
	if errors.As(<-ended, &gone) && gone.Again { // with what was asked for first
		about.Profile = gone.Profile
	}
	return s.again(ctx, about)
}
