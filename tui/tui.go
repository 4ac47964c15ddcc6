// Package tui is the screen: it shows what the phone says and turns keys into intents.
//
// There are two loops in Patchcord; this is the second. Bubble Tea runs it: a key, a snapshot
// of the phone, a new size of the window or the tick of a second comes in as a message, Update
// changes what the screen itself knows (view), and the frame is drawn. What is true without a
// screen (scene) comes from the phone whole and is never copied into panes.
//
// Bubble Tea's renderer is off. A frame is drawn on a canvas of cells, on demand and in full,
// which takes microseconds; a goroutine of its own (screen) compares it with what the terminal
// shows and writes the difference. So nothing is written while nothing changes, a key is
// answered at once and not at the next sixtieth of a second, and a terminal that stops reading
// stops neither the loop nor the phone.
//
// The canvas is the only way to the terminal, and makes harmless whatever is put on it: names,
// numbers and reasons come from a wire.
//
// The package knows the phone as an interface, no PBX, no sound and no socket. Keys come from
// tui/keymap, colours from the theme; no key is named in the code.
package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/quiet"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/setup"
	"github.com/patchcord/patchcord/tui/term"
)

// environment is as the person left it from here on, see package quiet.
var environment = quiet.Restore()

// Phone is what the screen needs of a telephone.
type Phone interface {
	// Do takes an intent and never blocks.
	Do(phone.Intent) (phone.Receipt, error)
	// Watch gives the newest snapshot whenever there is one, until ctx is done or the phone
	// ends; then the channel is closed.
	Watch(context.Context) <-chan phone.Snapshot
}

// Config says what the screen works with.
type Config struct {
	// Phone may be nil where the form of Setup is open.
	Phone Phone
	Keys  *keymap.Map
	// History keeps calls across starts; nil where nobody does.
	History History
	// Apps are the AppWebsocket sessions; nil where there are none, and no pane then.
	Apps Apps
	// Practice is shown while the practice PBX is in use: what to dial there, and how to get
	// to a real one. Sentences without line breaks.
	Practice string
	// EchoTest is a number that measures the echo of its caller, empty where there is none.
	EchoTest string
	// Away tells of a phone in another process; nil for one in this.
	Away *Away
	// Linear prints lines for screen readers in place of a screen; a terminal that calls itself
	// dumb gets them anyway.
	Linear bool
	// News tells of what happens beside the phone; nil where nobody tells.
	News <-chan News
	// Setup is the form of the first run; nil where there is nothing to write it to.
	Setup *SetupConfig
	// Settings are those of the start; News brings others.
	Settings Settings
	// SaveReport writes a report of a call and gives its path; nil where that is not possible.
	// It is called on a goroutine of its own.
	SaveReport func(text string) (path string, err error)
	// Bookmarks are whom the person bookmarked at the start; News brings others. KeepBookmarks writes down who
	// came (true) and who went; nil where they are not kept. It is called on a goroutine of its own, once at a time.
	Bookmarks     []roster.Bookmark
	KeepBookmarks func(changes map[phone.Account]roster.Mark) error
	// In and Out are the terminal, os.Stdin and os.Stdout where nil.
	In, Out *os.File
	// Getenv reads the environment, os.Getenv where nil: TERM, LANG, LC_ALL, LC_CTYPE,
	// NO_COLOR and COLORFGBG are asked for.
	Getenv func(string) string
	// Now is the clock on the screen, time.Now where nil.
	Now func() time.Time
	// Log hears of panics; nil is silent.
	Log *slog.Logger
}

// App is the screen of one terminal. Run runs once.
type App struct {
	cfg    Config
	look   term.Look
	linear bool

	next Next

	mu   sync.Mutex
	term *term.Terminal
}

// New makes a screen. Nothing is written or changed before Run. The only error is
// ErrNoTerminal.
func New(cfg Config) (*App, error) {
	if cfg.In == nil {
		cfg.In = os.Stdin
	}
	if cfg.Out == nil {
		cfg.Out = os.Stdout
	}
	if cfg.Getenv == nil {
		cfg.Getenv = os.Getenv
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if !term.IsTerminal(cfg.In) || !term.IsTerminal(cfg.Out) {
		return nil, term.ErrNoTerminal
	}
	a := &App{cfg: cfg, look: term.LookOf(cfg.Getenv)}
	if a.linear = cfg.Linear || cfg.Getenv("TERM") == "dumb"; a.linear {
		a.look.Titles = false
	}
	return a, nil
}

// Run takes the terminal over and gives it back when the person leaves (nil), ctx is done or
// a signal asks the program to end (the context's cause), the phone ends (nil), or the
// terminal fails. A panic in the screen becomes an error too, after the terminal is restored.
func (a *App) Run(ctx context.Context) (err error) {
	ctx, unsubscribe := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT)
	defer unsubscribe()
	t, err := term.Open(a.cfg.In, a.cfg.Out, a.look.Titles, a.Farewell())
	if err != nil {
		return err
	}
	a.mu.Lock()
	a.term = t
	a.mu.Unlock()
	defer a.restore()
	defer fault.Catch(func(e *fault.Error) {
		a.restore()
		e.Log(a.cfg.Log, "the screen")
		err = fmt.Errorf("run the screen: %w", e)
	})
	return a.loop(ctx, t)
}

// restore gives the terminal back as it was before Run, in whatever state the screen is. Any
// goroutine may call it, any number of times; for a program's own last resorts.
func (a *App) restore() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.term != nil {
		a.term.Restore()
	}
}

