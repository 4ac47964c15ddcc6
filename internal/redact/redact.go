// Package redact hides secrets in text before a person or a file gets it: passwords, tokens, keys,
// cookies, the credentials of a sign-in, and the keys of media (SDES, ICE).
//
// It goes by the decoded names of members and not by a pattern over the raw text. So a name is
// found however it is escaped, and its value is hidden whatever it is: text, number, list or
// object. JSON inside a text is read too. Text that is no JSON (an SDP, a header, a URL, a line of
// a log) is read as "name: value" and "name=value".
//
// The reader never fails: cut or broken text is read as far as possible, and in doubt more is
// hidden. Time and memory are at most a small multiple of the text. All that is not hidden stays
// byte for byte.
//
// A Filter may be used by any goroutine.
package redact

import (
	"bytes"
	"slices"
	"sync"
)

const (
	// mark replaces a hidden value.
	mark = "<hidden>"
	// maxDepth is how deep JSON inside texts is read. A deeper text is hidden as a whole.
	maxDepth = 8
	// shortest is the minimum length, in bytes, of a value that is searched everywhere. Shorter ones
	// would be found by chance.
	shortest = 8
	// maxLearned bounds how many values a Filter looks for.
	maxLearned = 32
)

// Filter hides secrets. A nil Filter knows the usual names only.
type Filter struct {
	names [][]byte // compact, see compact

	mu      sync.Mutex
	learned [][]byte
}

// New makes a Filter with further names of secret members, in any case and with any separators.
func New(names ...string) *Filter {
	f := &Filter{}
	for _, name := range names {
		if c := compact([]byte(name)); len(c) > 0 {
			f.names = append(f.names, c)
		}
	}
	return f
}

// Fork returns a Filter with the same names that learns values separately.
func (f *Filter) Fork() *Filter {
	if f == nil {
		return &Filter{}
	}
	return &Filter{names: f.names}
}

// Learn hides values wherever they are, for example the id of a session. Values shorter than eight
// bytes are ignored; of more than 32 the latest count.
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

// Text hides the secrets in a text and counts them. The text itself is not changed.
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

// Mentions reports whether any word of a text is the name of a secret: a text that cannot be read
// is then hidden as a whole.
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

// hints are in lower case. A text with a secret has at least one of them; a text without any is not read further.
var hints = [][]byte{
	[]byte("pin"), []byte("pass"), []byte("pw"), []byte("auth"), []byte("key"), []byte("cookie"), []byte("token"),
	[]byte("secret"), []byte("digest"), []byte("credential"), []byte("frag"), []byte("otp"), []byte("wort"),
	[]byte("woord"), []byte("contrase"), []byte("senha"), []byte("clave"), []byte("sess"), []byte("sid"),
	[]byte("signature"), []byte("privk"), []byte("psk"), []byte("mfa"), []byte("jwt"), []byte("eyj"),
	[]byte("access"), []byte("inline:"), []byte("crypto:"), []byte("k="), []byte("bearer"), []byte("basic"),
	[]byte("@"), []byte("%"), []byte(`\u`),
}

// search is one use of a Filter.
type search struct {
	filter *Filter
	values [][]byte
}

// suspects is a quick check: false is certain.
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
	return bytes.IndexByte(text, '\\') >= 0 && len(s.values) > 0 // an escape may be inside a value
}

// clean hides the secrets in a text that is nested so many texts deep.
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
