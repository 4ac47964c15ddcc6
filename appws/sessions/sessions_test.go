package sessions

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/appwstest"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/internal/pipenet"
)

// lab is a practice PBX and an echo service on a network of fake time, and Sessions that
// know both.
type lab struct {
	t            *testing.T
	pbxNet, net  *pipenet.Net
	pbx          *appwstest.PBX
	app          *appws.Service
	sessions     *List
	pbxID, appID int
}

func newLab(t *testing.T, cfg Options) (l *lab, stop func()) {
	t.Helper()
	pbx, app := practicePair()
	l = &lab{t: t, pbxNet: pipenet.New(), net: pipenet.New(), pbx: pbx, app: app, sessions: New(cfg)}
	stopPBX, stopApp := l.pbxNet.Serve(pbx), l.net.Serve(app)
	return l, func() {
		_ = l.sessions.Close()
		stopPBX()
		stopApp()
	}
}

// open opens the session "pbx" and the session "echo", which gets its login from the first.
func (l *lab) open() {
	l.t.Helper()
	var err error
	l.pbxID, err = l.sessions.Open(Config{Name: "pbx", Config: appws.Config{
		URL: "ws://pipe/PBX0/APPS/websocket?token=t0p", App: "obj", Password: "objpw", DialContext: l.pbxNet.Dial,
	}})
	if err != nil {
		l.t.Fatal(err)
	}
	synctest.Wait()
	l.appID, err = l.sessions.Open(Config{Name: "echo", Via: "pbx", Config: appws.Config{
		URL: "ws://pipe/echo", App: "echo", DialContext: l.net.Dial, KeepAlive: time.Minute,
	}})
	if err != nil {
		l.t.Fatal(err)
	}
	synctest.Wait()
}

func (l *lab) view(name string) View {
	l.t.Helper()
	for _, v := range l.sessions.Views() {
		if v.Name == name {
			return v
		}
	}
	l.t.Fatalf("no session %s", name)
	return View{}
}

func (l *lab) send(id int, text string) {
	l.t.Helper()
	if err := l.sessions.Send(id, []byte(text)); err != nil {
		l.t.Fatal(err)
	}
	synctest.Wait()
}

// summary tells an entry in a few words.
func summary(e record.Entry) string {
	if e.Dir == record.Note {
		return "note"
	}
	s := fmt.Sprintf("%s %s", e.Dir, e.MT)
	if e.State != record.Unpaired {
		s += " " + string(e.State)
	}
	if e.Pair != 0 {
		s += fmt.Sprintf(" %d", e.Pair)
	}
	return s
}

func summaries(v View) []string {
	var list []string
	for _, e := range v.Entries {
		list = append(list, summary(e))
	}
	return list
}

func TestSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, stop := newLab(t, Options{})
		defer stop()
		l.open()
		l.send(l.appID, `{"mt":"Echo","api":"echo","src":"a","data":{"password":"s3cret","note":"open"}}`)
		l.send(l.appID, `{"mt":"NoSuch","api":"nobody"}`)
		pass(3 * time.Second)
		v := l.view("echo")
		want := []string{
			"out AppChallenge answered 2", "in AppChallengeResult 1", "out AppLogin answered 4", "in AppLoginResult 3", "note",
			"out Echo answered 7", "in EchoResult 6", "out NoSuch pending",
		}
		if got := summaries(v); !reflect.DeepEqual(got, want) {
			t.Errorf("record\n%q, want\n%q", got, want)
		}
		if v.State != Open || v.Pending != 1 || v.Sent != 4 || v.Received != 3 || v.Reconnects != 0 || v.Why != "" {
			t.Errorf("view %+v", v)
		}
		if e := v.Entries[7]; !e.Waiting(time.Now()) || e.Waiting(e.At.Add(time.Second)) {
			t.Errorf("after 3s the request is not waiting: %+v", e)
		}
		if v := l.view("pbx"); v.User != "obj" {
			t.Errorf("logged in at the PBX as %s", v.User)
		}
		if url := l.view("pbx").URL; url != "ws://pipe/PBX0/APPS/websocket" {
			t.Errorf("the view shows the URL %s", url)
		}
		if v.User != "obj@example.com" {
			t.Errorf("logged in as %s", v.User)
		}
		l.checkSecrets(v)
	})
}

