package phone

import (
	"context"
	"sync"

	"github.com/patchcord/patchcord/rtc"
)

// relay is the engine that takes time to make. Workers of several calls may ask for it at once.
type relay struct {
	mu     sync.Mutex
	engine *rtc.Engine // nil until it could be made
}

// relayTrouble says why a call goes without it.
type relayTrouble struct{ err error }

// engine is what a call's sound is made with. It runs beside the loop and may wait.
func (l *loop) engine(ctx context.Context) *rtc.Engine {
	relayed := l.config.Relayed
	if relayed == nil {
		return l.config.Media
	}
	l.relay.mu.Lock()
	defer l.relay.mu.Unlock()
	if l.relay.engine == nil {
		engine, err := relayed(ctx)
		if err != nil {
			l.post("", relayTrouble{err})
			return l.config.Media
		}
		l.relay.engine = engine
	}
	return l.relay.engine
}
