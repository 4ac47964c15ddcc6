package phone

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
)

// Voice messages and recorded calls are played on the speaker for calls: one at a time, and none during a call.

type (
	// Play plays a sound that the PBX keeps, from the start, or File, the name of a recording made here.
	Play struct {
		Of   pbxws.SoundOf
		ID   string
		Link LinkID
		File string
	}
	// StopPlaying ends that, or the wait for it.
	StopPlaying struct{}
)

func (Play) intent()        {}
func (StopPlaying) intent() {}

func (i Play) at() LinkID { return i.Link }

// Playing is the sound that is played, or that the PBX was asked for: then it has no Length yet. The zero value is none.
type Playing struct {
	Of     pbxws.SoundOf `json:"of"`
	ID     string        `json:"id,omitempty"`
	File   string        `json:"file,omitempty"`
	Link   LinkID        `json:"link,omitempty"`
	At     time.Duration `json:"at,omitempty"`
	Length time.Duration `json:"length,omitempty"`
}

// Is tells whether it is the sound of an intent.
func (p Playing) Is(i Play) bool {
	return p.ID+p.File != "" && p.Of == i.Of && p.ID == i.ID && p.Link == i.Link && p.File == i.File
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
	if i.File != "" {
		return firstOf(unless(filepath.Base(i.File) == i.File, "no recording has such a name"), s.refusesSound("recording"))
	}
	kind := soundKinds[i.Of]
	return firstOf(
		unless(s.linked(), s.noLink()),
		unless(s.Caps.Has(kind.caps), kind.lacking),
		unless(s.keepsSound(i.Of, i.ID), "that "+kind.name+" no longer exists"),
		s.refusesSound(kind.name))
}

// refusesSound says why nothing can be played.
func (s Snapshot) refusesSound(name string) string {
	return firstOf(unless(!s.Sound.Silent, "there is no speaker to play the "+name+" on"),
		unless(!inTheWay(s.Legs), "a call is up: the "+name+" can be played after it"))
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
	// file is the name of a recording made here, in place of these; source is that file, open.
	file   string
	source *audio.PlayedFile
	// pending is the intent that waits for it to begin, 0 for none.
	pending Receipt
	// clip is nil until the PBX has sent it.
	clip *clip
}

func (p *playback) view() Playing {
	v := Playing{File: p.file}
	if p.link != nil {
		v = Playing{Of: p.of, ID: p.id, Link: p.link.Link.ID}
	}
	if p.clip != nil {
		v.At, v.Length = p.clip.progress(), p.clip.length()
	}
	return v
}

// play begins a sound. The one that is being played is here already.
func (d *desk) play(k *link, i Play) {
	if p := &d.playback; p.clip != nil && i.File == "" && p.link == k && p.of == i.Of && p.id == i.ID {
		d.playClip(p.clip.wav)
		return
	}
	d.stopPlaying()
	if i.File != "" {
		d.playFile(i.File)
		return
	}
	d.playback = playback{of: i.Of, id: i.ID, link: k, pending: d.receipt}
	k.send(pbxws.FetchSound{Of: i.Of, ID: i.ID})
}

// playFile opens a recording made here.
func (d *desk) playFile(name string) {
	path, of := filepath.Join(d.config.Recordings, name), d.receipt
	d.playback = playback{file: name, of: pbxws.SoundOfCall, pending: of}
	d.attempt(func() {
		source, err := audio.OpenRecording(path)
		select {
		case d.inputs <- fileOpened{of, source, err}:
		case <-d.work.Done(): // too late, nobody takes it
			if source != nil {
				_ = source.Close()
			}
		}
	}, func(err error) posted { return fileOpened{of: of, err: err} })
}

// fileOpened is a recording that was opened, or why it could not be.
type fileOpened struct {
	of     Receipt
	source *audio.PlayedFile
	err    error
}

func (in fileOpened) take(d *desk) {
	p := &d.playback
	switch {
	case p.pending != in.of || p.file == "": // the person stopped waiting
		d.closeFile(in.source)
		return
	case in.err != nil:
		defer d.onBehalf(in.of)()
		d.stopPlaying()
		d.say(GradeFailed, "", notPlayed(pbxws.SoundOfCall)+": "+in.err.Error(), 0)
		return
	}
	p.pending, p.source = 0, in.source
	d.begins(newStream(in.source.Format(), in.source.Frames(), in.source.Next))
	d.cameAbout(in.of)
}

func (d *desk) closeFile(f *audio.PlayedFile) {
	if f != nil {
		d.start(func() { _ = f.Close() })
	}
}

func (d *desk) playClip(w audio.WAV) { d.begins(newClip(w)) }

func (d *desk) begins(c *clip) {
	d.playback.clip = c
	d.player.sound.clip.Store(c)
	d.refreshSound()
}

func (d *desk) stopPlaying() {
	d.closeFile(d.playback.source)
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
	case p.id+p.file == "":
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
