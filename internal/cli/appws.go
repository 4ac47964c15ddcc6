package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/proxy"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/script"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/app"
	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/internal/proxies"
)

// appwsCommand has what developers of AppWebsocket apps need without a screen.
func appwsCommand(p app.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "appws", Short: "work with AppWebsocket without a screen: pipelines, tests, a recording proxy", Args: known,
		RunE: func(*cobra.Command, []string) error {
			return misused("say what to do; patchcord appws --help lists what is available")
		},
	}
	cmd.AddCommand(connectCommand(p), expectCommand(p), proxyCommand(), mockCommand())
	return cmd
}

// target is the session that a command is for: one of config.toml, or one that flags describe.
type target struct {
	program app.Program
	name    string
	config  appws.Config
	env     string
}

func (t *target) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&t.config.URL, "url", "", "connect to this `ADDRESS` instead of a session of config.toml")
	f.StringVar(&t.config.App, "app", "", "log in at this `APP`, with --url")
	f.StringVar(&t.config.Domain, "domain", "", "log in with this `DOMAIN`, with --url")
	f.StringVar(&t.config.SIP, "user", "", "log in as this `USER`, with --url")
	f.StringVar(&t.config.Pin, "pin", "", "trust this public `KEY`, sha256/ and base64, with --url")
	f.StringVar(&t.env, "password-env", "APPWS_PASSWORD", "the environment `VARIABLE` that has the password, with --url")
}

// open opens the session. trace gets its messages.
func (t *target) open(list *sessions.List, trace func(appws.Frame)) (id int, err error) {
	if t.config.URL == "" {
		return t.program.OpenSession(list, t.name, trace)
	}
	password, set := os.LookupEnv(t.env)
	if !set {
		return 0, fmt.Errorf("the environment variable %s has no password", t.env)
	}
	cfg := sessions.Config{Name: "appws", Config: t.config}
	cfg.Password, cfg.Trace = password, trace
	id, err = list.Open(cfg)
	if err != nil {
		err = errors.New(appws.Explain(err))
	}
	return id, err
}

// talk is a session whose messages a command sends and receives.
type talk struct {
	list *sessions.List
	id   int
	came chan appws.Message // when full the connection is not read
	done chan struct{}
}

// newTalk opens a session.
func newTalk(t *target) (*talk, error) {
	c := &talk{list: sessions.New(sessions.Options{}), came: make(chan appws.Message, 64), done: make(chan struct{})}
	id, err := t.open(c.list, c.take)
	if err != nil {
		_ = c.list.Close()
		return nil, err
	}
	c.id = id
	return c, nil
}

// take passes on what came besides the login. The command may be slow: then the sender waits.
func (c *talk) take(f appws.Frame) {
	m, err := appws.ParseMessage(f.Text)
	if f.Dir != appws.In || err == nil && record.IsHandshake(m) {
		return
	}
	select {
	case c.came <- m:
	case <-c.done:
	}
}

func (c *talk) close() {
	close(c.done)
	_ = c.list.Close()
}

// view is how the session stands.
func (c *talk) view() sessions.View {
	for _, v := range c.list.Views() {
		if v.ID == c.id {
			return v
		}
	}
	return sessions.View{}
}

// opened waits for the login. It gives up where there will be none without a person.
func (c *talk) opened(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range c.list.Watch(ctx) {
		switch v := c.view(); v.State {
		case sessions.Open:
			return nil
		case sessions.Refused, sessions.Ended:
			return errors.New(v.Why)
		}
	}
	return fmt.Errorf("there is no connection: %s", cmp.Or(c.view().Why, "The server has not answered the login yet."))
}

