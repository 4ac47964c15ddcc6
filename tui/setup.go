package tui

import (
	"context"
	"maps"
	"reflect"

	"github.com/patchcord/patchcord/phone"
)

// Setup is what the form of the first run needs of the outside: it tests what was typed and
// writes it down. Systems and Read only think; the others may take their time, on goroutines of
// their own, and end with their context.
type Setup interface {
	// Systems are the kinds of telephone system, the usual one first.
	Systems() []System
	// Begin is what the form begins with, for a profile that there is or, without a name, for a new
	// one.
	Begin(ctx context.Context, profile string) (Draft, Finding)
	// Read takes a pasted link or address apart and fills in what it tells of the server and of the
	// fields. It opens no connection.
	Read(link string, d Draft) (Draft, Finding)
	// Reach tests the way to the server, SignIn the login.
	Reach(context.Context, Draft) Finding
	SignIn(context.Context, Draft) Finding
	// Keyring tells whether the system's keyring can be used.
	Keyring(context.Context) Finding
	// Devices lists what there is to hear and to speak with.
	Devices(context.Context) (Devices, Finding)
	// Listen gives the level of a microphone, 0 to 1, some times a second, until the context ends.
	Listen(ctx context.Context, microphone string) <-chan float32
	// Tone plays the test tone on a device.
	Tone(ctx context.Context, device string) Finding
	// Call signs in as the draft says, calls the number and shows how it goes until the context
	// ends.
	Call(ctx context.Context, d Draft, number string) <-chan phone.Snapshot
	// Save keeps the password and writes the profile, which is the default then.
	Save(context.Context, Draft) Finding
}

// System is a kind of telephone system: its name in the configuration, and for people.
type System struct {
	ID, Name string
	// Fields are what it asks for besides server and password, MaxFields at the most.
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
	// Account tells that a whole address, such as 201@host, may be typed instead: it fills the rest.
	Account bool
}

// Finding is what came of a test. The zero Finding is that of nothing tested.
type Finding struct {
	Grade phone.Grade
	// Short stands beside the field, in about twenty columns.
	Short string
	// Text is the same in a sentence and Next what to do, both without an end mark.
	Text, Next string
	// Pin is the key of a certificate that is not trusted, for the person to trust it; Of says
	// whose it is.
	Pin, Of string
}

func (f Finding) failed() bool { return f.Grade == phone.GradeFailed }

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

// Draft is a profile as the form has it, complete or not.
type Draft struct {
	// Profile is the name it will have, From the one that it began as, if any.
	Profile, From string
	// System is a System's ID. Server is a host or a URL as it was typed.
	System, Server string
	// Fields are the values of the system's fields by their ID, without the empty ones.
	Fields            map[string]string
	Pin               string
	Keep              Keep
	Password          Secret
	Command, Variable string
	// Stored tells that From has a password already, which stays where none is typed.
	Stored bool
	// WatchOnly is a phone without sound of its own: the desk phone does the talking. The devices
	// are names as the configuration has them, empty for the system's choice.
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

// is tells that two drafts say the same.
func (d Draft) is(other Draft) bool {
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

// SetupConfig has the form on the screen.
type SetupConfig struct {
	Setup Setup
	// Begin is what the form begins with.
	Begin Draft
	// Place is where the profile will be written, for people.
	Place string
	// Open shows the form at once. Without a Phone it is all there is.
	Open bool
}
