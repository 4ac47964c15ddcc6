package phone

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
)

// A recording made here, unlike the PBX's own: a file with the other side left and ours right. It
// belongs to one leg and pauses while another leg is heard. In a conference that this phone carries the
// other side is everybody else.

type (
	// recorderIs is a recorder that was opened for a leg, or why it could not be.
	recorderIs struct {
		leg      pbxws.LegID
		of       Receipt
		recorder *audio.Recorder
		err      error
	}
	// recorderDone is the end of a recording.
	recorderDone struct {
		leg  pbxws.LegID
		path string
		// lost is how much of the call is not in the file.
		lost time.Duration
		err  error
	}
)

// record starts or stops recording a leg here.
func (d *desk) record(id pbxws.LegID, on bool) {
	c := d.call(id)
	switch {
	case c == nil:
	case !on:
		c.stopRecording()
		c.pending.recording = d.receipt
	case c.recorder == nil && c.State != Ended:
		party, began, of := c.Peer.String(), d.now, d.receipt
		c.pending.recording = of
		d.start(func() {
			r, err := audio.NewRecorder(d.config.Recordings, party, began, part)
			d.post(recorderIs{id, of, r, err})
		})
	}
}

// take gives a leg its recorder, or closes it if the leg has ended or is recorded already.
func (in recorderIs) take(d *desk) {
	defer d.onBehalf(in.of)()
	id := in.leg
	c := d.call(id)
	if c != nil && c.pending.recording == in.of {
		c.pending.recording = 0
	}
	if in.err != nil {
		d.say(GradeFailed, id, in.err.Error(), 0)
		return
	}
	if c == nil || c.State == Ended || c.recorder != nil {
		d.start(func() { _ = in.recorder.Close() })
		return
	}
	stop := make(chan struct{})
	c.recorder, c.endRecording = in.recorder, stop
	c.RecordingTo = in.recorder.Path()
	c.RecordedTo = filepath.Base(c.RecordingTo)
	d.say(GradeInfo, id, "recording the call with "+c.Peer.String()+" to "+c.RecordingTo, 0)
	d.start(func() {
		var failed error
		select {
		case failed = <-in.recorder.Failed():
		case <-stop:
		case <-d.work.Done():
		}
		if err := in.recorder.Close(); failed == nil {
			failed = err
		}
		d.post(recorderDone{id, in.recorder.Path(), in.recorder.Lost(), failed})
	})
	d.refreshSound()
}

func (in recorderDone) take(d *desk) {
	id := in.leg
	if c := d.call(id); c != nil {
		defer d.onBehalf(c.pending.recording)()
		c.pending.recording = 0
		c.stopRecording()
		d.refreshSound()
	}
	if in.err != nil {
		d.say(GradeFailed, id, in.err.Error(), 0)
		return
	}
	if in.lost > 0 {
		d.say(GradeWarn, id, fmt.Sprintf("recorded to %s, but %.1f s of the call are missing: the disk was too slow", in.path, max(0.1, in.lost.Seconds())), 0)
		return
	}
	d.say(GradeDone, id, "recorded to "+in.path, 0)
}

// stopRecording takes the recorder from the sound; whoever watches it closes it.
func (c *call) stopRecording() {
	if c.recorder != nil {
		close(c.endRecording)
		c.recorder, c.endRecording, c.RecordingTo = nil, nil, ""
	}
}
