package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// holderVariable makes this test program hold a socket until it is killed.
const holderVariable = "PATCHCORD_TEST_HOLD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holderVariable); dir != "" {
		if _, err := Listen(dir, RealSocket, Config{}); err != nil {
			panic(err)
		}
		os.Stdout.WriteString("held\n")
		select {}
	}
	goleak.VerifyTestMain(m)
}

const timeout = 15 * time.Second

// exchange is a telephone whose PBX does everything at once: it is a snapshot, and the effects of
// intents on it.
type exchange struct {
	mu      sync.Mutex
	now     phone.Snapshot
	given   []phone.Intent
	refuses string
	silent  bool
	subs    map[chan phone.Snapshot]bool
}

func (x *exchange) Do(i phone.Intent) (phone.Receipt, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.given = append(x.given, i)
	o := phone.Outcome{Of: phone.Receipt(len(x.given)), Grade: phone.GradeDone, Text: x.refuses}
	said := len(x.now.Notices)
	switch {
	case x.silent:
		return o.Of, nil
	case x.refuses != "":
		o.Grade = phone.GradeFailed
	default:
		x.obey(i)
	}
	if n := len(x.now.Notices); n > said {
		o.Text = x.now.Notices[n-1].Text
	}
	x.now.Outcomes = append(x.now.Outcomes[:len(x.now.Outcomes):len(x.now.Outcomes)], o)
	x.publish()
	return o.Of, nil
}

func (x *exchange) obey(i phone.Intent) {
	legs := append([]phone.Leg(nil), x.now.Legs...)
	change := func(id pbxws.LegID, f func(*phone.Leg)) {
		for n := range legs {
			if legs[n].ID == id || id == "" {
				f(&legs[n])
			}
		}
	}
	switch i := i.(type) {
	case phone.Dial:
		legs = append(legs, phone.Leg{ID: "new", Peer: pbxws.Party{Number: i.To}, State: phone.Dialing})
	case phone.Hold:
		change(i.Leg, func(l *phone.Leg) { l.LocalHold = true })
	case phone.Resume:
		change(i.Leg, func(l *phone.Leg) { l.LocalHold = false })
	case phone.AnswerCall:
		change(i.Leg, func(l *phone.Leg) { l.State, l.Answered = phone.Connected, x.now.Now })
	case phone.Hangup:
		change(i.Leg, func(l *phone.Leg) { l.State = phone.Ended })
	case phone.SetMute:
		x.now.Muted = i.On
	case phone.ParkCall:
		x.say(phone.GradeDone, "Mario is parked at 81")
		x.about(i.Leg)
		change(i.Leg, func(l *phone.Leg) { l.State = phone.Ended })
	case phone.Consult:
		change(i.Leg, func(l *phone.Leg) { l.LocalHold = true })
		legs = append(legs, phone.Leg{ID: "new", Peer: pbxws.Party{Number: i.To}, State: phone.Ringing, Consults: i.Leg})
	case phone.ConsultWith:
		change(i.With, func(l *phone.Leg) { l.LocalHold, l.Consults = false, i.Leg })
	case phone.LinkCalls, phone.CompleteTransfer:
		change("", func(l *phone.Leg) { l.State = phone.Ended })
	case phone.Mix:
		change("", func(l *phone.Leg) { l.LocalHold, l.Mixed = false, true })
		x.say(phone.GradeDone, "in conference, on this phone: 601, 602 and you")
	case phone.Split:
		change("", func(l *phone.Leg) { l.LocalHold, l.Mixed = l.ID != i.Leg, false })
		x.say(phone.GradeDone, "the conference is split; you stay with 602")
	case phone.Join:
		change("", func(l *phone.Leg) { l.State = phone.Ended })
		legs = append(legs, phone.Leg{ID: "new", Peer: pbxws.Party{Number: string(i.Room.ID)}, State: phone.Connected})
	case phone.SendDigits:
		change(i.Leg, func(l *phone.Leg) { l.Digits += i.Digits })
	case phone.SetRecording:
		change(i.Leg, func(l *phone.Leg) { l.Recording = i.On })
	case phone.RecordHere:
		change(i.Leg, func(l *phone.Leg) { l.RecordingTo = map[bool]string{true: "/r/1.wav"}[i.On] })
		x.say(phone.GradeDone, map[bool]string{true: "recording to /r/1.wav", false: "recorded to /r/1.wav"}[i.On])
		x.about(legs[0].ID)
	}
	x.now.Legs = legs
}

