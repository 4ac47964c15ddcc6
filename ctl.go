package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/tui/term"
)

// Exit codes beside 0, done, and 1, failed or refused.
const (
	exitUsage      = 2
	exitNotRunning = 3
	exitPending    = 4
)

// codedError ends the program with a code of its own.
type codedError struct {
	error
	code int
}

func codeOf(err error) int {
	var coded codedError
	if errors.As(err, &coded) {
		return coded.code
	}
	return 1
}

const controlUsage = `usage: patchcord ctl VERB

  status [--json | --line]   how things are; --line is one line for a status bar
  dial NUMBER                call a number, or a link such as tel:+39-0721-555016
  answer [N]                 take the call that rings, or call number N of status
  reject [N]                 turn it away
  hold [N]  resume [N]       put a call on hold, take it back
  swap                       hold the call that talks, take back the one on hold
  transfer NUMBER [N]        send a call there and leave it
  hangup [N]                 end a call
  mute [on|off]  dnd [on|off]
  events                     what happens, a line of JSON each, until interrupted

It speaks to the Patchcord that runs. 0: done, 1: refused or failed, 2: this help,
3: no Patchcord runs, 4: asked, and not confirmed in time.`

// runControl asks the running phone for something and prints what came of it.
func runControl(ctx context.Context, args []string, out io.Writer) error {
	var options []string
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool {
		isOption := strings.HasPrefix(a, "-") // one dash or two, as with all our options
		if isOption {
			options = append(options, "--"+strings.TrimLeft(a, "-"))
		}
		return isOption
	})
	if len(args) == 0 || slices.Contains(options, "--help") || slices.Contains(options, "--h") || args[0] == "help" {
		fmt.Fprintln(out, controlUsage)
		if len(args) == 0 && len(options) == 0 {
			return codedError{errors.New("say what to do"), exitUsage}
		}
		return nil
	}
	if args[0] == "events" {
		return runEvents(ctx, append(args[1:], options...), out)
	}
	r, err := requestOf(args, options)
	if err != nil {
		return err
	}
	dir, err := state.Sockets()
	if err != nil {
		return codedError{err, exitNotRunning}
	}
	reply, err := control.Do(ctx, dir, r)
	switch {
	case errors.Is(err, control.ErrNotRunning):
		return codedError{err, exitNotRunning}
	case err != nil:
		return err
	case !reply.OK:
		return errors.New(term.Printable(reply.Text))
	case reply.Status != nil:
		return printStatus(out, *reply.Status, options)
	}
	fmt.Fprintln(out, term.Printable(reply.Text))
	if reply.Pending && r.Verb != "dial" {
		return codedError{errors.New("not confirmed"), exitPending}
	}
	return nil
}

// shapes are what may follow each verb.
var shapes = map[string]struct{ to, call, set bool }{
	"status": {}, "swap": {}, "dial": {to: true}, "transfer": {to: true, call: true},
	"answer": {call: true}, "reject": {call: true}, "hold": {call: true}, "resume": {call: true}, "hangup": {call: true},
	"mute": {set: true}, "dnd": {set: true},
}

// requestOf reads a command line.
func requestOf(args, options []string) (control.Request, error) {
	misused := func(format string, a ...any) (control.Request, error) {
		return control.Request{}, codedError{fmt.Errorf(format+"; patchcord ctl --help lists what there is", a...), exitUsage}
	}
	r := control.Request{Verb: args[0]}
	shape, known := shapes[r.Verb]
	if !known {
		return misused("there is no ctl %q", r.Verb)
	}
	for _, o := range options {
		if r.Verb != "status" || o != "--json" && o != "--line" {
			return misused("ctl %s takes no %s", r.Verb, o)
		}
	}
	rest := args[1:]
	take := func(wanted bool, into *string) {
		if wanted && len(rest) > 0 {
			*into, rest = rest[0], rest[1:]
		}
	}
	take(shape.to, &r.To)
	take(shape.call, &r.Call)
	take(shape.set, &r.Set)
	switch {
	case shape.to && r.To == "":
		return misused("ctl %s needs a number", r.Verb)
	case len(rest) > 0 && shape.to && !shape.call: // a number as people write it
		r.To = strings.Join(args[1:], " ")
	case len(rest) > 0:
		return misused("ctl %s takes no %q", r.Verb, rest[0])
	}
	return r, nil
}

