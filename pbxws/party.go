package pbxws

import "github.com/patchcord/patchcord/internal/number"

// AccountID is the PBX's own name of an account, for an extension its number.
type AccountID string

// CallID is the PBX's id of a call it knows, ours or somebody else's.
type CallID string

// LegID names our side of one call. Whoever starts a leg mints it: the phone for a call that
// we place, the dialect for one that comes in. It never changes, even if the PBX renames the
// call on its wire.
type LegID string

// OrbitID is the number of a park orbit.
type OrbitID string

// Party is one end of a call: a display name and a number, either may be empty. Both come
// from a wire and are not fit for a terminal as they are.
type Party struct {
	Name   string `json:"name,omitempty"`
	Number string `json:"number,omitempty"`
}

// WithheldName stands for a caller who shows neither number nor name.
const WithheldName = "withheld"

// Withheld tells of a party who shows neither number nor name.
func (p Party) Withheld() bool {
	return number.Withheld(p.Number) && (p.Name == p.Number || number.Withheld(p.Name))
}

// String gives the words by which a person knows the party: number and name, or what there is.
func (p Party) String() string {
	switch {
	case p == Party{}:
		return "unknown"
	case p.Withheld():
		return WithheldName
	case p.Name == "" || p.Name == p.Number:
		return p.Number
	case number.Withheld(p.Number):
		return p.Name
	}
	return p.Number + " " + p.Name
}
