// Package appwstest has the far ends of AppWebsocket to practise and to test with: an app service and a
// PBX, with real logins and real encryption.
package appwstest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/patchcord/patchcord/appws"
)

const (
	// countEvery is the pause between two messages of a practice subscription.
	countEvery = time.Second
	// maxCounts bounds the subscriptions of one connection.
	maxCounts = 16
)

// Options of an echo or a PBX.
type Options struct {
	// AnyOrigin accepts browsers that show pages of other hosts.
	AnyOrigin bool
	// People are the users of a PBX, nil for some.
	People []Person
	Log    *slog.Logger
}

// NewEcho makes an app service to practise with. Its API "echo" knows
//
//   - Echo, answered with its own member "data",
//   - Encrypted, whose "data" is encrypted under "seed", answered with the same text encrypted
//     and hashed under another seed,
//   - Subscribe, which causes a Count message every second, until Unsubscribe or the end.
func NewEcho(password string, o Options) *appws.Service {
	s := newService(appws.ServiceConfig{
		Passwords: func(context.Context, appws.Attempt) ([]string, error) { return []string{password}, nil },
		Domain:    "demo.example",
		AppInfo: func(string) appws.AppInfo {
			return appws.AppInfo{ServiceAPIs: map[string]any{"com.example.echo": struct{}{}}}
		},
		AnyOrigin: o.AnyOrigin, Log: o.Log,
	})
	s.HandleAPI("echo", serveEcho)
	return s
}

// newService is appws.NewService for a config that is right.
func newService(cfg appws.ServiceConfig) *appws.Service {
	s, err := appws.NewService(cfg)
	if err != nil {
		panic("appwstest: " + err.Error())
	}
	return s
}

// echoDesk is the API "echo" on one connection.
type echoDesk struct {
	conn   *appws.APIConn
	counts sync.WaitGroup
	stops  []context.CancelFunc
}

func serveEcho(ctx context.Context, conn *appws.APIConn) error {
	d := echoDesk{conn: conn}
	ctx, cancel := context.WithCancel(ctx)
	defer d.counts.Wait()
	defer cancel()
	for {
		m, err := conn.Recv(ctx)
		if err != nil {
			return nil // the connection is over
		}
		if err := d.answer(ctx, m); err != nil {
			return err
		}
	}
}

func (d *echoDesk) answer(ctx context.Context, m appws.Message) error {
	switch m.MT {
	case "Echo":
		var request struct {
			Data json.RawMessage `json:"data"`
		}
		_ = m.Decode(&request) // data may be anything
		return d.reply(ctx, m, map[string]json.RawMessage{"data": orNull(request.Data)})
	case "Encrypted":
		return d.reply(ctx, m, d.encrypted(m))
	case "Subscribe":
		return d.subscribe(ctx, m)
	case "Unsubscribe":
		for _, stop := range d.stops {
			stop()
		}
		d.stops = nil
		return d.reply(ctx, m, nil)
	}
	return d.reply(ctx, m, practiceError("the echo does not know this message"))
}

func orNull(v []byte) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}

func practiceError(text string) any {
	return map[string]string{"error": text}
}

func (d *echoDesk) reply(ctx context.Context, m appws.Message, v any) error {
	text, err := m.Result(v)
	if err == nil {
		err = d.conn.Send(ctx, text)
	}
	if !errors.Is(err, appws.ErrTooLong) {
		return err
	}
	text, err = m.Result(practiceError(err.Error()))
	if err == nil {
		err = d.conn.Send(ctx, text)
	}
	if errors.Is(err, appws.ErrTooLong) {
		return nil // its src alone is too long to be repeated
	}
	return err
}

// encrypted decrypts a text and encrypts it again.
func (d *echoDesk) encrypted(m appws.Message) any {
	var request struct{ Seed, Data string }
	if err := m.Decode(&request); err != nil {
		return practiceError("seed and data are texts")
	}
	plain, err := d.conn.Decrypt(request.Seed, request.Data)
	if err != nil {
		return practiceError(err.Error())
	}
	seed := newSeed()
	again, err := d.conn.Encrypt(seed, plain)
	if err != nil {
		return practiceError(err.Error())
	}
	hash, err := d.conn.Hash(seed, plain)
	if err != nil {
		return practiceError(err.Error())
	}
	return map[string]string{"seed": seed, "data": again, "hash": hash}
}

// newSeed is a seed that is used once.
func newSeed() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return hex.EncodeToString(b[:])
}

func (d *echoDesk) subscribe(ctx context.Context, m appws.Message) error {
	if len(d.stops) == maxCounts {
		return d.reply(ctx, m, practiceError(fmt.Sprintf("there are %d subscriptions already", maxCounts)))
	}
	if err := d.reply(ctx, m, nil); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	d.stops = append(d.stops, stop)
	d.counts.Go(func() { d.count(ctx, m) })
	return nil
}

// count sends numbers under the src of the subscription until it ends.
func (d *echoDesk) count(ctx context.Context, m appws.Message) {
	ticker := time.NewTicker(countEvery)
	defer ticker.Stop()
	for n := 1; ; n++ {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		text, err := m.Indication("Count", map[string]int{"count": n})
		if err != nil || d.conn.Send(context.WithoutCancel(ctx), text) != nil {
			return
		}
	}
}
