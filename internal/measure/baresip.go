package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// baresip is a pair of baresips on this machine that call each other, the first one the second.
type baresip struct {
	directory string
	ends      [2]*baresipEnd
}

// baresipEnd is one of them. Its control port takes commands and tells what happens, as JSON in netstrings.
type baresipEnd struct {
	process *exec.Cmd
	control net.Conn
	reading sync.WaitGroup
	sound   chan time.Time // when it came first in each call
}

// baresipModules is where Debian has them.
const baresipModules = "/usr/lib/baresip/modules"

// errNoBaresip is why a peer has no figures.
var errNoBaresip = errors.New("baresip is not installed")

// startBaresip starts both; they say pcm again and again and play to nobody. Calls are encrypted as ours are, with
// DTLS-SRTP and ICE.
func startBaresip(ctx context.Context, pcm []int16) (*baresip, error) {
	if _, err := exec.LookPath("baresip"); err != nil {
		return nil, errNoBaresip
	}
	card, address, err := ownAddress()
	if err != nil {
		return nil, err
	}
	directory, err := os.MkdirTemp("", "measure")
	if err != nil {
		return nil, err
	}
	b := &baresip{directory: directory}
	speech := filepath.Join(directory, "speech.wav")
	err = writeWAV(speech, pcm)
	for i, name := range []string{"from", "to"} {
		if err == nil {
			b.ends[i], err = startBaresipEnd(ctx, filepath.Join(directory, name), name, card, address, speech, i)
		}
	}
	if err != nil {
		b.close()
		return nil, fmt.Errorf("start baresip: %w", err)
	}
	return b, nil
}

// ownAddress is an address of this machine that is no loopback, which baresip does not use.
func ownAddress() (card, address string, err error) {
	cards, err := net.Interfaces()
	if err != nil {
		return "", "", err
	}
	for _, c := range cards {
		addresses, err := c.Addrs()
		if err != nil || c.Flags&net.FlagLoopback != 0 || c.Flags&net.FlagUp == 0 {
			continue
		}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil {
				return c.Name, n.IP.String(), nil
			}
		}
	}
	return "", "", errors.New("baresip needs an IPv4 address besides the loopback interface")
}

func sipPort(i int) int { return 25060 + 10*i }

