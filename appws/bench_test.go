package appws

import (
	"bufio"
	"context"
	"crypto/rc4"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/cputime"
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
	s := newService(ServiceConfig{Passwords: oneOf("pw")})
	s.HandleAPI("echo", bareEchoAPI)
	return serve(tb, s)
}

func bareEchoAPI(ctx context.Context, c *APIConn) error {
	for {
		m, err := c.Recv(ctx)
		if err != nil {
			return nil
		}
		if err := c.SendText(ctx, string(m.Raw)); err != nil {
			return nil
		}
	}
}

func BenchmarkEcho(b *testing.B) {
	for _, size := range []int{echo350, MaxMessage} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			conn := dial(b, Config{URL: newBareEcho(b), App: "a", Password: "pw"})
			text := echoText(size)
			ctx := context.Background()
			var took []time.Duration
			b.ReportAllocs()
			for b.Loop() {
				began := time.Now()
				if err := conn.SendText(ctx, text); err != nil {
					b.Fatal(err)
				}
				if _, err := conn.Recv(ctx); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			reportTrips(b, took)
		})
	}
}

// reportTrips tells how many round trips there were in a second and how long they took.
func reportTrips(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "trips/s")
	for _, percent := range []int{50, 99} {
		d := took[len(took)*percent/100]
		b.ReportMetric(float64(d.Nanoseconds())/1e3, fmt.Sprintf("µs/p%d", percent))
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

// BenchmarkAgainstFloor runs ours and the bare websocket in turn and compares the medians, so that
// the ratio holds on a busy machine.
func BenchmarkAgainstFloor(b *testing.B) {
	ctx := context.Background()
	for _, size := range []int{echo350, MaxMessage} {
		conn, sock := dial(b, Config{URL: newBareEcho(b), App: "a", Password: "pw"}), dialBare(b)
		text := echoText(size)
		raw := []byte(text)
		b.Run(fmt.Sprintf("echo/%dB", size), func(b *testing.B) {
			takeTurns(b, func() error {
				if err := conn.SendText(ctx, text); err != nil {
					return err
				}
				_, err := conn.Recv(ctx)
				return err
			}, func() error {
				if err := sock.Write(ctx, raw); err != nil {
					return err
				}
				_, err := sock.Read(ctx)
				return err
			})
		})
	}
	key := NewSessionKey("0123456789abcdef", "pw")
	for _, size := range sizes {
		text := strings.Repeat("x", size)
		b.Run(fmt.Sprintf("encrypt/%dB", size), func(b *testing.B) {
			takeTurns(b, func() error { _, err := key.Encrypt("seed", text); return err }, func() error { return encryptBare(key, text) })
		})
		b.Run(fmt.Sprintf("hash/%dB", size), func(b *testing.B) {
			takeTurns(b, func() error { _ = key.Hash("seed", text); return nil }, func() error { hashBare(key, text); return nil })
		})
	}
}

// takeTurns reports how long ours takes, by the median, and how many times as long as theirs.
func takeTurns(b *testing.B, ours, theirs func() error) {
	var took [2][]time.Duration
	for b.Loop() {
		for i, f := range []func() error{ours, theirs} {
			began := time.Now()
			if err := f(); err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], time.Since(began))
		}
	}
	var medians [2]float64
	for i := range took {
		slices.Sort(took[i])
		medians[i] = float64(took[i][len(took[i])/2].Nanoseconds())
	}
	b.ReportMetric(medians[0]/1e3, "µs/ours")
	b.ReportMetric(medians[0]/medians[1], "x-floor")
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
	reportTrips(b, all)
}

