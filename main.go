// Patchcord is a softphone and PBX monitor in a terminal.
//
//	patchcord                     the phone; with no profile it opens the built-in practice PBX
//	patchcord -profile NAME       the phone, signed in with a profile of config.toml
//	patchcord -practice           the practice PBX although there is a profile
//	patchcord setup               asks for what a profile needs, tests it and writes it down
//	patchcord ctl VERB            works the running phone from another terminal or a script
//	patchcord events              tells what happens on it, a line of JSON each
//	patchcord doctor              checks the way to the PBX and the sound, step by step
//	patchcord serve-demo          the practice PBX alone, for any other client
//	patchcord keys                every key and what it does
//	patchcord config              an example config.toml, and where it belongs
//
// This file reads the command line and ties the packages together; nothing is decided here
// that another front end would have to decide again.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/guard"
	"github.com/patchcord/patchcord/internal/setup"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/tui"
)

//go:embed keymap.toml
var defaultKeys []byte

const (
	version   = "0.1"
	userAgent = "Patchcord/" + version
)

func main() {
	if guard.Keep() {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp): // the help was asked for, and is printed
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, lastLine(err))
		os.Exit(codeOf(err))
	}
}

// lastLine says why the program ends. A fault of ours gets a report.
func lastLine(err error) string {
	var failed *fault.Error
	if !errors.As(err, &failed) {
		return "patchcord: " + err.Error()
	}
	report, path := failed.Report(version, time.Now()), ""
	if dir, err := state.Dir(); err == nil {
		path, _ = report.Save(dir) // the line says that there is none
	}
	return report.Farewell(path)
}

const commandUsage = `usage: patchcord [OPTION] [COMMAND]

Without a command it opens the phone; with no profile, on the built-in practice PBX.

  setup        asks for what a profile needs, tests it and writes it down
  ctl VERB     works the running phone from another terminal or a script; ctl -h lists the verbs
  events       what happens on the running phone, a line of JSON each
  doctor       checks the way to the PBX and the sound, step by step
  keys         every key and what it does
  config       an example config.toml, and where it belongs
  desktop      the desktop entry that opens tel: links here
  serve-demo   the practice PBX alone, for any other client
  version      the version of this program

  -profile NAME  sign in with this profile of config.toml
  -practice      open the practice PBX although there is a profile
  -linear        print one line for each event, for screen readers`

// errUsage is a command line that was not understood; package flag has said why.
var errUsage = errors.New("the command line was not understood")

func usage(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return errUsage
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "serve-demo":
			return serveDemo(ctx, args[1:], out)
		case "setup":
			return runSetup(ctx, args[1:], false)
		case "doctor":
			return runDoctor(ctx, args[1:], out)
		case "config":
			fmt.Fprint(out, config.Example(dialects))
			return nil
		case "keys":
			return printKeys(out)
		case "ctl":
			return runControl(ctx, args[1:], out)
		case "events":
			return runEvents(ctx, args[1:], out)
		case "desktop":
			return printDesktop(out)
		case "help", "-h", "-help", "--help":
			fmt.Fprintln(out, commandUsage)
			return nil
		case "version":
			fmt.Fprintln(out, "patchcord "+version)
			return nil
		}
	}
	flags := flag.NewFlagSet("patchcord", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprintln(flags.Output(), commandUsage) }
	profile := flags.String("profile", "", "sign in with this `profile` of config.toml")
	practice := flags.Bool("practice", false, "open the practice PBX although there is a profile")
	linear := flags.Bool("linear", false, "print one line for each event, for screen readers")
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	if flags.Arg(0) == "setup" {
		return runSetup(ctx, flags.Args()[1:], *linear)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is no command; there are setup, ctl, events, desktop, doctor, serve-demo, config, keys and version", flags.Arg(0))
	}
	return openScreens(ctx, tui.Next{Profile: *profile, Practice: *practice}, *linear)
}

// runWith runs the screen and what works beside it until the screen is left, and waits for all
// of it.
func runWith(ctx context.Context, app *tui.App, beside ...func(context.Context)) error {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	for _, work := range beside {
		working.Go(func() { work(ctx) })
	}
	err := app.Run(ctx)
	cancel()
	working.Wait()
	return err
}

// runDoctor reads what doctor needs.
func runDoctor(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("patchcord doctor", flag.ContinueOnError)
	profile := flags.String("profile", "", "check this `profile` of config.toml")
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	own, err := readFiles()
	if err != nil {
		return err
	}
	return setup.Doctor(ctx, options(own.settings, nil), *profile, out)
}

// runSetup opens the form, and goes on with what was set up.
func runSetup(ctx context.Context, args []string, linear bool) error {
	flags := flag.NewFlagSet("patchcord setup", flag.ContinueOnError)
	profile := flags.String("profile", "", "change this `profile` of config.toml, instead of adding one")
	flags.BoolVar(&linear, "linear", linear, "ask line by line, for screen readers")
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("setup takes no %q; -profile NAME changes a profile", flags.Arg(0))
	}
	return openScreens(ctx, tui.Next{Setup: true, Profile: *profile}, linear)
}

// serveDemo runs the practice PBX alone.
func serveDemo(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("patchcord serve-demo", flag.ContinueOnError)
	o := demopbx.Options{Seed: 1, ChangesPerSecond: 3}
	o.Flags(flags)
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	return demopbx.Serve(ctx, o, out)
}
