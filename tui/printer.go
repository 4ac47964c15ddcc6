package tui

import (
	"fmt"
	"io"
	"time"
)

// printer brings lines to a terminal on a goroutine of its own, so that one that stops reading
// stops nothing else. print belongs to the event loop; stop may be called from any.
type printer struct {
	pause
	out io.Writer
	// texts waits to be written; full means that the terminal does not read, and what comes
	// then is left out and counted.
	texts  chan string
	missed int
	quit   chan struct{}
	done   chan struct{}
	// failed tells once why writing ended by itself.
	failed chan error
}

// textsDeep is some minutes of a busy day.
const textsDeep = 512

func newPrinter(out io.Writer) *printer {
	p := &printer{
		pause: newPause(), out: out, texts: make(chan string, textsDeep),
		quit: make(chan struct{}), done: make(chan struct{}), failed: make(chan error, 1),
	}
	go p.run()
	return p
}

// print queues a text and never waits.
func (p *printer) print(text string) {
	if p.missed > 0 {
		text = fmt.Sprintf("%d lines were left out: the terminal did not read them.\r\n", p.missed) + text
	}
	select {
	case p.texts <- text:
		p.missed = 0
	default:
		p.missed++
	}
}

func (p *printer) run() {
	defer close(p.done)
	for {
		select {
		case <-p.quit:
			p.rest()
			return
		case h := <-p.held:
			<-h
		case text := <-p.texts:
			if _, err := io.WriteString(p.out, text); err != nil {
				p.failed <- fmt.Errorf("write to the terminal: %w", err)
				return
			}
		}
	}
}

// rest writes what was queued before the end; the deadline bounds it.
func (p *printer) rest() {
	for {
		select {
		case text := <-p.texts:
			if _, err := io.WriteString(p.out, text); err != nil {
				return
			}
		default:
			return
		}
	}
}

// stop ends the goroutine and reports whether it is gone. It is called once.
func (p *printer) stop() bool {
	if f, ok := p.out.(interface{ SetWriteDeadline(time.Time) error }); ok {
		f.SetWriteDeadline(time.Now().Add(patience))
	}
	close(p.quit)
	timer := time.NewTimer(2 * patience)
	defer timer.Stop()
	select {
	case <-p.done:
		return true
	case <-timer.C:
		return false
	}
}
