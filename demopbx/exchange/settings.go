package exchange

import (
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/pbxws"
)

// SetName changes what an account is called.
func (p *PBX) SetName(a *Account, name string) {
	a.Name = name
	p.settingChanged(a, "name "+name)
}

// SetForward sends the calls of an account to a number in a case; an empty number ends that.
func (p *PBX) SetForward(a *Account, when pbxws.ForwardWhen, number string) {
	a.Forwards[when] = number
	p.settingChanged(a, "forward "+when.String()+" "+number)
}

func (p *PBX) settingChanged(a *Account, text string) {
	p.Note(Entry{Kind: SettingChanged, User: a.Number, Text: text})
	p.tell(func(f Front) { f.SettingsChanged(a) })
}

// SetDND switches do-not-disturb of an account.
func (p *PBX) SetDND(a *Account, on bool) {
	a.DND = on
	text := "off"
	if on {
		text = "on"
	}
	p.Note(Entry{Kind: DNDChanged, User: a.Number, Text: text})
	p.accountChanged(a)
}

// Printable tells whether a text of a client may be kept and shown to others.
func Printable(s string) bool {
	return len(s) <= maxText && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// NumberOf is the number in what a client dials: bare, with a tenant, or as a SIP URI.
func NumberOf(dialled string) string {
	number, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(dialled), "sip:"), "@")
	return number
}
