package phone

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Plan says which numbers go out by a link, and how its PBX calls the numbers of others. It does not
// change. The zero Plan says nothing.
type Plan struct {
	// Prefixes are the beginnings of numbers that go out by the link, Lengths how many digits they have.
	Prefixes []string `json:"prefixes,omitempty"`
	Lengths  []int    `json:"lengths,omitempty"`
	// Reach is what this PBX dials before a number of the PBX of another link.
	Reach map[LinkID]string `json:"reach,omitempty"`
}

// claims is how much a plan wants a number: 0 not at all, else more for a longer prefix. A prefix
// counts more than a length.
func (p Plan) claims(dial string) int {
	best := 0
	if slices.Contains(p.Lengths, utf8.RuneCountInString(dial)) {
		best = 1
	}
	for _, prefix := range p.Prefixes {
		if strings.HasPrefix(dial, prefix) {
			best = max(best, 1+len(prefix))
		}
	}
	return best
}

// Route is the link by which a number goes out that nobody chose one for: the one whose plan says so,
// else the one whose directory has it, else the first that is up.
func (s Snapshot) Route(to string) LinkID {
	if len(s.Links) < 2 {
		return s.Link.ID
	}
	best, claim := LinkID(""), 0
	for _, v := range s.Links {
		n, _ := numberIn(v.PBX, to)
		if c := v.Plan.claims(n.Dial); c > claim {
			best, claim = v.Link.ID, c
		}
	}
	if claim > 0 {
		return best
	}
	known, up := LinkID(""), LinkID("")
	for _, v := range s.Links {
		n, _ := numberIn(v.PBX, to)
		if _, ok := v.PBX.AccountAt(n.Dial); ok && known == "" {
			known = v.Link.ID
		}
		if s.On(v.Link.ID).linked() && up == "" {
			up = v.Link.ID
		}
	}
	return cmp.Or(known, up, s.Links[0].Link.ID)
}

// As is the number by which the PBX of a link calls an account; why says in words that it cannot.
func (s Snapshot) As(from LinkID, to Account) (dial, why string) {
	if len(s.Links) < 2 || s.On(from).Link.ID == s.On(to.Link).Link.ID {
		return string(to.ID), ""
	}
	for _, v := range s.Links {
		if prefix, ok := v.Plan.Reach[s.On(to.Link).Link.ID]; ok && v.Link.ID == s.On(from).Link.ID {
			return prefix + string(to.ID), ""
		}
	}
	return "", string(to.ID) + " is at " + s.On(to.Link).Link.Label + ", which " + s.On(from).Link.Label + " has no way to call"
}

// foreign refuses a number of another PBX that the chosen one does not know.
func (s Snapshot) foreign(dial string) string {
	if _, own := s.PBX.AccountAt(dial); own || len(s.Links) < 2 {
		return ""
	}
	for _, v := range s.Links {
		if a, there := v.PBX.AccountAt(dial); there && v.Link.ID != s.Link.ID {
			as, why := s.As(s.Link.ID, Account{Link: v.Link.ID, ID: a.ID})
			return cmp.Or(why, dial+" is at "+v.Link.Label+", which "+s.Link.Label+" calls as "+as)
		}
	}
	return ""
}
