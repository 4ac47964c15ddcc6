package tui

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// The styles a cell can have. What a style says by colour is always said by a sign or a word
// too.
const (
	plain style = iota
	faint
	strong
	ruled  // lines and frames
	title  // heads of sections
	keyCap // keys in hints and menus
	typed  // text fields
	marked
	free
	busy
	ringing
	dnd
	offline
	talking
	held
	alert
	done
	warn
	failed
	styleCount
)

// ink is how a style looks with colours: on dark and on light ground, in the 256 colours whose
// tints are the same everywhere, and in the sixteen that every terminal mixes in its own way. An
// empty one is the terminal's own. A test holds each against the grounds it will stand on.
type ink struct {
	dark, light, dark16, light16 string
	bold                         bool
}

var inks = [styleCount]ink{
	faint:   {"248", "240", "7", "", false},
	strong:  {"", "", "", "", true},
	ruled:   {"245", "243", "7", "", false},
	title:   {"80", "24", "6", "4", true},
	keyCap:  {"123", "19", "14", "4", true},
	free:    {"114", "22", "2", "", false},
	busy:    {"210", "124", "9", "1", false},
	ringing: {"227", "94", "11", "5", true},
	dnd:     {"219", "90", "13", "5", false},
	offline: {"248", "240", "7", "", false},
	talking: {"120", "22", "10", "4", true},
	held:    {"222", "94", "11", "5", false},
	alert:   {"227", "124", "11", "1", true},
	done:    {"120", "22", "10", "4", false},
	warn:    {"222", "94", "11", "5", false},
	failed:  {"210", "124", "9", "1", true},
}

// tint is the colour of an ink.
func (i ink) tint(dark, rich bool) string {
	switch {
	case dark && rich:
		return i.dark
	case rich:
		return i.light
	case dark:
		return i.dark16
	}
	return i.light16
}

// boldInMono are the styles that weight alone must set off.
var boldInMono = [styleCount]bool{
	strong: true, title: true, keyCap: true, ringing: true, talking: true, alert: true, warn: true, failed: true,
}

// tints are the sequences that switch to each style from any other (ECMA-48 §8.3.117).
type tints [styleCount]string

// tintsOf mixes the inks for a ground, or, without colours, says everything by weight,
// underlining and inversion.
func tintsOf(r *lipgloss.Renderer, colours, dark, rich bool) *tints {
	var p tints
	for st := range styleCount {
		s := r.NewStyle().Bold(inks[st].bold)
		if !colours {
			s = r.NewStyle().Bold(boldInMono[st])
		} else if tint := inks[st].tint(dark, rich); tint != "" {
			s = s.Foreground(lipgloss.Color(tint))
		}
		switch st {
		case typed:
			s = s.Underline(true)
		case marked:
			s = s.Reverse(true)
		}
		p[st] = sequence(s)
	}
	return &p
}

// look is what the environment says of the terminal. Nothing is asked of the terminal itself:
// an answer takes a round trip, and some never answer.
type look struct {
	// ascii is set where the locale is not UTF-8.
	ascii bool
	// titles tells that the window has a title to set.
	titles bool
	// notes is how it takes a note for the desktop.
	notes noteKind
	// sgr is how the styles look on the ground that the terminal seems to have, light and dark how
	// they do on either.
	sgr         tints
	light, dark *tints
}

func lookOf(getenv func(string) string) look {
	term := getenv("TERM")
	l := look{
		ascii:  !isUTF8(getenv),
		notes:  noteOf(getenv),
		titles: term != "" && term != "dumb" && term != "linux" && !strings.HasPrefix(term, "vt"),
	}
	profile := termenv.ANSI256
	rich := strings.Contains(term, "256color") || getenv("COLORTERM") != ""
	if term == "" || term == "dumb" {
		profile = termenv.Ascii
	}
	r := lipgloss.NewRenderer(io.Discard, termenv.WithProfile(profile))
	r.SetColorProfile(profile)
	colours := getenv("NO_COLOR") == ""
	l.dark, l.light = tintsOf(r, colours, true, rich), tintsOf(r, colours, false, rich)
	if l.sgr = *l.light; isDark(getenv("COLORFGBG")) {
		l.sgr = *l.dark
	}
	return l
}

// sequence is what lipgloss puts before a text of that style, with a reset in front.
func sequence(s lipgloss.Style) string {
	before, _, _ := strings.Cut(s.Render("x"), "x")
	attributes := strings.TrimSuffix(strings.TrimPrefix(before, "\x1b["), "m")
	if attributes == "" {
		return "\x1b[m"
	}
	return "\x1b[0;" + attributes + "m"
}

// isUTF8 reads the locale as setlocale(3) does for LC_CTYPE.
func isUTF8(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

// isDark reads what rxvt and others say of their colours, "foreground;background"; a dark
// ground is assumed where nothing is said.
func isDark(colorfgbg string) bool {
	_, ground, ok := strings.Cut(colorfgbg, ";")
	if i := strings.LastIndexByte(ground, ';'); i >= 0 {
		ground = ground[i+1:]
	}
	return !ok || ground != "7" && ground != "15"
}
