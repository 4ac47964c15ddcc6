package nethcti

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/rtc"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newFront is a front of a PBX of a few people, which runs until the returned function is called.
func newFront(t *testing.T, o Options, engine *rtc.Engine) (f *Front, end func()) {
	pbx := exchange.New(exchange.Options{Log: slog.New(slog.DiscardHandler), Extensions: 12}, engine)
	f = New(o, pbx, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		pbx.Run(ctx)
	}()
	return f, func() {
		f.EndPolls()
		pbx.Stop()
		cancel()
		<-ended
	}
}

// serve has the front answer a request. A malformed address gets no answer.
func serve(f *Front, method, path, token, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	at, err := url.ParseRequestURI("http://pbx.example" + path)
	if err != nil {
		return w
	}
	r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
	r.Method, r.URL = method, at
	r.Header.Set("Authorization", "Bearer "+token)
	f.Handler().ServeHTTP(w, r)
	return w
}
