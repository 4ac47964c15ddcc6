package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// A bye that the PBX does not get leaves a call up there that nobody here knows of. What was
// written to a link that broke may never have arrived, so byes are kept until the PBX was
// heard well after them, and sent again when the link is back. Sent twice they harm nobody.

// bye is a command that ends a call and when it was sent, or would have been with a link.
type bye struct {
	at      time.Time
	command pbxws.Command
}

// onItsWay is how long what the PBX says may have been on its way: a bye that is no older than that
// when the PBX is heard may not have reached it.
const onItsWay = time.Second

func isBye(c pbxws.Command) bool {
	switch c.(type) {
	case pbxws.Bye, pbxws.Reject:
		return true
	}
	return false
}

// keepBye notes a bye, and forgets those that have arrived.
func (k *link) keepBye(c pbxws.Command) {
	k.byes = slices.DeleteFunc(k.byes, func(b bye) bool {
		return k.conn != nil && k.Heard.Sub(b.at) > onItsWay
	})
	k.byes = append(k.byes, bye{k.desk.now, c})
}

// repeatByes sends again on a new link what may have been lost with the one before, which was
// last heard then.
func (k *link) repeatByes(heard time.Time) {
	sent := k.byes
	k.byes = nil
	for _, b := range sent {
		if heard.Sub(b.at) <= onItsWay {
			k.send(b.command)
		}
	}
}
