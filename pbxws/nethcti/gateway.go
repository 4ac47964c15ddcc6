package nethcti

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/internal/janus"
	"github.com/patchcord/patchcord/internal/proxies"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/pbxws"
)

// gateway is our webrtc extension at the PBX's gateway for calls. It outlives the links of a dialer, as the
// calls at it do.
type gateway struct {
	*janus.Client
	host      sipHost
	account   janus.Account
	extension string
	// legs are its calls.
	legs map[pbxws.LegID]*farEnd
	// state is the last that it said of its registration, nil before the first word.
	state pbxws.Event
}

// Where the gateway is, and the script that tells the web page where the gateway meets the PBX.
const (
	pathGateway = "/janus"
	pathScript  = "/config/config.production.js"
)

// noExtension is why no calls come here without one.
const noExtension = "your account has no webrtc extension; your desk phone is used instead"

// webRTC is the extension that a gateway can register, without an ID for none.
func (m me) webRTC() device {
	for _, d := range m.Endpoints.Extensions {
		if d.Type == pbxws.DeviceWebRTC && d.ID != "" && d.Secret != "" {
			return d
		}
	}
	return device{}
}

// reachGateway opens the gateway for who has signed in, or goes on with the one that is open; nil for a
// person without a webrtc extension. It is closed with ctx, which is the phone's.
func (d *dialer) reachGateway(ctx context.Context, w *web, who me) *gateway {
	extension := who.webRTC()
	if extension.ID == "" {
		d.closeGateway()
		return nil
	}
	d.hide.Learn(string(extension.Secret))
	host := w.sipHost(ctx)
	account := host.account(string(extension.ID), string(who.Name), string(extension.Secret))
	if d.gateway != nil && d.gateway.account == account {
		return d.gateway
	}
	d.closeGateway()
	client := janus.Open(janus.Config{
		URL: &url.URL{Scheme: w.at.Scheme, Host: w.at.Host, Path: pathGateway}, Account: account, Log: d.config.logger(),
		Transport: reach.Transport(reach.Options{TLS: d.config.TLS, To: w.at, Proxy: proxies.Of(d.config.Proxy), DialContext: d.config.reach}),
	})
	context.AfterFunc(ctx, client.Close)
	d.gateway = &gateway{Client: client, host: host, account: account, extension: string(extension.ID), legs: map[pbxws.LegID]*farEnd{}}
	return d.gateway
}

// closeGateway ends all calls at the gateway, which the next link reports.
func (d *dialer) closeGateway() {
	if d.gateway != nil {
		d.gateway.Close()
		d.lost = slices.AppendSeq(d.lost, maps.Keys(d.gateway.legs))
		d.gateway = nil
	}
}

// The usual place where the gateway meets the PBX, and the names in the script that say another.
const (
	usualSIPHost = "127.0.0.1"
	usualSIPPort = 5060
	nameSIPHost  = "SIP_HOST"
	nameSIPPort  = "SIP_PORT"
)

// sipHost reads where the gateway meets the PBX from the script of its web page.
func (w *web) sipHost(ctx context.Context) sipHost {
	r, err := w.do(ctx, call{method: http.MethodGet, path: pathScript, limit: maxReply, timeout: stepLimit})
	if err != nil || r.status != http.StatusOK || r.isPage() {
		return sipHostIn("")
	}
	return sipHostIn(string(r.body))
}

// sipHostIn reads a script; what it does not name, or names in no form that we take, is as usual.
func sipHostIn(script string) sipHost {
	h := sipHost{host: usualSIPHost, port: usualSIPPort}
	if host := quoted(script, nameSIPHost); host != "" && !strings.ContainsFunc(host, notOfHost) {
		h.host = host
	}
	if port, err := strconv.Atoi(quoted(script, nameSIPPort)); err == nil && port > 0 && port < 1<<16 {
		h.port = port
	}
	return h
}

func notOfHost(c rune) bool {
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune(".-:[]", c))
}

// quoted is the value that follows a name in a script, in quotes or bare; empty where there is none.
func quoted(script, name string) string {
	_, rest, found := strings.Cut(script, name)
	if !found {
		return ""
	}
	rest = strings.TrimLeft(rest, "\"' \t:=")
	if end := strings.IndexAny(rest, "\"',;\r\n} "); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// hearGateway takes an event of the gateway.
func (l *loop) hearGateway(e janus.Event) {
	said := gatewayEvent(e)
	if said == nil {
		return
	}
	switch e := said.(type) {
	case pbxws.Registered, pbxws.Unregistered:
		l.gateway.state = e
		_, l.board.registered = e.(pbxws.Registered)
	case pbxws.LegOffered:
		l.board.beginLeg(e.Leg, e.From.Number)
	case pbxws.LegEnded:
		delete(l.board.legs, e.Leg)
	case pbxws.CommandRefused:
		if offer, placing := e.Command.(pbxws.Offer); placing {
			delete(l.board.legs, offer.Leg)
		}
	}
	l.tell(said)
}

// orderGateway hands the gateway a command, and reports whether it is the gateway's.
func (l *loop) orderGateway(c pbxws.Command) bool {
	if l.gateway == nil {
		return false
	}
	o, mine := l.gateway.host.gatewayOrder(c)
	if !mine {
		return false
	}
	if offer, placing := c.(pbxws.Offer); placing {
		l.board.beginLeg(offer.Leg, offer.To)
	}
	if hold, holds := c.(pbxws.Hold); holds && l.board.legs[hold.Leg] != nil {
		l.board.legs[hold.Leg].held = hold.On
	}
	if o != nil {
		if err := l.gateway.Do(o); err != nil {
			l.refuse(c, 0, "the gateway for calls no longer accepts anything")
		}
	}
	return true
}
