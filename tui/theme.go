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

// theme is how the styles look. Colours are the terminal's own sixteen, so that a person's
// palette decides what they are.
type theme struct {
	Plain, Faint, Strong, Ruled, Title, Key, Typed, Marked lipgloss.Style
	Free, Busy, Ringing, DND, Offline                      lipgloss.Style
	Talking, Held, Alert, Done, Warn, Failed               lipgloss.Style
}

func (t theme) styles() [styleCount]lipgloss.Style {
	return [...]lipgloss.Style{
		plain: t.Plain, faint: t.Faint, strong: t.Strong, ruled: t.Ruled, title: t.Title,
		keyCap: t.Key, typed: t.Typed, marked: t.Marked, free: t.Free, busy: t.Busy,
		ringing: t.Ringing, dnd: t.DND, offline: t.Offline, talking: t.Talking, held: t.Held,
		alert: t.Alert, done: t.Done, warn: t.Warn, failed: t.Failed,
	}
}

// colourful is the theme for terminals with colours, on dark and on light ground.
func colourful(r *lipgloss.Renderer) theme {
	ink := func(dark, light string) lipgloss.Style {
		return r.NewStyle().Foreground(lipgloss.AdaptiveColor{Dark: dark, Light: light})
	}
	return theme{
		Plain: r.NewStyle(), Strong: r.NewStyle().Bold(true), Typed: r.NewStyle().Underline(true),
		Marked: r.NewStyle().Reverse(true), Faint: ink("8", "8"), Ruled: ink("8", "7"),
		Title: ink("6", "6").Bold(true), Key: ink("14", "4").Bold(true),
		Free: ink("2", "2"), Busy: ink("9", "1"), Ringing: ink("11", "3").Bold(true),
		DND: ink("13", "5"), Offline: ink("8", "8"),
		Talking: ink("10", "2").Bold(true), Held: ink("11", "3"), Alert: ink("11", "1").Bold(true),
		Done: ink("10", "2"), Warn: ink("11", "3"), Failed: ink("9", "1").Bold(true),
	}
}

// monochrome is the theme under NO_COLOR: weight and inversion only.
func monochrome(r *lipgloss.Renderer) theme {
	p, b := r.NewStyle(), r.NewStyle().Bold(true)
	return theme{
		Plain: p, Faint: p, Strong: b, Ruled: p, Title: b, Key: b,
		Typed: r.NewStyle().Underline(true), Marked: r.NewStyle().Reverse(true),
		Free: p, Busy: p, Ringing: b, DND: p, Offline: p,
		Talking: b, Held: p, Alert: b, Done: p, Warn: b, Failed: b,
	}
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
	// sgr is the sequence that switches to a style from any other (ECMA-48 §8.3.117).
	sgr [styleCount]string
}

func lookOf(getenv func(string) string) look {
	term := getenv("TERM")
	l := look{
		ascii:  !isUTF8(getenv),
		notes:  noteOf(getenv),
		titles: term != "" && term != "dumb" && term != "linux" && !strings.HasPrefix(term, "vt"),
	}
	profile := termenv.ANSI
	if term == "" || term == "dumb" {
		profile = termenv.Ascii
	}
	r := lipgloss.NewRenderer(io.Discard, termenv.WithProfile(profile))
	r.SetColorProfile(profile)
	r.SetHasDarkBackground(isDark(getenv("COLORFGBG")))
	t := colourful(r)
	if getenv("NO_COLOR") != "" {
		t = monochrome(r)
	}
	for i, s := range t.styles() {
		l.sgr[i] = sequence(s)
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
