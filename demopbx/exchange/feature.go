package exchange

import (
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// Star codes that change a setting of the caller (Vodia's defaults). ForwardCode is followed by the
// number to forward to.
const (
	ForwardCode   = "*72"
	NoForwardCode = "*73"
	DNDCode       = "*78"
	NoDNDCode     = "*79"
)

// confirms is how long the beep after such a code lasts.
const confirms = 500 * time.Millisecond

// feature is the account behind a star code that changes a setting: it does so, beeps and hangs up.
// It is nil for any other number.
func (p *PBX) feature(from *Account, dialled string) *Account {
	var set func()
	number := NumberOf(dialled)
	target, forwards := strings.CutPrefix(number, ForwardCode)
	switch {
	case forwards && target != "" && Printable(target):
		set = func() { p.SetForward(from, pbxws.ForwardAlways, target) }
	case number == NoForwardCode:
		set = func() { p.SetForward(from, pbxws.ForwardAlways, "") }
	case number == DNDCode || number == NoDNDCode:
		set = func() { p.SetDND(from, number == DNDCode) }
	default:
		return nil
	}
	return &Account{
		Number: number, Name: "Service", Registered: true, unlisted: true,
		role: &role{
			answers: time.Millisecond, talks: confirms, does: set,
			voice: func() *robot { return &robot{tune: newBeep('1')} },
		},
	}
}