// checkSecrets checks that the views show the secrets of the conversation only with reveal.
func (l *lab) checkSecrets(v View) {
	t := l.t
	t.Helper()
	all, err := json.Marshal(l.sessions.Views())
	if err != nil {
		t.Fatal(err)
	}
	login, err := l.sessions.Reveal(l.appID, 3)
	if err != nil || login.Hidden != 0 {
		t.Fatalf("revealed %+v, %v", login, err)
	}
	var sent struct{ Digest string }
	_ = json.Unmarshal([]byte(login.Text), &sent)
	for _, secret := range []string{"s3cret", "t0p", sent.Digest, "objpw", "apppw"} {
		if secret == "" || bytes.Contains(all, []byte(secret)) {
			t.Errorf("the views hold the secret %q", secret)
		}
	}
	if e := v.Entries[5]; e.Hidden != 1 || e.Text != `{"mt":"Echo","api":"echo","src":"a","data":{"password":"<hidden, 6 chars>","note":"open"}}` {
		t.Errorf("hidden as %s", e.Text)
	}
	var again []View
	if err := json.Unmarshal(all, &again); err != nil {
		t.Fatal(err)
	}
	if second, _ := json.Marshal(again); !bytes.Equal(all, second) {
		t.Error("a view does not survive JSON")
	}
	if _, err := l.sessions.Reveal(l.appID, 99); !errors.Is(err, ErrNoEntry) {
		t.Errorf("revealed what is not there: %v", err)
	}
}

// TestSessionsBigMessage: a message above the limit is recorded by its beginning, and the session stays.
func TestSessionsBigMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		service := newTestService()
		service.HandleAPI("big", func(ctx context.Context, c *appws.APIConn) error {
			for {
				m, err := c.Recv(ctx)
				if err != nil {
					return err
				}
				answer, _ := m.Result(map[string]string{"pad": strings.Repeat("x", 60_000)})
				if err := c.Send(ctx, answer); err != nil {
					return err
				}
			}
		})
		defer net.Serve(service)()
		sessions := New(Options{})
		defer sessions.Close()
		id, err := sessions.Open(Config{Name: "a", Config: appws.Config{
			URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial, ReadLimit: 50_000,
		}})
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		for range 2 {
			if err := sessions.Send(id, []byte(`{"mt":"Get","api":"big","src":"s1"}`)); err != nil {
				t.Fatal(err)
			}
			pass(time.Second)
		}
		v := sessions.Views()[0]
		var answers []record.Entry
		for _, e := range v.Entries {
			if e.MT == "GetResult" {
				answers = append(answers, e)
			}
		}
		if v.State != Open || v.Reconnects != 0 || v.Pending != 0 || len(answers) != 2 {
			t.Fatalf("%s after %d reconnects, %d pending, %d answers: %s", v.State, v.Reconnects, v.Pending, len(answers), v.Why)
		}
		if e := answers[1]; !e.Cut || e.Bytes < 60_000 || len(e.Text) != 1024 || e.Src != "s1" || v.BytesIn < 120_000 {
			t.Errorf("kept of %d bytes: %q, cut %t", e.Bytes, e.Text, e.Cut)
		}
	})
}

