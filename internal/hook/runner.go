package hook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	// limit is how long a hook may take.
	limit = 10 * time.Second
	// atOnce is how many run at once, maxWaiting how many more may wait.
	atOnce, maxWaiting = 4, 32
	// maxOutput is how much of what a hook says is kept, in bytes.
	maxOutput = 4096
	// killDelay is how long hooks may go on when the program leaves.
	killDelay = 2 * time.Second
)

// ErrBusy says that a hook was not run because too many are waiting.
var ErrBusy = errors.New("not run: too many hooks are waiting already")

// Hook is a command, its arguments with it, or a URL; the zero value is none.
type Hook struct {
	Command []string
	URL     string
}

// Set tells whether there is a hook.
func (h Hook) Set() bool { return len(h.Command) > 0 || h.URL != "" }

// Name is a person's name for it: the command's name, or the host of the URL.
func (h Hook) Name() string {
	if len(h.Command) > 0 {
		return filepath.Base(h.Command[0])
	}
	u, err := url.Parse(h.URL)
	if err != nil {
		return "URL"
	}
	return u.Host
}

// Job is one run of a hook.
type Job struct {
	Hook
	// Event and Call name its reason, and are returned in the Result.
	Event, Call string
	// Env is what is added to the environment, "KEY=value"; Input is its standard input or the
	// body of the POST.
	Env   []string
	Input []byte
}

// Result is what came of a job.
type Result struct {
	Job
	// Line is the first line of its output, unchanged.
	Line string
	Took time.Duration
	Err  error
}

// Config of a runner.
type Config struct {
	// Environ gives the environment of commands without what is added, "KEY=value".
	Environ func() []string
	// Report takes each result. It is called on the runner's goroutines, and may take its time: it
	// holds up only other hooks.
	Report func(Result)
	Log    *slog.Logger
}

// Runner runs hooks. Make one by New.
type Runner struct {
	Config
	limit   time.Duration
	jobs    chan Job // full means that hooks come faster than they end
	work    context.Context
	stop    context.CancelFunc
	working sync.WaitGroup
}

// New makes a runner that has begun.
func New(c Config) *Runner { return start(c, limit) }

func start(c Config, limit time.Duration) *Runner {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	r := &Runner{Config: c, limit: limit, jobs: make(chan Job, maxWaiting)}
	r.work, r.stop = context.WithCancel(context.Background())
	for range atOnce {
		r.working.Go(func() {
			for j := range r.jobs {
				r.Report(r.run(j))
			}
		})
	}
	return r
}

// Start runs a hook when it is its turn; ErrBusy means never.
func (r *Runner) Start(j Job) error {
	select {
	case r.jobs <- j:
		return nil
	default:
		return ErrBusy
	}
}

// Close lets running and waiting hooks go on for killDelay, ends the rest, and returns when none is
// left. Nothing may be started afterwards.
func (r *Runner) Close() {
	close(r.jobs)
	end := time.AfterFunc(killDelay, r.stop)
	r.working.Wait()
	end.Stop()
	r.stop()
}

func (r *Runner) run(j Job) Result {
	began := time.Now()
	ctx, cancel := context.WithTimeout(r.work, r.limit)
	defer cancel()
	var said output
	var err error
	if len(j.Command) > 0 {
		err = r.command(ctx, j, &said)
	} else {
		err = post(ctx, j, &said)
	}
	switch {
	case err == nil:
	case r.work.Err() != nil:
		err = errors.New("ended, because the program leaves")
	case ctx.Err() != nil:
		err = fmt.Errorf("did not end within %g s and was stopped", r.limit.Seconds())
	}
	res := Result{Job: j, Line: said.firstLine(), Took: time.Since(began), Err: err}
	r.Log.Info("hook", "event", j.Event, "name", j.Name(), "took", res.Took, "err", err)
	return res
}

// output keeps the beginning of what is written to it, and takes all of it.
type output struct{ kept []byte }

func (o *output) Write(p []byte) (int, error) {
	o.kept = append(o.kept, p[:min(len(p), maxOutput-len(o.kept))]...)
	return len(p), nil
}

// firstLine is the first line that is not empty.
func (o *output) firstLine() string {
	for line := range strings.Lines(string(o.kept)) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}