func (x *exchange) say(g phone.Grade, text string) {
	x.now.Notices = append(x.now.Notices[:len(x.now.Notices):len(x.now.Notices)],
		phone.Notice{N: uint64(len(x.now.Notices) + 1), At: x.now.Now, Grade: g, Text: text})
}

// about says which call the last notice is about.
func (x *exchange) about(id pbxws.LegID) {
	if id == "" {
		id = x.now.Legs[0].ID
	}
	x.now.Notices[len(x.now.Notices)-1].Leg = id
}

func (x *exchange) publish() {
	for ch := range x.subs {
		newest.Put(ch, x.now)
	}
}

func (x *exchange) change(f func(*phone.Snapshot)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	f(&x.now)
	x.publish()
}

func (x *exchange) Watch(ctx context.Context) <-chan phone.Snapshot {
	x.mu.Lock()
	defer x.mu.Unlock()
	ch := make(chan phone.Snapshot, 1)
	x.subs[ch] = true
	ch <- x.now
	context.AfterFunc(ctx, func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		delete(x.subs, ch)
		close(ch)
	})
	return ch
}

func talking(id, number string) phone.Leg {
	return phone.Leg{ID: pbxws.LegID(id), Peer: pbxws.Party{Number: number, Name: "Mario\x1b]0;x\a"}, State: phone.Connected, Began: noon, Answered: noon}
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// office is a telephone behind a socket.
type office struct {
	*exchange
	dir   string
	asked chan phone.Dial
}

func open(t *testing.T, direct bool, legs ...phone.Leg) *office {
	t.Helper()
	o := &office{exchange: &exchange{subs: map[chan phone.Snapshot]bool{}}, dir: filepath.Join(t.TempDir(), "patchcord"), asked: make(chan phone.Dial, 1)}
	o.now = phone.Snapshot{
		Now: noon, Legs: legs, Caps: ^pbxws.CapDesk, Link: phone.Link{State: phone.LinkUp, Label: "pbx", User: "201"}, PBX: pbxws.NewState("201"),
	}
	s, err := Listen(o.dir, RealSocket, o.config(direct))
	if err != nil {
		t.Fatal(err)
	}
	run(t, t.Context(), s)
	return o
}

func (o *office) config(direct bool) Config {
	return Config{
		Phone: o, Direct: func() bool { return direct }, Missed: func() int { return 3 },
		Ask: func(_ context.Context, d phone.Dial) bool { o.asked <- d; return true },
	}
}

func run(t *testing.T, ctx context.Context, s *Server) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
}

