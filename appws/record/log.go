package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/patchcord/patchcord/appws"
)

const (
	// maxLogLine and maxLogEntries bound what Read accepts.
	maxLogLine    = 160 << 20
	maxLogEntries = 100_000
	logFormat     = "appws-log/1"
)

// Log is the saved record of a session, as JSON lines: a line that says what it is, then a line for
// each entry with its message as JSON.
type Log struct {
	Name, URL, App string
	Entries        []Entry
}

type logHead struct {
	Format string `json:"format"`
	Name   string `json:"name"`
	URL    string `json:"url"`
	App    string `json:"app"`
}

// logLine is an Entry whose text is in "message" as JSON if we would write the same JSON; else it
// is in "text".
type logLine struct {
	Entry
	Text    string          `json:"text,omitempty"`
	Message json.RawMessage `json:"message,omitempty"`
}

// Write writes the log as JSON lines.
func (l Log) Write(w io.Writer) error {
	buffered := bufio.NewWriter(w)
	out, err := NewWriter(buffered, l)
	for _, entry := range l.Entries {
		if err == nil {
			_, err = out.Write(entry)
		}
	}
	if err = errors.Join(err, buffered.Flush()); err != nil {
		return fmt.Errorf("write a log: %w", err)
	}
	return nil
}

// Writer writes a log entry by entry.
type Writer struct {
	lines *json.Encoder
	out   *counter
}

// NewWriter begins a log with the line that says what it is. The entries of l are not written.
func NewWriter(w io.Writer, l Log) (*Writer, error) {
	out := &counter{w: w}
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	return &Writer{lines, out}, lines.Encode(logHead{logFormat, l.Name, l.URL, l.App})
}

// Write adds an entry, whose number is one above that of the entry before, and returns how many bytes that
// took.
func (w *Writer) Write(entry Entry) (n int, err error) {
	line := logLine{Entry: entry, Text: entry.Text}
	if text := []byte(entry.Text); entry.Dir != Note && isCompact(text) {
		line.Text, line.Message = "", text
	}
	before := w.out.n
	err = w.lines.Encode(line)
	return w.out.n - before, err
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += n
	return n, err
}

// isCompact reports whether a text is JSON without white space between its parts.
func isCompact(text []byte) bool {
	var b bytes.Buffer
	return json.Compact(&b, text) == nil && bytes.Equal(b.Bytes(), text)
}

// Read reads what Log.Write wrote. Errors name the line.
func Read(r io.Reader) (Log, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLogLine)
	var l Log
	for n := 1; lines.Scan(); n++ {
		if err := l.readLine(n, lines.Bytes()); err != nil {
			return Log{}, fmt.Errorf("read a log: line %d: %w", n, err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return Log{}, errors.New("read a log: a line is too long")
	case err != nil:
		return Log{}, fmt.Errorf("read a log: %w", err)
	}
	return l, nil
}

func (l *Log) readLine(n int, text []byte) error {
	if !utf8.Valid(text) || !json.Valid(text) {
		return errors.New("it is no JSON")
	}
	if n == 1 {
		return l.readHead(text)
	}
	var scripted logLine
	if json.Unmarshal(text, &scripted) != nil {
		return errors.New("it is no entry of a log")
	}
	e := scripted.Entry
	e.Text = scripted.Text
	if scripted.Message != nil {
		e.Text = string(scripted.Message)
	}
	switch last := len(l.Entries) - 1; {
	case e.Dir != appws.In && e.Dir != appws.Out && e.Dir != Note:
		return fmt.Errorf("its dir is %.64q", e.Dir)
	case e.N == 0 || last >= 0 && e.N != l.Entries[last].N+1:
		return errors.New("it is out of order")
	case last+1 == maxLogEntries:
		return fmt.Errorf("there are more than %d entries", maxLogEntries)
	}
	l.Entries = append(l.Entries, e)
	return nil
}

func (l *Log) readHead(text []byte) error {
	var head logHead
	if err := json.Unmarshal(text, &head); err != nil || head.Format != logFormat {
		return fmt.Errorf("the file does not begin as a log does, with the format %s", logFormat)
	}
	l.Name, l.URL, l.App = head.Name, head.URL, head.App
	return nil
}
