package appws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
)

// guest is one connection at a service. Its goroutines are the reader, which is the one that
// serves the HTTP request, the guard of the login and one for each API in use.
type guest struct {
	service *Service
	link    *link
	log     *slog.Logger

	// These are the reader's. door is nil once logged in.
	door *admission
	id   Identity
	pbx  PbxInfo
	apis map[string]*APIConn // in use
	rest *APIConn            // nil until it is needed

	tasks sync.WaitGroup
}

func newGuest(s *Service, sock *ws.Conn, remote string) *guest {
	log := s.log.With("remote", remote)
	return &guest{
		service: s, link: newLink(sock, log, s.cfg.Trace), log: log, apis: map[string]*APIConn{},
		door: &admission{
			passwords: s.cfg.Passwords, allowEmpty: s.cfg.AllowEmptyPassword,
			domain: s.cfg.Domain, build: s.cfg.Build, tries: s.cfg.LoginTries, fresh: s.challenge,
		},
	}
}

// run serves the connection until it ends and its handlers have returned.
func (g *guest) run() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	admitted := g.guardLogin()
	g.link.read(func(m Message, bad error) error {
		if bad != nil {
			return violation(ws.StatusInvalid, bad)
		}
		if g.door == nil {
			return g.hear(ctx, m)
		}
		in, err := g.admit(ctx, m)
		if in {
			admitted()
		}
		return err
	})
	admitted()
	cancel()
	g.tasks.Wait()
	g.log.Info("connection ended", "sip", clipped(g.id.SIP), "app", clipped(g.id.App), "err", g.link.over())
}

// guardLogin ends a connection that does not log in. admitted calls it off and may be called
// again.
func (g *guest) guardLogin() (admitted func()) {
	g.tasks.Add(1)
	late := time.AfterFunc(g.service.cfg.LoginTimeout, func() {
		defer g.tasks.Done()
		g.link.refuse(violation(ws.StatusPolicy, errLate))
	})
	return func() {
		if late.Stop() {
			g.tasks.Done()
		}
	}
}

// admit hears a message before the login and reports whether it was the login.
func (g *guest) admit(ctx context.Context, m Message) (bool, error) {
	answer, in, err := g.door.hear(ctx, m)
	if in != nil {
		g.door, g.id, g.link.key = nil, in.id, in.key
		g.log.Info("logged in", "sip", clipped(in.id.SIP), "domain", clipped(in.id.Domain), "app", clipped(in.id.App))
	} else if m.MT == "AppLogin" {
		g.log.Info("login refused")
	}
	if answer != "" {
		if sent := g.answer(ctx, answer); sent != nil {
			return false, sent
		}
	}
	return in != nil, err
}

// answer sends a message of our own. The peer has a limited time to take it.
func (g *guest) answer(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, ownPatience)
	defer cancel()
	return g.link.send(ctx, []byte(text))
}

// hear sorts a message of a user that is logged in: the protocol's own, an answer that a
// handler waits for, or one for an API.
func (g *guest) hear(ctx context.Context, m Message) error {
	if m.MT == "" {
		g.log.Debug("message without mt dropped", "bytes", len(m.Raw))
		return nil
	}
	if m.API == "" {
		switch m.MT {
		case "KeepAlive":
			g.link.sendKeepAlive()
			return nil
		case "CheckBuild":
			return g.answer(ctx, buildAnswer(m, g.service.cfg.Build))
		case "AppInfo":
			return g.describe(ctx, m)
		case "PbxInfo":
			return g.meetPBX(ctx, m)
		case "AppChallenge", "AppLogin":
			return violation(ws.StatusPolicy, errLoggedIn)
		}
	}
	switch box, unwanted := g.link.asks.find(m); {
	case unwanted:
		g.log.Debug("late answer dropped", "mt", clipped(m.MT), "src", clipped(m.Src))
		return nil
	case box != nil:
		box.put(m)
		return nil
	}
	if c := g.route(ctx, m.API); c != nil {
		c.box.put(m)
		return nil
	}
	g.log.Debug("message for no API dropped", "api", clipped(m.API), "mt", clipped(m.MT))
	return nil
}

