package audio

// voice is a test signal like speech: syllables of a gliding pitch with a few harmonics, small gaps
// between them, a longer one after the sentence, then the same again. It is always the same from
// the start, so that tests can compare. It is no recording of anybody.
type voice struct {
	harmonics [len(vowel{})]oscillator
	syllable  int // index in sentence
	at        int // samples into the syllable and its gap
}

// vowel has the weights of the harmonics, beginning with the pitch itself.
type vowel [5]float64

// syllable is a sound of constant pitch and the silence after it.
type syllable struct {
	pitch      float64 // Hz
	vowel      vowel
	sound, gap int // samples
}

// ms is a number of samples.
const ms = Rate / 1000

const (
	voiceLoudness = 4600    // of 32767; a syllable then has an RMS of about -20 dBFS
	voiceAttack   = 30 * ms // how fast a syllable swells
	voiceDecay    = 70 * ms
)

var (
	vowelA = vowel{0.55, 0.45, 0.6, 0.25, 0.15}
	vowelE = vowel{0.6, 0.65, 0.25, 0.2, 0.2}
	vowelO = vowel{0.8, 0.5, 0.25, 0.1, 0.05}

	sentence = [...]syllable{
		{132, vowelA, 190 * ms, 40 * ms},
		{146, vowelE, 150 * ms, 30 * ms},
		{158, vowelO, 240 * ms, 120 * ms},
		{149, vowelE, 130 * ms, 40 * ms},
		{141, vowelA, 210 * ms, 30 * ms},
		{128, vowelO, 160 * ms, 50 * ms},
		{117, vowelA, 310 * ms, 800 * ms},
	}
)

func newVoice() *voice {
	v := new(voice)
	v.begin()
	return v
}

func (v *voice) begin() {
	for i := range v.harmonics {
		v.harmonics[i] = newOscillator(sentence[v.syllable].pitch * float64(i+1))
	}
}

// speak adds the next samples to pcm.
func (v *voice) speak(pcm []int16) {
	for i := range pcm {
		s := &sentence[v.syllable]
		if v.at < s.sound {
			shape := swell(v.at, voiceAttack) * swell(s.sound-v.at, voiceDecay)
			add(&pcm[i], voiceLoudness*shape*v.sample(&s.vowel))
		}
		if v.at++; v.at == s.sound+s.gap {
			v.at, v.syllable = 0, (v.syllable+1)%len(sentence)
			v.begin()
		}
	}
}

func (v *voice) sample(w *vowel) float64 {
	var sum float64
	for i := range v.harmonics {
		sum += w[i] * v.harmonics[i].next()
	}
	return sum
}
