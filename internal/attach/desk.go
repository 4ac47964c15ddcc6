package attach

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/delta"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

const (
	// messagesDeep is how many messages may wait for a screen, notes among them. Full: notes are dropped,
	// since a screen that reads nothing shows none; answers wait.
	messagesDeep = 64
	// maxScreens is how many screens may be attached at once.
	maxScreens = 16
	// notesKept is how many notes are kept while no screen is attached; the oldest go first.
	notesKept = 8
	// asksDeep is how many questions of a screen may be under way.
	asksDeep = 8
	// remindsOnce is for how long reminders of several screens are one.
	remindsOnce = 2 * time.Second
	// partingTime is how long the last words may take.
	partingTime = time.Second
)

// Phone is the telephone.
type Phone interface {
	Do(phone.Intent) (phone.Receipt, error)
	DoAs(phone.Receipt, phone.Intent) error
	Probe(context.Context) error
	Watch(context.Context) <-chan phone.Snapshot
}

// Sessions are the AppWebsocket sessions, as the screen works them.
type Sessions interface {
	Watch(context.Context) <-chan []sessions.View
	Send(id int, text []byte) error
	Reveal(id int, n uint64) (record.Entry, error)
	Key(id int, n uint64) (appws.SessionKey, error)
	Retry(id int) error
	Forget(id int) error
	Save(id int, reveal bool) (path string, err error)
	Archive(id int, reveal bool) (path string, err error)
	Saved() ([]string, error)
	Load(name string) (id int, err error)
	Replay(ctx context.Context, to, from int) (sent int, err error)
	Phrases() (filters, snippets map[string]string)
	Keep(filters, snippets map[string]string) error
}

// Config of a desk. Phone and About are needed.
type Config struct {
	Phone Phone
	About About
	// Sessions are nil where there are none.
	Sessions Sessions
	// Renew ends the phone and begins one with a profile, empty for the practice PBX; it returns at once,
	// with why that cannot be.
	Renew func(profile string) (refusal string)
	Log   *slog.Logger
}

// Desk lets screens attach to a phone. Any goroutine may call its methods.
type Desk struct {
	Config
	kinds  map[string]reflect.Type
	places chan struct{} // one token for each screen

	mu      sync.Mutex
	screens []*served // the one that was used last is at the end
	// unseen are notes that came while there was no screen.
	unseen []Note
	count  phone.Receipt
	// shows is how many screens show the devices.
	shows int
	// reminded is when a screen last asked for the sound of a call on hold.
	reminded time.Time
	// parting is why the phone will end, empty while nobody said.
	parting bye
	changed changed
}

// NewDesk makes one without screens.
func NewDesk(c Config) *Desk {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.About.Shape = shape()
	return &Desk{Config: c, kinds: kinds(), places: make(chan struct{}, maxScreens)}
}

// served is a screen as its phone sees it.
type served struct {
	desk     *Desk
	conn     net.Conn
	readOnly bool
	base     phone.Receipt
	messages chan fromPhone
	asking   chan struct{} // one token for each question under way
	probing  chan struct{} // one token for the probe under way
	looks    looks

	mu    sync.Mutex
	stops map[uint32]context.CancelFunc
}

// Farewell says why somebody will end the phone, for the screens.
func (d *Desk) Farewell(text string) { d.leaveWith(bye{Text: text, Wanted: true}) }

// Return says that the phone will end and be back in a moment, with a profile.
func (d *Desk) Return(profile string) {
	d.leaveWith(bye{Text: "the phone is signing in again", Again: true, Profile: profile})
}

func (d *Desk) leaveWith(last bye) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.parting = last
}

// farewell are the last words to a screen. A phone that ends although nobody wants it to, had a fault.
func (d *Desk) farewell(wanted bool) bye {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.parting.Text != "":
		return d.parting
	case wanted:
		return bye{Text: "the phone has ended", Wanted: true}
	}
	return bye{Text: "the phone ended by a fault of its own; its log has the details"}
}

// Tell gives a note to every screen, and does not wait for any. A phone that stays keeps it for the next
// screen where there is none.
func (d *Desk) Tell(n Note) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.About.Stays && len(d.screens) == 0 {
		d.unseen = append(d.unseen, n)
		d.unseen = d.unseen[max(0, len(d.unseen)-notesKept):]
	}
	for _, s := range d.screens {
		s.tell(n)
	}
}

