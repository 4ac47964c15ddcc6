package ws

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"nhooyr.io/websocket"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// serve runs f on every accepted connection.
func serve(t *testing.T, f func(context.Context, *Conn)) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := Accept(w, r, AcceptOptions{})
		if err != nil {
			return
		}
		defer c.CloseNow()
		f(r.Context(), c)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func echo(ctx context.Context, c *Conn) {
	for {
		data, err := c.Read(ctx)
		if err != nil || c.Write(ctx, data) != nil {
			return
		}
	}
}

// TestLargeMessages: the library's own limit of 32 KiB does not apply, neither to whole messages
// nor to fragments.
func TestLargeMessages(t *testing.T) {
	c, err := Dial(within(t), serve(t, echo), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(StatusNormal, "")
	for _, size := range []int{0, 1, 32_768, 65_535, 1 << 20} {
		data := bytes.Repeat([]byte("x"), size)
		if err := c.Write(within(t), data); err != nil {
			t.Fatal(err)
		}
		got, err := c.Read(within(t))
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes came back as %d: %v", size, len(got), err)
		}
	}
	data := bytes.Repeat([]byte("fragment "), 10_000)
	if err := c.WriteFragments(within(t), data, 16_384); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Read(within(t)); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("fragments came back as %d bytes: %v", len(got), err)
	}
}

func TestReadLimit(t *testing.T) {
	c, err := Dial(within(t), serve(t, echo), Options{ReadLimit: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	if err := c.Write(within(t), bytes.Repeat([]byte("x"), 101)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(within(t)); err == nil {
		t.Error("a message over the limit was taken")
	}
}

// TestBigMessagesArePassedOver: the connection goes on behind them, and how they began is known.
func TestBigMessagesArePassedOver(t *testing.T) {
	c, err := Dial(within(t), serve(t, echo), Options{ReadLimit: 3000, SkipBig: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	for _, size := range []int{3000, 3001, 2 << 20} {
		data := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		if err := c.WriteFragments(within(t), data, 16_384); err != nil {
			t.Fatal(err)
		}
		got, err := c.Read(within(t))
		var big *BigError
		switch {
		case size <= 3000:
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes came back as %d: %v", size, len(got), err)
			}
		case !errors.As(err, &big) || big.Size != int64(size) || big.Limit != 3000 || !bytes.Equal(big.Head, data[:headOfBig]):
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

// TestOnlyText: binary and invalid UTF-8 end the connection with the code the RFC names.
func TestOnlyText(t *testing.T) {
	for name, c := range map[string]struct {
		kind websocket.MessageType
		data []byte
		want websocket.StatusCode
	}{
		"binary":    {websocket.MessageBinary, []byte("x"), websocket.StatusUnsupportedData},
		"not UTF-8": {websocket.MessageText, []byte{0xff, 0xfe}, websocket.StatusInvalidFramePayloadData},
	} {
		t.Run(name, func(t *testing.T) {
			got := make(chan error, 1)
			url := serve(t, func(ctx context.Context, c *Conn) {
				_, err := c.Read(ctx)
				got <- err
			})
			raw, _, err := websocket.Dial(within(t), url, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.CloseNow()
			if err := raw.Write(within(t), c.kind, c.data); err != nil {
				t.Fatal(err)
			}
			_, _, err = raw.Read(within(t))
			if code := websocket.CloseStatus(err); code != c.want {
				t.Errorf("closed with %d, want %d", code, c.want)
			}
			if err := <-got; !errors.Is(err, ErrNotText) {
				t.Errorf("the reader got %v", err)
			}
		})
	}
}

// TestAnyBytes: a client may prefer broken text to no connection.
func TestAnyBytes(t *testing.T) {
	const text = "M\xfcller"
	url := serve(t, func(ctx context.Context, c *Conn) {
		_ = c.Write(ctx, []byte(text))
		_, _ = c.Read(ctx)
	})
	c, err := Dial(within(t), url, Options{AnyBytes: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	if got, err := c.Read(within(t)); string(got) != text || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestUpgradeRefused(t *testing.T) {
	s := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusFound))
	defer s.Close()
	_, err := Dial(within(t), strings.Replace(s.URL, "http", "ws", 1), Options{})
	var refused *UpgradeError
	if !errors.As(err, &refused) || refused.Status != http.StatusFound || refused.Header.Get("Location") != "/elsewhere" {
		t.Errorf("got %v", err)
	}
}

// TestCloseDoesNotWaitForASilentPeer: the library would wait five seconds.
func TestCloseDoesNotWaitForASilentPeer(t *testing.T) {
	hold := make(chan struct{})
	url := serve(t, func(context.Context, *Conn) { <-hold })
	defer close(hold)
	c, err := Dial(within(t), url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_ = c.Close(StatusNormal, "bye")
	if took := time.Since(began); took > 3*closeTimeout {
		t.Errorf("closing took %s", took)
	}
}

func TestCloseTellsWhy(t *testing.T) {
	url := serve(t, func(_ context.Context, c *Conn) { _ = c.Close(StatusPolicy, "not you") })
	c, err := Dial(within(t), url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	_, err = c.Read(within(t))
	if status, reason := StatusOf(err); status != StatusPolicy || reason != "not you" {
		t.Errorf("got %d %q from %v", status, reason, err)
	}
}
