// Package form has the types between the form of the set-up and the code behind it: the draft of a
// profile, the fields of a kind of PBX, and the result of a test. It knows neither a
// screen nor a file.
package form

import (
	"maps"
	"reflect"

	"github.com/patchcord/patchcord/phone"
)

// System is a kind of PBX: its name in the configuration, and for people.
type System struct {
	ID, Name string
	// Fields are its fields besides server and password, MaxFields at most.
	Fields []Field
	// Secret names the password where the system has another name for it; its ID has no meaning.
	Secret Field
}

// MaxFields is how many fields of a system the form has room for.
const MaxFields = 8

// Field is a text that a system asks for.
type Field struct {
	// ID is its key in Draft.Fields, Label and Help are for people.
	ID, Label, Help string
	// Columns is how wide its line is, 0 for the usual width.
	Columns  int
	Required bool
	// Account means that a whole address, such as 201@host, may be typed here: it fills the other
	// fields.
	Account bool
}

// Finding is the result of a test. The zero Finding is for no test.
type Finding struct {
	Grade phone.Grade
	// Short is shown next to the field, in about twenty columns.
	Short string
	// Text is the same in a sentence and Next what to do, both without an end mark.
	Text, Next string
	// Pin is the key of a certificate that is not trusted, for the person to confirm; Of says whose it
	// is.
	Pin, Of string
}

// Failed tells that something has to be put right.
func (f Finding) Failed() bool { return f.Grade == phone.GradeFailed }

// Sentence is the finding in full.
func (f Finding) Sentence() string {
	if f.Next == "" {
		return f.Text
	}
	return f.Text + ". " + f.Next
}

// Keep is where the password stays.
type Keep uint8

// The places for a password.
const (
	InKeyring Keep = iota
	ByCommand
	ByVariable
	InFile
)

// Secret is a password. It prints as nothing.
type Secret string

// String hides it from logs and screens.
func (Secret) String() string { return "(hidden)" }

// GoString hides it as well, and MarshalText from whatever writes a Draft down.
func (Secret) GoString() string { return "(hidden)" }

// MarshalText see GoString.
func (Secret) MarshalText() ([]byte, error) { return []byte("(hidden)"), nil }

// Draft is a profile in the form, complete or not.
type Draft struct {
	// Profile is its new name, From its former one, if any.
	Profile, From string
	// System is a System's ID. Server is a host or a URL as it was typed.
	System, Server string
	// Fields are the values of the system's fields by their ID, without the empty ones.
	Fields            map[string]string
	Pin               string
	Keep              Keep
	Password          Secret
	Command, Variable string
	// Stored means that From has a password, which stays if none is typed.
	Stored bool
	// WatchOnly is a phone without sound: calls use the desk phone. The devices are names as in the
	// configuration, empty for the system's choice.
	WatchOnly                   bool
	Microphone, Speaker, Ringer string
}

// Value is what a field says.
func (d Draft) Value(field string) string { return d.Fields[field] }

// With is the draft with another value of a field. The draft itself stays as it is.
func (d Draft) With(field, value string) Draft {
	fields := map[string]string{}
	maps.Copy(fields, d.Fields)
	if fields[field] = value; value == "" {
		delete(fields, field)
	}
	d.Fields = fields
	return d
}

// Is tells whether two drafts are equal.
func (d Draft) Is(other Draft) bool {
	same := maps.Equal(d.Fields, other.Fields)
	d.Fields, other.Fields = nil, nil
	return same && reflect.DeepEqual(d, other)
}

// Devices are the choices of the third step.
type Devices struct{ Microphones, Speakers []SoundDevice }

// SoundDevice is one of them: how the configuration names it, and what to show.
type SoundDevice struct {
	Name, Words string
	// Default is the system's choice at the moment.
	Default bool
}
