package phone

import (
	"slices"
	"strings"
)

// Receipt is the number of an intent that the phone accepted. Notices about it carry it, and one
// Outcome ends it.
type Receipt uint64

// Outcome is the final result of an intent.
type Outcome struct {
	Of    Receipt `json:"of"`
	Grade Grade   `json:"grade"`
	// Text is the last notice about it, empty if there was none.
	Text string `json:"text,omitempty"`
	// Refused means that the phone did not begin with it.
	Refused bool `json:"refused,omitempty"`
}

// keepOutcomes is how many outcomes a snapshot has, the newest last.
const keepOutcomes = 32

// order is an intent with its receipt.
type order struct {
	receipt Receipt
	intent  Intent
}

// opened is an intent without an outcome yet; everywhere tells that it is for all PBXs.
type opened struct {
	receipt    Receipt
	everywhere bool
}

// pending are the intents that a leg has not answered yet; 0 is none.
type pending struct{ answer, hold, transfer, path, recording Receipt }

func (p pending) has(r Receipt) bool {
	return p.answer == r || p.hold == r || p.transfer == r || p.path == r || p.recording == r
}

// overtaken is the text for an intent that will not be answered any more.
const overtaken = "the call ended, or you did something else first"

// settle ends the intents that nothing is pending for. One that ends in the turn in which it was
// accepted succeeded, unless something else was said.
func (d *desk) settle() {
	d.open = slices.DeleteFunc(d.open, func(i opened) bool {
		if d.works(i.receipt) {
			return false
		}
		o := Outcome{Of: i.receipt, Grade: GradeFailed, Text: overtaken}
		if i.receipt == d.receipt {
			o = Outcome{Of: i.receipt, Grade: GradeDone}
		}
		d.outcome(o, i.everywhere)
		return true
	})
}

// cameAbout ends an intent whose effect was seen, which is as good as an answer.
func (d *desk) cameAbout(r Receipt) {
	if i := slices.IndexFunc(d.open, func(i opened) bool { return i.receipt == r }); i >= 0 {
		all := d.open[i].everywhere
		d.open = slices.Delete(d.open, i, i+1)
		d.outcome(Outcome{Of: r, Grade: GradeDone}, all)
	}
}

// works tells whether the outcome of an intent is still pending.
func (d *desk) works(r Receipt) bool {
	return d.devices.pending == r || d.playback.pending == r || d.conference != nil && d.conference.of == r || d.mix != nil && d.mix.of == r || slices.ContainsFunc(d.calls, func(c *call) bool { return c.pending.has(r) }) ||
		slices.ContainsFunc(d.timers, func(t timer) bool { o, waits := t.in.(overdue); return waits && o.of == r })
}

// onBehalf assigns what is done and said to an intent, until the returned function is called.
func (d *desk) onBehalf(r Receipt) (restore func()) {
	was := d.receipt
	d.receipt = r
	return func() { d.receipt = was }
}

// outcome keeps what came of an intent, in the words of its last notice. Of one for all PBXs each notice counts.
func (d *desk) outcome(o Outcome, everywhere bool) {
	var words []string
	var worst Grade
	for _, n := range d.notices {
		if n.Of == o.Of {
			o.Grade, o.Text = max(n.Grade, GradeDone), n.Text
			words, worst = append(words, n.Text), max(worst, o.Grade)
		}
	}
	if everywhere && len(words) > 0 {
		o.Grade, o.Text = worst, strings.Join(words, "; ")
	}
	d.outcomes = keep(append(d.outcomes, o), keepOutcomes)
	d.dirty = true
}
