package config

import (
	"net"
	"net/url"
	"slices"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/patchcord/patchcord/internal/tomlfile"
)

// Hooks are what a person wants run when a call rings here, is answered, or is over.
type Hooks struct {
	Ringing, Answered, Ended Hook
	// Practice runs them at the practice PBX too, whose callers are not real.
	Practice bool
}

// Hook is a command with its arguments, or a URL; the zero value is none.
type Hook struct {
	Command []string
	URL     string
}

// Control says what other programs may do.
type Control struct {
	// Dial is what happens to numbers from other programs: "ask", also when it is empty, or "direct".
	Dial string
}

// Direct tells whether such numbers are called without asking.
func (c Control) Direct() bool { return c.Dial == "direct" }

func (d *decoder) hooks(e entry, rest []string) {
	h := &d.config.Hooks
	switch {
	case len(rest) == 0:
		d.table(e)
	case slices.Equal(rest, []string{"ringing"}):
		d.hook(e, &h.Ringing)
	case slices.Equal(rest, []string{"answered"}):
		d.hook(e, &h.Answered)
	case slices.Equal(rest, []string{"ended"}):
		d.hook(e, &h.Ended)
	case slices.Equal(rest, []string{"practice"}):
		if e.header || e.value.kind != unstable.Bool {
			d.Report(e.at, "%q is %s; write true or false", rest[0], tomlfile.KindWords(e.value.kind))
			return
		}
		h.Practice = e.value.on
	default:
		d.unknown(e, "ringing, answered, ended, practice")
	}
}

// hook reads a command, which is a list, or a URL, which is a text.
func (d *decoder) hook(e entry, into *Hook) {
	switch {
	case !e.header && e.value.kind == unstable.Array:
		if len(e.value.list) == 0 {
			d.Report(e.at, `%q is an empty list; write a command, like ["crm-lookup", "--short"], or leave it out`, e.path[len(e.path)-1])
			return
		}
		d.texts(e, &into.Command)
	case !e.header && e.value.kind == unstable.String:
		if d.text(e, &into.URL) && !isSafeURL(into.URL) {
			d.Report(e.value.at, "a hook is a list with a command, or a URL that begins with https:// (http:// on this machine alone)")
		}
	default:
		d.Report(e.at, `%q is %s; write a command, like ["crm-lookup", "--short"], or a URL`, e.path[len(e.path)-1], tomlfile.KindWords(e.value.kind))
	}
}

// isSafeURL tells that nobody in between can read who calls: the URL is encrypted or on this machine.
func isSafeURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || !isPort(u) || u.User != nil {
		return false
	}
	host := u.Hostname()
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

func (d *decoder) control(e entry, rest []string) {
	switch {
	case len(rest) == 0:
		d.table(e)
	case slices.Equal(rest, []string{"dial"}):
		var word string
		if !d.text(e, &word) {
			return
		}
		if word != "ask" && word != "direct" {
			d.Report(e.value.at, `"dial" is "ask", which asks on the screen, or "direct"`)
			return
		}
		d.config.Control.Dial = word
	default:
		d.unknown(e, "dial")
	}
}
