package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// order is an intent that came to the phone.
type order struct {
	receipt phone.Receipt
	intent  phone.Intent
}

// standIn is a phone that publishes what it is told to.
type standIn struct {
	newest.Hub[phone.Snapshot]
	orders chan order
	n      uint64
	well   chan struct{} // full while the phone stands still
}

func (p *standIn) Do(i phone.Intent) (phone.Receipt, error) { return 0, p.DoAs(0, i) }

func (p *standIn) Probe(ctx context.Context) error {
	select {
	case p.well <- struct{}{}:
		<-p.well
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Publish numbers snapshots, as a phone does.
func (p *standIn) Publish(s phone.Snapshot) {
	p.n++
	s.N = p.n
	p.Hub.Publish(s)
}

func (p *standIn) DoAs(r phone.Receipt, i phone.Intent) error {
	select {
	case p.orders <- order{r, i}:
		return nil
	default:
		return phone.ErrBusy
	}
}

// standInSessions are one that echoes.
type standInSessions struct {
	newest.Hub[[]sessions.View]
	replayed chan struct{} // closed when a replay was stopped
	filters  map[string]string
}

func (s *standInSessions) Send(id int, text []byte) error {
	if id != 1 {
		return sessions.ErrNoSession
	}
	s.Publish([]sessions.View{{ID: 1, Name: "crm", Entries: []record.Entry{{N: 1, Text: string(text)}}}})
	return nil
}
func (s *standInSessions) Reveal(_ int, n uint64) (record.Entry, error) {
	return record.Entry{N: n, Text: "secret"}, nil
}
func (s *standInSessions) Retry(int) error                   { panic("a fault") }
func (s *standInSessions) Forget(int) error                  { return nil }
func (s *standInSessions) Save(int, bool) (string, error)    { return "/tmp/crm.jsonl", nil }
func (s *standInSessions) Archive(int, bool) (string, error) { return "/tmp/crm.har", nil }
func (s *standInSessions) Key(_ int, n uint64) (appws.SessionKey, error) {
	return appws.SessionKey(strconv.FormatUint(n, 10)), nil
}
func (s *standInSessions) Phrases() (filters, snippets map[string]string) { return s.filters, nil }
func (s *standInSessions) Keep(filters, _ map[string]string) error {
	s.filters = filters
	return nil
}
func (s *standInSessions) Saved() ([]string, error)      { return []string{"b", "a"}, nil }
func (s *standInSessions) Load(name string) (int, error) { return len(name), nil }
func (s *standInSessions) Replay(ctx context.Context, _, _ int) (int, error) {
	<-ctx.Done()
	close(s.replayed)
	return 3, ctx.Err()
}

// office is a phone with a desk.
type office struct {
	*testing.T
	phone *standIn
	apps  *standInSessions
	desk  *Desk
}

func newOffice(t *testing.T) *office {
	o := &office{T: t, phone: &standIn{orders: make(chan order, 8), well: make(chan struct{}, 1)}, apps: &standInSessions{replayed: make(chan struct{})}}
	o.desk = NewDesk(Config{Phone: o.phone, Sessions: o.apps, About: About{Program: "0.1", Host: "box", Sessions: true}})
	o.phone.Publish(board(3))
	return o
}

// board is a snapshot with so many people, the first of them in a call.
func board(people int) phone.Snapshot {
	st := pbxws.NewState("201")
	for i := range people {
		id := pbxws.AccountID(fmt.Sprint(200 + i))
		st.Accounts = st.Accounts.With(id, pbxws.Account{ID: id, Name: fmt.Sprintf("Person Number %d", i), Registered: true, BLF: pbxws.BLFIdle, Learnt: time.Now().Round(0)})
	}
	st.Calls = st.Calls.With("c", pbxws.Call{ID: "c", Members: []pbxws.AccountID{"200"}, Phase: pbxws.PhaseConnected})
	return phone.Snapshot{
		Now: time.Now().Round(0), Links: []phone.LinkView{{Link: phone.Link{State: phone.LinkUp, User: "201"}, Caps: pbxws.CapHold, PBX: st}},
		Legs: []phone.Leg{{ID: "leg", N: 1, State: phone.Connected, Peer: pbxws.Party{Number: "305"}}},
	}.On("")
}

// serve serves one screen, whose end is near, until cancel; then served is closed.
func (o *office) serve() (near net.Conn, served <-chan struct{}, cancel func()) {
	near, far := net.Pipe()
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(o.Context())
	go func() {
		defer close(done)
		o.desk.Serve(ctx, far)
	}()
	return near, done, cancel
}

// attached is a screen that runs.
type attached struct {
	*Screen
	t     *testing.T
	notes chan Note
	end   chan error
	leave context.CancelFunc
}

func (o *office) attach(readOnly bool) *attached {
	o.Helper()
	near, far := net.Pipe()
	served := make(chan struct{})
	ctx, cancel := context.WithCancel(o.Context())
	go func() {
		defer close(served)
		defer far.Close()
		o.desk.Serve(ctx, far)
	}()
	s, err := Open(near, Options{Program: "0.1", ReadOnly: readOnly})
	if err != nil {
		o.Fatal(err)
	}
	a := &attached{Screen: s, t: o.T, notes: make(chan Note, 8), end: make(chan error, 1)}
	run, leave := context.WithCancel(o.Context())
	a.leave = leave
	go func() { a.end <- s.Run(run, func(_ context.Context, n Note) { a.notes <- n }) }()
	o.Cleanup(func() { leave(); cancel(); <-served })
	return a
}

// sees waits until a snapshot shows something.
func (a *attached) sees(what string, ok func(phone.Snapshot) bool) phone.Snapshot {
	a.t.Helper()
	for s := range a.Watch(a.t.Context()) {
		if ok(s) {
			return s
		}
	}
	a.t.Fatalf("not seen: %s", what)
	return phone.Snapshot{}
}

// TestTwoScreens: both show what the phone shows, and each has receipts of its own.
func TestTwoScreens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		one, two := o.attach(false), o.attach(false)
		for _, a := range []*attached{one, two} {
			s := a.sees("the call", func(s phone.Snapshot) bool { return len(s.Legs) == 1 })
			if s.Link.User != "201" || !s.Caps.Has(pbxws.CapHold) || s.PBX.Lamp(s.PBX.Accounts.At("200")) != pbxws.LampBusy || s.PBX.Lamp(s.PBX.Accounts.At("201")) != pbxws.LampFree {
				t.Errorf("%+v", s.Link)
			}
		}
		mine, err := one.Do(phone.Hold{Leg: "leg"})
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := two.Do(phone.TransferBlind{Leg: "leg", To: "203"})
		if err != nil {
			t.Fatal(err)
		}
		got := map[phone.Receipt]phone.Intent{}
		for range 2 {
			in := <-o.phone.orders
			got[in.receipt] = in.intent
		}
		if mine == theirs || got[mine] != (phone.Hold{Leg: "leg"}) || got[theirs] != (phone.TransferBlind{Leg: "leg", To: "203"}) {
			t.Errorf("%d and %d: %+v", mine, theirs, got)
		}
		later := board(3)
		later.Legs, later.Notices = nil, []phone.Notice{{N: 1, Text: "transferred", Of: theirs}}
		o.phone.Publish(later)
		for _, a := range []*attached{one, two} {
			a.sees("the outcome", func(s phone.Snapshot) bool { return len(s.Legs) == 0 && s.Notices[0].Of == theirs })
		}
		o.desk.Return("hq")
		o.phone.Close()
		for _, a := range []*attached{one, two} {
			var gone *GoneError
			if err := <-a.end; !errors.As(err, &gone) || gone.Profile != "hq" || !gone.Again {
				t.Errorf("ended with %v", err)
			}
		}
	})
}

