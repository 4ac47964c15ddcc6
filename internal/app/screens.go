package app

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/guard"
	"github.com/patchcord/patchcord/internal/logfile"
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/internal/setup"
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui"
)

// screens are the screens of one run of the program, one after the other. Each has a station of its
// own; when a person goes to another profile the next one begins.
type screens struct {
	Program
	own    *files
	linear bool
	// readOnly only watches; only is set where no phone may be begun.
	readOnly, only bool
	log            *slog.Logger
	logFile        *logfile.File
	// greeting is the first thing that the next screen says.
	greeting tui.News
	// link names a number that the first screen asks about, empty for none.
	link string
}

// Open opens the first screen, then whatever the person goes on to, until they leave.
func (p Program) Open(ctx context.Context, want tui.Next, linear bool) error {
	return p.run(ctx, want, &screens{Program: p, linear: linear})
}

// OpenLink opens the first screen as Open does, and asks there whether to call the number that a link names.
func (p Program) OpenLink(ctx context.Context, want tui.Next, linear bool, link string) error {
	return p.run(ctx, want, &screens{Program: p, linear: linear, link: link})
}

// Attach opens a screen of the phone that runs, and begins none. watches has it only watch.
func (p Program) Attach(ctx context.Context, want tui.Next, linear, watches bool) error {
	return p.run(ctx, want, &screens{Program: p, linear: linear, readOnly: watches, only: true})
}

func (p Program) run(ctx context.Context, want tui.Next, s *screens) (err error) {
	if s.own, err = p.readFiles(); err != nil {
		return err
	}
	logFile, err := openLog()
	defer logFile.Close() // a nil file is fine to close
	s.log, s.logFile = logger(logFile, redact.New(s.own.settings.Trace.Hide...)), logFile
	if err != nil {
		s.greeting = tui.News{Grade: phone.GradeWarn, Text: err.Error()}
	}
	var before *tui.Next
	for {
		if before != nil {
			s.own.refresh()
		}
		next, err := s.open(ctx, want)
		var shut *shutError
		switch {
		case errors.As(err, &shut) && before != nil: // back to where we came from
			s.greeting = tui.News{Grade: phone.GradeFailed, Text: shut.Error()}
			want, before = *before, nil
		case err != nil || next == tui.Next{}:
			return err
		default:
			was := want
			want, before = next, &was
		}
	}
}

// shutError is a station that could not be made.
type shutError struct{ error }

func (e *shutError) Unwrap() error { return e.error }

// open runs the phone with its screen.
func (s *screens) open(ctx context.Context, want tui.Next) (tui.Next, error) {
	if want.Setup {
		return s.setUp(ctx, want.Profile)
	}
	if next, err := s.attach(ctx, want); s.only || !errors.Is(err, control.ErrNotRunning) {
		return next, err
	}
	own, err := station.New(s.options(s.own.settings, s.log), want.Profile, want.Practice)
	if err != nil {
		return tui.Next{}, &shutError{err}
	}
	defer own.Close()
	cfg := tui.Config{Phone: own.Screens.Own(), History: own.Records, Practice: own.Hint, EchoTest: own.EchoTest}
	if apps := own.Sessions(); apps != nil {
		cfg.Apps = apps
	}
	var ended error
	next, err := s.show(ctx, own.Profile, own.Screens.About.Systems, own, cfg, func(ctx context.Context, news chan<- tui.News) {
		ended = own.Run(ctx, notes(news))
	})
	var failed *fault.Error
	if errors.As(ended, &failed) {
		return tui.Next{}, failed
	}
	return next, err
}

// notes brings what a phone notes to a screen.
func notes(news chan<- tui.News) func(context.Context, attach.Note) {
	return func(ctx context.Context, n attach.Note) {
		tell(ctx, news, tui.News{Dial: n.Dial, By: n.By, Text: n.Text, Grade: n.Grade, Call: n.Call, EventsOnly: n.EventsOnly, Anew: n.Anew})
	}
}

// setUp runs the form without a phone.
func (s *screens) setUp(ctx context.Context, profile string) (tui.Next, error) {
	path, err := config.Path()
	if err != nil {
		return tui.Next{}, err
	}
	screen := &tui.SetupConfig{Open: true}
	var finding form.Finding
	if screen.Begin, finding = setup.New(path, s.options(s.own.settings, s.log)).Begin(ctx, profile); finding.Text != "" {
		return tui.Next{}, errors.New(finding.Text)
	}
	return s.show(ctx, "", nil, nil, tui.Config{Setup: screen}, func(context.Context, chan<- tui.News) {})
}