// SendText is of script.Peer.
func (c *talk) SendText(ctx context.Context, text string) error {
	for {
		err := c.list.Send(c.id, []byte(text))
		switch {
		case errors.Is(err, sessions.ErrBusy):
			select {
			case <-time.After(10 * time.Millisecond):
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		case errors.Is(err, appws.ErrNotConnected):
			if err := c.opened(ctx); err != nil {
				return err
			}
			continue
		}
		return err
	}
}

// Recv is of script.Peer.
func (c *talk) Recv(ctx context.Context) (appws.Message, error) {
	select {
	case m := <-c.came:
		return m, nil
	case <-ctx.Done():
		return appws.Message{}, ctx.Err()
	}
}

// connectWait is how long connect waits at the end of its input for answers that are due.
const connectWait = 5 * time.Second

func connectCommand(p app.Program) *cobra.Command {
	t := target{program: p}
	cmd := &cobra.Command{
		Use: "connect [SESSION]", Short: "send and receive JSON lines over a session that logs in and reconnects by itself",
		Long: `Each input line is sent as a message, and each message received is an output line. SESSION is a session of
config.toml; --url describes one that is not there. The state of the connection goes to the error output. After
the end of the input, connect waits up to 5 seconds for answers that are due.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := t.named(args); err != nil {
				return err
			}
			c, err := newTalk(&t)
			if err != nil {
				return err
			}
			defer c.close()
			return c.pipe(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
		ValidArgsFunction: completeSessions(p),
	}
	t.flags(cmd)
	return cmd
}

func completeSessions(p app.Program) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return p.Sessions(), cobra.ShellCompDirectiveNoFileComp
	}
}

// named takes the name of the session.
func (t *target) named(args []string) error {
	switch {
	case len(args) > 1:
		return misused("one session at a time, not %q as well", args[1])
	case t.config.URL != "" && len(args) > 0:
		return misused("either a session of config.toml or --url, not both")
	case t.config.URL == "" && len(args) == 0:
		return misused("name a session of config.toml, or give --url and --app")
	case len(args) == 1:
		t.name = args[0]
	}
	return nil
}

// pipe passes lines on in both directions until the input ends or the session does.
func (c *talk) pipe(ctx context.Context, in io.Reader, out, trouble io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer cancel()
	tasks.Go(func() { c.reportStates(ctx, trouble) })
	printed := make(chan struct{})
	tasks.Go(func() {
		defer close(printed)
		for {
			m, err := c.Recv(ctx)
			if err != nil {
				return
			}
			if _, err := fmt.Fprintf(out, "%s\n", oneLine(m.Raw)); err != nil {
				return
			}
		}
	})
	if err := c.opened(ctx); err != nil {
		return err
	}
	due := c.view().Sent
	lines := jsonl.Lines(in, appws.MaxMessage+1)
	n := 1
	for ; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		if err := appws.CheckMessage([]byte(text)); err != nil {
			return fmt.Errorf("line %d: %s", n, appws.Explain(err))
		}
		if err := c.SendText(ctx, text); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		due++
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("line %d: %s", n, appws.Explain(appws.ErrTooLong))
	case err != nil:
		return err
	}
	c.settle(ctx, due)
	return nil
}

// oneLine is a message without line breaks between its parts.
func oneLine(raw []byte) []byte {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		text, _ := json.Marshal(string(raw))
		return text
	}
	return b.Bytes()
}

// reportStates says how the connection stands, once for each change.
func (c *talk) reportStates(ctx context.Context, trouble io.Writer) {
	var before sessions.State
	for range c.list.Watch(ctx) {
		v := c.view()
		if v.State == before {
			continue
		}
		before = v.State
		fmt.Fprintln(trouble, strings.TrimSpace("patchcord: "+string(v.State)+". "+v.Why))
	}
}

// settle waits until so many messages were sent and all are answered.
func (c *talk) settle(ctx context.Context, due uint64) {
	ctx, cancel := context.WithTimeout(ctx, connectWait)
	defer cancel()
	for range c.list.Watch(ctx) {
		if v := c.view(); v.Sent >= due && v.Pending == 0 && len(c.came) == 0 {
			return
		}
	}
}

func expectCommand(p app.Program) *cobra.Command {
	t := target{program: p}
	cmd := &cobra.Command{
		Use: "expect FILE [SESSION]", Short: "play a conversation from a file and check that it goes as written",
		Long: `The file has one step per line:

  > {"mt":"Echo","api":"echo","src":"1"}   sends a message
  < {"mt":"EchoResult","src":"*"}          waits for a message that has these members, "*" for any text
  ! {"mt":"Error"}                         this message must not come before the next one that a step waits for
  within 10s                               how long each later message may take; 5s by default
  pause 500ms                              waits

Lines that begin with # are comments. Messages that no step waits for are ignored. The exit code is 0 if every
step succeeds.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return misused("appws expect needs a file; appws expect --help says more")
			}
			if err := t.named(args[1:]); err != nil {
				return err
			}
			return expect(cmd.Context(), &t, args[0])
		},
	}
	t.flags(cmd)
	return cmd
}

