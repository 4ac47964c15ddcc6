package nethcti

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
)

// rows are the lines of an archive, a page of them; Count is how many there are.
type rows[T any] struct {
	Count int `json:"count"`
	Rows  []T `json:"rows"`
}

// pastCall is a call that is over, as the database of the original has it. Time is in seconds.
type pastCall struct {
	Time        int64  `json:"time"`
	Channel     string `json:"channel"`
	Dest        string `json:"dstchannel"`
	Unique      string `json:"uniqueid"`
	UserField   string `json:"userfield"`
	Duration    int64  `json:"duration"`
	Talk        int64  `json:"billsec"`
	Disposition string `json:"disposition"`
	Context     string `json:"dcontext"`
	Recording   string `json:"recordingfile"`
	Number      string `json:"cnum"`
	Name        string `json:"cnam"`
	Company     string `json:"ccompany"`
	Source      string `json:"src"`
	To          string `json:"dst"`
	ToName      string `json:"dst_cnam"`
	ToCompany   string `json:"dst_ccompany"`
	CallerID    string `json:"clid"`
	Direction   string `json:"direction"`
}

// contact is an entry of the phone book.
type contact struct {
	ID        int    `json:"id"`
	Owner     string `json:"owner_id"`
	Type      string `json:"type"`
	HomeEmail string `json:"homeemail"`
	WorkEmail string `json:"workemail"`
	Home      string `json:"homephone"`
	Work      string `json:"workphone"`
	Cell      string `json:"cellphone"`
	Fax       string `json:"fax"`
	Title     string `json:"title"`
	Company   string `json:"company"`
	Notes     string `json:"notes"`
	Name      string `json:"name"`
	Extension string `json:"extension"`
	SpeedDial string `json:"speeddial_num"`
	Source    string `json:"source"`
}

// voiceMessage is a message in a mailbox. Its times are strings of seconds.
type voiceMessage struct {
	At      string `json:"origtime"`
	Length  string `json:"duration"`
	ID      int    `json:"id"`
	Dir     string `json:"dir"`
	From    string `json:"callerid"`
	Mailbox string `json:"mailboxuser"`
	Kind    string `json:"type"`
}

// archives are what the PBX keeps of a user's past, and the phone book.
func (f *Front) archives(a *exchange.Account, path string, query url.Values) (any, int) {
	of, past := strings.CutPrefix(path, "/historycall/interval/user/")
	message, listens := strings.CutPrefix(path, "/voicemail/listen/")
	recording, replays := strings.CutPrefix(path, "/historycall/listen_callrec/")
	book := path == "/phonebook/getall"
	switch {
	case path == "/voicemail/list/all":
		return paged(f.messages(a), query)
	case listens:
		return f.listen(a, message)
	case replays && f.o.NoRights:
		return nil, http.StatusForbidden
	case replays:
		return f.replay(a, recording)
	case (past || book) && f.o.NoRights:
		return nil, http.StatusForbidden
	case past:
		return f.history(a, strings.Split(of, "/"), query)
	case book:
		return paged(f.contacts(), query)
	}
	return nil, http.StatusNotFound
}

