package rtc

import (
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// pionLogs sends the warnings of pion, which are everyday matters of a closing connection, to
// the debug level. Lower levels of pion may hold ICE passwords and are dropped.
type pionLogs struct{ log *slog.Logger }

func (p pionLogs) NewLogger(scope string) logging.LeveledLogger {
	return pionLog{p.log.With("pion", scope)}
}

type pionLog struct{ log *slog.Logger }

func (pionLog) Trace(string)                     {}
func (pionLog) Tracef(string, ...any)            {}
func (pionLog) Debug(string)                     {}
func (pionLog) Debugf(string, ...any)            {}
func (pionLog) Info(string)                      {}
func (pionLog) Infof(string, ...any)             {}
func (l pionLog) Warn(msg string)                { l.log.Debug(msg) }
func (l pionLog) Warnf(format string, a ...any)  { l.log.Debug(fmt.Sprintf(format, a...)) }
func (l pionLog) Error(msg string)               { l.log.Debug(msg) }
func (l pionLog) Errorf(format string, a ...any) { l.log.Debug(fmt.Sprintf(format, a...)) }