// expectOpen is how long the login may take.
const expectOpen = 30 * time.Second

func expect(ctx context.Context, t *target, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	steps, err := script.Read(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	c, err := newTalk(t)
	if err != nil {
		return err
	}
	defer c.close()
	early, cancel := context.WithTimeout(ctx, expectOpen)
	defer cancel()
	if err := c.opened(early); err != nil {
		return err
	}
	if err := steps.Run(ctx, c); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func proxyCommand() *cobra.Command {
	var listen, to, env, file string
	var secrets bool
	var pin string
	cmd := &cobra.Command{
		Use: "proxy", Short: "pass AppWebsocket connections on and print their messages", Args: nothing,
		Long: `Let the app or browser connect to the --listen address instead of its server. The proxy passes each message on
unchanged and prints it as a line of JSON, with its result paired. With the app's password in --password-env it
also shows the texts that the session key decrypts. --record writes a file that you can open in the pane with o.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to == "" {
				return misused("appws proxy needs --to, the address of the server")
			}
			d := &desk{out: cmd.OutOrStdout(), secrets: secrets, history: record.New(record.Options{MaxEntries: 100_000, MaxBytes: 256 << 20})}
			p, err := proxy.New(proxy.Config{
				To: to, Server: appws.Config{Pin: pin, Proxy: proxies.Of("")}, Password: os.Getenv(env), Frame: d.frame, Note: d.note,
			})
			if err != nil {
				return errors.New(appws.Explain(err))
			}
			err = listenAndServe(cmd.Context(), p, listen, "goes to "+to, cmd.ErrOrStderr())
			if file != "" {
				err = errors.Join(err, d.save(file, to))
			}
			return err
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:9000", "listen at this `ADDRESS`")
	cmd.Flags().StringVar(&to, "to", "", "pass on to this `URL`, ws: or wss:; without a path that of each client is added")
	cmd.Flags().StringVar(&env, "password-env", "APPWS_PASSWORD", "the environment `VARIABLE` that has the app's password, to decrypt with")
	cmd.Flags().StringVar(&file, "record", "", "write the record to this `FILE` at the end")
	cmd.Flags().BoolVar(&secrets, "secrets", false, "print and record secrets too")
	cmd.Flags().StringVar(&pin, "pin", "", "trust this public `KEY`, sha256/ and base64")
	return cmd
}

// desk prints and keeps what a proxy passes on.
type desk struct {
	out     io.Writer
	secrets bool

	mu      sync.Mutex
	history *record.History
}

// proxied is a line of the output.
type proxied struct {
	Conn int `json:"conn"`
	record.Entry
	Decrypted map[string]string `json:"decrypted,omitempty"`
}

func (d *desk) frame(conn int, f appws.Frame, key appws.SessionKey) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.history.Message(f)
	if d.secrets {
		e, _ = d.history.Reveal(e.N)
	}
	d.print(proxied{conn, e, d.history.Decrypted(f.Text, key, d.secrets)})
}

func (d *desk) note(conn int, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.print(proxied{Conn: conn, Entry: d.history.Note(time.Now(), text)})
}

// print needs the lock.
func (d *desk) print(p proxied) {
	if line, err := jsonl.Marshal(p); err == nil {
		_, _ = d.out.Write(line) // the record is complete without it
	}
}

// service is an http.Handler with connections of its own.
type service interface {
	http.Handler
	Close() error
}

// listenAndServe runs a service until ctx ends, and says where and what it does.
func listenAndServe(ctx context.Context, s service, listen, does string, trouble io.Writer) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("it cannot listen at %s: %w", listen, err)
	}
	fmt.Fprintf(trouble, "patchcord: ws://%s %s\n", listener.Addr(), does)
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) })
	<-ctx.Done()
	_ = s.Close()
	_ = server.Close()
	serving.Wait()
	return nil
}

// save writes the record.
func (d *desk) save(path, to string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	log := record.Log{Name: "proxy", URL: to, Entries: d.history.Entries(d.secrets)}
	return errors.Join(log.Write(w), w.Flush(), f.Close())
}
