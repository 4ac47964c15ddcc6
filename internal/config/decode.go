package config

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/patchcord/patchcord/internal/tomlfile"
	"github.com/patchcord/patchcord/pbxws"
)

// maxText bounds a name, a URL, one word of a command, in bytes.
const maxText = 1024

// keysElsewhere is a hint for people who look for key bindings here.
const keysElsewhere = `keys have their own file, keymap.toml next to this one`

// decoder turns entries into a Config.
type decoder struct {
	*document
	// kinds are the dialects that there are.
	kinds     pbxws.Dialects
	config    Config
	defaultAt tomlfile.Position
	// together are where the names of Together stand, named where other profiles are.
	together, named []value
	// drafts and sessions are those of the file, in its order.
	drafts   []*draft
	sessions []*sessionDraft
}

func decode(file string, data []byte, kinds pbxws.Dialects) (Config, error) {
	d := &decoder{document: newDocument(file, data), kinds: kinds}
	for _, e := range d.entries {
		d.entry(e)
	}
	for _, p := range d.drafts {
		d.finish(p)
	}
	for _, s := range d.sessions {
		d.finishSession(s)
	}
	if _, ok := d.config.Profiles[d.config.Default]; d.config.Default != "" && !ok {
		d.Report(d.defaultAt, "there is no profile %q to be the default", tomlfile.Shortened(d.config.Default))
	}
	d.finishTogether()
	if err := d.Err(); err != nil {
		return Config{}, err
	}
	return d.config, nil
}

func (d *decoder) entry(e entry) {
	if e.path[len(e.path)-1] == "password" {
		d.Report(e.at, "a password does not belong in this file; use %s", alternatives)
		return
	}
	switch rest := e.path[1:]; {
	case e.path[0] == "default" && len(rest) == 0:
		d.defaultAt = e.value.at
		d.text(e, &d.config.Default)
	case e.path[0] == "together" && len(rest) == 0:
		d.togetherNames(e)
	case e.path[0] == "same" && len(rest) == 0:
		d.same(e)
	case e.path[0] == "same_numbers" && len(rest) == 0:
		d.flag(e, &d.config.SameNumbers)
	case e.path[0] == "on_close" && len(rest) == 0:
		d.onClose(e)
	case e.path[0] == "profile":
		d.profile(e, rest)
	case e.path[0] == "session":
		d.session(e, rest)
	case e.path[0] == "sound":
		d.sound(e, rest)
	case e.path[0] == "ice":
		d.ice(e, rest)
	case e.path[0] == "tones":
		d.tones(e, rest)
	case e.path[0] == "intercom":
		d.intercom(e, rest)
	case e.path[0] == "hold":
		d.hold(e, rest)
	case e.path[0] == "screen":
		d.screen(e, rest)
	case e.path[0] == "hooks":
		d.hooks(e, rest)
	case e.path[0] == "control":
		d.control(e, rest)
	case e.path[0] == "trace":
		d.trace(e, rest)
	case e.path[0] == "record":
		d.record(e, rest)
	case e.path[0] == "keys":
		d.Report(e.at, keysElsewhere)
	default:
		d.unknown(e, "default, together, same, same_numbers, on_close, [profile.NAME], [session.NAME], [sound], [tones], [ice], [hold], [screen], [hooks], [control], [trace], [record]")
	}
}

// unknown refuses an entry and lists the valid ones.
func (d *decoder) unknown(e entry, known string) {
	d.Report(e.at, "unknown key %q; known: %s", tomlfile.Shortened(e.path[len(e.path)-1]), known)
}

// table accepts the header of a table that has no keys of its own, and refuses a value in its place.
func (d *decoder) table(e entry) {
	if !e.header {
		d.Report(e.at, "%q is %s; it is a table, write [%s]", e.path[0], tomlfile.KindWords(e.value.kind), e.path[0])
	}
}

func (d *decoder) sound(e entry, rest []string) {
	switch {
	case len(rest) == 0:
		d.table(e)
	case slices.Equal(rest, []string{"microphone"}):
		d.text(e, &d.config.Sound.Microphone)
	case slices.Equal(rest, []string{"speaker"}):
		d.text(e, &d.config.Sound.Speaker)
	case slices.Equal(rest, []string{"ringer"}):
		d.text(e, &d.config.Sound.Ringer)
	case slices.Equal(rest, []string{"echo"}):
		d.echo(e)
	case slices.Equal(rest, []string{"codecs"}):
		d.codecs(e)
	case slices.Equal(rest, []string{"opus"}):
		d.opus(e)
	default:
		d.unknown(e, "microphone, speaker, ringer, echo, codecs, opus")
	}
}

func (d *decoder) onClose(e entry) {
	into := &d.config.OnClose
	if d.text(e, into) && !slices.Contains([]string{"", "end", StayOnClose}, *into) {
		d.Report(e.value.at, `"on_close" is "stay", so that the phone outlives its terminal, or "end"`)
	}
	if *into == "end" {
		*into = ""
	}
}

func (d *decoder) opus(e entry) {
	into := &d.config.Opus
	if d.text(e, into) && !slices.Contains([]string{"", "auto", OpusInGo, OpusOfSystem}, *into) {
		d.Report(e.value.at, `"opus" is "auto" for the system's libopus where it has one, "system" to be told where it has none, or "go" for the one that is built in`)
	}
	if *into == "auto" {
		*into = ""
	}
}

func (d *decoder) echo(e entry) {
	into := &d.config.Sound.Echo
	if d.text(e, into) && !slices.Contains([]string{"", "auto", EchoOn, EchoOff}, *into) {
		d.Report(e.value.at, `"echo" is "auto" for an echo canceller where the system has none, "on" or "off"`)
	}
	if *into == "auto" {
		*into = ""
	}
}

