package station

import (
	"context"
	"fmt"
	"net"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/proxies"
	"github.com/patchcord/patchcord/rtc"
)

// iceServers are the STUN and TURN servers of a profile, or else those for all profiles. The
// password of TURN is fetched when the first call needs it.
func iceServers(c config.Config, p config.Profile, password string) []rtc.ICEServer {
	urls := p.ICE.Servers
	if len(urls) == 0 {
		urls = c.ICE.Servers
	}
	var servers []rtc.ICEServer
	for _, url := range urls {
		s := rtc.ICEServer{URLs: []string{url}}
		switch {
		case config.IsTURN(url) && password == "":
			continue // without credentials it would be refused
		case config.IsTURN(url):
			s.Username, s.Credential = p.ICE.User, password
		}
		servers = append(servers, s)
	}
	return servers
}

// relayDial opens connections to TURN servers over TCP through the proxy of a profile, nil for none.
func relayDial(p config.Profile) func(context.Context, string, string) (net.Conn, error) {
	if d := proxies.NewRelayDialer(p.Proxy); d != nil {
		return d.DialContext
	}
	return nil
}

// relayed makes the engine of a profile with TURN servers, once their password is there.
func relayed(o Options, p config.Profile) func(context.Context) (*rtc.Engine, error) {
	if !p.ICE.NeedsSecret() {
		return nil
	}
	return func(ctx context.Context) (*rtc.Engine, error) {
		password, err := p.ICE.Secret(ctx)
		if err != nil {
			return nil, fmt.Errorf("the TURN servers are not used: %w", err)
		}
		return rtc.NewEngine(rtc.Config{
			ICEServers: iceServers(o.Settings, p, password), RelayDial: relayDial(p), Codecs: codecs(o.Settings), Log: o.Log, Opus: opus(o),
		})
	}
}
