// Measure takes the figures of the media path on this machine and sets them beside the goals and
// beside those of other phones, which it takes in the same run, in turn with ours: Debian's baresip and
// Chromium, where they are installed. Without them it prints no ratio.
//
//	go run ./internal/measure                 everything but hour, three runs of each, some 20 minutes
//	go run ./internal/measure -only mouth     one part: mouth, setup, cost, echo, network, drift, hour
//	go run ./internal/measure -runs 5         more runs; what is printed is their median
//	go run ./internal/measure -gopus          with the Opus that is built in
//
// Calls are real ones, DTLS-SRTP over sockets of the loopback interface, both ends in this process.
// Sound cards are null sinks of a PulseAudio that it starts for itself. Lost and late packets come
// from a relay with a seed, between the two ends. Only drift is measured in virtual time.
//
// A figure of a busy machine is a figure of that machine: the load is printed on top.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/patchcord/patchcord/rtc"
)

// table is one table of figures.
type table struct {
	name string
	run  func(context.Context, *bench, io.Writer) error
	long bool // measured only if asked for
}

// parts are in the order in which they run: first those that a busy machine disturbs most.
var parts = []table{
	{"mouth", mouth, false}, {"setup", setup, false}, {"cost", cost, false}, {"echo", echo, false}, {"network", network, false},
	{"drift", drifting, false}, {"hour", hour, true},
}

// bench is what all parts have in common.
type bench struct {
	engine *rtc.Engine
	opus   rtc.Opus
	runs   int
	mouth  float64 // ms from mouth to ear on a clean network, with sound cards; 0 before it is known
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := measure(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "measure: "+err.Error())
		os.Exit(1)
	}
}

func measure(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("measure", flag.ContinueOnError)
	runs := flags.Int("runs", 3, "how many `times` each figure is taken; the median is printed")
	only := flags.String("only", "", "take one `part` only: mouth, setup, cost, echo, network, drift or hour")
	inGo := flags.Bool("gopus", false, "take the Opus that is built in, also where the system has one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	known := func(t table) bool { return t.name == *only }
	if *only != "" && !slices.ContainsFunc(parts, known) {
		return fmt.Errorf("there is no part %q; there are mouth, setup, cost, echo, network, drift and hour", *only)
	}
	if *runs < 1 {
		return fmt.Errorf("%d runs give no median; ask for 1 at least", *runs)
	}
	b := &bench{runs: *runs}
	if !*inGo {
		b.opus, _ = rtc.SystemOpus() // gopus where there is none, as it is printed
	}
	var err error
	b.engine, err = rtc.NewEngine(rtc.Config{Loopback: true, Opus: func() rtc.Opus { return b.opus }})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, %s, load %s, medians of %d runs\n", machine(), b.opus, load(), *runs)
	var missing error
	for _, p := range parts {
		if *only == "" && p.long || *only != "" && !known(p) {
			continue
		}
		fmt.Fprintf(out, "\n%s\n", strings.ToUpper(p.name))
		err := p.run(ctx, b, out)
		switch {
		case ctx.Err() != nil:
			return errors.New("stopped before the end")
		case errors.As(err, new(missingPart)): // the others can still be measured
			fmt.Fprintf(out, "  not measured: %v\n", err)
			missing = errors.Join(missing, fmt.Errorf("%s was not measured: %w", p.name, err))
		case err != nil:
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return missing
}

// missingPart says what must be installed to measure something.
type missingPart struct{ what, packages string }

func (m missingPart) Error() string {
	return fmt.Sprintf("%s is missing; on Debian: apt-get install %s", m.what, m.packages)
}