// Farewell is what the terminal is sent at the end, or by others when the program died without a
// word; the mode of the line (termios) is not part of it. Lines leave it as it was but for the line
// that may be open.
func (a *App) Farewell() string {
	if a.linear {
		return "\r\n"
	}
	return a.look.Farewell()
}

func (a *App) loop(ctx context.Context, t *term.Terminal) error {
	inner, cancel := context.WithCancel(ctx)
	m := a.model()
	stop, hold, failed := a.open(m, t)
	defer stop()
	var commands tasks
	defer commands.wait()
	defer cancel()

	defer t.Watch()()
	if term.CanSuspend() {
		m.suspends = commands.guard(m.faultLog, func() tea.Msg {
			t.Suspend(true, hold)
			w, h := t.Size()
			return suspendedMsg{sizeMsg{w: w, h: h, anew: true}}
		}, commandLost)
	}
	if !a.linear {
		open := a.opener(inner, t, hold)
		m.opens = func(text string, edit bool) tea.Cmd {
			return commands.guard(m.faultLog, open(text, edit), commandLost)
		}
	}
	p := &pump{
		news:    a.cfg.News,
		signals: t.Signals,
		resized: func(sig os.Signal) sizeMsg {
			w, h, anew := t.Resized(sig, hold)
			return sizeMsg{w: w, h: h, anew: anew}
		},
		lost:  []<-chan error{t.Gone(), failed},
		looks: make(chan time.Time, 1),
	}
	m.wakeAt = p.wakeAt
	if h := a.cfg.History; h != nil {
		p.past = h.Watch(inner)
	}
	if sessions := a.cfg.Apps; sessions != nil {
		p.apps = sessions.Watch(inner)
		m.view.apps.Phrases.Filters, m.view.apps.Phrases.Snippets = sessions.Phrases()
		m.records = apps.NewRecords(inner, sessions, func(cmd tea.Cmd, lost func(error) tea.Msg) tea.Cmd {
			return commands.guard(m.faultLog, cmd, lost)
		})
	}
	if a.cfg.Phone != nil {
		p.snapshots = a.cfg.Phone.Watch(inner)
	}
	if away := a.cfg.Away; away != nil && away.Silence != nil {
		p.silence = away.Silence(inner)
	}
	if m.desk != nil {
		m.desk.Start(inner, func(cmd tea.Cmd) tea.Cmd { return commands.guard(m.faultLog, cmd, commandLost) })
	}
	m.scene.w, m.scene.h = t.Size()
	m.wait = commands.guard(m.faultLog, p.wait(inner), func(error) tea.Msg {
		due(inner, time.Second)() // what fails each time must not keep us busy
		return pumpFailedMsg{}
	})
	m.after = func(d time.Duration) tea.Cmd { return commands.guard(m.faultLog, due(inner, d), commandLost) }
	if write := a.cfg.SaveReport; write != nil {
		m.save = func(text string) tea.Cmd {
			return commands.guard(m.faultLog, func() tea.Msg {
				path, err := write(text)
				return savedMsg{path, err}
			}, func(err error) tea.Msg { return savedMsg{err: err} })
		}
	}

	if write := a.cfg.KeepBookmarks; write != nil {
		m.keep = func(changes map[phone.Account]roster.Mark) tea.Cmd {
			return commands.guard(m.faultLog, func() tea.Msg { return keptMsg{write(changes)} }, func(err error) tea.Msg { return keptMsg{err} })
		}
	}

	program := tea.NewProgram(m, tea.WithContext(inner), tea.WithInput(t.Input), tea.WithOutput(io.Discard),
		tea.WithoutRenderer(), tea.WithoutSignalHandler(), tea.WithoutCatchPanics())
	_, err := program.Run()
	a.next = m.next
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return errors.Join(m.err, err)
}

// open starts what writes to the terminal, frames or lines. hold stops the writing until the function it
// returns is called.
func (a *App) open(m *model, t *term.Terminal) (stop func() bool, hold func() func(), failed <-chan error) {
	if a.linear {
		p := term.NewPrinter(t.Writer)
		m.linear = newLinear(p, a.look.ASCII)
		return p.Stop, p.Hold, p.Failed
	}
	s := term.NewScreen(t.Writer, term.NewPainter(&a.look), func(e *fault.Error) { m.faultLog.add("the painter", e) })
	m.frames = s
	return s.Stop, s.Hold, s.Failed
}

func (a *App) model() *model {
	m := &model{phone: a.cfg.Phone, apps: a.cfg.Apps, history: a.cfg.History, now: a.cfg.Now, faultLog: newFaultLog(a.cfg.Log)}
	m.scene = scene{keys: a.cfg.Keys, actions: newActions(), practice: a.cfg.Practice, away: a.cfg.Away, echoTest: a.cfg.EchoTest, now: a.cfg.Now(), marks: roster.BookmarksOf(a.cfg.Bookmarks)}
	m.scene.take(phone.Snapshot{})
	m.view = newView()
	m.scene.ascii, m.view.tints = a.look.ASCII, &a.look.SGR
	m.grounds = map[string]*term.Tints{"": &a.look.SGR, "dark": a.look.Dark, "light": a.look.Light}
	m.settle(a.cfg.Settings)
	if a.cfg.Setup != nil {
		m.desk = setup.NewDesk(a.cfg.Setup.Setup, a.cfg.Setup.Place)
		if a.cfg.Setup.Open {
			m.setupBegun(setup.BegunMsg{Draft: a.cfg.Setup.Begin})
		}
	}
	return m
}
