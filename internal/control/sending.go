package control

import (
	"strings"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// The verbs that move a call, with the same intents as the keys.

// number is where a call is sent. A service code and a premium number are never dialled for another program.
func (a asking) number(now phone.Snapshot) (to, why string) {
	n, why := now.Number(a.To)
	if n.Kind == number.Service || n.IsPremium(now.Link.Country) {
		why = n.Dial + " is a " + now.Warning(n) + "; other programs cannot send a call there"
	}
	return n.String(), why
}

func (a asking) transfer() (task, string) {
	l := a.leg(phone.TransferBlind{})
	to, why := a.number(a.now.On(l.Link))
	return task{
		intent: a.now.Sending(l.ID, to, false), said: l.Peer.String() + " was transferred to " + to,
	}, why
}

// consult calls somebody about a call, which waits on hold.
func (a asking) consult() (task, string) {
	l := a.leg(phone.Consult{})
	to, why := a.number(a.now.On(l.Link))
	return task{
		intent: a.now.Sending(l.ID, to, true), said: "asking " + to + "; " + l.Peer.String() + " waits",
	}, why
}

// link joins two calls and leaves: those of a consultation, the two in the request, or the only
// two.
func (a asking) link() (task, string) {
	if asked, waiting, ok := a.now.Consulting(); ok && a.Call == "" {
		return a.joined(phone.CompleteTransfer{}, waiting, asked), ""
	}
	leg, with, _ := a.now.Pair()
	if a.Call != "" {
		other, why := legOf(a.With, a.now)
		if why != "" {
			return task{}, why
		}
		if leg, _ = a.now.Leg(a.id); other != "" {
			with, _ = a.now.Leg(other)
		} else if with.ID == leg.ID {
			with, _, _ = a.now.Pair()
		}
	}
	i := a.now.LinkIntent(leg, with)
	if _, here := i.(phone.Mix); here {
		return task{intent: i, partly: true}, ""
	}
	return a.joined(i, leg, with), ""
}

func (a asking) joined(i phone.Intent, leg, with phone.Leg) task {
	return task{intent: i, said: leg.Peer.String() + " was put through to " + with.Peer.String()}
}

// join brings all calls into a conference: the one in the request, one of this phone, or the one that
// the key means.
func (a asking) join() (task, string) {
	i, ok := a.now.JoinIntent().(phone.Join)
	if a.To != "" {
		i, ok = phone.Join{Room: phone.Account{Link: a.now.Link.ID, ID: pbxws.AccountID(a.To)}}, true
	}
	if a.Here || !ok {
		return task{intent: phone.Mix{}, partly: true}, ""
	}
	var names []string
	for _, l := range a.now.On(i.Room.Link).Joining(i.Room.ID) {
		names = append(names, l.Peer.String())
	}
	return task{intent: i, said: "in conference " + string(i.Room.ID) + ": you, " + strings.Join(names, ", "), partly: true}, ""
}

// split takes the conference apart that this phone carries.
func (a asking) split() (task, string) { return task{intent: phone.Split{Leg: a.id}, partly: true}, "" }

// park leaves the far end at a parking place, which the notice names.
func (a asking) park() (task, string) {
	return task{intent: phone.ParkCall{Leg: a.id, Orbit: pbxws.OrbitID(a.To)}}, ""
}
