package number

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostFound bounds what Find gives.
const mostFound = 5

// Find returns the numbers in a text, the likeliest first: telephone before fax numbers, and no
// dates, times, amounts or document numbers. It reads the first 4096 bytes only.
func Find(text string) []Number {
	text = strings.ToValidUTF8(text[:min(len(text), maxText)], " ")
	text = strings.Map(func(r rune) rune {
		if isForeign(r) {
			return '\n'
		}
		return r
	}, text)
	n, why := Read(text)
	if why == "" && n.Kind == Address { // the digits in it are no numbers
		return []Number{n}
	}
	if why == "" && n.Kind != Word {
		return unique(append([]Number{n}, findIn(plain(text))...))
	}
	return findIn(plain(text))
}

func unique(numbers []Number) []Number {
	var kept []Number
	for _, n := range numbers {
		if len(kept) < mostFound && !slices.ContainsFunc(kept, func(k Number) bool { return k.Dial == n.Dial }) {
			kept = append(kept, n)
		}
	}
	return kept
}

// rank says how likely a candidate is the number that is meant; lower is likelier.
type rank uint8

const (
	called rank = iota // it is labelled as a telephone number, or has a plus
	likely             // it looks like one
	fax
	doubtful // short: taken where there is nothing else
	unlikely // a date, an amount, a document's
)

// findIn looks for numbers in a plain text.
func findIn(t string) []Number {
	type hit struct {
		n Number
		r rank
	}
	var hits []hit
	last := 0 // behind the number before
	for i := 0; i < len(t); {
		if n := skipped(t, i); n > 0 {
			i += n
			continue
		}
		c, ok := scan(t, i)
		if !ok || !begins(t, i) {
			_, n := utf8.DecodeRuneInString(t[i:])
			if ok {
				n = len(t[i:]) - len(strings.TrimLeft(t[i:], "0123456789"))
			}
			i += max(n, 1)
			continue
		}
		if r := c.rank(t, t[last:i]); r < unlikely && c.check() == "" {
			hits = append(hits, hit{c.Number, r})
		}
		i, last = c.end, c.end
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return int(a.r) - int(b.r) })
	var found []Number
	for _, h := range hits {
		if h.r < doubtful || h.r == doubtful && len(found) == 0 {
			found = append(found, h.n)
		}
	}
	return unique(found)
}

// begins tells whether a number may begin here: not within a word or a longer number.
func begins(t string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(t[:i])
	switch {
	case i == 0:
		return true
	case unicode.IsLetter(r) || isDigit(r) || strings.ContainsRune("@_=&%", r):
		return false
	case r == '-' || r == '.' || r == '/': // the rest of a word such as RE-2024, or "Tel.0721"
		word := t[strings.LastIndexAny(t[:i], " \n")+1 : i]
		return !strings.ContainsFunc(word, unicode.IsLetter) || isLabelled(word)
	}
	return true
}

func isLabelled(before string) bool { return isIn(phoneWords+faxWords, lastWord(before)) }

func lastWord(s string) string {
	s = strings.TrimRightFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	return strings.ToLower(s[strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })+1:])
}

// skipped is the length of a date, a time or an IP address at a place, 0 if there is none.
func skipped(t string, i int) int {
	if !isDigit(rune(t[i])) || !begins(t, i) {
		return 0
	}
	if n := dateAt(t[i:]); n > 0 {
		return n
	}
	if n := timeAt(t[i:]); n > 0 {
		return n
	}
	return ipAt(t[i:])
}

// ipAt is the length of an IPv4 address with its port. Numbers in pairs, such as 01.23.45.67, are
// no addresses.
func ipAt(s string) int {
	n := len(s) - len(strings.TrimLeft(s, "0123456789."))
	groups := strings.Split(strings.TrimRight(s[:n], "."), ".")
	pairs := true
	for _, g := range groups {
		if g == "" || len(g) > 3 || len(g) == 3 && g > "255" {
			return 0
		}
		pairs = pairs && len(g) == 2
	}
	if len(groups) != 4 || pairs {
		return 0
	}
	if rest := s[n:]; len(rest) > 1 && rest[0] == ':' {
		n += 1 + len(rest[1:]) - len(strings.TrimLeft(rest[1:], "0123456789"))
	}
	return n
}

