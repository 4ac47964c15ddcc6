package attach

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/beat"
	"github.com/patchcord/patchcord/internal/delta"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/phone"
)

const (
	// ordersDeep is how many lines may wait for the phone; full is phone.ErrBusy.
	ordersDeep = 32
	// notesDeep is how many notes may wait for the screen; full drops them.
	notesDeep = 64
	// answersWithin is how long an answer is waited for that the keys wait for too.
	answersWithin = 2 * time.Second
	// probesEvery is how often a phone is asked whether it is well. One that leaves silentAfter of them without
	// an answer stands still.
	probesEvery, silentAfter = time.Second, 2
	// longestWord bounds a text of the other end in a sentence, in columns.
	longestWord = 200
)

// Screen is a phone in another process. It has Do and Watch, as the phone has.
type Screen struct {
	About    About
	ReadOnly bool
	log      *slog.Logger
	conn     net.Conn
	lines    *bufio.Scanner
	orders   chan toPhone
	watch    newest.Hub[phone.Snapshot]
	views    newest.Hub[[]sessions.View]
	silence  newest.Hub[time.Time]
	notes    chan Note
	gone     chan struct{} // closed when the connection has ended

	mu      sync.Mutex
	tag     uint32
	waiting map[uint32]chan answer
	// silent is closed while the phone stands still.
	silent chan struct{}
}

// Options are what a screen says of itself.
type Options struct {
	Program  string
	ReadOnly bool
	Log      *slog.Logger
}

// MismatchError says why a screen and a phone cannot work together.
type MismatchError struct{ text string }

func (e *MismatchError) Error() string { return e.text }

// Open greets the phone at the other end of a connection, which it closes where it fails. The error is
// a sentence.
func Open(conn net.Conn, o Options) (*Screen, error) {
	s := &Screen{
		ReadOnly: o.ReadOnly, log: o.Log, conn: conn, lines: jsonl.Lines(conn, longestLine), orders: make(chan toPhone, ordersDeep),
		notes: make(chan Note, notesDeep), gone: make(chan struct{}), waiting: map[uint32]chan answer{},
		silent: make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.greet(o); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return s, nil
}

func (s *Screen) greet(o Options) error {
	_ = s.conn.SetDeadline(time.Now().Add(greetsWithin))
	if err := s.hear(&s.About); err != nil {
		return err
	}
	own := hello{Program: o.Program, Shape: shape(), ReadOnly: o.ReadOnly}
	if why := mismatch(own.Program, own.Shape, printable.Text(s.About.Program, longestWord, false), s.About.Shape); why != "" {
		return &MismatchError{why}
	}
	line, err := jsonl.Marshal(own)
	if err == nil {
		_, err = s.conn.Write(line)
	}
	if err != nil {
		return fmt.Errorf("the running phone went away: %w", err)
	}
	var last About
	if err := s.hear(&last); err != nil {
		return err
	}
	return s.conn.SetDeadline(time.Time{})
}

// hear reads one of the first lines. A phone from before screens could be attached refuses them in its
// own words.
func (s *Screen) hear(a *About) error {
	if !s.lines.Scan() {
		return fmt.Errorf("the running phone does not answer: %w", cmp.Or(s.lines.Err(), io.EOF))
	}
	if err := jsonl.Lenient(s.lines.Bytes(), a); err != nil {
		return fmt.Errorf("the running phone cannot be understood: %w", err)
	}
	if a.Refused != "" {
		return errors.New(printable.Text(a.Refused, longestWord, false))
	}
	return nil
}

// Close ends a screen that is not run.
func (s *Screen) Close() { _ = s.conn.Close() }

// Do gives the phone an intent and never blocks, as phone.Do.
func (s *Screen) Do(i phone.Intent) (phone.Receipt, error) {
	if s.ReadOnly {
		return 0, errReadOnly
	}
	packed, err := pack(i)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.silent:
		return 0, errSilent
	default:
	}
	select {
	case s.orders <- toPhone{Tag: s.tag + 1, Intent: packed}:
		s.tag++
		return s.About.Base + phone.Receipt(s.tag), nil
	default:
		return 0, phone.ErrBusy
	}
}

// Watch gives the newest snapshot whenever there is a newer one, as phone.Watch.
func (s *Screen) Watch(ctx context.Context) <-chan phone.Snapshot { return s.watch.Watch(ctx) }

// Silence gives the time at which the phone was alive last whenever it begins to stand still, and the zero time
// when it goes on, until ctx ends or the phone goes.
func (s *Screen) Silence(ctx context.Context) <-chan time.Time { return s.silence.Watch(ctx) }

