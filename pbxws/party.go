package pbxws

import "github.com/patchcord/patchcord/internal/number"

// AccountID is the PBX's own name of an account, for an extension its number.
type AccountID string

// CallID is the PBX's id of a call it knows, ours or somebody else's.
type CallID string

// LegID names our side of one call. It is made by whoever starts the leg: the phone for an outgoing
// call, the dialect for an incoming one. It never changes, even if the PBX renames the call.
type LegID string

// OrbitID is the number of a park orbit.
type OrbitID string

// Party is one end of a call: a display name and a number, either may be empty. Both come from a
// wire and must be made safe for a terminal.
type Party struct {
	Name   string `json:"name,omitempty"`
	Number string `json:"number,omitempty"`
}

// WithheldName is the name of a caller who shows neither number nor name.
const WithheldName = "withheld"

// Withheld is true for a party that shows neither number nor name.
func (p Party) Withheld() bool {
	return number.Withheld(p.Number) && (p.Name == p.Number || number.Withheld(p.Name))
}

// String is the party's number and name, or what there is of them.
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
