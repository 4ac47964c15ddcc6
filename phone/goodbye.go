package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// A goodbye that the PBX does not hear leaves a call up there that nobody here knows of. What was
// written to a link that broke may never have arrived, so goodbyes are kept until the PBX was
// heard well after them, and said again when the link is back. Said twice they harm nobody.

// goodbye is a goodbye and when it was said, or would have been with a link.
type goodbye struct {
	at      time.Time
	command pbxws.Command
}

// onItsWay is how long what the PBX says may have been on its way: a goodbye that is no older than that
// when the PBX is heard may not have reached it.
const onItsWay = time.Second

func isGoodbye(c pbxws.Command) bool {
	switch c.(type) {
	case pbxws.Bye, pbxws.Reject:
		return true
	}
	return false
}

// keepGoodbye notes a goodbye, and forgets those that have arrived.
func (l *loop) keepGoodbye(c pbxws.Command) {
	l.goodbyes = slices.DeleteFunc(l.goodbyes, func(g goodbye) bool {
		return l.conn != nil && l.link.Heard.Sub(g.at) > onItsWay
	})
	l.goodbyes = append(l.goodbyes, goodbye{l.now, c})
}

// repeatGoodbyes says again on a new link what may have been lost with the one before, which was
// last heard then.
func (l *loop) repeatGoodbyes(heard time.Time) {
	said := l.goodbyes
	l.goodbyes = nil
	for _, g := range said {
		if heard.Sub(g.at) <= onItsWay {
			l.send(g.command)
		}
	}
}
