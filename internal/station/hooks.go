package station

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/hook"
	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// hooks runs a person's programs until the phone has ended, so that they also get the calls that
// end when the program leaves.
func (r *run) hooks(ctx context.Context) {
	runner := hook.New(hook.Config{
		Environ: func() []string { return withoutSecrets(os.Environ(), *r.settings.Load()) }, Log: r.log,
		Report: func(result hook.Result) { r.report(ctx, result) },
	})
	defer runner.Close()
	followCalls(ctx, r.Phone, func(s phone.Snapshot, l phone.Leg, st stage) {
		calls := r.settings.Load().Hooks
		if r.Profile == "" && !calls.Practice {
			return
		}
		event, h := "ended", calls.Ended
		switch {
		case st == amended:
			return
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
		s = s.On(l.Link)
		c := control.CallOf(s, l)
		j.Input, _ = jsonl.Marshal(control.Event{Event: event, At: s.Now, Call: &c}) // a call is plain data
		j.Env = environmentOf(event, s, c)
		if err := runner.Start(j); err != nil {
			r.report(ctx, hook.Result{Job: j, Err: err})
		}
	})
}

// report shows what a hook said, or names it.
func (r *run) report(ctx context.Context, result hook.Result) {
	if result.Err != nil {
		text := "hook " + result.Event + " (" + result.Name() + ") " + result.Err.Error()
		r.notify(ctx, attach.Note{Grade: phone.GradeWarn, Text: text, EventsOnly: true})
	}
	if result.Line != "" {
		text := fmt.Sprintf("%s (%s, %.1f s)", result.Line, result.Name(), result.Took.Seconds())
		r.notify(ctx, attach.Note{Call: pbxws.LegID(result.Call), Text: text})
	}
}

func hookOf(h config.Hook) hook.Hook { return hook.Hook{Command: h.Command, URL: h.URL} }

// longestValue bounds a value in the environment in columns.
const longestValue = 256

// environmentOf is the environment of a hook for a call: what the screen shows, without control
// characters.
func environmentOf(event string, s phone.Snapshot, c control.Call) []string {
	values := []struct{ key, value string }{
		{"EVENT", event}, {"CALL", c.ID}, {"DIRECTION", c.Direction}, {"NUMBER", c.Number}, {"NAME", c.Name}, {"VIA", c.Via},
		{"STATE", c.State}, {"OUTCOME", c.Outcome}, {"CAUSE", c.Cause}, {"EXTENSION", s.Link.User}, {"PBX", control.StatusOf(s, 0).PBX},
		{"BEGAN", stamp(c.Began)}, {"ANSWERED", stamp(c.Answered)}, {"ENDED", stamp(c.Ended)}, {"SECONDS", talked(c)},
	}
	if c.System != "" {
		values = append(values, struct{ key, value string }{"SYSTEM", c.System})
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
