package tui

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// TestWallboard: a line for each queue, the longest wait first, live; Enter goes to the queue in the list.
func TestWallboard(t *testing.T) {
	s := calm()
	s.PBX.Queues = s.PBX.Queues.With("71", pbxws.Queue{ID: "71", Name: "Sales"}).With("72", pbxws.Queue{
		ID: "72", Name: "Support", Waiting: 2, Longest: ago(72 * time.Second),
		Callers: []pbxws.QueueCaller{{ID: "w1", Party: mario, Position: 1, Since: ago(72 * time.Second)}, {ID: "w2", Party: carla, Position: 2}},
		Members: []pbxws.QueueMember{{ID: "202", In: true}, {ID: "203", In: true, Paused: true}, {ID: "204"}, {ID: "999", In: true}},
	})
	r := newRobot(t, s)
	r.press("g", "l")
	r.sees("WALLBOARD 2 queues  2 waiting, longest 1:12", "QUEUE       WAITING  LONGEST    READY  IN CALL   PAUSED      OUT",
		">72 Support        2     1:12", "        1        1", " 71 Sales          0        -        -        -        -        -")
	r.wait(3 * time.Second)
	r.sees("longest 1:15")
	r.m.scene.w, r.m.scene.h = 120, 40
	r.wait(time.Second)
	r.sees("FIRST IN LINE", "Mario Bianchi")
	r.press("enter").sees("QUEUES 2", ">72        Support")

	quiet := calm()
	quiet.PBX.Queues = quiet.PBX.Queues.With("71", pbxws.Queue{ID: "71", Name: "Sales"})
	r = newRobot(t, quiet)
	r.press("g", "l")
	r.sees("nobody waits", "does not tell who works in its queues")
}
