package apps

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/messages"
)

func entryOf(n uint64, dir appws.Direction, api, mt, src, text string) record.Entry {
	return record.Entry{N: n, Dir: dir, API: api, MT: mt, Src: src, Text: text, Bytes: len(text)}
}

// entries are a login, a note and a conversation.
func entries() []record.Entry {
	list := []record.Entry{
		entryOf(1, appws.Out, "", "AppChallenge", "", `{"mt":"AppChallenge"}`),
		entryOf(2, appws.In, "", "AppLoginResult", "", `{"mt":"AppLoginResult","ok":true}`),
		entryOf(3, record.Note, "", "", "", "Connected and logged in."),
		entryOf(4, appws.Out, "RCC", "UserCall", "c7", `{"api":"RCC","mt":"UserCall","src":"c7","e164":"305"}`),
		entryOf(5, appws.In, "RCC", "UserCallResult", "c7", `{"api":"RCC","mt":"UserCallResult","src":"c7","call":5012}`),
		entryOf(6, appws.In, "RCC", "CallInfo", "m1", `{"api":"RCC","mt":"CallInfo","src":"m1","peer":{"num":"305","dn":"Carla Verdi"}}`),
		entryOf(7, appws.In, "PbxApi", "PresenceUpdate", "p1", `{"api":"PbxApi","mt":"PresenceUpdate","src":"p1","sip":"carla","up":true}`),
		entryOf(8, appws.Out, "RCC", "UserHold", "c8", `{"api":"RCC","mt":"UserHold","src":"c8","call":5012}`),
	}
	list[3].State, list[3].Pair, list[3].Took = record.Answered, 5, 2500*time.Millisecond
	list[4].Pair, list[4].Took, list[7].State = 4, list[3].Took, record.Pending
	return list
}

func TestFilterWords(t *testing.T) {
	for _, tt := range []struct {
		filter string
		want   []uint64
	}{
		{"api=PbxApi", []uint64{7}},
		{"api!=", []uint64{4, 5, 6, 7, 8}},
		{"src=C7 dir=rx", []uint64{5}},
		{"dir!=rx dir!=tx", []uint64{3}},
		{"carla", []uint64{6, 7}},
		{"num=305", []uint64{6}},
		{"mt=User", nil},
		{"mt=User*", []uint64{4, 5, 8}},
		{"mt!=User* api!=", []uint64{6, 7}},
		{"mt=nothing", nil},
		{"api=PbxApi | num=305 dir=rx", []uint64{6, 7}},
		{"| ", []uint64{1, 2, 3, 4, 5, 6, 7, 8}},
		{"call>5000", []uint64{5, 8}},
		{"call<=5000 | call>=5013", nil},
		{"bytes<25", []uint64{1, 3}},
		{"!bytes<80", []uint64{6}},
		{"state=waiting", []uint64{8}},
		{"state=answered", []uint64{4}},
		{"state=late | state=lost", []uint64{4}},
		{"took>2000", []uint64{4, 5}},
		{"a>b", nil},
	} {
		var got []uint64
		l := listed{record: entries()}
		l.pass(messages.ParseFilter(tt.filter), listed{})
		for _, row := range l.rows {
			got = append(got, row.first().N)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q lets %v through, want %v", tt.filter, got, tt.want)
		}
	}
}

// TestFilterFollowsTheOutcome: a request that was waiting is asked again when its result is there.
func TestFilterFollowsTheOutcome(t *testing.T) {
	pane := Pane{filter: "state=answered"}
	before := entries()
	pane.rows(sessions.View{ID: 1, Entries: before})
	after := entries()
	after[7].State = record.Answered
	if rows := pane.rows(sessions.View{ID: 1, Entries: after}); len(rows) != 2 {
		t.Errorf("%d are answered", len(rows))
	}
}

// TestSavedFilters are used by their names, alone and in others.
func TestSavedFilters(t *testing.T) {
	pane := Pane{Phrases: Phrases{Filters: map[string]string{"calls": "api=RCC | mt=Call*", "big": "bytes>1000"}}}
	for text, want := range map[string]string{
		"@calls":          "api=RCC | mt=Call*",
		"@calls @big":     "api=RCC bytes>1000 | mt=Call* bytes>1000",
		"x @calls|@big":   "x api=RCC | x mt=Call* | bytes>1000",
		"@nobody x":       "@nobody x",
		"new: @big y":     "bytes>1000 y",
		"mail a@calls":    "mail a@calls",
		"{\"mt\": \"X\"}": "{\"mt\": \"X\"}",
	} {
		pane.filter = text
		if got := pane.asked(); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
	pane.Phrases.Filters["many"] = strings.Repeat("a | ", 60) + "a"
	pane.filter = "@many @many @many"
	if n := strings.Count(pane.asked(), "|"); n >= maxAlternatives {
		t.Errorf("%d alternatives", n)
	}
}

// TestFilterOfARecordThatGrows: a record that loses its oldest entries and gets new ones is
// listed as if it had always been so.
func TestFilterOfARecordThatGrows(t *testing.T) {
	pane := Pane{filter: "n=1"}
	entry := func(n uint64) record.Entry {
		return entryOf(n, appws.In, "", "X", "", fmt.Sprintf(`{"mt":"X","n":%d}`, n%2))
	}
	var kept []record.Entry
	for n := uint64(1); n < 40; n++ {
		kept = append(slices.Clone(kept[max(0, len(kept)-9):]), entry(n))
		session := int(n / 30) // another session in the end, with the same numbers
		if session > 0 {
			kept = []record.Entry{entry(n + 1), entry(n + 2)}
			kept[0].N, kept[1].N = n, n+1
		}
		var got []uint64
		for _, row := range pane.rows(sessions.View{ID: session, Entries: kept}) {
			got = append(got, row.first().N)
		}
		var want []uint64
		for _, e := range kept {
			if strings.Contains(e.Text, `"n":1`) {
				want = append(want, e.N)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("kept %d: listed are %v, want %v", n, got, want)
		}
	}
}

// TestWarningsStandAboveTheMessage: in the list's part and where the message is read whole.
func TestWarningsStandAboveTheMessage(t *testing.T) {
	e := entryOf(1, appws.Out, "x", "Y", "", `{"api":"x","mt":"Y","1":true}`)
	e.Warnings = record.Warnings([]byte(e.Text))
	for name, lines := range map[string][]string{"brief": logRow{e}.brief(200, false), "whole": logRow{e}.lines(200, false)} {
		if len(lines) < 2 || !strings.HasPrefix(lines[0], `! The member "1" is named like an integer`) || !strings.HasPrefix(lines[1], "{") {
			t.Errorf("%s: %q", name, lines)
		}
	}
}
