package exchange

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/printable"
)

const (
	// journalSize is how many entries are kept; older ones are forgotten.
	journalSize = 4096
	// maxText bounds each text of an entry in bytes: some come from a wire.
	maxText = 200
)

// ErrClosed is what Await returns when the PBX is gone.
var ErrClosed = errors.New("the practice PBX is closed")

// Kind is what an entry of the journal is about.
type Kind uint8

// The kinds of entry. User is who did it or to whom it happened, Peer the other party.
const (
	LoginGranted   Kind = iota // a web session was made for User
	LoginRefused               // Text says why; never with a secret
	SocketOpened               //
	SocketClosed               // Text says why
	SocketRefused              // Code is the HTTP status
	PhoneReady                 // User's socket registered for calls
	CallPlaced                 // User dialled Peer
	CallRinging                // User's phone rings, Peer calls
	CallAnswered               // User picked up Peer's call
	CallRefused                // User's call to Peer was refused with Code
	CallEnded                  // User ended the call with Peer, or the PBX did when User is empty
	Held                       // User holds Peer
	Resumed                    // User took Peer back
	Transferred                // User sent Peer away; Text names the target
	Forwarded                  // Peer's call to User rings at Text
	Returned                   // Peer was not retrieved from the orbit in Text and rings User again
	MessageLeft                // User spoke to the mailbox of Peer
	SettingChanged             // User's setting has changed as Text says
	Remarked                   // User wrote Text about a call
	TextSent                   // User wrote to Peer; what is nobody's business
	Retrieved                  // User took Peer over from the orbit or extension in Text
	CommandFailed              // User asked for something that cannot be; Code and Text say why
	DigitPressed               // User pressed Text, RFC 4733
	MediaUp                    // User's sound is connected
	MediaLost                  // User's sound broke
	DNDChanged                 // User's do-not-disturb is Text
	EchoMeasured               // what came back of the echo test that User called is Text
	Recording                  // User switched recording of the call with Peer to Text
	Complaint                  // User's client sent something that the page does not define
)

var kindNames = [...]string{
	"login", "login refused", "socket open", "socket closed", "socket refused", "registered",
	"placed", "ringing", "answered", "refused", "ended", "held", "resumed", "transferred",
	"forwarded", "returned", "message", "setting", "remark", "text", "retrieved",
	"failed", "digit", "media up", "media lost", "dnd", "echo", "recording", "complaint",
}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "?"
}

// Entry is one thing that the PBX saw or did.
type Entry struct {
	// N counts from 1 without gaps.
	N    uint64
	At   time.Time
	Kind Kind
	User string
	Peer string
	// Call is the id of User's leg where there is one.
	Call string
	// Code is a SIP or HTTP status, 0 for none.
	Code int
	Text string
}

// String is one line that is fit for a terminal. The fields are not: User, Peer, Call and Text
// may come from a wire.
func (e Entry) String() string {
	s := fmt.Sprintf("%s %5d %-14s %s", e.At.Format("15:04:05.000"), e.N, e.Kind, printable.Text(e.User, longestUser, false))
	if e.Peer != "" {
		s += " / " + printable.Text(e.Peer, longestUser, false)
	}
	if e.Code != 0 {
		s += fmt.Sprintf(" (%d)", e.Code)
	}
	if e.Text != "" {
		s += fmt.Sprintf(" %q", e.Text)
	}
	return s
}

// longestUser bounds how much of a number or a name stands in a line, in columns.
const longestUser = 64

// Journal is the numbered, bounded record of one PBX. Any goroutine may use it.
type Journal struct {
	mu      sync.Mutex
	entries []Entry // at most journalSize, in order of N
	last    uint64
	more    chan struct{} // closed and replaced by every entry
	closed  bool
}

func newJournal() *Journal { return &Journal{more: make(chan struct{})} }

func (j *Journal) add(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return
	}
	for _, s := range []*string{&e.User, &e.Peer, &e.Call, &e.Text} {
		*s = (*s)[:min(len(*s), maxText)]
	}
	j.last++
	e.N = j.last
	e.At = time.Now()
	if len(j.entries) == journalSize {
		j.entries = append(j.entries[:0:0], j.entries[journalSize/2:]...)
	}
	j.entries = append(j.entries, e)
	close(j.more)
	j.more = make(chan struct{})
}

func (j *Journal) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.closed {
		j.closed = true
		close(j.more)
	}
}

// Since is a copy of the kept entries with a number above n.
func (j *Journal) Since(n uint64) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Entry(nil), j.since(n)...)
}

// since needs the lock.
func (j *Journal) since(n uint64) []Entry {
	first := j.last - uint64(len(j.entries)) + 1
	if n < first {
		return j.entries
	}
	return j.entries[min(n-first+1, uint64(len(j.entries))):]
}

// Await returns the first kept entry that want accepts, past or future. It ends with ctx's error or
// ErrClosed. want must not call the journal.
func (j *Journal) Await(ctx context.Context, want func(Entry) bool) (Entry, error) {
	return j.AwaitAfter(ctx, 0, want)
}

// AwaitAfter is Await for entries with a number above n.
func (j *Journal) AwaitAfter(ctx context.Context, n uint64, want func(Entry) bool) (Entry, error) {
	for {
		j.mu.Lock()
		fresh, more, closed := j.since(n), j.more, j.closed
		fresh = append([]Entry(nil), fresh...)
		j.mu.Unlock()
		for _, e := range fresh {
			if want(e) {
				return e, nil
			}
			n = e.N
		}
		if closed {
			return Entry{}, ErrClosed
		}
		select {
		case <-more:
		case <-ctx.Done():
			return Entry{}, fmt.Errorf("await a journal entry: %w", ctx.Err())
		}
	}
}
