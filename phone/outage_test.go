package phone_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	front "github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// outage is how long a proxy misbehaves, backWithin how long the phone may then take to recover:
	// 10 s, and a little more for a loaded machine.
	outage     = 4 * time.Second
	backWithin = 13 * time.Second
	// testTimeout limits the waits before and after; nothing that goes well takes as long.
	testTimeout = 20 * time.Second
)

// person is somebody at a phone.
type person struct {
	*testing.T
	phone *phone.Phone
	snaps <-chan phone.Snapshot
	last  phone.Snapshot
}

func sit(t *testing.T, user, url string, trust *tls.Config) *person {
	t.Helper()
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true, Codecs: []string{"PCMU"}})
	if err != nil {
		t.Fatal(err)
	}
	dial := vodia.Dialect.Dialer(pbxws.Login{
		URL: url, Realm: exchange.Domain, User: user, TLS: trust, UserAgent: "Patchcord/test",
		Secret: func(context.Context) (string, error) { return exchange.Password, nil },
	})
	s := &person{T: t, phone: phone.New(phone.Config{
		Links:      []phone.LinkConfig{{Dial: dial, User: user, Practice: true, Media: engine}},
		Recordings: t.TempDir(),
		OpenSound:  func() (audio.Device, error) { return audio.Null(rtc.FrameSamples), nil },
	})}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.phone.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	s.snaps = s.phone.Watch(ctx)
	s.within(testTimeout, "signed in", func(s phone.Snapshot) bool {
		return s.Link.State == phone.LinkUp && s.PBX.Registered && s.PBX.Accounts.Len() >= 500
	})
	return s
}

// within waits for a snapshot.
func (s *person) within(d time.Duration, what string, ok func(phone.Snapshot) bool) {
	s.Helper()
	deadline := time.After(d)
	for !ok(s.last) {
		select {
		case s.last = <-s.snaps:
		case <-deadline:
			s.Fatalf("not within %s: %s\nlink %+v\nlegs %+v\nsaid %s", d, what, s.last.Link, s.last.Legs, s.said())
		}
	}
}

func (s *person) said() string {
	var lines []string
	for _, n := range s.last.Notices {
		lines = append(lines, n.Text)
	}
	return strings.Join(lines, "; ")
}

// talks reports a call that is up with sound.
func talks(s phone.Snapshot) bool {
	return len(s.Legs) == 1 && s.Legs[0].State == phone.Connected && s.Legs[0].Media && !s.Legs[0].Unheard && s.Legs[0].Stats.Received > 20
}

// lines are the states of all accounts.
func lines(s phone.Snapshot) map[pbxws.AccountID]pbxws.Lamp {
	states := map[pbxws.AccountID]pbxws.Lamp{}
	for id, a := range s.PBX.Accounts.All() {
		states[id] = s.PBX.Lamp(a)
	}
	return states
}

// agree waits until both phones show the same state of every account. The practice callers go on
// calling, so the two may differ for a moment.
func agree(t *testing.T, s, witness *person) {
	t.Helper()
	deadline := time.After(testTimeout)
	for {
		a, b := lines(s.last), lines(witness.last)
		differ := 0
		for id := range b {
			if a[id] != b[id] {
				differ++
			}
		}
		if differ == 0 && len(a) == len(b) {
			return
		}
		select {
		case s.last = <-s.snaps:
		case witness.last = <-witness.snaps:
		case <-deadline:
			t.Fatalf("%d of %d accounts differ", differ, len(b))
		}
	}
}

