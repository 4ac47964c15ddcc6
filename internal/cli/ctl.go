package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/tui/term"
)

const exitCodes = `0: done; 1: refused or failed; 2: the command line was not understood;
3: no Patchcord of yours is running; 4: asked, and not confirmed in time.`

// verb is a request to the running phone, with its arguments on the command line.
type verb struct {
	name, args, short string
	// read reads the arguments of the verb; it returns an error if they are wrong.
	read func(r *control.Request, args []string) error
	// flags adds options; nil for none.
	flags func(r *control.Request, flags *pflag.FlagSet)
}

var verbs = []verb{
	{"dial", "NUMBER", "call a number, or a link such as tel:+39-0721-555016", readNumber, systemFlag},
	{"answer", "[N]", "take the call that rings, or call number N of status", readCall, nil},
	{"reject", "[N]", "reject the ringing call", readCall, nil},
	{"hold", "[N]", "put a call on hold", readCall, nil},
	{"resume", "[N]", "resume a call", readCall, nil},
	{"swap", "", "hold the active call, resume the one on hold", readNothing, nil},
	{"transfer", "NUMBER [N]", "transfer a call", readNumberAndCall, nil},
	{"consult", "NUMBER [N]", "put a call on hold and call somebody first", readNumberAndCall, nil},
	{"link", "[N [M]]", "join two calls and leave: those of a consultation, or the two that there are", readPair, nil},
	{"join", "[ROOM]", "bring all calls into a conference, and go there too", readRoom, func(r *control.Request, flags *pflag.FlagSet) {
		flags.BoolVar(&r.Here, "here", false, "into one on this phone")
	}},
	{"split", "[N]", "end a conference on this phone: go on with one call, hold the others", readCall, nil},
	{"park", "[N]", "leave a call at a parking place", readCall, func(r *control.Request, flags *pflag.FlagSet) {
		flags.StringVar(&r.To, "at", "", "the parking `PLACE`; without it the PBX chooses")
	}},
	{"tones", "DIGITS [N]", "send tones, 0-9 * # A-D", readTones, nil},
	{"record", "start|stop [N]", "have the PBX record a call", readRecord, func(r *control.Request, flags *pflag.FlagSet) {
		flags.BoolVar(&r.Here, "here", false, "record into a file of your own instead")
	}},
	{"hangup", "[N]", "end a call", readCall, nil},
	{"mute", "[on|off]", "switch your microphone off, or on again", readSwitch, nil},
	{"dnd", "[on|off]", "switch do-not-disturb", readSwitch, systemFlag},
}

// systemFlag names one of several PBXs.
func systemFlag(r *control.Request, flags *pflag.FlagSet) {
	flags.StringVar(&r.System, "system", "", "at the PBX called `NAME`, where there are several")
}

func controlCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "ctl", Short: "control the running phone from another terminal or a script",
		Long: "Commands go to the Patchcord that is running. N is the number of a call, as its card and status show it.\nWithout N a command acts on the call that the same key would act on.\n\nExit codes: " + exitCodes,
		Args: known,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cmd.Help(); err != nil {
				return err
			}
			return misused("say what to do")
		},
	}
	cmd.AddCommand(statusCommand(), eventsCommand(), codeCommand())
	for _, v := range verbs {
		cmd.AddCommand(v.command())
	}
	return cmd
}

func (v verb) command() *cobra.Command {
	r := control.Request{Verb: v.name}
	cmd := &cobra.Command{
		Use: strings.TrimSpace(v.name + " " + v.args), Short: v.short, Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := v.read(&r, args); err != nil {
				return misused("ctl %s %w; ctl %s --help says more", v.name, err, v.name)
			}
			_, err := request(cmd.Context(), r, cmd.OutOrStdout())
			return err
		},
	}
	if v.flags != nil {
		v.flags(&r, cmd.Flags())
	}
	return cmd
}

// maxCode bounds what is read of an answer, in bytes.
const maxCode = 256

// codeCommand reads its answer from the standard input: arguments can be seen by others.
func codeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "passcode", Short: "answer the sign-in's question, such as a one-time code, with a line from standard input", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			line := readLine(cmd.Context(), cmd.InOrStdin(), maxCode)
			if line == "" {
				return misused("ctl passcode reads the code from standard input, one line; nothing was sent")
			}
			_, err := request(cmd.Context(), control.Request{Verb: "passcode", To: line}, cmd.OutOrStdout())
			return err
		},
	}
}

func readNothing(_ *control.Request, args []string) error { return tooMany(args) }

func tooMany(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("takes no %q", args[0])
	}
	return nil
}

// readNumber takes a number as people write it, with blanks.
func readNumber(r *control.Request, args []string) error {
	if r.To = strings.Join(args, " "); r.To == "" {
		return errors.New("needs a number")
	}
	return nil
}

func readCall(r *control.Request, args []string) error {
	args = take(&r.Call, args)
	return tooMany(args)
}

func readNumberAndCall(r *control.Request, args []string) error {
	if args = take(&r.To, args); r.To == "" {
		return errors.New("needs a number")
	}
	return readCall(r, args)
}

func readPair(r *control.Request, args []string) error {
	return tooMany(take(&r.With, take(&r.Call, args)))
}

func readRoom(r *control.Request, args []string) error { return tooMany(take(&r.To, args)) }

