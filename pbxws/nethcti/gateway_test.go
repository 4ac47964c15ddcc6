package nethcti

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// withExtension gives the person a webrtc extension that can be registered.
func (f *fake) withExtension() {
	f.answer("GET /user/me", strings.Replace(meAlice, `"type":"webrtc",`, `"type":"webrtc","secret":"`+secretOfAlice+`",`, 1))
}

// fakeGateway is a gateway in a few words: it registers everybody and has every call answered.
type fakeGateway struct {
	mu      sync.Mutex
	asked   []string
	handles int
	waiting chan string
	// refuses the registration.
	refuses bool
}

func newFakeGateway() *fakeGateway { return &fakeGateway{handles: 1, waiting: make(chan string, 16)} }

// requests are what was asked since the last time.
func (g *fakeGateway) requests() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := strings.Join(g.asked, "\n")
	g.asked = nil
	return all
}

// say sends an event of the plugin from the first handle.
func (g *fakeGateway) say(data string) {
	g.waiting <- `[{"janus":"event","sender":2,"plugindata":{"plugin":"janus.plugin.sip","data":` + data + `}}]`
}

func (g *fakeGateway) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method == http.MethodGet {
		select {
		case event := <-g.waiting:
			_, _ = io.WriteString(w, event)
		case <-time.After(30 * time.Second):
			_, _ = io.WriteString(w, `[{"janus":"keepalive"}]`)
		case <-r.Context().Done():
		}
		return
	}
	var m struct {
		Janus, Transaction string
		Body               struct{ Request, URI, Username, Secret string }
	}
	_ = json.Unmarshal(body, &m)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = append(g.asked, strings.TrimSpace(m.Janus+" "+m.Body.Request+" "+m.Body.URI+m.Body.Username))
	switch m.Janus {
	case "create", "attach":
		id := 1
		if m.Janus == "attach" {
			g.handles++
			id = g.handles
		}
		fmt.Fprintf(w, `{"janus":"success","transaction":%q,"data":{"id":%d}}`, m.Transaction, id)
		return
	case "message":
		if event := map[string]string{"register": `{"event":"registered","username":"sip:91201","register_sent":true,"master_id":7}`}[m.Body.Request]; event != "" {
			if g.refuses {
				event = `{"event":"registration_failed","code":904,"reason":"Operation has no matching challenge "}`
			}
			g.waiting <- fmt.Sprintf(`[{"janus":"event","sender":%s,"transaction":%q,"plugindata":{"plugin":"janus.plugin.sip","data":{"sip":"event","result":%s}}}]`,
				r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:], m.Transaction, event)
		}
	}
	fmt.Fprintf(w, `{"janus":"ack","transaction":%q}`, m.Transaction)
}

// A person with a webrtc extension has calls here: it is registered where the web page says that the PBX
// is, stays so while links come and go, and ends with the phone.
func TestGateway(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.withExtension()
		f.gateway = newFakeGateway()
		d := f.start()
		l := up(t, d)
		if !l.Caps().Has(gatewayCaps) || !l.state.Registered {
			t.Errorf("caps %b, registered %v", l.Caps(), l.state.Registered)
		}
		if asked := f.gateway.requests(); !strings.HasPrefix(asked, "create\nattach\nmessage register sip:91201@10.0.0.9") {
			t.Errorf("asked was %s", asked)
		}
		if err := l.Send(t.Context(), pbxws.Offer{Leg: "ours", To: "305", SDP: "v=0\r\n"}); err != nil {
			t.Fatal(err)
		}
		l.reported()
		if asked := f.gateway.requests(); !strings.Contains(asked, "message call sip:305@10.0.0.9") {
			t.Errorf("asked was %s", asked)
		}
		// The PBX's own record of it is known to be ours.
		f.send(eventExtension, raw(`{"exten":"91201","status":"busy","conversations":{"A>B":{"direction":"out","counterpartNum":"305","connected":true,"recording":"true"}}}`))
		if reported := textOf(l.reported()); l.state.Calls.At("A>B").Leg != "ours" || !strings.Contains(reported, "LegRecorded {Leg:ours On:true}") {
			t.Errorf("its record is %+v, %s", l.state.Calls.At("A>B"), reported)
		}
		for order, want := range map[pbxws.Command]string{
			pbxws.Record{Leg: "ours"}: "/api/astproxy/stop_record", pbxws.Park{Leg: "ours"}: "/api/astproxy/park",
		} {
			f.asked()
			if err := l.Send(t.Context(), order); err != nil {
				t.Fatal(err)
			}
			if l.reported(); !strings.HasPrefix(f.asked(), "POST "+want) {
				t.Errorf("%T asks otherwise", order)
			}
		}
		// How a call here ended is the gateway's to say.
		f.send(eventHangup, raw(`{"cause":"no_answer","callerNum":"91201","channelExten":"91201","calledNum":"305"}`))
		if reported := textOf(l.reported()); strings.Contains(reported, "DeskEnded") {
			t.Errorf("the end of it is told as that of a desk phone: %s", reported)
		}
		f.kick()
		<-l.ended
		l = up(t, d)
		if asked := f.gateway.requests(); asked != "" || !l.state.Registered {
			t.Errorf("on the next link asked was %s", asked)
		}
		// The next link knows the call, and who is at its far end after a transfer there.
		f.send(eventExtension, raw(`{"exten":"91201","status":"busy","conversations":{"A>C":{"direction":"out","counterpartNum":"202","connected":true}}}`))
		if reported := textOf(l.reported()); l.state.Calls.At("A>C").Leg != "ours" || !strings.Contains(reported, "LegNamed {Leg:ours Peer:202 Bob Bianchi}") {
			t.Errorf("after a transfer its record is %+v, %s", l.state.Calls.At("A>C"), reported)
		}
		l.close()
		if asked := f.gateway.requests(); !strings.Contains(asked, "message unregister") {
			t.Errorf("at the end asked was %s", asked)
		}
	})
}