func (o *office) do(t *testing.T, r Request) Reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	reply, err := Do(ctx, o.dir, r)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func TestVerbs(t *testing.T) {
	ringing := phone.Leg{ID: "r", Dir: phone.Incoming, Peer: pbxws.Party{Number: "203"}, State: phone.Alerting}
	numbered := func(l phone.Leg, n int) phone.Leg { l.N = n; return l }
	over := numbered(ringing, 1)
	over.State, over.Cause = phone.Ended, pbxws.Cause{Ending: pbxws.EndedCancelled}
	second := numbered(talking("a", "601"), 2)
	for name, tt := range map[string]struct {
		legs []phone.Leg
		ask  Request
		want phone.Intent
		says string
	}{
		"hold":               {[]phone.Leg{talking("a", "601")}, Request{Verb: "hold"}, phone.Hold{}, "is on hold"},
		"hold by number":     {[]phone.Leg{numbered(ringing, 1), second}, Request{Verb: "hold", Call: "2"}, phone.Hold{Leg: "a"}, "is on hold"},
		"number that stays":  {[]phone.Leg{second}, Request{Verb: "hold", Call: "2"}, phone.Hold{Leg: "a"}, "is on hold"},
		"number just gone":   {[]phone.Leg{over, second}, Request{Verb: "answer", Call: "1"}, nil, "that call is over: 203 stopped calling"},
		"hold by id":         {[]phone.Leg{talking("a", "601")}, Request{Verb: "hold", Call: "a"}, phone.Hold{Leg: "a"}, "is on hold"},
		"answer":             {[]phone.Leg{ringing}, Request{Verb: "answer"}, phone.AnswerCall{}, "talking to 203"},
		"hangup":             {[]phone.Leg{talking("a", "601")}, Request{Verb: "hangup"}, phone.Hangup{}, "hung up on"},
		"mute":               {[]phone.Leg{talking("a", "601")}, Request{Verb: "mute"}, phone.SetMute{On: true}, "your microphone is muted"},
		"dial":               {nil, Request{Verb: "dial", To: "tel:+39-0721-555016"}, phone.Dial{To: "+390721555016"}, "calling +390721555016"},
		"dial, with tones":   {nil, Request{Verb: "dial", To: "tel:+1-800-555-0123;ext=1234"}, phone.Dial{To: "+18005550123,1234"}, "calling +18005550123,1234"},
		"dial out of a text": {nil, Request{Verb: "dial", To: "Tel. 0721/555016 Fax 0721/555017"}, phone.Dial{To: "0721555016"}, "calling 0721555016"},
		"dial a name":        {nil, Request{Verb: "dial", To: "Mairo"}, nil, "nobody here is called Mairo"},
		"dial nobody":        {nil, Request{Verb: "dial", To: "sip:anonymous@anonymous.invalid"}, nil, "the number is withheld"},
		"transfer to a code": {[]phone.Leg{talking("a", "601")}, Request{Verb: "transfer", To: "tel:*21*0900123456%23"}, nil, "SERVICE CODE"},
		"transfer to a name": {[]phone.Leg{talking("a", "601")}, Request{Verb: "transfer", To: "Mairo"}, nil, "nobody here is called Mairo"},
		"nothing to hold":    {nil, Request{Verb: "hold"}, nil, "nothing to hold"},
		"no such call":       {[]phone.Leg{ringing}, Request{Verb: "hold", Call: "9"}, nil, "there is no call"},
		"dial nothing":       {nil, Request{Verb: "dial"}, nil, "no number was given"},
		"no such verb":       {nil, Request{Verb: "fly"}, nil, `no request is called "fly"`},
		"neither on nor off": {nil, Request{Verb: "dnd", Set: "maybe"}, nil, "on, off or toggle"},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, true, tt.legs...)
			reply := o.do(t, tt.ask)
			if reply.OK != (tt.want != nil) || !strings.Contains(reply.Text, tt.says) {
				t.Errorf("%+v", reply)
			}
			if tt.want == nil && len(o.given) > 0 || tt.want != nil && (len(o.given) != 1 || o.given[0] != tt.want) {
				t.Errorf("the telephone was told %#v", o.given)
			}
		})
	}
}

// TestAsksOnScreen: nothing outside dials by itself.
func TestAsksOnScreen(t *testing.T) {
	o := open(t, false)
	if reply := o.do(t, Request{Verb: "dial", To: "sip:203@pbx"}); !reply.OK || !reply.Pending {
		t.Errorf("%+v", reply)
	}
	if d := <-o.asked; d.To != "203" || len(o.given) > 0 {
		t.Errorf("asked for %+v, told %v", d, o.given)
	}
}

// TestServiceCodesAreAsked: a code or a number that may be expensive is never dialled by itself for somebody
// outside, whatever it is wrapped in.
func TestServiceCodesAreAsked(t *testing.T) {
	for _, to := range []string{
		"tel:*21*0900123456#", "tel:*21*0900123456%23", "tel:%23%2331%23", "sip:*21*0900123456%23@10.0.0.5", "**61*0721555016#", "callto:%2a%232",
		"please dial *21*0900123456#", "＊２１＊０９００１２３４５６＃", "9*72 555", "tel:0721555016#",
		"tel:112", "118", "0900 123 456 7", "+49 900 1234567", "tel:+1-900-555-0123",
	} {
		o := open(t, true)
		if reply := o.do(t, Request{Verb: "dial", To: to}); !reply.OK || !reply.Pending || len(o.given) > 0 {
			t.Errorf("%q: %+v, told %v", to, reply, o.given)
			continue
		}
		<-o.asked
	}
}