// BenchmarkMemory1000 is what 1,000 connections take at each end, after a message each way, in memory that the
// system counts (RSS). The service is a process of its own.
func BenchmarkMemory1000(b *testing.B) {
	const n = 1000
	for b.Loop() {
		service := startAlone(b)
		debug.FreeOSMemory() // of an earlier round
		here, there := resident(b, os.Getpid()), resident(b, service.pid)
		conns := make([]*Conn, n)
		for i := range conns {
			conns[i] = dial(b, Config{URL: service.url, App: "a", Password: "pw"})
			if err := conns[i].SendText(b.Context(), echoText(echo350)); err != nil {
				b.Fatal(err)
			}
			if _, err := conns[i].Recv(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric((resident(b, os.Getpid())-here)/n, "client-kB/conn")
		b.ReportMetric((resident(b, service.pid)-there)/n, "service-kB/conn")
		for _, c := range conns {
			_ = c.link.sock.CloseNow()
			_ = c.Close()
		}
		service.stop()
	}
}

// resident is the memory of a process that is not swapped out, in kB.
func resident(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	var kB float64
	for line := range strings.Lines(string(status)) {
		_, _ = fmt.Sscanf(line, "VmRSS: %f kB", &kB)
	}
	return kB
}

// BenchmarkReceive is a message that streams in, decoded. The sender is a process of its own; what the
// receiver can do is computed from its processor time, which other programs do not change.
func BenchmarkReceive(b *testing.B) {
	conn := dial(b, Config{URL: startAlone(b).url, App: "a", Password: "pw"})
	ctx := context.Background()
	if err := conn.SendText(ctx, `{"mt":"Begin","api":"stream"}`); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	before := cputime.Used()
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
	b.ReportMetric(float64((cputime.Used()-before).Nanoseconds())/1e3/float64(b.N), "core-µs/msg")
}

// streamAPI sends messages of 350 bytes as fast as they are taken.
func streamAPI(ctx context.Context, c *APIConn) error {
	text := echoText(echo350)
	for c.SendText(ctx, text) == nil {
	}
	return nil
}

// BenchmarkLogin is a connection from the TCP handshake to the AppLoginResult and its end. Its floor is a bare
// websocket with as many messages. The service is a process of its own with one core. What each end can do is
// computed from its processor time, which other programs do not change.
func BenchmarkLogin(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		measureLogins(b, func(url string) error {
			conn, err := Dial(context.Background(), Config{URL: url, App: "a", Password: "pw"})
			if err != nil {
				return err
			}
			_ = conn.link.sock.CloseNow()
			return conn.Close()
		})
	})
	b.Run("bare", func(b *testing.B) {
		ctx := context.Background()
		measureLogins(b, func(url string) error {
			sock, err := ws.Dial(ctx, url+barePath, ws.Options{})
			if err != nil {
				return err
			}
			for _, text := range []string{challengeText, echoText(200)} {
				if err := sock.Write(ctx, []byte(text)); err != nil {
					return err
				}
				if _, err := sock.Read(ctx); err != nil {
					return err
				}
			}
			return sock.CloseNow()
		})
	})
}

// barePath is where serveAlone has the echo without an AppWebsocket.
const barePath = "/bare"

func measureLogins(b *testing.B, logIn func(url string) error) {
	service := startAlone(b)
	ours := cputime.Used()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := logIn(service.url); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "logins/s")
	b.ReportMetric(float64(b.N)/(cputime.Used()-ours).Seconds(), "client-logins/core-s")
	state := service.stop()
	b.ReportMetric(float64(b.N)/(state.UserTime()+state.SystemTime()).Seconds(), "service-logins/core-s")
}

// aloneEnv makes this test program only a service, see serveAlone.
const aloneEnv = "APPWS_SERVE_ALONE"

// alone is a service in a process with one core. stop ends it and returns the processor time it used.
type alone struct {
	url  string
	pid  int
	stop func() *os.ProcessState
}

func startAlone(b *testing.B) alone {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), aloneEnv+"=1", "GOMAXPROCS=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	stop := sync.OnceValue(func() *os.ProcessState {
		_ = stdin.Close()
		_ = cmd.Wait()
		return cmd.ProcessState
	})
	b.Cleanup(func() { stop() })
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return alone{strings.TrimSpace(url), cmd.Process.Pid, stop}
}

// serveAlone prints its address and serves until its input ends.
func serveAlone() {
	s := newService(ServiceConfig{Passwords: oneOf("pw")})
	s.HandleAPI("echo", bareEchoAPI)
	s.HandleAPI("stream", streamAPI)
	mux := http.NewServeMux()
	mux.Handle("/", s)
	mux.Handle(barePath, bareEcho{})
	server := httptest.NewServer(mux)
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = s.Close()
	server.Close()
}

// BenchmarkAdmit is what a login costs the service, without the network.
func BenchmarkAdmit(b *testing.B) {
	raw := []byte(Login{App: "a", SIP: "s", Domain: "d", Info: []byte(`{"appobj":"obj","cn":"x","apps":[]}`)}.Signed("c", "pw").message())
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
		if _, err := ParseMessage(raw); err != nil {
			b.Fatal(err)
		}
	}
}

var sizes = []int{350, 4096}

// encryptBare is Encrypt with nothing but the libraries that it stands on.
func encryptBare(key SessionKey, text string) error {
	c, err := rc4.NewCipher([]byte("seed:" + string(key)))
	if err != nil {
		return err
	}
	data := []byte(text)
	c.XORKeyStream(data, data)
	_ = hex.EncodeToString(data)
	return nil
}

// hashBare is the same of Hash.
func hashBare(key SessionKey, text string) {
	sum := sha256.Sum256([]byte("seed:" + string(key) + ":" + text))
	_ = hex.EncodeToString(sum[:])
}

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
				if err := encryptBare(key, text); err != nil {
					b.Fatal(err)
				}
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
				hashBare(key, text)
			}
		})
	}
}
