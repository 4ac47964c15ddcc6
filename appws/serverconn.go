package appws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/ws"
)

// serverConn is one connection at a service. Its goroutines are the reader, which serves the HTTP
// request, the timer of the login, and one for each API in use.
type serverConn struct {
	service *Service
	request Request
	link    *link
	log     *slog.Logger

	// These belong to the reader. admission is nil once logged in.
	admission *admission
	id        Identity
	pbx       PbxInfo
	apis      map[string]*APIConn // in use
	rest      *APIConn            // nil until it is needed

	tasks sync.WaitGroup
}

func newServerConn(s *Service, sock *ws.Conn, r Request) *serverConn {
	log := s.log.With("remote", r.RemoteAddr)
	sc := &serverConn{
		service: s, request: r, link: newLink(sock, log, s.cfg.Trace), log: log, apis: map[string]*APIConn{},
		admission: &admission{
			passwords: s.cfg.Passwords, request: r, allowEmpty: s.cfg.AllowEmptyPassword,
			domain: s.cfg.Domain, build: s.cfg.Build, tries: s.cfg.LoginTries, fresh: s.challenge,
		},
	}
	sc.link.sendLimit = s.cfg.SendTimeout
	return sc
}

// run serves the connection until it ends and its handlers have returned.
func (sc *serverConn) run() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sc.read(ctx)
	cancel()
	sc.tasks.Wait()
	sc.link.awaitPings()
	sc.log.Info("connection ended", "sip", clipped(sc.id.SIP), "app", clipped(sc.id.App), "err", sc.link.over())
}

// read handles all messages. A panic of the application's callbacks ends this connection alone.
func (sc *serverConn) read(ctx context.Context) {
	untilLogin, cancel := context.WithTimeout(ctx, sc.service.cfg.LoginTimeout)
	defer cancel()
	admitted := sc.guardLogin()
	defer admitted()
	defer fault.Catch(sc.link.fail)
	if domainOf := sc.service.cfg.DomainOf; domainOf != nil {
		sc.admission.domain = domainOf(sc.request)
	}
	sc.link.read(func(m Message, bad error) error {
		if bad != nil {
			return violation(ws.StatusInvalid, bad)
		}
		if sc.admission == nil {
			return sc.handle(ctx, m)
		}
		in, err := sc.admit(untilLogin, m)
		if in && err == nil {
			err = sc.welcome(untilLogin)
		}
		if in {
			admitted()
		}
		return err
	})
}

// welcome tells the application of a login, and starts to look after the connection.
func (sc *serverConn) welcome(ctx context.Context) error {
	cfg := sc.service.cfg
	if cfg.KeepAlive > 0 {
		sc.tasks.Go(func() {
			defer fault.Catch(sc.link.fail)
			sc.link.keepAlive(cfg.KeepAlive, cfg.DeadAfter, cfg.Pings)
		})
	}
	if cfg.LoggedIn == nil {
		return nil
	}
	c := sc.newAPI("")
	c.box.close() // it is not received from
	if err := cfg.LoggedIn(ctx, c); err != nil {
		sc.log.Warn("login not wanted", "sip", clipped(sc.id.SIP), "app", clipped(sc.id.App), "err", err)
		return violation(ws.StatusPolicy, errNotWanted)
	}
	return nil
}

// errNotWanted is all that the peer sees of an error of LoggedIn.
var errNotWanted = errors.New("the service does not want this login")

// guardLogin ends a connection that does not log in in time. admitted cancels that and may be
// called again.
func (sc *serverConn) guardLogin() (admitted func()) {
	sc.tasks.Add(1)
	late := time.AfterFunc(sc.service.cfg.LoginTimeout, func() {
		defer sc.tasks.Done()
		sc.link.refuse(violation(ws.StatusPolicy, errLate))
	})
	return func() {
		if late.Stop() {
			sc.tasks.Done()
		}
	}
}

// admit handles a message before the login and reports whether it was the login.
func (sc *serverConn) admit(ctx context.Context, m Message) (bool, error) {
	a := sc.admission
	answer, in, err := a.handle(ctx, m)
	if in != nil {
		sc.admission, sc.id, sc.link.key = nil, in.id, in.key
	}
	if m.MT == "AppLogin" {
		sc.noteLogin(a.who, a.refused)
	}
	if answer != "" {
		if sent := sc.answer(ctx, answer); sent != nil {
			return false, sent
		}
	}
	return in != nil, err
}

// noteLogin logs a login and why it was refused, nil for not at all.
func (sc *serverConn) noteLogin(who Login, refused error) {
	log := sc.log.With("app", clipped(who.App), "sip", clipped(who.SIP), "domain", clipped(who.Domain))
	if refused == nil {
		log.Info("logged in")
		return
	}
	log.Info("login refused", "err", refused)
}

