package phone

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/patchcord/patchcord/audio"
)

// Which devices there are, which are chosen, and how that is changed, also in mid-call.

// Device is a microphone or a speaker that can be chosen.
type Device = audio.Endpoint

// Role is one of the three devices of a telephone.
type Role = audio.Role

// The parts.
const (
	Microphone = audio.Microphone
	Speaker    = audio.Speaker
	Ringer     = audio.Ringer
)

const (
	// NoDevice instead of a device's name means none.
	NoDevice = audio.None
	// RingsOnDefault lets calls ring on the system's default device, also when that changes.
	RingsOnDefault = "system"
	// MaxVolume is the most that a volume can be.
	MaxVolume = audio.MaxVolume
)

// Choice is which devices a person wants, by their names, and how loud. The zero Choice is the
// system's default for all, at a volume of 1.
type Choice struct {
	// Mic and Speaker are empty for the system's default. An empty Ringer rings on the speaker.
	Mic     string `json:"mic,omitempty"`
	Speaker string `json:"speaker,omitempty"`
	Ringer  string `json:"ringer,omitempty"`
	// SpeakerGain and RingerGain are the volume minus 1: -1 is silence, 0 unchanged, MaxVolume-1 the
	// loudest.
	SpeakerGain float64 `json:"speaker_gain,omitempty"`
	RingerGain  float64 `json:"ringer_gain,omitempty"`
	// Echo is when our echo canceller works.
	Echo EchoMode `json:"echo,omitempty"`
}

// Volume is the factor for the speaker or the ringer, 0 to MaxVolume.
func (c Choice) Volume(part Role) float64 {
	gain := c.SpeakerGain
	if part == Ringer {
		gain = c.RingerGain
	}
	if math.IsNaN(gain) {
		gain = 0
	}
	return max(0, min(MaxVolume, 1+gain))
}

// Device is the name wanted for a part.
func (c Choice) Device(part Role) string {
	switch part {
	case Microphone:
		return c.Mic
	case Speaker:
		return c.Speaker
	}
	return c.Ringer
}

func (c Choice) with(part Role, name string) Choice {
	switch part {
	case Microphone:
		c.Mic = name
	case Speaker:
		c.Speaker = name
	default:
		c.Ringer = name
	}
	return c
}

// Echo is what becomes of the speaker's echo in the microphone, and EchoMode when our canceller works.
type (
	Echo     = audio.Echo
	EchoMode = audio.EchoMode
)

// Whose canceller works, and when ours does.
const (
	NoCanceller     = audio.NoCanceller
	SystemCanceller = audio.SystemCanceller
	OwnCanceller    = audio.OwnCanceller

	EchoAuto = audio.EchoAuto
	EchoOn   = audio.EchoOn
	EchoOff  = audio.EchoOff
)

// Offer is a device that was lost, or missing from the start, and is there now.
type Offer struct {
	Role Role   `json:"part"`
	Name string `json:"name"`
}

// Devices are those to choose from.
type Devices struct {
	// Listed is true once they are known; Trouble says why they could not be listed.
	Listed   bool     `json:"listed,omitempty"`
	Mics     []Device `json:"mics,omitempty"`
	Speakers []Device `json:"speakers,omitempty"`
	Trouble  string   `json:"trouble,omitempty"`
}

const (
	// listEvery is how often devices are listed while they are shown.
	listEvery = 2 * time.Second
	listLimit = time.Second
	// changeLimit is how long a change of device is waited for.
	changeLimit = 3 * time.Second
)

// card is a device that can be changed while it is used: an audio.Switch.
type card interface {
	audio.Device
	Using() audio.Using
	Echo() audio.Echo
	UseMic(context.Context, string) error
	UseSpeaker(context.Context, string) error
	SetVolume(float32)
	SetEcho(audio.EchoMode)
	Events() <-chan audio.Event
}

// devices is the loop's knowledge of them.
type devices struct {
	choice Choice
	card   card // the one in use, nil while there is none or it cannot be changed
	offer  Offer
	// hide ends the listing, nil while they are not shown.
	hide     context.CancelFunc
	listing  audio.Listing
	listed   bool
	listNews string  // why they could not be listed
	pending  Receipt // the intent that changes one, 0 for none
}

type (
	// devicesAre is a list of devices, or why there is none.
	devicesAre struct {
		listing audio.Listing
		err     error
	}
	// deviceUsed is the outcome of a change.
	deviceUsed struct {
		of   Receipt
		part Role
		name string
		err  error
	}
)

// take notes the device in use, and sets it as chosen meanwhile.
func (in cardIs) take(d *desk) {
	d.devices.card = in.card
	if in.card != nil {
		in.card.SetVolume(float32(d.devices.choice.Volume(Speaker)))
		in.card.SetEcho(d.devices.choice.Echo)
	}
}

// showDevices lists the devices, and keeps the sound open so that the meters move, until they are
// not shown any more.
func (d *desk) showDevices(on bool) {
	v := &d.devices
	switch {
	case on == (v.hide != nil):
	case on:
		ctx, cancel := context.WithCancel(d.work)
		v.hide = cancel
		d.attempt(func() { d.listDevices(ctx) }, func(err error) posted { return devicesAre{err: err} })
	default:
		v.hide()
		v.hide, v.listed = nil, false
	}
	d.refreshSound()
}

