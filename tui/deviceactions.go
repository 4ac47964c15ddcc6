package tui

import (
	"fmt"
	"slices"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// What keys do with devices, on their pane and elsewhere.

// deviceActions are what keys do with devices.
func deviceActions() []action {
	return []action{
		{id: keymap.ViewDevices, order: true, do: (*model).viewDevices},
		{id: keymap.DeviceUse, order: true, hints: ranks{keymap.Devices: 10}, do: inDevices((*model).useDevice)},
		{id: keymap.DeviceTest, order: true, hints: ranks{keymap.Devices: 50}, do: inDevices((*model).testDevice)},
		{id: keymap.DeviceNext, hints: ranks{keymap.Devices: 40}, do: inDevices((*model).nextPart)},
		{id: keymap.DeviceTake, order: true, hints: ranks{keymap.Devices: 20}, do: (*model).takeOffer,
			applies: func(_ *view, sc *scene) bool { return sc.Sound.Offer.Name != "" }},
		{id: keymap.VolumeDown, order: true, do: volume(-1)},
		{id: keymap.VolumeUp, order: true, hints: ranks{keymap.Devices: 60}, do: volume(1),
			word: func(*view, *scene) string { return "volume" }},
	}
}

const devicesClosed = "open the list of devices first"

// viewDevices opens the pane, or closes it. What is back after it was lost is selected.
func (m *model) viewDevices(string) string {
	v := &m.view
	v.closeField()
	if d, ok := find[*devicesPane](v.panes); ok {
		v.panes.drop(d)
		return ""
	}
	d := &devicesPane{}
	if o := m.scene.Sound.Offer; o.Name != "" {
		d.at = deviceMark{o.Role, o.Name}
	}
	v.panes.push(d)
	return ""
}

// followDevices tells the phone whether devices are looked at, so that it lists them and lets the
// meters move.
func (m *model) followDevices() {
	v := &m.view
	if _, open := find[*devicesPane](v.panes); open != v.devicesShown && m.do(phone.ShowDevices{On: open}) == "" {
		v.devicesShown = open
	}
}

// leaveDevices closes the pane where another view is asked for.
func (m *model) leaveDevices(a keymap.Action) {
	if isView(a) && a != keymap.ViewDevices {
		remove[*devicesPane](&m.view.panes)
	}
}

func isView(a keymap.Action) bool { return len(a) > 5 && a[:5] == "view." }

// inDevices is for what works on the selected row of the open pane.
func inDevices(do func(m *model, d *devicesPane, row deviceRow) string) func(*model, string) string {
	return func(m *model, _ string) string {
		d, open := find[*devicesPane](m.view.panes)
		if !open {
			return devicesClosed
		}
		rows := d.rows(&m.scene)
		return do(m, d, rows[d.marked(rows)])
	}
}

func (m *model) useDevice(d *devicesPane, row deviceRow) string {
	d.at = row.deviceMark
	return m.do(phone.UseDevice{Role: row.part, Name: row.name})
}

func (m *model) testDevice(_ *devicesPane, row deviceRow) string {
	refusal := m.do(phone.TryDevice{Role: row.part})
	if refusal == "" {
		m.say(phone.GradeInfo, fmt.Sprintf("you should hear the %s now", row.part))
	}
	return refusal
}

// nextPart selects what is chosen of the next part.
func (m *model) nextPart(d *devicesPane, row deviceRow) string {
	next := parts[(slices.Index(parts[:], row.part)+1)%len(parts)]
	d.at = deviceMark{part: next, name: m.scene.Sound.Choice.Device(next)}
	rows := d.rows(&m.scene)
	if i := slices.IndexFunc(rows, func(r deviceRow) bool { return r.part == next && r.chosen }); i >= 0 {
		d.at = rows[i].deviceMark
	}
	return ""
}

// takeOffer uses the device that is back after it was lost.
func (m *model) takeOffer(string) string {
	o := m.scene.Sound.Offer
	if o.Name == "" {
		return "no device has come back"
	}
	return m.do(phone.UseDevice{Role: o.Role, Name: o.Name})
}

// echoTest calls the number that measures the echo and takes the outcome for its name.
func (m *model) echoTest() string {
	if m.scene.echoTest == "" {
		return "this PBX has no echo test; the practice PBX has one: start patchcord -practice"
	}
	return m.dial(m.scene.echoTest)
}

// volumes are the steps of a volume; what lies between them goes to the next one.
var volumes = [...]float64{0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1, 1.25, 1.5, 2, 3, phone.MaxVolume}

// volume is a step of the volume: of the ringer where one is selected, else of the speaker.
func volume(step int) func(*model, string) string {
	return func(m *model, _ string) string {
		part := phone.Speaker
		if d, open := find[*devicesPane](m.view.panes); open {
			if rows := d.rows(&m.scene); rows[d.marked(rows)].part == phone.Ringer {
				part = phone.Ringer
			}
		}
		now := m.scene.Sound.Choice.Volume(part)
		at := slices.IndexFunc(volumes[:], func(v float64) bool { return v >= now-0.001 })
		return m.do(phone.SetVolume{Role: part, Volume: volumes[max(0, min(len(volumes)-1, at+step))]})
	}
}