// AskPerson gives a note to the screen that was used last, and reports whether there is one.
func (d *Desk) AskPerson(n Note) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range slices.Backward(d.screens) {
		if !s.readOnly {
			s.tell(n)
			return true
		}
	}
	return false
}

func (s *served) tell(n Note) {
	select {
	case s.messages <- fromPhone{Note: &n}:
	default:
	}
}

// Serve serves one screen until it goes or ctx ends.
func (d *Desk) Serve(ctx context.Context, conn net.Conn) {
	s := &served{
		desk: d, conn: conn, messages: make(chan fromPhone, messagesDeep), asking: make(chan struct{}, asksDeep),
		probing: make(chan struct{}, 1), stops: map[uint32]context.CancelFunc{},
	}
	select {
	case d.places <- struct{}{}:
		defer func() { <-d.places }()
	default:
		_ = conn.SetDeadline(time.Now().Add(partingTime))
		s.send(About{Refused: fmt.Sprintf("%d screens of this phone are open already; leave one of them first", maxScreens)})
		return
	}
	d.mu.Lock()
	d.count++
	s.base = d.count << 32
	d.mu.Unlock()
	lines := jsonl.Lines(conn, longestLine)
	if !s.greet(lines) {
		return
	}
	d.enter(s)
	defer d.leave(s)
	if !s.send(About{}) {
		return
	}
	whole := ctx
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	_ = conn.SetDeadline(time.Time{})
	stop := context.AfterFunc(ctx, func() {
		_ = conn.SetReadDeadline(time.Unix(1, 0))
		_ = conn.SetWriteDeadline(time.Now().Add(partingTime))
	})
	defer stop()
	written := make(chan struct{})
	work.Go(func() {
		defer close(written)
		defer cancel()
		defer fault.Catch(func(e *fault.Error) { e.Log(d.Log, "what writes to a screen") })
		if s.write(ctx) {
			last := d.farewell(whole.Err() != nil)
			s.send(fromPhone{Bye: &last})
		}
	})
	if err := s.read(ctx, &work, lines); err != nil && ctx.Err() == nil {
		d.Log.Warn("a screen was refused", "err", err)
		_ = conn.SetWriteDeadline(time.Now().Add(partingTime))
		s.put(ctx, fromPhone{Bye: &bye{Text: "the phone did not understand this screen: " + err.Error()}})
		<-written
	}
}

// greet compares what the two ends are.
func (s *served) greet(lines *bufio.Scanner) bool {
	about := s.desk.About
	about.Base = s.base
	_ = s.conn.SetDeadline(time.Now().Add(greetsWithin))
	if !s.send(about) || !lines.Scan() {
		return false
	}
	var h hello
	if err := jsonl.Lenient(lines.Bytes(), &h); err != nil {
		return false
	}
	s.readOnly = h.ReadOnly
	why := mismatch(h.Program, h.Shape, about.Program, about.Shape)
	if why != "" {
		s.send(About{Refused: why})
	}
	return why == ""
}

func (s *served) send(v any) bool {
	line, err := jsonl.Marshal(v)
	if err == nil {
		_, err = s.conn.Write(line)
	}
	return err == nil
}

func (d *Desk) enter(s *served) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.screens = append(d.screens, s)
	for _, n := range d.unseen {
		s.tell(n)
	}
	d.unseen = nil
}

// leave forgets a screen, and takes back what it has not.
func (d *Desk) leave(s *served) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.screens = slices.DeleteFunc(d.screens, func(other *served) bool { return other == s })
	if s.looks.shows {
		d.hide()
	}
}

// hide ends the list of devices when the last screen that showed it has gone. The lock is held.
func (d *Desk) hide() {
	if d.shows--; d.shows == 0 {
		_ = d.Phone.DoAs(0, phone.ShowDevices{}) // one that is too busy lists on, which costs little
	}
}

// used notes that a person sits at a screen.
func (d *Desk) used(s *served) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i := slices.Index(d.screens, s); i >= 0 {
		d.screens = append(slices.Delete(d.screens, i, i+1), s)
	}
}

// put hands a message to the screen; it waits while too many wait already.
func (s *served) put(ctx context.Context, m fromPhone) {
	select {
	case s.messages <- m:
	case <-ctx.Done():
	}
}

