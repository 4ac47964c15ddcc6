package tui

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// What reaches a person who looks elsewhere: the terminal's bell, once for each call and for
// what was waited for, and where the terminal is known to allow it a note on the desktop.

// reminderEvery is how long a call may be on hold before we say so, again and again.
const reminderEvery = time.Minute

// rung are the calls that began to ring.
func rung(before, now phone.Snapshot) (legs []phone.Leg) {
	for _, l := range now.Legs {
		if old, _ := before.Leg(l.ID); l.State == phone.Alerting && old.State != phone.Alerting {
			legs = append(legs, l)
		}
	}
	return legs
}

// lost tells that the one who was asked about a call hung up and somebody still waits.
func lost(before, now phone.Snapshot) bool {
	asked, waiting, ok := before.Consulting()
	if !ok {
		return false
	}
	still, _ := now.Leg(waiting.ID)
	gone, there := now.Leg(asked.ID)
	return still.State == phone.Connected && still.LocalHold && (!there || gone.State == phone.Ended)
}

// freed is somebody who was watched and is free now, empty where there is none.
func freed(before, now phone.Snapshot) phone.Account {
	if len(before.Links) != len(now.Links) {
		return phone.Account{}
	}
	for i := range before.Links {
		id := now.Links[i].Link.ID
		if a := freedAt(before.On(id), now.On(id)); a != "" {
			return phone.Account{Link: id, ID: a}
		}
	}
	return phone.Account{ID: freedAt(before, now)}
}

func freedAt(before, now phone.Snapshot) pbxws.AccountID {
	for _, id := range before.Watched {
		a, known := now.PBX.Accounts.Get(id)
		if known && !slices.Contains(now.Watched, id) && now.PBX.Lamp(a) == pbxws.LampFree &&
			before.PBX.Lamp(before.PBX.Accounts.At(id)) != pbxws.LampFree {
			return id
		}
	}
	return ""
}

// alarm rings for what changed between two snapshots.
func (m *model) alarm(before, now phone.Snapshot) {
	v := &m.view
	for _, l := range rung(before, now) {
		v.bells++
		v.note, v.notes = m.scene.name(l.Peer)+" calls", v.notes+1
	}
	if lost(before, now) {
		v.bells++
		v.dropped = m.scene.now
	}
	if a := freed(before, now); a.ID != "" {
		v.bells++
		v.freed = offer{a, m.scene.now}
		m.say(phone.GradeDone, m.scene.whoIs(a)+" is free, Enter calls")
	}
}

// offer is somebody whom Enter calls while the sentence that says so is fresh. A key that was on
// its way when the sentence came does not.
type offer struct {
	phone.Account
	at time.Time
}

func (o offer) stands(now time.Time) bool {
	age := now.Sub(o.at)
	return o.ID != "" && age >= typingFor && age < freshFor
}

// reminded is how often a call on hold has been spoken of.
type reminded struct {
	since time.Time
	times int
}

// remind speaks of calls that have been on hold for another minute.
func (m *model) remind() {
	v := &m.view
	for _, l := range m.scene.live() {
		if !l.LocalHold || l.HeldAt.IsZero() || m.scene.reminder < 0 {
			continue
		}
		r := v.reminded[l.ID]
		if !r.since.Equal(l.HeldAt) {
			r = reminded{since: l.HeldAt}
		}
		if times := int(m.scene.since(l.HeldAt) / m.scene.reminderAfter()); times > r.times {
			r.times = times
			v.bells++
			_, _ = m.phone.Do(phone.Remind{}) // what is heard is said as well
			m.say(phone.GradeWarn, "!! "+m.scene.farEnd(l)+" has been on hold for "+term.Minutes(m.scene.since(l.HeldAt)))
		}
		if v.reminded == nil {
			v.reminded = map[pbxws.LegID]reminded{}
		}
		v.reminded[l.ID] = r
	}
	for id := range v.reminded {
		if _, there := m.scene.Leg(id); !there {
			delete(v.reminded, id)
		}
	}
}

// reminderAfter is how long a call may be on hold before we say so.
func (sc *scene) reminderAfter() time.Duration {
	if sc.reminder > 0 {
		return sc.reminder
	}
	return reminderEvery
}

// overdue tells that a call has been on hold for too long.
func overdue(sc *scene, l phone.Leg) bool {
	return l.State == phone.Connected && l.LocalHold && !l.HeldAt.IsZero() && sc.reminder >= 0 && sc.since(l.HeldAt) >= sc.reminderAfter()
}
