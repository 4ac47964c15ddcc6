package rtc

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// What descriptions of others need is done by two pure functions. A description of the far end goes
// through incoming, and pion sees only the result: one audio section with mid 0 that always sends
// and receives, without a=ssrc and with a decided DTLS role. A description of pion's goes through
// outgoing, which puts back the sections, mids, payload types, direction and role that the far end
// has to see. So pion never meets hold, unused sections or an odd order, and the far end never sees
// what pion would write about them.

// pionMid is the mid of the one section that pion knows.
const pionMid = "0"

// Values of a=setup (RFC 4145 §4).
const (
	setupActive  = "active"
	setupPassive = "passive"
	setupEither  = "actpass"
)

// agreement is what both descriptions agree on, in the form it has on the wire.
type agreement struct {
	sections  []section     // all m-lines; those that are not audio are rejected
	audio     int           // index of the one we use
	payloads  []payloadType // audio codecs and the rest, in the order of preference
	bundle    bool          // our section is in an a=group:BUNDLE
	direction direction     // seen by whoever wrote the description
	transport               // setup is the DTLS role of the writer
}

// incoming reads a description of the far end. It returns the agreement, narrowed to the codecs in
// known, and the description for pion. prefer is the index of the session's audio section, for
// where several could be it.
func incoming(text string, known []payloadType, prefer int) (agreement, string, error) {
	d, err := parseDescription(text)
	if err != nil {
		return agreement{}, "", err
	}
	i, err := d.audioSection(known, prefer)
	if err != nil {
		return agreement{}, "", err
	}
	s := d.sections[i]
	s.payloads = commonPayloads(s.payloads, known)
	for i, f := range s.payloads {
		s.payloads[i].length, s.payloads[i].halfFrames = s.asks.of(f)
	}
	if !slices.ContainsFunc(s.payloads, payloadType.isVoice) {
		return agreement{}, "", Reason("the other side has no codec in common with us")
	}
	s.transport, err = d.transportOf(i)
	if err != nil {
		return agreement{}, "", err
	}
	s.candidates = d.candidatesOf(i)
	s.direction = s.heldDirection()
	a := agreement{
		sections: d.sections, audio: i, payloads: s.payloads, bundle: d.bundleOf(i) != nil,
		direction: s.direction, transport: s.transport,
	}
	if s.mid == "" {
		a.sections[i].mid = d.freeMid()
	}
	for j := range a.sections {
		a.sections[j].candidates = nil
	}
	a.sections[i].candidates = s.candidates

	s.media, s.port, s.proto, s.mid = "audio", 9, "UDP/TLS/RTP/SAVPF", pionMid
	s.direction, s.ssrc, s.msid, s.candidates = sendrecv, "", "", nil
	return a, description{id: 1, version: 1, lite: d.lite, bundles: [][]string{{pionMid}}, sections: []section{s}}.String(), nil
}

// outgoing makes the description for the wire from pion's own, of which only the first audio
// section counts. It has the m-lines, mids, payload types, direction and role of a.
func outgoing(local string, a agreement, version uint64) (string, error) {
	d, err := describe(local, a, version)
	if err != nil {
		return "", err
	}
	return d.String(), nil
}

// outgoingWhole is outgoing with all candidates. inUse is the address that media is sent from, not
// valid before there is one.
func outgoingWhole(local string, a agreement, version uint64, candidates []string, inUse netip.AddrPort) (string, error) {
	d, err := describe(local, a, version)
	if err != nil {
		return "", err
	}
	s := &d.sections[a.audio]
	s.candidates, s.address = candidates, defaultAddress(candidates, inUse)
	if !s.address.IsValid() {
		return "", Reason("none of our candidates has an address that a description can name")
	}
	return d.String(), nil
}