// TestSessionsOnLogin: what a session is to send after a login goes out again after a loss, and one that
// is to connect once ends with its first loss.
func TestSessionsOnLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService())()
		sessions := New(Options{})
		defer sessions.Close()
		open := func(name string, c Config) {
			c.Name, c.URL, c.App, c.Password, c.DialContext = name, "ws://pipe/", "a", "pw", net.Dial
			if _, err := sessions.Open(c); err != nil {
				t.Fatal(err)
			}
			pass(time.Second)
		}
		open("again", Config{OnLogin: []string{`{"mt":"One"}`, `{"mt":"Two"}`}})
		net.Cut(false)
		pass(5 * time.Second)
		open("once", Config{Config: appws.Config{NoReconnect: true}})
		net.Cut(false)
		pass(time.Minute)
		views := sessions.Views()
		var sent []string
		for _, e := range views[0].Entries {
			if e.Dir == appws.Out && !e.Handshake {
				sent = append(sent, e.MT)
			}
		}
		if !slices.Equal(sent, []string{"One", "Two", "One", "Two"}) || views[0].State != Open {
			t.Errorf("%s sent %v", views[0].State, sent)
		}
		if v := views[1]; v.State != Ended || v.Why == "" {
			t.Errorf("once: %s, %q", v.State, v.Why)
		}
		if _, err := sessions.Open(Config{Name: "bad", OnLogin: []string{`{}`}, Config: appws.Config{URL: "ws://pipe/", App: "a", Password: "pw"}}); !errors.Is(err, appws.ErrNoType) {
			t.Errorf("a message without a type: %v", err)
		}
	})
}

// TestSessionKeys: each message has the key of the connection that it came on, one from a record has none.
func TestSessionKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, stop := newLab(t, Options{})
		defer stop()
		l.open()
		first := l.view("pbx").Entries
		l.pbxNet.Cut(false)
		pass(10 * time.Second)
		now := l.view("pbx").Entries
		keyAt := func(n uint64) appws.SessionKey {
			key, err := l.sessions.Key(l.pbxID, n)
			if err != nil {
				t.Errorf("entry %d: %v", n, err)
			}
			return key
		}
		before, after := keyAt(first[len(first)-1].N), keyAt(now[len(now)-1].N)
		if before == after || len(before) != 64 || keyAt(first[3].N) != before {
			t.Errorf("the keys are as long as %d and %d and the same: %t", len(before), len(after), before == after)
		}
		if key, err := l.sessions.Key(l.pbxID, 1); !errors.Is(err, ErrNoKey) {
			t.Errorf("before the challenge: %v, %v", len(key), err)
		}
		if _, err := l.sessions.Key(99, 1); !errors.Is(err, ErrNoSession) {
			t.Error(err)
		}
	})
}

// TestUnanswered marks a session from the first KeepAlive that nothing of the peer follows, although more of
// them are sent meanwhile.
func TestUnanswered(t *testing.T) {
	n := newSession(New(Options{}), 1, "x")
	n.view.State, n.view.KeepAlive = Open, 5*time.Second
	began := time.Now()
	for _, step := range []struct {
		at   time.Duration // after the first
		dir  appws.Direction
		want time.Duration
	}{
		{0, appws.Out, 0}, {5 * time.Second, appws.Out, 0}, {10 * time.Second, appws.Out, 10 * time.Second},
		{15 * time.Second, appws.Out, 15 * time.Second}, {16 * time.Second, appws.In, 0}, {30 * time.Second, appws.In, 0},
		{35 * time.Second, appws.Out, 0}, {45 * time.Second, appws.Out, 10 * time.Second},
	} {
		now := began.Add(step.at)
		n.record(appws.Frame{At: now, Dir: step.dir, Text: []byte(appws.KeepAliveText)})
		if got := n.view.Unanswered(now); got != step.want {
			t.Errorf("after %s: %s, want %s", step.at, got, step.want)
		}
	}
	n.view.State = Retrying
	if got := n.view.Unanswered(began.Add(time.Minute)); got != 0 {
		t.Errorf("without a connection: %s", got)
	}
	n.view.State, n.view.KeepAlive = Open, 0 // a client of ours, whose KeepAlive we answer
	if got := n.view.Unanswered(began.Add(time.Minute)); got != 0 {
		t.Errorf("at a service: %s", got)
	}
}

