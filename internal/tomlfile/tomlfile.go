// Package tomlfile takes a TOML file of ours apart, as a person wrote it: by line and column, strictly, with
// all that is wrong told at once. It reads by go-toml's parser and not by its decoder, because the
// decoder's errors name Go types, repeat values, and leave no position to whoever finds later that a
// value makes no sense.
package tomlfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

const (
	// MaxSize bounds a file in bytes.
	MaxSize = 64 << 10
	// maxProblems bounds how many errors are told at once.
	maxProblems = 10
	// maxWord bounds what an error repeats of a file, in bytes.
	maxWord = 40
)

// Position is a place in a file: line and column from 1, the column in characters.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// File is a file that is being read, with what is wrong in it.
type File struct {
	name     string
	doc      []byte
	parser   unstable.Parser
	problems []error
}

// Read hands each table and each line of a file to take, in their order. The nodes are the parser's own and
// valid until take is back. kind is what such a file is to people, such as "keymap".
func Read(name, kind string, data []byte, take func(*File, *unstable.Node)) *File {
	f := &File{name: name, doc: bytes.TrimPrefix(data, []byte("\uFEFF"))}
	switch {
	case len(data) > MaxSize:
		f.problems = []error{fmt.Errorf("%s: larger than %d KiB, which no %s is", name, MaxSize>>10, kind)}
		return f
	case !utf8.Valid(data):
		f.problems = []error{fmt.Errorf("%s: not UTF-8 text", name)}
		return f
	}
	f.parser.Reset(f.doc)
	for f.parser.NextExpression() {
		take(f, f.parser.Expression())
	}
	var syntax *unstable.ParserError
	if err := f.parser.Error(); errors.As(err, &syntax) {
		f.Report(f.Place(f.parser.Range(syntax.Highlight)), "%s", syntax.Message)
	} else if err != nil {
		f.problems = append(f.problems, fmt.Errorf("%s: %w", name, err))
	}
	return f
}

// Place is where a part of the file begins.
func (f *File) Place(of unstable.Range) Position {
	before := f.doc[:of.Offset]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return Position{File: f.name, Line: bytes.Count(before, []byte("\n")) + 1, Column: utf8.RuneCount(line) + 1}
}

// Report notes what is wrong at a place.
func (f *File) Report(at Position, format string, args ...any) {
	f.problems = append(f.problems, fmt.Errorf("%s: "+format, append([]any{at}, args...)...))
}

// Problems is how many there are so far.
func (f *File) Problems() int { return len(f.problems) }

// Err is all problems as one error, the first of them when there are too many.
func (f *File) Err() error { return Joined(f.problems) }

// Joined is problems as one error, the first of them when there are too many.
func Joined(problems []error) error {
	if more := len(problems) - maxProblems; more > 0 {
		problems = append(problems[:maxProblems:maxProblems], fmt.Errorf("and %d more", more))
	}
	return errors.Join(problems...)
}

// Shortened is a word of a file, cut for a message.
func Shortened(word string) string {
	if len(word) <= maxWord {
		return word
	}
	return strings.ToValidUTF8(word[:maxWord], "") + "..."
}

// KindWords is what a value is, to people.
func KindWords(kind unstable.Kind) string {
	switch kind {
	case unstable.String:
		return "a text"
	case unstable.Array:
		return "a list"
	case unstable.InlineTable, unstable.Invalid:
		return "a table"
	case unstable.Bool:
		return "true or false"
	case unstable.Integer, unstable.Float:
		return "a number"
	}
	return "a date"
}
