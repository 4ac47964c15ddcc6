package demopbx

import (
	"net/http"
	"slices"
	"time"
)

// historyReply is GET history; MissedSpan and Categories are part of the shape and not kept.
type historyReply struct {
	Total      int             `json:"total"`
	Missed     int             `json:"missed"`
	MissedSpan int             `json:"missedspan"`
	Categories string          `json:"categories"` // JSON in a string
	Data       []historyRecord `json:"data"`
}

// historyRecord is a call that is over. Times are in seconds of Unix time, Connect is 0 when
// nobody took it.
type historyRecord struct {
	ID         string  `json:"id"`
	From       string  `json:"from"`
	To         string  `json:"to"`
	FromName   string  `json:"from-name"`
	FromNumber string  `json:"from-number"`
	ToName     string  `json:"to-name"`
	ToNumber   string  `json:"to-number"`
	Inbound    bool    `json:"inbound"`
	External   bool    `json:"external"`
	Queue      bool    `json:"queue"`
	Start      float64 `json:"start"`
	Connect    float64 `json:"connect"`
	End        float64 `json:"end"`
}

func (p *pbx) pastRecord(c pastCall) historyRecord {
	r := historyRecord{
		ID: c.id, From: address(c.from), To: address(c.to),
		FromName: c.from.Name, FromNumber: p.shown(c.from.Number), ToName: c.to.Name, ToNumber: p.shown(c.to.Number),
		Inbound: c.inbound, External: c.external, Queue: c.queue, Start: epoch(c.began), End: epoch(c.ended),
	}
	if !c.answered.IsZero() {
		r.Connect = epoch(c.answered)
	}
	return r
}

func (p *pbx) getHistory(w http.ResponseWriter, r *http.Request, a *account) {
	all := historyReply{Categories: "[]", Data: []historyRecord{}}
	p.ask(func() {
		for _, c := range slices.Backward(p.archiveOf(a).calls) {
			if all.Total++; c.missed() {
				all.Missed++
			}
			all.Data = append(all.Data, p.pastRecord(c))
		}
	})
	all.Data = page(r, all.Data)
	reply(w, all)
}

// messagesReply is GET messages, Data the page that was asked for.
type messagesReply struct {
	Total  int             `json:"total"`
	Unread int             `json:"unread"`
	Data   []messageRecord `json:"data"`
}

// messageRecord is a voice message. Start is in seconds of Unix time, Duration in seconds.
type messageRecord struct {
	ID         string  `json:"id"`
	From       string  `json:"from"`
	FromName   string  `json:"from-name"`
	FromNumber string  `json:"from-number"`
	Start      float64 `json:"start"`
	Duration   float64 `json:"duration"`
	Unread     bool    `json:"unread"`
}

func (m message) record() messageRecord {
	return messageRecord{
		ID: m.id, From: address(m.from), FromName: m.from.Name, FromNumber: m.from.Number,
		Start: epoch(m.at), Duration: m.length.Round(time.Millisecond).Seconds(), Unread: m.unread,
	}
}

func (p *pbx) getMessages(w http.ResponseWriter, r *http.Request, a *account) {
	all := messagesReply{Data: []messageRecord{}}
	unread := r.URL.Query().Get("filter") == "unread"
	p.ask(func() {
		box := p.archiveOf(a)
		all.Unread = box.unread()
		for _, m := range slices.Backward(box.messages) {
			if m.unread || !unread {
				all.Data = append(all.Data, m.record())
			}
		}
	})
	all.Total = len(all.Data)
	all.Data = page(r, all.Data)
	reply(w, all)
}
