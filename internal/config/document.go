package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

const (
	// maxProblems bounds how many errors are told at once.
	maxProblems = 10
	// maxWord bounds what an error repeats of a file, in bytes.
	maxWord = 40
)

// position is a place in a file: line and column from 1, the column in characters.
type position struct {
	file         string
	line, column int
}

func (p position) String() string { return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column) }

// entry is one line "key = value" under its full name, or a table's header.
type entry struct {
	path []string
	// at is the last part of the name, which is what the entry is about.
	at     position
	header bool
	value  value
}

// value is a value of TOML as far as this file has use for it.
type value struct {
	kind unstable.Kind
	text string
	on   bool
	list []value
	at   position
}

// document takes a file apart into entries and gathers what is wrong with it. It reads by
// go-toml's parser and not by its decoder, because the decoder's errors name Go types, repeat
// values, and leave no position to whoever finds later that a value makes no sense.
type document struct {
	file     string
	doc      []byte
	parser   unstable.Parser
	prefix   []string // the table being read
	seen     map[string]position
	entries  []entry
	problems []error
}

func newDocument(file string, data []byte) *document {
	d := &document{file: file, doc: bytes.TrimPrefix(data, []byte("\uFEFF")), seen: map[string]position{}}
	switch {
	case len(data) > maxFile:
		d.problems = []error{fmt.Errorf("%s: larger than %d KiB, which no configuration is", file, maxFile>>10)}
	case !utf8.Valid(data):
		d.problems = []error{fmt.Errorf("%s: not UTF-8 text", file)}
	default:
		d.read()
	}
	return d
}

func (d *document) read() {
	d.parser.Reset(d.doc)
	for d.parser.NextExpression() {
		switch node := d.parser.Expression(); node.Kind {
		case unstable.Table:
			path, at := d.key(nil, node)
			d.prefix = path
			d.add(entry{path: path, at: at, header: true})
		case unstable.ArrayTable:
			path, at := d.key(nil, node)
			d.prefix = path
			d.report(at, "%q is a list of tables here; write it in single brackets", shortened(strings.Join(path, ".")))
		case unstable.KeyValue:
			d.line(d.prefix, node)
		}
	}
	var syntax *unstable.ParserError
	if err := d.parser.Error(); errors.As(err, &syntax) {
		d.report(d.place(d.parser.Range(syntax.Highlight)), "%s", syntax.Message)
	} else if err != nil {
		d.problems = append(d.problems, fmt.Errorf("%s: %w", d.file, err))
	}
}

// line adds one "key = value", an inline table as the lines that it stands for.
func (d *document) line(prefix []string, node *unstable.Node) {
	path, at := d.key(prefix, node)
	if node.Value().Kind != unstable.InlineTable {
		d.add(entry{path: path, at: at, value: d.value(node.Value(), at)})
		return
	}
	d.add(entry{path: path, at: at, header: true})
	for it := node.Value().Children(); it.Next(); {
		d.line(path, it.Node())
	}
}

func (d *document) add(e entry) {
	name := strings.Join(e.path, "\x00")
	if earlier, ok := d.seen[name]; ok {
		d.report(e.at, "%q stands at %s already", shortened(strings.Join(e.path, ".")), earlier)
		return
	}
	d.seen[name] = e.at
	d.entries = append(d.entries, e)
}

// key is the full name of a line or a table, and where its last part stands.
func (d *document) key(prefix []string, node *unstable.Node) ([]string, position) {
	path := append([]string(nil), prefix...)
	var at position
	for it := node.Key(); it.Next(); {
		path = append(path, string(it.Node().Data))
		at = d.place(it.Node().Raw)
	}
	return path, at
}

// value copies a value out of the parser; one without a place of its own gets that of its key.
func (d *document) value(node *unstable.Node, at position) value {
	v := value{kind: node.Kind, at: at}
	if node.Raw.Length > 0 {
		v.at = d.place(node.Raw)
	}
	switch node.Kind {
	case unstable.String, unstable.Integer:
		v.text = string(node.Data)
	case unstable.Bool:
		v.on = string(node.Data) == "true"
	case unstable.Array:
		for it := node.Children(); it.Next(); {
			v.list = append(v.list, d.value(it.Node(), at))
		}
	}
	return v
}

func (d *document) place(of unstable.Range) position {
	before := d.doc[:of.Offset]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return position{file: d.file, line: bytes.Count(before, []byte("\n")) + 1, column: utf8.RuneCount(line) + 1}
}

func (d *document) report(at position, format string, args ...any) {
	d.problems = append(d.problems, fmt.Errorf("%s: "+format, append([]any{at}, args...)...))
}

// err is all problems as one error, the first of them when there are too many.
func (d *document) err() error {
	problems := d.problems
	if more := len(problems) - maxProblems; more > 0 {
		problems = append(problems[:maxProblems:maxProblems], fmt.Errorf("and %d more", more))
	}
	return errors.Join(problems...)
}

// shortened is a word of the file, cut for a message.
func shortened(word string) string {
	if len(word) <= maxWord {
		return word
	}
	return strings.ToValidUTF8(word[:maxWord], "") + "..."
}

func kindWords(kind unstable.Kind) string {
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
	default:
		return "a date"
	}
}
