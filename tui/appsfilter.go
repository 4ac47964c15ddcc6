package tui

import (
	"strings"

	"github.com/patchcord/patchcord/appws"
)

// appsFilter is what is written after the slash of the AppWebsocket pane: words that must all
// hold. key=value and key!=value look at api, mt, src and dir; any other word stands anywhere
// in the message. Letters are compared without regard to case.
type appsFilter []appsTerm

type appsTerm struct {
	key, value string
	not        bool
}

func parseAppsFilter(text string) appsFilter {
	var f appsFilter
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		key, value, _ := strings.Cut(word, "=")
		key, not := strings.CutSuffix(key, "!")
		if fieldOf(key) == nil || !strings.Contains(word, "=") {
			key, value, not = "", word, false
		}
		f = append(f, appsTerm{key, value, not})
	}
	return f
}

// fieldOf is how to read the field that a key names, nil for no key.
func fieldOf(key string) func(appws.Entry) string {
	switch key {
	case "api":
		return func(e appws.Entry) string { return e.API }
	case "mt":
		return func(e appws.Entry) string { return e.MT }
	case "src":
		return func(e appws.Entry) string { return e.Src }
	case "dir":
		return func(e appws.Entry) string { return wayOf(e) }
	}
	return nil
}

func (t appsTerm) holds(e appws.Entry) bool {
	if t.key == "" {
		return strings.Contains(strings.ToLower(e.Text), t.value)
	}
	return strings.EqualFold(fieldOf(t.key)(e), t.value) != t.not
}

// of are the entries for which all words hold.
func (f appsFilter) of(entries []appws.Entry) []appws.Entry {
	if len(f) == 0 {
		return entries
	}
	var found []appws.Entry
	for _, e := range entries {
		if f.hold(e) {
			found = append(found, e)
		}
	}
	return found
}

func (f appsFilter) hold(e appws.Entry) bool {
	for _, t := range f {
		if !t.holds(e) {
			return false
		}
	}
	return true
}

// wayOf is the direction of an entry in the words of the pane.
func wayOf(e appws.Entry) string {
	switch e.Dir {
	case appws.Out:
		return "tx"
	case appws.In:
		return "rx"
	}
	return "--"
}
