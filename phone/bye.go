package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// A bye that the PBX does not get leaves a call up there that nobody here knows of. What was
// written to a broken link may never have arrived. So byes are kept until the PBX has sent
// something well after them, and are sent again when the link is back. A second bye does no harm.

// bye is a command that ends a call and when it was sent, or would have been with a link.
type bye struct {
	at      time.Time
	command pbxws.Command
}

// onItsWay is how long a message of the PBX may have been on its way: a bye younger than that, when
// a message comes, may not have reached the PBX.
const onItsWay = time.Second

func isBye(c pbxws.Command) bool {
	switch c.(type) {
	case pbxws.Bye, pbxws.Reject:
		return true
	}
	return false
}

// keepBye notes a bye, and drops those that have arrived.
func (k *link) keepBye(c pbxws.Command) {
	k.byes = slices.DeleteFunc(k.byes, func(b bye) bool {
		return k.conn != nil && k.AliveAt.Sub(b.at) > onItsWay
	})
	k.byes = append(k.byes, bye{k.desk.now, c})
}

// repeatByes sends the byes again that may have been lost with the last link; aliveAt is when its
// last message came.
func (k *link) repeatByes(aliveAt time.Time) {
	sent := k.byes
	k.byes = nil
	for _, b := range sent {
		if aliveAt.Sub(b.at) <= onItsWay {
			k.send(b.command)
		}
	}
}