// TestRefusedByPBX: nothing is reported as done before the PBX says so.
func TestRefusedByPBX(t *testing.T) {
	o := open(t, true, talking("a", "601"))
	o.refuses = "the PBX would not hold Mario"
	if reply := o.do(t, Request{Verb: "hold"}); reply.OK || reply.Text != o.refuses {
		t.Errorf("%+v", reply)
	}
}

func TestStatus(t *testing.T) {
	o := open(t, true, talking("a", "601"))
	st := o.do(t, Request{Verb: "status"}).Status
	if st == nil || st.Link != "up" || st.Extension != "201" || st.Missed != 3 || len(st.Calls) != 1 || st.Calls[0].State != "talking" {
		t.Fatalf("%+v", st)
	}
	if got, want := st.Summary(noon.Add(131*time.Second)), "201 Mario·]0;x· 2:11 miss 3"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestDeskPhone: a call on the desk phone is there like any other, and says where it is.
func TestDeskPhone(t *testing.T) {
	call := talking("desk:d1", "601")
	call.Place, call.Call, call.N = phone.DeskPhone, "d1", 2
	o := open(t, true, call)
	o.now.Caps = ^pbxws.Caps(0)
	st := o.do(t, Request{Verb: "status"}).Status
	if st == nil || len(st.Calls) != 1 || st.Calls[0].Phone != "desk" || st.Calls[0].State != "talking" || st.Calls[0].N != 2 {
		t.Fatalf("%+v", st)
	}
	for _, verb := range []string{"hold", "resume", "hangup"} {
		if reply := o.do(t, Request{Verb: verb, Call: "2"}); !reply.OK || reply.Pending {
			t.Errorf("%s: %+v", verb, reply)
		}
	}
	if len(o.given) != 3 || o.given[2] != phone.Intent(phone.Hangup{Leg: "desk:d1"}) {
		t.Errorf("told %+v", o.given)
	}
}

// listenTo reads events until one is as wanted.
func listenTo(t *testing.T, lines *bufio.Scanner, what string, ok func(Event) bool) Event {
	t.Helper()
	for lines.Scan() {
		for _, b := range lines.Bytes() {
			if b < ' ' || b >= 0x7f {
				t.Fatalf("%#x is in %q", b, lines.Bytes())
			}
		}
		var e Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if ok(e) {
			return e
		}
	}
	t.Fatalf("the stream ended before %s: %v", what, lines.Err())
	return Event{}
}

func (o *office) events(t *testing.T) (net.Conn, *bufio.Scanner) {
	t.Helper()
	conn, err := connect(t.Context(), o.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(timeout))
	if err := sendRequest(conn, Request{Verb: "events"}); err != nil {
		t.Fatal(err)
	}
	return conn, jsonl.Lines(conn, longestReply)
}

func TestEvents(t *testing.T) {
	o := open(t, true, talking("a", "601"))
	_, lines := o.events(t)
	first := listenTo(t, lines, "the status", func(e Event) bool { return e.Event == "status" })
	if len(first.Status.Calls) != 1 {
		t.Errorf("%+v", first.Status)
	}
	if reply := o.do(t, Request{Verb: "hold"}); !reply.OK {
		t.Fatal(reply)
	}
	listenTo(t, lines, "the hold", func(e Event) bool { return e.Event == "call" && e.Call.State == "held" })
	o.change(func(s *phone.Snapshot) { s.Muted = true })
	listenTo(t, lines, "mute", func(e Event) bool { return e.Event == "status" && e.Status.Muted })
	o.mu.Lock()
	o.say(phone.GradeDone, "done\x1b[2J")
	o.publish()
	o.mu.Unlock()
	listenTo(t, lines, "a notice", func(e Event) bool { return e.Event == "notice" && e.Grade == "done" })
	o.do(t, Request{Verb: "hangup"})
	listenTo(t, lines, "the end", func(e Event) bool { return e.Event == "call" && e.Call.State == "ended" && e.Call.N == 0 })
}

// TestSlowReader: a slow reader gets the reason and no more events, and nobody waits for it.
func TestSlowReader(t *testing.T) {
	o := open(t, true)
	conn, lines := o.events(t)
	listenTo(t, lines, "the status", func(e Event) bool { return e.Event == "status" })
	_ = conn.(*net.UnixConn).SetReadBuffer(1)
	text := strings.Repeat("x", 8000)
	n := 0
	for began := time.Now(); time.Since(began) < timeout; n++ {
		o.change(func(s *phone.Snapshot) {
			s.Notices = []phone.Notice{{N: uint64(n + 1), Text: text}}
		})
		o.mu.Lock()
		listeners := len(o.subs)
		o.mu.Unlock()
		if listeners == 0 {
			break
		}
	}
	listenTo(t, lines, "the reason", func(e Event) bool { return e.Event == "dropped" && e.Text != "" })
	if lines.Scan() {
		t.Errorf("there is more: %.80q", lines.Bytes())
	}
}

// TestScreensKeepNobodyOut: however many screens are attached, requests are answered.
func TestScreensKeepNobodyOut(t *testing.T) {
	o := open(t, true)
	dir := filepath.Join(t.TempDir(), "d")
	c := o.config(true)
	attached := make(chan struct{}, maxClients) // full: there are no more
	c.Attach = func(ctx context.Context, _ net.Conn) {
		attached <- struct{}{}
		<-ctx.Done()
	}
	s, err := Listen(dir, RealSocket, c)
	if err != nil {
		t.Fatal(err)
	}
	run(t, t.Context(), s)
	for range maxClients {
		conn, err := Attach(t.Context(), dir, RealSocket)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		<-attached
	}
	if reply, err := Do(t.Context(), dir, Request{Verb: "status"}); err != nil || !reply.OK {
		t.Errorf("%+v, %v", reply, err)
	}
}

// TestInterrupted: a person who does not wait for the answer is not told that Patchcord gave none.
func TestInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, RealSocket))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var answering sync.WaitGroup
	defer answering.Wait()
	answering.Go(func() {
		conn, err := l.Accept()
		interrupt()
		if err == nil {
			defer conn.Close()
			jsonl.Lines(conn, 1).Scan() // until the other side closes
		}
	})
	if _, err := Do(ctx, dir, Request{Verb: "hold"}); !errors.Is(err, errInterrupted) {
		t.Error(err)
	}
}

