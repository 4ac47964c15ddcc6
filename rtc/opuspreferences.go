package rtc

import (
	"strconv"
	"strings"
)

// opusPreferences are what the far end wants to get, by the parameters of its description (RFC 7587
// §6.1). The zero value is without any. Two are left out: stereo only allows what we never send, and
// with DTX gopus 0.1.1 takes a steady tone for silence after a second.
type opusPreferences struct {
	bitrate  int  // the highest average in bit/s: maxaveragebitrate
	rate     int  // the sample rate that is played, Hz: maxplaybackrate
	constant bool // cbr=1
	noFEC    bool // useinbandfec=0; where nothing is said FEC is sent, since every decoder takes it
}

// What RFC 7587 §6.1 and RFC 6716 §2.1.1 allow.
const (
	leastBitrate = 6000
	mostBitrate  = 510000
)

func parseOpusPreferences(fmtp string) (w opusPreferences) {
	for part := range strings.SplitSeq(fmtp, ";") {
		key, text, _ := strings.Cut(part, "=")
		value, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "maxaveragebitrate":
			if value > 0 {
				w.bitrate = min(max(value, leastBitrate), mostBitrate)
			}
		case "maxplaybackrate":
			w.rate = max(value, 0)
		case "cbr":
			w.constant = value == 1
		case "useinbandfec":
			w.noFEC = value == 0
		}
	}
	return w
}

// limit is a bitrate that we would take, within the preferences.
func (w opusPreferences) limit(bitrate int) int {
	if w.bitrate == 0 {
		return bitrate
	}
	return min(bitrate, w.bitrate)
}

// opusBand is how much of the spectrum is sent: half its rate is the highest frequency.
type opusBand int

const (
	narrowBand opusBand = 8000
	mediumBand opusBand = 12000
	wideBand   opusBand = 16000
	superBand  opusBand = 24000
	fullBand   opusBand = 48000
)

// band is the widest that the bitrate is enough for and that the far end plays.
func (w opusPreferences) band(bitrate int) opusBand {
	band := fullBand
	switch {
	case bitrate < 10000:
		band = narrowBand
	case bitrate < 24000:
		band = wideBand
	}
	for _, b := range []opusBand{superBand, wideBand, mediumBand, narrowBand} {
		if w.rate > 0 && w.rate <= int(b) {
			band = min(band, b)
		}
	}
	return band
}

// preferring is an encoder that can follow preferences.
type preferring interface{ prefer(opusPreferences) error }