// A call that was up before is no record of a new one, and another form of the number is no other party.
func TestRecordsOfLegs(t *testing.T) {
	b := loaded(t)
	b.here = "91201"
	tell := func(id, number string) string {
		b.take()
		b.hear(eventExtension, []json.RawMessage{raw(`{"exten":"91201","status":"busy","conversations":{"` + id + `":{"direction":"out","counterpartNum":"` + number + `","connected":true}}}`)}, t0)
		return textOf(b.take())
	}
	tell("old", "305")
	b.beginLeg("leg", "00721405516")
	for _, c := range []struct {
		id, number string
		leg        pbxws.LegID
		named      string
	}{{"old", "306", "", ""}, {"new", "0721405516", "leg", ""}, {"new", "xxx", "leg", ""}, {"other", "202", "leg", "Peer:202 Bob Bianchi"}, {"other", "202", "leg", ""}} {
		reported := tell(c.id, c.number)
		if leg := b.calls[c.id].reported.Leg; leg != c.leg || strings.Contains(reported, "LegNamed") != (c.named != "") || !strings.Contains(reported, c.named) {
			t.Errorf("%s with %s is of %q, reported is %s", c.id, c.number, leg, reported)
		}
	}
}

// Tones go by the gateway where the profile says so, and in the sound elsewhere.
func TestTonesByMessage(t *testing.T) {
	for _, on := range []bool{true, false} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			f.withExtension()
			f.gateway = newFakeGateway()
			l := up(t, f.start(func(conf *config) { conf.tonesByMessage = on }))
			defer l.close()
			if l.Caps().Has(pbxws.CapTones) != on {
				t.Errorf("%t: caps %b", on, l.Caps())
			}
			_ = l.Send(t.Context(), pbxws.Offer{Leg: "ours", To: "305", SDP: "v=0\r\n"})
			l.reported()
			if err := l.Send(t.Context(), pbxws.Tones{Leg: "ours", Digits: "1#"}); (err == nil) != on {
				t.Errorf("%t: %v", on, err)
			}
			l.reported()
			if n := strings.Count(f.gateway.requests(), "dtmf_info"); on && n != 2 || !on && n != 0 {
				t.Errorf("%t: %d tones", on, n)
			}
		})
	}
}

// Without a gateway, an extension, or the right secret the phone says so, each in its own words.
func TestNoGateway(t *testing.T) {
	for why, set := range map[string]func(*fake){
		noExtension: func(*fake) {},
		"what answers at the gateway's address is not a gateway": (*fake).withExtension,
		"the PBX refused the gateway's name or secret for your webrtc extension": func(f *fake) {
			f.withExtension()
			f.gateway = newFakeGateway()
			f.gateway.refuses = true
		},
	} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			set(f)
			c, err := f.start().dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			l := follow(c)
			if reported := textOf(l.reported()); !strings.Contains(reported, "pbxws.Unregistered {Reason:"+why+"}") {
				t.Errorf("%s: %s", why, reported)
			}
			l.close()
		})
	}
}

