// Package cli is the command line: one tree of commands, from which help, completions and the manual
// page are made. It opens the program or speaks to the one that runs, and decides nothing that another
// front end would have to decide again.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/patchcord/patchcord/internal/app"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/state"
)

// Exit codes besides 0, done, and 1, failed or refused.
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

func (e codedError) Unwrap() error { return e.error }

func codeOf(err error) int {
	var coded codedError
	var over *app.OverError
	var taken *control.TakenError
	switch {
	case err == nil, errors.As(err, &over):
		return 0
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &taken):
		return app.ExitTaken
	}
	return 1
}

// misused is a command line that was not understood.
func misused(format string, a ...any) error { return codedError{fmt.Errorf(format, a...), exitUsage} }

// Run executes the command in the arguments and returns the exit code. Results go to out, errors to
// trouble.
func Run(ctx context.Context, p app.Program, args []string, out, trouble io.Writer) int {
	out, trouble = &output{ctx: ctx, to: out}, &output{ctx: ctx, to: trouble}
	root := commands(p, out, trouble)
	root.SetArgs(doubleDashed(args))
	err := root.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(trouble, lastLine(p, err))
	}
	return codeOf(err)
}

// lastLine says why the program ends. A panic gets a report.
func lastLine(p app.Program, err error) string {
	var failed *fault.Error
	if !errors.As(err, &failed) {
		return "patchcord: " + err.Error()
	}
	report, path := failed.Report(p.Version, time.Now()), ""
	if dir, err := state.Dir(); err == nil {
		path, _ = report.Save(dir) // the line says that there is none
	}
	return report.Farewell(path)
}

// doubleDashed lets options be written with one dash, as in -profile. A word that is being completed, the
// last one then, stays as it is.
func doubleDashed(args []string) []string {
	all := make([]string, 0, len(args))
	for i, a := range args {
		completed := i > 0 && i == len(args)-1 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
		if a == "--" || completed {
			return append(all, args[i:]...)
		}
		if len(a) > 2 && a[0] == '-' && a[1] != '-' {
			a = "-" + a
		}
		all = append(all, a)
	}
	return all
}

// commands is the tree.
func commands(p app.Program, out, trouble io.Writer) *cobra.Command {
	root := rootCommand(p)
	root.SetOut(out)
	root.SetErr(trouble)
	root.AddCommand(
		setupCommand(p), controlCommand(), eventsCommand(), historyCommand(p), doctorCommand(p), keysCommand(p), configCommand(p),
		appwsCommand(p), upCommand(p), attachCommand(p), downCommand(), desktopCommand(), demoCommand(p), serveDemoCommand(), versionCommand(p), manCommand(p),
	)
	root.SetHelpCommand(helpCommand())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return misused("%w; %s --help lists what is available", err, cmd.CommandPath())
	})
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.Short = "completion for bash, zsh, fish or powershell"
	}
	return root
}

// helpCommand is help for the command that is named.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "help for any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = unknown(about, rest[0])
			}
			if err != nil {
				return err
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// known refuses an unknown command of cmd, and names the nearest one.
func known(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknown(cmd, args[0])
}

func unknown(cmd *cobra.Command, name string) error {
	if !cmd.HasSubCommands() {
		return misused("%s takes no %q", cmd.CommandPath(), name)
	}
	asked := cmd.CommandPath() + " " + name
	if near := nearest(cmd, name); near != "" {
		return misused("there is no command %q; did you mean %q?", asked, near)
	}
	return misused("there is no command %q; %s --help lists what is available", asked, cmd.CommandPath())
}

// nearest is a command below cmd, or below one of those, with a name like it; empty for none.
func nearest(cmd *cobra.Command, name string) string {
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return cmd.CommandPath() + " " + near[0]
	}
	for _, child := range cmd.Commands() {
		if near := nearest(child, name); near != "" {
			return near
		}
	}
	return ""
}

// nothing refuses any argument.
func nothing(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misused("%s takes no %q", cmd.CommandPath(), args[0])
	}
	return nil
}