// TestNotesWaitForAScreen: a phone without screens keeps its newest notes for the next one, once.
func TestNotesWaitForAScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.desk.Tell(Note{Text: "a phone that ends with its screen has said that there"})
		o.desk.About.Stays = true
		for i := range notesKept + 2 {
			o.desk.Tell(Note{Text: fmt.Sprint(i)})
		}
		one := o.attach(false)
		for i := range notesKept {
			if n := <-one.notes; n.Text != fmt.Sprint(i+2) {
				t.Errorf("note %d says %q", i, n.Text)
			}
		}
		two := o.attach(false)
		synctest.Wait()
		if len(one.notes)+len(two.notes) > 0 {
			t.Error("more was said")
		}
	})
}

// TestNotes: every screen is told, one is asked; one that only watches changes nothing.
func TestNotes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		if o.desk.AskPerson(Note{Dial: "203"}) {
			t.Error("somebody was asked, and nobody is there")
		}
		one, two, watcher := o.attach(false), o.attach(false), o.attach(true)
		synctest.Wait()
		o.desk.Tell(Note{Text: "a hook said so"})
		for _, a := range []*attached{one, two, watcher} {
			if n := <-a.notes; n.Text != "a hook said so" {
				t.Errorf("%+v", n)
			}
		}
		if _, err := one.Do(phone.Silence{}); err != nil {
			t.Fatal(err)
		}
		<-o.phone.orders
		if !o.desk.AskPerson(Note{Dial: "203"}) {
			t.Error("nobody was asked")
		}
		if n := <-one.notes; n.Dial != "203" || len(two.notes) != 0 {
			t.Errorf("%+v, and the other has %d", n, len(two.notes))
		}
		if _, err := watcher.Do(phone.HangupAll{}); err == nil {
			t.Error("who watches hung up")
		}
		watcher.Screen.ReadOnly = false // a program that lies
		if _, err := watcher.Do(phone.HangupAll{}); err != nil {
			t.Fatal(err)
		}
		if n := <-watcher.notes; !strings.Contains(n.Text, "read-only") || len(o.phone.orders) != 0 {
			t.Errorf("%+v, and the phone has %d orders", n, len(o.phone.orders))
		}
		for range 9 { // one more than the phone takes
			_, _ = one.Do(phone.Silence{})
			synctest.Wait()
		}
		if n := <-one.notes; !strings.Contains(n.Text, phone.ErrBusy.Error()) {
			t.Errorf("%+v", n)
		}
	})
}