// TestOutages: a proxy in front of the PBX misbehaves for 4 s, as when the PBX or a proxy restarts
// or the network changes, with a call up. The phone recovers by itself, call and sound are
// unbroken, and every state is right.
func TestOutages(t *testing.T) {
	t.Parallel() // it waits most of the time
	pbx, err := demopbx.Start(demopbx.Options{PBX: exchange.Options{Seed: 7, ChangesPerSecond: 5, ColleagueAnswers: 200 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	target := strings.TrimPrefix(pbx.URL(), "http://")
	maker := httptest.NewTLSServer(nil)
	defer maker.Close()
	roots := x509.NewCertPool()
	roots.AddCert(maker.Certificate())
	trust, secure := &tls.Config{RootCAs: roots}, &tls.Config{Certificates: maker.TLS.Certificates}
	const page = "<html>Welcome to the lobby</html>"
	html := []string{"Content-Type: text/html", "Connection: close", "", page}
	answer := func(status string, header ...string) []string {
		return append(append([]string{"HTTP/1.1 " + status}, header...), html...)
	}
	var all sync.WaitGroup
	seats := make(chan struct{}, outagesAtOnce)
	for i, tt := range []struct {
		name  string
		tls   *tls.Config
		fault func(*proxy) func(net.Conn)
		says  string
	}{
		{"closes", nil, always(closes), "answered, but not like a PBX; trying again in"},
		{"resets", nil, always(resets), "answered, but not like a PBX; trying again in"},
		{"cuts the TLS handshake", secure, always(cutsTLS), "answered, but not like a PBX; trying again in"},
		{"speaks no TLS", secure, always(speaksPlainly(answer("200 OK")...)), "this network may want you to sign in first"},
		{"cuts its reply short", nil, always(says("HTTP/1.1 200 OK", "Content-Length: 22", "", `"q7Zk`)), "answered, but not like a PBX"},
		{"404", nil, always(says(answer("404 Not Found")...)), "answered, but not like a PBX"},
		{"401 of a stranger", nil, always(says(answer("401 Unauthorized", "Server: nginx", `WWW-Authenticate: Basic realm="lobby"`)...)), "answered, but not like a PBX"},
		{"429", nil, always(says(answer("429 Too Many Requests", "Retry-After: 3")...)), "asks us to wait"},
		{"302 to another host", nil, always(says(answer("302 Found", "Location: http://login.hotel.example/")...)), "this network may want you to sign in first"},
		{"302 relative", nil, always(says(answer("302 Found", "Location: /login")...)), "this network may want you to sign in first"},
		{"302 on the upgrade", nil, func(p *proxy) func(net.Conn) { return p.upgradesSay(answer("302 Found", "Location: /login")...) }, "this network may want you to sign in first"},
		{"a page", nil, always(says(answer("200 OK")...)), "this network may want you to sign in first"},
		{"511", nil, always(says(answer("511 Network Authentication Required")...)), "this network wants you to sign in first"},
		{"502", nil, always(says(answer("502 Bad Gateway")...)), "an error of its own (502 Bad Gateway)"},
		{"503", nil, always(says(answer("503 Service Unavailable")...)), "an error of its own (503 Service Unavailable)"},
		{"keeps silent", nil, always(keepsSilent), "the link to the PBX was lost"},
	} {
		user, witness := strconv.Itoa(210+i), strconv.Itoa(240+i)
		all.Go(func() {
			seats <- struct{}{}
			defer func() { <-seats }()
			t.Run(tt.name, func(t *testing.T) {
				p := newProxy(t, target, tt.tls)
				s := sit(t, user, p.address(), trust)
				if _, err := s.phone.Do(phone.Dial{To: exchange.NumberColleague}); err != nil {
					t.Fatal(err)
				}
				s.within(testTimeout, "the call is up", talks)
				call, received := s.last.Legs[0].ID, s.last.Legs[0].Stats.Received
				p.misbehave(tt.fault(p))
				over := time.After(outage)
				for down := true; down; {
					select {
					case s.last = <-s.snaps:
						if !talks(s.last) || s.last.Link.State == phone.LinkStopped {
							t.Fatalf("meanwhile: link %+v, legs %+v, said %s", s.last.Link, s.last.Legs, s.said())
						}
					case <-over:
						down = false
					}
				}
				p.heal()
				s.within(backWithin, "back", func(s phone.Snapshot) bool { return s.Link.State == phone.LinkUp && s.PBX.Registered })
				if !strings.Contains(s.said(), tt.says) {
					t.Errorf("said %s", s.said())
				}
				s.within(testTimeout, "the call is still heard", func(s phone.Snapshot) bool {
					return talks(s) && s.Legs[0].ID == call && s.Legs[0].Stats.Received > received+200
				})
				if l := s.last.Legs[0]; l.Stats.Lost > 0 || len(l.Paths) > 0 {
					t.Errorf("the sound broke: %+v", l.Stats)
				}
				agree(t, s, sit(t, witness, pbx.URL(), nil))
				if _, err := s.phone.Do(phone.Hold{}); err != nil { // the call obeys, so the PBX still knows it
					t.Fatal(err)
				}
				s.within(testTimeout, "held", func(s phone.Snapshot) bool { return s.Legs[0].LocalHold && !s.Legs[0].HoldPending })
			})
		})
	}
	all.Wait()
}

// TestRingingOutlivesAnOutage loses the link while it rings, at either end.
func TestRingingOutlivesAnOutage(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for _, d := range []front.Dialect{front.ModernAnswer, front.Modern} {
		all.Go(func() { t.Run(d.String()+" placed", func(t *testing.T) { placeThroughAnOutage(t, d) }) })
		all.Go(func() { t.Run(d.String()+" taken", func(t *testing.T) { takeAfterAnOutage(t, d) }) })
	}
	all.Wait()
}

// placeThroughAnOutage: a call that rings there is answered while the link is down.
func placeThroughAnOutage(t *testing.T, d front.Dialect) {
	s, far, lose := acrossAProxy(t, d)
	ring(s, far)
	lose(func() {
		if _, err := far.phone.Do(phone.AnswerCall{}); err != nil {
			t.Fatal(err)
		}
		far.within(testTimeout, "answered there", inState(phone.Connected))
	})
	s.within(testTimeout, "it was answered", talks)
}

// takeAfterAnOutage: a call that rings here is answered once the link is back.
func takeAfterAnOutage(t *testing.T, d front.Dialect) {
	s, far, lose := acrossAProxy(t, d)
	ring(far, s)
	lose(func() { <-time.After(outage / 2) })
	if _, err := s.phone.Do(phone.AnswerCall{}); err != nil {
		t.Fatal(err)
	}
	s.within(testTimeout, "answered here", talks)
	far.within(testTimeout, "answered there", talks)
}

// acrossAProxy is somebody at a PBX behind a proxy, a colleague who is not, and what cuts the proxy off for
// as long as something takes.
func acrossAProxy(t *testing.T, d front.Dialect) (s, far *person, lose func(meanwhile func())) {
	o := demopbx.Options{PBX: exchange.Options{Seed: 7}, Vodia: front.Options{Dialect: d}}
	o.Vodia.RenameCalls = d == front.Modern
	pbx, err := demopbx.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	p := newProxy(t, strings.TrimPrefix(pbx.URL(), "http://"), nil)
	s, far = sit(t, "210", p.address(), nil), sit(t, "240", pbx.URL(), nil)
	return s, far, func(meanwhile func()) {
		before := s.last.Legs[0].State
		p.misbehave(closes)
		s.within(testTimeout, "the link is lost", func(s phone.Snapshot) bool { return s.Link.State == phone.LinkWaiting })
		meanwhile()
		if now := s.last.Legs; len(now) != 1 || now[0].State != before {
			t.Errorf("%s became %+v with the link", before, now)
		}
		p.heal()
		s.within(backWithin, "back", func(s phone.Snapshot) bool { return s.Link.State == phone.LinkUp })
	}
}

// ring places a call and waits until both sides know of it.
func ring(from, to *person) {
	if _, err := from.phone.Do(phone.Dial{To: string(to.last.PBX.Self)}); err != nil {
		from.Fatal(err)
	}
	from.within(testTimeout, "it rings there", inState(phone.Early))
	to.within(testTimeout, "it rings here", inState(phone.Alerting))
}

// inState reports the only call in a state.
func inState(want phone.LegState) func(phone.Snapshot) bool {
	return func(s phone.Snapshot) bool { return len(s.Legs) == 1 && s.Legs[0].State == want }
}

func always(fault func(net.Conn)) func(*proxy) func(net.Conn) {
	return func(*proxy) func(net.Conn) { return fault }
}