// printStatus prints how things are, for people, for a status bar or for a program.
func printStatus(out io.Writer, st control.Status, options []string) error {
	now := time.Now()
	switch {
	case slices.Contains(options, "--json"):
		line, err := jsonl.Marshal(st)
		if err != nil {
			return err
		}
		_, err = out.Write(line)
		return err
	case slices.Contains(options, "--line"):
		fmt.Fprintln(out, term.Printable(st.Line(now)))
		return nil
	}
	fmt.Fprintln(out, term.Printable(fmt.Sprintf("%s at %s: %s", st.Extension, st.PBX, st.Link)))
	for _, lamp := range []struct {
		lit  bool
		text string
	}{
		{st.Trouble != "", st.Trouble}, {!st.Registered, "not registered: no calls come in"}, {st.DND, "do-not-disturb is on"},
		{st.Muted, "your microphone is muted"}, {st.Missed > 0, strconv.Itoa(st.Missed) + " missed"},
		{st.Voicemail > 0, strconv.Itoa(st.Voicemail) + " new in the mailbox"},
	} {
		if lamp.lit {
			fmt.Fprintln(out, term.Printable(lamp.text))
		}
	}
	for _, c := range st.Calls {
		since := c.Began
		if !c.Answered.IsZero() {
			since = c.Answered
		}
		fmt.Fprintln(out, term.Printable(fmt.Sprintf("%d  %s  %s  %s %s  %s", c.N, c.Direction, c.State, c.Number, c.Name, now.Sub(since).Round(time.Second))))
	}
	if len(st.Calls) == 0 {
		fmt.Fprintln(out, "no calls")
	}
	return nil
}

// runEvents prints what happens on the running phone, a line of JSON each, until interrupted.
func runEvents(ctx context.Context, args []string, out io.Writer) error {
	for _, a := range args {
		if a != "--json" && a != "-json" {
			return codedError{fmt.Errorf("events takes no %q; it prints JSON lines in any case", a), exitUsage}
		}
	}
	dir, err := state.Sockets()
	if err != nil {
		return codedError{err, exitNotRunning}
	}
	var last control.Event
	err = control.Events(ctx, dir, func(line []byte) error {
		last = control.Event{}
		_ = jsonl.Lenient(line, &last) // only the reason of an end is of interest
		_, err := out.Write(append(slices.Clone(line), '\n'))
		return err
	})
	switch {
	case errors.Is(err, control.ErrNotRunning):
		return codedError{err, exitNotRunning}
	case err != nil:
		return err
	case last.Event == "dropped":
		return errors.New(last.Text)
	}
	return nil
}

// printDesktop prints the file by which a desktop opens links to telephone numbers in the running
// phone.
func printDesktop(out io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, `[Desktop Entry]
Type=Application
Name=Patchcord
Comment=Call a number with the Patchcord that is running
Exec=%s ctl dial %%u
Icon=call-start
Terminal=false
NoDisplay=true
Categories=Network;Telephony;
MimeType=x-scheme-handler/tel;x-scheme-handler/sip;x-scheme-handler/sips;x-scheme-handler/callto;
`, desktopQuoted(self))
	return err
}

// desktopQuoted is an argument of Exec (Desktop Entry Specification, "The Exec key").
func desktopQuoted(arg string) string {
	if !strings.ContainsAny(arg, " \t\n\"'\\><~|&;$*?#()`%") {
		return arg
	}
	// Escaped once for the quotes and once for being a text of such a file.
	quoted := strings.NewReplacer("\\", `\\\\`, `"`, `\\"`, "`", "\\\\`", "$", `\\$`, "%", "%%").Replace(arg)
	return `"` + quoted + `"`
}