// TestStandsStill: a telephone that does not answer is not waited for without end.
func TestStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, far) }()
		time.AfterFunc(time.Hour, func() { _ = far.Close() })
		var silent *SilentError
		if _, err := requestOn(t.Context(), near, Request{Verb: "down"}); !errors.As(err, &silent) {
			t.Error(err)
		}
		_ = near.Close()
	})
}

// TestStuckReader: whoever takes events and is stuck is told when there are no more, because the telephone
// ended or because too many wait. Nothing that waits is lost.
func TestStuckReader(t *testing.T) {
	limited, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	t.Run("ended", func(t *testing.T) {
		o := open(t, true)
		dir := t.TempDir()
		s, err := Listen(dir, RealSocket, o.config(true))
		if err != nil {
			t.Fatal(err)
		}
		telephone, end := context.WithCancel(t.Context())
		run(t, telephone, s)
		last := ""
		err = Events(limited, dir, func(ctx context.Context, line []byte) error {
			end()
			<-ctx.Done()
			last = string(line)
			return nil
		})
		if err != nil || !strings.Contains(last, `"bye"`) {
			t.Errorf("%v; the last one was %q", err, last)
		}
	})
	t.Run("slow", func(t *testing.T) {
		o := open(t, true)
		var changing sync.WaitGroup
		defer changing.Wait()
		n := 0
		err := Events(limited, o.dir, func(ctx context.Context, _ []byte) error {
			if n++; n > 1 {
				return nil
			}
			changing.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					o.change(func(s *phone.Snapshot) { s.Muted = i%2 == 0 })
				}
			})
			<-ctx.Done()
			return nil
		})
		if !errors.Is(err, errSlow) || n != eventsDeep+1 {
			t.Errorf("%v after %d", err, n)
		}
	})
}