func startBaresipEnd(ctx context.Context, directory, name, card, address, speech string, i int) (*baresipEnd, error) {
	port, control := sipPort(i), 25061+10*i
	settings := fmt.Sprintf(`sip_listen %s:%d
call_max_calls 64
audio_player aubridge,nowhere
audio_source aufile,%s
audio_alert aufile,%s
ausrc_srate 48000
auplay_srate 48000
ausrc_channels 1
auplay_channels 1
net_interface %s
rtcp_mux yes
opus_bitrate 40000
opus_stereo no
opus_sprop_stereo no
ctrl_tcp_listen 127.0.0.1:%d
module_path %s
`, address, port, speech, filepath.Join(directory, "none.wav"), card, control, baresipModules)
	for _, m := range []string{"opus", "aufile", "aubridge", "srtp", "dtls_srtp", "ice"} {
		settings += "module " + m + ".so\n"
	}
	settings += "module_tmp account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n"
	account := fmt.Sprintf("<sip:%s@%s:%d;transport=udp>;regint=0;answermode=auto;audio_codecs=opus/48000/1;mediaenc=dtls_srtp;medianat=ice\n", name, address, port)
	if err := os.Mkdir(directory, 0o700); err != nil {
		return nil, err
	}
	for file, text := range map[string]string{"config": settings, "accounts": account, "contacts": ""} {
		if err := os.WriteFile(filepath.Join(directory, file), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	e := &baresipEnd{process: exec.Command("baresip", "-4", "-f", directory), sound: make(chan time.Time, 64)}
	e.process.Dir = directory
	if err := e.process.Start(); err != nil {
		return nil, err
	}
	if err := e.attach(ctx, control); err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

// attach connects to the control port, which is there a moment after the start.
func (e *baresipEnd) attach(ctx context.Context, port int) error {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			e.control = conn
			e.reading.Go(e.read)
			return nil
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return errors.New("it does not open its control port")
		}
	}
}

// read takes in what happens until the connection ends.
func (e *baresipEnd) read() {
	in := bufio.NewReader(e.control)
	for {
		length, err := in.ReadString(':')
		n, bad := strconv.Atoi(strings.TrimSuffix(length, ":"))
		if err != nil || bad != nil || n < 0 || n > 1<<20 {
			return
		}
		text := make([]byte, n+1) // with a comma
		if _, err := io.ReadFull(in, text); err != nil {
			return
		}
		var event struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(text[:n], &event) == nil && event.Type == "CALL_RTPESTAB" {
			select {
			case e.sound <- time.Now():
			default: // nobody waits for so many
			}
		}
	}
}

func (e *baresipEnd) command(name, parameters string) error {
	text, err := json.Marshal(map[string]string{"command": name, "params": parameters})
	if err == nil {
		_, err = fmt.Fprintf(e.control, "%d:%s,", len(text), text)
	}
	return err
}

func (e *baresipEnd) close() {
	_ = e.process.Process.Kill()
	_ = e.process.Wait()
	if e.control != nil {
		_ = e.control.Close()
	}
	e.reading.Wait()
}

func (b *baresip) close() {
	for _, e := range b.ends {
		if e != nil {
			e.close()
		}
	}
	_ = os.RemoveAll(b.directory)
}

// call makes a call and returns how many ms later sound had come to both ends.
func (b *baresip) call(ctx context.Context) (float64, error) {
	_, address, err := ownAddress()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := b.ends[0].command("dial", fmt.Sprintf("sip:to@%s:%d", address, sipPort(1))); err != nil {
		return 0, err
	}
	limit := time.After(connectLimit)
	var last time.Time
	for _, e := range b.ends {
		select {
		case at := <-e.sound:
			if at.After(last) {
				last = at
			}
		case <-limit:
			return 0, errors.New("a call between two baresips did not come up")
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return milliseconds(last.Sub(began)), nil
}

// hangUp ends the last call.
func (b *baresip) hangUp(ctx context.Context) error {
	return errors.Join(b.ends[0].command("hangup", ""), pause(ctx, 100*time.Millisecond))
}

// spend holds some calls and returns the processor time of one end in percent, a call.
func (b *baresip) spend(ctx context.Context, calls int) (float64, error) {
	for range calls {
		if _, err := b.call(ctx); err != nil {
			return 0, err
		}
	}
	return watchProcessor(ctx, float64(2*calls), func() time.Duration { return b.processor() })
}

// processor is the processor time of both.
func (b *baresip) processor() (sum time.Duration) {
	for _, e := range b.ends {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", e.process.Process.Pid))
		_, after, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(after); len(f) > 12 {
			user, _ := strconv.Atoi(f[11])
			system, _ := strconv.Atoi(f[12])
			sum += time.Duration(user+system) * 10 * time.Millisecond // of the kernel's clock tick
		}
	}
	return sum
}

// writeWAV writes sound as a file with one plain chunk.
func writeWAV(path string, pcm []int16) error {
	const header = 44
	b := make([]byte, 0, header+2*len(pcm))
	little := func(n, bytes int) {
		for range bytes {
			b = append(b, byte(n))
			n >>= 8
		}
	}
	b = append(b, "RIFF"...)
	little(header-8+2*len(pcm), 4)
	b = append(b, "WAVEfmt "...)
	for _, f := range [][2]int{{16, 4}, {1, 2}, {1, 2}, {soundRate, 4}, {2 * soundRate, 4}, {2, 2}, {16, 2}} {
		little(f[0], f[1])
	}
	b = append(b, "data"...)
	little(2*len(pcm), 4)
	for _, v := range pcm {
		little(int(uint16(v)), 2)
	}
	return os.WriteFile(path, b, 0o600)
}
