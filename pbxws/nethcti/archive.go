package nethcti

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// What the PBX keeps of the past, and its phone book, below REST. Both sides have them.
const (
	pathHistory   = "/historycall/interval/user/"
	pathVoicemail = "/voicemail/list/all"
	pathPhonebook = "/phonebook/getall"
)

const (
	// historyDays is how far back calls are asked for, maxPast how many at most, maxMessages the same of
	// voice messages.
	historyDays = 60
	maxPast     = 200
	maxMessages = 200
	// bookPage is how many entries of the phone book come at a time, maxPages how often it is turned.
	bookPage = 500
	maxPages = 20
)

// pastCall is a line of the PBX's record of calls.
type pastCall struct {
	ID      text   `json:"uniqueid"`
	Time    number `json:"time"`     // in seconds
	Length  number `json:"duration"` // with the ringing
	Talk    number `json:"billsec"`  // without it
	Outcome text   `json:"disposition"`
	// Direction is as the user sees it, empty where the PBX does not know.
	Direction   text `json:"direction"`
	FromNumber  text `json:"cnum"`
	FromName    text `json:"cnam"`
	FromCompany text `json:"ccompany"`
	Source      text `json:"src"`
	ToNumber    text `json:"dst"`
	ToName      text `json:"dst_cnam"`
	ToCompany   text `json:"dst_ccompany"`
	Recording   text `json:"recordingfile"`
}

// contact is an entry of the phone book.
type contact struct {
	Name      text `json:"name"`
	Company   text `json:"company"`
	Work      text `json:"workphone"`
	Cell      text `json:"cellphone"`
	Home      text `json:"homephone"`
	Extension text `json:"extension"`
	SpeedDial text `json:"speeddial_num"`
	WorkEmail text `json:"workemail"`
	HomeEmail text `json:"homeemail"`
}

// voiceMessage is a line of the mailbox.
type voiceMessage struct {
	ID     text   `json:"id"`
	From   text   `json:"callerid"` // "Name" <number>
	At     number `json:"origtime"` // in seconds
	Length number `json:"duration"`
	Kind   text   `json:"type"`
}

// archiveRead is what came of asking for an archive.
type archiveRead struct {
	command pbxws.Fetch
	// take hands the result to the board.
	take   func(*board)
	reply  reply // the last
	err    error
	frames [][]byte
}

// fetch asks for something that the PBX does not send by itself.
func (l *loop) fetch(c pbxws.Fetch) {
	if c.Topic == pbxws.TopicForwards { // the lists have them
		l.board.tellForwards(true)
		l.settle()
		return
	}
	ask, user, now := l.visit, cmp.Or(string(l.board.me.Username), l.dialer.config.User), time.Now()
	if !l.archives.add(func(ctx context.Context) any {
		a := archiveRead{command: c}
		switch c.Topic {
		case pbxws.TopicHistory:
			readArchive(ctx, &a, ask, historyPath(user, now), 1, (*board).hearHistory)
		case pbxws.TopicVoicemail:
			readArchive(ctx, &a, ask, pathVoicemail+"?offset=%d&limit="+strconv.Itoa(maxMessages), 1, (*board).hearVoicemail)
		case pbxws.TopicPhonebook:
			readArchive(ctx, &a, ask, pathPhonebook+"?offset=%d&limit="+strconv.Itoa(bookPage), maxPages, (*board).hearPhonebook)
		}
		return a
	}) {
		l.refuse(c, 0, "earlier questions are still on their way")
	}
}

// historyPath asks for the calls of a user, the newest first. The days are those of the PBX, whose hour is not
// known here.
func historyPath(user string, now time.Time) string {
	const day = "20060102"
	return pathHistory + strings.ReplaceAll(url.PathEscape(user), "%", "%%") + "/" + now.AddDate(0, 0, -historyDays).Format(day) + "/" +
		now.AddDate(0, 0, 1).Format(day) + "?offset=%d&limit=" + strconv.Itoa(maxPast) + "&sort=time%%20desc"
}

// readArchive reads pages, until one brings nothing new; path has the verb for the offset.
func readArchive[T any](ctx context.Context, a *archiveRead, ask visit, path string, pages int, take func(*board, []T)) {
	var all []T
	for range pages {
		at := fmt.Sprintf(path, len(all))
		if a.reply, a.err = ask(ctx, http.MethodGet, at, nil, stateLimit); a.err != nil {
			return
		}
		a.frames = append(a.frames, append([]byte("GET "+at+": "), a.reply.body...))
		if a.reply.status != http.StatusOK || a.reply.isPage() {
			return
		}
		rows, err := readRows[T](a.reply.body)
		if a.err = err; err != nil {
			return
		}
		if all = append(all, rows...); len(rows) < bookPage {
			break
		}
	}
	a.take = func(b *board) { take(b, all) }
}

// readRows reads the lines of an archive: a list, or one in an object that counts them.
func readRows[T any](body []byte) ([]T, error) {
	var in struct {
		Rows json.RawMessage `json:"rows"`
	}
	if json.Unmarshal(body, &in) == nil {
		body = in.Rows
	}
	var all []json.RawMessage
	if json.Unmarshal(body, &all) != nil {
		return nil, errNoList
	}
	var rows list[T]
	return rows, rows.UnmarshalJSON(body)
}

