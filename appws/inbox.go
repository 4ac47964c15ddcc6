package appws

import (
	"context"
	"fmt"
	"sync"
)

const (
	// readAhead is how many messages a mailbox holds for its reader. When it is full the socket is not
	// read, unless a Do waits. A mailbox with flow control holds one.
	readAhead = 64
	// readAheadBytes is the same in bytes; one message may exceed it.
	readAheadBytes = 1 << 20
	// askAheadBytes bounds what waits in all mailboxes while a Do waits for its answer, which may stand
	// behind it. messageOverhead is what a message takes here besides its text.
	askAheadBytes   = 8 << 20
	messageOverhead = 128
)

// ErrUnread ends a Do whose answer cannot be read: too much came before it that nobody has received.
var ErrUnread = fmt.Errorf("more than %d MiB came before the answer and was not received; receive it meanwhile", askAheadBytes>>20)

// inbox holds the messages of one connection, in a mailbox for each reader. All its mailboxes share
// a lock, which is held for microseconds.
type inbox struct {
	mu    sync.Mutex
	boxes []*mailbox
	// room has a token when a full mailbox has room again; only the socket's reader takes it.
	room chan struct{}
	err  error // why there will be no more, once set
	// asking is how many Do wait, bytes what waits in all mailboxes. flooded is closed and replaced when
	// that is too much for a Do to wait on.
	asking, bytes int
	flooded       chan struct{}
}

func newInbox() *inbox {
	return &inbox{room: make(chan struct{}, 1), flooded: make(chan struct{})}
}

// readOn lets the socket be read on for the answer to a Do, although mailboxes are full, until answered
// is called. It returns the channel that is closed when too much waits.
func (in *inbox) readOn() (flooded <-chan struct{}) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.asking++
	signal(in.room)
	return in.flooded
}

func (in *inbox) answered() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.asking--
}

// mailbox is a queue with one writer, the socket's reader, and any number of readers.
type mailbox struct {
	in     *inbox
	queue  []Message
	head   int
	bytes  int
	window int
	// unclaimed mailboxes hold one message until the first call of their reader, which may set flow
	// control.
	unclaimed bool
	// came has a token when a message or the end has come.
	came chan struct{}
	gone bool
}

// open adds a mailbox.
func (in *inbox) open() *mailbox {
	m := &mailbox{in: in, window: readAhead, came: make(chan struct{}, 1)}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.boxes = append(in.boxes, m)
	return m
}

// openUnclaimed adds a mailbox whose reader has not called yet.
func (in *inbox) openUnclaimed() *mailbox {
	m := in.open()
	in.mu.Lock()
	defer in.mu.Unlock()
	m.window, m.unclaimed = 1, true
	return m
}

// waitRoom waits until every mailbox has room; false means that stop came first.
func (in *inbox) waitRoom(stop <-chan struct{}) bool {
	for !in.hasRoom() {
		select {
		case <-in.room:
		case <-stop:
			return false
		}
	}
	return true
}

func (in *inbox) hasRoom() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.asking > 0 {
		return in.hasRoomToAsk()
	}
	for _, m := range in.boxes {
		if m.full() {
			return false
		}
	}
	return true
}

func (in *inbox) hasRoomToAsk() bool {
	if in.bytes < askAheadBytes {
		return true
	}
	close(in.flooded)
	in.flooded = make(chan struct{})
	return false
}

// finish ends the inbox: readers get what is still there and then err.
func (in *inbox) finish(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.err != nil {
		return
	}
	in.err = err
	for _, m := range in.boxes {
		signal(m.came)
	}
}

// signal puts a token into the channel if it is empty.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (m *mailbox) full() bool {
	return len(m.queue)-m.head >= m.window || m.bytes >= readAheadBytes
}

// put adds a message. waitRoom has made sure that there is room.
func (m *mailbox) put(msg Message) {
	m.in.mu.Lock()
	defer m.in.mu.Unlock()
	if m.gone {
		return
	}
	m.queue = append(m.queue, msg)
	m.count(len(msg.Raw), 1)
	signal(m.came)
}

// count changes what waits by so many bytes in so many messages.
func (m *mailbox) count(bytes, messages int) {
	m.bytes += bytes
	m.in.bytes += bytes + messages*messageOverhead
}

// take waits for a message, the end of the inbox or of ctx.
func (m *mailbox) take(ctx context.Context) (Message, error) {
	for {
		if msg, ok, err := m.pop(); ok || err != nil {
			return msg, err
		}
		select {
		case <-m.came:
		case <-ctx.Done():
			return Message{}, ctx.Err()
		}
	}
}

func (m *mailbox) pop() (msg Message, ok bool, _ error) {
	m.in.mu.Lock()
	defer m.in.mu.Unlock()
	if m.unclaimed {
		m.unclaimed, m.window = false, readAhead
		signal(m.in.room)
	}
	if m.head < len(m.queue) {
		wasFull := m.full()
		msg = m.queue[m.head]
		m.queue[m.head] = Message{}
		m.head++
		m.count(-len(msg.Raw), -1)
		m.pack()
		if wasFull {
			signal(m.in.room)
		}
		if m.head < len(m.queue) {
			signal(m.came) // for another reader
		}
		return msg, true, nil
	}
	err := m.in.err
	if m.gone {
		err = ErrClosed
	}
	if err != nil {
		signal(m.came) // for another reader
	}
	return Message{}, false, err
}

// pack moves the waiting messages to the front of the queue once half of it has been taken, so that
// the queue does not grow.
func (m *mailbox) pack() {
	if m.head == len(m.queue) {
		m.queue, m.head = m.queue[:0], 0
	} else if m.head >= readAhead && 2*m.head >= len(m.queue) {
		n := copy(m.queue, m.queue[m.head:])
		clear(m.queue[n:])
		m.queue, m.head = m.queue[:n], 0
	}
}

// limit sets how many messages may wait.
func (m *mailbox) limit(window int) {
	m.in.mu.Lock()
	defer m.in.mu.Unlock()
	m.window, m.unclaimed = window, false
	signal(m.in.room)
}

// close drops what waits and takes the mailbox out of the inbox.
func (m *mailbox) close() {
	m.in.mu.Lock()
	defer m.in.mu.Unlock()
	m.gone = true
	m.count(-m.bytes, m.head-len(m.queue))
	m.queue, m.head = nil, 0
	for i, b := range m.in.boxes {
		if b == m {
			m.in.boxes = append(m.in.boxes[:i], m.in.boxes[i+1:]...)
			break
		}
	}
	signal(m.came)
	signal(m.in.room)
}