// rank judges a candidate by its shape and by the words before it.
func (c candidate) rank(t, before string) rank {
	if before = before[strings.LastIndexByte(before, '\n')+1:]; isAmount(t[:c.from], t[c.end:]) {
		return unlikely
	}
	if c.digits < 3 && c.Kind != Service || c.digits > longest || isYears(t[c.from:c.end]) {
		return unlikely
	}
	global := strings.HasPrefix(c.Dial, "+")
	switch labelOf(before) {
	case aPhone:
		return called
	case aFax:
		return fax
	case aDocument:
		if !global {
			return unlikely
		}
	}
	switch {
	case global && c.digits >= 7:
		return called
	case c.Kind == Service || c.digits >= 7 || c.digits == 6 && c.Dial[0] == '0':
		return likely
	}
	return doubtful
}

// isYears is true for 2024-2025.
func isYears(s string) bool {
	s = strings.TrimSpace(s)
	isYear := func(y string) bool { return y[:2] == "19" || y[:2] == "20" }
	return len(s) == 9 && (s[4] == '-' || s[4] == '/') && isYear(s) && isYear(s[5:])
}

// isAmount is true for money and shares.
func isAmount(before, after string) bool {
	before, after = strings.TrimRight(before, " "), strings.TrimLeft(after, " ")
	for _, sign := range []string{"€", "$", "£", "¥", "EUR", "USD", "CHF", "GBP"} {
		if strings.HasSuffix(before, sign) || strings.HasPrefix(after, sign) {
			return true
		}
	}
	return strings.HasPrefix(after, "%") ||
		len(after) > 2 && after[0] == ',' && isDigit(rune(after[1])) && isDigit(rune(after[2])) && (len(after) == 3 || after[3] == ' ')
}

// label is what kind of number the words before it announce.
type label uint8

const (
	unnamed label = iota
	aPhone
	aFax
	aDocument
)

// The words are between blanks, see isIn.
const (
	phoneWords = " tel telefon telefono telefonnummer teléfono telefone telephone téléphone tél phone ph mobile mob mobil móvil " +
		"cell cellulare cel handy gsm call calls ring dial chiama chiamare chiami chiamate appeler appelez portable llamar llame " +
		"ligar anrufen ruf rufen rückruf callback direct office ufficio büro whatsapp t m p "
	faxWords      = " fax telefax facsimile f "
	documentWords = " invoice rechnung fattura facture factura order bestellung ordine commande pedido ticket case ref reference " +
		"no nr n num numero number id vat iva piva ustid ust iban bic tax customer kundennummer kunde account konto conto zip plz cap " +
		"serial sn card isbn "
)

// isLabel is true for a word that announces what follows.
func isLabel(word string) bool {
	word = strings.ToLower(word)
	return isIn(phoneWords+faxWords+documentWords, word) || wordAt(word, 0, extensionWords[:]) > 0 || wordAt(word, 0, directWords[:]) > 0
}

// labelOf looks at the last words before a number.
func labelOf(before string) label {
	words := strings.FieldsFunc(strings.ToLower(before), func(r rune) bool { return !unicode.IsLetter(r) })
	found := unnamed
	for _, w := range words[max(0, len(words)-3):] {
		switch {
		case isIn(phoneWords, w):
			found = aPhone
		case isIn(faxWords, w) && found != aPhone:
			found = aFax
		case isIn(faxWords, w) && !strings.Contains(before, "/"): // "Tel. ... Fax", but not "Tel./Fax"
			found = aFax
		case isIn(documentWords, w) && found == unnamed:
			found = aDocument
		}
	}
	return found
}