func describe(local string, a agreement, version uint64) (description, error) {
	d, err := parseDescription(local)
	if err != nil {
		return description{}, fmt.Errorf("read pion's description: %w", err)
	}
	own := d.sections[0]
	ours := description{id: d.id, version: version, sections: slices.Clone(a.sections)}
	if a.bundle {
		ours.bundles = [][]string{{a.sections[a.audio].mid}}
	}
	for i := range ours.sections {
		ours.sections[i].port = 0
	}
	s := &ours.sections[a.audio]
	s.port, s.transport, s.candidates, s.ssrc, s.msid = 9, own.transport, own.candidates, own.ssrc, own.msid
	s.setup, s.direction, s.payloads = a.setup, a.direction, a.payloads
	return ours, nil
}

// firstOffer is what a call of ours begins with.
func firstOffer(known []payloadType) agreement {
	return agreement{
		sections:  []section{{media: "audio", proto: "UDP/TLS/RTP/SAVPF", mid: pionMid}},
		payloads:  known,
		bundle:    true,
		direction: sendrecv,
		transport: transport{setup: setupEither},
	}
}

// offered is a later offer of ours in the same session.
func (a agreement) offered(want direction, known []payloadType) agreement {
	a.payloads = offeredPayloads(a.payloads, known)
	a.direction, a.setup = want, setupEither
	return a
}

// answered is our answer to an offer: of the directions it offers those that we want (RFC 3264
// §6.1), with our DTLS role.
func (a agreement) answered(want direction, role string) agreement {
	a.direction, a.setup = want&a.direction.reverse(), role
	return a
}

// wanted is the direction we ask for. A hold of ours still lets us send music.
func wanted(hold bool) direction {
	if hold {
		return sends
	}
	return sendrecv
}

// audioSection chooses the m-line for our audio. Of those that may use DTLS it takes the one that
// says so most clearly, and of equals the one in use. If none may, it is the first, so that the
// error can name what is missing.
func (d description) audioSection(known []payloadType, prefer int) (int, error) {
	best, fit := -1, 0
	for i := range d.sections {
		f := d.fitness(i, known)
		if f > fit || f == fit && f > 0 && i == prefer {
			best, fit = i, f
		}
	}
	if best < 0 {
		return 0, Reason("the other side offers no audio, or refused ours")
	}
	return best, nil
}

// fitness ranks a section; 0 means unusable. Some offer the same audio twice, over DTLS and in
// plain RTP or with keys in the description (SDES); the latter may inherit a fingerprint from the
// session level.
func (d description) fitness(i int, known []payloadType) int {
	s := &d.sections[i]
	proto := strings.ToUpper(s.proto)
	if s.media != "audio" || !strings.Contains(proto, "RTP/") ||
		s.port == 0 && !(s.bundleOnly && d.bundleOf(i) != nil) {
		return 0
	}
	if _, err := d.transportOf(i); err != nil {
		return 1
	}
	if !slices.ContainsFunc(commonPayloads(s.payloads, known), payloadType.isVoice) {
		return 2
	}
	switch proto {
	case "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP":
		return 5
	case "RTP/SAVPF", "RTP/SAVP": // what browsers wrote before RFC 5764 had its name for it
		return 4
	}
	return 3
}

// bundleOf is the group that a section is in, nil if in none.
func (d description) bundleOf(i int) []string {
	mid := d.sections[i].mid
	for _, mids := range d.bundles {
		if mid != "" && slices.Contains(mids, mid) {
			return mids
		}
	}
	return nil
}

// bundledWith are the sections that share the transport of section i: itself first, then the tagged
// one. Without mids that is taken to be all of them.
func (d description) bundledWith(i int) []section {
	list := []section{d.sections[i]}
	mids := d.bundleOf(i)
	for _, mid := range mids {
		j := slices.IndexFunc(d.sections, func(s section) bool { return s.mid == mid })
		if j >= 0 && j != i {
			list = append(list, d.sections[j])
		}
	}
	if mids == nil && len(d.bundles) > 0 && d.sections[i].mid == "" {
		list = append(list, d.sections...)
	}
	return list
}

// candidatesOf are the candidates of a section, or of the one whose transport it shares.
func (d description) candidatesOf(i int) []string {
	for _, s := range d.bundledWith(i) {
		if len(s.candidates) > 0 {
			return s.candidates
		}
	}
	return nil
}

