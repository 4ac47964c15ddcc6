//go:build chromium

package demopbx

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/internal/browsertest"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// browser is a telephone in a browser: extension 202, in JavaScript after the vendor's page, with the
// browser's own WebRTC.
type browser struct {
	t *testing.T
	*browsertest.Browser
}

// openPage serves the page and the PBX from one origin, as a PBX serves its own.
func openPage(t *testing.T, s *Server) *browser {
	t.Helper()
	p := openFile(t, s, "page.html")
	p.do("signIn", map[string]any{"admin": vodia.Admin, "password": exchange.Password, "user": "202", "domain": exchange.Domain}, nil)
	return p
}

func openFile(t *testing.T, s *Server, page string) *browser {
	t.Helper()
	target, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	way := &http.Transport{}
	t.Cleanup(way.CloseIdleConnections)
	proxy := &httputil.ReverseProxy{Transport: way, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	mux := http.NewServeMux()
	mux.Handle("POST "+wire.SessionPath, proxy)
	mux.Handle("PUT "+wire.SessionPath, proxy)
	mux.Handle("GET "+wire.SocketPath, proxy)
	return &browser{t, browsertest.Start(t, filepath.Join("testdata", "chromium", page), mux)}
}

func (p *browser) do(name string, args map[string]any, result any) {
	p.t.Helper()
	p.Do(deadline(p.t), p.t, name, args, result)
}

// message is the first message with that key, and that value if it is not nil.
func (p *browser) message(key string, value any) got {
	p.t.Helper()
	args := map[string]any{"key": key}
	if value != nil {
		args["value"] = value
	}
	var g got
	p.do("await", args, &g)
	return g
}

// pageHertz is what the page says all the time.
const pageHertz = 1000

// takes answers the PBX's SDP for an outgoing call in the way of its generation.
func (p *browser) takes(d vodia.Dialect, g got) {
	p.t.Helper()
	if offers(d) {
		p.do("answer", map[string]any{"sdp": g.text("sdp"), "callid": g.text("callid"), "cseq": g["cseq"], "hertz": pageHertz}, nil)
		return
	}
	p.do("accept", map[string]any{"sdp": g.text("sdp")}, nil)
}

// hearing is a judge that looks at the page and accepts once there is sound. A tone of amplitude
// 8000 has 0.03 of full scale a second; silence and comfort noise have none.
func (p *browser) hearing() func([]int16) bool {
	const audible = 0.0005
	frames, before := 0, -1.0
	return func([]int16) bool {
		if frames++; frames%10 != 0 {
			return false
		}
		var stats struct{ Energy float64 }
		p.do("stats", nil, &stats)
		grown := before >= 0 && stats.Energy-before > audible
		before = stats.Energy
		return grown
	}
}

// hears waits for sound at the page that does not come from the test.
func (p *browser) hears() {
	p.t.Helper()
	ctx := deadline(p.t)
	beat := time.NewTicker(20 * time.Millisecond)
	defer beat.Stop()
	for content := p.hearing(); !content(nil); {
		select {
		case <-ctx.Done():
			p.t.Fatal("the page hears nothing")
		case <-beat.C:
		}
	}
}

// TestChromiumCalls: the browser calls the echo, holds as the vendor's example does, by closing
// its connection, and comes back with a new offer.
func TestChromiumCalls(t *testing.T) {
	for _, d := range []vodia.Dialect{vodia.ModernAnswer, vodia.Modern, vodia.Legacy, vodia.Live70} {
		t.Run(d.String(), func(t *testing.T) {
			s := alone(t, quick(Options{Vodia: vodia.Options{Dialect: d, AddressPairs: true}}))
			p := openPage(t, s)
			p.do("place", map[string]any{"to": "600", "callid": "b1", "hertz": pageHertz}, nil)
			p.takes(d, p.message("sdp", nil))
			for p.message("action", "call-state").state() != "connected" {
			}
			p.hears()
			p.do("hold", map[string]any{"calldir": "caller"}, nil)
			journal(t, s, exchange.Held, "202")
			p.do("resume", map[string]any{"calldir": "caller", "hertz": pageHertz}, nil)
			p.do("accept", map[string]any{"sdp": p.message("sdp", nil).text("sdp")}, nil)
			p.hears()
			p.do("bye", map[string]any{"caller": "true"}, nil)
			journal(t, s, exchange.CallEnded, "202")
		})
	}
}

// TestChromiumIsCalled: our client calls the browser, which transfers us.
func TestChromiumIsCalled(t *testing.T) {
	s := alone(t, quick(Options{}))
	p := openPage(t, s)
	o := dialOurs(t, s, vodia.Admin)
	o.offers("202")
	invite := p.message("invitesdp", nil)
	p.do("ring", map[string]any{"callid": invite.text("callid"), "cseq": invite["cseq"]}, nil)
	p.do("answer", map[string]any{
		"sdp": invite.text("invitesdp"), "callid": invite.text("callid"), "cseq": invite["cseq"], "hertz": pageHertz,
	}, nil)
	o.until("the pickup", func(e pbxws.Event) bool { _, ok := e.(pbxws.LegAnswered); return ok })
	us := &phone{t: t, media: o.media, saysHz: 700}
	us.hears(pageHertz)
	us.pump("the page hear us", p.hearing())
	o.send(pbxws.Hold{Leg: o.leg, On: true})
	o.until("the hold", func(e pbxws.Event) bool { h, ok := e.(pbxws.LegHeld); return ok && h.On && !h.Remote })
	o.send(pbxws.Hold{Leg: o.leg})
	o.until("the resumption", func(e pbxws.Event) bool { h, ok := e.(pbxws.LegHeld); return ok && !h.On })
	us.hears(pageHertz)
	p.do("transfer", map[string]any{"from": "202", "to": "601"}, nil)
	p.message("bye", "true")
	us.hears(exchange.ColleagueTone)
}

// TestChromiumVendorsExample: the unchanged example of the vendor has sound at an old PBX: it
// calls, holds, resumes and ends. The second SDP, at pickup, is one more answer, which a browser
// refuses; the example only notes that.
func TestChromiumVendorsExample(t *testing.T) {
	s := alone(t, quick(Options{Vodia: vodia.Options{Dialect: vodia.Legacy}}))
	p := openFile(t, s, "vendor.html")
	p.do("signIn", map[string]any{"account": "202@" + exchange.Domain, "hash": md5Demo, "user": "202", "domain": exchange.Domain}, nil)
	p.do("call", map[string]any{"to": "601", "id": "v1"}, nil)
	journal(t, s, exchange.CallAnswered, "601")
	p.hears()
	p.do("hold", nil, nil)
	journal(t, s, exchange.Held, "202")
	p.do("resume", nil, nil)
	p.hears()
	p.do("transfer", map[string]any{"from": "202", "to": "600"}, nil)
	journal(t, s, exchange.Transferred, "202")
	p.do("call", map[string]any{"to": "600", "id": "v2"}, nil)
	p.hears() // its own beeps
	p.do("end", nil, nil)
	journal(t, s, exchange.CallEnded, "202")
	complaints(t, s)
}
