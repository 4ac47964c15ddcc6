package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// chromiumPage is the page that calls itself.
//
//go:embed chromium.html
var chromiumPage []byte

// chromium is a headless Chromium that holds calls between two ends of one page.
type chromium struct {
	directory string
	process   *exec.Cmd
	server    *http.Server
	serving   sync.WaitGroup
	took      chan float64 // ms from the offer to packets at both ends, of each call
	failed    chan error
}

// browserLimit is how long a Chromium may take to start and call.
const browserLimit = 60 * time.Second

// startChromium has a page make so many calls one after the other, the last of which stays. Its microphone is a
// tone of its own, or mouthA, and earB its speaker, where cards is true.
func startChromium(ctx context.Context, calls int, cards bool) (*chromium, error) {
	if _, err := exec.LookPath("chromium"); err != nil {
		return nil, errors.New("Chromium is not installed")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &chromium{took: make(chan float64, calls), failed: make(chan error, 1)}
	c.server = &http.Server{Handler: c.pages(), ReadHeaderTimeout: connectLimit}
	c.serving.Go(func() { _ = c.server.Serve(listener) })
	if c.directory, err = os.MkdirTemp("", "measure"); err != nil {
		c.close()
		return nil, err
	}
	arguments := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir=" + c.directory, "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection",
		"--disable-features=WebRtcHideLocalIpsWithMdns,AudioServiceOutOfProcess,AudioServiceSandbox", "--use-fake-ui-for-media-stream",
	}
	if !cards {
		arguments = append(arguments, "--use-fake-device-for-media-stream")
	}
	if os.Geteuid() == 0 {
		arguments = append(arguments, "--no-sandbox")
	}
	page := fmt.Sprintf("http://%s/?calls=%d", listener.Addr(), calls)
	c.process = exec.CommandContext(ctx, "chromium", append(arguments, page)...)
	c.process.Env = append(os.Environ(), "PULSE_SOURCE="+browserMic, "PULSE_SINK=earB")
	c.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it is many processes
	if err := c.process.Start(); err != nil {
		c.process = nil
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *chromium) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(chromiumPage)
	})
	mux.HandleFunc("POST /took", func(_ http.ResponseWriter, r *http.Request) {
		if ms, err := strconv.ParseFloat(r.FormValue("ms"), 64); err == nil {
			select {
			case c.took <- ms:
			default: // more than was asked for
			}
		}
	})
	mux.HandleFunc("POST /failed", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case c.failed <- fmt.Errorf("Chromium makes no call: %.200q", r.FormValue("why")):
		default: // one is enough
		}
	})
	return mux
}

// next waits for the next call of the page.
func (c *chromium) next(ctx context.Context) (float64, error) {
	select {
	case ms := <-c.took:
		return ms, nil
	case err := <-c.failed:
		return 0, err
	case <-time.After(browserLimit):
		return 0, errors.New("Chromium makes no call")
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (c *chromium) close() {
	if c.process != nil {
		_ = syscall.Kill(-c.process.Process.Pid, syscall.SIGKILL)
		_ = c.process.Wait()
	}
	_ = c.server.Close()
	c.serving.Wait()
	_ = os.RemoveAll(c.directory)
}

// setUpChromium has a page call itself, and returns how long the calls took.
func setUpChromium(ctx context.Context) (took []float64, err error) {
	c, err := startChromium(ctx, peerCalls, false)
	if err != nil {
		return nil, err
	}
	defer c.close()
	for range peerCalls {
		ms, err := c.next(ctx)
		if err != nil {
			return nil, err
		}
		took = append(took, ms)
	}
	return took, nil
}
