package term

import (
	"fmt"
	"io"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
)

// writeTimeout is how long leaving waits for a terminal that has stopped reading.
const writeTimeout = 250 * time.Millisecond

// Screen brings frames to the terminal on a goroutine of its own: a terminal that stops
// reading (Ctrl+S, a frozen ssh) stops only that one. Frames are conflated, the newest wins.
//
// canvas and show belong to one goroutine, the event loop; close may be called from any.
type Screen struct {
	pause
	out     io.Writer
	painter *Painter
	// frames holds the newest frame not yet drawn; full means that it is replaced.
	frames chan *Canvas
	// pool has canvases to draw on again; full means that one is left to the collector.
	pool chan *Canvas
	quit chan struct{}
	done chan struct{}
	// Failed tells once why writing ended by itself.
	Failed chan error
	// report hears of a fault of ours.
	report func(*fault.Error)
}

// NewScreen starts a screen; Stop ends it.
func NewScreen(out io.Writer, p *Painter, report func(*fault.Error)) *Screen {
	s := &Screen{
		pause: newPause(), out: out, painter: p, report: report,
		frames: make(chan *Canvas, 1), pool: make(chan *Canvas, 3),
		quit: make(chan struct{}), done: make(chan struct{}), Failed: make(chan error, 1),
	}
	go s.run()
	return s
}

// Canvas is an empty frame to draw on.
func (s *Screen) Canvas(w, h int, ascii bool) *Canvas {
	select {
	case c := <-s.pool:
		c.Reset(w, h, ascii)
		return c
	default:
		return NewCanvas(w, h, ascii)
	}
}

// Show hands a finished frame over and never waits.
func (s *Screen) Show(c *Canvas) {
	select {
	case old := <-s.frames:
		s.recycle(old)
	default:
	}
	s.frames <- c // there is room: nobody else sends
}

func (s *Screen) recycle(c *Canvas) {
	select {
	case s.pool <- c:
	default:
	}
}

func (s *Screen) run() {
	defer close(s.done)
	for {
		select {
		case <-s.quit:
			return
		case h := <-s.held:
			<-h
			s.painter.shown = &Canvas{} // another program had the screen
		case c := <-s.frames:
			if err := s.draw(c); err != nil {
				s.Failed <- fmt.Errorf("write to the terminal: %w", err)
				return
			}
		}
	}
}

// draw writes one frame by one Write.
func (s *Screen) draw(c *Canvas) error {
	b := s.paint(c)
	if len(b) == 0 {
		return nil
	}
	_, err := s.out.Write(b)
	return err
}

// paint leaves a frame out where a fault of ours stops it; the next one is drawn in full.
func (s *Screen) paint(c *Canvas) (b []byte) {
	defer fault.Catch(func(e *fault.Error) {
		s.report(e)
		s.painter.shown, b = &Canvas{}, nil
	})
	b, free := s.painter.Paint(c)
	s.recycle(free)
	return b
}

// Hold stops all writing until the function it returns is called. The next frame is drawn in full.
func (s *Screen) Hold() (release func()) { return s.pause.hold(s.done) }

// Stop ends the goroutine and reports whether it is gone; a write that hangs is cut off where
// the terminal allows that. It is called once.
func (s *Screen) Stop() bool {
	close(s.quit)
	if f, ok := s.out.(interface{ SetWriteDeadline(time.Time) error }); ok {
		f.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	timer := time.NewTimer(2 * writeTimeout)
	defer timer.Stop()
	select {
	case <-s.done:
		return true
	case <-timer.C:
		return false
	}
}
