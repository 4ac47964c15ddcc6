package rtc

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func without(prefix string) edit {
	return func(sdp string) string {
		var b strings.Builder
		for line := range strings.Lines(sdp) {
			if !strings.HasPrefix(line, prefix) {
				b.WriteString(line)
			}
		}
		return b.String()
	}
}

func chain(edits ...edit) edit {
	return func(sdp string) string {
		for _, e := range edits {
			sdp = e(sdp)
		}
		return sdp
	}
}

// What PBXs omit or write wrongly, in real calls: both ends must hear each other.
func TestStrangeDescriptions(t *testing.T) {
	t.Parallel()
	bare := chain(without("a=mid"), without("a=group"), without("a=ssrc"), without("a=msid"))
	old := chain(bare, without("a=rtcp-mux"), without("a=ice-options"), replace("UDP/TLS/RTP/SAVPF", "RTP/SAVPF"))
	waits := replace("a=setup:actpass", "a=setup:active")
	for _, c := range []struct {
		name          string
		offer, answer edit
	}{
		{"offer without mid", without("a=mid"), nil},
		{"answer without mid", nil, without("a=mid")},
		{"no ssrc", without("a=ssrc"), without("a=ssrc")},
		{"ssrc that is not true", replace("a=ssrc:", "a=ssrc:1"), replace("a=ssrc:", "a=ssrc:1")},
		{"bare", bare, bare},
		{"old", old, old},
		// The far end waits for DTLS, whatever it writes: it was made to answer passive.
		{"answer actpass", waits, replace("a=setup:passive", "a=setup:actpass")},
		{"answer without setup", waits, without("a=setup")},
		{"offer passive", replace("a=setup:actpass", "a=setup:passive"), nil},
		{"offer active", waits, nil},
		{"offer ice-lite", replace("s=-\r\n", "s=-\r\na=ice-lite\r\n"), nil},
		{"offer without setup", without("a=setup"), nil},
		{"mid by name", replace("a=mid:0", "a=mid:audio"), replace("a=mid:0", "a=mid:audio")},
		{"video beside", func(sdp string) string { return sdp + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n" }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t)
			a, b := call(t, e, e, c.offer, c.answer)
			bothHear(t, a, b)
		})
	}
}

// A re-offer without our codec is answered with one of its own, which we then send.
func TestReofferChangesCodec(t *testing.T) {
	t.Parallel()
	for _, offered := range []string{"8 126", "0", "8", "9 13"} {
		t.Run(offered, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t)
			a, b := call(t, e, e, nil, nil)
			bothHear(t, a, b)
			_, answer := reoffer(t, a, b, false, replace("SAVPF 111 9 0 8 13 110 126", "SAVPF "+offered), nil)
			mustContain(t, answer, "m=audio 9 UDP/TLS/RTP/SAVPF "+offered)
			bothHearIn(t, a, b, map[byte]string{'8': "PCMA", '0': "PCMU", '9': "G722"}[offered[0]])
			// Our next offer has the others again, with their payload types.
			offer, _ := reoffer(t, b, a, false, nil, nil)
			if !strings.Contains(offer, "a=rtpmap:111 opus/48000/2") {
				t.Errorf("opus is not offered again:\n%s", offer)
			}
			bothHear(t, a, b)
		})
	}
}

// The far end uses other payload types for opus and digits than ours.
func TestPayloadTypesOfTheOffer(t *testing.T) {
	renumber := func(sdp string) string {
		return strings.NewReplacer("SAVPF 111 9 0 8 13 110 126", "SAVPF 96 9 0 8 13 97 111 63",
			":111 opus", ":96 opus", "fmtp:111", "fmtp:96", ":110 tel", ":97 tel", "fmtp:110", "fmtp:97",
			":126 tel", ":111 tel", "fmtp:126", "fmtp:111").Replace(sdp)
	}
	back := func(sdp string) string {
		return strings.NewReplacer("SAVPF 96 9 0 8 13 97 111 63", "SAVPF 111 9 0 8 13 110 126",
			":111 tel", ":126 tel", "fmtp:111", "fmtp:126", ":96 opus", ":111 opus", "fmtp:96", "fmtp:111",
			":97 tel", ":110 tel", "fmtp:97", "fmtp:110").Replace(sdp)
	}
	e := newEngine(t)
	caller, offer, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	a := newEnd(caller)
	a.follow(t, func(LocalCandidate) {})
	callee, answer, err := e.Answer(within(t), renumber(offer))
	if err != nil {
		t.Fatal(err)
	}
	newEnd(callee).follow(t, func(LocalCandidate) {})
	mustContain(t, answer, "m=audio 9 UDP/TLS/RTP/SAVPF 96 9 0 8 13 97 111 63", "a=rtpmap:96 opus/48000/2")
	if again := back(answer); !strings.Contains(again, "SAVPF 111 9 0 8") {
		t.Errorf("numbers are not those of the offer:\n%s", answer)
	}
	again, err := callee.Reoffer(within(t), false)
	if err != nil {
		t.Fatal(err)
	}
	mustContain(t, again, "m=audio 9 UDP/TLS/RTP/SAVPF 96 9 0 8 13 97 111 63")
}

