package pbxws

import "strings"

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

// String gives the words by which a person knows the party: number and name, or what there is.
func (p Party) String() string {
	switch {
	case p.Name == "" && p.Number == "":
		return "unknown"
	case p.Name == "" || p.Name == p.Number:
		return p.Number
	case p.Number == "":
		return p.Name
	}
	return p.Number + " " + p.Name
}

// SameNumber reports whether two numbers reach the same party: they are equal, or one is the other
// with what is dialled in front of it elsewhere (a country code, a trunk or outside line digit).
func SameNumber(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	a, b = national(a), national(b)
	if len(a) < len(b) {
		a, b = b, a
	}
	// Shorter numbers are extensions; no prefix is longer than a country code with an outside line.
	return len(b) >= 7 && len(a)-len(b) <= 5 && strings.HasSuffix(a, b)
}

// national leaves the digits of a number without what stands for a country or a trunk before
// them; empty when there is anything else in it than digits and the signs between them.
func national(number string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ()-/.+", r) {
			return -1
		}
		return r
	}, number)
	if strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return strings.TrimLeft(digits, "0")
}
