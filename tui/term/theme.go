package term

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// The styles a cell can have. What a style says by colour is always said by a sign or a word
// too.
const (
	Plain Style = iota
	Faint
	Strong
	Ruled  // lines and frames
	Title  // heads of sections
	KeyCap // keys in hints and menus
	Typed  // text fields
	Marked
	Free
	Busy
	Ringing
	DND
	Offline
	Talking
	Held
	Alert
	Done
	Warn
	Failed
	RingBar // the head of a call that rings, across the screen
	TalkBar // the same of the one you talk in
	StyleCount
)

// ink is how a style looks with colours: on dark and on light ground, in the 256 colours whose
// tints are the same everywhere, and in the sixteen that every terminal mixes in its own way. An
// empty one is the terminal's own. A test holds each against the grounds it will stand on.
type ink struct {
	dark, light, dark16, light16 string
	bold                         bool
}

var inks = [StyleCount]ink{
	Faint:   {"248", "240", "7", "", false},
	Strong:  {"", "", "", "", true},
	Ruled:   {"245", "243", "7", "", false},
	Title:   {"80", "24", "6", "4", true},
	KeyCap:  {"123", "19", "14", "4", true},
	Free:    {"114", "22", "2", "", false},
	Busy:    {"210", "124", "9", "1", false},
	Ringing: {"227", "94", "11", "5", true},
	DND:     {"219", "90", "13", "5", false},
	Offline: {"248", "240", "7", "", false},
	Talking: {"120", "22", "10", "4", true},
	Held:    {"222", "94", "11", "5", false},
	Alert:   {"227", "124", "11", "1", true},
	Done:    {"120", "22", "10", "4", false},
	Warn:    {"222", "94", "11", "5", false},
	Failed:  {"210", "124", "9", "1", true},
	RingBar: {"227", "124", "11", "1", true},
	TalkBar: {"120", "22", "10", "4", true},
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
var boldInMono = [StyleCount]bool{
	Strong: true, Title: true, KeyCap: true, Ringing: true, Talking: true, Alert: true, Warn: true, Failed: true, RingBar: true,
}

// Tints are the sequences that switch to each style from any other (ECMA-48 §8.3.117).
type Tints [StyleCount]string

// tintsOf mixes the inks for a ground, or, without colours, says everything by weight,
// underlining and inversion.
func tintsOf(r *lipgloss.Renderer, colours, dark, rich bool) *Tints {
	var p Tints
	for st := range StyleCount {
		s := r.NewStyle().Bold(inks[st].bold)
		if !colours {
			s = r.NewStyle().Bold(boldInMono[st])
		} else if tint := inks[st].tint(dark, rich); tint != "" {
			s = s.Foreground(lipgloss.Color(tint))
		}
		switch st {
		case Typed:
			s = s.Underline(true)
		case Marked, RingBar, TalkBar:
			s = s.Reverse(true)
		}
		p[st] = sequence(s)
	}
	return &p
}

// Look is what the environment says of the terminal. Nothing is asked of the terminal itself:
// an answer takes a round trip, and some never answer.
type Look struct {
	// ASCII is set where the locale is not UTF-8.
	ASCII bool
	// Titles tells that the window has a title to set.
	Titles bool
	// notes is how it takes a note for the desktop.
	notes noteKind
	// SGR has the attributes of each style for the terminal's own background; light and dark have them
	// for these.
	SGR         Tints
	Light, Dark *Tints
}

// LookOf reads the environment.
func LookOf(getenv func(string) string) Look {
	term := getenv("TERM")
	l := Look{
		ASCII:  !isUTF8(getenv),
		notes:  noteOf(getenv),
		Titles: term != "" && term != "dumb" && term != "linux" && !strings.HasPrefix(term, "vt"),
	}
	profile := termenv.ANSI256
	rich := strings.Contains(term, "256color") || getenv("COLORTERM") != ""
	if term == "" || term == "dumb" {
		profile = termenv.Ascii
	}
	r := lipgloss.NewRenderer(io.Discard, termenv.WithProfile(profile))
	r.SetColorProfile(profile)
	colours := getenv("NO_COLOR") == ""
	l.Dark, l.Light = tintsOf(r, colours, true, rich), tintsOf(r, colours, false, rich)
	if l.SGR = *l.Light; isDark(getenv("COLORFGBG")) {
		l.SGR = *l.Dark
	}
	return l
}

// Farewell gives the screen back, and the window its title.
func (l Look) Farewell() string {
	if l.Titles {
		return leaveScreen + loadTitle
	}
	return leaveScreen
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
