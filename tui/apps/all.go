package apps

import (
	"slices"

	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
)

// allID is the id of the row that has the messages of all sessions in the order of their time.
const allID = -1

// allName is what it is called.
const allName = "all"

// maxAll bounds its entries; the oldest are dropped.
const maxAll = 20_000

// origin is an entry as its session knows it.
type origin struct {
	session int
	n       uint64
}

// merged is the record of all sessions. Its entries have numbers of their own.
type merged struct {
	entries []record.Entry
	origins []origin
	names   map[int]string
	last    map[int]uint64
	at      map[origin]uint64
	next    uint64
}

// take takes in what is new in the sessions, and the outcome of what was waiting.
func (m *merged) take(all []sessions.View) {
	if m.last == nil {
		m.names, m.last, m.at = map[int]string{}, map[int]uint64{}, map[origin]uint64{}
	}
	type arrival struct {
		origin
		record.Entry
	}
	var news []arrival
	records := map[int][]record.Entry{}
	for _, s := range all {
		m.names[s.ID], records[s.ID] = s.Name, s.Entries
		for i := len(s.Entries) - 1; i >= 0 && s.Entries[i].N > m.last[s.ID]; i-- {
			news = append(news, arrival{origin{s.ID, s.Entries[i].N}, s.Entries[i]})
		}
		m.last[s.ID] = max(m.last[s.ID], s.Forgotten+uint64(len(s.Entries)))
	}
	slices.Reverse(news)
	slices.SortStableFunc(news, func(a, b arrival) int { return a.At.Compare(b.At) })
	m.settle(records)
	for _, a := range news {
		m.next++
		m.at[a.origin] = m.next
		e := a.Entry
		e.N = m.next
		m.entries, m.origins = append(m.entries, e), append(m.origins, a.origin)
	}
	for i := len(m.entries) - len(news); i < len(m.entries); i++ {
		if pair := m.entries[i].Pair; pair > 0 {
			m.entries[i].Pair = m.at[origin{m.origins[i].session, pair}]
		}
	}
	if drop := len(m.entries) - maxAll; drop > 0 {
		for _, o := range m.origins[:drop] {
			delete(m.at, o)
		}
		m.entries, m.origins = m.entries[drop:], m.origins[drop:]
	}
}

// settle has the outcome of requests that were waiting.
func (m *merged) settle(records map[int][]record.Entry) {
	isShared := true
	for i, e := range m.entries {
		if e.State != record.Pending {
			continue
		}
		now, ok := entryAt(records[m.origins[i].session], m.origins[i].n)
		if !ok || now.State == e.State {
			continue
		}
		if isShared {
			m.entries, isShared = slices.Clone(m.entries), false
		}
		m.entries[i].State, m.entries[i].Took = now.State, now.Took
	}
}

// of is where an entry comes from.
func (m *merged) of(n uint64) origin {
	if len(m.entries) == 0 || n < m.entries[0].N || n > m.next {
		return origin{}
	}
	return m.origins[n-m.entries[0].N]
}

// view is the row of all sessions.
func (m *merged) view(all []sessions.View) sessions.View {
	m.take(all)
	v := sessions.View{ID: allID, Name: allName, Entries: m.entries, Forgotten: m.next - uint64(len(m.entries))}
	for _, s := range all {
		v.Received, v.Sent, v.BytesIn, v.BytesOut = v.Received+s.Received, v.Sent+s.Sent, v.BytesIn+s.BytesIn, v.BytesOut+s.BytesOut
		v.Pending, v.Reconnects = v.Pending+s.Pending, v.Reconnects+s.Reconnects
		if v.Since.IsZero() || s.Since.Before(v.Since) {
			v.Since = s.Since
		}
	}
	return v
}

// from is the session and the number of an entry as it is listed.
func (a *Pane) from(s sessions.View, n uint64) origin {
	if s.ID == allID {
		return a.all.of(n)
	}
	return origin{s.ID, n}
}

// sessionOf is the name of the session of an entry in the list of all.
func (a *Pane) sessionOf(n uint64) string { return a.all.names[a.all.of(n).session] }
