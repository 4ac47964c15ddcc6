package tui

import (
	"fmt"
	"io"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
)

// patience is how long leaving waits for a terminal that has stopped reading.
const patience = 250 * time.Millisecond

// screen brings frames to the terminal on a goroutine of its own: a terminal that stops
// reading (Ctrl+S, a frozen ssh) stops only that one. Frames are conflated, the newest wins.
//
// canvas and show belong to one goroutine, the event loop; close may be called from any.
type screen struct {
	pause
	out     io.Writer
	painter *painter
	// frames holds the newest frame not yet drawn; full means that it is replaced.
	frames chan *canvas
	// spare are canvases to draw on again; full means that one is left to the collector.
	spare chan *canvas
	quit  chan struct{}
	done  chan struct{}
	// failed tells once why writing ended by itself.
	failed chan error
	faults *faultLog
}

func newScreen(out io.Writer, p *painter, faults *faultLog) *screen {
	s := &screen{
		pause: newPause(), out: out, painter: p, faults: faults,
		frames: make(chan *canvas, 1), spare: make(chan *canvas, 3),
		quit: make(chan struct{}), done: make(chan struct{}), failed: make(chan error, 1),
	}
	go s.run()
	return s
}

// canvas is an empty frame to draw on.
func (s *screen) canvas(w, h int, ascii bool) *canvas {
	select {
	case c := <-s.spare:
		c.reset(w, h, ascii)
		return c
	default:
		return newCanvas(w, h, ascii)
	}
}

// show hands a finished frame over and never waits.
func (s *screen) show(c *canvas) {
	select {
	case old := <-s.frames:
		s.recycle(old)
	default:
	}
	s.frames <- c // there is room: nobody else sends
}

func (s *screen) recycle(c *canvas) {
	select {
	case s.spare <- c:
	default:
	}
}

func (s *screen) run() {
	defer close(s.done)
	for {
		select {
		case <-s.quit:
			return
		case h := <-s.held:
			<-h
		case c := <-s.frames:
			if err := s.draw(c); err != nil {
				s.failed <- fmt.Errorf("write to the terminal: %w", err)
				return
			}
		}
	}
}

// draw writes one frame by one Write.
func (s *screen) draw(c *canvas) error {
	b := s.paint(c)
	if len(b) == 0 {
		return nil
	}
	_, err := s.out.Write(b)
	return err
}

// paint leaves a frame out where a fault of ours stops it; the next one is drawn in full.
func (s *screen) paint(c *canvas) (b []byte) {
	defer fault.Catch(func(e *fault.Error) {
		s.faults.add("the painter", e)
		s.painter.shown, b = &canvas{}, nil
	})
	b, free := s.painter.paint(c)
	s.recycle(free)
	return b
}

// stop ends the goroutine and reports whether it is gone; a write that hangs is cut off where
// the terminal allows that. It is called once.
func (s *screen) stop() bool {
	close(s.quit)
	if f, ok := s.out.(interface{ SetWriteDeadline(time.Time) error }); ok {
		f.SetWriteDeadline(time.Now().Add(patience))
	}
	timer := time.NewTimer(2 * patience)
	defer timer.Stop()
	select {
	case <-s.done:
		return true
	case <-timer.C:
		return false
	}
}
