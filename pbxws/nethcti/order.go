package nethcti

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// capFor is what a PBX must be able to do for a command; known is false for one that has no words here.
func capFor(c pbxws.Command) (need pbxws.Caps, known bool) {
	switch c := c.(type) {
	case pbxws.Trace:
		return 0, true
	case pbxws.Offer:
		return pbxws.CapMedia, c.Kind == pbxws.OfferCall
	case pbxws.Ringing, pbxws.Answer, pbxws.Reject, pbxws.Bye, pbxws.AddCandidate, pbxws.EndOfCandidates, pbxws.Hold, pbxws.Reoffer,
		pbxws.BlindTransfer, pbxws.AttendedTransfer:
		return pbxws.CapMedia, true
	case pbxws.Tones:
		return pbxws.CapMedia | pbxws.CapTones, true
	case pbxws.Park:
		return pbxws.CapMedia | pbxws.CapPark, true
	case pbxws.Record:
		return pbxws.CapMedia | pbxws.CapRecord, true
	case pbxws.DeskDial, pbxws.DeskAnswer, pbxws.DeskHold, pbxws.DeskHangup, pbxws.DeskTransfer:
		return pbxws.CapDesk, true
	case pbxws.DeskPark, pbxws.DeskRetrieve:
		return pbxws.CapDesk | pbxws.CapPark, true
	case pbxws.DeskPickup:
		return pbxws.CapDesk | pbxws.CapPickup, true
	case pbxws.DeskRecord:
		return pbxws.CapDesk | pbxws.CapRecord, true
	case pbxws.SetDND:
		return pbxws.CapDND, true
	case pbxws.SetForward:
		return pbxws.CapForward, true
	case pbxws.SetPresence:
		return pbxws.CapPresence, true
	case pbxws.JoinQueue, pbxws.PauseQueue, pbxws.TakeWaiting:
		return pbxws.CapQueue, true
	case pbxws.Listen:
		return pbxws.CapListen, true
	case pbxws.Intrude:
		return pbxws.CapIntrude, true
	case pbxws.ChooseDevice:
		return pbxws.CapDevices, true
	case pbxws.Fetch:
		return topicCaps[c.Topic], true
	case pbxws.FetchSound:
		if c.Of == pbxws.SoundOfCall {
			return pbxws.CapCallSound, true
		}
		return pbxws.CapMessageSound, true
	}
	return 0, false
}

// topicCaps is what a PBX must be able to do to be asked for each topic.
var topicCaps = [...]pbxws.Caps{
	pbxws.TopicHistory: pbxws.CapHistory, pbxws.TopicPhonebook: pbxws.CapPhonebook, pbxws.TopicVoicemail: pbxws.CapVoicemail, pbxws.TopicForwards: pbxws.CapForward,
}

// command takes an order.
func (l *loop) command(c pbxws.Command) {
	gateways := l.orderGateway(c)
	switch c := c.(type) {
	case pbxws.Trace:
		l.trace = c.On
		return
	case pbxws.Fetch:
		l.fetch(c)
		return
	case pbxws.FetchSound:
		l.fetchSound(c)
		return
	}
	if gateways {
		return
	}
	o, why := l.board.order(c)
	if why != "" {
		l.refuse(c, 0, why)
		return
	}
	o.command = c
	ask := l.visit
	if !l.orders.add(func(ctx context.Context) any {
		r, err := ask(ctx, http.MethodPost, o.path, o.body, orderLimit)
		return orderDone{&o, r, err}
	}) {
		l.refuse(c, 0, "too many orders are waiting for the PBX; try again in a moment")
		return
	}
	if o.shows != nil {
		l.awaited = append(l.awaited, &o)
	}
	l.traceFrame([]byte("POST "+o.path+wordsOf(o.body)), true)
}

// wordsOf are the members of a body for the trace, each after a blank.
func wordsOf(body map[string]string) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(body)) {
		text += " " + name + "=" + body[name]
	}
	return text
}

func (l *loop) refuse(c pbxws.Command, code int, why string) {
	l.tell(pbxws.CommandRefused{Command: c, Code: code, Reason: why})
}

