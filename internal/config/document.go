package config

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/patchcord/patchcord/internal/tomlfile"
)

// entry is one line "key = value" under its full name, or a table's header.
type entry struct {
	path []string
	// at is the last part of the name, and its place in the file.
	at     tomlfile.Position
	header bool
	value  value
}

// value is a TOML value of a kind that this file needs.
type value struct {
	kind unstable.Kind
	text string
	on   bool
	list []value
	at   tomlfile.Position
}

// document splits a file into entries and collects the errors in it.
type document struct {
	*tomlfile.File
	file    string
	prefix  []string // the table being read
	seen    map[string]tomlfile.Position
	entries []entry
}

func newDocument(file string, data []byte) *document {
	d := &document{file: file, seen: map[string]tomlfile.Position{}}
	d.File = tomlfile.Read(file, "configuration", data, d.read)
	return d
}

func (d *document) read(f *tomlfile.File, node *unstable.Node) {
	d.File = f
	switch node.Kind {
	case unstable.Table:
		path, at := d.key(nil, node)
		d.prefix = path
		d.add(entry{path: path, at: at, header: true})
	case unstable.ArrayTable:
		path, at := d.key(nil, node)
		d.prefix = path
		d.Report(at, "%q is a list of tables here; write it in single brackets", tomlfile.Shortened(strings.Join(path, ".")))
	case unstable.KeyValue:
		d.pair(d.prefix, node)
	}
}

// pair adds one "key = value"; an inline table becomes the lines that it is equal to.
func (d *document) pair(prefix []string, node *unstable.Node) {
	path, at := d.key(prefix, node)
	if node.Value().Kind != unstable.InlineTable {
		d.add(entry{path: path, at: at, value: d.value(node.Value(), at)})
		return
	}
	d.add(entry{path: path, at: at, header: true})
	for it := node.Value().Children(); it.Next(); {
		d.pair(path, it.Node())
	}
}

func (d *document) add(e entry) {
	name := strings.Join(e.path, "\x00")
	if earlier, ok := d.seen[name]; ok {
		d.Report(e.at, "%q is at %s already", tomlfile.Shortened(strings.Join(e.path, ".")), earlier)
		return
	}
	d.seen[name] = e.at
	d.entries = append(d.entries, e)
}

// key is the full name of a line or a table, and where its last part stands.
func (d *document) key(prefix []string, node *unstable.Node) ([]string, tomlfile.Position) {
	path := append([]string(nil), prefix...)
	var at tomlfile.Position
	for it := node.Key(); it.Next(); {
		path = append(path, string(it.Node().Data))
		at = d.Place(it.Node().Raw)
	}
	return path, at
}

// value copies a value from the parser; one without a place gets that of its key.
func (d *document) value(node *unstable.Node, at tomlfile.Position) value {
	v := value{kind: node.Kind, at: at}
	if node.Raw.Length > 0 {
		v.at = d.Place(node.Raw)
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
