//go:build chromium

package browsertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lastWords is how long a killed browser may keep its output open.
const lastWords = 10 * time.Second

// Browser is a headless Chromium at one page.
type Browser struct {
	orders chan order // unbuffered: the page asks for each

	mu      sync.Mutex
	last    int
	waiting map[int]chan done
}

type order struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Args any    `json:"args"`
}

type done struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  string          `json:"error"`
}

// Start opens the page in that file, which it serves at the root of a loopback port together with
// what mux serves. Both end with the test, which fails if there is no Chromium.
func Start(t *testing.T, page string, mux *http.ServeMux) *Browser {
	t.Helper()
	b := &Browser{orders: make(chan order), waiting: map[int]chan done{}}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, page) })
	mux.HandleFunc("GET /order", b.serveOrder)
	mux.HandleFunc("POST /done", b.takeDone)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	run(t, server.URL)
	return b
}

// run starts the program, which ends with the test.
func run(t *testing.T, url string) {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("headless Chromium is needed for this test (Debian's package chromium): %v", err)
	}
	home, err := os.MkdirTemp("", "chromium-")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{
		"--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir=" + home,
		"--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection",
		"--disable-features=WebRtcHideLocalIpsWithMdns",
		"--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", // a microphone that beeps
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox")
	}
	cmd := exec.Command(program, append(args, url)...)
	var noise bytes.Buffer
	cmd.Stdout, cmd.Stderr = &noise, &noise
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = lastWords
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the whole family
		_ = cmd.Wait()
		_ = os.RemoveAll(home)
		if t.Failed() {
			t.Logf("Chromium said:\n%s", noise.Bytes())
		}
	})
}

func (b *Browser) serveOrder(w http.ResponseWriter, r *http.Request) {
	select {
	case o := <-b.orders:
		_ = json.NewEncoder(w).Encode(o)
	case <-r.Context().Done():
	}
}

func (b *Browser) takeDone(_ http.ResponseWriter, r *http.Request) {
	var d done
	if json.NewDecoder(r.Body).Decode(&d) != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if ch := b.waiting[d.ID]; ch != nil {
		ch <- d
		delete(b.waiting, d.ID)
	}
}

// Do lets the page carry out one order, and decodes the result into result, if that is not nil.
func (b *Browser) Do(ctx context.Context, t testing.TB, name string, args map[string]any, result any) {
	t.Helper()
	if err := b.Try(ctx, name, args, result); err != nil {
		t.Fatalf("the browser, told to %s: %v", name, err)
	}
}

// Try is Do for an order that may fail; the error is in the page's words.
func (b *Browser) Try(ctx context.Context, name string, args map[string]any, result any) error {
	answer := make(chan done, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.waiting[id] = answer
	b.mu.Unlock()
	select {
	case b.orders <- order{id, name, args}:
	case <-ctx.Done():
		return fmt.Errorf("it does not ask: %w", ctx.Err())
	}
	select {
	case d := <-answer:
		if d.Error != "" {
			return fmt.Errorf("%s", d.Error)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(d.Result, result)
	case <-ctx.Done():
		return fmt.Errorf("it does not answer: %w", ctx.Err())
	}
}
