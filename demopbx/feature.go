package demopbx

import (
	"strconv"
	"strings"
	"time"
)

// Star codes that change a setting of whoever dials them (the vendor's defaults). The first is
// followed by the number that calls are to go to.
const (
	forwardCode   = "*72"
	noForwardCode = "*73"
	dndCode       = "*78"
	noDNDCode     = "*79"
)

// confirms is how long the beep after such a code may be heard.
const confirms = 500 * time.Millisecond

// feature is who answers a star code that changes a setting: it does so, beeps and hangs up.
// It is nil for any other number.
func (p *pbx) feature(from *account, dialled string) *account {
	var s setting
	number := numberOf(dialled)
	target, forwards := strings.CutPrefix(number, forwardCode)
	switch {
	case forwards && target != "" && fit(target):
		s = setting{"cfa", target}
	case number == noForwardCode:
		s = setting{"cfa", ""}
	case number == dndCode || number == noDNDCode:
		s = setting{"dnd", strconv.FormatBool(number == dndCode)}
	default:
		return nil
	}
	return &account{
		number: number, name: "Service", registered: true, unlisted: true,
		role: &role{
			answers: time.Millisecond, talks: confirms, does: func() { p.set(from, s) },
			voice: func() *robot { return &robot{tune: newBeep('1')} },
		},
	}
}
