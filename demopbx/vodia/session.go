package vodia

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// Bounds of web sessions, and their lives as the vendor gives them.
const (
	tokenLife   = 10 * time.Second
	sessionLife = time.Hour
	maxTokens   = 1024
	maxSessions = 1024
)

// login is who a web session or a token stands for.
type login struct {
	// user is the extension, empty for a session of the tenant as a whole.
	user string
	// admin may act for every extension.
	admin bool
	until time.Time
}

// sessions are the web sessions and the tokens that become one. Handlers of HTTP share it.
// Both are kept under a hash of their secret, so that looking one up tells nothing by the
// time it takes.
type sessions struct {
	mu     sync.Mutex
	tokens map[[sha256.Size]byte]login
	live   map[[sha256.Size]byte]login
}

func newSessions() *sessions {
	return &sessions{tokens: map[[sha256.Size]byte]login{}, live: map[[sha256.Size]byte]login{}}
}

// mint makes a token for one activation within tokenLife.
func (s *sessions) mint(l login, now time.Time) string {
	return s.put(s.tokens, maxTokens, l, now.Add(tokenLife), now)
}

// activate takes a token and makes the session that it stands for.
func (s *sessions) activate(token string, now time.Time) (id string, ok bool) {
	key := sha256.Sum256([]byte(token))
	s.mu.Lock()
	l, ok := s.tokens[key]
	delete(s.tokens, key)
	s.mu.Unlock()
	if !ok || now.After(l.until) {
		return "", false
	}
	return s.open(l, now), true
}

// open makes a session.
func (s *sessions) open(l login, now time.Time) string {
	return s.put(s.live, maxSessions, l, now.Add(sessionLife), now)
}

func (s *sessions) get(id string, now time.Time) (login, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.live[sha256.Sum256([]byte(id))]
	return l, ok && now.Before(l.until)
}

// end forgets a session, or every session when id is empty.
func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" {
		clear(s.live)
		return
	}
	delete(s.live, sha256.Sum256([]byte(id)))
}

func (s *sessions) put(where map[[sha256.Size]byte]login, limit int, l login, until, now time.Time) string {
	secret := rand.Text()[:20] // as long as the documented ones: 100 bits
	l.until = until
	s.mu.Lock()
	defer s.mu.Unlock()
	makeRoom(where, limit, now)
	where[sha256.Sum256([]byte(secret))] = l
	return secret
}

// makeRoom drops what has expired and, if that is not enough, what expires first.
func makeRoom(where map[[sha256.Size]byte]login, limit int, now time.Time) {
	if len(where) < limit {
		return
	}
	var oldest [sha256.Size]byte
	var first time.Time
	for key, l := range where {
		if now.After(l.until) {
			delete(where, key)
		} else if first.IsZero() || l.until.Before(first) {
			oldest, first = key, l.until
		}
	}
	if len(where) >= limit {
		delete(where, oldest)
	}
}
