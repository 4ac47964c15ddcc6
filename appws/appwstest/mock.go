package appwstest

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
)

// MockOptions of a Mock.
type MockOptions struct {
	Options
	// Password lets in whoever logs in with it, as any app.
	Password string
	// Delay is added to each answer. Pace multiplies the pauses of the record, 0 for none.
	Delay time.Duration
	Pace  float64
	// Refuse refuses so many logins first. DropAfter ends each connection after so many requests, with code
	// 1011; 0 for never.
	Refuse, DropAfter int
	// ServicePassword is the password of the services that a mock PBX brings logins for.
	ServicePassword string
}

// passwords lets in with the one password, after so many refusals.
func (o MockOptions) passwords() func(context.Context, appws.Attempt) ([]string, error) {
	refused := make(chan struct{}, o.Refuse) // has a token for each login that was refused
	return func(context.Context, appws.Attempt) ([]string, error) {
		select {
		case refused <- struct{}{}:
			return nil, errors.New("the mock refuses this login")
		default:
			return []string{o.Password}, nil
		}
	}
}

// NewMock makes a service that answers as the server of a record did: each request with what followed the
// one of the same api and mt, the next of those each time, and the first again after the last. The src is
// that of the request. A request that the record does not have gets a result with an error.
func NewMock(log record.Log, o MockOptions) *appws.Service {
	s := newService(appws.ServiceConfig{AnyOrigin: o.AnyOrigin, Log: o.Log, Passwords: o.passwords()})
	script := scripted(log, appws.Out)
	s.HandleRest(func(ctx context.Context, c *appws.APIConn) error {
		return newMockDesk(script, o).serve(ctx, c)
	})
	return s
}

// MockPBX is the PBX of a record.
type MockPBX struct{ pbx *PBX }

// NewMockPBX makes a PBX that answers as the one in a record did: to app objects that log in, and by Visit to
// a service. It knows the apps that the record lists. A login that Services brought would not fit another
// challenge, so a new one is made, with ServicePassword. In the record of a PBX that connected to a service, the
// PBX is the one that sent.
func NewMockPBX(log record.Log, o MockOptions) *MockPBX {
	asks := appws.Out
	for _, e := range log.Entries {
		if e.Dir == appws.Out && e.MT == "PbxInfo" {
			asks = appws.In
		}
	}
	script := scripted(log, asks)
	p := newPBX(domainOf(log), o.Options, o.passwords())
	p.apis, p.delay, p.dropAfter = apisOf(log), o.Delay, o.DropAfter
	p.open = func() desk { return newMockDesk(script, o) }
	p.apps = appsOf(log, o.ServicePassword)
	p.service.HandleRest(p.accept)
	return &MockPBX{p}
}

// ServeHTTP accepts the connections of app objects, at any path.
func (m *MockPBX) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.pbx.ServeHTTP(w, r) }

// Close ends all connections that came in and waits.
func (m *MockPBX) Close() error { return m.pbx.Close() }

// Visit is as PBX.Visit.
func (m *MockPBX) Visit(ctx context.Context, app App) error { return m.pbx.Visit(ctx, app) }

// errDropped ends a connection after MockOptions.DropAfter requests.
var errDropped = errors.New("the mock ends this connection")

// dropped ends a connection, with a code where that can be given.
func dropped(c asker) error {
	if in, ok := c.(*appws.APIConn); ok {
		return in.Close(1011, errDropped.Error())
	}
	return errDropped
}

// mockDesk answers the requests of one connection as in a record.
type mockDesk struct {
	o      MockOptions
	script script
	asked  map[string]int // how often, by api and mt
	agenda *agenda
}

func newMockDesk(s script, o MockOptions) *mockDesk {
	return &mockDesk{o: o, script: s, asked: map[string]int{}, agenda: newAgenda()}
}

// serve answers one connection until it ends.
func (d *mockDesk) serve(ctx context.Context, c asker) error {
	return attend(ctx, d, c, d.o.DropAfter, func(_ context.Context, m appws.Message) error { return d.handle(m) })
}

// handle puts what followed a request on the agenda, with its src.
func (d *mockDesk) handle(request appws.Message) error {
	now := time.Now().Add(d.o.Delay)
	key := keyOf(request.API, request.MT)
	all := d.script[key]
	if len(all) == 0 {
		text, err := request.Result(practiceError("the record has no such request"))
		if err != nil {
			return nil // its names alone are too long
		}
		return d.agenda.add(now, text)
	}
	for _, r := range all[d.asked[key]%len(all)] {
		pause := time.Duration(d.o.Pace * float64(r.after))
		if err := d.agenda.add(now.Add(pause), r.under(request)); err != nil {
			return err
		}
	}
	d.asked[key]++
	return nil
}

func (d *mockDesk) sendAll(ctx context.Context, c asker) { d.agenda.sendAll(ctx, c) }

func (d *mockDesk) close() {}
