package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// signInTimeout is how long the PBX may take for the sign-in and its directory.
const signInTimeout = 15 * time.Second

// ErrUnwell says that the doctor found something wrong.
var ErrUnwell = errors.New("something above needs your attention")

// Doctor checks the way to the PBX and the sound, step by step, and prints what it finds. Its
// error is ErrUnwell when a step failed.
func Doctor(ctx context.Context, o station.Options, profile string, out io.Writer) error {
	o.Log = slog.New(slog.DiscardHandler) // what there is to say is printed
	l, err := station.New(o, profile, false)
	if err != nil {
		return err
	}
	defer l.Close()
	well := true
	for _, system := range l.Systems() {
		if len(l.Systems()) > 1 {
			fmt.Fprintln(out, system.Profile)
		}
		well = checkLink(ctx, system, out) && well
	}
	checkSound(o.Settings, out)
	if !well {
		return ErrUnwell
	}
	return nil
}

func checkLink(ctx context.Context, l *station.System, out io.Writer) bool {
	ctx, cancel := context.WithTimeout(ctx, signInTimeout)
	defer cancel()
	conn, err := l.Dial(ctx)
	if err != nil {
		var failed *pbxws.DialError
		if errors.As(err, &failed) {
			printSteps(out, failed.Step, l.Plain)
		}
		printFinding(out, findingOf(err))
		return false
	}
	defer conn.Close()
	printSteps(out, pbxws.StepLink+1, l.Plain)
	f := directory(ctx, conn)
	printFinding(out, f)
	return f.Grade == phone.GradeDone
}

// printSteps prints the steps before the given one: they went well.
func printSteps(out io.Writer, before pbxws.Step, plain bool) {
	for step := pbxws.StepReach; step < before; step++ {
		if step == pbxws.StepTLS && plain {
			fmt.Fprintln(out, "note    the link is not encrypted: the profile's url is not https")
			continue
		}
		fmt.Fprintf(out, "ok      %s\n", step)
	}
}

// printFinding prints what was found, in the words of the form of the set-up.
func printFinding(out io.Writer, f form.Finding) {
	word := map[phone.Grade]string{phone.GradeDone: "ok", phone.GradeFailed: "FAILED"}[f.Grade]
	fmt.Fprintf(out, "%-7s %s\n", cmp.Or(word, "note"), f.Text)
	if f.Next != "" {
		fmt.Fprintf(out, "        %s\n", f.Next)
	}
}

// checkSound prints which devices would be used. None is no failure.
func checkSound(settings config.Config, out io.Writer) {
	dev, trouble := audio.Open(audio.Config{
		Mic: settings.Sound.Microphone, Speaker: settings.Sound.Speaker, Frame: rtc.FrameSamples, Quiet: true,
	})
	defer dev.Close()
	if trouble != nil {
		fmt.Fprintf(out, "note    %v\n", trouble)
		return
	}
	fmt.Fprintf(out, "ok      sound: %s\n", dev.Name())
}
