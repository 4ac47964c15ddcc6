package keymap

import "unicode"

// layouts are the letters of keyboards without Latin ones, each row as it stands on the keys, and
// the letters that a Latin keyboard (QWERTY) has there: Russian and Ukrainian, Greek, Hebrew.
var layouts = [...][2]string{
	{"йцукенгшщзфывапролдячсмитьіє", "qwertyuiopasdfghjklzxcvbnms'"},
	{"ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"},
	{"קראטוןםפשדגכעיחלךזסבהנמצ", "ertyuiopasdfghjklzxcvbnm"},
}

var onLatin = func() map[rune]rune {
	letters := map[rune]rune{}
	for _, l := range layouts {
		latin := []rune(l[1])
		for i, r := range []rune(l[0]) {
			if i < len(latin) && unicode.IsLetter(latin[i]) {
				letters[r] = latin[i]
			}
		}
	}
	return letters
}()

// OnLatin is the letter that a Latin keyboard has where another one has r; false for a letter that
// is Latin itself, or of a keyboard that is not known. Commands work by it while another layout is
// on; text stays what was typed.
func OnLatin(r rune) (rune, bool) {
	latin, ok := onLatin[unicode.ToLower(r)]
	if ok && unicode.IsUpper(r) {
		latin = unicode.ToUpper(latin)
	}
	return latin, ok
}
