package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/hook"
	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui"
)

// beside is what works beside the screen: the record of calls, the programs that are run for
// them, and the socket by which other programs work the telephone.
type beside struct {
	line *line
	book *history.Book
	log  *slog.Logger
	news chan<- tui.News
	// missed is the count of our own record.
	missed atomic.Int64
}

// work does all of it until ctx, and the phone after that, have ended.
func (b *beside) work(ctx context.Context, news chan<- tui.News) {
	b.news = news
	var working sync.WaitGroup
	for _, work := range []func(context.Context){b.records, b.count, b.serve, b.hooks} {
		working.Go(func() {
			defer fault.Catch(func(e *fault.Error) {
				e.Log(b.log, "work beside the phone")
				tell(ctx, news, tui.News{Grade: phone.GradeFailed, Text: "a part of Patchcord ended, your calls go on: " + e.Error()})
			})
			work(ctx)
		})
	}
	working.Wait()
}

func (b *beside) records(ctx context.Context) { keepRecords(ctx, b.line.phone, b.book.Put) }

// count keeps the count of missed calls, for whoever asks from outside.
func (b *beside) count(ctx context.Context) {
	for v := range b.book.Watch(ctx) {
		b.missed.Store(int64(v.Missed()))
	}
}

// serve opens the socket. While another Patchcord has it, or where there is no place for it, the
// telephone works without.
func (b *beside) serve(ctx context.Context) {
	name := control.RealSocket
	if b.line.profile == "" {
		name = control.PracticeSocket
	}
	dir, err := state.Sockets()
	var s *control.Server
	waited := false
	if err == nil {
		s, err = control.Await(ctx, dir, name, control.Config{
			Phone: b.line.phone, Log: b.log,
			Ask:    func(ctx context.Context, to string) { tell(ctx, b.news, tui.News{Dial: to}) },
			Direct: func() bool { return b.line.settings.Load().Control.Direct() },
			Missed: func() int { return int(b.missed.Load()) },
		}, func(taken *control.TakenError) {
			waited = true
			tell(ctx, b.news, tui.News{Grade: phone.GradeInfo, Text: taken.Error()})
		})
	}
	switch {
	case ctx.Err() != nil && err != nil: // it left while it waited
	case err != nil:
		b.log.Error("other programs cannot control this telephone", "err", err)
		tell(ctx, b.news, tui.News{Grade: phone.GradeWarn, Text: "other programs cannot control this telephone: " + disk.Explain(err).Error()})
	default:
		if waited {
			tell(ctx, b.news, tui.News{Grade: phone.GradeInfo, Text: "other programs control this Patchcord now; the other one has ended"})
		}
		s.Run(ctx)
	}
}

// hooks runs a person's programs until the phone has ended: that calls are over when the program
// leaves is told to them too.
func (b *beside) hooks(ctx context.Context) {
	r := hook.New(hook.Config{
		Environ: func() []string { return withoutSecrets(os.Environ(), *b.line.settings.Load()) }, Log: b.log,
		Report: func(r hook.Result) { b.report(ctx, r) },
	})
	defer r.Close()
	followCalls(ctx, b.line.phone, func(s phone.Snapshot, l phone.Leg, st stage) {
		calls := b.line.settings.Load().Hooks
		if b.line.profile == "" && !calls.Practice {
			return
		}
		event, h := "ended", calls.Ended
		switch {
		case st == answered:
			event, h = "answered", calls.Answered
		case st == begun && l.Dir == phone.Incoming:
			event, h = "ringing", calls.Ringing
		case st == begun:
			return
		}
		j := hook.Job{Hook: hookOf(h), Event: event, Call: string(l.ID)}
		if !j.Set() {
			return
		}
		c := control.CallOf(s, l)
		j.Input, _ = jsonl.Marshal(control.Event{Event: event, At: s.Now, Call: &c}) // a call is plain data
		j.Env = environmentOf(event, s, c)
		if err := r.Start(j); err != nil {
			b.report(ctx, hook.Result{Job: j, Err: err})
		}
	})
}

// report shows what a hook said, or names it.
func (b *beside) report(ctx context.Context, r hook.Result) {
	name := "hook " + r.Event + " (" + r.Name() + ")"
	if r.Err != nil {
		tell(ctx, b.news, tui.News{Grade: phone.GradeWarn, Text: name + " " + r.Err.Error(), Aside: true})
	}
	if r.Line != "" {
		tell(ctx, b.news, tui.News{Call: pbxws.LegID(r.Call), Text: fmt.Sprintf("%s (%s, %.1f s)", r.Line, r.Name(), r.Took.Seconds())})
	}
}

func hookOf(h config.Hook) hook.Hook { return hook.Hook{Command: h.Command, URL: h.URL} }

// longestValue bounds a value in the environment in columns.
const longestValue = 256

// environmentOf is what a hook is told of a call in its environment: what the screen shows, without
// control characters.
func environmentOf(event string, s phone.Snapshot, c control.Call) []string {
	values := []struct{ key, value string }{
		{"EVENT", event}, {"CALL", c.ID}, {"DIRECTION", c.Direction}, {"NUMBER", c.Number}, {"NAME", c.Name}, {"VIA", c.Via},
		{"STATE", c.State}, {"OUTCOME", c.Outcome}, {"CAUSE", c.Cause}, {"EXTENSION", s.Link.User}, {"PBX", control.StatusOf(s, 0).PBX},
		{"BEGAN", stamp(c.Began)}, {"ANSWERED", stamp(c.Answered)}, {"ENDED", stamp(c.Ended)}, {"SECONDS", talked(c)},
	}
	var env []string
	for _, v := range values {
		env = append(env, "PATCHCORD_"+v.key+"="+printable.Text(v.value, longestValue, false))
	}
	return env
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// talked is how long a call was up in seconds, empty while it is not over.
func talked(c control.Call) string {
	switch {
	case c.Ended.IsZero():
		return ""
	case c.Answered.IsZero():
		return "0"
	}
	return strconv.Itoa(int(c.Ended.Sub(c.Answered).Seconds()))
}

// withoutSecrets is an environment without the variables that hold passwords and sessions.
func withoutSecrets(environ []string, c config.Config) []string {
	return slices.DeleteFunc(environ, func(entry string) bool {
		key, _, _ := strings.Cut(entry, "=")
		for _, name := range c.SecretVariables() {
			if key == name {
				return true
			}
		}
		return false
	})
}
