package nethcti

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
)

const (
	// sessionLives is how long a session is kept of which nothing is heard.
	sessionLives = time.Minute
	// pollWaits is how long a poll waits for messages.
	pollWaits = 30 * time.Second
	// maxSessions, maxHandles and maxMessages bound what clients can have the gateway keep.
	maxSessions, maxHandles, maxMessages = 256, 16, 256
	// maxID bounds the ids of sessions and handles.
	maxID = 1 << 53
)

// plugin is the one plugin that this gateway has.
const plugin = "janus.plugin.sip"

// Errors of the gateway's core.
const (
	codeUnknownRequest = 453
	codeNoJSON         = 454
	codeNoSession      = 458
	codeNoHandle       = 459
	codeNoPlugin       = 460
	codeNotFree        = 490
)

// whyEnds is the answer to a request that the PBX did not carry out any more.
const whyEnds = "The PBX ends"

// gateway is what browsers telephone by: sessions with handles, each with room for one call.
type gateway struct {
	f        *Front
	sessions map[uint64]*session
	// closed is closed when the PBX ends: polls that wait are answered then.
	closed  chan struct{}
	closing sync.Once
}

// session is one client of the gateway.
type session struct {
	g       *gateway
	id      uint64
	handles map[uint64]*handle
	// waiting are messages for the next poll; wake, with one place, says that there are some.
	waiting []json.RawMessage
	wake    chan struct{}
	ends    *exchange.Timer

	// user and client are who registered, nil for nobody. master is the handle that did, masterID its name.
	user     *exchange.Account
	client   *exchange.Client
	master   *handle
	masterID uint64
	// placing is the handle whose call is being placed.
	placing *handle
}

func newGateway(f *Front) *gateway {
	return &gateway{f: f, sessions: map[uint64]*session{}, closed: make(chan struct{})}
}

func (g *gateway) close() {
	for _, s := range g.sessions {
		g.f.pbx.Cancel(s.ends)
	}
	clear(g.sessions)
}

// EndPolls answers all polls that wait, and lets none wait any more. It may be called from anywhere.
func (f *Front) EndPolls() { f.gateway.closing.Do(func() { close(f.gateway.closed) }) }

// registered tells whether calls for an account ring at the gateway.
func (g *gateway) registered(a *exchange.Account) bool {
	for _, s := range g.sessions {
		if s.user == a && s.client != nil && s.client.Registered {
			return true
		}
	}
	return false
}

// request is a message to the gateway.
type request struct {
	Janus       string         `json:"janus"`
	Transaction string         `json:"transaction"`
	Plugin      string         `json:"plugin"`
	Body        map[string]any `json:"body"`
	JSEP        *jsep          `json:"jsep"`
	Candidate   *candidate     `json:"candidate"`
}

// text is a text in the body, empty for none.
func (r request) text(key string) string { s, _ := r.Body[key].(string); return s }

// number is a number in the body, 0 for none.
func (r request) number(key string) float64 { n, _ := r.Body[key].(float64); return n }

// jsep is a description.
type jsep struct {
	Type string `json:"type"`
	SDP  string `json:"sdp"`
}

// candidate is an ICE candidate, or the word that no more are to come.
type candidate struct {
	Line      string `json:"candidate,omitempty"`
	Mid       string `json:"sdpMid"`
	MLine     uint16 `json:"sdpMLineIndex"`
	Completed bool   `json:"completed,omitempty"`
}

// message is what the gateway says.
type message struct {
	Janus       string      `json:"janus"`
	Session     uint64      `json:"session_id,omitempty"`
	Transaction string      `json:"transaction,omitempty"`
	Sender      uint64      `json:"sender,omitempty"`
	Data        *made       `json:"data,omitempty"`
	Error       *failure    `json:"error,omitempty"`
	Plugin      *pluginData `json:"plugindata,omitempty"`
	JSEP        *jsep       `json:"jsep,omitempty"`
	Reason      string      `json:"reason,omitempty"`
	Candidate   *candidate  `json:"candidate,omitempty"`
}

type made struct {
	ID uint64 `json:"id"`
}

type failure struct {
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}

// post takes a request and answers it; what comes of it follows by poll.
func (g *gateway) post(w http.ResponseWriter, r *http.Request) {
	if g.f.o.GatewayDown {
		http.Error(w, "no server is available to handle this request", http.StatusServiceUnavailable)
		return
	}
	var asked request
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		reply(w, refusal(codeNoJSON, "Invalid JSON object"))
		return
	}
	id := idIn(r, "session")
	answer := refusal(codeNoSession, whyEnds)
	g.f.pbx.Do(func() { answer = g.answer(id, idIn(r, "handle"), asked) })
	answer.Session, answer.Transaction = id, asked.Transaction
	reply(w, answer)
}

