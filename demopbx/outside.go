package demopbx

import (
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// homeCountry is the country code of the practice PBX. Its block 202 555 01xx is kept free for
// stories.
const homeCountry = "+1"

// Lengths of telephone numbers in digits: a national one of homeCountry, and what ITU-T E.164
// §6.2.1 allows.
const (
	nationalDigits = 10
	fewestDigits   = 7
	mostDigits     = 15
)

// isOutside says that a number is not one of the tenant.
func isOutside(number string) bool { return strings.HasPrefix(number, "+") }

// outsideNumber reads a dialled number as one outside, in E.164; false when it is none.
func outsideNumber(dialled string) (string, bool) {
	number := numberOf(dialled)
	digits, international := strings.CutPrefix(number, "+")
	if strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	switch {
	case international && len(digits) >= fewestDigits && len(digits) <= mostDigits:
		return number, true
	case len(digits) == nationalDigits:
		return homeCountry + digits, true
	}
	return "", false
}

// outsider is somebody who is not of the tenant; nil when the number is not one outside. All of
// them answer and talk; one calls back.
func (p *pbx) outsider(dialled string) *account {
	number, ok := outsideNumber(dialled)
	if !ok {
		return nil
	}
	r := &role{answers: p.o.CrowdAnswers, talks: p.o.CrowdTalks, voice: saying(CrowdTone), calling: saying(CrowdTone)}
	if number == NumberOutside {
		r = callsBack(p.o)
	}
	return &account{number: number, name: p.outsideName(number), registered: true, unlisted: true, role: r}
}

func (p *pbx) outsideName(number string) string {
	for _, c := range p.phonebook {
		if c.Number == number {
			return c.Name
		}
	}
	return ""
}

// shown is a number as it stands outside the SIP headers.
func (p *pbx) shown(number string) string {
	if p.o.Faults.NationalNumbers {
		number = strings.TrimPrefix(number, homeCountry)
	}
	return number
}

// address is a party in the style of a SIP header (RFC 3261 §20.10, and §19.1.1 for what a
// telephone number adds).
func address(p pbxws.Party) string {
	uri := "sip:" + p.Number + "@" + Domain
	if isOutside(p.Number) {
		uri += ";user=phone"
	}
	return `"` + p.Name + `" <` + uri + ">"
}
