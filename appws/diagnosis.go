package appws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// ErrNoDiagnosis says that no known mistake leads to the digest of a login: the password or the challenge
// was another one.
var ErrNoDiagnosis = errors.New("no known mistake gives this digest with this password and challenge: one of the two was another one")

// DiagnoseLogin takes an AppLogin as it was sent, the challenge that it answers and the password, and
// returns how the sender made its digest differently, a sentence for each difference; none if the digest is
// right. It knows the mistakes that real clients make.
func DiagnoseLogin(login []byte, challenge, password string) (differences []string, err error) {
	m, err := ParseMessage(login)
	if err != nil {
		return nil, err
	}
	text := func(name string) string {
		value, _ := textMember(m.Raw, name)
		return value
	}
	digest := strings.ToLower(text("digest"))
	app, domain, sip := text("app"), text("domain"), text("sip")
	parts := [][]variant{
		plainVariants("app", app, variant{text("pbxObj"), "the name of the PBX object is in place of the app"}, variant{"", "the app is left out"}),
		plainVariants("domain", domain, variant{"", "the domain is left out"}),
		plainVariants("sip", sip, variant{"", "the sip is left out"}, variant{sip + "@" + domain, "the domain comes after the sip, with an @"},
			variant{strings.SplitN(sip, "@", 2)[0], "the sip ends before its @"}),
		plainVariants("guid", text("guid"), variant{"", "the guid is left out"}, variant{strings.ReplaceAll(text("guid"), "-", ""), "the guid has no dashes"}),
		plainVariants("dn", text("dn"), variant{"", "the dn is left out"}),
		infoVariants(member(m.Raw, "info")),
		{{challenge, ""}, {strings.ToUpper(challenge), "the challenge is in capital letters"}},
		{{password, ""}, {strings.TrimSpace(password), "the password has no blanks around it"}, {password + "\n", "the password ends in a line feed, as files do"},
			{password + "\r\n", "the password ends in CR LF"}, {"", "the password is empty"}},
	}
	for wrong := range maxDifferences + 1 {
		if found, ok := search(parts, nil, nil, wrong, digest); ok {
			return found, nil
		}
	}
	return nil, ErrNoDiagnosis
}

// maxDifferences is how many mistakes at once are looked for: all combinations of more would take too long.
const maxDifferences = 4

// variant is a part of what is hashed, and how it differs from the right one, empty for that.
type variant struct{ text, difference string }

// plainVariants are those of a member that is a text.
func plainVariants(name, text string, others ...variant) []variant {
	all := append([]variant{{text, ""}}, others...)
	for _, v := range []variant{
		{strings.ReplaceAll(text, "\r\n", "\n"), "CR LF in the " + name + " is hashed as LF, as the vendor's JavaScript does"},
		{strings.ToLower(text), "the " + name + " is in small letters"},
		{strings.TrimSpace(text), "the " + name + " has no blanks around it"},
		{string(quote(text)), "the " + name + " stands in quotes"},
		{"null", "the word null is in place of the " + name},
		{"undefined", "the word undefined is in place of the " + name},
	} {
		if (v.text == "null" || v.text == "undefined") && text != "" {
			continue
		}
		all = append(all, v)
	}
	return distinct(all)
}

// infoVariants are those of the info with its colon; the right one of a login without info is nothing.
func infoVariants(info []byte) []variant {
	if len(info) == 0 || string(info) == "null" {
		return []variant{{"", ""}, {":", "there is a colon for the info, although the login has none"},
			{"null:", "the word null is used for the info, although the login has none"}, {"{}:", "an empty info {} is hashed, although the login has none"}}
	}
	right := compactInfo(info)
	canonical := canonicalInfo(info)
	var sorted bytes.Buffer
	var value any
	decoder := json.NewDecoder(bytes.NewReader(info))
	decoder.UseNumber()
	if decoder.Decode(&value) == nil {
		if b, err := marshal(value); err == nil {
			sorted.Write(b)
		}
	}
	html, _ := json.Marshal(json.RawMessage(right))
	escaped := strings.NewReplacer("\u2028", `\u2028`, "\u2029", `\u2029`).Replace(string(right))
	return distinct([]variant{
		{string(right) + ":", ""},
		{string(canonical) + ":", "the info is hashed with no more escapes than it needs, but sent with others"},
		{string(info) + ":", "the info is hashed with its white space"},
		{sorted.String() + ":", "the members of the info are hashed in another order than they are sent, by their names"},
		{escaped + ":", "U+2028 or U+2029 in the info is hashed as an escape, but sent as it is"},
		{string(html) + ":", "<, > or & in the info is hashed as an escape, as for HTML"},
		{strings.ReplaceAll(string(right), "/", `\/`) + ":", "the slashes in the info are hashed as \\/"},
		{strings.ReplaceAll(string(right), `\r\n`, `\n`) + ":", "CR LF in the info is hashed as LF"},
		{ascii(right) + ":", "what is not ASCII in the info is hashed as escapes, but sent as it is"},
		{"", "the info is left out"},
		{":", "the info is left out, but not its colon"},
		{string(right), "the colon behind the info is left out"},
		{string(quote(string(right))) + ":", "the info is hashed as a text in quotes"},
	})
}

// ascii writes what is not ASCII as escapes.
func ascii(text []byte) string {
	var b strings.Builder
	for _, r := range string(text) {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, "\\u%04x", unit)
		}
	}
	return b.String()
}

// distinct drops variants that are the same text as one before.
func distinct(all []variant) []variant {
	var list []variant
	for _, v := range all {
		if !slices.ContainsFunc(list, func(o variant) bool { return o.text == v.text }) {
			list = append(list, v)
		}
	}
	return list
}

// search tries all combinations with so many wrong parts, and returns their differences.
func search(parts [][]variant, chosen, differences []string, wrong int, digest string) ([]string, bool) {
	if len(chosen) == len(parts) {
		c := chosen
		return differences, hexSum(c[0], ":", c[1], ":", c[2], ":", c[3], ":", c[4], ":", c[5], c[6], ":", c[7]) == digest
	}
	for _, v := range parts[len(chosen)] {
		left, more := wrong, differences
		if v.difference != "" {
			left, more = wrong-1, append(slices.Clone(differences), v.difference)
		}
		rest := len(parts) - len(chosen) - 1
		if left < 0 || left > rest {
			continue
		}
		if found, ok := search(parts, append(slices.Clone(chosen), v.text), more, left, digest); ok {
			return found, true
		}
	}
	return nil, false
}
