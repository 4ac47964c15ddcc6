package tui

import (
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// sending is the intent of a field for the other end of a transfer.
func (sc *scene) sending(kind numberKind, leg pbxws.LegID, to string) phone.Intent {
	return sc.Sending(leg, to, kind == consultField)
}

// link asks, and then joins the two callers.
func (m *model) link(string) string {
	leg, with, ok := m.scene.Pair()
	if !ok {
		return "to link, you need two calls that were answered"
	}
	intent := m.scene.LinkIntent(leg, with)
	if refusal := m.scene.Refuses(intent); refusal != "" {
		return refusal
	}
	words := "Link " + m.scene.farEnd(leg) + " with " + m.scene.farEnd(with) + " and leave?"
	if _, here := intent.(phone.Mix); here {
		words += " It runs on this phone."
	}
	m.view.panes.push(&questionPane{
		words: words,
		void: func(sc *scene) string {
			if sc.Refuses(intent) != "" {
				return "one of the two calls is gone: nothing to link"
			}
			return ""
		},
		yes: func(m *model) string { return m.do(intent) },
	})
	return ""
}
