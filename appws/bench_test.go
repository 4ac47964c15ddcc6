package appws

import (
	"context"
	"crypto/rc4"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
)

const echo350 = 350

// echoText is an Echo of so many bytes in all.
func echoText(size int) string {
	const frame = `{"mt":"Echo","api":"echo","data":""}`
	return frame[:len(frame)-2] + strings.Repeat("x", size-len(frame)) + `"}`
}

// newBareEcho is a service whose echo gives back the text, so that the benchmarks of the
// connection do not measure the practice service.
func newBareEcho(tb testing.TB) string {
	s := NewService(ServiceConfig{Passwords: oneOf("pw")})
	s.HandleAPI("echo", func(ctx context.Context, c *APIConn) error {
		for {
			m, err := c.Recv(ctx)
			if err != nil {
				return nil
			}
			if err := c.SendText(ctx, string(m.Raw)); err != nil {
				return nil
			}
		}
	})
	return serve(tb, s)
}

func BenchmarkEcho(b *testing.B) {
	for _, size := range []int{echo350, MaxMessage} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			conn := dial(b, Config{URL: newBareEcho(b), App: "a", Password: "pw"})
			text := echoText(size)
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				if err := conn.SendText(ctx, text); err != nil {
					b.Fatal(err)
				}
				if _, err := conn.Recv(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEchoBare is the floor of BenchmarkEcho: the same texts through the websocket alone.
func BenchmarkEchoBare(b *testing.B) {
	for _, size := range []int{echo350, MaxMessage} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			sock := dialBare(b)
			text := []byte(echoText(size))
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				if err := sock.Write(ctx, text); err != nil {
					b.Fatal(err)
				}
				if _, err := sock.Read(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func dialBare(b *testing.B) *ws.Conn {
	server := httptest.NewServer(bareEcho{})
	b.Cleanup(server.Close)
	sock, err := ws.Dial(deadline(b), server.URL, ws.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = sock.CloseNow() })
	return sock
}

// BenchmarkEcho1000 is one round trip on each of 1,000 connections at a time.
func BenchmarkEcho1000(b *testing.B) {
	const n = 1000
	url := newBareEcho(b)
	conns := make([]*Conn, n)
	for i := range conns {
		conns[i] = dial(b, Config{URL: url, App: "a", Password: "pw"})
	}
	text := echoText(echo350)
	took := make([]time.Duration, n)
	ctx := context.Background()
	var all []time.Duration
	for b.Loop() {
		var wg sync.WaitGroup
		for i, c := range conns {
			wg.Go(func() {
				began := time.Now()
				if c.SendText(ctx, text) == nil {
					_, _ = c.Recv(ctx)
				}
				took[i] = time.Since(began)
			})
		}
		wg.Wait()
		all = append(all, took...)
	}
	slices.Sort(all)
	b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "trips/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "µs/p50")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "µs/p99")
}

// BenchmarkReceive is a message that streams in, decoded.
func BenchmarkReceive(b *testing.B) {
	s := NewService(ServiceConfig{Passwords: oneOf("pw")})
	s.HandleAPI("echo", func(ctx context.Context, c *APIConn) error {
		text := echoText(echo350)
		for c.SendText(ctx, text) == nil {
		}
		return nil
	})
	conn := dial(b, Config{URL: serve(b, s), App: "a", Password: "pw"})
	ctx := context.Background()
	if err := conn.SendText(ctx, echoText(echo350)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		m, err := conn.Recv(ctx)
		if err != nil {
			b.Fatal(err)
		}
		var body struct{ Data string }
		if err := m.Decode(&body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLogin is a connection from the TCP handshake to the AppLoginResult, two at a time.
func BenchmarkLogin(b *testing.B) {
	url := newBareEcho(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			conn, err := Dial(context.Background(), Config{URL: url, App: "a", Password: "pw"})
			if err != nil {
				b.Error(err)
				return
			}
			_ = conn.link.sock.CloseNow()
			_ = conn.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "logins/s")
}

// BenchmarkAdmit is what a login costs the service beside the network.
func BenchmarkAdmit(b *testing.B) {
	raw := []byte(Login{App: "a", SIP: "s", Domain: "d", Info: []byte(`{"appobj":"obj","cn":"x","apps":[]}`)}.signed("c", "pw").message())
	b.ReportAllocs()
	for b.Loop() {
		a := admission{passwords: oneOf("pw"), tries: 1, challenge: "c"}
		if _, err := a.check(context.Background(), raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseMessage(b *testing.B) {
	raw := []byte(`{"mt":"CallInfo","api":"RCC","src":"m1","user":201,"call":5012,"msg":"r-conn","peer":{"num":"305","dn":"Carla Verdi"},"ts":[1,2.5,true,null]}`)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseMessage(raw); err != nil {
			b.Fatal(err)
		}
	}
}

var sizes = []int{350, 4096}

func BenchmarkEncrypt(b *testing.B) {
	key := NewSessionKey("0123456789abcdef", "pw")
	for _, size := range sizes {
		text := strings.Repeat("x", size)
		b.Run(fmt.Sprintf("ours/%dB", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := key.Encrypt("seed", text); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("rc4+hex/%dB", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				c, err := rc4.NewCipher([]byte("seed:" + string(key)))
				if err != nil {
					b.Fatal(err)
				}
				data := []byte(text)
				c.XORKeyStream(data, data)
				_ = hex.EncodeToString(data)
			}
		})
	}
}

func BenchmarkHash(b *testing.B) {
	key := NewSessionKey("0123456789abcdef", "pw")
	for _, size := range sizes {
		text := strings.Repeat("x", size)
		b.Run(fmt.Sprintf("ours/%dB", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				_ = key.Hash("seed", text)
			}
		})
		b.Run(fmt.Sprintf("sha256+hex/%dB", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				sum := sha256.Sum256([]byte("seed:" + string(key) + ":" + text))
				_ = hex.EncodeToString(sum[:])
			}
		})
	}
}
