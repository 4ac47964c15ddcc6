// Package script has conversations to test an AppWebsocket with: what to send, what must come, and in
// what time.
package script

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/internal/backoff"
)

// defaultWithin is how long an expected message may take where the script does not say.
const defaultWithin = 5 * time.Second

const (
	// maxSteps and maxLine bound a script.
	maxSteps = 10_000
	maxLine  = 1 << 20
)

// Script is a conversation, read by Read.
type Script struct{ steps []step }

type step struct {
	line int
	// One of these, or none for a line that only sets within.
	send   string         // a message to send
	expect map[string]any // members that a message must have
	never  map[string]any // members of a message that must not come while the next one is waited for
	pause  time.Duration

	within time.Duration
}

// Error says at which line of a script something is wrong.
type Error struct {
	Line int
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// Read reads a script. Each line is one step:
//
//	> {"mt":"Echo","api":"echo","src":"1"}   sends a message
//	< {"mt":"EchoResult","src":"*"}          waits for a message that has these members, "*" for any text
//	! {"mt":"Error"}                         no such message may come before the next one that is waited for
//	within 10s                               how long each message after this may take, 5s at first
//	pause 500ms                              waits
//
// Empty lines and those that begin with # are passed over.
func Read(r io.Reader) (Script, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var s Script
	within := defaultWithin
	n := 0
	for lines.Scan() {
		n++
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		st, err := readStep(text, within)
		if err == nil && len(s.steps) == maxSteps {
			err = fmt.Errorf("there are more than %d steps", maxSteps)
		}
		if err != nil {
			return Script{}, &Error{n, err}
		}
		st.line, within = n, st.within
		s.steps = append(s.steps, st)
	}
	if lines.Err() != nil {
		return Script{}, &Error{n + 1, errors.New("the line is too long")}
	}
	return s, nil
}

// readStep reads one line. within is that of the line before.
func readStep(text string, within time.Duration) (step, error) {
	st := step{within: within}
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	var err error
	switch word {
	case ">":
		st.send, err = rest, appws.CheckMessage([]byte(rest))
	case "<":
		st.expect, err = members(rest)
	case "!":
		st.never, err = members(rest)
	case "within":
		st.within, err = duration(rest)
	case "pause":
		st.pause, err = duration(rest)
	default:
		err = fmt.Errorf("it begins with %.20q; write > to send, < to expect, ! for what must not come, within or pause", word)
	}
	return st, err
}

func members(text string) (map[string]any, error) {
	var m map[string]any
	if err := decode([]byte(text), &m); err != nil || m == nil {
		return nil, errors.New("what is expected is a JSON object")
	}
	return m, nil
}

// decode keeps numbers as they are written: the vendor has ids of 64 bits.
func decode(text []byte, v any) error {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if d.More() {
		return errors.New("something follows")
	}
	return nil
}

func duration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > time.Hour {
		return 0, errors.New("a time is written as 500ms, 2s or 1m, up to an hour")
	}
	return d, nil
}

// Peer is what a script speaks with, such as an appws.Conn.
type Peer interface {
	SendText(ctx context.Context, text string) error
	Recv(ctx context.Context) (appws.Message, error)
}

// Run holds the conversation. Messages that are not waited for are passed over. An *Error says where it
// went otherwise, and quotes what came instead.
func (s Script) Run(ctx context.Context, p Peer) error {
	var never []step
	for _, st := range s.steps {
		var err error
		switch {
		case st.send != "":
			err = p.SendText(ctx, st.send)
		case st.never != nil:
			never = append(never, st)
		case st.expect != nil:
			err = st.await(ctx, p, never)
			never = nil
		case st.pause > 0:
			err = backoff.Wait(ctx, st.pause)
		}
		var where *Error
		if err != nil && !errors.As(err, &where) {
			err = &Error{st.line, err}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// maxQuoted bounds how many messages an error quotes, and maxText how much of each.
const (
	maxQuoted = 5
	maxText   = 300
)

// await takes messages until the expected one comes.
func (st step) await(ctx context.Context, p Peer, never []step) error {
	ctx, cancel := context.WithTimeout(ctx, st.within)
	defer cancel()
	var others []string
	for {
		m, err := p.Recv(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("no such message came within %s; %s", st.within, instead(others))
		}
		if err != nil {
			return fmt.Errorf("%s %s", appws.Explain(err), instead(others))
		}
		var got any
		if decode(m.Raw, &got) != nil {
			got = nil
		}
		for _, n := range never {
			if has(n.never, got) {
				return &Error{n.line, fmt.Errorf("this came although it must not: %.*q", maxText, m.Raw)}
			}
		}
		if has(st.expect, got) {
			return nil
		}
		if others = append(others, fmt.Sprintf("%.*q", maxText, m.Raw)); len(others) > maxQuoted {
			others = others[1:]
		}
	}
}

func instead(others []string) string {
	if len(others) == 0 {
		return "nothing came."
	}
	return "the last that came: " + strings.Join(others, ", ")
}

// has reports whether a value has all that is wanted of it: of an object the members that are named, of
// a list each in its place, of anything else the same. "*" is any text.
func has(want, got any) bool {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		for name, v := range want {
			value, there := object[name]
			ok = ok && there && has(v, value)
		}
		return ok
	case []any:
		list, ok := got.([]any)
		ok = ok && len(list) == len(want)
		for i := 0; ok && i < len(want); i++ {
			ok = has(want[i], list[i])
		}
		return ok
	case string:
		text, ok := got.(string)
		return ok && (want == "*" || want == text)
	}
	return reflect.DeepEqual(want, got)
}
