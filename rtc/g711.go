package rtc

type g711Encoder struct{ compress func(int16) byte }

func newG711Encoder(compress func(int16) byte) *g711Encoder { return &g711Encoder{compress} }

func (e *g711Encoder) encode(dst []byte, pcm []int16) (int, error) { return 0, nil }

func encodeMu(int16) byte { return 0xff }

func encodeA(int16) byte { return 0xd5 }
