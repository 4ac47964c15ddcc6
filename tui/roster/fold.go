package roster

import (
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/internal/printable"
)

// withMarks are the small Latin letters with marks behind each bare one: what people type who
// have no such key (Unicode, Latin-1 to Latin Extended-B and Latin Extended Additional).
var withMarks = map[string]string{
	"a":  "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
	"ae": "æ",
	"b":  "ḃḅḇ",
	"c":  "çćĉċčḉ",
	"d":  "ďḋḍḏḑḓđð",
	"e":  "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
	"f":  "ḟ",
	"g":  "ĝğġģǧǵḡ",
	"h":  "ĥȟḣḥḧḩḫẖħ",
	"i":  "ìíîïĩīĭįǐȉȋḭḯỉịı",
	"j":  "ĵǰ",
	"k":  "ķǩḱḳḵ",
	"l":  "ĺļľḷḹḻḽł",
	"m":  "ḿṁṃ",
	"n":  "ñńņňǹṅṇṉṋ",
	"o":  "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợø",
	"oe": "œ",
	"p":  "ṕṗ",
	"r":  "ŕŗřȑȓṙṛṝṟ",
	"s":  "śŝşšșṡṣṥṧṩ",
	"ss": "ß",
	"t":  "ţťțṫṭṯṱẗŧ",
	"th": "þ",
	"u":  "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
	"v":  "ṽṿ",
	"w":  "ŵẁẃẅẇẉẘ",
	"x":  "ẋẍ",
	"y":  "ýÿŷȳẏẙỳỵỷỹ",
	"z":  "źżžẑẓẕ",
}

var bareLetters = func() map[rune]string {
	letters := map[rune]string{}
	for bare, marked := range withMarks {
		for _, r := range marked {
			letters[r] = bare
		}
	}
	return letters
}()

// fold makes two spellings of a name the same: small letters without their marks.
func fold(s string) string {
	s = strings.ToLower(s)
	if printable.IsASCII(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch letters, ok := bareLetters[r]; {
		case ok:
			b.WriteString(letters)
		case unicode.Is(unicode.Mn, r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
