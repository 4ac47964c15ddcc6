// Package redact hides secrets in text before a person or a file gets it: passwords, tokens, keys,
// cookies, the credentials of a sign-in, and the keys of media (SDES, ICE).
//
// It goes by the decoded names of members and not by a pattern over the raw text, so a name is
// found however it is escaped, and a value is hidden whatever its kind: text, number, list or
// object. JSON inside a text is read too. What is no JSON at all (an SDP, a header, a URL, a line
// of a log) is read as "name: value" and "name=value".
//
// The reader never fails: text that is cut off or broken is read as far as it makes sense, and in
// doubt more is hidden. Time and memory are bounded by a small multiple of the text. Everything
// that is not hidden comes out byte for byte.
//
// A Filter may be used by any goroutine.
package redact

import (
	"bytes"
	"slices"
	"sync"
)

const (
	// mark stands for a value that was hidden.
	mark = "<hidden>"
	// maxDepth bounds how deep JSON inside of texts is read. A text below that is hidden as a whole.
	maxDepth = 8
	// shortest is how long a value must be to be looked for anywhere, in bytes. Shorter ones would
	// be found by chance.
	shortest = 8
	// maxLearned bounds how many values a Filter looks for.
	maxLearned = 32
)

// Filter hides secrets. A nil one knows the usual names alone.
type Filter struct {
	names [][]byte // compact, see compact

	mu      sync.Mutex
	learned [][]byte
}

// New makes a Filter that takes further names of members for secret, in any case and with any
// separators.
func New(names ...string) *Filter {
	f := &Filter{}
	for _, name := range names {
		if c := compact([]byte(name)); len(c) > 0 {
			f.names = append(f.names, c)
		}
	}
	return f
}

// Fork gives a Filter with the same names that learns for itself.
func (f *Filter) Fork() *Filter {
	if f == nil {
		return &Filter{}
	}
	return &Filter{names: f.names}
}

// Learn has values hidden wherever they stand, for example the session that was signed in with.
// Those shorter than eight bytes are passed over; of more than 32 the latest count.
func (f *Filter) Learn(values ...string) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	learned := slices.Clone(f.learned) // readers hold the old one
	for _, v := range values {
		if len(v) >= shortest && !slices.ContainsFunc(learned, func(l []byte) bool { return string(l) == v }) {
			learned = append(learned, []byte(v))
		}
	}
	f.learned = learned[max(0, len(learned)-maxLearned):]
}

func (f *Filter) values() [][]byte {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.learned
}

// Text hides the secrets in a text and tells how many. The text itself is not changed.
func (f *Filter) Text(text []byte) (clean []byte, hidden int) {
	s := search{filter: f, values: f.values()}
	if !s.suspects(text) {
		return text, 0
	}
	return s.clean(text, 0)
}

// String is Text for a string.
func (f *Filter) String(text string) string {
	clean, hidden := f.Text([]byte(text))
	if hidden == 0 {
		return text
	}
	return string(clean)
}

// Mentions reports whether any word of a text is the name of a secret. It is for text that makes
// no sense and is hidden as a whole then.
func (f *Filter) Mentions(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if end := wordEnd(text, i); end > i {
			if f.isSecret(decodeWord(text[i:end])) {
				return true
			}
			i = end
		}
	}
	return false
}

// hints are what must be in a text that holds a secret, in lower case. Most text has none of
// them, and is not read further.
var hints = [][]byte{
	[]byte("pin"), []byte("pass"), []byte("pw"), []byte("auth"), []byte("key"), []byte("cookie"), []byte("token"),
	[]byte("secret"), []byte("digest"), []byte("credential"), []byte("session"), []byte("frag"), []byte("otp"),
	[]byte("wort"), []byte("jwt"), []byte("access"), []byte("inline:"), []byte("crypto:"), []byte("k="), []byte("bearer"), []byte("basic"), []byte("@"), []byte("%"), []byte(`\u`),
}

// search is one use of a Filter.
type search struct {
	filter *Filter
	values [][]byte
}

// suspects is a quick look: false is sure.
func (s search) suspects(text []byte) bool {
	lower := bytes.ToLower(text)
	for _, h := range hints {
		if bytes.Contains(lower, h) {
			return true
		}
	}
	if s.filter != nil && len(s.filter.names) > 0 {
		plain := compact(text)
		for _, n := range s.filter.names {
			if bytes.Contains(plain, n) {
				return true
			}
		}
	}
	for _, v := range s.values {
		if bytes.Contains(text, v) {
			return true
		}
	}
	return bytes.IndexByte(text, '\\') >= 0 && len(s.values) > 0 // an escape may stand inside of a value
}

// clean hides what is in a text that lies so many texts deep.
func (s search) clean(text []byte, depth int) ([]byte, int) {
	r := reader{search: s, in: text, depth: depth}
	r.read()
	out, hidden := text, r.hidden
	if hidden > 0 {
		out = append(r.out, text[r.done:]...)
	}
	for _, v := range s.values {
		if n := bytes.Count(out, v); n > 0 {
			out, hidden = bytes.ReplaceAll(out, v, []byte(mark)), hidden+n
		}
	}
	return out, hidden
}
