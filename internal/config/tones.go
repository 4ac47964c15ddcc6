package config

import (
	"slices"
	"strings"
)

// Tones are the sounds that the telephone makes itself.
type Tones struct {
	// Country chooses the tones of dialling: one of tonesCountries, empty for most of Europe's.
	Country string
	// NoKeys silences the tones of our own keys, NoWaiting the beep of a second call, NoReminder that of a
	// call on hold.
	NoKeys, NoWaiting, NoReminder bool
}

// tonesCountries are what a country can be.
func tonesCountries() []string { return []string{"eu", "us", "uk", "de", "it"} }

func (d *decoder) tones(e entry, rest []string) {
	switch {
	case len(rest) == 0:
		d.table(e)
	case slices.Equal(rest, []string{"country"}):
		d.oneOf(e, &d.config.Tones.Country, tonesCountries())
	case slices.Equal(rest, []string{"keys"}):
		d.unless(e, &d.config.Tones.NoKeys)
	case slices.Equal(rest, []string{"waiting"}):
		d.unless(e, &d.config.Tones.NoWaiting)
	case slices.Equal(rest, []string{"reminder"}):
		d.unless(e, &d.config.Tones.NoReminder)
	default:
		d.unknown(e, strings.Join([]string{"country", "keys", "waiting", "reminder"}, ", "))
	}
}

// unless reads true or false and stores the opposite.
func (d *decoder) unless(e entry, not *bool) {
	var on bool
	if d.flag(e, &on) {
		*not = !on
	}
}
