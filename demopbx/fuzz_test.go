package demopbx

import (
	"bytes"
	"context"
	"testing"

	"github.com/patchcord/patchcord/pbxws/vodia"
	"github.com/patchcord/patchcord/rtc"
)

// FuzzRequests lets a client say anything, a frame a line.
func FuzzRequests(f *testing.F) {
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		f.Fatal(err)
	}
	media, offer, err := engine.Offer(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	if err := media.Close(); err != nil {
		f.Fatal(err)
	}
	call := `{"action":"sdp-packet","to":"601","sdp":{"type":"offer","sdp":` + quote(offer) + `},"callid":"x"}`
	for _, seed := range []string{
		`{"action":"avoid-disconnect"}`,
		`{"action":"sip-register"}` + "\n" + `{"action":"sdp-packet","to":"201","callid":"x"}`,
		`{"action":"blf","add":["200","201",7]}` + "\n" + `{"action":"orbit-calls","subscribe":true}`,
		call + "\n" + call + "\n" + `{"action":"sip-bye","callid":"x","caller":"true"}`,
		call + "\n" + `{"action":"wrtc-hold","callid":"x","holdcmd":"sendonly","sdp":"v=0"}`,
		call + "\n" + `{"action":"blind-transfer2","id":"x","to":"*8580"}` + "\n" + `{"action":"sdp-packet","to":"*8680","sdp":"v=0","callid":"y"}`,
		`{"action":"att-transfer","id":"x","id2":"x"}` + "\n" + `{"action":"ice-candidate","candidate":null}`,
		`{"action":"sdp-200ok","sdp":"v=0","callid":"x","cseq":[]}` + "\n" + `{"action":"sip-busy","callid":"","code":-1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := newPBX(Options{Extensions: 12}.withDefaults(), engine)
		sock := &socket{
			user: p.tenant.accounts["201"], queue: make(chan frame, socketQueue),
			drop: func() {}, lamps: map[string]bool{},
		}
		if err := p.open(sock); err != nil {
			t.Fatal(err)
		}
		for i, line := range bytes.Split(data, []byte("\n")) {
			if i == 8 {
				break
			}
			r, err := vodia.DecodeRequest(line)
			p.request(sock, r, err)
			for len(p.inbox) > 0 {
				(<-p.inbox)()
			}
		}
		p.shutDoor()
		p.shutdown()
		if len(p.legs) > 0 || len(p.calls) > 0 {
			t.Errorf("%d legs and %d calls are left", len(p.legs), len(p.calls))
		}
	})
}
