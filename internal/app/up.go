package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/guard"
	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui"
)

// upWithin is how long a phone may take from its start until screens can attach to it.
const upWithin = 10 * time.Second

// ExitTaken is the exit code of a phone without a screen that ends because another one has its socket.
const ExitTaken = 5

// upArguments are the arguments by which this program is a phone without a screen in its own process.
func upArguments(want tui.Next, practice string) []string {
	args := []string{"up", "--foreground"}
	switch {
	case want.Practice && practice != "":
		args = append(args, "--practice", "--pbx", practice)
	case want.Practice:
		args = append(args, "--practice")
	case want.Profile != "":
		args = append(args, "--profile", want.Profile)
	}
	return args
}

// Up begins a phone as a process of its own, which outlives the terminal, and says so to out; nil is
// silent. The error is a sentence of that phone, or says that there is one already.
func (p Program) Up(ctx context.Context, want tui.Next, out io.Writer) error {
	own, err := p.readFiles()
	if err != nil {
		return err
	}
	s := &screens{Program: p, own: own, only: true}
	profile, err := station.Pick(own.settings, want.Profile, want.Practice)
	if err != nil {
		return err
	}
	runs := func() (process int, err error) {
		there, err := s.connect(ctx, station.SocketOf(profile))
		if err != nil {
			return 0, err
		}
		there.Close()
		if there.About.Profile != profile || !there.About.Stays {
			return 0, &runsAlreadyError{there.About}
		}
		return there.About.Process, nil
	}
	if _, err := runs(); err == nil {
		return errRuns
	} else if !errors.Is(err, control.ErrNotRunning) {
		return err
	}
	child, said, err := begin(upArguments(want, p.Practice))
	if err != nil {
		return fmt.Errorf("begin the phone: %w", err)
	}
	defer said.Close()
	ended := make(chan error, 1)          // the one end
	go func() { ended <- child.Wait() }() // it outlives us, or we it
	limit := time.After(upWithin)
	for {
		if process, err := runs(); err == nil {
			if process != child.Process.Pid {
				return errRuns // another one was faster, and ours ends by itself
			}
			if out != nil {
				fmt.Fprintf(out, "the phone runs (process %d); patchcord attach opens a screen of it, patchcord down ends it\n", child.Process.Pid)
			}
			return nil
		}
		select {
		case <-time.After(looksAgain):
		case err := <-ended:
			var exit *exec.ExitError
			if errors.As(err, &exit) && exit.ExitCode() == ExitTaken { // another one is beginning, and will be found
				ended = nil
				continue
			}
			if _, err := runs(); err == nil {
				return errRuns
			}
			return errors.New(lastWords(said))
		case <-limit:
			return errors.New("the phone started but cannot be attached to; the log says why")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// errRuns says that the phone that was to begin runs already.
var errRuns = errors.New("the phone runs already; patchcord attach opens a screen of it, patchcord down ends it")

// runsAlreadyError says that another phone has the socket.
type runsAlreadyError struct{ there attach.About }

func (e *runsAlreadyError) Error() string {
	if !e.there.Stays {
		return "the phone of " + e.there.Name() + " runs in a terminal and ends with it; leave it there first"
	}
	return "the phone of " + e.there.Name() + " runs already; patchcord down ends it"
}

// begin starts this program once more, in a session of its own without a terminal. What it says before it
// writes to its log is in a passing file.
func begin(args []string) (*exec.Cmd, *os.File, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	said, err := passing()
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(self, args...)
	cmd.Dir = "/"
	if home, err := os.UserHomeDir(); err == nil {
		if info, err := os.Stat(home); err == nil && info.IsDir() {
			cmd.Dir = home
		}
	}
	cmd.Stdout, cmd.Stderr = said, said
	cmd.SysProcAttr = apart()
	if err := cmd.Start(); err != nil {
		return nil, nil, errors.Join(err, said.Close())
	}
	return cmd, said, nil
}

// lastWords is what a phone said that did not begin, without our name before it.
func lastWords(said *os.File) string {
	const most = 2000
	text := make([]byte, most)
	n, _ := said.ReadAt(text, 0)
	words := printable.Text(strings.TrimPrefix(strings.TrimSpace(string(text[:n])), "patchcord: "), most, false)
	if words == "" {
		return "the phone ended right after it started; the log says why"
	}
	return words
}

// Stay is a phone without a screen in this process, until ctx ends or it is ended from elsewhere.
func (p Program) Stay(ctx context.Context, want tui.Next) error {
	own, err := p.readFiles()
	if err != nil {
		return err
	}
	logFile, err := openLog()
	if err != nil {
		return fmt.Errorf("without a screen the phone begins only with a log: %w", err)
	}
	defer logFile.Close()
	log := logger(logFile, redact.New(own.settings.Trace.Hide...))
	dir, err := state.Sockets()
	if err != nil {
		return err
	}
	defer guard.Stderr(logFile.File())()
	defer hearLibraries(log)()
	log.Info("a phone without a screen begins", "sockets", dir)
	for again := true; again; {
		again, err = p.stay(ctx, &screens{Program: p, own: own, log: log, logFile: logFile}, &want)
	}
	log.Info("it has ended", "err", err)
	return err
}

// stay is one phone, until its end or the next; want is what that is then.
func (p Program) stay(ctx context.Context, s *screens, want *tui.Next) (again bool, err error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	options := s.options(s.own.settings, s.log)
	var own *station.Station
	renewed := make(chan tui.Next, 1) // the first request counts
	options.Down = func() {
		own.Screens.Farewell("the phone was ended by patchcord down")
		end()
	}
	profile, err := station.Pick(s.own.settings, want.Profile, want.Practice)
	if err != nil {
		return false, err
	}
	dir, err := state.Sockets()
	if err != nil {
		return false, err
	}
	options.Renew = func(next string) string {
		if why := movesTo(dir, station.SocketOf(profile), station.SocketOf(next)); why != "" {
			return why
		}
		select {
		case renewed <- tui.Next{Profile: next, Practice: next == ""}:
			own.Screens.Return(next)
			end()
		default: // it ends already, and whoever asked gets what was asked for first
		}
		return ""
	}
	// Before anybody signs in: one that comes second must leave no trace at the PBX.
	if options.Socket, err = control.Take(dir, station.SocketOf(profile)); err != nil {
		return false, disk.Explain(err)
	}
	defer options.Socket.Close() // the server has done so, if it came to that
	own, err = station.New(options, want.Profile, want.Practice)
	if err != nil {
		return false, err
	}
	defer own.Close()
	news := make(chan tui.News) // full means that the screens are told of what came before
	var tasks sync.WaitGroup
	tasks.Go(func() { watch(ctx, news, s.own.paths(), s.own.changes(own.Profile, own)) })
	tasks.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case n := <-news:
				tellScreens(own, n)
			}
		}
	})
	err = own.Run(ctx, nil)
	end()
	tasks.Wait()
	select {
	case *want = <-renewed:
		s.own.refresh()
		return true, nil
	default:
	}
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return false, err
}

// movesTo says why a phone cannot go on behind another socket; empty where it can.
func movesTo(dir, from, to string) string {
	if from == to {
		return ""
	}
	socket, err := control.Take(dir, to)
	var taken *control.TakenError
	switch {
	case errors.As(err, &taken):
		return "the phone stays where it is: another Patchcord of yours is there already (process " + taken.PID + "); end that first"
	case err != nil:
		return "the phone stays where it is: " + disk.Explain(err).Error()
	}
	_ = socket.Close() // it is taken again when this phone has ended
	return ""
}

// tellScreens passes on what came of a changed config.toml. That it changed each screen says itself.
func tellScreens(own *station.Station, n tui.News) {
	if n.Keys == nil && (n.Anew || n.Grade == phone.GradeFailed) {
		own.Screens.Tell(attach.Note{Text: n.Text, Grade: n.Grade, Anew: n.Anew})
	}
}
