package tui

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/phone"
)

// TestOwnRecording: a call that was recorded here plays its file, also where the PBX recorded it too, and without
// a link.
func TestOwnRecording(t *testing.T) {
	s := able()
	s.PBX.History = s.PBX.History[1:2] // recorded
	r := newRobot(t, s)
	own := history.Record{
		ID: "own", Incoming: true, Number: mario.Number, Name: mario.Name, Began: s.PBX.History[0].Began,
		Answered: s.PBX.History[0].Answered, Ended: s.PBX.History[0].Ended, Outcome: history.Talked, File: "2026-11-16 Mario.wav",
	}
	r.send(onDisk(own))
	r.press("g", "h").sees("HISTORY 1", "rec")
	r.did()
	r.press("space").expect(phone.Play{File: own.File})
	s.Playing = phone.Playing{File: own.File, At: 7 * time.Second, Length: 250 * time.Second}
	r.show(s)
	r.sees("P playing", "0:07 of 4:10", "Space stop")
	r.press("space").expect(phone.StopPlaying{})
	s.Playing, s.Link.State = phone.Playing{}, phone.LinkWaiting
	r.show(s)
	r.press("space").expect(phone.Play{File: own.File})
}
