package record

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
)

// chromeHAR is how Chrome writes a websocket, shortened, with what else a page loads.
const chromeHAR = `{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":[
{"_resourceType":"document","request":{"method":"GET","url":"https://ap.example/app.htm","headers":[{"name":"Host","value":"ap.example"}]},"response":{"status":200}},
{"_connectionId":"12","_initiator":{"type":"script"},"_priority":null,"_resourceType":"websocket","_webSocketMessages":[
{"type":"send","time":1764460800.25,"opcode":1,"data":"{\"mt\":\"AppLogin\",\"app\":\"users\",\"digest\":\"0011\"}"},
{"type":"receive","time":1764460800.5,"opcode":1,"data":"{\"mt\":\"AppLoginResult\",\"ok\":true}"},
{"type":"receive","time":1764460800.6,"opcode":2,"data":"AAEC"},
{"type":"send","time":1764460801,"opcode":1,"data":"{\"mt\":\"UserData\",\"src\":\"1\"}"},
{"type":"receive","time":1764460801.75,"opcode":1,"data":"{\"mt\":\"UserDataResult\",\"src\":\"1\"}"}],
"cache":{},"request":{"method":"GET","url":"wss://ap.example/acme.example/users/users?token=t0p","headers":[]},"response":{"status":101}}]}}`

func TestReadHAR(t *testing.T) {
	logs, err := ReadHAR(strings.NewReader(chromeHAR))
	if err != nil || len(logs) != 1 {
		t.Fatalf("%d logs, %v", len(logs), err)
	}
	l := logs[0]
	if l.Name != "ap.example" || l.URL != "wss://ap.example/acme.example/users/users" || l.App != "users" || len(l.Entries) != 4 {
		t.Fatalf("%+v", l)
	}
	if e := l.Entries[2]; e.Dir != appws.Out || e.State != Answered || e.Took != 750*time.Millisecond || !e.At.Equal(time.Unix(1764460801, 0)) {
		t.Errorf("%+v", e)
	}
	var written bytes.Buffer
	if err := l.WriteHAR(&written); err != nil {
		t.Fatal(err)
	}
	again, err := ReadHAR(&written)
	if err != nil || len(again) != 1 || len(again[0].Entries) != 4 || again[0].Entries[3].Text != l.Entries[3].Text || !again[0].Entries[3].At.Equal(l.Entries[3].At) {
		t.Errorf("written and read again: %+v, %v", again, err)
	}
	for text, want := range map[string]string{"{": "it is no HAR", `{"log":{"entries":[]}}`: "no messages of a websocket"} {
		if _, err := ReadHAR(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestReadChromiumHAR reads what the developer tools of Chromium 156 wrote of a page that spoke with the
// practice service: three requests, one of them a websocket.
func TestReadChromiumHAR(t *testing.T) {
	f, err := os.Open("testdata/chromium.har")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	logs, err := ReadHAR(f)
	if err != nil || len(logs) != 1 {
		t.Fatalf("%d logs, %v", len(logs), err)
	}
	l := logs[0]
	if l.Name != "127.0.0.1" || !strings.HasSuffix(l.URL, "/demo.example/echo/echo") || l.App != "echo" || len(l.Entries) != 14 {
		t.Fatalf("%q, %q, %q, %d entries", l.Name, l.URL, l.App, len(l.Entries))
	}
	var got []string
	for _, e := range l.Entries {
		got = append(got, string(e.Dir)+" "+e.MT)
	}
	want := "out AppChallenge, in AppChallengeResult, out AppLogin, in AppLoginResult, out Echo, out Subscribe, out KeepAlive, " +
		"in EchoResult, in KeepAlive, in SubscribeResult, in Count, in Count, out Unsubscribe, in UnsubscribeResult"
	if all := strings.Join(got, ", "); all != want {
		t.Errorf("%s\nwant %s", all, want)
	}
	echo := l.Entries[4]
	if !strings.Contains(echo.Text, "Grüße, 世界 🎧") || echo.State != Answered || echo.Pair != 8 || echo.Took <= 0 {
		t.Errorf("%+v", echo)
	}
	if after := l.Entries[11].At.Sub(l.Entries[10].At); after < 900*time.Millisecond || after > 1100*time.Millisecond {
		t.Errorf("%s between two counts, which come each second", after)
	}
}
