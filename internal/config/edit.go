package config

import (
	"bytes"
	"slices"
	"strings"
)

// editor changes single lines of a config.toml and leaves every other byte unchanged, including
// comments and order. The file is known to be valid; each change parses it again, which takes
// microseconds.
type editor struct{ doc []byte }

func (e *editor) eol() string {
	if bytes.Contains(e.doc, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

func (e *editor) replace(from, to int, text string) {
	e.doc = slices.Concat(e.doc[:from], []byte(text), e.doc[to:])
}

// set sets a key of a table to a value in TOML: in its place if it exists, else at the end of its
// table, else in a new table at the end of the file.
func (e *editor) set(table []string, key, value string) {
	all, path := spans(e.doc), append(slices.Clone(table), key)
	if i := slices.IndexFunc(all, func(s span) bool { return s.isKey(path) }); i >= 0 {
		e.replace(all[i].value, all[i].end, value)
		e.rescue(all[i])
		return
	}
	if s, ok := braces(all, table); ok {
		e.setInBraces(all, s, keyText(path[len(s.path):])+" = "+value)
		return
	}
	if after, at, ok := home(all, table); ok {
		e.insertAfter(after, keyText(path[at:])+" = "+value)
		return
	}
	if len(table) == 0 {
		e.insertOnTop(keyText(path) + " = " + value)
		return
	}
	e.appendTable(table, keyText(path[len(table):])+" = "+value)
}

// braces finds the innermost value in braces that is the table or holds it.
func braces(all []span, table []string) (found span, ok bool) {
	for _, s := range all {
		if s.inline && len(s.path) > len(found.path) && len(s.path) <= len(table) && slices.Equal(s.path, table[:len(s.path)]) {
			found, ok = s, true
		}
	}
	return found, ok
}

// home finds the line after which a new key of a table belongs, and how many parts of the key's
// name the header above contains.
func home(all []span, table []string) (after span, within int, ok bool) {
	for i, s := range all {
		switch {
		case s.header && slices.Equal(s.path, table):
			after, within, ok = s, len(s.path), true
			for _, line := range all[i+1:] {
				if line.header {
					return after, within, ok
				}
				if !line.braced {
					after = line
				}
			}
			return after, within, ok
		case !s.header && !s.braced && len(s.path) == len(table)+1 && s.within <= len(table) && slices.Equal(s.path[:len(table)], table):
			after, within, ok = s, s.within, true
		}
	}
	return after, within, ok
}

func (e *editor) setInBraces(all []span, s span, line string) {
	last := -1
	for _, in := range all {
		if in.braced && in.start > s.start && in.end < s.end {
			last = max(last, in.end)
		}
	}
	if last < 0 {
		e.replace(s.end-1, s.end-1, " "+line+" ")
		return
	}
	e.replace(last, last, ", "+line)
}

// insertAfter puts a line below another one, indented alike.
func (e *editor) insertAfter(s span, line string) {
	at, begin := e.lineEnd(s.end), bytes.LastIndexByte(e.doc[:s.start], '\n')+1
	indent := string(e.doc[begin:s.start])
	if s.header {
		indent = strings.TrimRight(indent, "[ \t")
	}
	eol := e.eol()
	if at == len(e.doc) && at > 0 && e.doc[at-1] != '\n' {
		e.replace(at, at, eol+indent+line+eol)
		return
	}
	e.replace(at, at, indent+line+eol)
}

// lineEnd is the place after the end of the line at that place.
func (e *editor) lineEnd(at int) int {
	if i := bytes.IndexByte(e.doc[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(e.doc)
}

// insertOnTop puts a line before all tables: after the comment at the beginning of the file, if an
// empty line follows that.
func (e *editor) insertOnTop(line string) {
	at := 0
	for at < len(e.doc) && e.doc[at] == '#' {
		at = e.lineEnd(at)
	}
	rest := bytes.TrimLeft(e.doc[at:], " \t\r")
	if at > 0 && len(rest) > 0 && rest[0] != '\n' {
		at = 0 // the comment belongs to what comes right after it
	}
	eol := e.eol()
	if at > 0 && e.doc[at-1] != '\n' {
		e.replace(at, at, eol+eol+line+eol)
		return
	}
	switch {
	case at > 0:
		e.replace(at, at, eol+line+eol)
	case len(e.doc) == 0:
		e.doc = []byte(line + eol)
	default:
		e.replace(0, 0, line+eol+eol)
	}
}

func (e *editor) appendTable(table []string, line string) {
	eol, gap := e.eol(), ""
	if n := len(e.doc); n > 0 {
		gap = eol
		if e.doc[n-1] != '\n' {
			gap += eol
		}
	}
	e.doc = append(slices.Clone(e.doc), gap+"["+keyText(table)+"]"+eol+line+eol...)
}

// unset removes a key. The comment behind it stays.
func (e *editor) unset(table []string, key string) {
	all, path := spans(e.doc), append(slices.Clone(table), key)
	i := slices.IndexFunc(all, func(s span) bool { return s.isKey(path) })
	if i < 0 {
		return
	}
	s := all[i]
	if s.braced {
		e.unsetInBraces(s)
		e.rescue(s)
		return
	}
	begin, next := bytes.LastIndexByte(e.doc[:s.start], '\n')+1, e.lineEnd(s.end)
	rest := strings.TrimSpace(string(e.doc[s.end:next]))
	switch {
	case rest == "" && len(bytes.TrimSpace(e.doc[begin:s.start])) == 0:
		e.replace(begin, next, "")
		s.start = begin
	default:
		e.replace(s.start, next-len(bytes.TrimLeft(e.doc[s.end:next], " \t")), "")
	}
	e.rescue(s)
}

// unsetInBraces also removes the comma behind the key, or for the last key the one before it.
func (e *editor) unsetInBraces(s span) {
	rest := bytes.TrimLeft(e.doc[s.end:], " \t")
	before := bytes.TrimRight(e.doc[:s.start], " \t")
	switch {
	case len(rest) > 0 && rest[0] == ',':
		rest = bytes.TrimLeft(rest[1:], " \t")
		e.replace(s.start, len(e.doc)-len(rest), "")
	case len(before) > 0 && before[len(before)-1] == ',':
		e.replace(len(before)-1, s.end, "")
	default:
		e.replace(s.start, s.end, "")
	}
}

// rescue keeps the comments of a removed value: it puts them above the line.
func (e *editor) rescue(s span) {
	begin := bytes.LastIndexByte(e.doc[:s.start], '\n') + 1
	for _, c := range slices.Backward(s.comments) {
		e.replace(begin, begin, c+e.eol())
	}
}

// keyText is a dotted key as a file writes it.
func keyText(path []string) string {
	parts := make([]string, len(path))
	for i, part := range path {
		if parts[i] = part; part == "" || strings.Trim(part, bareKey) != "" {
			parts[i] = quoted(part)
		}
	}
	return strings.Join(parts, ".")
}

const bareKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

// quoted is a basic string (TOML 1.0 "String"). The texts of this file hold no control characters.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func quotedList(texts []string) string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = quoted(t)
	}
	return "[" + strings.Join(all, ", ") + "]"
}
