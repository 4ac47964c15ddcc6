package term

import (
	"math"
	"strconv"
	"testing"
)

// rgb is a colour as a terminal lights it, 0 to 255.
type rgb [3]float64

// sixteen are the colours that a terminal mixes by itself, as xterm and as the Linux console do.
var sixteen = map[string][16]rgb{
	"xterm": {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
		{127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255}},
	"console": {{0, 0, 0}, {170, 0, 0}, {0, 170, 0}, {170, 85, 0}, {0, 0, 170}, {170, 0, 170}, {0, 170, 170}, {170, 170, 170},
		{85, 85, 85}, {255, 85, 85}, {85, 255, 85}, {255, 255, 85}, {85, 85, 255}, {255, 85, 255}, {85, 255, 255}, {255, 255, 255}},
}

// of256 is the colour cube and the greys of the 256 colours, which are the same everywhere.
func of256(n int) rgb {
	if n >= 232 {
		grey := float64(8 + 10*(n-232))
		return rgb{grey, grey, grey}
	}
	level := func(i int) float64 {
		if i == 0 {
			return 0
		}
		return float64(55 + 40*i)
	}
	n -= 16
	return rgb{level(n / 36), level(n / 6 % 6), level(n % 6)}
}

// luminance is the relative luminance of WCAG 2.2.
func (c rgb) luminance() float64 {
	linear := func(v float64) float64 {
		if v /= 255; v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// contrast is the ratio of WCAG 2.2 success criterion 1.4.3, 1 to 21.
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

const (
	// textContrast is what text needs (1.4.3), frameContrast what shapes need (1.4.11).
	textContrast, frameContrast = 4.5, 3.0
)

// TestContrast computes the ratio of every style with a colour on the grounds that terminals
// have.
func TestContrast(t *testing.T) {
	grounds := map[bool]map[string]rgb{
		true:  {"black": {0, 0, 0}, "dark grey": {30, 30, 30}, "Solarized dark": {0, 43, 54}, "Tango dark": {46, 52, 54}},
		false: {"white": {255, 255, 255}, "Solarized light": {253, 246, 227}, "light grey": {238, 238, 238}},
	}
	for st := range StyleCount {
		need := textContrast
		if st == Ruled {
			need = frameContrast
		}
		for dark, all := range grounds {
			if tint := inks[st].tint(dark, true); tint != "" {
				n, _ := strconv.Atoi(tint)
				for name, ground := range all {
					if got := contrast(of256(n), ground); got < need {
						t.Errorf("style %d, colour %s on %s: %.2f, needs %.1f", st, tint, name, got, need)
					}
				}
			}
			if tint := inks[st].tint(dark, false); tint != "" {
				n, _ := strconv.Atoi(tint)
				for name, colours := range sixteen {
					ground := rgb{255, 255, 255}
					if dark {
						ground = rgb{}
					}
					if got := contrast(colours[n], ground); got < need {
						t.Errorf("style %d, colour %s of %s, dark %t: %.2f, needs %.1f", st, tint, name, dark, got, need)
					}
				}
			}
		}
	}
}
