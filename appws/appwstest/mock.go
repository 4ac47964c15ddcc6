package appwstest

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/internal/backoff"
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
}

// answers are what one request of a record caused, in order.
type answers []recorded

type recorded struct {
	after time.Duration
	text  json.RawMessage
}

// NewMock makes a service that answers as the server of a record did: each request with what followed the
// one of the same api and mt, the next of those each time, and the first again after the last. The src is
// that of the request. A request that the record does not have gets a result with an error.
func NewMock(log record.Log, o MockOptions) *appws.Service {
	m := &mock{o: o, script: scripted(log)}
	refused := make(chan struct{}, max(o.Refuse, 1)) // has a token for each login that was refused
	s := newService(appws.ServiceConfig{
		AnyOrigin: o.AnyOrigin, Log: o.Log,
		Passwords: func(context.Context, appws.Attempt) ([]string, error) {
			if o.Refuse > 0 {
				select {
				case refused <- struct{}{}:
					return nil, errors.New("the mock refuses this login")
				default:
				}
			}
			return []string{o.Password}, nil
		},
	})
	s.HandleRest(m.serve)
	return s
}

type mock struct {
	o      MockOptions
	script map[string][]answers // by api and mt
}

// scripted sorts a record by requests. What came without a src belongs to the request before it.
func scripted(log record.Log) map[string][]answers {
	script := map[string][]answers{}
	type open struct {
		key string
		n   int
		at  time.Time
	}
	bySrc := map[string]open{}
	var last open
	for _, e := range log.Entries {
		switch {
		case e.Handshake || e.MT == "" || e.Cut || e.Hidden > 0 && e.Dir == appws.In:
		case e.Dir == appws.Out:
			key := e.API + "/" + e.MT
			last = open{key, len(script[key]), e.At}
			script[key] = append(script[key], nil)
			if e.Src != "" {
				bySrc[e.Src] = last
			}
		case e.Dir == appws.In:
			of, known := bySrc[e.Src]
			if !known {
				of = last
			}
			if of.key != "" {
				script[of.key][of.n] = append(script[of.key][of.n], recorded{e.At.Sub(of.at), json.RawMessage(e.Text)})
			}
		}
	}
	return script
}

// serve answers one connection.
func (m *mock) serve(ctx context.Context, c *appws.APIConn) error {
	asked := map[string]int{}
	for n := 1; ; n++ {
		request, err := c.Recv(ctx)
		if err != nil {
			return nil
		}
		if m.o.DropAfter > 0 && n > m.o.DropAfter {
			return c.Close(1011, "the mock ends this connection")
		}
		key := request.API + "/" + request.MT
		all := m.script[key]
		if len(all) == 0 {
			text, err := request.Result(practiceError("the record has no such request"))
			if err != nil || c.Send(ctx, text) != nil {
				return nil
			}
			continue
		}
		if err := m.answer(ctx, c, request, all[asked[key]%len(all)]); err != nil {
			return nil
		}
		asked[key]++
	}
}

// answer sends what followed a request, with its src.
func (m *mock) answer(ctx context.Context, c *appws.APIConn, request appws.Message, all answers) error {
	var sent time.Duration
	for _, r := range all {
		pause := m.o.Delay + time.Duration(m.o.Pace*float64(r.after-sent))
		sent = r.after
		if err := backoff.Wait(ctx, pause); err != nil {
			return err
		}
		var body map[string]json.RawMessage
		if err := json.Unmarshal(r.text, &body); err != nil {
			if err := c.SendText(ctx, string(r.text)); err != nil {
				return err
			}
			continue
		}
		var mt string
		_ = json.Unmarshal(body["mt"], &mt)
		_, hadSrc := body["src"]
		for _, name := range []string{"mt", "api", "src"} {
			delete(body, name)
		}
		text, err := request.Indication(mt, body)
		if !hadSrc { // as the server did without one
			text = r.text
		}
		if err != nil {
			return err
		}
		if err := c.Send(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
