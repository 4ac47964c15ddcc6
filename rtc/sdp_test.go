package rtc

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"
)

var update = flag.Bool("update", false, "rewrite the golden descriptions")

// fixed is a description of pion's with unused sections.
func fixed(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "sdp", "pion.sdp"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func allPayloads(t testing.TB) []payloadType {
	t.Helper()
	list, err := payloadsOf([]string{"opus", "G722", "PCMU", "PCMA"})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "sdp", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s\nwant:\n%s", name, got, want)
	}
}

// Each NAME.far.sdp is a description of a far end. NAME.pion.sdp is what pion gets for it; for
// offers NAME.wire.sdp is our answer, and for answers our next offer.
func TestDescriptions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "sdp", "*.far.sdp"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no descriptions to test: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".far.sdp")
		t.Run(name, func(t *testing.T) {
			far, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a, pion, err := incoming(string(far), allPayloads(t), 0)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".pion.sdp", pion)
			hold := strings.HasSuffix(name, "while-we-hold")
			next := a.answered(wanted(hold), oppositeRole(a.setup))
			if strings.HasPrefix(name, "answer-") {
				offer := firstOffer(allPayloads(t))
				offer.payloads = a.payloads
				next = offer.offered(wanted(hold), allPayloads(t))
			}
			wire, err := outgoing(fixed(t), next, 2)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".wire.sdp", wire)
		})
	}
}

// After an offer with sections that we rejected, an offer of ours keeps them in their places (RFC
// 3264 §8) and keeps the far end's payload types.
func TestOfferKeepsSections(t *testing.T) {
	far, err := os.ReadFile(filepath.Join("testdata", "sdp", "offer-video-first.far.sdp"))
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := incoming(string(far), allPayloads(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	wire, err := outgoing(fixed(t), a.offered(wanted(true), allPayloads(t)), 3)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "hold-after-video-first.wire.sdp", wire)
}

func TestFirstOffer(t *testing.T) {
	wire, err := outgoing(fixed(t), firstOffer(allPayloads(t)), 1)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "first-offer.wire.sdp", wire)
}

func TestRefusedDescriptions(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "sdp", "offer-janus.far.sdp"))
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	for name, c := range map[string]struct{ sdp, want string }{
		"empty":        {"", "no media section"},
		"not SDP":      {"<html>502 Bad Gateway</html>", "no media section"},
		"too long":     {good + strings.Repeat("a=x:y\r\n", 10000), "more than the 65536"},
		"sections":     {good + strings.Repeat("m=audio 9 X 0\r\n", 20), "more than 16"},
		"turned down":  {strings.Replace(good, "m=audio 9", "m=audio 0", 1), "no audio, or refused ours"},
		"video only":   {strings.Replace(good, "m=audio", "m=video", 1), "no audio, or refused ours"},
		"plain RTP":    {strings.Replace(good, "a=fingerprint", "a=x", 1), "no fingerprint"},
		"no ICE":       {strings.Replace(good, "a=ice-pwd", "a=x", 1), "no ICE credentials"},
		"G.729 only":   {strings.Replace(good, "0 8 101", "18", 1), "no codec in common"},
		"digits only":  {strings.Replace(good, "0 8 101", "101", 1), "no codec in common"},
		"wrong clocks": {strings.NewReplacer("PCMU/8000", "PCMU/16000", "PCMA/8000", "PCMA/44100").Replace(good), "no codec in common"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := incoming(c.sdp, allPayloads(t), 0)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// A line with a control character could put a second line into pion's description.
func TestControlCharactersAreDropped(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "sdp", "offer-janus.far.sdp"))
	if err != nil {
		t.Fatal(err)
	}
	sdp := strings.Replace(string(b), "a=mid:0", "a=mid:0\ra=inactive", 1)
	a, pion, err := incoming(sdp, allPayloads(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(pion, "inactive") || a.sections[0].mid != pionMid {
		t.Errorf("the line was taken:\n%s", pion)
	}
}

// Digits are sent as the event with the codec's clock, or with any.
func TestEventFollowsCodec(t *testing.T) {
	opus, pcmu := payloadType{number: 111, name: "opus", clock: 48000}, payloadType{number: 0, name: "PCMU", clock: 8000}
	narrow, wide := payloadType{number: 101, name: eventName, clock: 8000}, payloadType{number: 110, name: eventName, clock: 48000}
	for _, c := range []struct {
		list   []payloadType
		number uint8
		digits bool
	}{
		{[]payloadType{opus, pcmu, narrow, wide}, 110, true},
		{[]payloadType{pcmu, opus, wide, narrow}, 101, true},
		{[]payloadType{narrow, opus}, 101, true},
		{[]payloadType{wide, pcmu}, 110, true},
		{[]payloadType{opus}, 0, false},
	} {
		voice, event, digits := sending(c.list)
		first := c.list[slices.IndexFunc(c.list, payloadType.isVoice)]
		if voice != first || event.number != c.number || digits != c.digits {
			t.Errorf("%v: voice %v, event %v, %v", c.list, voice, event, digits)
		}
	}
}

func TestDirections(t *testing.T) {
	for d, want := range map[direction]direction{sends: receives, receives: sends, sendrecv: sendrecv, inactive: inactive} {
		if got := d.reverse(); got != want {
			t.Errorf("%v reversed is %v, want %v", d, got, want)
		}
	}
}

func fuzzSeeds(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("testdata", "sdp", "*.sdp"))
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil {
			f.Add(string(b))
		}
	}
	f.Add("m=audio\nm= \na=rtpmap:\na=fmtp\nc=")
}

// Whatever a far end writes, pion can parse what it gets, with one section in it.
func FuzzIncoming(f *testing.F) {
	fuzzSeeds(f)
	known := allPayloads(f)
	f.Fuzz(func(t *testing.T, sdp string) {
		a, pion, err := incoming(sdp, known, 0)
		if err != nil {
			return
		}
		parsed, err := (&webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: pion}).Unmarshal()
		if err != nil {
			t.Fatalf("pion cannot read %q: %v", pion, err)
		}
		if len(parsed.MediaDescriptions) != 1 {
			t.Fatalf("%d sections in %q", len(parsed.MediaDescriptions), pion)
		}
		if voice, _, _ := sending(a.payloads); voice.name == "" {
			t.Fatal("nothing to send with")
		}
	})
}

// Whatever the far end wrote, our answer has its sections and parses as intended.
func FuzzOutgoing(f *testing.F) {
	fuzzSeeds(f)
	known, local := allPayloads(f), fixed(f)
	f.Fuzz(func(t *testing.T, sdp string) {
		a, _, err := incoming(sdp, known, 0)
		if err != nil {
			return
		}
		wire, err := outgoing(local, a.answered(sendrecv, setupActive), 1)
		if err != nil {
			t.Fatal(err)
		}
		d, err := parseDescription(wire)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.sections) != len(a.sections) {
			t.Fatalf("%d sections answered with %d:\n%s", len(a.sections), len(d.sections), wire)
		}
		for i, s := range d.sections {
			if (s.port != 0) != (i == a.audio) {
				t.Fatalf("section %d has port %d:\n%s", i, s.port, wire)
			}
		}
		if got := d.sections[a.audio].direction; got != a.direction.reverse() {
			t.Fatalf("direction %v answered with %v", a.direction, got)
		}
	})
}
