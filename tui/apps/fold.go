package apps

import (
	"fmt"
	"strconv"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// logRow is a line of the log: an entry, or several of the handshake and of KeepAlive folded
// into one. It is never empty.
type logRow []record.Entry

// first is its first entry.
func (r logRow) first() record.Entry { return r[0] }
func (r logRow) last() record.Entry  { return r[len(r)-1] }

// isFold tells that it has several.
func (r logRow) isFold() bool { return len(r) > 1 }

// listed is what a record became under a filter. Records are shared and never changed, so that
// it holds as long as the record is the same one.
type listed struct {
	session  int
	record   []record.Entry
	filter   string
	unfolded uint64
	rows     []logRow
	entries  int // in the rows
	// passed says of each entry of the record whether the filter let it through.
	passed []bool
	// name is the session of an entry.
	name func(n uint64) string
}

// column gives the filter what the pane has a column for, and the session.
func (l *listed) column(e record.Entry) func(key string) ([]string, bool) {
	columns := appsColumn(e)
	return func(key string) ([]string, bool) {
		if key == "session" && l.name != nil {
			return []string{l.name(e.N)}, true
		}
		return columns(key)
	}
}

// rows are the lines of the record that the filter lets through; while one is typed, that one
// counts. With a filter nothing is folded: who asks for a message wants to see it.
func (a *Pane) rows(s sessions.View) []logRow {
	filter, before, entries := a.asked(), a.log, a.place.record(s)
	isAsBefore := before.session == s.ID && before.filter == filter
	if isAsBefore && before.unfolded == a.unfolded && sameRecord(before.record, entries) {
		return before.rows
	}
	a.log = listed{session: s.ID, name: func(uint64) string { return s.Name }, record: entries, filter: filter, unfolded: a.unfolded}
	if s.ID == allID {
		a.log.name = a.sessionOf
	}
	f := messages.ParseFilter(filter)
	if len(f) == 0 {
		a.log.rows, a.log.entries = foldHandshakes(entries, a.unfolded), len(entries)
		return a.log.rows
	}
	if !isAsBefore {
		before = listed{}
	}
	a.log.pass(f, before)
	return a.log.rows
}

func sameRecord(a, b []record.Entry) bool {
	return len(a) == len(b) && len(a) > 0 && &a[0] == &b[0]
}

// pass filters the record. If the record has only grown, known results are used again.
func (l *listed) pass(f messages.Filter, before listed) {
	l.passed = make([]bool, len(l.record))
	for i, e := range l.record {
		known := len(before.record) > 0 && e.N >= before.record[0].N && e.N-before.record[0].N < uint64(len(before.passed))
		if known && before.record[e.N-before.record[0].N].State == e.State {
			l.passed[i] = before.passed[e.N-before.record[0].N]
		} else {
			l.passed[i] = f.Lets(e.Text, l.column(e))
		}
		if l.passed[i] {
			l.rows = append(l.rows, l.record[i:i+1])
		}
	}
	l.entries = len(l.rows)
}

// appsColumn gives the filter what the pane has a column for.
func appsColumn(e record.Entry) func(key string) ([]string, bool) {
	return func(key string) ([]string, bool) {
		switch key {
		case "api":
			return []string{e.API}, true
		case "mt":
			return []string{e.MT}, true
		case "src":
			return []string{e.Src}, true
		case "dir":
			return []string{WayOf(e)}, true
		case "bytes", "size":
			return []string{strconv.Itoa(e.Bytes)}, true
		case "took":
			if e.Took == 0 && e.Pair == 0 {
				return nil, true
			}
			return []string{strconv.FormatInt(e.Took.Milliseconds(), 10)}, true
		case "state":
			return statesOf(e), true
		}
		return nil, false
	}
}

// statesOf are the words for what became of a request: one that was answered may have been late besides.
func statesOf(e record.Entry) []string {
	switch {
	case e.State == record.Pending:
		return []string{"waiting"}
	case e.State == record.Answered && e.Took >= record.WaitingAfter:
		return []string{"answered", "late"}
	case e.State != record.Unpaired:
		return []string{string(e.State)}
	case e.Cut:
		return []string{"cut"}
	}
	return nil
}

// WayOf is the direction of an entry in the words of the pane.
func WayOf(e record.Entry) string {
	switch e.Dir {
	case appws.Out:
		return "tx"
	case appws.In:
		return "rx"
	}
	return "--"
}

// foldHandshakes makes a row of each entry, and one of the messages of the handshake that follow one
// another, unless that one is open.
func foldHandshakes(entries []record.Entry, unfolded uint64) []logRow {
	var rows []logRow
	for i := 0; i < len(entries); {
		n := 1
		if run := handshakes(entries[i:]); run > 1 && (unfolded < entries[i].N || unfolded > entries[i+run-1].N) {
			n = run
		} else if run > 1 {
			for ; run > 1; run-- {
				rows = append(rows, entries[i:i+1])
				i++
			}
		}
		rows = append(rows, entries[i:i+n])
		i += n
	}
	return rows
}

// handshakes is how many entries of the handshake the record begins with.
func handshakes(entries []record.Entry) int {
	n := 0
	for n < len(entries) && entries[n].Handshake {
		n++
	}
	return n
}

// isUnfolded tells that an entry of the handshake belongs to the one that is open.
func (a *Pane) isUnfolded(record []record.Entry, n uint64) bool {
	first := record[0].N
	return a.unfolded >= first && n >= a.unfolded && uint64(handshakes(record[a.unfolded-first:])) > n-a.unfolded
}

// what is the type of a row's messages.
func (r logRow) what() string {
	switch {
	case !r.isFold():
		return r.first().MT
	case !r.has(func(e record.Entry) bool { return e.MT != "KeepAlive" }):
		return "KeepAlive"
	}
	return "handshake"
}

func (r logRow) has(is func(record.Entry) bool) bool {
	for _, e := range r {
		if is(e) {
			return true
		}
	}
	return false
}

func (r logRow) bytes() int {
	n := 0
	for _, e := range r {
		n += e.Bytes
	}
	return n
}

// fate is the outcome of a fold's requests, or how long all of it took.
func (r logRow) fate(sh Shown) (term.Style, string) {
	for _, e := range r {
		if st, words := outcome(sh, e); words != "" {
			return st, words
		}
	}
	if r.what() == "KeepAlive" {
		return term.Faint, fmt.Sprintf("%d, last %s ago", len(r), term.Minutes(sh.since(r.last().At)))
	}
	return term.Faint, fmt.Sprintf("%s, %s", term.Count(len(r), "message"), term.Took(r.last().At.Sub(r.first().At)))
}

// laidOut is a message as it was last laid out.
type laidOut struct {
	n     uint64
	text  string
	width int
	ascii bool
	lines []string
}

// lines is a row in full. Of a long message they are kept: it is drawn again and again.
func (a *Pane) lines(row logRow, width int, ascii bool) []string {
	if e := row.first(); row.isFold() {
		return row.lines(width, ascii)
	} else if l := a.read; l.n != e.N || l.text != e.Text || l.width != width || l.ascii != ascii {
		a.read = laidOut{e.N, e.Text, width, ascii, row.lines(width, ascii)}
	}
	return a.read.lines
}

// lines is the row in full: a message laid out, a note as it is, of a fold what it holds.
func (r logRow) lines(width int, ascii bool) []string {
	e := r.first()
	switch {
	case e.Dir == record.Note:
		return messages.Folded(e.Text, width, ascii)
	case e.Cut:
		lines := messages.Whole(e.Text, width, ascii)
		words := fmt.Sprintf("The message has %d bytes, too long to keep: this is how it begins. read_limit in config.toml is the limit.", e.Bytes)
		return append(lines, term.Wrap(words, width, ascii)...)
	case !r.isFold():
		return append(warnings(e, width, ascii), messages.Whole(e.Text, width, ascii)...)
	}
	var lines []string
	for _, e := range r {
		line := fmt.Sprintf("%s %s %6d  %s", e.At.Format("15:04:05.000"), WayOf(e), e.Bytes, e.MT)
		if e.State == record.Answered {
			line += "  answered " + term.Took(e.Took)
		}
		lines = append(lines, line)
	}
	return lines
}

// brief are the first lines of a row, to be shown beside others.
func (r logRow) brief(width int, ascii bool) []string {
	e := r.first()
	if r.isFold() || e.Dir == record.Note || len(e.Text) <= messages.PrettyBytes {
		return r.lines(width, ascii)
	}
	return append(warnings(e, width, ascii), messages.Pretty(e.Text, width, messages.MaxLines, ascii)...)
}

// warnings say above a message what of it breaks at a C++ peer.
func warnings(e record.Entry, width int, ascii bool) []string {
	var lines []string
	for _, w := range e.Warnings {
		lines = append(lines, term.Wrap("! "+w, width, ascii)...)
	}
	return lines
}
