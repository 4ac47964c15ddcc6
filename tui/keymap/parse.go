package keymap

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/patchcord/patchcord/internal/tomlfile"
)

const (
	// maxKeys bounds the keys of one action; the telephone's own are 13.
	maxKeys = 16
)

// exits are the actions that get people out of a context.
var exits = map[Context]Action{Global: Quit, Field: FieldCancel, Confirm: ConfirmStay, Question: QuestionNo, Help: Back}

// reader turns one file into tables and gathers what is wrong with it.
type reader struct {
	*tomlfile.File
	inTable bool
	ctx     Context // of the table being read; empty in one that was refused
	tables  map[Context]table
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
	r := &reader{tables: map[Context]table{}}
	err := tomlfile.Read(file, "keymap", data, r.expression).Err()
	return r.tables, err
}

func (r *reader) expression(f *tomlfile.File, node *unstable.Node) {
	r.File = f
	name, at := r.key(node)
	switch node.Kind {
	case unstable.Table:
		r.table(Context(name), at)
	case unstable.ArrayTable:
		r.ctx = ""
		r.Report(at, "%q is a list of tables here; write it in single brackets", tomlfile.Shortened(name))
	case unstable.KeyValue:
		r.binding(Action(name), at, node.Value())
	}
}

// key is the dotted key of a table or a line, and where it begins.
func (r *reader) key(node *unstable.Node) (string, tomlfile.Position) {
	var parts []string
	var at tomlfile.Position
	for it := node.Key(); it.Next(); {
		if parts == nil {
			at = r.Place(it.Node().Raw)
		}
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, "."), at
}

func (r *reader) table(ctx Context, at tomlfile.Position) {
	r.ctx, r.inTable = "", true
	switch _, seen := r.tables[ctx]; {
	case !ctx.known():
		r.Report(at, "unknown context %q%s", tomlfile.Shortened(string(ctx)), didYouMean(nearest(string(ctx), names(Contexts()))))
	case seen:
		r.Report(at, "context %q has a table further up already", ctx)
	default:
		r.ctx = ctx
		r.tables[ctx] = table{}
	}
}

func (r *reader) binding(a Action, at tomlfile.Position, value *unstable.Node) {
	switch {
	case !r.inTable:
		r.Report(at, "%q comes before the first context; write a line like [%s] above it", tomlfile.Shortened(string(a)), Global)
	case !a.known():
		r.Report(at, "unknown action %q%s", tomlfile.Shortened(string(a)), didYouMean(nearest(string(a), names(All()))))
	case value.Kind != unstable.Array:
		r.Report(at, "%q is %s; write a list of keys, like %s = [\"h\", \"f5\"]", a, tomlfile.KindWords(value.Kind), a)
	case r.ctx != "":
		r.keys(binding{action: a, at: at}, value.Children())
	}
}

// keys reads the list of keys of an action and puts it into the table.
func (r *reader) keys(b binding, list unstable.Iterator) {
	for _, earlier := range r.tables[r.ctx] {
		if earlier.action == b.action {
			r.Report(b.at, "%q has its keys at %s already", b.action, earlier.at)
			return
		}
	}
	before := r.Problems()
	for list.Next() {
		if len(b.keys) == maxKeys {
			r.Report(b.at, "%q lists more than %d keys", b.action, maxKeys)
			return
		}
		if s, ok := r.stroke(b, list.Node()); ok {
			b.keys = append(b.keys, s)
		}
	}
	if len(b.keys) == 0 && r.Problems() == before && exits[r.ctx] == b.action {
		r.Report(b.at, "%q must keep a key in context %q; without one there is no way out", b.action, r.ctx)
	}
	r.tables[r.ctx] = append(r.tables[r.ctx], b)
}

// stroke reads one entry of a list of keys.
func (r *reader) stroke(b binding, node *unstable.Node) (stroke, bool) {
	if node.Kind != unstable.String {
		r.Report(b.at, "%q lists %s among its keys; a key is written in quotes, like \"h\"", b.action, tomlfile.KindWords(node.Kind))
		return stroke{}, false
	}
	s := stroke{name: string(node.Data), at: r.Place(node.Raw)}
	presses := strings.Split(s.name, " ")
	if len(presses) > 2 {
		r.Report(s.at, "%q is more than two keys in a row", tomlfile.Shortened(s.name))
		return s, false
	}
	if why := objection(r.ctx, b.action, presses); why != "" {
		r.Report(s.at, "%q cannot be a key of %q: %s", tomlfile.Shortened(s.name), b.action, why)
		return s, false
	}
	for _, key := range presses {
		if !isKey(key) {
			r.Report(s.at, "unknown key %q%s", tomlfile.Shortened(key), didYouMean(nearestKey(key)))
			return s, false
		}
	}
	return s, true
}
