package keymap

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

const (
	// maxFile bounds a file in bytes; the shipped one has a tenth of it.
	maxFile = 64 << 10
	// maxWord bounds what an error repeats of a file, in bytes.
	maxWord = 40
	// maxKeys bounds the keys of one action; the telephone's own are 13.
	maxKeys = 16
	// maxProblems bounds how many errors are told at once.
	maxProblems = 10
)

// position is a place in a file: line and column from 1, the column in characters.
type position struct {
	file         string
	line, column int
}

func (p position) String() string { return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column) }

// exits are the actions that get people out of a context.
var exits = map[Context]Action{Global: Quit, Field: FieldCancel, Confirm: ConfirmStay, Question: QuestionNo, Help: Back}

// reader turns one file into tables and gathers what is wrong with it.
type reader struct {
	file     string
	doc      []byte
	parser   unstable.Parser
	inTable  bool
	ctx      Context // of the table being read; empty in one that was refused
	tables   map[Context]table
	problems []error
}

// Parse reads a keymap. file is the name that errors give it: "keymap.toml:12:5: ...". All
// problems are told at once, up to ten, one to a line.
func Parse(file string, data []byte) (*Map, error) {
	tables, err := read(file, data)
	if err != nil {
		return nil, err
	}
	if err := checkClashes(tables, file); err != nil {
		return nil, err
	}
	return newMap(tables), nil
}

func read(file string, data []byte) (map[Context]table, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d KiB, which no keymap is", file, maxFile>>10)
	}
	r := &reader{file: file, doc: bytes.TrimPrefix(data, []byte("\uFEFF")), tables: map[Context]table{}}
	if !utf8.Valid(r.doc) {
		return nil, fmt.Errorf("%s: not UTF-8 text", file)
	}
	r.parser.Reset(r.doc)
	for r.parser.NextExpression() {
		r.expression(r.parser.Expression())
	}
	var syntax *unstable.ParserError
	if err := r.parser.Error(); errors.As(err, &syntax) {
		r.report(r.place(r.parser.Range(syntax.Highlight)), "%s", syntax.Message)
	} else if err != nil {
		r.problems = append(r.problems, fmt.Errorf("%s: %w", file, err))
	}
	return r.tables, joined(r.problems)
}

// joined is all problems as one error, the first of them when there are too many.
func joined(problems []error) error {
	if more := len(problems) - maxProblems; more > 0 {
		problems = append(problems[:maxProblems:maxProblems], fmt.Errorf("and %d more", more))
	}
	return errors.Join(problems...)
}

func (r *reader) report(at position, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s: "+format, append([]any{at}, args...)...))
}

func (r *reader) place(of unstable.Range) position {
	before := r.doc[:of.Offset]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return position{file: r.file, line: bytes.Count(before, []byte("\n")) + 1, column: utf8.RuneCount(line) + 1}
}

func (r *reader) expression(node *unstable.Node) {
	name, at := r.key(node)
	switch node.Kind {
	case unstable.Table:
		r.table(Context(name), at)
	case unstable.ArrayTable:
		r.ctx = ""
		r.report(at, "%q is a list of tables here; write it in single brackets", quotable(name))
	case unstable.KeyValue:
		r.binding(Action(name), at, node.Value())
	}
}

// key is the dotted key of a table or a line, and where it begins.
func (r *reader) key(node *unstable.Node) (string, position) {
	var parts []string
	var at position
	for it := node.Key(); it.Next(); {
		if parts == nil {
			at = r.place(it.Node().Raw)
		}
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, "."), at
}

func (r *reader) table(ctx Context, at position) {
	r.ctx, r.inTable = "", true
	switch _, seen := r.tables[ctx]; {
	case !ctx.known():
		r.report(at, "unknown context %q%s", quotable(string(ctx)), didYouMean(nearest(string(ctx), names(Contexts()))))
	case seen:
		r.report(at, "context %q has a table further up already", ctx)
	default:
		r.ctx = ctx
		r.tables[ctx] = table{}
	}
}

func (r *reader) binding(a Action, at position, value *unstable.Node) {
	switch {
	case !r.inTable:
		r.report(at, "%q stands before the first context; write a line like [%s] above it", quotable(string(a)), Global)
	case !a.known():
		r.report(at, "unknown action %q%s", quotable(string(a)), didYouMean(nearest(string(a), names(All()))))
	case value.Kind != unstable.Array:
		r.report(at, "%q is %s; write a list of keys, like %s = [\"h\", \"f5\"]", a, kindWords(value.Kind), a)
	case r.ctx != "":
		r.keys(binding{action: a, at: at}, value.Children())
	}
}

// keys reads the list of keys of an action and puts it into the table.
func (r *reader) keys(b binding, list unstable.Iterator) {
	for _, earlier := range r.tables[r.ctx] {
		if earlier.action == b.action {
			r.report(b.at, "%q has its keys at %s already", b.action, earlier.at)
			return
		}
	}
	before := len(r.problems)
	for list.Next() {
		if len(b.keys) == maxKeys {
			r.report(b.at, "%q lists more than %d keys", b.action, maxKeys)
			return
		}
		if s, ok := r.stroke(b, list.Node()); ok {
			b.keys = append(b.keys, s)
		}
	}
	if len(b.keys) == 0 && len(r.problems) == before && exits[r.ctx] == b.action {
		r.report(b.at, "%q must keep a key in context %q; without one nobody gets out of it", b.action, r.ctx)
	}
	r.tables[r.ctx] = append(r.tables[r.ctx], b)
}

// stroke reads one entry of a list of keys.
func (r *reader) stroke(b binding, node *unstable.Node) (stroke, bool) {
	if node.Kind != unstable.String {
		r.report(b.at, "%q lists %s among its keys; a key is written in quotes, like \"h\"", b.action, kindWords(node.Kind))
		return stroke{}, false
	}
	s := stroke{name: string(node.Data), at: r.place(node.Raw)}
	presses := strings.Split(s.name, " ")
	if len(presses) > 2 {
		r.report(s.at, "%q is more than two keys in a row", quotable(s.name))
		return s, false
	}
	if why := objection(r.ctx, b.action, presses); why != "" {
		r.report(s.at, "%q cannot be a key of %q: %s", quotable(s.name), b.action, why)
		return s, false
	}
	for _, key := range presses {
		if !isKey(key) {
			r.report(s.at, "unknown key %q%s", quotable(key), didYouMean(nearestKey(key)))
			return s, false
		}
	}
	return s, true
}

// quotable is a word of the file, shortened for a message.
func quotable(word string) string {
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
	case unstable.InlineTable:
		return "a table"
	case unstable.Bool:
		return "true or false"
	case unstable.Integer, unstable.Float:
		return "a number"
	default:
		return "a date"
	}
}
