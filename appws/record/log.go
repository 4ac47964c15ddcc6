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
	maxLogLine    = 4 << 20
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
	e := json.NewEncoder(buffered)
	e.SetEscapeHTML(false)
	err := e.Encode(logHead{logFormat, l.Name, l.URL, l.App})
	for _, entry := range l.Entries {
		scripted := logLine{Entry: entry, Text: entry.Text}
		if text := []byte(entry.Text); entry.Dir != Note && isCompact(text) {
			scripted.Text, scripted.Message = "", text
		}
		err = errors.Join(err, e.Encode(scripted))
	}
	if err = errors.Join(err, buffered.Flush()); err != nil {
		return fmt.Errorf("write a log: %w", err)
	}
	return nil
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
