package phone

import (
	"context"
	"sync"

	"github.com/patchcord/patchcord/rtc"
)

// relay makes the engine, which takes time. Workers of several calls may ask for it at once.
type relay struct {
	mu     sync.Mutex
	engine *rtc.Engine // nil until it could be made
}

// relayTrouble says why a call does not use its relay.
type relayTrouble struct{ err error }

// engine returns the engine for a call's sound. It runs outside the desk and may wait.
func (k *link) engine(ctx context.Context) *rtc.Engine {
	relayed := k.config.Relayed
	if relayed == nil {
		return k.config.Media
	}
	k.relay.mu.Lock()
	defer k.relay.mu.Unlock()
	if k.relay.engine == nil {
		engine, err := relayed(ctx)
		if err != nil {
			k.desk.post(relayTrouble{err})
			return k.config.Media
		}
		k.relay.engine = engine
	}
	return k.relay.engine
}

func (in relayTrouble) take(d *desk) { d.mention(in.err.Error()) }