// codecs accepts the names in any case and keeps them as SDP writes them.
func (d *decoder) codecs(e entry) {
	known := []string{"opus", "G722", "PCMU", "PCMA"}
	var named []string
	for _, v := range d.texts(e, &d.config.Codecs) {
		i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, v.text) })
		switch {
		case i < 0:
			d.Report(v.at, "there is no codec %q; there are %s", v.text, strings.Join(known, ", "))
		case slices.Contains(named, known[i]):
			d.Report(v.at, "the codec %s is named twice", known[i])
		default:
			named = append(named, known[i])
		}
	}
	d.config.Codecs = named
}

func (d *decoder) screen(e entry, rest []string) {
	theme := &d.config.Screen.Theme
	switch {
	case len(rest) == 0:
		d.table(e)
	case slices.Equal(rest, []string{"theme"}):
		if d.text(e, theme) && !slices.Contains([]string{"", "dark", "light"}, *theme) {
			d.Report(e.value.at, `"theme" is "dark" or "light", the ground of your terminal, or "" to let it say`)
		}
	case slices.Equal(rest, []string{"mouse"}):
		d.flag(e, &d.config.Screen.Mouse)
	default:
		d.unknown(e, "theme, mouse")
	}
}

func (d *decoder) trace(e entry, rest []string) {
	switch {
	case len(rest) == 0:
		d.table(e)
	case slices.Equal(rest, []string{"hide"}):
		d.texts(e, &d.config.Trace.Hide)
	default:
		d.unknown(e, "hide")
	}
}

// record reads bounds, each a whole number from the first one below to the second, or 0.
func (d *decoder) record(e entry, rest []string) {
	r := &d.config.Record
	bounds := map[string]struct {
		into        *int
		least, most int
	}{
		"messages": {&r.Messages, 100, 100_000}, "bytes": {&r.Bytes, 1 << 16, 1 << 30}, "disk": {&r.Disk, 1 << 20, 1 << 40},
	}
	if len(rest) == 0 {
		d.table(e)
		return
	}
	b, known := bounds[rest[0]]
	switch {
	case !known || len(rest) > 1:
		d.unknown(e, "messages, bytes, disk")
	case d.number(e, b.into) && *b.into != 0 && (*b.into < b.least || *b.into > b.most):
		d.Report(e.value.at, "%q is a number from %d to %d, or 0", rest[0], b.least, b.most)
	}
}

func (d *decoder) intercom(e entry, rest []string) {
	switch {
	case len(rest) == 0:
		d.table(e)
	case slices.Equal(rest, []string{"answer"}):
		d.oneOf(e, &d.config.Intercom.Answer, []string{"off", "muted", "open"})
	default:
		d.unknown(e, "answer")
	}
}

func (d *decoder) hold(e entry, rest []string) {
	switch {
	case len(rest) == 0:
		d.table(e)
	case slices.Equal(rest, []string{"reminder"}):
		var seconds int
		switch {
		case !d.number(e, &seconds):
		case seconds == 0:
			d.config.Hold.Reminder = -1
		case seconds < minReminder || seconds > maxReminder:
			d.Report(e.value.at, `"reminder" is a number of seconds from %d to %d, or 0 for never`, minReminder, maxReminder)
		default:
			d.config.Hold.Reminder = time.Duration(seconds) * time.Second
		}
	default:
		d.unknown(e, "reminder")
	}
}

// A reminder comes after at least 5 s and at most an hour: later would be useless.
const minReminder, maxReminder = 5, 3600

// number reads a whole number that is not negative.
func (d *decoder) number(e entry, into *int) bool {
	n, err := strconv.Atoi(e.value.text)
	if e.header || e.value.kind != unstable.Integer || err != nil || n < 0 {
		d.Report(e.at, "%q is %s; write a whole number", e.path[len(e.path)-1], tomlfile.KindWords(e.value.kind))
		return false
	}
	*into = n
	return true
}

func isHostPort(s string) bool {
	u, err := url.Parse("//" + s)
	return err == nil && u.Host == s && u.Hostname() != "" && isPort(u)
}

// isPort reports whether the port of a URL is missing or a real one.
func isPort(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	port, err := strconv.Atoi(u.Port())
	return u.Port() == "" || err == nil && port > 0 && port < 1<<16
}

// text reads a text of one line.
func (d *decoder) text(e entry, into *string) bool {
	name := e.path[len(e.path)-1]
	switch {
	case e.header || e.value.kind != unstable.String:
		d.Report(e.at, "%q is %s; write a text in quotes", name, tomlfile.KindWords(e.value.kind))
	case len(e.value.text) > maxText || !isLine(e.value.text):
		d.Report(e.value.at, "%q is not one line of text", name)
	default:
		*into = e.value.text
		return true
	}
	return false
}

// texts reads a list of texts and returns its elements if all of them are usable.
func (d *decoder) texts(e entry, into *[]string) []value {
	name := e.path[len(e.path)-1]
	if e.header || e.value.kind != unstable.Array {
		d.Report(e.at, `%q is %s; write a list, like ["one", "two"]`, name, tomlfile.KindWords(e.value.kind))
		return nil
	}
	var texts []string
	for _, v := range e.value.list {
		if v.kind != unstable.String || v.text == "" || len(v.text) > maxText || !isLine(v.text) {
			d.Report(v.at, "%q is a list of texts in quotes, each one line and not empty", name)
			return nil
		}
		texts = append(texts, v.text)
	}
	*into = texts
	return e.value.list
}

func isLine(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }
