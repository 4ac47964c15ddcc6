package phone

import (
	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
)

// A recording made here, in distinction from the PBX's own: a file with the other side left
// and ours right. It belongs to one leg and pauses while that leg is not the one that is heard.

type (
	// recorderIs is a recorder that was opened for a leg, or why it could not be.
	recorderIs struct {
		recorder *audio.Recorder
		err      error
	}
	// recorderDone is the end of a recording.
	recorderDone struct {
		path string
		err  error
	}
)

// record starts or stops recording a leg here.
func (l *loop) record(id pbxws.LegID, on bool) {
	ln := l.line(id)
	switch {
	case ln == nil:
	case !on:
		ln.stopRecording()
	case ln.recorder == nil && ln.State != Ended:
		party, began := ln.Peer.String(), l.now
		l.start(func() {
			r, err := audio.NewRecorder(l.config.Recordings, party, began, 0)
			l.post(id, recorderIs{r, err})
		})
	}
}

// recording takes a recorder that was opened. A leg that ended meanwhile, or records already,
// has no use for it.
func (l *loop) recording(id pbxws.LegID, in recorderIs) {
	if in.err != nil {
		l.say(GradeFailed, id, in.err.Error(), 0)
		return
	}
	ln := l.line(id)
	if ln == nil || ln.State == Ended || ln.recorder != nil {
		l.start(func() { _ = in.recorder.Close() })
		return
	}
	stop := make(chan struct{})
	ln.recorder, ln.endRecording = in.recorder, stop
	ln.RecordingTo = in.recorder.Path()
	l.say(GradeInfo, id, "recording the call with "+ln.Peer.String()+" to "+ln.RecordingTo, 0)
	l.start(func() {
		var failed error
		select {
		case failed = <-in.recorder.Failed():
		case <-stop:
		case <-l.work.Done():
		}
		if err := in.recorder.Close(); failed == nil {
			failed = err
		}
		l.post(id, recorderDone{in.recorder.Path(), failed})
	})
	l.refreshSound()
}

func (l *loop) recorded(id pbxws.LegID, in recorderDone) {
	if ln := l.line(id); ln != nil {
		ln.stopRecording()
		l.refreshSound()
	}
	if in.err != nil {
		l.say(GradeFailed, id, in.err.Error(), 0)
		return
	}
	l.say(GradeDone, id, "recorded to "+in.path, 0)
}

// stopRecording takes the recorder from the sound; whoever watches it closes it.
func (ln *line) stopRecording() {
	if ln.recorder != nil {
		close(ln.endRecording)
		ln.recorder, ln.endRecording, ln.RecordingTo = nil, nil, ""
	}
}

// heardRecorder is the recorder of the line that is heard.
func (l *loop) heardRecorder() *audio.Recorder {
	if ln := l.heard(); ln != nil && ln.State == Connected {
		return ln.recorder
	}
	return nil
}