// route finds the API that a message is for and brings it to life if this is its first.
func (g *guest) route(ctx context.Context, api string) *APIConn {
	if c := g.apis[api]; c != nil {
		return c
	}
	s := g.service
	if permit := s.cfg.Permit; permit != nil && api != "" && !permit(g.id, api) {
		return nil
	}
	switch h, known := s.handler(api); {
	case h == nil:
		return nil
	case known:
		return g.start(ctx, api, h)
	case g.rest == nil:
		g.rest = g.newAPI("")
		g.serve(ctx, g.rest, h)
	}
	return g.rest
}

// start brings an API to life on this connection.
func (g *guest) start(ctx context.Context, api string, h APIHandler) *APIConn {
	c := g.newAPI(api)
	g.apis[api] = c
	g.serve(ctx, c, h)
	return c
}

func (g *guest) newAPI(api string) *APIConn {
	return &APIConn{link: g.link, box: g.link.in.openShy(), api: api, id: g.id, pbx: g.pbx}
}

func (g *guest) serve(ctx context.Context, c *APIConn, h APIHandler) {
	g.tasks.Go(func() {
		err := h(ctx, c)
		c.box.close()
		over := g.link.over() != nil
		if err == nil || over {
			return
		}
		g.log.Warn("API failed", "api", c.api, "err", err)
		g.link.refuse(violation(ws.StatusInternal, errAPIFailed))
	})
}

// errAPIFailed is all that the peer hears of a handler's error.
var errAPIFailed = errors.New("the API failed")

// describe answers the question what an app is.
func (g *guest) describe(ctx context.Context, m Message) error {
	app, _ := textMember(m.Raw, "app")
	var info AppInfo
	if f := g.service.cfg.AppInfo; f != nil {
		info = f(app)
	}
	text, err := m.Result(info.result(app))
	if err != nil {
		g.log.Error("AppInfo cannot be told", "err", err)
		return nil
	}
	return g.answer(ctx, string(text))
}

// PbxInfo is a PBX that connected to the service.
type PbxInfo struct {
	// Domain and PBX name it, DNS is its host name, Version and Build its firmware.
	Domain, PBX, DNS, Version, Build string
	// APIs are those of the PBX that the app may use.
	APIs []string
}

// meetPBX reads a PbxInfo and begins the uses of the PBX's APIs. Users cannot pass for a PBX.
func (g *guest) meetPBX(ctx context.Context, m Message) error {
	if !g.id.isPBX() {
		g.log.Warn("PbxInfo from one who is no PBX dropped", "sip", clipped(g.id.SIP))
		return nil
	}
	info, err := readPbxInfo(m.Raw)
	if err != nil {
		g.log.Warn("PbxInfo dropped", "err", err)
		return nil
	}
	g.pbx = info
	g.log.Info("PBX connected", "pbx", clipped(info.PBX), "domain", clipped(info.Domain), "version", clipped(info.Version))
	for _, api := range info.APIs {
		if h := g.service.pbxHandler(api); h != nil && g.apis[api] == nil {
			g.start(ctx, api, h)
		}
	}
	return nil
}

func readPbxInfo(raw []byte) (PbxInfo, error) {
	var info PbxInfo
	for name, into := range map[string]*string{
		"domain": &info.Domain, "pbx": &info.PBX, "pbxDns": &info.DNS, "version": &info.Version, "build": &info.Build,
	} {
		*into, _ = textMember(raw, name)
	}
	if apis := member(raw, "apis"); apis != nil {
		if err := json.Unmarshal(apis, &info.APIs); err != nil {
			return PbxInfo{}, fmt.Errorf("its apis: %w", err)
		}
	}
	return info, nil
}
