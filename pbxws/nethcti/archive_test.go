package nethcti

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// A line of the record of calls and one of the mailbox, as the vendor's server describes them.
const (
	vendorPast = `{"time":1491480471,"channel":"PJSIP/204-00000006","dstchannel":"PJSIP/91223-00000007","uniqueid":"1491473271.12","userfield":"",
		"duration":2,"billsec":1,"disposition":"ANSWERED","dcontext":"ext-local","recordingfile":"","cnum":"204","cnam":"andrea marchio","ccompany":"",
		"src":"204","dst":"91223","dst_cnam":"","dst_ccompany":"","clid":"\"andrea marchio\" <204>","direction":"in"}`
	vendorMessage = `{"origtime":"1490350880","duration":"14","id":961,"dir":"/var/spool/asterisk/voicemail/default/230/Old",
		"callerid":"\"UNIONTEL SRL\" <0521292626>","mailboxuser":"302","type":"old"}`
)

// What the PBX keeps is asked for and read, page by page, and what makes no sense of it is left out.
func TestArchives(t *testing.T) {
	sec := func(s int64) time.Time { return time.Unix(s, 0) }
	for name, c := range map[string]struct {
		topic  pbxws.Topic
		answer string
		want   []pbxws.Event
	}{
		"calls": {pbxws.TopicHistory, `{"count":3,"rows":[` + vendorPast + `,
			{"time":1491480600,"uniqueid":"1491480600.3","duration":"20","billsec":"0","disposition":"NO ANSWER","src":"0721405516","dst":"91201","dst_ccompany":"Us","direction":""},
			{"time":1491480000,"uniqueid":"x","recordingfile":"out-202-201.wav","duration":-5,"disposition":"BUSY","cnum":"201","dst":"202","direction":"out"},
			{"time":0,"src":"1","dst":"2"}, 7]}`,
			[]pbxws.Event{pbxws.HistoryLoaded{Records: []pbxws.PastCall{
				{ID: "1491480600.3", From: pbxws.Party{Number: "0721405516"}, To: pbxws.Party{Number: "201", Name: "Us"}, Incoming: true, Began: sec(1491480600), Ended: sec(1491480620)},
				{ID: "x", Recorded: true, From: pbxws.Party{Number: "201", Name: "Alice Verdi"}, To: pbxws.Party{Number: "202", Name: "Bob Bianchi"}, Began: sec(1491480000), Ended: sec(1491480000)},
				{ID: "1491473271.12", From: pbxws.Party{Number: "204", Name: "andrea marchio"}, To: pbxws.Party{Number: "91223"}, Incoming: true, Began: sec(1491473271), Answered: sec(1491473272), Ended: sec(1491473273)},
			}}}},
		"calls, a bare list": {pbxws.TopicHistory, `[]`, []pbxws.Event{pbxws.HistoryLoaded{Records: []pbxws.PastCall{}}}},
		"messages": {pbxws.TopicVoicemail, `{"count":2,"rows":[` + vendorMessage + `,{"origtime":1490360000,"duration":3,"id":"9","callerid":"305","type":"inbox"}]}`,
			[]pbxws.Event{
				pbxws.VoicemailLoaded{Messages: []pbxws.VoiceMessage{
					{ID: "9", From: pbxws.Party{Number: "305"}, At: sec(1490360000), Length: 3 * time.Second, Unread: true},
					{ID: "961", From: pbxws.Party{Number: "0521292626", Name: "UNIONTEL SRL"}, At: sec(1490350880), Length: 14 * time.Second},
				}}, pbxws.MWIChanged{MWI: pbxws.MWI{New: 1, Old: 1}},
			}},
		"phone book": {pbxws.TopicPhonebook, `{"count":2,"rows":[{"name":"Rossi","company":"Rossi Spa","workphone":"0721 405516","cellphone":"340","homephone":"340","homeemail":"r@example.com"},{"name":""}]}`,
			[]pbxws.Event{pbxws.PhonebookLoaded{Contacts: []pbxws.Contact{{Name: "Rossi", Company: "Rossi Spa", Numbers: []string{"0721 405516", "340"}, Email: "r@example.com"}}}}},
		"none":      {pbxws.TopicPhonebook, `{"count":0,"rows":null}`, []pbxws.Event{pbxws.PhonebookLoaded{}}},
		"a page":    {pbxws.TopicVoicemail, `<!doctype html><html>`, []pbxws.Event{refusedFetch(pbxws.TopicVoicemail, 0, "the PBX answered with a web page")}},
		"gibberish": {pbxws.TopicVoicemail, `{"rows":7}`, []pbxws.Event{refusedFetch(pbxws.TopicVoicemail, 0, "what the PBX answered is no list")}},
		"no list":   {pbxws.TopicVoicemail, `{"message":"x"}`, []pbxws.Event{refusedFetch(pbxws.TopicVoicemail, 0, "what the PBX answered is no list")}},
		"forbidden": {pbxws.TopicHistory, `403 {}`, []pbxws.Event{refusedFetch(pbxws.TopicHistory, 403, "your profile on the PBX does not allow it")}},
		"too old":   {pbxws.TopicPhonebook, `404 {}`, []pbxws.Event{refusedFetch(pbxws.TopicPhonebook, 404, "the PBX answered 404 Not Found")}},
	} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			past, _, _ := strings.Cut(historyPath("alice", time.Now()), "?")
			f.answer(map[pbxws.Topic]string{
				pbxws.TopicHistory: "GET " + past, pbxws.TopicVoicemail: "GET " + pathVoicemail, pbxws.TopicPhonebook: "GET " + pathPhonebook,
			}[c.topic], c.answer)
			l := up(t, f.start())
			l.reported()
			if err := l.Send(t.Context(), pbxws.Fetch{Topic: c.topic}); err != nil {
				t.Fatal(err)
			}
			if got := l.reported(); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: %+v\nwant %+v", name, got, c.want)
			}
			l.close()
		})
	}
}