// TestOneReminder: every screen asks for the sound of a call on hold, and the phone makes it once.
func TestOneReminder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		one, two := o.attach(false), o.attach(false)
		for range 2 {
			for _, a := range []*attached{one, two} {
				if _, err := a.Do(phone.Remind{}); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
			}
			if <-o.phone.orders; len(o.phone.orders) != 0 {
				t.Errorf("%d more", len(o.phone.orders))
			}
			time.Sleep(time.Minute)
		}
	})
}

// TestDevicesWhileAnybodyLooks: they are listed for the first screen that shows them, and until the last
// has stopped, also by dying.
func TestDevicesWhileAnybodyLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		one, two := o.attach(false), o.attach(false)
		show := func(a *attached, on bool) {
			if _, err := a.Do(phone.ShowDevices{On: on}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		show(one, true)
		show(two, true)
		show(one, false)
		show(one, false)
		if got := []phone.Intent{(<-o.phone.orders).intent, (<-o.phone.orders).intent}; len(o.phone.orders) != 0 || got[1] != (phone.ShowDevices{On: true}) {
			t.Errorf("%+v and %d more", got, len(o.phone.orders))
		}
		_ = two.conn.Close()
		synctest.Wait()
		if got := <-o.phone.orders; got.intent != (phone.ShowDevices{}) {
			t.Errorf("%+v", got)
		}
	})
}

// TestOwnScreenIsOneOfSeveral: the screen in the process of the phone counts like those of other processes.
func TestOwnScreenIsOneOfSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		own, other := o.desk.Own(), o.attach(false)
		do := func(s interface {
			Do(phone.Intent) (phone.Receipt, error)
		}, i phone.Intent) {
			if _, err := s.Do(i); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		do(other, phone.ShowDevices{On: true})
		do(own, phone.ShowDevices{On: true})
		do(other, phone.ShowDevices{})
		do(own, phone.Remind{})
		do(other, phone.Remind{})
		do(own, phone.Silence{})
		do(own, phone.ShowDevices{})
		want := []phone.Intent{phone.ShowDevices{On: true}, phone.ShowDevices{On: true}, phone.Remind{}, phone.Silence{}, phone.ShowDevices{}}
		for i := range want {
			if got := <-o.phone.orders; got.intent != want[i] {
				t.Errorf("%d: %#v, want %#v", i, got.intent, want[i])
			}
		}
		if len(o.phone.orders) > 0 {
			t.Errorf("and %#v", <-o.phone.orders)
		}
		for s := range own.Watch(t.Context()) {
			if len(s.Legs) == 1 {
				break
			}
		}
	})
}

