package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/appwstest"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/internal/backoff"
)

// mockCommand serves a record.
func mockCommand() *cobra.Command {
	var m mockFlags
	cmd := &cobra.Command{
		Use: "mock FILE", Short: "answer as the server or PBX in a saved record did",
		Long: `FILE is a record that the pane or the proxy saved with its secrets. A request gets the answer that followed a
request with the same api and mt in the record, under its own src. Repeated requests get the recorded answers in
turn, then start over. With --pbx the mock is a PBX: any app object can log in, and logins from Services are made
for services with the password in --service-password-env. With --visit it also connects to a service, as a PBX does.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return misused("appws mock needs the file of one record; appws mock --help says more")
			}
			return m.run(cmd.Context(), args[0], cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&m.listen, "listen", "127.0.0.1:9001", "listen at this `ADDRESS`")
	f.StringVar(&m.env, "password-env", "APPWS_PASSWORD", "the environment `VARIABLE` that has the password to log in with")
	f.BoolVar(&m.pbx, "pbx", false, "be a PBX")
	f.StringVar(&m.visit, "visit", "", "as a PBX, connect to the service at this `URL`; the app is its last component")
	f.StringVar(&m.pin, "pin", "", "with --visit, trust this public `KEY`, sha256/ and base64")
	f.StringVar(&m.object, "object", "mock", "the `NAME` of the app object that --visit logs in as")
	f.StringVar(&m.serviceEnv, "service-password-env", "APPWS_SERVICE_PASSWORD", "the environment `VARIABLE` that has the password of the services, for --pbx and --visit")
	f.DurationVar(&m.Delay, "delay", 0, "wait this `TIME` before each answer")
	f.Float64Var(&m.Pace, "pace", 1, "multiply the pauses of the record by this `NUMBER`, 0 for none")
	f.IntVar(&m.Refuse, "refuse", 0, "refuse this `NUMBER` of logins first")
	f.IntVar(&m.DropAfter, "drop-after", 0, "end each connection after this `NUMBER` of requests, 0 for never")
	f.BoolVar(&m.AnyOrigin, "any-origin", false, "let browsers with pages of other hosts in")
	return cmd
}

// mockFlags are the flags of appws mock.
type mockFlags struct {
	appwstest.MockOptions
	listen, env, visit, pin, object, serviceEnv string
	pbx                                         bool
}

func (m mockFlags) run(ctx context.Context, file string, trouble io.Writer) error {
	var set bool
	if m.Password, set = os.LookupEnv(m.env); !set {
		return fmt.Errorf("the environment variable %s has no password for those who log in", m.env)
	}
	if m.ServicePassword = os.Getenv(m.serviceEnv); m.visit != "" && m.ServicePassword == "" {
		return fmt.Errorf("the environment variable %s has no password for the service to visit", m.serviceEnv)
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	log, err := record.Read(f)
	if err != nil {
		return err
	}
	if !m.pbx && m.visit == "" {
		return listenAndServe(ctx, appwstest.NewMock(log, m.MockOptions), m.listen, "answers as in "+file, trouble)
	}
	pbx := appwstest.NewMockPBX(log, m.MockOptions)
	ctx, cancel := context.WithCancel(ctx)
	var visiting sync.WaitGroup
	defer visiting.Wait()
	defer cancel()
	if m.visit != "" {
		app := appwstest.App{Name: m.object, Title: m.object, URL: m.visit, Pin: m.pin, Password: m.ServicePassword}
		visiting.Go(func() { visitAgain(ctx, pbx, app, trouble) })
	}
	return listenAndServe(ctx, pbx, m.listen, "is the PBX in "+file, trouble)
}

// visitAgain connects a PBX to a service until ctx ends, as PBXs do: again after each end.
func visitAgain(ctx context.Context, pbx *appwstest.MockPBX, app appwstest.App, trouble io.Writer) {
	for try := 1; ; try++ {
		err := pbx.Visit(ctx, app)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			try = 1
			fmt.Fprintln(trouble, "patchcord: the connection with the service has ended.")
		default:
			fmt.Fprintln(trouble, "patchcord: "+appws.Explain(err))
		}
		if backoff.Wait(ctx, backoff.Pause(try, time.Second, time.Minute)) != nil {
			return
		}
	}
}
