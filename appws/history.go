package appws

import (
	"time"

	"github.com/patchcord/patchcord/internal/redact"
)

// Bounds of the record of one session.
const (
	defaultEntries = 2000
	defaultBytes   = 8 << 20
)

// WaitingAfter is after how long a request without its result is marked as waiting.
const WaitingAfter = 2 * time.Second

// Pairing of an Entry that is a request.
type Pairing string

// Pairings.
const (
	Unpaired Pairing = ""         // no request
	Pending  Pairing = "pending"  // no result yet
	Answered Pairing = "answered" // Pair is the result, Took the time between
	Lost     Pairing = "lost"     // the connection ended before the result came
)

// Note is the Direction of an Entry that is no message but an event of the connection.
const Note Direction = "note"

// Entry is one line of a session's record. It is plain data.
type Entry struct {
	// N counts from 1 without gaps.
	N   uint64    `json:"n"`
	At  time.Time `json:"at"`
	Dir Direction `json:"dir"`
	// MT, API and Src are the message's, Bytes its size. All strings come from the wire.
	MT    string `json:"mt,omitempty"`
	API   string `json:"api,omitempty"`
	Src   string `json:"src,omitempty"`
	Bytes int    `json:"bytes,omitempty"`
	// Text is the message, or the note. Hidden is how many secrets in it are replaced.
	Text   string `json:"text"`
	Hidden int    `json:"hidden,omitempty"`
	// Handshake is a message of the login or a KeepAlive.
	Handshake bool `json:"handshake,omitempty"`
	// State, Pair and Took belong to a request and its result. Pair is the N of the other one, on
	// both; 0 for none.
	State Pairing       `json:"state,omitempty"`
	Pair  uint64        `json:"pair,omitempty"`
	Took  time.Duration `json:"took,omitempty"`
}

// Waiting reports whether the entry is a request whose result is overdue.
func (e Entry) Waiting(now time.Time) bool {
	return e.State == Pending && now.Sub(e.At) >= WaitingAfter
}

// kept is an Entry with its secrets.
type kept struct {
	Entry
	raw string // the unchanged message, if something in Text is hidden
}

// size is the memory it takes.
func (k kept) size() int { return len(k.Text) + len(k.raw) }

// revealed is the entry with the secrets in its text.
func (k kept) revealed() Entry {
	e := k.Entry
	if e.Hidden > 0 && k.raw != "" {
		e.Text, e.Hidden = k.raw, 0
	}
	return e
}

// history is the bounded record of one session. Its owner locks it.
type history struct {
	maxEntries, maxBytes int
	hide                 *redact.Filter

	entries []kept // in order of N
	last    uint64
	bytes   int
	pending []uint64 // requests without a result, oldest first
}

// message adds a message.
func (h *history) message(f Frame) {
	m, _ := parseMessage(f.Text)
	e := Entry{
		At: f.At, Dir: f.Dir, MT: m.MT, API: m.API, Src: m.Src, Bytes: len(f.Text), Handshake: isHandshake(m),
	}
	clean, hidden := hideSecrets(h.hide, f.Text)
	k := kept{Entry: e}
	k.Text, k.Hidden = string(clean), hidden
	if hidden > 0 {
		k.raw = string(f.Text)
	}
	switch {
	case f.Dir == Out && isRequest(m):
		k.State = Pending
		h.pending = append(h.pending, h.last+1)
	case f.Dir == In:
		k.Pair = h.settle(m, f.At)
	}
	h.add(k)
}

func isHandshake(m Message) bool {
	if m.API != "" {
		return false
	}
	switch m.MT {
	case "AppChallenge", "AppChallengeResult", "AppLogin", "AppLoginResult", "KeepAlive":
		return true
	}
	return false
}

// note adds a remark.
func (h *history) note(at time.Time, text string) {
	h.add(kept{Entry: Entry{At: at, Dir: Note, Text: h.hide.String(text)}})
}

// add numbers an entry and drops the oldest entries where there are too many or too large ones.
func (h *history) add(k kept) {
	h.last++
	k.N = h.last
	h.entries = append(h.entries, k)
	h.bytes += k.size()
	drop := 0
	for len(h.entries)-drop > h.maxEntries || h.bytes > h.maxBytes && drop < len(h.entries)-1 {
		h.bytes -= h.entries[drop].size()
		drop++
	}
	if drop > 0 {
		clear(h.entries[:drop])
		h.entries = h.entries[drop:]
		h.forgetPending()
	}
}

// forgetPending drops requests that are no longer kept.
func (h *history) forgetPending() {
	for len(h.pending) > 0 && h.at(h.pending[0]) == nil {
		h.pending = h.pending[1:]
	}
}

// at finds an entry that is still kept, nil if there is none.
func (h *history) at(n uint64) *kept {
	if len(h.entries) == 0 || n < h.entries[0].N || n > h.last {
		return nil
	}
	return &h.entries[n-h.entries[0].N]
}

// settle finds the oldest request that a message answers and marks it; 0 if there is none.
func (h *history) settle(m Message, at time.Time) uint64 {
	for i, n := range h.pending {
		r := h.at(n)
		if r == nil || !answers(Message{MT: r.MT, API: r.API, Src: r.Src}, m) {
			continue
		}
		r.State, r.Pair, r.Took = Answered, h.last+1, at.Sub(r.At)
		h.pending = append(h.pending[:i:i], h.pending[i+1:]...)
		return n
	}
	return 0
}

// lose marks the requests that will get no result any more.
func (h *history) lose() {
	for _, n := range h.pending {
		if r := h.at(n); r != nil {
			r.State = Lost
		}
	}
	h.pending = nil
}

// view is a copy without the secrets.
func (h *history) view() []Entry {
	list := make([]Entry, len(h.entries))
	for i, k := range h.entries {
		list[i] = k.Entry
	}
	return list
}