// ordered takes what came of an order: that the PBX took it is no proof that it came about.
func (l *loop) ordered(o orderDone) {
	l.traceFrame([]byte("POST "+o.path+": "+http.StatusText(o.reply.status)), false)
	switch code, why, refused := refusal(o.reply, o.err, orderLimit); {
	case refused:
		if p, is := o.command.(pbxws.SetPresence); is && code == http.StatusBadRequest {
			why = fmt.Sprintf("the PBX does not take %q here; it knows online, dnd, voicemail, cellphone, and callforward with a number", shortened(p.Presence.Word))
		}
		l.awaited = slices.DeleteFunc(l.awaited, func(a *order) bool { return a == o.order })
		l.refuse(o.command, code, why)
	case o.shows == nil:
		l.tell(pbxws.CommandDone{Command: o.command})
	default:
		o.until = time.Now().Add(effectLimit)
		l.settleAwaited()
	}
}

// settleAwaited confirms the orders that came about.
func (l *loop) settleAwaited() {
	l.awaited = slices.DeleteFunc(l.awaited, func(o *order) bool {
		o.shown = o.shown || o.shows()
		if !o.shown || o.until.IsZero() {
			return false
		}
		l.tell(pbxws.CommandDone{Command: o.command})
		return true
	})
}

// order is a command as a request, or why there can be none.
func (b *board) order(c pbxws.Command) (o order, why string) {
	switch c := c.(type) {
	case pbxws.DeskDial:
		return order{path: "/astproxy/call", body: body(append(b.placedAt(), "number", c.To)...), shows: b.newCall()}, ""
	case pbxws.DeskAnswer:
		return b.answer(c)
	case pbxws.DeskHold:
		return b.hold(c)
	case pbxws.DeskHangup:
		return b.inCall(c.Call, "/astproxy/hangup", nil)
	case pbxws.DeskTransfer:
		return b.inCall(c.Call, "/astproxy/blindtransfer", nil, "to", c.To)
	case pbxws.DeskPark:
		if c.Orbit != "" {
			return order{}, choosesPlace
		}
		return b.inCall(c.Call, "/astproxy/park", nil, "applicantId", string(b.self))
	case pbxws.DeskRecord:
		return b.record(c)
	case pbxws.Park:
		if c.Orbit != "" {
			return order{}, choosesPlace
		}
		o, why := b.inCall(b.callOf(c.Leg), "/astproxy/park", nil, "applicantId", b.here)
		o.shows = nil // the end of the leg does
		return o, why
	case pbxws.Record:
		return b.record(pbxws.DeskRecord{Call: b.callOf(c.Leg), On: c.On})
	case pbxws.DeskRetrieve:
		return order{path: "/astproxy/pickup_parking", body: body("parking", string(c.Orbit), "destId", b.startsAt()), shows: b.newCall()}, ""
	case pbxws.DeskPickup:
		return b.pickUp(c)
	}
	return b.orderOther(c)
}

// orderOther takes a command that is about no call of ours.
func (b *board) orderOther(c pbxws.Command) (o order, why string) {
	switch c := c.(type) {
	case pbxws.SetDND:
		word := statusOnline
		if c.On {
			word = statusDND
		}
		return b.present(pbxws.PresenceNow, pbxws.Presence{Word: word})
	case pbxws.SetForward:
		return b.forward(c.Forward)
	case pbxws.SetPresence:
		return b.present(c.When, c.Presence)
	case pbxws.JoinQueue:
		return b.join(c)
	case pbxws.PauseQueue:
		return b.pause(c)
	case pbxws.TakeWaiting:
		return order{
			path: "/astproxy/pickup_qwaitcaller", body: body("queue", string(c.Queue), "waitCallerId", string(c.Caller), "destId", b.startsAt()),
			shows: func() bool { _, waits := b.queues[string(c.Queue)].Waiting[string(c.Caller)]; return !waits },
		}, ""
	case pbxws.Listen:
		return b.intoCall(c.Call, "/astproxy/start_spy")
	case pbxws.Intrude:
		return b.intoCall(c.Call, "/astproxy/intrude")
	case pbxws.ChooseDevice:
		return order{path: "/user/default_device", body: body("id", string(c.Device)), shows: b.chose(c.Device)}, ""
	}
	return order{}, pbxws.ErrUnsupported.Error()
}

// body is a body of texts, which is all that the PBX takes.
func body(members ...string) map[string]string {
	all := map[string]string{}
	for i := 0; i+1 < len(members); i += 2 {
		all[members[i]] = members[i+1]
	}
	return all
}

// startsAt is the telephone of ours where a call begins that the PBX places.
func (b *board) startsAt() string {
	if b.here != "" {
		return b.here
	}
	if b.chosen != "" {
		return b.chosen
	}
	return string(b.self)
}

