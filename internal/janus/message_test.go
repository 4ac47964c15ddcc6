package janus

import (
	"strings"
	"testing"
	"testing/synctest"
)

func TestParty(t *testing.T) {
	for uri, want := range map[string]string{
		"sip:202@pbx.example.com:5060":       "202",
		"sips:%2B39072%31@pbx;transport=udp": "+390721",
		"SIP:a.b;phone-context=x@pbx":        "a.b",
		"sip:user:word@pbx":                  "user",
		"tel:+39 0721":                       "+39 0721",
		"sip:pbx.example.com":                "",
		"202@pbx":                            "202",
		"sip:%zz%4@pbx":                      "%zz%4",
		"":                                   "",
		"sip:" + strings.Repeat("9", 1000) + "@x": "",
	} {
		if got := party(uri, " n\xff "); got.User != want || got.Name != "n" || len(got.URI) > maxText {
			t.Errorf("%q: %+v", uri, got)
		}
	}
}

func TestStatusOf(t *testing.T) {
	for fragment, want := range map[string]int{
		"SIP/2.0 200 OK\r\n": 200, "SIP/2.0 486": 486, "SIP/2.0 1000 x": 0, "SIP/2.0 2x0 x": 0, "HTTP/1.1 200 OK": 0, "": 0,
	} {
		if got, _ := statusOf(fragment); got != want {
			t.Errorf("%q: %d", fragment, got)
		}
	}
	if _, reason := statusOf("SIP/2.0 486 Busy Here\r\nX: y"); reason != "Busy Here" {
		t.Errorf("%q", reason)
	}
}

func TestHolds(t *testing.T) {
	for sdp, want := range map[string]bool{
		"v=0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n":                                      true,
		"v=0\nm=audio 9 RTP/AVP 0\na=inactive\n":                                            true,
		"v=0\r\na=sendonly\r\nm=audio 9 RTP/AVP 0\r\n":                                      true,
		"v=0\r\na=sendonly\r\nm=audio 9 RTP/AVP 0\r\na=sendrecv\r\n":                        false,
		"v=0\r\nm=video 9 RTP/AVP 96\r\na=inactive\r\nm=audio 9 RTP/AVP 0\r\n":              false,
		"v=0\r\nm=audio 9 RTP/AVP 0\r\na=sendrecv\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n": false,
		"": false,
	} {
		if holds(sdp) != want {
			t.Errorf("%q: %t", sdp, !want)
		}
	}
}

// TestOddMembers: a member of another kind than expected counts as missing.
func TestOddMembers(t *testing.T) {
	m, err := decode([]byte(`{"janus":"event","sender":5,"error":"x","plugindata":{"data":{"error_code":"4","result":{"event":"hangup","code":"486","reason":7}}}}`))
	if err != nil || m.Sender != 5 || m.Plugin.Data.Result.Event != "hangup" || m.Plugin.Data.Result.Code != 0 {
		t.Errorf("%+v %v", m, err)
	}
	for _, bad := range []string{``, `[]`, `null`, `{"a":1}`, `{"janus":5}`, `{"janus":"x"`} {
		if _, err := decode([]byte(bad)); err != errNoMessage {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// FuzzMessages: whatever a gateway says in the middle of calls, the client goes on, and closes in the
// end.
func FuzzMessages(f *testing.F) {
	for _, frame := range transcriptTexts(f) {
		f.Add(frame)
	}
	for _, seed := range []string{
		`[{"janus":"event","sender":1003,"plugindata":{"data":{"result":{"event":"notify","notify":"refer","content":"SIP/2.0 200 OK"}}}}]`,
		`{"janus":"error","error":{"code":458}}`, `{"janus":"error"}`, `{"janus":"detached","sender":1002}`, `{"janus":"timeout"}`,
		`{"janus":"event","sender":1002,"plugindata":{"data":{"error_code":0,"error":"x"}}}`,
		`{"janus":"trickle","sender":1003,"candidate":{"candidate":"candidate:1","sdpMLineIndex":70000}}`,
		`{"janus":"event","sender":1003,"plugindata":{"data":{"result":{"event":"updatingcall"}}}}`,
		`{"janus":"event","sender":1003,"jsep":{"type":"offer","sdp":""},"plugindata":{"data":{"result":{"event":"incomingcall"}}}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, newGate(t))
			d.news()
			d.up("a", helper)
			d.do(Transfer{"a", "sip:1@x"})
			text = strings.NewReplacer("205066283919344", "1003").Replace(text)
			for _, frame := range split([]byte(text)) {
				d.messages <- frame
				synctest.Wait()
			}
			d.do(Call{"b", "sip:1@x", "v=0"}, Hangup{"b"}, Hangup{"a"})
			for _, e := range d.news() {
				if len(e) > maxFrame {
					t.Errorf("an event of %d bytes", len(e))
				}
			}
			d.Close()
		})
	})
}

// transcriptTexts are the lines from the gateway as they are.
func transcriptTexts(f *testing.F) (texts []string) {
	f.Helper()
	for _, row := range transcript(f, "janus-frames.txt") {
		if !row.ours {
			texts = append(texts, row.text)
		}
	}
	return texts
}

func TestUnquoted(t *testing.T) {
	for name, want := range map[string]string{
		"Bruno": "Bruno", `"Bruno Rossi"`: "Bruno Rossi", `"The \"Boss\" \\o/"`: `The "Boss" \o/`, `"`: `"`, `""`: "", `"half`: `"half`, "": "",
	} {
		if got := unquoted(name); got != want {
			t.Errorf("%s is read as %s, not as %s", name, got, want)
		}
	}
}
