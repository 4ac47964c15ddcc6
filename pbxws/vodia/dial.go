package vodia

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
)

// stepLimit bounds every step of signing in and every REST request.
const stepLimit = 5 * time.Second

// dialer brings up one link after another for the same extension. It remembers which calls were up:
// a call that outlived its link is found again in the lists of the next one, or reported as
// missing. It is for one phone; its links do not overlap.
type dialer struct {
	config  config
	refused refusals

	mu   sync.Mutex
	legs []*leg // of the last link, when it ended
}

// newDialer makes a dialer; nothing is dialled yet.
func newDialer(c config) *dialer {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &dialer{config: c}
}

// dial signs in and opens the websocket; it is a pbxws.DialFunc. Errors are *pbxws.DialError.
// If a PBX refuses the websocket after it accepted the sign-in, that is tried once more with a new
// session.
func (d *dialer) dial(ctx context.Context) (pbxws.Conn, error) {
	at, err := d.config.check()
	if err != nil {
		return nil, err
	}
	web := newWeb(at, d.config.TLS, d.config.Proxy)
	web.hide = d.config.Hide.Fork()
	c, err := d.dialOnce(ctx, web)
	var upgrade *ws.UpgradeError
	if d.config.Session == "" && !d.config.Basic && errors.As(err, &upgrade) {
		d.config.Log.Debug("websocket refused, signing in again", "status", upgrade.Status)
		c, err = d.dialOnce(ctx, web)
	}
	if err != nil {
		web.close()
		return nil, err
	}
	return c, nil
}

func (d *dialer) dialOnce(ctx context.Context, web *web) (*conn, error) {
	cfg := d.config
	pass, err := web.signIn(ctx, cfg, d.refused.take)
	if err != nil {
		return nil, err
	}
	version := int(web.version.Load())
	if version == 0 && cfg.Version == versionAuto {
		if version, err = web.fetchVersion(ctx); err != nil {
			return nil, err
		}
	}
	sock, err := web.openSocket(ctx, cfg, pass)
	if err != nil {
		return nil, err
	}
	g := cfg.Version.decide(version)
	cfg.Log.Debug("link to the PBX is up", "host", web.at.host, "version", version, "legacy", g.legacy)
	translator := newTranslator(cfg.Domain, cfg.User, g)
	translator.transferAsParty, translator.agent, translator.hide, translator.country = cfg.TransferAsParty, cfg.UserAgent, web.hide, cfg.Country
	session := &webSession{web: web, cfg: cfg, refusals: &d.refused, pass: pass, signedIn: time.Now()}
	return start(link{
		socket: socketOf(sock), translator: translator, caps: g.caps(),
		blf: []string{cfg.User}, agent: cfg.UserAgent,
		do: session.do, earlier: d.take(), leave: d.keep, release: web.close, log: cfg.Log,
	}), nil
}

// take passes the calls of the last link to the next.
func (d *dialer) take() []*leg {
	d.mu.Lock()
	defer d.mu.Unlock()
	legs := d.legs
	d.legs = nil
	return legs
}

func (d *dialer) keep(legs []*leg) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.legs = legs
}

func (w *web) openSocket(ctx context.Context, cfg config, pass credential) (*ws.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	limited, trail := reach.Follow(limited)
	header := pass.header()
	if cfg.UserAgent != "" {
		header.Set("User-Agent", cfg.UserAgent)
	}
	sock, err := ws.Dial(limited, w.at.socket(cfg.Domain), ws.Options{Header: header, Transport: w.transport, AnyBytes: true})
	var upgrade *ws.UpgradeError
	switch {
	case err == nil:
		return sock, nil
	case errors.As(err, &upgrade) && !w.knowsPBX(ctx, upgrade.Header):
		return nil, notPBX(w.at, pbxws.StepLink, upgrade.Status, upgrade.Header, reach.IsPage(upgrade.Header, nil))
	case errors.As(err, &upgrade):
		return nil, upgradeRefused(w.at, cfg, upgrade)
	}
	return nil, unreachable(w.at, pbxws.StepLink, trail.Mark(err))
}
