package rtc

import (
	"slices"
	"strings"
	"testing"
)

// Pieces of descriptions, as FreeSWITCH, Asterisk, kamailio with rtpengine, and browsers write them.
const (
	sdpHead    = "v=0\r\no=- 1629200170 1629200171 IN IP4 192.0.2.217\r\ns=-\r\n"
	sdpTime    = "t=0 0\r\n"
	sdpKeys    = "a=fingerprint:sha-256 B1:5F:F3:F8:E2:88:54:74:DB:35:8F:D1:9D:23:D1:AC:0B:E5:28:B3:44:EE:0A:E4:D1:88:88:28:FA:32:0D:84\r\na=setup:actpass\r\n"
	sdpICE     = "a=ice-ufrag:xk8ysZVjNfMD2S47\r\na=ice-pwd:vMDmHMgXml8mh5QFfP4yEPIi\r\n"
	sdpPlain   = "m=audio 18822 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
	sdpSDES    = "m=audio 18824 RTP/SAVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n"
	sdpDTLS    = "m=audio 18826 UDP/TLS/RTP/SAVPF 111 8 101\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
	sdpOld     = "m=audio 18828 RTP/SAVPF 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
	sdpVideo   = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n"
	sdpAddress = "c=IN IP4 192.0.2.217\r\n"
	sdpHost    = "a=candidate:4675497418 1 udp 2130706431 192.0.2.217 18826 typ host\r\n"
)

func sdp(parts ...string) string { return sdpHead + strings.Join(parts, "") }

// Of several audio sections the usable one is taken, at any place.
func TestUsableSection(t *testing.T) {
	mid := func(mid string) string { return "a=mid:" + mid + "\r\n" }
	group := func(mids string) string { return "a=group:BUNDLE " + mids + "\r\n" }
	rejected := func(section string) string {
		fields := strings.Fields(section)
		return strings.Replace(section, fields[1], "0", 1)
	}
	only := "a=bundle-only\r\n"
	for _, row := range []struct {
		name   string
		sdp    string
		audio  int
		bundle string // of our answer
	}{
		{"plain before DTLS", sdp(sdpAddress, sdpTime, sdpPlain, sdpDTLS, sdpKeys, sdpICE), 1, ""},
		{"SDES before DTLS", sdp(sdpAddress, sdpTime, sdpSDES, sdpDTLS, sdpKeys, sdpICE), 1, ""},
		{"plain, SDES, then DTLS", sdp(sdpAddress, sdpTime, sdpPlain, sdpSDES, sdpDTLS, sdpKeys, sdpICE), 2, ""},
		{"DTLS before plain", sdp(sdpAddress, sdpTime, sdpDTLS, sdpKeys, sdpICE, sdpPlain), 0, ""},
		{"keys of the session", sdp(sdpAddress, sdpTime, sdpKeys, sdpICE, sdpPlain, sdpDTLS), 1, ""},
		{"keys of the session, SDES between", sdp(sdpAddress, sdpTime, sdpKeys, sdpICE, sdpSDES, sdpDTLS, sdpPlain), 1, ""},
		{"the old name", sdp(sdpAddress, sdpTime, sdpPlain, sdpOld, sdpKeys, sdpICE), 1, ""},
		{"plain that is turned down", sdp(sdpAddress, sdpTime, rejected(sdpPlain), sdpDTLS, sdpKeys, sdpICE), 1, ""},
		{"DTLS that is turned down", sdp(sdpAddress, sdpTime, sdpKeys, sdpICE, rejected(sdpDTLS), sdpOld), 1, ""},
		{"no codec of ours", sdp(sdpAddress, sdpTime, sdpKeys, sdpICE, strings.NewReplacer("opus", "speex", "111 8", "111", "a=rtpmap:8 PCMA/8000\r\n", "").Replace(sdpDTLS), sdpOld), 1, ""},
		{"bundled with video", sdp(sdpAddress, group("v a"), sdpTime, sdpVideo, mid("v"), sdpKeys, sdpICE, sdpDTLS, mid("a")), 1, "a=group:BUNDLE a"},
		{"bundle-only", sdp(sdpAddress, group("v a"), sdpTime, sdpVideo, mid("v"), sdpKeys, sdpICE, sdpHost, rejected(sdpDTLS), mid("a"), only), 1, "a=group:BUNDLE a"},
		{"bundle-only, plain for old far ends", sdp(sdpAddress, group("v a"), sdpTime, sdpPlain, mid("p"), sdpVideo, mid("v"), sdpKeys, sdpICE, rejected(sdpDTLS), mid("a"), only), 2, "a=group:BUNDLE a"},
		{"not in the bundle", sdp(sdpAddress, group("v d"), sdpTime, sdpVideo, mid("v"), sdpKeys, sdpICE, sdpDTLS, mid("a"), sdpKeys, sdpICE), 1, ""},
		{"two bundles", sdp(sdpAddress, group("v w"), group("b a"), sdpTime, sdpVideo, mid("v"), sdpPlain, mid("p"), sdpOld, mid("b"), sdpKeys, sdpICE, sdpDTLS, mid("a")), 3, "a=group:BUNDLE a"},
		{"lip-sync is no bundle", sdp(sdpAddress, "a=group:LS v a\r\n", sdpTime, sdpVideo, mid("v"), sdpDTLS, mid("a"), sdpKeys, sdpICE), 1, ""},
		{"bundle without mids", sdp(sdpAddress, group("v"), sdpTime, sdpVideo, sdpKeys, sdpICE, sdpDTLS), 1, ""},
	} {
		a, pion, err := incoming(row.sdp, allPayloads(t), 0)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if a.audio != row.audio || a.ufrag == "" || a.fingerprint == "" {
			t.Errorf("%s: section %d is taken, want %d: %+v", row.name, a.audio, row.audio, a.transport)
		}
		if strings.Count(pion, "m=") != 1 {
			t.Errorf("%s: pion gets\n%s", row.name, pion)
		}
		wire, err := outgoing(fixed(t), a.answered(sendrecv, setupActive), 2)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range slices.Collect(mediaLines(wire)) {
			if port := strings.Fields(line)[1]; (port != "0") != (i == row.audio) {
				t.Errorf("%s: answered %q in place %d", row.name, line, i)
			}
		}
		if strings.Contains(wire, "a=group") != (row.bundle != "") || !strings.Contains(wire, row.bundle) {
			t.Errorf("%s: want %q in\n%s", row.name, row.bundle, wire)
		}
		if row.name == "bundle-only" && len(a.sections[1].candidates) != 1 {
			t.Errorf("%s: candidates %q", row.name, a.sections[1].candidates)
		}
	}
}

