package vodia

import (
	"net/http"
	"slices"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
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

func (f *Front) pastRecord(c exchange.PastCall) historyRecord {
	r := historyRecord{
		ID: c.ID, From: address(c.From), To: address(c.To),
		FromName: c.From.Name, FromNumber: f.shown(c.From.Number), ToName: c.To.Name, ToNumber: f.shown(c.To.Number),
		Inbound: c.Inbound, External: c.External, Queue: c.Queue, Start: wire.Seconds(c.Began), End: wire.Seconds(c.Ended),
	}
	if !c.Answered.IsZero() {
		r.Connect = wire.Seconds(c.Answered)
	}
	return r
}

func (f *Front) getHistory(w http.ResponseWriter, r *http.Request, a *exchange.Account) {
	all := historyReply{Categories: "[]", Data: []historyRecord{}}
	f.pbx.Do(func() {
		for _, c := range slices.Backward(f.pbx.PastCalls(a)) {
			if all.Total++; c.Missed() {
				all.Missed++
			}
			all.Data = append(all.Data, f.pastRecord(c))
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

func recordOf(m exchange.Message) messageRecord {
	return messageRecord{
		ID: m.ID, From: address(m.From), FromName: m.From.Name, FromNumber: m.From.Number,
		Start: wire.Seconds(m.At), Duration: m.Length.Round(time.Millisecond).Seconds(), Unread: m.Unread,
	}
}

func (f *Front) getMessages(w http.ResponseWriter, r *http.Request, a *exchange.Account) {
	all := messagesReply{Data: []messageRecord{}}
	unread := r.URL.Query().Get("filter") == "unread"
	f.pbx.Do(func() {
		messages, news := f.pbx.Messages(a)
		all.Unread = news
		for _, m := range slices.Backward(messages) {
			if m.Unread || !unread {
				all.Data = append(all.Data, recordOf(m))
			}
		}
	})
	all.Total = len(all.Data)
	all.Data = page(r, all.Data)
	reply(w, all)
}

// getMessage is the sound of a message. That it counts as read afterwards is our choice.
func (f *Front) getMessage(w http.ResponseWriter, r *http.Request, a *exchange.Account) {
	var sound exchange.Spoken
	known := false
	f.pbx.Do(func() { sound, known = f.pbx.Listen(a, r.PathValue("id")) })
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "audio/wav")
	_, _ = w.Write(sound.WAV())
}
