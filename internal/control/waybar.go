package control

import (
	"html"
	"time"
)

// Waybar is a status for the bar of that name, whose custom modules with return-type json read these members. Text and
// Tooltip are in Pango's markup, Class is for its style sheet: trouble, ringing, talking, held or idle.
type Waybar struct {
	Text    string `json:"text"`
	Tooltip string `json:"tooltip"`
	Class   string `json:"class"`
}

// Waybar is the status as that bar reads it.
func (st Status) Waybar(now time.Time) Waybar {
	class := "idle"
	_, rings := st.first("ringing")
	_, talks := st.first("talking")
	switch {
	case rings:
		class = "ringing"
	case talks:
		class = "talking"
	case st.count("held") > 0:
		class = "held"
	case st.Link != "up" && len(st.Systems) == 0:
		class = "trouble"
	}
	tooltip := "Patchcord " + st.Extension
	for _, c := range st.Calls {
		tooltip += "\n" + c.State + ": " + c.who()
	}
	if st.Trouble != "" {
		tooltip += "\n" + st.Trouble
	}
	return Waybar{html.EscapeString(st.Summary(now)), html.EscapeString(tooltip), class}
}
