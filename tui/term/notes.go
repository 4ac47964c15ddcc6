package term

import "strings"

// noteKind is how a terminal takes a note for the desktop.
type noteKind uint8

const (
	noNote  noteKind = iota
	plainOS          // OSC 9 ; text
	titled           // OSC 777 ; notify ; title ; text
)

// noteOf knows the terminals that show notes. Elsewhere the same bytes may mean something else
// or show up as text, so nothing is sent; nor through tmux and screen, which keep them.
func noteOf(getenv func(string) string) noteKind {
	term := getenv("TERM")
	switch {
	case strings.HasPrefix(term, "screen"), strings.HasPrefix(term, "tmux"), getenv("TMUX") != "":
		return noNote
	case strings.HasPrefix(term, "foot"), strings.HasPrefix(term, "rxvt-unicode"), term == "contour":
		return titled
	case term == "xterm-kitty", term == "xterm-ghostty", term == "wezterm":
		return plainOS
	}
	switch getenv("TERM_PROGRAM") {
	case "iTerm.app", "WezTerm", "ghostty":
		return plainOS
	}
	return noNote
}