func mediaLines(sdp string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(sdp) {
			if strings.HasPrefix(line, "m=") && !yield(line) {
				return
			}
		}
	}
}

// The section in use stays in use as long as it is as good as the others.
func TestSectionIsKept(t *testing.T) {
	two := sdp(sdpAddress, sdpTime, sdpKeys, sdpICE, sdpDTLS, sdpDTLS)
	plainFirst := sdp(sdpAddress, sdpTime, sdpKeys, sdpICE, sdpPlain, sdpDTLS)
	for _, row := range []struct {
		sdp          string
		prefer, want int
	}{{two, 0, 0}, {two, 1, 1}, {two, 7, 0}, {plainFirst, 0, 1}} {
		if a, _, err := incoming(row.sdp, allPayloads(t), row.prefer); err != nil || a.audio != row.want {
			t.Errorf("prefer %d: section %d, %v, want %d", row.prefer, a.audio, err, row.want)
		}
	}
}

// An answer may reject one section and accept the other; only the accepted one counts.
func TestUnusableSections(t *testing.T) {
	for name, row := range map[string]struct{ sdp, want string }{
		"plain only":            {sdp(sdpAddress, sdpTime, sdpPlain), "no fingerprint"},
		"SDES only":             {sdp(sdpAddress, sdpTime, sdpSDES), "no fingerprint"},
		"bundle-only, no group": {sdp(sdpAddress, sdpTime, sdpKeys, sdpICE, strings.Replace(sdpDTLS, "18826", "0", 1), "a=bundle-only\r\n"), "refused ours"},
		"all turned down":       {sdp(sdpAddress, sdpTime, strings.Replace(sdpPlain, "18822", "0", 1), strings.Replace(sdpDTLS, "18826", "0", 1), sdpKeys, sdpICE), "refused ours"},
	} {
		if _, _, err := incoming(row.sdp, allPayloads(t), 0); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", name, err, row.want)
		}
	}
}