// answer sends a message of the protocol. The peer has a limited time to take it.
func (sc *serverConn) answer(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return sc.link.send(ctx, []byte(text))
}

// handle passes a message of a logged-in user on: to the protocol, to a handler that waits for an
// answer, or to an API.
func (sc *serverConn) handle(ctx context.Context, m Message) error {
	if m.MT == "" {
		sc.log.Debug("message without mt dropped", "bytes", len(m.Raw))
		return nil
	}
	if m.API == "" {
		switch m.MT {
		case "KeepAlive":
			if !sc.link.isAnswer() {
				sc.link.sendKeepAlive()
			}
			return nil
		case "CheckBuild":
			return sc.answer(ctx, buildAnswer(m, sc.service.cfg.Build))
		case "AppInfo":
			return sc.describe(ctx, m)
		case "PbxInfo":
			return sc.meetPBX(ctx, m)
		case "AppChallenge", "AppLogin":
			return violation(ws.StatusPolicy, errLoggedIn)
		}
	}
	if sc.link.pass(m) {
		return nil
	}
	if c := sc.route(ctx, m.API); c != nil {
		c.box.put(m)
		return nil
	}
	sc.log.Debug("message for no API dropped", "api", clipped(m.API), "mt", clipped(m.MT))
	return nil
}

// route finds the API for a message, and starts it at its first message.
func (sc *serverConn) route(ctx context.Context, api string) *APIConn {
	if c := sc.apis[api]; c != nil {
		return c
	}
	s := sc.service
	if permit := s.cfg.Permit; permit != nil && api != "" && !permit(sc.id, api) {
		return nil
	}
	switch h, known := s.handler(api); {
	case h == nil:
		return nil
	case known:
		return sc.start(ctx, api, h)
	case sc.rest == nil:
		sc.rest = sc.newAPI("")
		sc.serve(ctx, sc.rest, h)
	}
	return sc.rest
}

// start starts an API on this connection.
func (sc *serverConn) start(ctx context.Context, api string, h APIHandler) *APIConn {
	c := sc.newAPI(api)
	sc.apis[api] = c
	sc.serve(ctx, c, h)
	return c
}

func (sc *serverConn) newAPI(api string) *APIConn {
	return &APIConn{link: sc.link, request: sc.request, box: sc.link.in.openUnclaimed(), api: api, id: sc.id, pbx: sc.pbx}
}

func (sc *serverConn) serve(ctx context.Context, c *APIConn, h APIHandler) {
	sc.tasks.Go(func() {
		defer fault.Catch(func(e *fault.Error) {
			c.box.close()
			sc.link.fail(e)
		})
		err := h(ctx, c)
		c.box.close()
		over := sc.link.over() != nil
		if err == nil || over {
			return
		}
		sc.log.Warn("API failed", "api", c.api, "err", err)
		sc.link.refuse(violation(ws.StatusInternal, errAPIFailed))
	})
}

// errAPIFailed is all that the peer sees of a handler's error.
var errAPIFailed = errors.New("the API failed")

// describe answers an AppInfo request.
func (sc *serverConn) describe(ctx context.Context, m Message) error {
	app, _ := textMember(m.Raw, "app")
	var info AppInfo
	if f := sc.service.cfg.AppInfo; f != nil {
		info = f(app)
	}
	text, err := m.Result(info.result(app))
	if err != nil {
		sc.log.Error("AppInfo cannot be told", "err", err)
		return nil
	}
	return sc.answer(ctx, string(text))
}

// PbxInfo is a PBX that connected to the service.
type PbxInfo struct {
	// Domain and PBX name it, DNS is its host name, Version and Build its firmware.
	Domain, PBX, DNS, Version, Build string
	// APIs are those of the PBX that the app may use.
	APIs []string
}

// meetPBX reads a PbxInfo and starts the handlers for the PBX's APIs. It refuses one from a user.
func (sc *serverConn) meetPBX(ctx context.Context, m Message) error {
	if !sc.id.isPBX() {
		sc.log.Warn("PbxInfo from one who is no PBX dropped", "sip", clipped(sc.id.SIP))
		return nil
	}
	info, err := readPbxInfo(m.Raw)
	if err != nil {
		sc.log.Warn("PbxInfo dropped", "err", err)
		return nil
	}
	sc.pbx = info
	sc.log.Info("PBX connected", "pbx", clipped(info.PBX), "domain", clipped(info.Domain), "version", clipped(info.Version))
	for _, api := range info.APIs {
		if h := sc.service.pbxHandler(api); h != nil && sc.apis[api] == nil {
			sc.start(ctx, api, h)
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
