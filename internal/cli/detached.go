package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/internal/app"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/tui"
	"github.com/patchcord/patchcord/tui/term"
)

// upCommand begins the phone without a screen.
func upCommand(p app.Program) *cobra.Command {
	var want tui.Next
	var foreground, install bool
	cmd := &cobra.Command{
		Use: "up", Short: "start the phone without a screen; it outlives the terminal", Args: nothing,
		Long: "The phone runs as a process of its own and goes on when you close the terminal or lose ssh.\npatchcord attach opens a screen of it, patchcord down ends it.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := playable(p.Practice); p.Practice != "" && err != nil {
				return err
			}
			switch {
			case install:
				return p.Install(want, cmd.OutOrStdout())
			case foreground:
				return p.Stay(cmd.Context(), want)
			}
			return p.Up(cmd.Context(), want, cmd.OutOrStdout())
		},
	}
	profileFlag(cmd, p, &want.Profile, "sign in with this profile `NAME` of config.toml, or with several, like hq,branch")
	cmd.Flags().BoolVar(&want.Practice, "practice", false, "use the practice PBX even if there is a profile")
	cmd.Flags().StringVar(&p.Practice, "pbx", "", "the `KIND` of PBX that the practice PBX plays: "+strings.Join(demopbx.Dialects(), " or ")+", or both on one board")
	cmd.Flags().BoolVar(&foreground, "foreground", false, "in this process, for a service manager")
	cmd.Flags().BoolVar(&install, "install", false, "write a unit for systemd or launchd that begins it when you log in")
	return cmd
}

// attachCommand opens a screen of the phone that runs.
func attachCommand(p app.Program) *cobra.Command {
	var want tui.Next
	var linear, watches bool
	cmd := &cobra.Command{
		Use: "attach", Short: "open a screen of the running phone", Args: nothing,
		Long: "Open one more screen of the running phone in any terminal, also by ssh -t HOST patchcord attach.\nThe sound stays on the machine of the phone.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := p.Attach(cmd.Context(), want, linear, watches)
			if errors.Is(err, control.ErrNotRunning) {
				return codedError{errors.New("no phone of yours is running; patchcord up starts one"), exitNotRunning}
			}
			return err
		},
	}
	profileFlag(cmd, p, &want.Profile, "only to the phone of this profile `NAME` of config.toml")
	cmd.Flags().BoolVar(&want.Practice, "practice", false, "only to the phone at the practice PBX")
	cmd.Flags().BoolVar(&watches, "read-only", false, "only watch: no key changes anything at the phone")
	cmd.Flags().BoolVar(&linear, "linear", false, "print one line for each event, for screen readers")
	return cmd
}

// endsWithin is how long a phone may take to hang up and go.
const endsWithin = 10 * time.Second

// downCommand ends the phone, after a question where it has calls.
func downCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use: "down", Short: "end the running phone without a screen; asks first if a call is up", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return down(cmd.Context(), force, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "end calls too, without asking")
	return cmd
}

func down(ctx context.Context, force bool, in io.Reader, out io.Writer) error {
	dir, err := state.Sockets()
	if err != nil {
		return err
	}
	status, err := control.Do(ctx, dir, control.Request{Verb: "status"})
	if err != nil {
		return notRunning(err)
	}
	if calls := callsHere(status.Status); calls > 0 && !force {
		if !confirmed(in, out, fmt.Sprintf("%s up: hang up and end the phone? [y/N] ", term.Count(calls, "call"))) {
			return errors.New("the phone and its call go on; patchcord down -force does not ask")
		}
		force = true
	}
	r := control.Request{Verb: "down"}
	if force {
		r.Set = "force"
	}
	reply, err := control.Do(ctx, dir, r)
	switch {
	case err != nil:
		return notRunning(err)
	case !reply.OK:
		return errors.New(reply.Text)
	}
	for until := time.Now().Add(endsWithin); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		left, err := control.Do(ctx, dir, control.Request{Verb: "status"})
		if errors.Is(err, control.ErrNotRunning) || err == nil && left.Status != nil && isOther(*left.Status, status.Status) {
			fmt.Fprintln(out, "the phone has ended")
			return nil
		}
	}
	return errors.New("the phone was asked to end but is still running; run patchcord down again")
}

// isOther tells that another phone answers: that of the practice PBX runs beside one.
func isOther(now control.Status, was *control.Status) bool {
	return was != nil && (now.PBX != was.PBX || now.Practice != was.Practice)
}

// callsHere counts the calls that end with the phone.
func callsHere(st *control.Status) int {
	n := 0
	if st != nil {
		for _, c := range st.Calls {
			if c.Phone == "" {
				n++
			}
		}
	}
	return n
}

// confirmed asks a person at a terminal; elsewhere the answer is no.
func confirmed(in io.Reader, out io.Writer, question string) bool {
	if f, ok := in.(*os.File); !ok || !term.IsTerminal(f) {
		return false
	}
	fmt.Fprint(out, question)
	line, _ := bufio.NewReader(io.LimitReader(in, maxCode)).ReadString('\n')
	return slices.Contains([]string{"y", "yes"}, strings.ToLower(strings.TrimSpace(cmp.Or(line, "n"))))
}

func notRunning(err error) error {
	if errors.Is(err, control.ErrNotRunning) {
		return codedError{errors.New("no phone of yours is running"), exitNotRunning}
	}
	return err
}
