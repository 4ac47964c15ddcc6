package attach

import (
	"context"
	"errors"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/phone"
)

// Remote are the AppWebsocket sessions of a phone in another process.
type Remote struct{ screen *Screen }

// Sessions are those of the phone, nil where it has none.
func (s *Screen) Sessions() *Remote {
	if !s.About.Sessions {
		return nil
	}
	return &Remote{s}
}

var (
	errGone   = errors.New("the phone has ended")
	errSilent = errors.New("the phone does not answer; your command may still take effect")
)

// pose sends a question. Its answer comes on the channel, which is nil where it cannot be sent.
func (s *Screen) pose(q query) (tag uint32, came <-chan answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.orders <- toPhone{Tag: s.tag + 1, Query: &q}:
	default:
		return 0, nil
	}
	s.tag++
	answers := make(chan answer, 1) // full: there is one answer
	s.waiting[s.tag] = answers
	return s.tag, answers
}

// request asks and waits for the answer, which the phone gives at once or, without a limit, when it has one.
// When ctx ends the phone is asked to stop, and its answer is still waited for. A phone that stands still is not
// waited for.
func (s *Screen) request(ctx context.Context, limit time.Duration, q query) (answer, error) {
	s.mu.Lock()
	silent := s.silent
	s.mu.Unlock()
	select {
	case <-silent:
		return answer{}, errSilent
	default:
	}
	tag, came := s.pose(q)
	if came == nil {
		return answer{}, phone.ErrBusy
	}
	defer func() {
		s.mu.Lock()
		delete(s.waiting, tag)
		s.mu.Unlock()
	}()
	var late <-chan time.Time
	if limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		late = timer.C
	}
	done := ctx.Done()
	for {
		select {
		case a := <-came:
			if a.Error != "" {
				return a, errors.New(a.Error)
			}
			return a, nil
		case <-s.gone:
			return answer{}, errGone
		case <-late:
			return answer{}, errSilent
		case <-silent:
			return answer{}, errSilent
		case <-done:
			done = nil
			timer := time.NewTimer(answersWithin)
			defer timer.Stop()
			late = timer.C
			select {
			case s.orders <- toPhone{Query: &query{What: "stop", Tag: tag}}:
			default:
			}
		}
	}
}

// answered hands an answer to who asked. One that nobody waits for any more is dropped.
func (s *Screen) answered(a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if came := s.waiting[a.Tag]; came != nil {
		delete(s.waiting, a.Tag)
		came <- a
	}
}

// Renew asks the phone to end and to begin again with a profile, empty for the practice PBX.
func (s *Screen) Renew(ctx context.Context, profile string) error {
	_, err := s.request(ctx, answersWithin, query{What: "renew", Text: profile})
	if errors.Is(err, errGone) { // it was faster than its answer
		return nil
	}
	return err
}

// now asks what the phone answers at once.
func (r *Remote) now(q query) (answer, error) {
	return r.screen.request(context.Background(), answersWithin, q)
}

// Watch gives the newest views whenever there are newer ones, until ctx ends or the phone goes.
func (r *Remote) Watch(ctx context.Context) <-chan []sessions.View {
	return r.screen.views.Watch(ctx)
}

// Send sends a message on a session.
func (r *Remote) Send(id int, text []byte) error {
	_, err := r.now(query{What: "send", ID: id, Text: string(text)})
	return err
}

// Reveal is an entry with its secrets.
func (r *Remote) Reveal(id int, n uint64) (record.Entry, error) {
	a, err := r.now(query{What: "reveal", ID: id, N: n})
	if err != nil || a.Entry == nil {
		return record.Entry{}, err
	}
	return *a.Entry, nil
}

// Retry lets a session that is not connected try at once.
func (r *Remote) Retry(id int) error {
	_, err := r.now(query{What: "retry", ID: id})
	return err
}

// Forget removes a session.
func (r *Remote) Forget(id int) error {
	_, err := r.now(query{What: "forget", ID: id})
	return err
}

// Save writes the record of a session to a file and says where.
func (r *Remote) Save(id int, reveal bool) (string, error) {
	a, err := r.screen.request(context.Background(), 0, query{What: "save", ID: id, Reveal: reveal})
	return a.Text, err
}

// Archive is Save as a browser's archive of requests.
func (r *Remote) Archive(id int, reveal bool) (string, error) {
	a, err := r.screen.request(context.Background(), 0, query{What: "archive", ID: id, Reveal: reveal})
	return a.Text, err
}

// Key is the session key of the connection that an entry came on.
func (r *Remote) Key(id int, n uint64) (appws.SessionKey, error) {
	a, err := r.now(query{What: "key", ID: id, N: n})
	return appws.SessionKey(a.Text), err
}

// Phrases are the filters and messages that were saved by name, none where the phone does not say.
func (r *Remote) Phrases() (filters, snippets map[string]string) {
	a, err := r.now(query{What: "phrases"})
	if err != nil || a.Phrases == nil {
		return nil, nil
	}
	return a.Phrases.Filters, a.Phrases.Snippets
}

// Keep replaces them.
func (r *Remote) Keep(filters, snippets map[string]string) error {
	_, err := r.screen.request(context.Background(), 0, query{What: "keep", Phrases: &phrases{filters, snippets}})
	return err
}

// Saved are the names of such files, the newest first.
func (r *Remote) Saved() ([]string, error) {
	a, err := r.screen.request(context.Background(), 0, query{What: "saved"})
	return a.Names, err
}

// Load shows a file as a session.
func (r *Remote) Load(name string) (int, error) {
	a, err := r.screen.request(context.Background(), 0, query{What: "load", Text: name})
	return a.N, err
}

// Replay sends on one session what was sent on another, until ctx ends.
func (r *Remote) Replay(ctx context.Context, to, from int) (int, error) {
	a, err := r.screen.request(ctx, 0, query{What: "replay", ID: to, From: from})
	return a.N, err
}