// placedAt names a telephone for a call while the chosen one is away, such as a WebRTC telephone that no
// program has registered.
func (b *board) placedAt() []string {
	if b.extensions[cmp.Or(b.chosen, string(b.self))].Status != statusOffline {
		return nil
	}
	for _, d := range b.devices() {
		if s := b.extensions[string(d.ID)].Status; d.Type != pbxws.DeviceWebRTC && s != "" && s != statusOffline {
			return []string{"endpointId", string(d.ID), "endpointType", "extension"}
		}
	}
	return nil
}

// callOf is the call of a leg of ours, empty where the PBX shows none.
func (b *board) callOf(leg pbxws.LegID) pbxws.CallID {
	for id, c := range b.calls {
		if leg != "" && c.reported.Leg == leg {
			return pbxws.CallID(id)
		}
	}
	return ""
}

// ending is one end of a call as its owner sees it.
type ending struct {
	owner string
	view  conversation
}

// ourEnd is the end of a call that is ours.
func (b *board) ourEnd(id pbxws.CallID) (ending, bool) {
	c := b.calls[string(id)]
	if c == nil {
		return ending{}, false
	}
	for _, owner := range slices.Sorted(maps.Keys(c.views)) {
		if b.own(owner) {
			return ending{owner, c.views[owner]}, true
		}
	}
	return ending{}, false
}

// choosesPlace is why a call cannot be parked at a place of one's choice.
const choosesPlace = "this PBX chooses the parking place itself: leave it empty"

const callGone = "this call has ended"

// inCall orders something of a call of ours. shows tells of our end whether it came about, nil when the
// call is to be over.
func (b *board) inCall(id pbxws.CallID, path string, shows func(ending) bool, more ...string) (order, string) {
	at, ok := b.ourEnd(id)
	if !ok {
		return order{}, callGone
	}
	return order{path: path, body: body(append(more, "convid", string(id), "endpointId", at.owner)...), shows: func() bool {
		now, still := b.ourEnd(id)
		if shows == nil || !still {
			return !still
		}
		return shows(now)
	}}, ""
}

// hold switches a call; the PBX's own word only toggles.
func (b *board) hold(c pbxws.DeskHold) (order, string) {
	at, ok := b.ourEnd(c.Call)
	switch held := b.extensions[at.owner].Status == statusHold; {
	case !ok:
		return order{}, callGone
	case held == c.On && c.On:
		return order{}, "this call is on hold already"
	case held == c.On:
		return order{}, "this call is not on hold"
	}
	if d := b.device(at.owner); d.Actions != nil && !bool(d.Actions.Hold) {
		return order{}, "the PBX cannot have your telephone " + at.owner + " hold a call"
	}
	o, why := b.inCall(c.Call, "/astproxy/toggle_hold", func(e ending) bool { return (b.extensions[e.owner].Status == statusHold) == c.On })
	delete(o.body, "convid") // it is about the telephone
	return o, why
}

// answer has a telephone of ours answer. One that cannot would leave the order without any reply.
func (b *board) answer(c pbxws.DeskAnswer) (order, string) {
	at, _ := b.ourEnd(c.Call)
	if d := b.device(at.owner); d.Actions != nil && !bool(d.Actions.Answer) {
		return order{}, "the PBX cannot have your telephone " + at.owner + " answer; pick it up"
	}
	o, why := b.inCall(c.Call, "/astproxy/answer", func(e ending) bool { return bool(e.view.Connected) })
	delete(o.body, "convid")
	return o, why
}

// device is a telephone of ours.
func (b *board) device(id string) device {
	for _, d := range b.me.Endpoints.Extensions {
		if string(d.ID) == id {
			return d
		}
	}
	return device{}
}

// record starts and stops a recording. One that is paused goes on.
func (b *board) record(c pbxws.DeskRecord) (order, string) {
	at, ok := b.ourEnd(c.Call)
	if !ok {
		return order{}, callGone
	}
	path, want := "/astproxy/start_record", text("true")
	switch {
	case !c.On:
		path, want = "/astproxy/stop_record", "false"
	case at.view.Recording == "mute":
		path = "/astproxy/unmute_record"
	}
	return b.inCall(c.Call, path, func(e ending) bool { return e.view.Recording == want })
}

// newCall shows whether a call of ours began since now.
func (b *board) newCall() func() bool {
	before := map[string]bool{}
	for id := range b.calls {
		before[id] = true
	}
	return func() bool {
		for id := range b.calls {
			if _, ours := b.ourEnd(pbxws.CallID(id)); ours && !before[id] {
				return true
			}
		}
		return false
	}
}