func readTones(r *control.Request, args []string) error {
	if args = take(&r.Digits, args); r.Digits == "" {
		return errors.New("needs tones to send")
	}
	return readCall(r, args)
}

func readRecord(r *control.Request, args []string) error {
	if args = take(&r.Set, args); r.Set != "start" && r.Set != "stop" {
		return errors.New("needs start or stop")
	}
	return readCall(r, args)
}

func readSwitch(r *control.Request, args []string) error { return tooMany(take(&r.Set, args)) }

// take moves the first argument, if there is one.
func take(into *string, args []string) []string {
	if len(args) == 0 {
		return nil
	}
	*into = args[0]
	return args[1:]
}

// request sends a request to the running phone and prints the result.
func request(ctx context.Context, r control.Request, out io.Writer) (control.Reply, error) {
	dir, err := state.Sockets()
	if err != nil {
		return control.Reply{}, codedError{err, exitNotRunning}
	}
	reply, err := control.Do(ctx, dir, r)
	switch {
	case errors.Is(err, control.ErrNotRunning):
		return reply, codedError{err, exitNotRunning}
	case err != nil:
		return reply, err
	case !reply.OK:
		return reply, errors.New(term.Printable(reply.Text))
	case reply.Status != nil:
		return reply, nil
	}
	fmt.Fprintln(out, term.Printable(reply.Text))
	if reply.Pending && r.Verb != "dial" {
		return reply, codedError{errors.New("not confirmed"), exitPending}
	}
	return reply, nil
}

func statusCommand() *cobra.Command {
	var asJSON, asLine, asWaybar bool
	cmd := &cobra.Command{
		Use: "status", Short: "print the state of the phone and its calls", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			reply, err := request(cmd.Context(), control.Request{Verb: "status"}, out)
			switch {
			case err != nil:
				return err
			case reply.Status == nil:
				return errors.New("the running Patchcord sent no status; update it and try again")
			case asJSON, asWaybar:
				var status any = reply.Status
				if asWaybar {
					status = reply.Status.Waybar(time.Now())
				}
				line, err := jsonl.Marshal(status)
				if err == nil {
					_, err = out.Write(line)
				}
				return err
			case asLine:
				_, err := fmt.Fprintln(out, term.Printable(reply.Status.Summary(time.Now())))
				return err
			}
			return printStatus(out, *reply.Status, time.Now())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for a program")
	cmd.Flags().BoolVar(&asWaybar, "waybar", false, "as Waybar reads it, in a custom module with return-type json")
	cmd.Flags().BoolVar(&asLine, "line", false, "in one line, for a status bar")
	return cmd
}

// systemLines are the PBXs, a line each.
func systemLines(systems []control.System) []string {
	var lines []string
	for _, s := range systems {
		line := fmt.Sprintf("%s at %s: %s", s.Extension, s.Name, s.Link)
		if s.Trouble != "" {
			line += ", " + s.Trouble
		}
		if !s.Registered {
			line += ", not registered: no calls come in"
		}
		if s.DND {
			line += ", do-not-disturb is on"
		}
		lines = append(lines, line)
	}
	return lines
}

// printStatus prints how things are, for people.
func printStatus(out io.Writer, st control.Status, now time.Time) error {
	lines := []string{fmt.Sprintf("%s at %s: %s", st.Extension, st.PBX, st.Link)}
	if len(st.Systems) > 0 {
		lines = systemLines(st.Systems)
		st.Trouble, st.Registered, st.DND = "", true, false // each has its own line
	}
	for _, lamp := range []struct {
		lit  bool
		text string
	}{
		{st.Trouble != "", st.Trouble}, {!st.Registered, "not registered: no calls come in"}, {st.DND, "do-not-disturb is on"},
		{st.Muted, "your microphone is muted"}, {st.Missed > 0, strconv.Itoa(st.Missed) + " missed"},
		{st.Voicemail > 0, strconv.Itoa(st.Voicemail) + " new in the mailbox"},
	} {
		if lamp.lit {
			lines = append(lines, lamp.text)
		}
	}
	for _, c := range st.Calls {
		since := c.Began
		if !c.Answered.IsZero() {
			since = c.Answered
		}
		state := c.State
		if c.InConference {
			state += ", in conference"
		}
		line := fmt.Sprintf("%d  %s  %s  %s %s  %s", c.N, c.Direction, state, c.Number, c.Name, now.Sub(since).Round(time.Second))
		if c.System != "" {
			line += "  " + c.System
		}
		lines = append(lines, line)
	}
	if len(st.Calls) == 0 {
		lines = append(lines, "no calls")
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(out, term.Printable(l)); err != nil {
			return err
		}
	}
	return nil
}

// eventsCommand prints what happens on the running phone until it is interrupted.
func eventsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "events", Short: "print what happens on the running phone as lines of JSON, until interrupted", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error { return printEvents(cmd.Context(), cmd.OutOrStdout()) },
	}
	cmd.Flags().Bool("json", true, "print lines of JSON, which is the default")
	return cmd
}

func printEvents(ctx context.Context, out io.Writer) error {
	dir, err := state.Sockets()
	if err != nil {
		return codedError{err, exitNotRunning}
	}
	var last control.Event
	err = control.Events(ctx, dir, func(ctx context.Context, line []byte) error {
		last = control.Event{}
		_ = jsonl.Lenient(line, &last) // only the reason of an end is of interest
		_, err := writeUntil(ctx, out, append(line, '\n'))
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
