package term

import (
	"fmt"
	"io"
	"time"
)

// Printer brings lines to a terminal on a goroutine of its own, so that one that stops reading
// stops nothing else. print belongs to the event loop; stop may be called from any.
type Printer struct {
	pause
	out io.Writer
	// texts waits to be written; full means that the terminal does not read, and what comes
	// then is left out and counted.
	texts  chan string
	missed int
	quit   chan struct{}
	done   chan struct{}
	// Failed tells once why writing ended by itself.
	Failed chan error
}

// textsDeep is some minutes of a busy day.
const textsDeep = 512

// NewPrinter starts a printer; Stop ends it.
func NewPrinter(out io.Writer) *Printer {
	p := &Printer{
		pause: newPause(), out: out, texts: make(chan string, textsDeep),
		quit: make(chan struct{}), done: make(chan struct{}), Failed: make(chan error, 1),
	}
	go p.run()
	return p
}

// Print queues a text and never waits.
func (p *Printer) Print(text string) {
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

func (p *Printer) run() {
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
				p.Failed <- fmt.Errorf("write to the terminal: %w", err)
				return
			}
		}
	}
}

// rest writes what was queued before the end; the deadline bounds it.
func (p *Printer) rest() {
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

// Hold stops all writing until the function it returns is called.
func (p *Printer) Hold() (release func()) { return p.pause.hold(p.done) }

// Stop ends the goroutine and reports whether it is gone. It is called once.
func (p *Printer) Stop() bool {
	if f, ok := p.out.(interface{ SetWriteDeadline(time.Time) error }); ok {
		f.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	close(p.quit)
	timer := time.NewTimer(2 * writeTimeout)
	defer timer.Stop()
	select {
	case <-p.done:
		return true
	case <-timer.C:
		return false
	}
}