// read takes what the screen sends, until it goes. The error is a line that was not understood.
func (s *served) read(ctx context.Context, work *sync.WaitGroup, lines *bufio.Scanner) error {
	for lines.Scan() {
		var m toPhone
		if err := jsonl.Lenient(lines.Bytes(), &m); err != nil {
			return err
		}
		switch {
		case m.Intent != nil:
			i, err := m.Intent.unpack(s.desk.kinds)
			if err != nil {
				return err
			}
			if err := s.do(m.Tag, i); err != nil {
				s.put(ctx, fromPhone{Refused: &refusal{m.Tag, err.Error()}})
			}
		case m.Query != nil:
			s.query(ctx, work, m.Tag, *m.Query)
		default:
			return errors.New("a line says nothing")
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return errors.New("a line is too long")
	}
	return nil
}

var errReadOnly = errors.New("this screen is read-only; patchcord attach without -read-only opens one that is not")

// do gives an intent to the phone.
func (s *served) do(tag uint32, i phone.Intent) error {
	if s.readOnly {
		return errReadOnly
	}
	if _, reminds := i.(phone.Remind); !reminds {
		s.desk.used(s)
	}
	return s.desk.do(&s.looks, i, func() error { return s.desk.Phone.DoAs(s.base+phone.Receipt(tag), i) })
}

// looks is what one screen looks at. It is under the lock of the desk.
type looks struct{ shows bool }

// do gives an intent of one of several screens to the phone: devices are shown while any of them wants that, and
// who was on hold for long is mentioned once.
func (d *Desk) do(l *looks, i phone.Intent, give func() error) error {
	switch i := i.(type) {
	case phone.Remind:
		if !d.reminds(time.Now()) {
			return nil
		}
	case phone.ShowDevices:
		return d.show(l, i.On, give)
	}
	return give()
}

func (d *Desk) show(l *looks, on bool, give func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case on == l.shows:
		return nil
	case !on:
		l.shows = false
		d.hide()
		return nil
	}
	err := give()
	if err == nil {
		l.shows = true
		d.shows++
	}
	return err
}

// Own is the phone for a screen in its process, one of several as those of other processes are.
type Own struct {
	desk  *Desk
	looks looks
}

// Own makes the screen in the process of the phone known.
func (d *Desk) Own() *Own { return &Own{desk: d} }

// Do is the phone's.
func (o *Own) Do(i phone.Intent) (receipt phone.Receipt, err error) {
	err = o.desk.do(&o.looks, i, func() (err error) {
		receipt, err = o.desk.Phone.Do(i)
		return err
	})
	return receipt, err
}

// Watch is the phone's.
func (o *Own) Watch(ctx context.Context) <-chan phone.Snapshot { return o.desk.Phone.Watch(ctx) }

// reminds tells whether the sound of a call on hold is due: every screen asks for it at about the same time.
func (d *Desk) reminds(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now.Sub(d.reminded) < remindsOnce {
		return false
	}
	d.reminded = now
	return true
}

// write tells the screen what changed, until it or the phone has gone; the phone, where ended is true.
func (s *served) write(ctx context.Context) (ended bool) {
	d := s.desk
	snapshots := d.Phone.Watch(ctx)
	var views <-chan []sessions.View
	if d.Sessions != nil {
		views = d.Sessions.Watch(ctx)
	}
	differ := delta.NewDiffer()
	var is world
	for {
		var text []byte
		var err error
		select {
		case now, ok := <-snapshots:
			if !ok {
				return true
			}
			now.Link, now.Caps, now.PBX, now.Watched = phone.Link{}, 0, pbxws.State{}, nil // the screen has them of Links
			text, err = d.changed.between(differ, is.Phone, now)
			is.Phone = now
		case all, ok := <-views:
			if !ok {
				views = nil
				continue
			}
			text, err = changes(differ, world{Apps: is.Apps}, world{Apps: all})
			is.Apps = all
		case m := <-s.messages:
			if !s.send(m) || m.Bye != nil {
				return false
			}
			continue
		}
		if err != nil {
			d.Log.Error("a screen cannot be told what changed", "err", err)
			s.send(fromPhone{Bye: &bye{Text: "the phone cannot tell what changed; the log has the details"}})
			return false
		}
		if _, err := s.conn.Write(text); err != nil {
			return false
		}
	}
}

