package term

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/patchcord/patchcord/tui/terminput"
)

const (
	// saveTitle and loadTitle use the terminal's stack of titles (XTWINOPS 22 and 23).
	saveTitle = "\x1b[22;2t"
	loadTitle = "\x1b[23;2t"
	// enterScreen: alternate screen, no wrapping at the last column, bracketed paste, no
	// cursor. It is part of every frame that is drawn from nothing.
	enterScreen = "\x1b[?1049h\x1b[?7l\x1b[?2004h" + cursorHide
	// leaveScreen begins by ending a string or a frame that was cut off half way.
	leaveScreen = "\x1b\\" + syncEnd + "\x1b[0m" + mouseOff + "\x1b[?2004l\x1b[?7h" + cursorShow + "\x1b[?1049l"
)

// ErrNoTerminal says that input or output is not a terminal.
var ErrNoTerminal = errors.New("the screen needs a terminal for both input and output")

// Terminal is the terminal in raw mode. Restoring works from any goroutine, once.
type Terminal struct {
	in, out *os.File // as they were given; for ioctls, which must not disturb the two below
	keys    *keyboard
	Input   *terminput.Reader // what of keys is a person's doing
	Writer  *os.File
	saved   *mode
	// farewell is sent to it last. titles tells that its title has to be restored.
	farewell string
	titles   bool
	// Signals tell of the window and of stops; full means that one waits already, and one is enough.
	Signals chan os.Signal
	mu      sync.Mutex
	// restored tells that it was given back for good.
	restored bool
}

// Open takes the terminal over. It writes nothing yet but the title's rescue.
func Open(in, out *os.File, titles bool, farewell string) (*Terminal, error) {
	saved, err := makeRaw(in)
	if err != nil {
		return nil, fmt.Errorf("switch the terminal to raw mode: %w", err)
	}
	t := &Terminal{in: in, out: out, saved: saved, farewell: farewell, titles: titles, Signals: make(chan os.Signal, 1)}
	t.keys = newKeyboard(reopen(in, os.O_RDONLY))
	t.Input = terminput.New(t.keys)
	t.Writer = reopen(out, os.O_WRONLY)
	if titles {
		io.WriteString(t.Writer, saveTitle)
	}
	return t, nil
}

const (
	// maxColumns and maxRows are the largest screen that is drawn: more than fits on a wall at
	// the smallest type.
	maxColumns, maxRows = 1200, 500
	// absurd is the size from which a terminal is not believed.
	absurd = 10_000
)

// Size in columns and lines; 80 by 24 where the terminal does not say or says nonsense.
func (t *Terminal) Size() (w, h int) {
	w, h, err := sizeOf(t.out)
	if err != nil || w <= 0 || h <= 0 || w >= absurd || h >= absurd {
		return 80, 24
	}
	return min(w, maxColumns), min(h, maxRows)
}

// resume takes the terminal over again after the process was stopped and continued.
func (t *Terminal) resume() error {
	_, err := makeRaw(t.in)
	return err
}

// Resized answers a signal with the present size, after it has obeyed one that stops the program.
// Every change of the size has everything drawn again: a window that became smaller and larger before
// we looked has the size that we know, but not what stood in it.
func (t *Terminal) Resized(sig os.Signal, hold func() func()) (w, h int, anew bool) {
	if sig == askedToStop {
		t.Suspend(false, hold)
	}
	w, h = t.Size()
	return w, h, sig != wentOn || t.resume() == nil
}

// Restore gives the terminal back as it was found. The writer of frames is gone by then, or
// hangs for good.
func (t *Terminal) Restore() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.restored {
		return
	}
	t.restored = true
	t.keys.stop()
	t.endInput()
	t.write(t.farewell)
	setMode(t.in, t.saved)
	if t.Writer != t.out {
		t.Writer.Close()
	}
	if t.keys.f != t.in {
		t.keys.f.Close()
	}
}

// Gone tells once why reading keys ended by itself.
func (t *Terminal) Gone() <-chan error { return t.keys.gone }

// endInput waits for the last read to end. Where reads have no deadline it does not until
// something is typed.
func (t *Terminal) endInput() {
	timer := time.NewTimer(writeTimeout)
	defer timer.Stop()
	select {
	case <-t.Input.Close():
	case <-timer.C:
	}
}

// keyboard reads keys until it is stopped. To its reader it ends like a file; why it ended by
// itself is told on gone.
type keyboard struct {
	f    *os.File
	gone chan error // one error; nobody waiting means nobody cares any more

	mu sync.Mutex
	// free is told of each change of these: a program has the keys, a read is under way, reading is over.
	free                   sync.Cond
	lent, reading, stopped bool
}

func newKeyboard(f *os.File) *keyboard {
	k := &keyboard{f: f, gone: make(chan error, 1)}
	k.free.L = &k.mu
	return k
}

func (k *keyboard) Read(b []byte) (int, error) {
	for {
		k.beginRead()
		n, err := k.f.Read(b)
		if endIsCtrlZ {
			n, err = ctrlZ(b, n, err)
		}
		stopped := k.endRead()
		switch {
		case err == nil:
			return n, nil
		case errors.Is(err, os.ErrDeadlineExceeded) && !stopped: // they are lent, or were until now
			continue
		case !stopped && !errors.Is(err, os.ErrClosed):
			select {
			case k.gone <- fmt.Errorf("read the keyboard: %w", err):
			default:
			}
		}
		return 0, io.EOF
	}
}

// ctrlZ is what was read of a console that tells a Ctrl+Z alone as the end of the input.
func ctrlZ(b []byte, n int, err error) (int, error) {
	if n > 0 || !errors.Is(err, io.EOF) || len(b) == 0 {
		return n, err
	}
	b[0] = 0x1a
	return 1, nil
}

// beginRead waits while the keys are lent.
func (k *keyboard) beginRead() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for k.lent {
		k.free.Wait()
	}
	k.reading = true
}

func (k *keyboard) endRead() (stopped bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.reading = false
	k.free.Broadcast()
	return k.stopped
}

// stop ends a Read that waits.
func (k *keyboard) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lent, k.stopped = false, true
	k.f.SetReadDeadline(time.Unix(1, 0))
	k.free.Broadcast()
}