// TestSessionsReconnect cuts each connection: the sessions come back by themselves, one through the
// other. Requests without a result are lost and not paired with later results. A session that ended
// ends those that get their logins from it.
func TestSessionsReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, stop := newLab(t, Options{})
		defer stop()
		l.open()
		l.send(l.appID, `{"mt":"NoSuch","api":"nobody"}`)
		l.pbxNet.Cut(true)
		l.net.Cut(false)
		synctest.Wait()
		v := l.view("echo")
		if v.State != Retrying || v.Why == "" || v.RetryAt.Sub(time.Now()) > time.Second || v.RetryAt.Sub(time.Now()) < time.Second/2 || v.Pending != 0 {
			t.Errorf("after the loss: %+v", v)
		}
		if err := l.sessions.Send(l.appID, []byte(`{"mt":"x"}`)); !errors.Is(err, appws.ErrNotConnected) {
			t.Errorf("sent without a connection: %v", err)
		}
		if got := summary(v.Entries[5]); got != "out NoSuch lost" {
			t.Errorf("the request is %s", got)
		}
		pass(10 * time.Minute)
		if err := l.sessions.Retry(l.pbxID); err != nil {
			t.Error(err)
		}
		if v := l.view("echo"); v.State != Retrying || !strings.Contains(v.Why, `"pbx" is not connected`) {
			t.Errorf("without the PBX: %s, %s", v.State, v.Why)
		}
		l.pbxNet.Mend()
		pass(3 * time.Minute)
		for _, name := range []string{"pbx", "echo"} {
			v := l.view(name)
			if v.State != Open || v.Reconnects != 1 || v.Away < 10*time.Minute || v.Away > 13*time.Minute || time.Since(v.BackAt) > 3*time.Minute {
				t.Errorf("%s is not back: %s, away for %s until %s", name, v.State, v.Away, v.BackAt)
			}
		}
		if err := l.sessions.End(l.pbxID); err != nil {
			t.Fatal(err)
		}
		if v := l.view("pbx"); v.State != Ended || v.Why != "You closed it." {
			t.Errorf("closed: %s, %s", v.State, v.Why)
		}
		if err := l.sessions.Retry(l.pbxID); !errors.Is(err, appws.ErrClosed) {
			t.Errorf("tried again after the end: %v", err)
		}
		if v := l.view("echo"); v.State != Open {
			t.Error("the session ended with its authenticator")
		}
		l.net.Cut(false)
		pass(2 * time.Second)
		if v := l.view("echo"); v.State != Ended || !strings.Contains(v.Why, "has ended") {
			t.Errorf("without its authenticator: %s, %s", v.State, v.Why)
		}
	})
}

// TestViaSurvivesALoss: the connection with the PBX is lost while it is asked for a login; both
// sessions come back.
func TestViaSurvivesALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbxNet, appNet := pipenet.New(), pipenet.New()
		pbx := appwstest.NewEcho("pw", appwstest.Options{})
		pbx.HandleAPI("Services", func(ctx context.Context, c *appws.APIConn) error { <-ctx.Done(); return nil }) // never answers
		s := New(Options{})
		defer pbxNet.Serve(pbx)()
		defer appNet.Serve(appwstest.NewEcho("pw", appwstest.Options{}))()
		defer s.Close()
		for _, c := range []Config{
			{Name: "pbx", Config: appws.Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: pbxNet.Dial}},
			{Name: "app", Via: "pbx", Config: appws.Config{URL: "ws://pipe/", App: "b", DialContext: appNet.Dial}},
		} {
			if _, err := s.Open(c); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		pbxNet.Cut(false)
		synctest.Wait()
		if v := s.Views()[1]; v.State != Retrying || !strings.Contains(v.Why, "lost its connection") {
			t.Errorf("%s: %s", v.State, v.Why)
		}
	})
}

// TestViaWaits: sessions may be opened in any order; one that needs another waits for it, but not
// for ever.
func TestViaWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, stop := newLab(t, Options{})
		defer stop()
		open := func(c Config) {
			if _, err := l.sessions.Open(c); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		open(Config{Name: "echo", Via: "pbx", Config: appws.Config{URL: "ws://pipe/", App: "echo", DialContext: l.net.Dial}})
		open(Config{Name: "lost", Via: "nobody", Config: appws.Config{URL: "ws://pipe/", App: "echo", DialContext: l.net.Dial}})
		pass(viaTimeout - time.Second)
		open(Config{Name: "pbx", Config: appws.Config{URL: "ws://pipe/", App: "obj", Password: "objpw", DialContext: l.pbxNet.Dial}})
		v := l.view("echo")
		if v.State != Open || len(v.Entries) != 5 {
			t.Errorf("%s: %q", v.State, summaries(v))
		}
		pass(2 * time.Second)
		if v := l.view("lost"); v.State != Ended {
			t.Errorf("a session by way of nobody is %s: %s", v.State, v.Why)
		}
	})
}

