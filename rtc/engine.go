package rtc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/webrtc/v4"
)

// ICEServer is a STUN or TURN server (RFC 7064, RFC 7065).
type ICEServer struct {
	URLs       []string // "stun:stun.example.com:3478", "turn:turn.example.com?transport=udp"
	Username   string
	Credential string
}

// Config is what all sessions of an Engine have in common. Its zero value can be used.
type Config struct {
	ICEServers []ICEServer // none by default: a PBX is reached at its own address
	Loopback   bool        // only 127.0.0.1: the practice PBX and tests, no network needed
	Everywhere bool        // 127.0.0.1 and all other addresses: for callers on any machine, this one too
	Codecs     []string    // out of "opus", "G722", "PCMU", "PCMA", in order of preference; nil is all
	// RelayDial opens the connections to TURN servers over TCP, for example through a proxy; nil
	// connects directly. Only TCP addresses of TURN servers are used then.
	RelayDial func(ctx context.Context, network, addr string) (net.Conn, error)
	Log       *slog.Logger // nil is silent
	// Opus is asked by each session whose Opus it uses; nil is the one that is built in.
	Opus func() Opus
}

// Engine makes sessions. It has no state but its configuration and may be used by any number
// of goroutines.
type Engine struct {
	api      *webrtc.API
	servers  []webrtc.ICEServer
	payloads []payloadType // what we offer, in order of preference
	opus     func() Opus
	log      *slog.Logger
}

// How long pion waits without a packet of the far end: after disconnectedAfter it reports it,
// failedAfter later it gives up, and we send Lost.
const (
	disconnectedAfter = 5 * time.Second
	failedAfter       = 25 * time.Second
	keepalive         = 2 * time.Second
	// checks is how often a path is tried, every 200 ms, before it counts as dead: as long as pion waits for any
	// to work. pion's own 7 end after 1.6 s, and a network that carries nothing for two seconds ends the call.
	checks = uint16((disconnectedAfter + failedAfter) / (200 * time.Millisecond))
	// betterPath is how long ICE waits for a direct path before it takes one across a NAT. pion's own
	// values are half a second to a second, during which nobody hears anything.
	betterPath = 50 * time.Millisecond
)

// NewEngine checks the configuration; it opens nothing.
func NewEngine(c Config) (*Engine, error) {
	names := c.Codecs
	if names == nil {
		names = []string{"opus", "G722", "PCMU", "PCMA"}
	}
	e := &Engine{log: c.Log, opus: c.Opus}
	if e.opus == nil {
		e.opus = func() Opus { return Opus{} }
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	for _, s := range c.ICEServers {
		e.servers = append(e.servers, webrtc.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential})
	}
	var err error
	if e.payloads, err = payloadsOf(names); err != nil {
		return nil, fmt.Errorf("set up media: %w", err)
	}
	settings, relays := newSettings(c), newRelayDialer(c)
	if relays != nil {
		settings.SetICEProxyDialer(relays)
	}
	if e.api, err = newAPI(e.payloads, settings, relays, pionLogs{e.log}); err != nil {
		return nil, fmt.Errorf("set up media: %w", err)
	}
	// A wrong ICE server is better reported now than in the first call.
	trial, err := e.api.NewPeerConnection(webrtc.Configuration{ICEServers: e.servers})
	if err != nil {
		return nil, fmt.Errorf("set up media: %w", err)
	}
	return e, trial.Close()
}

// payloadsOf lists the payload types of an offer: the voice codecs as named, then comfort noise,
// telephone-events for the clocks in use, and redundant audio if Opus is among them.
func payloadsOf(names []string) ([]payloadType, error) {
	var list []payloadType
	clocks := map[uint32]bool{}
	for _, name := range names {
		c, ok := codecByName(name)
		f := c.payloadType()
		switch {
		case !ok || !f.isVoice():
			return nil, fmt.Errorf("codec %q is not known; opus, G722, PCMU and PCMA are", name)
		case slices.ContainsFunc(list, f.same):
			return nil, fmt.Errorf("codec %q is named twice", name)
		}
		list = append(list, f)
		clocks[f.clock] = true
	}
	if len(list) == 0 {
		return nil, errors.New("no codec is named; opus, G722, PCMU and PCMA are known")
	}
	if clocks[8000] {
		noise, _ := codecByName(noiseName)
		list = append(list, noise.payloadType())
	}
	if clocks[48000] {
		list = append(list, payloadType{number: 110, name: eventName, clock: 48000, channels: 1, fmtp: "0-16"})
	}
	// Some far ends know only this event, whatever the codec.
	list = append(list, payloadType{number: 126, name: eventName, clock: 8000, channels: 1, fmtp: "0-16"})
	return withRed(append(list, payloadType{number: redPayload, name: redName, clock: 48000, channels: 2})), nil
}

