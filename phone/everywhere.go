package phone

import (
	"reflect"
	"slices"
	"strings"
)

// Everywhere in place of a link has an intent carried out at each PBX that can, as one intent: its outcome
// comes when all have answered, and tells what each said. No link is called so.
const Everywhere LinkID = "\n"

// AtLink is an intent about the PBX of a link. An intent that only one PBX can mean stays as it is.
func AtLink(i Intent, id LinkID) Intent {
	switch i := i.(type) {
	case SetDND:
		i.Link = id
		return i
	case SetForward:
		i.Link = id
		return i
	case SetPresence:
		i.Link = id
		return i
	case PauseQueue:
		i.Queue.Link = id
		return i
	case Reconnect:
		i.Link = id
		return i
	case ChooseTelephone:
		i.Device.Link = id
		return i
	}
	return i
}

// forAll tells of an intent for all PBXs. Several have to be there, and it has to be one that all can mean.
func (s Snapshot) forAll(i Intent) bool {
	return len(s.Links) > 1 && s.linkOf(i) == Everywhere && s.linkOf(AtLink(i, "")) != Everywhere
}

// unwilling is what stands against an intent at one PBX.
type unwilling struct {
	link LinkID
	why  string
}

// each is what an intent for all PBXs comes to: one for each that would not refuse it, and why others would. A
// PBX that has no such thing at all is left out, unless none has it.
func (s Snapshot) each(i Intent) (all []Intent, refusals []unwilling) {
	var lacking []unwilling
	for _, v := range s.Links {
		there := AtLink(i, v.Link.ID)
		why := s.Refuses(there)
		at := s.On(v.Link.ID)
		switch {
		case why == "":
			all = append(all, there)
		case at.linked() && !at.Caps.Has(rules[reflect.TypeOf(i)].caps):
			lacking = append(lacking, unwilling{v.Link.ID, why})
		default:
			refusals = append(refusals, unwilling{v.Link.ID, why})
		}
	}
	if len(all)+len(refusals) == 0 {
		refusals = lacking
	}
	return all, refusals
}

// refusesEverywhere says why no PBX would do it, and names them where they differ.
func (s Snapshot) refusesEverywhere(i Intent) string {
	all, refusals := s.each(i)
	if len(all) > 0 || len(refusals) == 0 {
		return ""
	}
	if !slices.ContainsFunc(refusals, func(r unwilling) bool { return r.why != refusals[0].why }) {
		return refusals[0].why
	}
	var whys []string
	for _, r := range refusals {
		whys = append(whys, s.refusalAt(r))
	}
	return strings.Join(whys, "; ")
}

// refusalAt names the PBX that refuses, unless the refusal does.
func (s Snapshot) refusalAt(r unwilling) string {
	if at := s.On(r.link); r.why != at.noLink() {
		return at.Link.Label + ": " + r.why
	}
	return r.why
}

// everywhere carries an intent out at each PBX, and tells who will not. One that is for whichever needs it or has
// such a telephone is no news elsewhere.
func (d *desk) everywhere(i Intent, now Snapshot) {
	all, refusals := now.each(i)
	for _, there := range all {
		d.do(there, now)
	}
	switch i.(type) {
	case Reconnect, ChooseTelephone:
		return
	}
	for _, r := range refusals {
		d.note(Notice{Grade: GradeWarn, Text: now.refusalAt(r), Link: r.link})
	}
}