// paged is the page of a list that was asked for, whole without a limit.
func paged[T any](all []T, query url.Values) (any, int) {
	page := rows[T]{Count: len(all), Rows: []T{}}
	offset, err := strconv.Atoi(query.Get("offset"))
	if err != nil || offset < 0 {
		offset = 0
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 0 {
		limit = len(all)
	}
	if offset < len(all) {
		page.Rows = all[offset:][:min(limit, len(all)-offset)]
	}
	return page, 0
}

// history are the calls of a user between two days, the newest first.
func (f *Front) history(a *exchange.Account, of []string, query url.Values) (any, int) {
	if len(of) != 3 {
		return nil, http.StatusNotFound
	}
	if of[0] != a.Number {
		return nil, http.StatusForbidden
	}
	const day = "20060102"
	from, bad := time.ParseInLocation(day, of[1], time.Local)
	to, worse := time.ParseInLocation(day, of[2], time.Local)
	if bad != nil || worse != nil {
		return nil, http.StatusInternalServerError
	}
	var calls []pastCall
	for i, c := range f.pbx.PastCalls(a) {
		if !c.Began.Before(from) && c.Began.Before(to.AddDate(0, 0, 1)) {
			calls = append(calls, past(i, c))
		}
	}
	slices.Reverse(calls)
	return paged(calls, query)
}

func past(i int, c exchange.PastCall) pastCall {
	p := pastCall{
		Time: c.Began.Unix(), Unique: fmt.Sprintf("%d.%d", c.Began.Unix(), i), Disposition: "NO ANSWER", Context: "from-internal",
		Duration: seconds(c.Ended.Sub(c.Began)), Number: c.From.Number, Name: c.From.Name, Source: c.From.Number, To: c.To.Number, ToName: c.To.Name,
		CallerID: callerID(c.From), Direction: "out",
	}
	if c.Inbound {
		p.Direction = "in"
	}
	if !c.Answered.IsZero() {
		if c.Recorded {
			p.Recording = "out-" + c.To.Number + "-" + c.From.Number + "-" + p.Unique + ".wav"
		}
		p.Disposition, p.Talk = "ANSWERED", max(1, seconds(c.Ended.Sub(c.Answered)))
	}
	return p
}

func seconds(d time.Duration) int64 { return int64(d.Round(time.Second).Seconds()) }

// callerID is who called, as Asterisk writes it.
func callerID(p pbxws.Party) string { return `"` + p.Name + `" <` + p.Number + `>` }

// messages are those of a user, the newest first.
func (f *Front) messages(a *exchange.Account) []voiceMessage {
	var all []voiceMessage
	messages, _ := f.pbx.Messages(a)
	for i, m := range messages {
		v := voiceMessage{
			At: strconv.FormatInt(m.At.Unix(), 10), Length: strconv.FormatInt(seconds(m.Length), 10), ID: i + 1,
			Dir: "/var/spool/asterisk/voicemail/default/" + a.Number + "/Old", From: callerID(m.From), Mailbox: a.Number, Kind: "old",
		}
		if m.Unread {
			v.Dir, v.Kind = strings.TrimSuffix(v.Dir, "Old")+"INBOX", "inbox"
		}
		all = append(all, v)
	}
	slices.Reverse(all)
	return all
}

// spoken is the sound of a message: a file in base64, in JSON.
type spoken exchange.Spoken

// MarshalJSON writes the file, when the PBX is not waiting for it any more.
func (s spoken) MarshalJSON() ([]byte, error) { return json.Marshal(exchange.Spoken(s).WAV()) }

// listen is the sound of a message, as messages numbers them. The original has no other word for one that is not
// there than this.
func (f *Front) listen(a *exchange.Account, id string) (any, int) {
	messages, _ := f.pbx.Messages(a)
	if n, err := strconv.Atoi(id); err == nil && n >= 1 && n <= len(messages) {
		if sound, known := f.pbx.Listen(a, messages[n-1].ID); known {
			return spoken(sound), 0
		}
	}
	return nil, http.StatusInternalServerError
}

// replay is the recording of a past call.
func (f *Front) replay(a *exchange.Account, unique string) (any, int) {
	for i, c := range f.pbx.PastCalls(a) {
		if past(i, c).Unique == unique {
			if sound, known := f.pbx.ListenToCall(a, c.ID); known {
				return spoken(sound), 0
			}
		}
	}
	return nil, http.StatusInternalServerError
}

func (f *Front) contacts() []contact {
	var all []contact
	for i, c := range f.pbx.Phonebook() {
		all = append(all, contact{
			ID: i + 1, Owner: "reception", Type: "public", Name: c.Name, Company: c.Company, Work: c.Number, Cell: c.Mobile, WorkEmail: c.Email, Notes: c.Notes, Source: "cti",
		})
	}
	return all
}
