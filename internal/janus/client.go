package janus

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/redact"
)

const (
	// eventRoom is how many events wait for the reader of Events, beside those that the loop keeps.
	eventRoom = 64
	// orderRoom is how many orders wait for the loop; when it is full the next one fails.
	orderRoom = 64
	// closeTimeout is how long Close lets the last words be said.
	closeTimeout = time.Second
)

// ErrClosed is what Do returns after Close.
var ErrClosed = errors.New("the client of the gateway is closed")

var errFull = errors.New("too many orders wait for the gateway already")

// Account is whom the gateway registers at the PBX.
type Account struct {
	// URI is the SIP address, "sip:91201@pbx.example.com"; Name is shown to those who are called.
	URI, Name string
	Secret    string
	// Proxy is where the gateway meets the PBX, "sip:127.0.0.1:5060".
	Proxy string
}

// Config of a Client.
type Config struct {
	// URL is that of the gateway: http and https mean long polling, ws and wss a websocket.
	URL *url.URL
	// Transport makes the connections, as reach.Transport does; it is not changed.
	Transport *http.Transport
	Account   Account
	Log       *slog.Logger // nil is silent
}

// Client is one account at one gateway, for as long as it is wanted: sessions and registrations are
// made again without a word from outside.
type Client struct {
	events  chan Event
	orders  chan Order
	closing chan struct{}
	close   sync.Once
	done    chan struct{}
}

// Open begins to register. Close ends what it starts.
func Open(c Config) *Client { return open(c, carrierTo(c.URL, c.Transport)) }

func open(c Config, dial func() carrier) *Client {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	client := &Client{
		events: make(chan Event, eventRoom), orders: make(chan Order, orderRoom),
		closing: make(chan struct{}), done: make(chan struct{}),
	}
	hide := redact.New()
	hide.Learn(c.Account.Secret)
	l := newLoop(c, dial, client, hide)
	go func() {
		defer close(client.done)
		defer close(client.events)
		defer l.stop()
		defer fault.Catch(func(e *fault.Error) { e.Log(c.Log, "the client of the gateway") })
		l.run()
	}()
	return client
}

// Events is closed after Close. While nobody reads, a thousand events are kept, then the gateway is
// not listened to.
func (c *Client) Events() <-chan Event { return c.events }

// Do queues an order and never waits.
func (c *Client) Do(o Order) error {
	select {
	case <-c.closing:
		return ErrClosed
	case <-c.done:
		return ErrClosed
	default:
	}
	select {
	case c.orders <- o:
		return nil
	default:
		return errFull
	}
}

// Close carries out what was ordered, unregisters, and ends all calls. It takes a second at most.
func (c *Client) Close() {
	c.close.Do(func() { close(c.closing) })
	<-c.done
}
