package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// devicesPane lists microphones, speakers and ringers to choose from, with meters that move.
type devicesPane struct {
	// at is the selected row itself, not its place: devices come and go.
	at deviceMark
}

// deviceMark names a row.
type deviceMark struct {
	part phone.Role
	name string
}

// deviceRow is a device that can be chosen, or what stands for one.
type deviceRow struct {
	deviceMark
	words, note string
	// chosen is what is wanted now; used tells that it is heard.
	chosen bool
}

var parts = [...]phone.Role{phone.Microphone, phone.Speaker, phone.Ringer}

// rows are all of them, part by part. The first part's first row is never missing.
func (d *devicesPane) rows(sc *scene) []deviceRow {
	var rows []deviceRow
	for _, part := range parts {
		rows = append(rows, partRows(sc, part)...)
	}
	return rows
}

func partRows(sc *scene, part phone.Role) []deviceRow {
	there := sc.Sound.Devices.Speakers
	if part == phone.Microphone {
		there = sc.Sound.Devices.Mics
	}
	wanted := sc.Sound.Choice.Device(part)
	rows := standingRows(part, there, sc.Sound.Devices.Listed)
	found := slices.IndexFunc(rows, func(r deviceRow) bool { return r.name == wanted }) >= 0
	for _, monitors := range []bool{false, true} { // these last: they are for tests
		for _, e := range there {
			if e.Monitor != monitors {
				continue
			}
			row := deviceRow{deviceMark: deviceMark{part, nameFor(there, e)}, words: e.Name, note: deviceNote(e)}
			row.chosen = strings.EqualFold(wanted, e.Name) || wanted == e.ID
			found = found || row.chosen
			rows = append(rows, row)
		}
	}
	if !found {
		rows = append(rows, deviceRow{deviceMark: deviceMark{part, wanted}, words: wanted, note: "not connected", chosen: true})
	}
	none := deviceRow{deviceMark: deviceMark{part, phone.NoDevice}, words: noDeviceWords(part)}
	rows = append(rows, none)
	for i := range rows {
		rows[i].chosen = rows[i].chosen || rows[i].name == wanted
	}
	return rows
}

// standingRows are the choices that are no device.
func standingRows(part phone.Role, there []phone.Device, listed bool) []deviceRow {
	now := ""
	if listed {
		now = "none is there"
	}
	if i := slices.IndexFunc(there, func(e phone.Device) bool { return e.Default }); i >= 0 {
		now = "now " + there[i].Name
	}
	follows := deviceRow{deviceMark: deviceMark{part, ""}, words: "default, follows the system", note: now}
	if part != phone.Ringer {
		return []deviceRow{follows}
	}
	follows.name = phone.RingsOnDefault
	return []deviceRow{{deviceMark: deviceMark{part, ""}, words: "where calls are heard"}, follows}
}

func noDeviceWords(part phone.Role) string {
	if part == phone.Ringer {
		return "silent: ring on the screen only"
	}
	return "none"
}

// nameFor is what a device is chosen by: its name as people know it, unless another one has the same.
func nameFor(there []phone.Device, e phone.Device) string {
	same := 0
	for _, other := range there {
		if strings.EqualFold(other.Name, e.Name) {
			same++
		}
	}
	if same > 1 {
		return e.ID
	}
	return e.Name
}

func deviceNote(e phone.Device) string {
	switch {
	case e.Monitor:
		return "hears what the speaker plays"
	case e.EchoCancelled:
		return "the system removes the echo"
	}
	return ""
}

// marked is the row under the cursor: the one that was selected, else the first chosen one.
func (d *devicesPane) marked(rows []deviceRow) int {
	for _, is := range []func(deviceRow) bool{
		func(r deviceRow) bool { return r.deviceMark == d.at },
		func(r deviceRow) bool { return r.chosen && (r.part == d.at.part || d.at.part == 0) },
	} {
		if i := slices.IndexFunc(rows, is); i >= 0 {
			return i
		}
	}
	return 0
}

func (d *devicesPane) context() keymap.Context { return keymap.Devices }

func (d *devicesPane) key(tea.Key, *scene) (tea.Cmd, bool) { return nil, false }

func (d *devicesPane) close() bool { return false }

func (d *devicesPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	c.On(r.Rows(1), 0).Gap(1).Right(term.Faint, deviceState(sc)+" ").Put(term.Title, "DEVICES")
	foot := echoWords(sc)
	if sc.Sound.Devices.Trouble != "" {
		foot = sc.Sound.Devices.Trouble
	}
	words := term.Wrap(foot, r.W-2, c.ASCII)
	if r.H > len(words)+6 {
		for i, last := 0, r.Last(len(words)); i < len(words); i++ {
			c.On(last, i).Gap(1).Put(term.Faint, words[i])
		}
	}
	rows := d.rows(sc)
	at := d.marked(rows)
	lines, place := deviceLines(rows, at)
	top := max(0, min(place-r.H/2, len(lines)-r.H))
	for _, line := range lines[top:] {
		if r.H == 0 {
			return
		}
		here := r.Rows(1)
		if line < 0 {
			drawPart(c.On(here, 0).Gap(1), sc, parts[-line-1])
			continue
		}
		drawDevice(c.On(here, 0), rows[line], line == at)
		if line == at {
			c.Restyle(here, term.Marked)
		}
	}
}

