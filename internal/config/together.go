package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/patchcord/patchcord/internal/tomlfile"
)

// One board over several PBXs: which, who is the same person at two of them, and by which a
// number goes out.

// maxTogether is how many PBXs may be on one board.
const maxTogether = 8

// Account is somebody at the PBX of a profile.
type Account struct{ Profile, Number string }

// DialPlan says which numbers go out by the PBX of a profile, and how it calls those of
// others.
type DialPlan struct {
	// Prefixes are beginnings of numbers, Lengths how many digits they have.
	Prefixes []string
	Lengths  []int
	// Reach is what is dialled there before a number of another profile, by its name.
	Reach map[string]string
}

const (
	// maxPrefix bounds a prefix in letters, maxLength a number in digits.
	maxPrefix, maxLength = 16, 20
	dialKeys             = "prefixes, lengths, reach"
)

func (d *decoder) togetherNames(e entry) {
	d.together = d.texts(e, &d.config.Together)
	if len(d.together) == 1 || len(d.together) > maxTogether {
		d.Report(e.at, `"together" names the profiles to sign in with at once, two to %d of them`, maxTogether)
	}
}

// finishTogether checks that the profiles that are named for one board are there, each once.
func (d *decoder) finishTogether() {
	for i, v := range d.together {
		if _, ok := d.config.Profiles[v.text]; !ok {
			d.Report(v.at, "there is no profile %q to be together with others", tomlfile.Shortened(v.text))
		}
		if slices.Contains(d.config.Together[:i], v.text) {
			d.Report(v.at, "%q is named twice", tomlfile.Shortened(v.text))
		}
	}
	for _, v := range d.named {
		if _, ok := d.config.Profiles[v.text]; !ok {
			d.Report(v.at, "there is no profile %q", tomlfile.Shortened(v.text))
		}
	}
}

// same reads who is one person: lists of "PROFILE:NUMBER".
func (d *decoder) same(e entry) {
	const form = `"same" has a list for each person, like [["hq:201", "branch:31"]]`
	if e.header || e.value.kind != unstable.Array {
		d.Report(e.at, form)
		return
	}
	seen := map[Account]bool{}
	for _, person := range e.value.list {
		if person.kind != unstable.Array || len(person.list) < 2 {
			d.Report(person.at, form)
			return
		}
		var accounts []Account
		for _, v := range person.list {
			colon := strings.LastIndexByte(v.text, ':')
			if v.kind != unstable.String || colon <= 0 || colon == len(v.text)-1 || len(v.text) > maxText || !isLine(v.text) {
				d.Report(v.at, form)
				return
			}
			a := Account{v.text[:colon], v.text[colon+1:]}
			if seen[a] {
				d.Report(v.at, "%q is somebody already", tomlfile.Shortened(v.text))
			}
			if slices.ContainsFunc(accounts, func(b Account) bool { return b.Profile == a.Profile }) {
				d.Report(v.at, "%q is a second number at %q; a person has one at each profile here", tomlfile.Shortened(v.text), tomlfile.Shortened(a.Profile))
			}
			seen[a] = true
			d.named = append(d.named, value{text: a.Profile, at: v.at})
			accounts = append(accounts, a)
		}
		d.config.Same = append(d.config.Same, accounts)
	}
}

// profileDial takes a line of [profile.NAME.dial].
func (d *decoder) profileDial(p *draft, e entry, rest []string) {
	switch {
	case len(rest) == 0 && !e.header:
		d.Report(e.at, `"dial" is %s; it is a table, write [profile.NAME.dial]`, tomlfile.KindWords(e.value.kind))
	case len(rest) == 0:
	case rest[0] == "reach":
		d.reach(p, e, rest[1:])
	case slices.Equal(rest, []string{"prefixes"}):
		for _, v := range d.texts(e, &p.Dial.Prefixes) {
			d.digits(v)
		}
	case slices.Equal(rest, []string{"lengths"}):
		d.lengths(e, &p.Dial.Lengths)
	default:
		d.unknown(e, dialKeys)
	}
}

// reach takes what is dialled before the numbers of another profile; empty is nothing.
func (d *decoder) reach(p *draft, e entry, rest []string) {
	switch {
	case len(rest) == 0 && !e.header:
		d.Report(e.at, `"reach" is %s; it names other profiles and what is dialled before their numbers, like { branch = "8" }`, tomlfile.KindWords(e.value.kind))
	case len(rest) == 1:
		var prefix string
		if !d.text(e, &prefix) {
			return
		}
		if prefix != "" {
			d.digits(value{text: prefix, at: e.value.at})
		}
		if rest[0] == p.Name {
			d.Report(e.at, "%q needs nothing to reach itself", rest[0])
		}
		d.named = append(d.named, value{text: rest[0], at: e.at})
		if p.Dial.Reach == nil {
			p.Dial.Reach = map[string]string{}
		}
		p.Dial.Reach[rest[0]] = prefix
	case len(rest) > 1:
		d.unknown(e, "the names of other profiles")
	}
}

// digits refuses what is no beginning of a number.
func (d *decoder) digits(v value) {
	if len(v.text) > maxPrefix || strings.Trim(strings.TrimPrefix(v.text, "+"), "0123456789*#") != "" || v.text == "+" {
		d.Report(v.at, "%q is no beginning of a number; write digits without blanks, like \"0\" or \"+39\"", tomlfile.Shortened(v.text))
	}
}

func (d *decoder) lengths(e entry, into *[]int) {
	if e.header || e.value.kind != unstable.Array {
		d.Report(e.at, `"lengths" is %s; write a list of numbers, like [2, 3]`, tomlfile.KindWords(e.value.kind))
		return
	}
	for _, v := range e.value.list {
		n, err := strconv.Atoi(v.text)
		if v.kind != unstable.Integer || err != nil || n < 1 || n > maxLength {
			d.Report(v.at, `"lengths" is a list of numbers from 1 to %d`, maxLength)
			return
		}
		*into = append(*into, n)
	}
}