// archived takes an archive, or why it did not come.
func (l *loop) archived(a archiveRead) {
	for _, frame := range a.frames {
		l.traceFrame(frame, false)
	}
	switch {
	case a.take != nil:
		a.take(l.board)
		l.settle()
	case errors.Is(a.err, errNoList):
		l.refuse(a.command, 0, "what the PBX answered is no list")
	default:
		code, why, _ := refusal(a.reply, a.err, stateLimit)
		l.refuse(a.command, code, why)
	}
}

// hearHistory takes the PBX's record of our calls.
func (b *board) hearHistory(rows []pastCall) {
	calls := make([]pbxws.PastCall, 0, len(rows))
	for _, r := range rows {
		c := pbxws.PastCall{
			ID:       string(r.ID),
			From:     b.known(partyOf(cmp.Or(r.FromNumber, r.Source), cmp.Or(r.FromName, r.FromCompany))),
			To:       b.known(partyOf(r.ToNumber, cmp.Or(r.ToName, r.ToCompany))),
			Recorded: r.Recording != "" && r.ID != "",
		}
		if c.From == (pbxws.Party{}) && c.To == (pbxws.Party{}) || r.Time <= 0 {
			continue
		}
		switch r.Direction {
		case directionIn, directionOut:
			c.Incoming = r.Direction == directionIn
		default:
			c.Incoming = b.own(string(r.ToNumber))
		}
		length := min(max(0, r.Length), maxLength)
		c.Began = time.Unix(r.began(), 0)
		c.Ended = c.Began.Add(time.Duration(length) * time.Second)
		if strings.EqualFold(string(r.Outcome), "answered") {
			c.Answered = c.Ended.Add(-time.Duration(min(max(0, r.Talk), length)) * time.Second)
		}
		calls = append(calls, c)
	}
	slices.SortStableFunc(calls, func(a, b pbxws.PastCall) int { return b.Began.Compare(a.Began) })
	b.emit(pbxws.HistoryLoaded{Records: calls})
}

// maxLength bounds the length of a call or of a message, in seconds.
const maxLength = 30 * 24 * 3600

// began is when a call began, in seconds since 1970. The PBX reads the hour in its database as one of UTC,
// where that is its own; the id has the right one. So a difference of whole quarters of an hour between them
// is one of time zones.
func (c pastCall) began() int64 {
	const quarter, farthest, near = 15 * 60, 14 * 3600, 2
	of, _, _ := strings.Cut(string(c.ID), ".")
	id, err := strconv.ParseInt(of, 10, 64)
	if err != nil {
		return int64(c.Time)
	}
	zone := (int64(c.Time) - id + quarter/2) / quarter * quarter
	if rest := int64(c.Time) - id - zone; zone < -farthest || zone > farthest || rest < -near || rest > near {
		return int64(c.Time)
	}
	return int64(c.Time) - zone
}

// known is a party, as the person whose telephone it is.
func (b *board) known(p pbxws.Party) pbxws.Party {
	if r := b.rows[b.account(p.Number)]; r != nil {
		p.Number, p.Name = string(r.id), cmp.Or(p.Name, r.reported.Name)
	}
	return p
}

// hearPhonebook takes the phone book.
func (b *board) hearPhonebook(rows []contact) {
	var contacts []pbxws.Contact
	for _, r := range rows {
		c := pbxws.Contact{Name: string(r.Name), Company: string(r.Company), Email: string(cmp.Or(r.WorkEmail, r.HomeEmail))}
		for _, n := range []text{r.Work, r.Cell, r.Home, r.Extension, r.SpeedDial} {
			if n != "" && !slices.Contains(c.Numbers, string(n)) {
				c.Numbers = append(c.Numbers, string(n))
			}
		}
		if c.Name != "" || c.Company != "" || len(c.Numbers) > 0 {
			contacts = append(contacts, c)
		}
	}
	b.emit(pbxws.PhonebookLoaded{Contacts: contacts})
}

// hearVoicemail takes the messages in our mailbox, and counts them.
func (b *board) hearVoicemail(rows []voiceMessage) {
	var messages []pbxws.VoiceMessage
	b.mwi = pbxws.MWI{}
	for _, r := range rows {
		m := pbxws.VoiceMessage{
			ID: string(r.ID), From: b.known(callerID(string(r.From))), Length: time.Duration(min(max(0, r.Length), maxLength)) * time.Second,
			Unread: strings.EqualFold(string(r.Kind), "inbox"),
		}
		if r.At > 0 {
			m.At = time.Unix(int64(r.At), 0)
		}
		if m.Unread {
			b.mwi.New++
		} else {
			b.mwi.Old++
		}
		messages = append(messages, m)
	}
	slices.SortStableFunc(messages, func(a, b pbxws.VoiceMessage) int { return b.At.Compare(a.At) })
	b.emit(pbxws.VoicemailLoaded{Messages: messages})
	b.emit(pbxws.MWIChanged{MWI: b.mwi})
}

// callerID is who called, as Asterisk writes it: "Name" <number>.
func callerID(s string) pbxws.Party {
	name, number, found := strings.Cut(s, "<")
	if !found {
		name, number = "", s
	}
	return partyOf(text(strings.Trim(number, "<> ")), text(strings.Trim(name, `" `)))
}