// A re-offer may even change the payload type of a codec, against RFC 3264 §8.3.2, to one that pion
// does not know.
func TestReofferRenumbersCodec(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	_, answer := reoffer(t, a, b, false, func(sdp string) string {
		return strings.NewReplacer("SAVPF 111", "SAVPF 96", "a=rtpmap:111", "a=rtpmap:96", "a=fmtp:111", "a=fmtp:96").Replace(sdp)
	}, nil)
	mustContain(t, answer, "m=audio 9 UDP/TLS/RTP/SAVPF 96 9 0 8 13 110 126 63")
	received := a.Stats().Received
	bothHearIn(t, a, b, "opus")
	if a.Stats().Received == received {
		t.Error("no packet came after the re-offer")
	}
}

// An answer may use another payload type for a codec than the offer (RFC 3264 §6.1); packets with
// that of our offer are still played.
func TestAnswerWithOtherNumbers(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, func(sdp string) string {
		return strings.NewReplacer("SAVPF 111", "SAVPF 100", "a=rtpmap:111", "a=rtpmap:100", "a=fmtp:111", "a=fmtp:100").Replace(sdp)
	})
	talk(t, a, b, steadily(func(aHears, _ float64) bool { return aHears > audible }))
	a.track.mu.Lock()
	defer a.track.mu.Unlock()
	if n := a.track.voice.number; n != 100 {
		t.Errorf("sends under %d, not under the number of the answer", n)
	}
}

// A repeated answer is accepted; one of another endpoint is not.
func TestAnswerAgain(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	var answer string
	keep := func(sdp string) string { answer = sdp; return sdp }
	a, b := call(t, e, e, nil, keep)
	if err := a.SetAnswer(answer); err != nil {
		t.Fatalf("the same answer again: %v", err)
	}
	bothHear(t, a, b)
	if err := a.SetAnswer(replace("a=ice-ufrag:", "a=ice-ufrag:other")(answer)); !errors.Is(err, ErrNewEndpoint) {
		t.Errorf("an answer of somebody else: %v", err)
	}
	if err := b.SetAnswer(answer); err == nil {
		t.Error("an answer without an offer of ours was taken")
	}
	offer, err := a.Reoffer(within(t), false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.AnswerReoffer(within(t), replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:")(offer)); !errors.Is(err, ErrNewEndpoint) {
		t.Errorf("an offer with another certificate: %v", err)
	}
	bothHear(t, a, b)
}

// After an unusable answer the offer is still open for another one.
func TestBadAnswerThenGood(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	bad, err := os.ReadFile(filepath.Join("testdata", "sdp", "offer-janus.far.sdp"))
	if err != nil {
		t.Fatal(err)
	}
	caller, offer, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	a := newEnd(caller)
	if err := a.SetAnswer(without("a=fingerprint")(string(bad))); err == nil {
		t.Error("an answer without encryption was taken")
	}
	callee, answer, err := e.Answer(within(t), offer)
	if err != nil {
		t.Fatal(err)
	}
	b := newEnd(callee)
	a.follow(t, func(c LocalCandidate) { _ = b.AddCandidate(c.Line, c.Mid, c.MLine) })
	b.follow(t, func(c LocalCandidate) { _ = a.AddCandidate(c.Line, c.Mid, c.MLine) })
	if err := a.SetAnswer(answer); err != nil {
		t.Fatal(err)
	}
	bothHear(t, a, b)
}
