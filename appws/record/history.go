// Package record keeps what was said on an AppWebsocket: the messages of a session with requests and
// results paired, bounded and with secrets hidden, and such a record in a file.
package record

import (
	"cmp"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/internal/redact"
)

// Bounds of the record of one session, where none are given.
const (
	DefaultEntries = 2000
	DefaultBytes   = 8 << 20
)

// WaitingAfter is the time after which a request without its result is waiting.
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
const Note appws.Direction = "note"

// Entry is one line of a session's record. It is plain data.
type Entry struct {
	// N counts from 1 without gaps.
	N   uint64          `json:"n"`
	At  time.Time       `json:"at"`
	Dir appws.Direction `json:"dir"`
	// MT, API and Src are the message's, Bytes its size. All strings come from the wire.
	MT    string `json:"mt,omitempty"`
	API   string `json:"api,omitempty"`
	Src   string `json:"src,omitempty"`
	Bytes int    `json:"bytes,omitempty"`
	// Text is the message, or the note. Hidden is how many secrets in it are replaced.
	Text   string `json:"text"`
	Hidden int    `json:"hidden,omitempty"`
	// Cut tells that Text is no more than how a message above the read limit begins.
	Cut bool `json:"cut,omitempty"`
	// Handshake is a message of the login or a KeepAlive.
	Handshake bool `json:"handshake,omitempty"`
	// State is that of a request. Pair and Took belong to a request and its result: Pair is the N of the other one, on
	// both; 0 for none.
	State Pairing       `json:"state,omitempty"`
	Pair  uint64        `json:"pair,omitempty"`
	Took  time.Duration `json:"took,omitempty"`
	// Warnings say what of it breaks at a C++ peer only.
	Warnings []string `json:"warnings,omitempty"`
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

// Options of a History.
type Options struct {
	// MaxEntries is how many messages and notes are kept, 0 for DefaultEntries; MaxBytes how much text,
	// 0 for DefaultBytes. The oldest are dropped.
	MaxEntries, MaxBytes int
	// Hide hides secrets; nil knows the usual names.
	Hide *redact.Filter
	// Asks is the direction of the requests that are paired with their results, empty for appws.Out.
	Asks appws.Direction
}

// History is the bounded record of one session. Its owner locks it.
type History struct {
	Options

	entries []kept // in order of N
	last    uint64
	bytes   int
	pending []uint64 // requests without a result, oldest first
}

// New makes an empty record.
func New(o Options) *History {
	o.MaxEntries = cmp.Or(o.MaxEntries, DefaultEntries)
	o.MaxBytes = cmp.Or(o.MaxBytes, DefaultBytes)
	return &History{Options: o}
}

// Bound gives the record other bounds, and other secrets to hide in what is added from now on. Asks stays.
func (h *History) Bound(o Options) {
	o.Asks = h.Asks
	h.Options = New(o).Options
	h.drop()
}

// Message adds a message and returns it without its secrets.
func (h *History) Message(f appws.Frame) Entry {
	m, err := appws.ParseEnvelope(f.Text)
	cut := f.Size > len(f.Text)
	if err != nil && !cut {
		m = appws.Message{}
	}
	e := Entry{
		At: f.At, Dir: f.Dir, MT: m.MT, API: m.API, Src: m.Src, Bytes: max(f.Size, len(f.Text)), Cut: cut, Handshake: IsHandshake(m),
	}
	clean, hidden := hideSecrets(h.Hide, f.Text)
	k, asks := kept{Entry: e}, cmp.Or(h.Asks, appws.Out)
	k.Text, k.Hidden = string(clean), hidden
	if !cut {
		k.Warnings = Warnings(f.Text)
	}
	if hidden > 0 {
		k.raw = string(f.Text)
	}
	switch {
	case f.Dir == asks && isRequest(m):
		k.State = Pending
		h.pending = append(h.pending, h.last+1)
	case f.Dir != asks:
		k.Pair, k.Took = h.settle(m, f.At)
		if r := h.at(k.Pair); r != nil && r.Src != "" && m.Src == "" {
			k.Warnings = append(k.Warnings, noEcho)
		}
	}
	return h.add(k)
}

// IsHandshake reports whether a message is of the login or a KeepAlive.
func IsHandshake(m appws.Message) bool {
	if m.API != "" {
		return false
	}
	switch m.MT {
	case "AppChallenge", "AppChallengeResult", "AppLogin", "AppLoginResult", "KeepAlive":
		return true
	}
	return false
}

// Note adds a remark and returns it.
func (h *History) Note(at time.Time, text string) Entry {
	return h.add(kept{Entry: Entry{At: at, Dir: Note, Text: h.Hide.String(text)}})
}

// add numbers an entry.
func (h *History) add(k kept) Entry {
	h.last++
	k.N = h.last
	h.entries = append(h.entries, k)
	h.bytes += k.size()
	h.drop()
	return k.Entry
}

// drop drops the oldest entries where there are too many or too large ones.
func (h *History) drop() {
	drop := 0
	for len(h.entries)-drop > h.MaxEntries || h.bytes > h.MaxBytes && drop < len(h.entries)-1 {
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
func (h *History) forgetPending() {
	for len(h.pending) > 0 && h.at(h.pending[0]) == nil {
		h.pending = h.pending[1:]
	}
}

// at finds an entry that is still kept, nil if there is none.
func (h *History) at(n uint64) *kept {
	if len(h.entries) == 0 || n < h.entries[0].N || n > h.last {
		return nil
	}
	return &h.entries[n-h.entries[0].N]
}

// settle finds the oldest request that a message answers and marks it; 0 if there is none.
func (h *History) settle(m appws.Message, at time.Time) (n uint64, took time.Duration) {
	for i, n := range h.pending {
		r := h.at(n)
		if r == nil || !answers(appws.Message{MT: r.MT, API: r.API, Src: r.Src}, m) {
			continue
		}
		r.State, r.Pair, r.Took = Answered, h.last+1, at.Sub(r.At)
		h.pending = append(h.pending[:i:i], h.pending[i+1:]...)
		return n, r.Took
	}
	return 0, 0
}

// Lose marks the requests that will get no result any more.
func (h *History) Lose() {
	for _, n := range h.pending {
		if r := h.at(n); r != nil {
			r.State = Lost
		}
	}
	h.pending = nil
}

// Entries are what is kept, oldest first, with its secrets if reveal is set.
func (h *History) Entries(reveal bool) []Entry {
	list := make([]Entry, len(h.entries))
	for i, k := range h.entries {
		list[i] = k.Entry
		if reveal {
			list[i] = k.revealed()
		}
	}
	return list
}

// Reveal is one entry with its secrets; false means that it is not kept.
func (h *History) Reveal(n uint64) (Entry, bool) {
	k := h.at(n)
	if k == nil {
		return Entry{}, false
	}
	return k.revealed(), true
}

// Pending is how many requests have no result yet.
func (h *History) Pending() int { return len(h.pending) }

// Last is the number of the newest entry, 0 without one.
func (h *History) Last() uint64 { return h.last }

// Forgotten is how many older entries were dropped.
func (h *History) Forgotten() uint64 { return h.last - uint64(len(h.entries)) }

// Restore adds an entry of a saved record. Secrets that were saved are hidden again.
func (h *History) Restore(e Entry) {
	if h.last == 0 {
		h.last = e.N - 1
	}
	k := kept{Entry: e}
	if e.Hidden == 0 && e.Dir != Note {
		if clean, hidden := hideSecrets(h.Hide, []byte(e.Text)); hidden > 0 {
			k.Text, k.Hidden, k.raw = string(clean), hidden, e.Text
		}
	}
	if r := h.at(e.Pair); r != nil && e.State == Unpaired && r.State == Pending { // written before it was answered
		r.State, r.Pair, r.Took = Answered, e.N, e.Took
	}
	h.add(k)
}