// A mid that we make up is not one of theirs.
func TestFreeMid(t *testing.T) {
	a, _, err := incoming(sdp(sdpAddress, sdpTime, sdpVideo, "a=mid:0\r\n", sdpDTLS, sdpKeys, sdpICE), allPayloads(t), 0)
	if err != nil || a.sections[1].mid != "1" {
		t.Errorf("%q, %v", a.sections[1].mid, err)
	}
}

// Hold by address (RFC 3264 §8.4, RFC 6157 §4.1) in both families, on both levels, with each
// direction, and what only looks like it.
func TestHoldByAddress(t *testing.T) {
	section := sdpDTLS + sdpKeys + sdpICE
	trickle := strings.Replace(section, "18826", "9", 1)
	for name, row := range map[string]struct {
		sdp  string
		want direction
	}{
		"IPv4 of the session":         {sdp("c=IN IP4 0.0.0.0\r\n", sdpTime, section), inactive},
		"IPv6 of the session":         {sdp("c=IN IP6 ::\r\n", sdpTime, section), inactive},
		"IPv4 of the section":         {sdp(sdpAddress, sdpTime, section, "c=IN IP4 0.0.0.0\r\n"), inactive},
		"IPv6 of the section":         {sdp(sdpAddress, sdpTime, section, "c=IN IP6 ::\r\n"), inactive},
		"IPv6 in full":                {sdp("c=IN IP6 0:0:0:0:0:0:0:0\r\n", sdpTime, section), inactive},
		"IPv6 mapped":                 {sdp("c=IN IP6 ::ffff:0.0.0.0\r\n", sdpTime, section), inactive},
		"a time to live":              {sdp("c=IN IP4 0.0.0.0/127\r\n", sdpTime, section), inactive},
		"the section has an address":  {sdp("c=IN IP6 ::\r\n", sdpTime, section, "c=IN IP6 2001:db8::1\r\n"), sendrecv},
		"another section is held":     {sdp(sdpAddress, sdpTime, section, sdpVideo, "c=IN IP4 0.0.0.0\r\n"), sendrecv},
		"an address that ends alike":  {sdp("c=IN IP6 2001:db8::\r\n", sdpTime, section), sendrecv},
		"discard port, IPv4":          {sdp("c=IN IP4 0.0.0.0\r\n", sdpTime, trickle), sendrecv},
		"discard port, IPv6":          {sdp("c=IN IP6 ::\r\n", sdpTime, trickle), sendrecv},
		"discard port and sendonly":   {sdp("c=IN IP6 ::\r\n", sdpTime, trickle, "a=sendonly\r\n"), sends},
		"sendonly: their music comes": {sdp("c=IN IP4 0.0.0.0\r\n", sdpTime, section, "a=sendonly\r\n"), sends},
		"IPv6 and sendonly":           {sdp("c=IN IP6 ::\r\n", sdpTime, section, "a=sendonly\r\n"), sends},
		"recvonly":                    {sdp("c=IN IP6 ::\r\n", sdpTime, section, "a=recvonly\r\n"), inactive},
		"inactive":                    {sdp("c=IN IP6 ::\r\n", sdpTime, section, "a=inactive\r\n"), inactive},
		"inactive of the session":     {sdp("c=IN IP4 192.0.2.1\r\n", sdpTime, "a=inactive\r\n", section), inactive},
		"sendrecv over that":          {sdp("c=IN IP4 192.0.2.1\r\n", sdpTime, "a=inactive\r\n", section, "a=sendrecv\r\n"), sendrecv},
	} {
		a, _, err := incoming(row.sdp, allPayloads(t), 0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if a.direction != row.want {
			t.Errorf("%s: %v, want %v", name, a.direction, row.want)
		}
	}
}