// pickUp takes the call that rings at somebody's.
func (b *board) pickUp(c pbxws.DeskPickup) (order, string) {
	r := b.rows[c.Account]
	if r == nil {
		return order{}, "nobody has this number"
	}
	for _, number := range r.devices {
		if s := b.extensions[number].Status; s == statusRinging || s == statusBusyRinging {
			return order{path: "/astproxy/pickup_conv", body: body("endpointId", number, "destId", b.startsAt()), shows: b.newCall()}, ""
		}
	}
	return order{}, "it no longer rings there"
}

// present sets a presence.
func (b *board) present(when pbxws.PresenceWhen, p pbxws.Presence) (order, string) {
	path := [...]string{pbxws.PresenceNow: "/user/presence", pbxws.PresenceBusy: "/user/presence_onbusy", pbxws.PresenceUnavailable: "/user/presence_onunavailable"}
	o := order{path: path[when], body: body("status", p.Word), shows: func() bool {
		me := b.people[string(b.me.Username)]
		is := [...]presence{pbxws.PresenceNow: me.Presence, pbxws.PresenceBusy: me.OnBusy, pbxws.PresenceUnavailable: me.OnUnavailable}[when]
		return string(is.Status) == p.Word && (p.To == "" || string(is.To) == p.To)
	}}
	if p.To != "" {
		o.body["to"] = p.To
	}
	return o, ""
}

// forward sends our calls elsewhere by a presence, which is the PBX's usual way.
func (b *board) forward(f pbxws.Forward) (order, string) {
	when, ok := map[pbxws.ForwardWhen]pbxws.PresenceWhen{
		pbxws.ForwardAlways: pbxws.PresenceNow, pbxws.ForwardBusy: pbxws.PresenceBusy, pbxws.ForwardNoAnswer: pbxws.PresenceUnavailable,
	}[f.When]
	if !ok {
		return order{}, "this PBX cannot forward calls " + f.When.String()
	}
	if f.To == "" {
		return b.present(when, pbxws.Presence{Word: statusOnline})
	}
	return b.present(when, pbxws.Presence{Word: "callforward", To: f.To})
}

// member is our own entry in a queue, whichever of our telephones it is.
func (b *board) member(q pbxws.AccountID) (number string, m member, ok bool) {
	members := b.queues[string(q)].Members
	for _, number := range slices.Sorted(maps.Keys(members)) {
		if b.own(number) {
			return number, members[number], true
		}
	}
	return "", member{}, false
}

// join has us take the calls of a queue, or no longer.
func (b *board) join(c pbxws.JoinQueue) (order, string) {
	number, m, ok := b.member(c.Queue)
	switch {
	case !ok && !c.On:
		return order{}, "you are not in this queue"
	case ok && m.Type == "static":
		return order{}, "your place in this queue is fixed; you can only pause there"
	case !ok:
		number = string(b.self)
	}
	path := "/astproxy/queuemember_remove"
	if c.On {
		path = "/astproxy/queuemember_add"
	}
	return order{path: path, body: body("endpointId", number, "queueId", string(c.Queue)), shows: func() bool {
		_, m, ok := b.member(c.Queue)
		return (ok && bool(m.LoggedIn)) == c.On
	}}, ""
}

// pause pauses us in a queue, or in all.
func (b *board) pause(c pbxws.PauseQueue) (order, string) {
	o := order{path: "/astproxy/queuemember_unpause", body: body("endpointId", string(b.self))}
	if c.On {
		o.path = "/astproxy/queuemember_pause"
		o.body["reason"] = c.Reason
	}
	if c.Queue == "" {
		return o, ""
	}
	number, _, ok := b.member(c.Queue)
	if !ok {
		return order{}, "you are not in this queue"
	}
	o.body["endpointId"], o.body["queueId"] = number, string(c.Queue)
	o.shows = func() bool {
		_, m, _ := b.member(c.Queue)
		return bool(m.Paused) == c.On
	}
	return o, ""
}

// intoCall brings us into a call of others.
func (b *board) intoCall(id pbxws.CallID, path string) (order, string) {
	c := b.calls[string(id)]
	if c == nil {
		return order{}, callGone
	}
	owner := slices.Sorted(maps.Keys(c.views))[0]
	return order{path: path, body: body("convid", string(id), "endpointId", owner, "destId", b.startsAt()), shows: b.newCall()}, ""
}

// chose notes the device when the PBX took it: older ones do not tell.
func (b *board) chose(id pbxws.AccountID) func() bool {
	return func() bool {
		if b.chosen != string(id) {
			b.chosen = string(id)
			b.tellDevices()
		}
		return true
	}
}
