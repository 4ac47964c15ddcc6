package nethcti

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// canned answers every request alike.
type canned struct {
	status int
	header http.Header
	body   []byte
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: c.status, Header: c.header.Clone(), Body: io.NopCloser(bytes.NewReader(c.body)), Request: r, ProtoMajor: 1, ProtoMinor: 1}, nil
}

// Whatever a web server answers, to a sign-in, to a code, for a list or to an order, is taken, and what fails
// has a sentence.
func FuzzReplies(f *testing.F) {
	f.Add(uint8(0), uint16(200), "", "", []byte(`{"code":200,"token":"eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImFsaWNlIn0.c2ln"}`))
	f.Add(uint8(0), uint16(401), "", "", []byte(`{"code":401}{"code":401}`))
	f.Add(uint8(1), uint16(401), headerNonce, "Digest "+nonce, []byte(nil))
	f.Add(uint8(1), uint16(503), headerError, "not ready", []byte(nil))
	f.Add(uint8(2), uint16(200), "", "", []byte(`{"data":{"token":"a.e30.b"}}`))
	f.Add(uint8(3), uint16(200), "", "", []byte(meAlice))
	f.Add(uint8(4), uint16(200), "", "", []byte(extensionsOnline))
	f.Add(uint8(4), uint16(403), "", "", []byte(`{}`))
	f.Add(uint8(5), uint16(200), "", "", []byte(`{"rows":[`+vendorPast+`]}`))
	f.Add(uint8(6), uint16(200), "", "", []byte(`{"rows":[`+vendorMessage+`]}`))
	f.Add(uint8(7), uint16(200), "", "", []byte(`{"rows":[{"name":"Rossi","workphone":"1"}]}`))
	f.Add(uint8(8), uint16(200), "", "", []byte("window.CONFIG = {SIP_HOST: '10.0.0.9', SIP_PORT: '20139'}"))
	f.Fuzz(func(t *testing.T, step uint8, status uint16, name, value string, body []byte) {
		c := canned{200 + int(status)%400, http.Header{}, body}
		if name != "" {
			c.header.Set(name, value)
		}
		d := newDialer(config{Login: pbxws.Login{URL: "http://cti.example.com", User: "alice", Secret: func(context.Context) (string, error) { return "alicepw", nil }}})
		w := &web{at: &url.URL{Scheme: "http", Host: "cti.example.com"}, client: &http.Client{Transport: c}}
		known := token{side: newSide, value: "t"}
		ask := func(ctx context.Context, method, path string, body any, timeout time.Duration) (reply, error) {
			return w.do(ctx, call{method: method, path: path, body: body, limit: maxState, timeout: timeout})
		}
		b := newBoard(me{}, d.hide)
		var archive archiveRead
		var err error
		switch step % 10 {
		case 0:
			_, _, err = d.byMiddleware(t.Context(), w, "alicepw")
		case 1:
			_, err = d.byNonce(t.Context(), w, "alicepw")
		case 2:
			_, err = d.proveCode(t.Context(), w, known, "123456")
		case 3:
			var who me
			who, err = d.whoAmI(t.Context(), w, known, true)
			_, _, _ = who.caps(), who.webRTC(), who.main()
		case 4:
			var all lists
			if all, err = readLists(t.Context(), ask); err == nil {
				b.load(all, t0)
				b.load(all, t0)
			}
			err = nil // the loop has words for all of them
		case 5:
			readArchive(t.Context(), &archive, ask, historyPath("alice", t0), 1, (*board).hearHistory)
		case 6:
			readArchive(t.Context(), &archive, ask, pathVoicemail+"?%d", 1, (*board).hearVoicemail)
		case 7:
			readArchive(t.Context(), &archive, ask, pathPhonebook+"?%d", 2, (*board).hearPhonebook)
		case 8:
			h := w.sipHost(t.Context())
			if h.host == "" || h.port <= 0 || h.port > 65535 {
				t.Errorf("the gateway meets the PBX at %+v", h)
			}
		case 9:
			r, err := ask(t.Context(), http.MethodPost, "/astproxy/call", nil, orderLimit)
			if _, why, refused := refusal(r, err, orderLimit); refused && why == "" && http.StatusText(r.status) != "" {
				t.Errorf("%d is refused without a word", r.status)
			}
		}
		if r, err := ask(t.Context(), http.MethodGet, pathListen+"1", nil, soundLimit); err == nil {
			if file, err := readSound(r.body); err == nil && (len(file) == 0 || len(file) > pbxws.MaxSound+2) {
				t.Errorf("a sound of %d bytes", len(file))
			}
		}
		if archive.take != nil {
			archive.take(b)
		}
		s := pbxws.NewState("")
		for _, e := range b.take() {
			s.Apply(e, t0)
		}
		var sentence *pbxws.DialError
		if err != nil && !errors.Is(err, errCodeLate) && !errors.As(err, &sentence) {
			t.Errorf("%v has no sentence", err)
		}
	})
}