// formFor makes the steps of the form; nil if there is no place for a configuration.
func (s *screens) formFor(form *tui.SetupConfig) (*tui.SetupConfig, *setup.Steps) {
	path, err := config.Path()
	if err != nil {
		return nil, &setup.Steps{}
	}
	if form == nil {
		form = &tui.SetupConfig{}
	}
	steps := setup.New(path, s.options(s.own.settings, s.log))
	form.Setup, form.Place = steps, path
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(path, home+string(filepath.Separator)) {
		form.Place = "~" + strings.TrimPrefix(path, home)
	}
	return form, steps
}

// show runs a screen for a profile with its PBXs, and in parallel a function that may send it news, until the screen is
// left. own takes changed settings in, nil where there is no phone.
func (s *screens) show(ctx context.Context, profile string, systems []attach.System, own reloads, cfg tui.Config, run func(context.Context, chan<- tui.News)) (tui.Next, error) {
	news := make(chan tui.News) // full means that the screen is still busy with what came before
	cfg.Keys, cfg.Linear, cfg.News, cfg.Settings = s.own.keys, s.linear, news, screenSettings(s.own.settings, profile)
	marks := bookmarksOf(systems)
	cfg.SaveReport, cfg.Bookmarks, cfg.KeepBookmarks = state.SaveReport, marks.read(), marks.change
	var steps *setup.Steps
	cfg.Setup, steps = s.formFor(cfg.Setup)
	defer steps.Wait()
	app, err := tui.New(cfg)
	if err != nil {
		return tui.Next{}, err
	}
	reports, _ := state.Dir() // without a place a crash has its line and no report
	defer guard.Start(guard.Config{Farewell: app.Farewell(), Dir: reports, Version: s.Version}).Dismiss()
	defer guard.Stderr(s.logFile.File())()
	defer hearLibraries(s.log)()
	greeting := s.greeting
	s.greeting = tui.News{}
	link := s.link
	s.link = ""
	ctx, leave := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		if greeting.Text == "" || tell(ctx, news, greeting) {
			watch(ctx, news, append(s.own.paths(), marks.paths()...), s.own.changes(profile, own), marks.changes(cfg.Bookmarks))
		}
	})
	running.Go(func() { run(ctx, news) })
	if link != "" {
		running.Go(func() {
			if ready(ctx, cfg.Phone) {
				tell(ctx, news, tui.News{Dial: link})
			}
		})
	}
	err = app.Run(ctx)
	leave()
	running.Wait()
	return app.Next(), err
}

// boardWithin is how long after the sign-in a PBX may take to list its extensions, where it lists any.
const boardWithin = 2 * time.Second

// ready waits until a phone can call somebody and knows who is at the PBX, and reports whether it came to that.
func ready(ctx context.Context, own tui.Phone) bool {
	for now := range own.Watch(ctx) {
		if slices.ContainsFunc(now.Links, func(v phone.LinkView) bool {
			return v.Link.State == phone.LinkUp && (v.PBX.Accounts.Len() > 0 || now.Now.Sub(v.Link.Since) > boardWithin)
		}) {
			return true
		}
	}
	return false
}

// screenSettings are the settings of the screen in a configuration.
func screenSettings(c config.Config, profile string) tui.Settings {
	s := tui.Settings{
		Profiles: slices.Sorted(maps.Keys(c.Profiles)), Profile: profile, Reminder: c.Hold.Reminder,
		Theme: c.Screen.Theme, Mouse: c.Screen.Mouse, SameNumbers: c.SameNumbers,
	}
	for _, person := range c.Same {
		var accounts []phone.Account
		for _, a := range person {
			accounts = append(accounts, phone.Account{Link: phone.LinkID(a.Profile), ID: pbxws.AccountID(a.Number)})
		}
		s.Same = append(s.Same, accounts)
	}
	return s
}

// tell brings news to the screen, and reports whether it took it.
func tell(ctx context.Context, news chan<- tui.News, n tui.News) bool {
	select {
	case <-ctx.Done():
		return false
	case news <- n:
		return true
	}
}
