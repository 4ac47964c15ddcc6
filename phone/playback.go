package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
)

// Voice messages and recorded calls are played on the speaker for calls: one at a time, and none during a call.

type (
	// Play plays a sound that the PBX keeps, from the start.
	Play struct {
		Of   pbxws.SoundOf
		ID   string
		Link LinkID
	}
	// StopPlaying ends that, or the wait for it.
	StopPlaying struct{}
)

func (Play) intent()        {}
func (StopPlaying) intent() {}

func (i Play) at() LinkID { return i.Link }

// Playing is the sound that is played, or that the PBX was asked for: then it has no Length yet. An empty ID is none.
type Playing struct {
	Of     pbxws.SoundOf `json:"of"`
	ID     string        `json:"id"`
	Link   LinkID        `json:"link,omitempty"`
	At     time.Duration `json:"at,omitempty"`
	Length time.Duration `json:"length,omitempty"`
}

// Is tells whether it is the sound of an intent.
func (p Playing) Is(i Play) bool {
	return p.ID != "" && p.Of == i.Of && p.ID == i.ID && p.Link == i.Link
}

// soundKinds say of each kind of sound what it is called, what the PBX must be able to do, and what is said where it
// cannot.
var soundKinds = [...]struct {
	name, lacking string
	caps          pbxws.Caps
}{
	pbxws.SoundOfMessage: {"message", "this PBX does not provide the audio of messages: to hear them, call your mailbox", pbxws.CapMessageSound},
	pbxws.SoundOfCall:    {"recording", "this PBX does not give you recordings of calls", pbxws.CapCallSound},
}

// refusesPlay says why a sound cannot be played.
func (s Snapshot) refusesPlay(i Play) string {
	if int(i.Of) >= len(soundKinds) {
		return "there is nothing like that to play"
	}
	kind := soundKinds[i.Of]
	return firstOf(
		unless(s.linked(), s.noLink()),
		unless(s.Caps.Has(kind.caps), kind.lacking),
		unless(s.keepsSound(i.Of, i.ID), "that "+kind.name+" no longer exists"),
		unless(!s.Sound.Silent, "there is no speaker to play the "+kind.name+" on"),
		unless(!inTheWay(s.Legs), "a call is up: the "+kind.name+" can be played after it"))
}

// keepsSound tells whether the PBX lists a sound.
func (s Snapshot) keepsSound(of pbxws.SoundOf, id string) bool {
	if of == pbxws.SoundOfCall {
		return slices.ContainsFunc(s.PBX.History, func(c pbxws.PastCall) bool { return c.Recorded && c.ID == id })
	}
	return slices.ContainsFunc(s.PBX.Voicemail, func(m pbxws.VoiceMessage) bool { return m.ID == id && id != "" })
}

// inTheWay tells whether a call is up or rings, here or at another telephone of ours, so that no message is played.
func inTheWay(legs []Leg) bool {
	return slices.ContainsFunc(legs, func(l Leg) bool { return l.State != Ended && l.Place != LeftBehind })
}

// playback is what the desk knows of the sound that is played.
type playback struct {
	of   pbxws.SoundOf
	id   string
	link *link
	// pending is the intent that waits for it to begin, 0 for none.
	pending Receipt
	// clip is nil until the PBX has sent it.
	clip *clip
}

func (p *playback) view() Playing {
	if p.id == "" {
		return Playing{}
	}
	v := Playing{Of: p.of, ID: p.id, Link: p.link.Link.ID}
	if p.clip != nil {
		v.At, v.Length = p.clip.at(), p.clip.wav.Length()
	}
	return v
}

// play begins a sound. The one that is being played is here already.
func (d *desk) play(k *link, i Play) {
	if p := &d.playback; p.clip != nil && p.link == k && p.of == i.Of && p.id == i.ID {
		d.playClip(p.clip.wav)
		return
	}
	d.stopPlaying()
	d.playback = playback{of: i.Of, id: i.ID, link: k, pending: d.receipt}
	k.send(pbxws.FetchSound{Of: i.Of, ID: i.ID})
}

func (d *desk) playClip(w audio.WAV) {
	d.playback.clip = newClip(w)
	d.player.sound.clip.Store(d.playback.clip)
	d.refreshSound()
}

func (d *desk) stopPlaying() {
	d.playback = playback{}
	d.player.sound.clip.Store(nil)
}

// awaits tells whether a sound of the PBX is the one that is waited for.
func (p *playback) awaits(k *link, of pbxws.SoundOf, id string) bool {
	return p.id != "" && p.clip == nil && p.link == k && p.of == of && p.id == id
}

// soundCame plays the sound that was asked for, and has the PBX tell the list again: it may count the message as
// an old one now.
func (k *link) soundCame(e pbxws.SoundLoaded) {
	d := k.desk
	if !d.playback.awaits(k, e.Of, e.ID) { // the person stopped waiting
		return
	}
	of := d.playback.pending
	defer d.onBehalf(of)()
	d.playback.pending = 0
	w, err := audio.ReadWAV(e.File)
	if err != nil {
		d.stopPlaying()
		k.say(GradeFailed, notPlayed(e.Of)+": "+err.Error())
		return
	}
	d.playClip(w)
	d.cameAbout(of)
	if e.Of == pbxws.SoundOfMessage {
		k.fetch(pbxws.TopicVoicemail)
	}
}

func notPlayed(of pbxws.SoundOf) string { return "the " + soundKinds[of].name + " cannot be played" }

// soundRefused says why a sound did not come.
func (k *link) soundRefused(c pbxws.FetchSound, why string) {
	d := k.desk
	if !d.playback.awaits(k, c.Of, c.ID) {
		return
	}
	defer d.onBehalf(d.playback.pending)()
	d.stopPlaying()
	k.say(GradeFailed, notPlayed(c.Of)+": "+why)
}

// soundLost ends the wait for a sound with the link.
func (k *link) soundLost() {
	if p := &k.desk.playback; p.link == k && p.id != "" && p.clip == nil {
		k.soundRefused(pbxws.FetchSound{Of: p.of, ID: p.id}, noLink)
	}
}

// followPlayback ends the sound that was played to its end, or that a call or the lack of a speaker stops.
func (d *desk) followPlayback() {
	p := &d.playback
	switch {
	case p.id == "":
	case d.anyLive() || inTheWay(d.cards):
		name := soundKinds[p.of].name
		d.stopPlaying()
		d.say(GradeInfo, "", "the "+name+" was stopped for the call", 0)
	case p.clip == nil:
	case p.clip.over.Load():
		d.stopPlaying()
	case d.player.silent:
		name := soundKinds[p.of].name
		d.stopPlaying()
		d.mention("the " + name + " was stopped: there is no speaker any more")
	}
}
