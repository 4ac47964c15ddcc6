package rtc

import (
	"errors"
	"strings"
	"testing"
)

// Parameters of real far ends.
func TestOpusPreferences(t *testing.T) {
	for fmtp, want := range map[string]opusPreferences{
		"":                           {},
		"minptime=10;useinbandfec=1": {}, // browsers
		"useinbandfec=1; maxaveragebitrate=30000; maxplaybackrate=48000; ptime=20; minptime=10; maxptime=40; stereo=1": {bitrate: 30000, rate: 48000},                              // FreeSWITCH
		"maxplaybackrate=16000;maxaveragebitrate=20000;useinbandfec=0;usedtx=1;cbr=1":                                  {bitrate: 20000, rate: 16000, constant: true, noFEC: true}, // Asterisk's names
		"maxplaybackrate=8000; sprop-maxcapturerate=8000; MaxAverageBitrate = 12000":                                   {bitrate: 12000, rate: 8000},
		"maxaveragebitrate=1;cbr=0":                      {bitrate: leastBitrate},
		"maxaveragebitrate=99999999":                     {bitrate: mostBitrate},
		"maxaveragebitrate=-5;maxplaybackrate=x;;=;cbr=": {},
	} {
		if got := parseOpusPreferences(fmtp); got != want {
			t.Errorf("%q: %+v, want %+v", fmtp, got, want)
		}
	}
}

// What is sent follows the preferences, and can be played.
func TestOpusPreferencesAreFollowed(t *testing.T) {
	t.Parallel()
	for _, o := range opuses(t) {
		t.Run(o.String(), func(t *testing.T) { followPreferences(t, o) })
	}
}

func followPreferences(t *testing.T, o Opus) {
	sound := voice(100)
	for _, row := range []struct {
		fmtp     string
		most     float64 // bit/s
		config   byte    // the highest of RFC 6716 §3.1, table 2, that is allowed
		plain    bool    // no redundancy
		constant bool
	}{
		{"", 44000, 31, false, false},
		{"maxaveragebitrate=30000", 30000, 31, false, false},
		{"maxaveragebitrate=20000", 20000, 11, false, false},
		{"maxaveragebitrate=12000", 12000, 11, false, false},
		{"maxaveragebitrate=8000", 8000, 3, false, false},
		{"maxplaybackrate=16000", 40000, 23, false, false},
		{"maxplaybackrate=8000", 40000, 19, false, false},
		{"useinbandfec=0", 48000, 31, true, false},
		{"cbr=1;maxaveragebitrate=32000", 32000, 31, false, true},
	} {
		enc, err := newEncoder("opus", o)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(enc.expect(leastExpected), enc.(preferring).prefer(parseOpusPreferences(row.fmtp))); err != nil {
			t.Fatal(err)
		}
		dec := o.newDecoder()
		received := make([]int16, maxSpan)
		bytes, redundant, level := 0, 0, 0.0
		payloads := encodeWith(enc, sound)
		for i, p := range payloads {
			bytes += len(p)
			if opusRedundancy(p) > 0 {
				redundant++
			}
			if config := p[0] >> 3; config > row.config {
				t.Fatalf("%q: packet %d has configuration %d, above %d", row.fmtp, i, config, row.config)
			}
			if row.constant && i > 0 && len(p) != len(payloads[0]) {
				t.Fatalf("%q: packets of %d and %d bytes", row.fmtp, len(payloads[0]), len(p))
			}
			n, err := dec.decode(received, p)
			if err != nil {
				t.Fatal(err)
			}
			level += rms(received[:n]) / float64(len(payloads))
		}
		rate := float64(8*bytes) / (float64(len(payloads)) * FrameLen.Seconds())
		t.Logf("%q: %.0f bit/s, %d of %d with redundancy, level %.0f", row.fmtp, rate, redundant, len(payloads), level)
		if rate > 1.03*row.most {
			t.Errorf("%q: %.0f bit/s", row.fmtp, rate)
		}
		if row.plain && redundant > 0 {
			t.Errorf("%q: %d packets with redundancy", row.fmtp, redundant)
		}
		if level < 300 {
			t.Errorf("%q: level %.0f", row.fmtp, level)
		}
	}
}

// The track follows each new description.
func TestTrackFollowsPreferences(t *testing.T) {
	known := allPayloads(t)
	tr := newTrack()
	for _, row := range []struct {
		fmtp string
		want int
	}{{"maxaveragebitrate=20000", 20000}, {"useinbandfec=1", 0}, {"maxaveragebitrate=16000", 16000}} {
		theirs := []payloadType{{number: 102, name: "opus", clock: 48000, channels: 2, fmtp: row.fmtp}}
		if err := tr.agree(commonPayloads(theirs, known), true); err != nil {
			t.Fatal(err)
		}
		if e, ok := tr.encoder.(*gopusEncoder); ok && e.preferences.bitrate != row.want {
			t.Errorf("%q: preferences %+v", row.fmtp, e.preferences)
		}
	}
}

// Our answer says what we want ourselves, and repeats nothing that the far end wants.
func TestAnswerHasOwnPreferences(t *testing.T) {
	e := newEngine(t)
	caller, offer, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	newEnd(caller).follow(t, func(LocalCandidate) {})
	theirs := strings.Replace(offer, "fmtp:111 minptime=10;useinbandfec=1", "fmtp:111 useinbandfec=0;usedtx=1;stereo=1;sprop-stereo=1;cbr=1;maxaveragebitrate=20000", 1)
	callee, answer, err := e.Answer(within(t), theirs)
	if err != nil || theirs == offer {
		t.Fatal(err, offer)
	}
	newEnd(callee).follow(t, func(LocalCandidate) {})
	mustContain(t, answer, "a=fmtp:111 minptime=10;useinbandfec=1")
}
