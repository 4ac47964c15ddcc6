// Package fault turns a panic into an error, so that only the part that failed ends.
package fault

import (
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"unicode"
)

const (
	// module is cut off the names of functions.
	module = "github.com/patchcord/patchcord/"
	// maxFrames bounds a stack, maxWhat the words of a panic in bytes.
	maxFrames = 40
	maxWhat   = 300
)

// Error is a panic that was caught.
type Error struct {
	// What is the value of the panic in words, one line of printable text.
	What string
	// Place is the innermost function of this program, with its file and line.
	Place string
	// Stack are the functions from the innermost on, each with its file and line.
	Stack []string
}

// Error is a sentence for a person, without the details: those are for Log and Report.
func (e *Error) Error() string { return "there is a fault in Patchcord; the log has the details" }

// Log writes a fault into one record. name says what failed: "the worker of a call".
func (e *Error) Log(log *slog.Logger, name string) {
	log.Error(name+" failed", "panic", e.What, "at", e.Place, "stack", strings.Join(e.Stack, " < "))
}

// Catch is deferred directly (defer fault.Catch(f)) and passes a panic to f. Without a panic it
// does nothing.
func Catch(f func(*Error)) {
	if r := recover(); r != nil {
		f(newError(r))
	}
}

func newError(value any) *Error {
	e := &Error{What: words(fmt.Sprint(value))}
	pcs := make([]uintptr, maxFrames+8)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for more := true; more && len(e.Stack) < maxFrames; {
		var f runtime.Frame
		f, more = frames.Next()
		if f.Function == "" || strings.HasPrefix(f.Function, "runtime.") {
			continue
		}
		function, ours := strings.CutPrefix(f.Function, module)
		place := function + " " + f.File[strings.LastIndexByte(f.File, '/')+1:] + ":" + strconv.Itoa(f.Line)
		if e.Stack = append(e.Stack, place); e.Place == "" && (ours || strings.HasPrefix(function, "main.")) {
			e.Place = place
		}
	}
	if e.Place == "" && len(e.Stack) > 0 {
		e.Place = e.Stack[0]
	}
	return e
}

// words makes one printable line of a text, of bounded length.
func words(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, s[:min(len(s), 4*maxWhat)])
	if len(s) > maxWhat {
		s = strings.ToValidUTF8(s[:maxWhat], "") + " ..."
	}
	return s
}
