package keymap

import (
	"slices"
	"strings"
)

// Context is a situation of the screen in which keys have a meaning.
type Context string

// The contexts. Each is a table of keymap.toml.
const (
	Global   Context = "global"   // everywhere, beneath every other context
	Idle     Context = "idle"     // no call of ours
	Ringing  Context = "ringing"  // the call that keys are meant for rings here
	Talking  Context = "talking"  // a call of ours is up: dialing, ringing there, connected, held
	Two      Context = "two"      // two or more calls of ours are up
	Consult  Context = "consult"  // somebody is being asked about a call that waits
	Trace    Context = "trace"    // the pane of wire messages
	Quality  Context = "quality"  // the pane of a call's figures
	Apps     Context = "apps"     // the pane of AppWebsocket sessions
	Devices  Context = "devices"  // the list of devices
	Playback Context = "playback" // a list with sounds: voice messages, past calls
	Field    Context = "field"    // a text field is open
	Setup    Context = "setup"    // the form of the first run
	Confirm  Context = "confirm"  // a question waits for its answer
	Help     Context = "help"     // the list of keys is open

	Question Context = "question" // something is asked that Enter says yes to
)

// Contexts are all single contexts, in the order of keymap.toml.
func Contexts() []Context {
	return []Context{Global, Idle, Ringing, Talking, Two, Consult, Trace, Quality, Apps, Devices, Playback, Field, Setup, Confirm, Question, Help}
}

// overSep joins contexts that lie over one another; no name of a context holds it.
const overSep = "/"

// Over is the context c on top of what goes on beneath it: Field.Over(Talking) is a text field
// that is open during a call, Ringing.Over(Talking) a second call that rings.
//
// A key is looked up in the top context first and then in what lies beneath. Field, Setup,
// Confirm, Question and Help take the keyboard: only the F-row reaches beneath them, so that a call can
// be answered, held and ended while a name is being typed. Without Over, consult falls back to two, two to
// talking and everything else to global:
//
//	consult -> two -> talking -> global
//	idle, ringing, trace, quality, apps, devices, playback -> global
//	field, setup, confirm, question, help -> global, F-row only
func (c Context) Over(under Context) Context { return c + overSep + under }

// takesKeyboard reports whether only the F-row reaches beneath the single context c.
func (c Context) takesKeyboard() bool {
	return c == Field || c == Setup || c == Confirm || c == Question || c == Help
}

func (c Context) known() bool { return slices.Contains(Contexts(), c) }

// layer is one context of a chain; with fRow set only the F-row is heard there.
type layer struct {
	ctx  Context
	fRow bool
}

// layers is the chain of single contexts in which a key is looked up, nearest first.
func (c Context) layers() []layer {
	name, under, stacked := strings.Cut(string(c), overSep)
	top := Context(name)
	chain := []layer{{ctx: top}}
	switch {
	case stacked:
		chain = append(chain, Context(under).layers()...)
	case top == Consult:
		chain = append(chain, Two.layers()...)
	case top == Two:
		chain = append(chain, Talking.layers()...)
	case top != Global:
		chain = append(chain, layer{ctx: Global})
	}
	if top.takesKeyboard() {
		for i := range chain[1:] {
			chain[i+1].fRow = true
		}
	}
	return chain
}
