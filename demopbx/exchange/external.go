package exchange

import "strings"

// HomeCountry is the country code of the practice PBX. Its block 202 555 01xx is reserved for
// fiction.
const HomeCountry = "+1"

// Lengths of telephone numbers in digits: a national one of HomeCountry, and what ITU-T E.164
// §6.2.1 allows.
const (
	nationalDigits = 10
	fewestDigits   = 7
	mostDigits     = 15
)

// IsExternal says that a number is not one of the tenant.
func IsExternal(number string) bool { return strings.HasPrefix(number, "+") }

// externalNumber reads a dialled number as an external one, in E.164; false when it is none.
func externalNumber(dialled string) (string, bool) {
	number := NumberOf(dialled)
	digits, international := strings.CutPrefix(number, "+")
	if strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	switch {
	case international && len(digits) >= fewestDigits && len(digits) <= mostDigits:
		return number, true
	case len(digits) == nationalDigits:
		return HomeCountry + digits, true
	}
	return "", false
}

// external is somebody outside of the tenant; nil when the number is not external. All of them answer
// and talk; one calls back.
func (p *PBX) external(dialled string) *Account {
	number, ok := externalNumber(dialled)
	if !ok {
		return nil
	}
	r := &role{answers: p.o.CrowdAnswers, talks: p.o.CrowdTalks, voice: saying(CrowdTone), calling: saying(CrowdTone)}
	if number == NumberExternal {
		r = callsBack(p.o)
	}
	return &Account{Number: number, Name: p.externalName(number), Registered: true, unlisted: true, role: r}
}

func (p *PBX) externalName(number string) string {
	for _, c := range p.phonebook {
		if c.Number == number {
			return c.Name
		}
	}
	return ""
}
