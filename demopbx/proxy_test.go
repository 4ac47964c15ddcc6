package demopbx

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/proxies"
	"github.com/patchcord/patchcord/internal/proxytest"
	"github.com/patchcord/patchcord/pbxws"
	dialect "github.com/patchcord/patchcord/pbxws/vodia"
)

// Sign-in, websocket and apps reach a PBX by a name that only the company's proxy knows, with TLS
// and without, and nothing of the proxy's password is in the log.
func TestThroughAProxy(t *testing.T) {
	for scheme, o := range map[string]Options{"http": {}, "https": {SelfSigned: true}} {
		t.Run(scheme, func(t *testing.T) {
			s := start(t, o)
			u, err := url.Parse(s.URL())
			if err != nil {
				t.Fatal(err)
			}
			p := proxytest.Start(t, map[string]string{"pbx.corp": u.Host, "pbx.corp:80": u.Host, "pbx.corp:443": u.Host})
			p.Protect("anna", "pa55word")
			by := "http://anna:pa55word@" + p.Address
			var log bytes.Buffer
			login := pbxws.Login{
				URL: scheme + "://pbx.corp", Realm: exchange.Domain, User: "201", TLS: &tls.Config{InsecureSkipVerify: true}, Proxy: by,
				Secret: func(context.Context) (string, error) { return exchange.Password, nil },
				Log:    slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if _, err := dialect.Dialect.Check(ctx, login); err != nil {
				t.Fatal(err)
			}
			conn, err := dialect.Dialect.Dialer(login)(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
			app, err := appws.Dial(ctx, appws.Config{
				URL: scheme + "://pbx.corp" + AppsPath, App: AppObject, Password: exchange.Password, TLS: login.TLS, Proxy: proxies.Of(by), Log: login.Log,
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := app.Close(); err != nil {
				t.Error(err)
			}
			if len(p.Tunnels()) < 2 { // one for each websocket at least
				t.Errorf("tunnels %q, pages %q", p.Tunnels(), p.Pages())
			}
			login.Proxy = "http://anna:wr0ng55@" + p.Address
			_, err = dialect.Dialect.Dialer(login)(ctx)
			var refused *pbxws.DialError
			if !errors.As(err, &refused) || !strings.Contains(refused.What, "a name and a password") && !strings.Contains(refused.What, "refused the name") {
				t.Errorf("with a wrong password: %v", err)
			}
			if refused != nil && scheme == "https" && !refused.Permanent {
				t.Error("a refused password would be tried again")
			}
			for _, secret := range []string{"pa55word", "wr0ng55"} {
				if strings.Contains(log.String(), secret) || err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("%q is told: %v\n%s", secret, err, log.String())
				}
			}
		})
	}
}