// Calls that the person places on the web page begin here only while this is the telephone for it.
func TestWantedCalls(t *testing.T) {
	for _, c := range []struct {
		chosen         string
		ignore, obeyed bool
	}{{"91201", false, true}, {"201", false, false}, {"91201", true, false}} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			f.withExtension()
			f.gateway = newFakeGateway()
			l := up(t, f.start(func(conf *config) { conf.ignore = c.ignore }))
			f.send(eventDevice, c.chosen)
			l.reported()
			f.send(eventDial, "305")
			f.send(eventAnswer, "91201")
			f.send(eventAnswer, "201")
			want := ""
			if c.obeyed {
				want = "pbxws.DialWanted {To:305}\npbxws.AnswerWanted {}"
			}
			if reported := textOf(l.reported()); reported != want {
				t.Errorf("%+v: %s", c, reported)
			}
			l.close()
		})
	}
}

func TestSIPHost(t *testing.T) {
	usual := sipHost{usualSIPHost, usualSIPPort}
	for script, want := range map[string]sipHost{
		`window.CONFIG={"SIP_HOST":"pbx.example.com","SIP_PORT":"5061"}`: {"pbx.example.com", 5061},
		"SIP_HOST: '10.0.0.9',\nSIP_PORT: 20139,":                        {"10.0.0.9", 20139},
		"nothing":                               usual,
		`SIP_HOST = "<script>", SIP_PORT = "x"`: usual,
		"SIP_HOST: '', SIP_PORT: 65536":         usual,
	} {
		if got := sipHostIn(script); got != want {
			t.Errorf("%s: %v", script, got)
		}
	}
}

// A call of ours that the board had, and lacks when the lists come anew, is told to be missing; one that is held when
// they lack it twice, and none while the extension has any call.
func TestForgottenLegs(t *testing.T) {
	b := loaded(t)
	b.here = "91201"
	conversations := func(of string) {
		b.hear(eventExtension, []json.RawMessage{raw(`{"exten":"91201","status":"busy","conversations":{` + of + `}}`)}, t0)
	}
	const up = `"new":{"direction":"out","counterpartNum":"305","connected":true}`
	missing := func(what, want string) {
		t.Helper()
		b.take()
		b.forgetLegs()
		if reported := textOf(b.take()); !strings.Contains(reported, want) || want == "" && reported != "" {
			t.Errorf("%s: reported is %q, want %q", what, reported, want)
		}
	}
	b.beginLeg("leg", "305")
	missing("the board never had it", "")
	conversations(up)
	missing("it has it", "")
	conversations("")
	missing("it has it no more", "LegMissing {Leg:leg}")
	missing("once is enough", "")
	conversations(up)
	b.legs["leg"].held = true
	conversations("")
	missing("held", "")
	if !b.doubtful {
		t.Error("the lists are not read once more")
	}
	conversations(up)
	conversations("")
	missing("it was there again", "")
	missing("twice", "LegMissing {Leg:leg}")
	b.legs["leg"].held = false
	conversations(up)
	conversations(`"other":{"direction":"in","counterpartNum":"306"}`)
	missing("another call rings there", "")
	b.beginLeg("rings", "306")
	conversations(`"other":{"direction":"in","counterpartNum":"306"}`)
	conversations("")
	missing("one that rang", "LegMissing {Leg:rings}")
	conversations(`"first":{"direction":"in","counterpartNum":"307"}`)
	b.beginLeg("late", "307")
	conversations("")
	missing("one that the board had before the gateway", "LegMissing {Leg:late}")
}

// A PBX that began anew may have another secret for our extension: the calls at the gateway of before are over, and the
// next link says so once.
func TestCallsOfAClosedGateway(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.withExtension()
		f.gateway = newFakeGateway()
		d := f.start()
		l := up(t, d)
		if err := l.Send(t.Context(), pbxws.Offer{Leg: "ours", To: "305", SDP: "v=0\r\n"}); err != nil {
			t.Fatal(err)
		}
		l.reported()
		for _, want := range []int{1, 0} {
			f.answer("GET /user/me", strings.Replace(meAlice, `"type":"webrtc",`, `"type":"webrtc","secret":"another",`, 1))
			f.kick()
			<-l.ended
			c, err := d.dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			l = follow(c)
			if n := strings.Count(textOf(l.reported()), "LegEnded {Leg:ours"); n != want {
				t.Errorf("the end of the call was reported %d times, want %d", n, want)
			}
		}
		l.close()
	})
}