func (d *desk) listDevices(ctx context.Context) {
	tick := time.NewTicker(listEvery)
	defer tick.Stop()
	for {
		limited, cancel := context.WithTimeout(ctx, listLimit)
		list, err := d.config.Devices(limited)
		cancel()
		if ctx.Err() != nil {
			return
		}
		d.post(devicesAre{list, err})
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (in devicesAre) take(d *desk) {
	v := &d.devices
	if v.hide == nil { // a late one
		return
	}
	v.listing, v.listed, v.listNews = in.listing, true, ""
	if in.err != nil {
		v.listNews = in.err.Error()
	}
}

// useDevice changes a device. One in use is changed during the call; any other choice counts at the
// next opening.
func (d *desk) useDevice(part Role, name string) {
	c := d.devices.card
	if part == Ringer || c == nil {
		deviceUsed{of: d.receipt, part: part, name: name}.take(d)
		return
	}
	use := c.UseSpeaker
	if part == Microphone {
		use = c.UseMic
	}
	of := d.receipt
	d.devices.pending = of
	d.attempt(func() {
		ctx, cancel := context.WithTimeout(d.work, changeLimit)
		defer cancel()
		err := use(ctx, name)
		d.post(deviceUsed{of, part, name, err})
	}, func(err error) posted { return deviceUsed{of, part, name, err} })
}

func (in deviceUsed) take(d *desk) {
	defer d.onBehalf(in.of)()
	v := &d.devices
	if v.pending == in.of {
		v.pending = 0
	}
	if in.err != nil {
		d.say(GradeFailed, "", fmt.Sprintf("the %s was not changed: %v", in.part, in.err), 0)
		return
	}
	v.choice = v.choice.with(in.part, in.name)
	if v.offer.Role == in.part {
		v.offer = Offer{}
	}
	d.keepChoice()
	d.say(GradeDone, "", fmt.Sprintf("the %s is %s", in.part, d.nameOfChoice(in.part)), 0)
	if v.card != nil {
		describe(v.card, nil).take(d)
	}
	if in.part == Ringer {
		d.ring(false) // so that it rings on the new device
	}
	d.refreshSound()
}

// nameOfChoice is the choice for a device, in words.
func (d *desk) nameOfChoice(part Role) string {
	name := d.devices.choice.Device(part)
	switch {
	case name == NoDevice && part == Ringer:
		return "silent now: calls ring on the screen only"
	case name == NoDevice:
		return "none now"
	case name == "" && part == Ringer:
		return "where calls are heard"
	case name == "" || part == Ringer && name == RingsOnDefault:
		return "the system default now" + d.following(part)
	}
	return d.deviceName(part, name) + " now"
}

// following is the system's present default, in brackets.
func (d *desk) following(part Role) string {
	c := d.devices.card
	if c == nil || part == Ringer {
		return ""
	}
	used := c.Using().Speaker
	if part == Microphone {
		used = c.Using().Mic
	}
	if used.Name == "" {
		return ""
	}
	return " (" + used.Name + ")"
}

// deviceName is a person's name for a device: a choice may hold the system's own name.
func (d *desk) deviceName(part Role, name string) string {
	list := d.devices.listing.Speakers
	if part == Microphone {
		list = d.devices.listing.Mics
	}
	i := slices.IndexFunc(list, func(e Device) bool { return e.ID == name })
	if i < 0 {
		return name
	}
	return list[i].Name
}

// setVolume makes the speaker or the ringer louder or softer.
func (d *desk) setVolume(part Role, volume float64) {
	v := &d.devices
	gain := max(0, min(MaxVolume, volume)) - 1
	if part == Ringer {
		v.choice.RingerGain = gain
		d.ring(false)
	} else {
		v.choice.SpeakerGain = gain
	}
	if v.card != nil && part == Speaker {
		v.card.SetVolume(float32(v.choice.Volume(Speaker)))
	}
	d.keepChoice()
	d.say(GradeInfo, "", fmt.Sprintf("volume of the %s: %.0f %%", part, 100*v.choice.Volume(part)), 0)
	d.refreshSound()
}

// setEcho has our echo canceller work, or not.
func (d *desk) setEcho(mode EchoMode) {
	v := &d.devices
	v.choice.Echo = mode
	if v.card != nil {
		v.card.SetEcho(mode)
	}
	d.keepChoice()
	d.say(GradeInfo, "", "echo canceller of the phone: "+map[EchoMode]string{
		EchoAuto: "where the system has none", EchoOn: "on", EchoOff: "off",
	}[mode], 0)
	d.refreshSound()
}

// tryDevice makes a sound on the speaker, or rings for a moment.
func (d *desk) tryDevice(part Role) {
	if part == Ringer && d.ringsApart() {
		d.start(func() {
			ctx, done := context.WithTimeout(d.work, chimeLength)
			defer done()
			d.ringUntil(ctx)
		})
		return
	}
	kind := audio.TestTone
	if part == Ringer {
		kind = audio.Ring
	}
	d.player.sound.chime(kind)
	d.player.last = d.now
	d.refreshSound()
}

func (d *desk) keepChoice() {
	if d.config.Chosen != nil {
		d.config.Chosen(d.devices.choice)
	}
}

// take tells of a change of the devices that nobody asked for: it makes a notice, and maybe an
// offer.
func (in soundNews) take(d *desk) {
	e := in.event
	d.mentionDevice(e.Text)
	v := &d.devices
	switch {
	case e.Kind == audio.Returned:
		v.offer = Offer{e.Role, e.Was}
	case e.Kind == audio.Lost && (e.Role == v.offer.Role || e.Role == 0):
		v.offer = Offer{}
	}
}

// view adds to the sound what is known of its devices.
func (d *devices) view(s *Sound) {
	s.Choice, s.Offer = d.choice, d.offer
	if d.hide != nil && d.listed {
		s.Devices = Devices{Listed: true, Mics: d.listing.Mics, Speakers: d.listing.Speakers, Trouble: d.listNews}
	}
	if d.card == nil {
		return
	}
	s.Echo = d.card.Echo()
}