// The sound of a message and that of a call are texts in base64, as the vendor describes them and its web page reads
// them.
func TestSounds(t *testing.T) {
	for path, of := range map[string]pbxws.SoundOf{pathListen: pbxws.SoundOfMessage, pathRecording: pbxws.SoundOfCall} {
		t.Run(path, func(t *testing.T) { soundsOf(t, path, pbxws.FetchSound{Of: of, ID: "961"}) })
	}
}

func soundsOf(t *testing.T, path string, c pbxws.FetchSound) {
	refused := func(code int, why string) pbxws.Event {
		return pbxws.CommandRefused{Command: c, Code: code, Reason: why}
	}
	for name, tt := range map[string]struct {
		answer string
		want   pbxws.Event
	}{
		"base64":     {`"UklGRgQAAABXQVZF"`, pbxws.SoundLoaded{Of: c.Of, ID: "961", File: []byte("RIFF\x04\x00\x00\x00WAVE")}},
		"a data URL": {`"data:audio/wav;base64,UklGRg=="`, pbxws.SoundLoaded{Of: c.Of, ID: "961", File: []byte("RIFF")}},
		"as it is":   {"RIFF\x00WAVE", pbxws.SoundLoaded{Of: c.Of, ID: "961", File: []byte("RIFF\x00WAVE")}},
		"not base64": {`"UklG*"`, refused(0, "what the PBX answered is no sound")},
		"an object":  {`{"a":1}`, refused(0, "what the PBX answered is no sound")},
		"nothing":    {`""`, refused(0, "what the PBX answered is no sound")},
		"a page":     {`<!doctype html><html>`, refused(0, "the PBX answered with a web page")},
		"too large":  {`"` + strings.Repeat("UklG", pbxws.MaxSound/3+2) + `"`, refused(0, "it is larger than 8 MB")},
		"endless":    {`"` + strings.Repeat("UklG", maxState/4) + `"`, refused(0, "it is larger than 8 MB")},
		"gone":       {`404 {}`, refused(404, "the PBX does not have it any more")},
		"not ours":   {`403 {}`, refused(403, "your profile on the PBX does not allow it")},
		"not there":  {`500 {}`, refused(500, "the PBX no longer has it, or cannot read it")},
	} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			f.answer("GET "+path+"961", tt.answer)
			l := up(t, f.start())
			l.reported()
			if err := l.Send(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if got := l.reported(); !reflect.DeepEqual(got, []pbxws.Event{tt.want}) {
				t.Errorf("%s: %.200v\nwant %.200v", name, got, tt.want)
			}
			l.close()
		})
	}
}

func refusedFetch(t pbxws.Topic, code int, why string) pbxws.CommandRefused {
	return pbxws.CommandRefused{Command: pbxws.Fetch{Topic: t}, Code: code, Reason: why}
}

// A phone book of more than one page is read to its end, and one without an end is not.
func TestPhonebookByPages(t *testing.T) {
	full := strings.Repeat(`{"name":"Rossi","workphone":"1"},`, bookPage)
	for _, end := range []int{2, 1000} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			l := up(t, f.start())
			l.reported()
			asked := 0
			f.page = func() string {
				if asked++; asked > end {
					return `{"rows":[]}`
				}
				return fmt.Sprintf(`{"count":%d,"rows":[%s]}`, end*bookPage, strings.TrimSuffix(full, ","))
			}
			if err := l.Send(t.Context(), pbxws.Fetch{Topic: pbxws.TopicPhonebook}); err != nil {
				t.Fatal(err)
			}
			l.reported()
			if n := len(l.state.Phonebook); n != min(end, maxPages)*bookPage {
				t.Errorf("%d entries of %d pages", n, end)
			}
			l.close()
		})
	}
}

// Rights that are refused take the lists away; a mailbox that changes without a word of how is counted.
func TestArchiveRights(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.answer("GET /user/me", strings.Replace(meAlice, `"macro_permissions":{`, `"macro_permissions":{"cdr":{"value":false},"phonebook":{"value":true},`, 1))
		f.answer("GET "+pathVoicemail, `[{"id":1,"type":"inbox"}]`)
		l := up(t, f.start())
		if caps := l.Caps(); caps.Has(pbxws.CapHistory) || !caps.Has(pbxws.CapPhonebook|pbxws.CapVoicemail) {
			t.Errorf("the rights make %b", caps)
		}
		if err := l.Send(t.Context(), pbxws.Fetch{Topic: pbxws.TopicHistory}); !errors.Is(err, pbxws.ErrUnsupported) {
			t.Errorf("past calls: %v", err)
		}
		f.send(eventMailCount, raw(`{}`))
		if l.reported(); l.state.MWI.New != 1 {
			t.Errorf("the lamp is %+v", l.state.MWI)
		}
		l.close()
	})
}
