package vodia

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
)

// stepLimit bounds every single step of signing in.
const stepLimit = 5 * time.Second

// Dial signs in and opens the websocket. Errors are *pbxws.DialError. A PBX that refuses the
// websocket after it took the sign-in is asked once more with a new session.
func Dial(ctx context.Context, cfg Config) (pbxws.Conn, error) {
	at, err := cfg.check()
	if err != nil {
		return nil, err
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	web := newWeb(at, cfg.TLS)
	c, err := dialOnce(ctx, cfg, web)
	var upgrade *ws.UpgradeError
	if cfg.Session == "" && errors.As(err, &upgrade) {
		cfg.Log.Debug("websocket refused, signing in again", "status", upgrade.Status)
		c, err = dialOnce(ctx, cfg, web)
	}
	if err != nil {
		web.close()
		return nil, err
	}
	return c, nil
}

func dialOnce(ctx context.Context, cfg Config, web *web) (*conn, error) {
	id, err := web.signIn(ctx, cfg)
	if err != nil {
		return nil, err
	}
	version := web.version
	if version == 0 && cfg.Dialect == Auto {
		if version, err = web.askVersion(ctx); err != nil {
			return nil, err
		}
	}
	sock, err := openSocket(ctx, cfg, web.at, id)
	if err != nil {
		return nil, err
	}
	h := cfg.Dialect.habit(version)
	cfg.Log.Debug("link to the PBX is up", "host", web.at.host, "version", version, "legacy", h.legacy)
	return start(link{
		wire: wireOf(sock), board: newSwitchboard(cfg.Domain, cfg.User, h), self: pbxws.AccountID(cfg.User), caps: capsOf(version),
		blf: append([]string{cfg.User}, cfg.BLF...), agent: cfg.UserAgent, secrets: []string{id},
		setDND:  func(ctx context.Context, on bool) error { return web.setDND(ctx, id, on) },
		release: web.close, log: cfg.Log,
	}), nil
}

// capsOf is what can be done on this version. Do-not-disturb is documented from 69 on.
func capsOf(version int) pbxws.Caps {
	caps := pbxws.CapMedia | pbxws.CapBlindTransfer | pbxws.CapAttendedTransfer
	if version == 0 || version >= firstModern {
		caps |= pbxws.CapDND
	}
	return caps
}

func openSocket(ctx context.Context, cfg Config, at address, id string) (*ws.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	ctx, mark := noteReach(ctx)
	header := http.Header{"Cookie": {SessionCookie + "=" + id}}
	if cfg.UserAgent != "" {
		header.Set("User-Agent", cfg.UserAgent)
	}
	sock, err := ws.Dial(ctx, at.socket(cfg.Domain), ws.Options{Header: header, TLS: cfg.TLS})
	var upgrade *ws.UpgradeError
	switch {
	case err == nil:
		return sock, nil
	case errors.As(err, &upgrade):
		return nil, upgradeRefused(at, cfg, upgrade)
	}
	return nil, unreachable(at, pbxws.StepLink, mark(err))
}
