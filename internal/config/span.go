package config

import (
	"bytes"
	"slices"

	"github.com/pelletier/go-toml/v2/unstable"
)

// span is where one "key = value" or one table's header stands in a file, in bytes.
type span struct {
	// path is its full name, of which the first within parts are those of its table.
	path   []string
	within int
	// start and end enclose key and value, or the header; value is where the value begins.
	start, end, value int
	header, inline    bool // inline is a value in braces
	// braced means that the line is in such a value.
	braced bool
	// comments are those inside the value.
	comments []string
}

// isKey tells that it is a key with this name, and no header.
func (s span) isKey(path []string) bool { return !s.header && slices.Equal(s.path, path) }

// spans takes apart a file that has been read without an error.
func spans(doc []byte) []span {
	r := spanReader{doc: doc}
	r.parser.KeepComments = true
	r.parser.Reset(doc)
	for r.parser.NextExpression() {
		switch node := r.parser.Expression(); node.Kind {
		case unstable.Table, unstable.ArrayTable:
			r.header(node)
		case unstable.KeyValue:
			r.pair(r.prefix, node, false)
		}
	}
	return r.found
}

type spanReader struct {
	doc    []byte
	parser unstable.Parser
	prefix []string
	found  []span
}

func (r *spanReader) header(node *unstable.Node) {
	s := span{header: true}
	for it := node.Key(); it.Next() && it.Node().Kind == unstable.Key; {
		if s.path == nil {
			s.start = int(it.Node().Raw.Offset)
		}
		s.path = append(s.path, string(it.Node().Data))
		s.end = endOf(it.Node())
	}
	r.prefix = s.path
	r.found = append(r.found, s)
}

// pair adds a line and, for a value in braces, the lines in it.
func (r *spanReader) pair(prefix []string, node *unstable.Node, braced bool) {
	s := span{path: slices.Clone(prefix), within: len(prefix), braced: braced}
	s.start, s.end = int(node.Raw.Offset), endOf(node)
	key := s.start
	for it := node.Key(); it.Next() && it.Node().Kind == unstable.Key; {
		s.path = append(s.path, string(it.Node().Data))
		key = endOf(it.Node())
	}
	s.value = key + bytes.IndexByte(r.doc[key:], '=') + 1
	s.value += len(r.doc[s.value:]) - len(bytes.TrimLeft(r.doc[s.value:], " \t"))
	s.inline = node.Value().Kind == unstable.InlineTable
	s.comments = commentsIn(node.Value())
	r.found = append(r.found, s)
	if !s.inline {
		return
	}
	for it := node.Value().Children(); it.Next(); {
		if child := it.Node(); child.Kind == unstable.KeyValue {
			r.pair(s.path, child, true)
		}
	}
}

func endOf(node *unstable.Node) int { return int(node.Raw.Offset + node.Raw.Length) }

// commentsIn are the comments anywhere inside a value.
func commentsIn(node *unstable.Node) []string {
	var all []string
	if node.Kind != unstable.Array && node.Kind != unstable.InlineTable && node.Kind != unstable.Comment && node.Kind != unstable.KeyValue {
		return nil
	}
	for it := node.Children(); it.Next(); {
		if it.Node().Kind == unstable.Comment {
			all = append(all, string(it.Node().Data))
		}
		all = append(all, commentsIn(it.Node())...)
	}
	return all
}