func TestSessionsManage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, stop := newLab(t, Options{})
		defer stop()
		l.open()
		s := l.sessions
		good := appws.Config{URL: "ws://pipe/", Password: "p", DialContext: l.net.Dial}
		if _, err := s.Open(Config{Name: "echo", Config: good}); !errors.Is(err, ErrNameTaken) {
			t.Errorf("the same name: %v", err)
		}
		if _, err := s.Open(Config{Name: "x", Config: appws.Config{URL: "conn:x", Password: "p"}}); !errors.Is(err, appws.ErrConnScheme) {
			t.Errorf("a bad URL: %v", err)
		}
		var syntax *appws.SyntaxError
		if err := s.Send(l.appID, []byte(`{"mt":"x",}`)); !errors.As(err, &syntax) || syntax.Offset != 10 {
			t.Errorf("bad JSON: %v", err)
		}
		if err := s.Send(l.appID, []byte(`{}`)); !errors.Is(err, appws.ErrNoType) {
			t.Errorf("no mt: %v", err)
		}
		l.app.HandleAPI("stuck", func(ctx context.Context, c *appws.APIConn) error { <-ctx.Done(); return nil })
		var err error
		for n := 0; err == nil && n < 3*outboxRoom; n++ { // those that the network takes wait for a service that does not read
			err = s.Send(l.appID, []byte(`{"mt":"x","api":"stuck"}`))
			synctest.Wait()
		}
		if !errors.Is(err, ErrBusy) {
			t.Errorf("a full outbox: %v", err)
		}
		for _, err := range []error{s.Send(9, []byte(`{"mt":"x"}`)), s.End(9), s.Forget(9), s.Save(9, nil, false), s.Retry(9)} {
			if !errors.Is(err, ErrNoSession) {
				t.Errorf("no session: %v", err)
			}
		}
		if err := s.Forget(l.appID); err != nil {
			t.Fatal(err)
		}
		if v := s.Views(); len(v) != 1 {
			t.Errorf("%d sessions after Forget", len(v))
		}
		_ = s.Close()
		if _, err := s.Open(Config{Name: "late", Config: good}); !errors.Is(err, appws.ErrClosed) {
			t.Errorf("opened after Close: %v", err)
		}
		if _, ok := <-s.Watch(t.Context()); ok {
			t.Error("a watch after Close")
		}
	})
}

// TestWatch: a watcher sees the last state even if it missed those before, and ends with its
// context.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, stop := newLab(t, Options{})
		defer stop()
		ctx, cancel := context.WithCancel(t.Context())
		views := l.sessions.Watch(ctx)
		if v := <-views; len(v) != 0 {
			t.Errorf("first view %v", v)
		}
		l.open()
		for range 100 {
			l.send(l.appID, `{"mt":"Echo","api":"echo"}`)
		}
		pass(time.Second)
		v := <-views
		if len(v) != 2 || v[1].Sent != 102 || v[1].Received != 102 {
			t.Errorf("the newest view is not the last: %d sent", v[1].Sent)
		}
		pass(30 * time.Second)
		select {
		case <-views:
			t.Error("a view without news")
		default:
		}
		cancel()
		synctest.Wait()
		if _, ok := <-views; ok {
			t.Error("the watch goes on")
		}
	})
}