// idIn is an id in the path of a request, 0 for none.
func idIn(r *http.Request, name string) uint64 {
	id, _ := strconv.ParseUint(r.PathValue(name), 10, 64)
	return id
}

func refusal(code int, reason string) message {
	return message{Janus: "error", Error: &failure{code, reason}}
}

func success(id uint64) message {
	m := message{Janus: "success"}
	if id != 0 {
		m.Data = &made{id}
	}
	return m
}

// answer is the immediate reply to a request.
func (g *gateway) answer(sessionID, handleID uint64, r request) message {
	if sessionID == 0 {
		if r.Janus != "create" || len(g.sessions) >= maxSessions {
			return refusal(codeUnknownRequest, "Unknown request '"+r.Janus+"'")
		}
		s := &session{g: g, id: rand.Uint64N(maxID), handles: map[uint64]*handle{}, wake: make(chan struct{}, 1)}
		g.sessions[s.id] = s
		s.touch()
		return success(s.id)
	}
	s := g.sessions[sessionID]
	if s == nil {
		return refusal(codeNoSession, "No such session "+strconv.FormatUint(sessionID, 10))
	}
	s.touch()
	if handleID != 0 {
		h := s.handles[handleID]
		if h == nil {
			return refusal(codeNoHandle, "No such handle "+strconv.FormatUint(handleID, 10)+" in session "+strconv.FormatUint(sessionID, 10))
		}
		return h.answer(r)
	}
	switch r.Janus {
	case "attach":
		if r.Plugin != plugin || len(s.handles) >= maxHandles {
			return refusal(codeNoPlugin, "No such plugin '"+r.Plugin+"'")
		}
		h := &handle{s: s, id: rand.Uint64N(maxID)}
		s.handles[h.id] = h
		return success(h.id)
	case "destroy":
		s.end()
		return success(0)
	case "keepalive":
		return message{Janus: "ack"}
	case "claim":
		return success(0)
	}
	return refusal(codeUnknownRequest, "Unknown request '"+r.Janus+"'")
}

// touch notes that the client was heard.
func (s *session) touch() {
	s.g.f.pbx.Cancel(s.ends)
	s.ends = s.g.f.pbx.After(sessionLives, s.end)
}

// end forgets a session, and its calls end.
func (s *session) end() {
	if s.g.sessions[s.id] != s {
		return
	}
	s.g.f.pbx.Cancel(s.ends)
	delete(s.g.sessions, s.id)
	for _, h := range s.handles {
		h.abandon()
	}
	s.unregister()
	s.knock()
}

// unregister makes the session no telephone any more.
func (s *session) unregister() {
	if s.client == nil {
		return
	}
	user, client := s.user, s.client
	s.user, s.client, s.master = nil, nil, nil
	s.g.f.pbx.Unregister(client)
	s.g.f.pbx.Detach(client)
	s.g.f.AccountChanged(user)
}

// put queues a message for the next poll. A client that does not poll loses the oldest.
func (s *session) put(m message) {
	m.Session = s.id
	data, err := json.Marshal(m)
	if err != nil {
		s.g.f.log.Error("the practice gateway could not say something", "err", err)
		return
	}
	s.waiting = append(s.waiting, data)
	s.waiting = s.waiting[max(0, len(s.waiting)-maxMessages):]
	s.knock()
}

func (s *session) knock() {
	select {
	case s.wake <- struct{}{}:
	default: // it has been said
	}
}

// poll waits for messages of a session. A session that is not there has no body.
func (g *gateway) poll(w http.ResponseWriter, r *http.Request) {
	id := idIn(r, "session")
	most, err := strconv.Atoi(r.URL.Query().Get("maxev"))
	if err != nil || most < 1 {
		most = 1
	}
	control := http.NewResponseController(w)
	_, _ = control.SetReadDeadline(time.Time{}), control.SetWriteDeadline(time.Time{}) // a poll is slower than the server allows
	ctx, cancel := context.WithTimeout(r.Context(), pollWaits)
	defer cancel()
	for {
		var s *session
		var messages []json.RawMessage
		g.f.pbx.Do(func() {
			if s = g.sessions[id]; s == nil {
				return
			}
			s.touch()
			n := min(most, len(s.waiting))
			messages, s.waiting = s.waiting[:n:n], s.waiting[n:]
			if n > 0 && g.f.o.LosePolls {
				g.f.o.LosePolls = false
				s.end()
				s = nil
			}
		})
		switch {
		case s == nil:
			w.WriteHeader(http.StatusNotFound)
			return
		case len(messages) > 0:
			reply(w, messages)
			return
		}
		select {
		case <-s.wake:
		case <-g.closed:
			w.WriteHeader(http.StatusNotFound)
			return
		case <-ctx.Done():
			reply(w, []message{{Janus: "keepalive"}})
			return
		}
	}
}