// freeMid is a mid that no section uses.
func (d description) freeMid() string {
	mid := 0
	for slices.ContainsFunc(d.sections, func(s section) bool { return s.mid == strconv.Itoa(mid) }) {
		mid++
	}
	return strconv.Itoa(mid)
}

// transportOf finds the ICE and DTLS parameters of a section: its own or, in a bundle, those of the
// first section that has them (RFC 9143 §7.2). An open role becomes passive: we are the DTLS client
// then, since some write actpass even into answers.
func (d description) transportOf(i int) (transport, error) {
	t := d.sections[i].transport
	for _, s := range d.bundledWith(i) {
		if t.ufrag == "" {
			t.ufrag, t.pwd = s.ufrag, s.pwd
		}
		if t.fingerprint == "" {
			t.fingerprint = s.fingerprint
		}
		if t.setup == "" {
			t.setup = s.setup
		}
	}
	switch {
	case t.fingerprint == "":
		return t, Reason("the other side sends no fingerprint (DTLS-SRTP), so the sound could not be encrypted")
	case t.ufrag == "" || t.pwd == "":
		return t, Reason("the other side sends no ICE credentials, so no path to it could be found")
	}
	if t.setup != setupActive {
		t.setup = setupPassive
	}
	return t, nil
}

// oppositeRole is what answers a role.
func oppositeRole(setup string) string {
	if setup == setupActive {
		return setupPassive
	}
	return setupActive
}

// commonPayloads are those of theirs that known has too, in their order and with their numbers, but
// in our spelling and with our parameters.
func commonPayloads(theirs, known []payloadType) []payloadType {
	var common []payloadType
	for _, f := range theirs {
		i := slices.IndexFunc(known, f.same)
		if i < 0 || slices.ContainsFunc(common, f.same) {
			continue
		}
		k := known[i]
		k.number, k.asked = f.number, f.fmtp
		common = append(common, k)
	}
	return withRed(common)
}

// offeredPayloads are the payload types of a later offer: first the agreed ones, unchanged (RFC
// 3264 §8.3.2), then the other codecs with free numbers.
func offeredPayloads(agreed, known []payloadType) []payloadType {
	list := slices.Clone(agreed)
	for _, k := range known {
		if slices.ContainsFunc(list, k.same) {
			continue
		}
		for k.number >= 96 && indexPayload(list, k.number) >= 0 {
			k.number = 96 + (k.number-95)%32
		}
		if indexPayload(list, k.number) < 0 {
			list = append(list, k)
		}
	}
	return withRed(list)
}

// withRed adds the number of Opus to redundant audio (RFC 2198 §5), and leaves redundant audio out
// where there is no Opus.
func withRed(list []payloadType) []payloadType {
	red := slices.IndexFunc(list, func(f payloadType) bool { return f.name == redName })
	opus := slices.IndexFunc(list, func(f payloadType) bool { return f.name == "opus" })
	switch {
	case red >= 0 && opus >= 0:
		list[red].fmtp = fmt.Sprintf("%d/%d", list[opus].number, list[opus].number)
	case red >= 0:
		list = slices.Delete(list, red, red+1)
	}
	return list
}

// redundant finds redundant audio in an agreement; it is for Opus only.
func redundant(payloads []payloadType, voice payloadType) (payloadType, bool) {
	i := slices.IndexFunc(payloads, func(f payloadType) bool { return f.name == redName })
	if i < 0 || voice.name != "opus" {
		return payloadType{}, false
	}
	return payloads[i], true
}

const (
	eventName = "telephone-event"
	noiseName = "CN"
)

// isVoice is false for comfort noise, digits and redundant audio.
func (f payloadType) isVoice() bool {
	return f.name != eventName && f.name != noiseName && f.name != redName
}

// sending picks the first audio codec of an agreement and the telephone-event that goes with it:
// the one with the same clock (RFC 4733 §2.1), else any, else payload type -1.
func sending(payloads []payloadType) (voice, event payloadType, digits bool) {
	voice = payloads[slices.IndexFunc(payloads, payloadType.isVoice)]
	for _, f := range payloads {
		if f.name == eventName && (!digits || f.clock == voice.clock) {
			event, digits = f, true
		}
	}
	return voice, event, digits
}