// TestSilence: a phone that stands still is noticed after three seconds, is asked nothing then, and is there again
// as soon as it goes on. One that only has nothing to say is not silent.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		for _, readOnly := range []bool{false, true} {
			a := o.attach(readOnly)
			silence := a.Silence(t.Context())
			time.Sleep(time.Minute)
			synctest.Wait()
			if len(silence) > 0 {
				t.Fatalf("silent since %s", <-silence)
			}
			o.phone.well <- struct{}{}
			stood := time.Now()
			saved := make(chan error, 1)
			go func() { _, err := a.Sessions().Save(1, false); saved <- err }()
			if aliveAt := <-silence; aliveAt.After(stood) || time.Since(aliveAt) < 3*time.Second || time.Since(stood) > 4*time.Second {
				t.Errorf("stood at %s, said so at %s: alive at %s", stood, time.Now(), aliveAt)
			}
			if err := <-saved; !a.ReadOnly && err != nil {
				t.Errorf("a question was answered: %v", err)
			}
			if _, err := a.Do(phone.Silence{}); err == nil || len(o.phone.orders) > 0 {
				t.Errorf("%v, and the phone has %d orders", err, len(o.phone.orders))
			}
			if err := a.Screen.Renew(t.Context(), ""); !errors.Is(err, errSilent) {
				t.Errorf("%v", err)
			}
			time.Sleep(time.Hour)
			if len(silence) > 0 {
				t.Error("it was said twice")
			}
			<-o.phone.well
			went := time.Now()
			if aliveAt := <-silence; !aliveAt.IsZero() || time.Since(went) > 0 {
				t.Errorf("%s later: %s", time.Since(went), aliveAt)
			}
			if _, err := a.Do(phone.Silence{}); err != nil && !a.ReadOnly {
				t.Error(err)
			}
			if !a.ReadOnly {
				<-o.phone.orders
			}
		}
	})
}

// TestSilentWhileAsked: who waits for an answer without a limit waits no longer when the phone stands still.
func TestSilentWhileAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		a := o.attach(false)
		time.Sleep(time.Minute)
		o.phone.well <- struct{}{}
		if _, err := a.Sessions().Replay(t.Context(), 1, 1); !errors.Is(err, errSilent) {
			t.Errorf("%v", err)
		}
		<-o.phone.well
	})
}

// TestEnds: somebody ended the phone, or it had a fault.
func TestEnds(t *testing.T) {
	for name, c := range map[string]struct {
		end    func(*office, context.CancelFunc)
		wanted bool
		says   string
	}{
		"by down":    {func(o *office, end context.CancelFunc) { o.desk.Farewell("by down"); end() }, true, "by down"},
		"by signal":  {func(_ *office, end context.CancelFunc) { end() }, true, "the phone has ended"},
		"by a fault": {func(o *office, _ context.CancelFunc) { o.phone.Close() }, false, "by a fault of its own"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t)
				near, served, end := o.serve()
				defer end()
				s, err := Open(near, Options{Program: "0.1"})
				if err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { ended <- s.Run(t.Context(), func(context.Context, Note) {}) }()
				synctest.Wait()
				c.end(o, end)
				var gone *GoneError
				if err := <-ended; !errors.As(err, &gone) || gone.Wanted != c.wanted || !strings.Contains(gone.Text, c.says) {
					t.Errorf("%+v", err)
				}
				<-served
			})
		})
	}
}

// TestSessions: they are worked as in the process of the phone. A fault in one answer ends that answer.
func TestSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		r := o.attach(false).Sessions()
		if err := r.Send(1, []byte("hello")); err != nil {
			t.Fatal(err)
		}
		for views := range r.Watch(t.Context()) {
			if len(views) == 1 && views[0].Entries[0].Text == "hello" {
				break
			}
		}
		if err := r.Send(2, nil); err == nil || err.Error() != sessions.ErrNoSession.Error() {
			t.Errorf("%v", err)
		}
		if err := r.Retry(1); err == nil || !strings.Contains(err.Error(), "your calls go on") {
			t.Errorf("after a fault: %v", err)
		}
		entry, err := r.Reveal(1, 7)
		names, _ := r.Saved()
		path, _ := r.Save(1, true)
		id, _ := r.Load("four")
		if err != nil || entry.N != 7 || entry.Text != "secret" || len(names) != 2 || path != "/tmp/crm.jsonl" || id != 4 || r.Forget(1) != nil {
			t.Errorf("%+v, %q, %q, %d, %v", entry, names, path, id, err)
		}
		key, err := r.Key(1, math.MaxUint64)
		archive, _ := r.Archive(1, true)
		kept := r.Keep(map[string]string{"calls": "api=RCC"}, nil)
		if filters, _ := r.Phrases(); err != nil || string(key) != "18446744073709551615" || archive != "/tmp/crm.har" || kept != nil || filters["calls"] != "api=RCC" {
			t.Errorf("%d digits, %v, %q, %v, %v", len(key), err, archive, kept, filters)
		}
		ctx, stop := context.WithCancel(t.Context())
		go func() { time.Sleep(time.Second); stop() }()
		if n, err := r.Replay(ctx, 1, 1); n != 3 || err == nil {
			t.Errorf("stopped after %d, %v", n, err)
		}
		<-o.apps.replayed
	})
}

