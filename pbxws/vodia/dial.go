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

// stepLimit bounds every single step of signing in and every visit to the PBX's web side.
const stepLimit = 5 * time.Second

// Dialer brings up one link after another for the same extension and remembers between them
// which calls were up: a call that outlived its link is found again in the lists of the next
// one, or told as missing. It is for one phone; its links do not overlap.
type Dialer struct {
	config  Config
	refused refusals

	mu   sync.Mutex
	legs []*leg // of the last link, when it ended
}

// NewDialer makes a Dialer; nothing is dialled yet.
func NewDialer(c Config) *Dialer {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Dialer{config: c}
}

// Dial is NewDialer(cfg).Dial for a single link.
func Dial(ctx context.Context, cfg Config) (pbxws.Conn, error) { return NewDialer(cfg).Dial(ctx) }

// Dial signs in and opens the websocket; it is a pbxws.DialFunc. Errors are *pbxws.DialError.
// A PBX that refuses the websocket after it took the sign-in is asked once more with a new
// session.
func (d *Dialer) Dial(ctx context.Context) (pbxws.Conn, error) {
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

func (d *Dialer) dialOnce(ctx context.Context, web *web) (*conn, error) {
	cfg := d.config
	pass, err := web.signIn(ctx, cfg, d.refused.take)
	if err != nil {
		return nil, err
	}
	version := int(web.version.Load())
	if version == 0 && cfg.Generation == Auto {
		if version, err = web.askVersion(ctx); err != nil {
			return nil, err
		}
	}
	sock, err := web.openSocket(ctx, cfg, pass)
	if err != nil {
		return nil, err
	}
	h := cfg.Generation.habit(version)
	cfg.Log.Debug("link to the PBX is up", "host", web.at.host, "version", version, "legacy", h.legacy)
	board := newSwitchboard(cfg.Domain, cfg.User, h)
	board.transferAsParty, board.agent, board.hide = cfg.TransferAsParty, cfg.UserAgent, web.hide
	session := &webSession{web: web, cfg: cfg, refusals: &d.refused, pass: pass, signedIn: time.Now()}
	return start(link{
		wire: wireOf(sock), board: board, caps: h.caps(),
		blf: append([]string{cfg.User}, cfg.BLF...), agent: cfg.UserAgent,
		visit: session.do, earlier: d.take(), leave: d.keep, release: web.close, log: cfg.Log,
	}), nil
}

// take hands the calls of the last link to the next.
func (d *Dialer) take() []*leg {
	d.mu.Lock()
	defer d.mu.Unlock()
	legs := d.legs
	d.legs = nil
	return legs
}

func (d *Dialer) keep(legs []*leg) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.legs = legs
}

func (w *web) openSocket(ctx context.Context, cfg Config, pass credential) (*ws.Conn, error) {
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