// TestLog saves a record, shows it again and replays it with its pauses.
func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, stop := newLab(t, Options{})
		defer stop()
		l.open()
		l.send(l.appID, `{"mt":"Echo","api":"echo","data":"<&>\u2028 ü"}`)
		pass(10 * time.Second)
		l.send(l.appID, "{ \"mt\": \"Echo\",\n \"api\":\"echo\", \"data\":2 }")
		l.send(l.appID, `{"mt":"Echo","api":"echo","data":{"password":"s3cret"}}`)

		var hidden, open bytes.Buffer
		if err := errors.Join(l.sessions.Save(l.appID, &hidden, false), l.sessions.Save(l.appID, &open, true)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(hidden.String(), "s3cret") || !strings.Contains(open.String(), "s3cret") {
			t.Error("secrets are not saved as asked for")
		}
		lines := strings.Count(hidden.String(), "\n")
		if n := len(l.view("echo").Entries); lines != n+1 {
			t.Errorf("%d lines for %d entries", lines, n)
		}
		if !strings.Contains(hidden.String(), `"message":{"mt":"Echo","api":"echo","data":"<&>\u2028 ü"}`) {
			t.Errorf("the message does not stand in the log as JSON:\n%s", hidden.String())
		}

		log, err := record.Read(&open)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.sessions.Load("shown", log); err != nil {
			t.Fatal(err)
		}
		before, shown := l.view("echo"), l.view("shown")
		if shown.State != Replayed || shown.Sent != before.Sent || shown.BytesIn != before.BytesIn {
			t.Errorf("shown as %+v", shown)
		}
		a, _ := json.Marshal(before.Entries)
		b, _ := json.Marshal(shown.Entries)
		if !bytes.Equal(a, b) {
			t.Errorf("the record is another one:\n%s\n%s", a, b)
		}

		began := time.Now()
		if sent, err := l.sessions.Replay(t.Context(), l.appID, log, 0.25); err != nil || sent != 3 {
			t.Fatal(sent, err)
		}
		synctest.Wait()
		if took := time.Since(began); took != 2500*time.Millisecond {
			t.Errorf("replayed in %s", took)
		}
		v := l.view("echo")
		if n := len(v.Entries); v.Sent != before.Sent+3 || !strings.Contains(v.Entries[n-8].Text, "begins: 3 to send") {
			t.Errorf("%d sent after the replay, %d before: %q", v.Sent, before.Sent, summaries(v))
		}
		began = time.Now()
		if _, err := l.sessions.Replay(t.Context(), l.appID, log, 1); err != nil || time.Since(began) != MaxReplayPause {
			t.Errorf("replayed in %s, %v", time.Since(began), err)
		}
		stopped, stop2 := context.WithTimeout(t.Context(), time.Second)
		defer stop2()
		if sent, err := l.sessions.Replay(stopped, l.appID, log, 1); sent != 1 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("stopped after %d, %v", sent, err)
		}
		secretless, err := record.Read(&hidden)
		if err != nil {
			t.Fatal(err)
		}
		if sent, err := l.sessions.Replay(t.Context(), l.appID, secretless, 0); sent > 0 || !errors.Is(err, ErrSecretsMissing) {
			t.Errorf("%d of a log without its secrets were replayed: %v", sent, err)
		}
		if _, err := l.sessions.Replay(t.Context(), l.view("shown").ID, log, 0); !errors.Is(err, appws.ErrNotConnected) {
			t.Errorf("replayed on a log: %v", err)
		}
	})
}

// practicePair is a practice PBX that lets the object "obj" in and knows the app "echo", and
// that app's service.
func practicePair() (*appwstest.PBX, *appws.Service) {
	pbx := appwstest.NewPBX("example.com", map[string]string{"obj": "objpw"}, appwstest.Options{})
	pbx.SetApps(appwstest.App{Name: "echo", Title: "Echo", URL: "http://pipe/example.com/echo/echo", App: "echo.htm", Password: "apppw"})
	return pbx, appwstest.NewEcho("apppw", appwstest.Options{})
}

// pass lets time go by in a bubble of fake time.
func pass(d time.Duration) { <-time.After(d) }

// newTestService is a service whose password is "pw".
func newTestService() *appws.Service {
	return appwstest.NewEcho("pw", appwstest.Options{})
}
