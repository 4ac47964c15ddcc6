package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/jsonl"
)

// longestReply bounds a line of the server in bytes.
const longestReply = 1 << 20

// ErrNotRunning says that no Patchcord is behind a socket.
var ErrNotRunning = errors.New("no Patchcord of yours is running; start it in a terminal first")

// errInterrupted is a request that was not waited for.
var errInterrupted = errors.New("interrupted before Patchcord answered; your command may still take effect")

// answersWithin is how long an answer is waited for. The telephone gives one within confirmsWithin.
const answersWithin = 2 * confirmsWithin

// SilentError is of a telephone that stands still.
type SilentError struct {
	// PID is its process, empty where it cannot be told.
	PID string
}

func (e *SilentError) Error() string {
	if e.PID == "" {
		return "Patchcord runs and does not answer; your command may still take effect"
	}
	return "Patchcord runs (process " + e.PID + ") and does not answer; your command may take effect once it goes on. If it does not, kill -9 " + e.PID + " ends it and its calls"
}

// Silent is the error of a telephone that stands still behind one socket of a directory.
func Silent(dir, name string) *SilentError { return &SilentError{processOf(filepath.Join(dir, name))} }

// connect connects to the telephone, or else to the one at the practice PBX. It does not use a
// directory or a socket of another user, who could read the requests.
func connect(ctx context.Context, dir string) (net.Conn, error) {
	if err := owned(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w (%s)", ErrNotRunning, dir)
	} else if err != nil {
		return nil, err
	}
	for _, name := range []string{RealSocket, PracticeSocket} {
		path := filepath.Join(dir, name)
		conn, err := dial(ctx, path)
		if err == nil {
			return ours(conn, path, thisUser())
		}
	}
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	return nil, fmt.Errorf("%w (%s)", ErrNotRunning, dir)
}

// Attach asks the telephone behind one socket of a directory to serve a screen, and returns the connection
// on which it then does, or ErrNotRunning.
func Attach(ctx context.Context, dir, name string) (net.Conn, error) {
	if err := owned(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotRunning
	} else if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, name)
	conn, err := dial(ctx, path)
	if err != nil {
		return nil, ErrNotRunning
	}
	own, err := ours(conn, path, thisUser())
	if err != nil {
		return nil, err
	}
	if err := sendRequest(own, Request{Verb: "attach"}); err != nil {
		return nil, errors.Join(&unanswered{err}, own.Close())
	}
	return own, nil
}

// ours returns a connection only if the process that listens is the user's.
func ours(conn net.Conn, path, user string) (net.Conn, error) {
	if peer, err := userOf(conn); err != nil || peer != user {
		return nil, errors.Join(fmt.Errorf("%s belongs to another user, so nothing was asked of it; remove it and start your Patchcord again", path),
			err, conn.Close())
	}
	return conn, nil
}

// Do sends a request to the running Patchcord of a directory.
func Do(ctx context.Context, dir string, r Request) (Reply, error) {
	conn, err := connect(ctx, dir)
	if err != nil {
		return Reply{}, err
	}
	defer conn.Close()
	return requestOn(ctx, conn, r)
}

// requestOn sends a request and waits for its answer.
func requestOn(ctx context.Context, conn net.Conn, r Request) (Reply, error) {
	_ = conn.SetDeadline(time.Now().Add(answersWithin)) // a connection that has ended fails below
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	asked := sendRequest(conn, r) // fails if the server refused us already; its answer says why
	lines := jsonl.Lines(conn, longestReply)
	if !lines.Scan() {
		if ctx.Err() != nil {
			return Reply{}, errInterrupted
		}
		if errors.Is(lines.Err(), os.ErrDeadlineExceeded) {
			return Reply{}, &SilentError{processOf(conn.RemoteAddr().String())}
		}
		return Reply{}, &unanswered{errors.Join(asked, lines.Err())}
	}
	var reply Reply
	if err := jsonl.Lenient(lines.Bytes(), &reply); err != nil {
		return Reply{}, fmt.Errorf("read the answer of Patchcord: %w", err)
	}
	return reply, nil
}

// unanswered says that Patchcord, or the connection to it, ended before an answer; the cause has the words of the
// system.
type unanswered struct{ cause error }

func (u *unanswered) Error() string { return "Patchcord ended the connection without an answer" }
func (u *unanswered) Unwrap() error { return u.cause }

// eventsDeep is how many lines of the stream may wait for whoever takes them. With one more the stream ends.
const eventsDeep = 1024

// errSlow is of a stream whose lines were taken too slowly.
var errSlow = errors.New("the output is read too slowly: later events are lost")

// Events passes each line of the stream of events to take, until that fails, or ctx or the stream ends.
// The context of take is done once there are no more lines than those that wait for it. A line is take's to
// keep.
func Events(ctx context.Context, dir string, take func(ctx context.Context, line []byte) error) error {
	conn, err := connect(ctx, dir)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	_ = sendRequest(conn, Request{Verb: "events"}) // as above: what there is to read says why
	taking, ended := context.WithCancel(ctx)
	queue := make(chan []byte, eventsDeep)
	var failed error // to be looked at once the queue is closed
	var reading sync.WaitGroup
	defer reading.Wait()
	defer conn.Close() // ends the reading
	reading.Go(func() {
		defer close(queue)
		defer ended()
		failed = readEvents(conn, queue)
	})
	for line := range queue {
		if err := take(taking, line); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return failed
}

// readEvents puts the lines of the stream into the queue, until the stream ends or the queue is full.
func readEvents(from io.Reader, queue chan<- []byte) error {
	lines := jsonl.Lines(from, longestReply)
	for lines.Scan() {
		select {
		case queue <- slices.Clone(lines.Bytes()):
		default:
			return errSlow
		}
	}
	return lines.Err()
}

func sendRequest(conn net.Conn, r Request) error {
	line, err := jsonl.Marshal(r)
	if err != nil {
		return err
	}
	_, err = conn.Write(line)
	return err
}