// TestStalledScreen: one that reads nothing holds up neither the phone nor another screen.
func TestStalledScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		near, served, cancel := o.serve()
		stalled, err := Open(near, Options{Program: "0.1"})
		if err != nil {
			t.Fatal(err)
		}
		quick := o.attach(false)
		for i := range 500 {
			s := board(3)
			s.Muted = i%2 == 1
			o.phone.Publish(s)
			o.desk.Tell(Note{Text: "news"})
			quick.sees("the newest", func(got phone.Snapshot) bool { return got.Muted == s.Muted })
			<-quick.notes
		}
		time.Sleep(time.Hour)
		cancel()
		<-served
		stalled.Close()
	})
}

// TestLeavesWithoutAnswers: a screen that asks, reads nothing and goes leaves nothing behind that waits.
func TestLeavesWithoutAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		near, served, cancel := o.serve()
		lines := jsonl.Lines(near, longestLine)
		lines.Scan()
		fmt.Fprintf(near, "{\"program\":\"0.1\",\"shape\":%q}\n", shape())
		lines.Scan()
		for range messagesDeep {
			o.desk.Tell(Note{Text: "news"})
		}
		fmt.Fprintln(near, `{"tag":1,"query":{"what":"reveal"}}`)
		synctest.Wait() // the answer finds no place
		_ = near.Close()
		synctest.Wait()
		select {
		case <-served:
		default:
			t.Error("an answer still waits for a screen that has gone")
		}
		cancel()
	})
}

// TestTooManyScreens: one more than there may be is told so, and let in once another has left.
func TestTooManyScreens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		first := o.attach(true)
		for range maxScreens - 1 {
			o.attach(true)
		}
		near, far := net.Pipe()
		go o.desk.Serve(t.Context(), far)
		_, err := Open(near, Options{Program: "0.1"})
		var differs *MismatchError
		if err == nil || errors.As(err, &differs) || !strings.Contains(err.Error(), "open already") {
			t.Errorf("%v", err)
		}
		first.leave()
		<-first.end
		synctest.Wait()
		o.attach(false)
	})
}

// TestMismatch: another build is refused in words by either end, and the phone goes on.
func TestMismatch(t *testing.T) {
	for _, c := range []struct{ screen, phone, want string }{
		{"0.1", "0.2", "0.2, which this older screen (0.1)"}, {"0.10", "0.9", "0.9, which this newer screen (0.10)"}, {"0.1", "0.1", "another build of Patchcord 0.1"},
	} {
		if got := mismatch(c.screen, "a", c.phone, "b"); !strings.Contains(got, c.want) || mismatch(c.screen, "a", c.phone, "a") != "" {
			t.Errorf("screen %s, phone %s: %q", c.screen, c.phone, got)
		}
	}
	t.Run("the screen is older", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t)
			o.desk.About.Program, o.desk.About.Shape = "0.2.1\x1b[2J", "other"
			near, far := net.Pipe()
			go func() {
				o.desk.Serve(t.Context(), far)
				_ = far.Close()
			}()
			_, err := Open(near, Options{Program: "0.1"})
			var differs *MismatchError
			if !errors.As(err, &differs) || !strings.Contains(err.Error(), "older screen (0.1)") || strings.Contains(err.Error(), "\x1b") {
				t.Errorf("%v", err)
			}
		})
	})
	t.Run("the phone refuses", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t)
			near, far := net.Pipe()
			go func() {
				o.desk.Serve(t.Context(), far)
				_ = far.Close()
			}()
			lines := jsonl.Lines(near, longestLine)
			lines.Scan()
			fmt.Fprintln(near, `{"program":"0.3","shape":"new","fields":"of the future"}`)
			if lines.Scan(); !strings.Contains(lines.Text(), "newer screen (0.3)") || lines.Scan() {
				t.Errorf("%s", lines.Text())
			}
			_ = near.Close()
		})
	})
	t.Run("the phone knows no screens", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			go fmt.Fprintln(far, `{"ok":false,"text":"no request is called \"attach\""}`)
			if _, err := Open(near, Options{Program: "0.1"}); err == nil || !strings.Contains(err.Error(), "older Patchcord") {
				t.Errorf("%v", err)
			}
			_ = far.Close()
		})
	})
}