// GoneError says why the phone no longer answers. Wanted tells that somebody ended it, Again that it will
// be back in a moment, with Profile.
type GoneError struct {
	Text    string
	Wanted  bool
	Again   bool
	Profile string
}

func (e *GoneError) Error() string { return e.Text }

// Run carries what is said between the two until ctx ends or the phone goes, which is a *GoneError.
// notify is called on one goroutine and may wait. Run may be called once.
func (s *Screen) Run(ctx context.Context, notify func(context.Context, Note)) error {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	defer stop()
	work.Go(func() {
		defer fault.Catch(func(e *fault.Error) { e.Log(s.log, "what writes to the phone") })
		s.write(ctx)
	})
	work.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case n := <-s.notes:
				notify(ctx, n)
			}
		}
	})
	work.Go(func() { s.probe(ctx) })
	defer s.watch.Close()
	defer s.views.Close()
	defer s.silence.Close()
	defer close(s.gone)
	err := s.read()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// write sends what waits until ctx ends.
func (s *Screen) write(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-s.orders:
			line, err := jsonl.Marshal(m)
			if err != nil {
				s.log.Error("an order cannot be sent", "err", err)
				continue
			}
			if _, err := s.conn.Write(line); err != nil {
				return
			}
		}
	}
}

// probe asks the phone again and again whether it is well, until ctx ends. It counts and does not measure: a
// process that was stopped itself, or a machine that slept, must not blame the phone.
func (s *Screen) probe(ctx context.Context) {
	tick := time.NewTimer(beat.Until(probesEvery))
	defer tick.Stop()
	aliveAt := time.Now()
	var came <-chan answer // nil while nothing was asked
	for missed := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-came:
			if came, aliveAt = nil, time.Now(); missed >= silentAfter {
				s.speaks()
			}
			missed = 0
		case <-tick.C:
			tick.Reset(beat.Until(probesEvery))
			if came == nil {
				if _, came = s.pose(query{What: "probe"}); came != nil {
					continue
				}
			}
			if missed++; missed == silentAfter {
				s.stands(aliveAt)
			}
		}
	}
}

// stands notes that the phone stands still, and was last alive at a time; who waits for it is told.
func (s *Screen) stands(aliveAt time.Time) {
	s.mu.Lock()
	close(s.silent)
	s.mu.Unlock()
	s.silence.Publish(aliveAt)
}

func (s *Screen) speaks() {
	s.mu.Lock()
	s.silent = make(chan struct{})
	s.mu.Unlock()
	s.silence.Publish(time.Time{})
}

// read takes in what the phone says until the connection ends.
func (s *Screen) read() error {
	var copied delta.Copy[world]
	var last phone.Snapshot
	for s.lines.Scan() {
		var m fromPhone
		if err := jsonl.Lenient(s.lines.Bytes(), &m); err != nil {
			return &GoneError{Text: "this screen does not understand what the phone sent: " + err.Error()}
		}
		switch {
		case m.Change != nil:
			if err := copied.Take(*m.Change); err != nil {
				return &GoneError{Text: "this screen does not understand what the phone sent: " + err.Error()}
			}
		case m.Whole:
			w := copied.Value()
			w.Phone = indexed(w.Phone, last)
			last = w.Phone
			s.watch.Publish(w.Phone.On(""))
			s.views.Publish(w.Apps)
		case m.Answer != nil:
			s.answered(*m.Answer)
		case m.Refused != nil:
			s.note(Note{Grade: phone.GradeFailed, Text: "the phone refused that: " + m.Refused.Text})
		case m.Note != nil:
			s.note(*m.Note)
		case m.Bye != nil:
			return &GoneError{Text: printable.Text(m.Bye.Text, longestWord, false), Wanted: m.Bye.Wanted, Again: m.Bye.Again, Profile: m.Bye.Profile}
		}
	}
	return &GoneError{Text: "the phone ended unexpectedly; its log may say why"}
}

// indexed is a snapshot in which what each PBX told can be searched as it can be at the phone. was is the one
// before it.
func indexed(s, was phone.Snapshot) phone.Snapshot {
	s.Links = slices.Clone(s.Links)
	for i := range s.Links {
		k := &s.Links[i]
		k.PBX = k.PBX.Indexed(was.On(k.Link.ID).PBX)
	}
	return s
}

func (s *Screen) note(n Note) {
	select {
	case s.notes <- n:
	default:
	}
}