// TestGuarded: modes, another user, too many clients, nonsense.
func TestGuarded(t *testing.T) {
	o := open(t, true)
	for path, want := range map[string]os.FileMode{o.dir: 0o700, filepath.Join(o.dir, RealSocket): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	for _, line := range []string{"x", `{"verb":"status","more":1}`, `{"verb":"status"}{}`, strings.Repeat("x", longestRequest+1)} {
		conn, err := connect(t.Context(), o.dir)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(timeout))
		_, _ = conn.Write([]byte(line + "\n"))
		answer := jsonl.Lines(conn, longestReply)
		if answer.Scan() && !strings.Contains(answer.Text(), `"ok":false`) || answer.Scan() {
			t.Errorf("%.40q was answered by %q", line, answer.Text())
		}
		conn.Close()
	}
	var guests []net.Conn
	for range maxClients {
		conn, lines := o.events(t)
		listenTo(t, lines, "the status", func(e Event) bool { return e.Event == "status" })
		guests = append(guests, conn)
	}
	if reply := o.do(t, Request{Verb: "status"}); reply.OK || !strings.Contains(reply.Text, "too many") {
		t.Errorf("%+v", reply)
	}
	for _, conn := range guests {
		conn.Close()
	}

	other := open(t, true)
	dir := filepath.Join(t.TempDir(), "d")
	s, err := Listen(dir, RealSocket, other.config(true))
	if err != nil {
		t.Fatal(err)
	}
	s.user += "0"
	run(t, t.Context(), s)
	if reply, err := Do(t.Context(), dir, Request{Verb: "status"}); err != nil || reply.OK || !strings.Contains(reply.Text, "another user") {
		t.Errorf("%+v, %v", reply, err)
	}
}

// holder is another program that has the socket in a directory.
func holder(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holderVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if held := bufio.NewScanner(out); !held.Scan() || held.Text() != "held" {
		t.Fatal("the other program holds nothing")
	}
	return cmd
}

// TestOneBehindASocket: a second one says so, and one left over by a killed program is replaced.
func TestOneBehindASocket(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "patchcord")
	cmd := holder(t, dir)
	var taken *TakenError
	if _, err := Listen(dir, RealSocket, Config{}); !errors.As(err, &taken) || taken.PID == "" {
		t.Errorf("%v", err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if _, err := os.Stat(filepath.Join(dir, RealSocket)); err != nil {
		t.Fatalf("the killed program left nothing behind: %v", err)
	}
	if _, err := Do(t.Context(), dir, Request{Verb: "status"}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("%v", err)
	}
	s, err := Listen(dir, RealSocket, Config{})
	if err != nil {
		t.Fatal(err)
	}
	run(t, t.Context(), s)
}

// TestTakeOver: the survivor of two gets the socket, whether the other one left or was killed.
func TestTakeOver(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "patchcord")
	cmd := holder(t, dir)
	first, second := open(t, true), open(t, true)
	await := func(o *office) (<-chan *Server, <-chan string) {
		servers, waits := make(chan *Server, 1), make(chan string, 2)
		go func() {
			s, err := Await(t.Context(), dir, RealSocket, o.config(true), func(e *TakenError) { waits <- e.PID })
			if err != nil {
				t.Error(err)
			}
			servers <- s
		}()
		return servers, waits
	}
	servers, waits := await(first)
	if pid := <-waits; pid != fmt.Sprint(cmd.Process.Pid) {
		t.Errorf("it waits for %s", pid)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	s := <-servers
	ctx, leave := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	next, waits := await(second)
	<-waits
	leave()
	running.Wait()
	run(t, t.Context(), <-next)
	second.dir = dir
	if reply := second.do(t, Request{Verb: "status"}); !reply.OK {
		t.Errorf("%+v", reply)
	}
}

// FuzzRequest: no request gives the telephone an intent that it refuses.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"verb":"hold","call":"1"}`))
	f.Add([]byte(`{"verb":"dial","to":"tel:%00"}`))
	f.Add([]byte(`{"verb":"transfer","to":"203","call":"-1"}`))
	s := phone.Snapshot{Legs: []phone.Leg{talking("a", "601")}, PBX: pbxws.NewState("201")}
	f.Fuzz(func(t *testing.T, line []byte) {
		var r Request
		if jsonl.Strict(line, &r) != nil {
			return
		}
		job, why := taskOf(r, s)
		if why == "" && (job.intent == nil) {
			t.Errorf("%q is a task for nobody", line)
		}
		if why == "" {
			s.Refuses(job.intent)
			after := make(chan phone.Snapshot, 1)
			after <- s
			close(after)
			job.settle(after, 1)
		}
	})
}
