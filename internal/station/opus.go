package station

import (
	"errors"
	"log/slog"
	"sync"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/rtc"
)

// errOwnOpus is that a person wants the Opus that is built in.
var errOwnOpus = errors.New("config.toml says so")

// ChooseOpus is whose Opus calls use, and why it is not the system's; nil where it is.
func ChooseOpus(settings config.Config) (o rtc.Opus, why error) {
	if settings.Opus == config.OpusInGo {
		return rtc.Opus{}, errOwnOpus
	}
	return rtc.SystemOpus()
}

// opus chooses at the first call, and writes to the log what came of it.
func opus(o Options) func() rtc.Opus {
	return sync.OnceValue(func() rtc.Opus {
		chosen, why := ChooseOpus(o.Settings)
		log := o.Log
		if log == nil {
			log = slog.New(slog.DiscardHandler)
		}
		switch {
		case why == nil:
			log.Info("the system's Opus is used", "opus", chosen.String())
		case errors.Is(why, errOwnOpus), errors.Is(why, rtc.ErrNoOpus) && o.Settings.Opus != config.OpusOfSystem:
			log.Info("the Opus that is built in is used", "err", why)
		default:
			log.Warn("the Opus that is built in is used, which takes more of the processor", "err", why)
		}
		return chosen
	})
}