// changes are lines that make one world of another; nothing where they are the same.
func changes(d *delta.Differ, was, is world) ([]byte, error) {
	parts, err := d.Changes(was, is)
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	var text bytes.Buffer
	for _, p := range parts {
		text.WriteString(`{"change":`)
		text.Write(p)
		text.WriteString("}\n")
	}
	text.WriteString("{\"whole\":true}\n")
	return text.Bytes(), nil
}

// query begins with a question; its answer comes with the tag.
func (s *served) query(ctx context.Context, work *sync.WaitGroup, tag uint32, q query) {
	d := s.desk
	if q.What == "stop" {
		s.mu.Lock()
		defer s.mu.Unlock()
		if stop := s.stops[q.Tag]; stop != nil {
			stop()
		}
		return
	}
	if q.What == "probe" {
		s.probe(ctx, work, tag)
		return
	}
	refuse := func(text string) { s.put(ctx, fromPhone{Answer: &answer{Tag: tag, Error: text}}) }
	switch {
	case s.readOnly && q.What != "reveal" && q.What != "saved" && q.What != "phrases":
		refuse(errReadOnly.Error())
		return
	case q.What != "renew" && d.Sessions == nil:
		refuse("there are no AppWebsocket sessions")
		return
	}
	select {
	case s.asking <- struct{}{}:
	default:
		refuse("too much was asked at once")
		return
	}
	d.used(s)
	asked, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	s.stops[tag] = cancel
	s.mu.Unlock()
	work.Go(func() {
		defer func() {
			cancel()
			s.mu.Lock()
			delete(s.stops, tag)
			s.mu.Unlock()
			<-s.asking
		}()
		a := answer{Tag: tag, Error: "a part of the phone ended, your calls go on; the log has the details"}
		func() {
			defer fault.Catch(func(e *fault.Error) { e.Log(d.Log, "an answer to a screen") })
			a = d.answer(asked, q)
			a.Tag = tag
		}()
		s.put(ctx, fromPhone{Answer: &a}) // also one to a question that was stopped
	})
}

// probe answers once the phone comes round to it. Who asks again before that gets one answer.
func (s *served) probe(ctx context.Context, work *sync.WaitGroup, tag uint32) {
	select {
	case s.probing <- struct{}{}:
	default:
		return
	}
	work.Go(func() {
		defer func() { <-s.probing }()
		if s.desk.Phone.Probe(ctx) == nil {
			s.put(ctx, fromPhone{Answer: &answer{Tag: tag}})
		}
	})
}

// answer carries a question out.
func (d *Desk) answer(ctx context.Context, q query) (a answer) {
	var err error
	switch q.What {
	case "renew":
		if d.Renew == nil {
			a.Error = "this phone is signing in again in the terminal where it was started"
		} else {
			a.Error = d.Renew(q.Text)
		}
	case "send":
		err = d.Sessions.Send(q.ID, []byte(q.Text))
	case "reveal":
		var e record.Entry
		e, err = d.Sessions.Reveal(q.ID, q.N)
		a.Entry = &e
	case "retry":
		err = d.Sessions.Retry(q.ID)
	case "forget":
		err = d.Sessions.Forget(q.ID)
	case "save":
		a.Text, err = d.Sessions.Save(q.ID, q.Reveal)
	case "archive":
		a.Text, err = d.Sessions.Archive(q.ID, q.Reveal)
	case "key":
		var key appws.SessionKey
		key, err = d.Sessions.Key(q.ID, q.N)
		a.Text = string(key)
	case "phrases":
		a.Phrases = &phrases{}
		a.Phrases.Filters, a.Phrases.Snippets = d.Sessions.Phrases()
	case "keep":
		if q.Phrases != nil {
			err = d.Sessions.Keep(q.Phrases.Filters, q.Phrases.Snippets)
		}
	case "saved":
		a.Names, err = d.Sessions.Saved()
	case "load":
		a.N, err = d.Sessions.Load(q.Text)
	case "replay":
		a.N, err = d.Sessions.Replay(ctx, q.ID, q.From)
	default:
		err = fmt.Errorf("nothing is called %q", printable.Text(q.What, 20, true))
	}
	if err != nil {
		a.Error = err.Error()
	}
	return a
}
