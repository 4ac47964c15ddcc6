package janus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/internal/reach"
)

const (
	// pollTimeout is how long a poll may take. The gateway answers each within 30 s.
	pollTimeout = 45 * time.Second
	// maxEvents is how many messages the gateway puts into one answer to a poll.
	maxEvents = 10
)

// statusError is an answer over HTTP that no gateway gives.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("HTTP status %d", int(e)) }

// Status is for those who ask for it in a chain of errors.
func (e statusError) Status() int { return int(e) }

var (
	errTooLong = errors.New("the answer is too long")
	// errCutOff is an answer that begins well and has no end.
	errCutOff = errors.New("the answer is cut off")
)

// web is a gateway over HTTP: a request is a POST, messages come by long polling.
type web struct {
	base   *url.URL
	client *http.Client
}

func (w *web) open(context.Context) error { return nil }
func (w *web) polls() bool                { return true }
func (w *web) close()                     { w.client.CloseIdleConnections() }

func (w *web) send(ctx context.Context, r request) ([]byte, error) {
	at := w.path(r.Session, r.Handle)
	r.Session, r.Handle = 0, 0
	content, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	answer, err := w.do(ctx, postTimeout, http.MethodPost, at, content)
	if errors.Is(err, errCutOff) && r.Janus == "message" { // it was taken: its outcome comes by poll, if at all
		return json.Marshal(message{Janus: "ack", Transaction: r.Transaction})
	}
	return answer, err
}

func (w *web) receive(ctx context.Context, session uint64) ([][]byte, error) {
	at := w.path(session, 0)
	at.RawQuery = url.Values{
		"rid": {strconv.FormatInt(time.Now().UnixMilli(), 10)}, "maxev": {strconv.Itoa(maxEvents)},
	}.Encode()
	answer, err := w.do(ctx, pollTimeout, http.MethodGet, at, nil)
	if err != nil {
		return nil, err
	}
	frames := split(answer)
	if !slices.ContainsFunc(frames, func(frame []byte) bool { _, err := decode(frame); return err == nil }) {
		return nil, errNoMessage
	}
	return frames, nil
}

func (w *web) path(ids ...uint64) *url.URL {
	at := w.base
	for _, id := range ids {
		if id != 0 {
			at = at.JoinPath(strconv.FormatUint(id, 10))
		}
	}
	return at.JoinPath()
}

func (w *web) do(ctx context.Context, timeout time.Duration, method string, at *url.URL, content []byte) (answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ctx, trail := reach.Follow(ctx)
	defer func() { err = trail.Mark(err) }()
	req, err := http.NewRequestWithContext(ctx, method, at.String(), bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
		// Not sent: it has net/http ask again where a connection that was kept turns out to be closed.
		req.Header["Idempotency-Key"] = nil
	}
	resp, err := w.client.Do(req)
	var u *url.Error
	if errors.As(err, &u) {
		return nil, u.Err // without the session, by which others could work our calls
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxFrame+1))
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, statusError(resp.StatusCode)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errCutOff, err)
	case len(answer) > maxFrame:
		return nil, errTooLong
	}
	return answer, nil
}
