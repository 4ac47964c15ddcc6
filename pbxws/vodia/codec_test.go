package vodia

import (
	"reflect"
	"testing"
)

// The examples of the protocol page, as they stand there, and what each says.
func TestRequestsOfThePage(t *testing.T) {
	one := []byte("1")
	for _, tt := range []struct {
		frame string
		want  Request
	}{
		{`{"action":"avoid-disconnect"}`, AvoidDisconnect{}},
		{`{"action":"own-calls","subscribe":true}`, OwnCalls{true}},
		{`{"action":"blf","add":["500","502"]}`, SubscribeBLF{[]string{"500", "502"}}},
		{`{"action":"sip-register","useragent":"termphone/0.1 (linux)"}`, Register{"termphone/0.1 (linux)"}},
		{`{"action":"sdp-packet","to":"502","sdp":{"type":"offer","sdp":"v=0\r\n"},"callid":"9f3c11ab@app"}`, Offer{"502", "v=0\r\n", "9f3c11ab@app"}},
		{`{"action":"ice-candidate","candidate":{"candidate":"candidate:1 1 udp 2130706431 192.0.2.7 50010 typ host","sdpMid":"0","sdpMLineIndex":0},"callid":"9f3c11ab@app"}`,
			ICECandidate{CallID: "9f3c11ab@app", Line: "candidate:1 1 udp 2130706431 192.0.2.7 50010 typ host", Mid: "0"}},
		{`{"action":"sip-ringing","callid":"hT3kQw9ZpLsD@pbx","cseq":1}`, Ringing{"hT3kQw9ZpLsD@pbx", one}},
		{`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":"v=0\r\n"},"callid":"hT3kQw9ZpLsD@pbx","cseq":1}`, Answer{"hT3kQw9ZpLsD@pbx", one, "v=0\r\n"}},
		{`{"action":"sip-ack","callid":"9f3c11ab@app"}`, Ack{"9f3c11ab@app"}},
		{`{"action":"sip-busy","callid":"hT3kQw9ZpLsD@pbx","cseq":1,"code":486}`, Busy{"hT3kQw9ZpLsD@pbx", one, 486}},
		{`{"action":"sip-bye","caller":"true","callid":"9f3c11ab@app"}`, Hangup{"9f3c11ab@app", true}},
		{`{"action":"bye-response","callid":"hT3kQw9ZpLsD@pbx","cseq":2}`, ByeDone{"hT3kQw9ZpLsD@pbx", []byte("2")}},
		{`{"action":"wrtc-hold","callid":"9f3c11ab@app","holdcmd":"sendonly","calldir":"caller"}`, Hold{CallID: "9f3c11ab@app", On: true, Caller: true}},
		{`{"action":"blind-transfer2","id":"9f3c11ab@app","from":"501","to":"503"}`, BlindTransfer{"9f3c11ab@app", "501", "503"}},
		{`{"action":"rec-call","id":"9f3c11ab@app","startstop":"on"}`, RecCall{"9f3c11ab@app", true}},
		{`{"action":"att-transfer","id":"12","from":"15555550142@tenant.example.com","id2":"15","to":"503@tenant.example.com"}`,
			AttTransfer{"12", "15555550142@tenant.example.com", "15", "503@tenant.example.com"}},
	} {
		got, err := DecodeRequest([]byte(tt.frame))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s\n got %+v, %v\nwant %+v", tt.frame, got, err, tt.want)
		}
		back, err := EncodeRequest(tt.want)
		if err != nil || string(back) != tt.frame {
			t.Errorf("encoded %+v\n got %s, %v\nwant %s", tt.want, back, err, tt.frame)
		}
	}
}