func (c codec) payloadType() payloadType {
	return payloadType{number: c.payload, name: c.name, clock: c.clock, channels: c.channels, fmtp: c.fmtp}
}

func (f payloadType) parameters() webrtc.RTPCodecParameters {
	channels := f.channels
	if channels == 1 {
		channels = 0 // pion wants rtpmap's omission kept
	}
	return webrtc.RTPCodecParameters{
		PayloadType: webrtc.PayloadType(f.number),
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: "audio/" + f.name, ClockRate: f.clock, Channels: channels, SDPFmtpLine: f.fmtp,
		},
	}
}

// Offer begins a call of ours. It returns at once with the description to send; candidates
// follow as events. WholeDescription changes both.
func (e *Engine) Offer(ctx context.Context, options ...Option) (*Session, string, error) {
	return e.begin(ctx, "offer", options, (*Session).offer)
}

// Answer begins a call of the far end's with its offer and returns the description to answer
// with.
func (e *Engine) Answer(ctx context.Context, offer string, options ...Option) (*Session, string, error) {
	return e.begin(ctx, "answer", options, func(s *Session, ctx context.Context) (string, error) { return s.answer(ctx, offer) })
}

func (e *Engine) begin(ctx context.Context, what string, options []Option, first func(*Session, context.Context) (string, error)) (*Session, string, error) {
	if err := ctx.Err(); err != nil {
		return nil, "", fmt.Errorf("%s media: %w", what, err)
	}
	s, err := e.newSession()
	if err != nil {
		return nil, "", fmt.Errorf("%s media: %w", what, err)
	}
	if slices.Contains(options, WholeDescription) {
		s.whole = newGathering()
	}
	sdp, err := first(s, ctx)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = s.Close()
		return nil, "", fmt.Errorf("%s media: %w", what, err)
	}
	return s, sdp, nil
}

// newAPI sets pion up with what an audio call needs and no more: reports are its only RTCP.
func newAPI(payloads []payloadType, settings webrtc.SettingEngine, relays *relayDialer, logs pionLogs) (*webrtc.API, error) {
	var media webrtc.MediaEngine
	for _, f := range payloads {
		if err := media.RegisterCodec(f.parameters(), webrtc.RTPCodecTypeAudio); err != nil {
			return nil, fmt.Errorf("register codec %s: %w", f.name, err)
		}
	}
	senders, err := report.NewSenderInterceptor(report.WithSenderLoggerFactory(logs))
	if err != nil {
		return nil, err
	}
	receivers, err := report.NewReceiverInterceptor(report.WithReceiverLoggerFactory(logs))
	if err != nil {
		return nil, err
	}
	var registry interceptor.Registry
	registry.Add(senders)
	registry.Add(receivers)
	addresses, err := newNetwork(relays)
	if err != nil {
		return nil, err
	}
	settings.SetNet(addresses)
	settings.LoggerFactory = logs
	return webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithInterceptorRegistry(&registry),
		webrtc.WithSettingEngine(settings)), nil
}

func newSettings(c Config) webrtc.SettingEngine {
	var s webrtc.SettingEngine
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetICETimeouts(disconnectedAfter, failedAfter, keepalive)
	s.SetICEMaxBindingRequests(checks)
	s.SetSrflxAcceptanceMinWait(betterPath)
	s.SetPrflxAcceptanceMinWait(betterPath)
	// Browsers write the fingerprint below the m-line, and PBXs look for it there.
	s.SetSDPMediaLevelFingerprints(true)
	// PBXs answer without a=ssrc and change the SSRC in mid-call. The first packet of a new one may
	// have a payload type that pion does not know.
	s.SetHandleUndeclaredSSRCWithoutAnswer(true)
	s.SetFireOnTrackBeforeFirstRTP(true)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	s.SetIncludeLoopbackCandidate(c.Loopback || c.Everywhere)
	if c.Loopback {
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
		s.SetIPFilter(net.IP.IsLoopback)
		s.SetRemoteIPFilter(net.IP.IsLoopback)
	}
	return s
}
