package vodia

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// fakeWire is a socket without a network, for tests in fake time: what the link writes goes to
// sent, and it reads what the test puts into frames.
type fakeWire struct {
	frames chan string
	sent   chan string
	// deaf stops pongs, stuck stops writes.
	deaf, stuck chan struct{}
	gone        chan struct{}
	polite      bool
}

func newFakeWire() *fakeWire {
	return &fakeWire{
		frames: make(chan string, 16), sent: make(chan string, 1024),
		deaf: make(chan struct{}), stuck: make(chan struct{}), gone: make(chan struct{}),
	}
}

// pass lets fake time go by, with everything that happens in it.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (f *fakeWire) socket() socket {
	return socket{
		read: func(ctx context.Context) ([]byte, error) {
			select {
			case frame, ok := <-f.frames:
				if !ok {
					return nil, io.EOF
				}
				return []byte(frame), nil
			case <-f.gone:
			case <-ctx.Done():
			}
			return nil, context.Canceled
		},
		write: func(ctx context.Context, frame []byte) error {
			if closed(f.stuck) {
				<-ctx.Done()
				return ctx.Err()
			}
			f.sent <- string(frame)
			return nil
		},
		ping: func(ctx context.Context) error {
			if !closed(f.deaf) {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		},
		close: func(polite bool) { f.polite = polite; close(f.gone) },
	}
}

// startFake brings a link up on a fake wire; its greeting is taken off.
func startFake(f *fakeWire, changes ...func(*link)) *conn {
	k := link{
		socket: f.socket(), translator: newTranslator("tenant.example.com", "501", generation{}),
		caps: generation{}.caps(), blf: []string{"501"}, agent: "test", release: func() {}, log: slog.New(slog.DiscardHandler),
		do:    func(context.Context, call) (reply, error) { return reply{status: http.StatusNotFound}, nil },
		leave: func([]*leg) {},
	}
	for _, change := range changes {
		change(&k)
	}
	c := start(k)
	for range greeting(nil, wire.Register{}) {
		<-f.sent
	}
	return c
}

// drained counts the events of a kind that have come by now.
func drained[E pbxws.Event](c *conn) int {
	n := 0
	for {
		select {
		case e := <-c.Events():
			if _, ok := e.(E); ok {
				n++
			}
		default:
			return n
		}
	}
}