// deviceLines puts a heading before each part: -1, -2 and -3 stand for those, other numbers for
// rows. place is the line of the row at.
func deviceLines(rows []deviceRow, at int) (lines []int, place int) {
	for i, row := range rows {
		if i == 0 || rows[i-1].part != row.part {
			lines = append(lines, -slices.Index(parts[:], row.part)-1)
		}
		if i == at {
			place = len(lines)
		}
		lines = append(lines, i)
	}
	return lines, place
}

// drawPart is the heading of a part: its level, or how loud it is set.
func drawPart(p *term.Pen, sc *scene, part phone.Role) {
	volume := fmt.Sprintf("volume %.0f %%", 100*sc.Sound.Choice.Volume(part))
	used := "in use: "
	switch part {
	case phone.Microphone:
		p.Cell(term.Title, 12, "MICROPHONE").Put(term.Plain, meterOf(sc, micMeter))
		used += orNone(sc.Sound.Mic)
	case phone.Speaker:
		p.Cell(term.Title, 12, "SPEAKER").Put(term.Plain, meterOf(sc, speakerMeter)).Gap(2).Put(term.Plain, volume)
		used += orNone(sc.Sound.Device)
		if sc.Sound.Silent {
			used = "in use: none"
		}
	default:
		p.Cell(term.Title, 12, "RINGER").Put(term.Plain, volume)
		return
	}
	p.Gap(2).PutCut(term.Faint, used)
}

func orNone(name string) string {
	if name == "" {
		return "none"
	}
	return cut(name, 40)
}

func drawDevice(p *term.Pen, row deviceRow, at bool) {
	p.Mark(at)
	sign := "  "
	if row.chosen {
		sign = "* "
	}
	p.Put(term.KeyCap, " "+sign)
	p.Cell(term.Plain, max(16, min(36, p.Room()-20)), cut(row.words, 60)).Gap(1).Put(term.Faint, cut(row.note, 60))
}

// deviceState says what is known of the list.
func deviceState(sc *scene) string {
	switch {
	case !sc.Sound.Devices.Listed:
		return "looking ..."
	case sc.Sound.Offer.Name != "":
		return "back again: " + cut(sc.Sound.Offer.Name, 30)
	}
	return "* chosen"
}

// echoWords is who takes the echo out of the microphone, and if nobody does, what to do.
func echoWords(sc *scene) string {
	e, ours := sc.Sound.Echo, sc.Sound.Choice.Echo
	others := slices.IndexFunc(sc.Sound.Devices.Mics, func(e phone.Device) bool { return e.EchoCancelled })
	switch {
	case e.Canceller == phone.SystemCanceller:
		return "Echo: the system takes it out of your microphone."
	case e.Canceller == phone.OwnCanceller && e.Reduction > 0:
		return fmt.Sprintf("Echo: Patchcord takes %d dB of it out of your microphone.", e.Reduction)
	case e.Canceller == phone.OwnCanceller:
		return "Echo: Patchcord listens for it, and takes it out; there was none so far."
	case others >= 0:
		return "Echo: the system has a canceller; to be sure that it works, choose the microphone " + cut(sc.Sound.Devices.Mics[others].Name, 60)
	case ours == phone.EchoOff:
		return "Echo: you switched the canceller off. Use a headset, or type :set echo.canceller auto"
	case e.Canceller == phone.NoCanceller:
		return "Echo: nobody takes it out of this microphone. Use a headset, or type :set echo.canceller on"
	}
	return "Echo: Patchcord takes it out in calls, unless the system does."
}

func (d *devicesPane) move(a keymap.Action, r term.Rect, sc *scene) {
	rows := d.rows(sc)
	d.at = rows[within(d.marked(rows)+a.Stride(max(1, r.H-6), len(rows)), len(rows))].deviceMark
}

// ringsOn is where a call rings here.
func ringsOn(sc *scene) string {
	switch ringer := sc.Sound.Choice.Ringer; {
	case ringer == phone.NoDevice:
		return "the screen only, as you chose"
	case ringer == phone.RingsOnDefault:
		return "the system's default device"
	case ringer != "":
		return ringer
	case sc.Sound.Silent:
		return "the screen only, there is no sound card"
	}
	return sc.Sound.Device
}
