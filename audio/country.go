package audio

import "strings"

// Country chooses the call progress tones. Its value is what a configuration file calls it: the
// two letters of ISO 3166, or "eu" for what most of Europe has in common. The zero Country is
// Europe.
type Country string

// The countries whose tones are known, from ITU-T E.180 supplement 2 (various tones used in
// national networks). Where it lists several forms, the first one is taken.
const (
	europe        Country = "eu"
	germany       Country = "de"
	italy         Country = "it"
	unitedKingdom Country = "uk"
	unitedStates  Country = "us"
)

// countries lists them, for a person to choose from.
func countries() []Country {
	return []Country{europe, germany, italy, unitedKingdom, unitedStates}
}

// ParseCountry reads the two letters of a country in either case; "gb" is the United Kingdom, and
// nothing is Europe. For anything else it reports false, with Europe.
func ParseCountry(s string) (Country, bool) {
	s = strings.ToLower(s)
	switch s {
	case "":
		return europe, true
	case "gb":
		return unitedKingdom, true
	}
	for _, c := range countries() {
		if s == string(c) {
			return c, true
		}
	}
	return europe, false
}

// cadence gives the notes of a kind of tone, which repeat for ever. Our own bell and the reminder
// of a held call are the same everywhere.
func (c Country) cadence(kind ToneKind) []note {
	switch kind {
	case Ring:
		low, high := [2]float64{587.33, 880}, [2]float64{739.99, 1108.73} // D and F sharp, each with its fifth
		return []note{
			{low, loud, 220 * ms}, {high, loud, 220 * ms}, {low, loud, 220 * ms}, {high, loud, 440 * ms},
			{length: 1900 * ms},
		}
	case TestTone:
		return []note{
			{[2]float64{440}, loud, 250 * ms}, {[2]float64{554.37}, loud, 250 * ms}, {[2]float64{659.26}, loud, 400 * ms},
			{length: 600 * ms},
		}
	case HoldReminder:
		return []note{
			{[2]float64{659.26}, soft, 150 * ms}, {[2]float64{523.25}, soft, 150 * ms},
			{length: 14700 * ms},
		}
	}
	switch c {
	case germany:
		return germanTones(kind)
	case italy:
		return italianTones(kind)
	case unitedKingdom:
		return britishTones(kind)
	case unitedStates:
		return americanTones(kind)
	}
	return europeanTones(kind)
}

// europeanTones are those that E.180 recommends, with the call waiting tone most of Europe uses.
func europeanTones(kind ToneKind) []note {
	switch kind {
	case Ringback:
		return rhythm(fair, at(425), 1000, 4000)
	case Busy:
		return rhythm(fair, at(425), 500, 500)
	case Congestion:
		return rhythm(fair, at(425), 250, 250)
	case CallWaiting:
		return rhythm(soft, at(425), 200, 200, 200, 5400)
	}
	return nil
}

func germanTones(kind ToneKind) []note {
	switch kind {
	case Busy:
		return rhythm(fair, at(425), 480, 480)
	case Congestion:
		return rhythm(fair, at(425), 240, 240)
	case CallWaiting:
		return rhythm(soft, at(425), 200, 200, 200, 5000)
	}
	return europeanTones(kind)
}

func italianTones(kind ToneKind) []note {
	switch kind {
	case Congestion:
		return rhythm(fair, at(425), 200, 200)
	case CallWaiting:
		return rhythm(soft, at(425), 400, 100, 250, 100, 150, 14000)
	}
	return europeanTones(kind)
}

func britishTones(kind ToneKind) []note {
	switch kind {
	case Ringback:
		return rhythm(fair, both(400, 450), 400, 200, 400, 2000)
	case Busy:
		return rhythm(fair, at(400), 375, 375)
	case Congestion:
		return rhythm(fair, at(400), 400, 350, 225, 525)
	case CallWaiting:
		return rhythm(soft, at(400), 100, 3000)
	}
	return nil
}

func americanTones(kind ToneKind) []note {
	switch kind {
	case Ringback:
		return rhythm(fair, both(440, 480), 2000, 4000)
	case Busy:
		return rhythm(fair, both(480, 620), 500, 500)
	case Congestion:
		return rhythm(fair, both(480, 620), 250, 250)
	case CallWaiting:
		return rhythm(soft, at(440), 300, 10000)
	}
	return nil
}

func at(hertz float64) [2]float64       { return [2]float64{hertz} }
func both(low, high float64) [2]float64 { return [2]float64{low, high} }

// rhythm alternates sound and silence, for the milliseconds given.
func rhythm(volume float64, hertz [2]float64, lengths ...int) []note {
	notes := make([]note, len(lengths))
	for i, length := range lengths {
		notes[i] = note{length: length * ms}
		if i%2 == 0 {
			notes[i].hertz, notes[i].volume = hertz, volume
		}
	}
	return notes
}