// TestFirstExchangeStays: what a phone and a screen say first is read by all builds. These lines are of the first
// ones, and must be read and said for ever.
func TestFirstExchangeStays(t *testing.T) {
	const said = `{"program":"0.1","shape":"7725101c7f93c652","profile":"hq","practice":"vodia","systems":[{"profile":"hq","kind":"a","link":"b"}],` +
		`"host":"box","since":"2026-11-30T08:32:00.813477172Z","process":12133,"stays":true,"hint":"h","echo_test":"605","sessions":true,"base":8589934592}`
	var about About
	if err := jsonl.Strict([]byte(said), &about); err != nil {
		t.Fatal(err)
	}
	if again, err := jsonl.Marshal(about); err != nil || string(again) != said+"\n" {
		t.Errorf("said %s, %v", again, err)
	}
	const refusal = `{"program":"","shape":"","profile":"","host":"","since":"0001-01-01T00:00:00Z","stays":false,"base":0,"refused":"no"}`
	if again, _ := jsonl.Marshal(About{Refused: "no"}); string(again) != refusal+"\n" {
		t.Errorf("said %s", again)
	}
	const greeting = `{"program":"0.1","shape":"7725101c7f93c652","read_only":true}`
	if again, _ := jsonl.Marshal(hello{"0.1", "7725101c7f93c652", true}); string(again) != greeting+"\n" {
		t.Errorf("said %s", again)
	}
}

// TestHostileScreen: what is not understood ends that screen with a word; the phone hears nothing of it.
func TestHostileScreen(t *testing.T) {
	for _, line := range []string{
		"\x00\xff", "{}", `{"intent":{"kind":"Fly","of":{}}}`, `{"intent":{"kind":"Dial","of":7}}`, `{"intent":{"kind":"Dial"}}`, `[`,
		`{"tag":-1,"intent":{"kind":"Hold","of":{}}}`, strings.Repeat("x", longestLine+1),
	} {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t)
			near, far := net.Pipe()
			go func() {
				o.desk.Serve(t.Context(), far)
				_ = far.Close()
			}()
			s, err := Open(near, Options{Program: "0.1"})
			if err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = io.WriteString(near, line+"\n") }()
			var gone *GoneError
			if err := s.Run(t.Context(), func(context.Context, Note) {}); !errors.As(err, &gone) || !strings.Contains(err.Error(), "did not understand this screen") || len(o.phone.orders) != 0 {
				t.Errorf("%.40q: %v, %d orders", line, err, len(o.phone.orders))
			}
		})
	}
}

// TestHostilePhone: a screen that cannot understand its phone says so and ends.
func TestHostilePhone(t *testing.T) {
	for _, line := range []string{`{"change":{"at":["phone","links","7"],"set":1}}`, `{"change":7}`, "\x1b[2J", strings.Repeat("[", 100000), `{"change":{"at":["apps"],"drop":-1}}`} {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			go func() {
				lines := jsonl.Lines(far, longestLine)
				about, _ := jsonl.Marshal(About{Program: "0.1", Shape: shape()})
				_, _ = far.Write(about)
				lines.Scan()
				_, _ = io.WriteString(far, "{}\n"+line+"\n")
				_, _ = io.Copy(io.Discard, far)
			}()
			s, err := Open(near, Options{Program: "0.1"})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Run(t.Context(), func(context.Context, Note) {}); err == nil || !strings.Contains(err.Error(), "does not understand") || strings.Contains(err.Error(), "\x1b") {
				t.Errorf("%.40q: %v", line, err)
			}
			_ = far.Close()
		})
	}
}
