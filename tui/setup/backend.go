// Package setup is the pane of the set-up: the form of the first run, its four steps, and the test
// call. What is typed is tested and saved by a Backend. The pane ends no screen and shows no sentence
// itself: it hands its commands and what came of a key back as an Effect.
package setup

import (
	"context"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
)

// Backend is the code behind the form: it tests what was typed and saves it. Systems
// and Read only compute; the others may take their time, on goroutines of their own, and end with
// their context.
type Backend interface {
	// Systems are the kinds of telephone system, the usual one first.
	Systems() []form.System
	// Begin is the first draft of the form, for an existing profile or, without a name, for a new one.
	Begin(ctx context.Context, profile string) (form.Draft, form.Finding)
	// Read reads a pasted link or address and fills in the server and the fields that it contains. It
	// opens no connection.
	Read(link string, d form.Draft) (form.Draft, form.Finding)
	// Reach tests the way to the server, SignIn the login.
	Reach(context.Context, form.Draft) form.Finding
	SignIn(context.Context, form.Draft) form.Finding
	// Keyring tells whether the system's keyring can be used.
	Keyring(context.Context) form.Finding
	// Devices lists what there is to hear and to speak with.
	Devices(context.Context) (form.Devices, form.Finding)
	// Listen gives the level of a microphone, 0 to 1, some times a second, until the context ends.
	Listen(ctx context.Context, microphone string) <-chan float32
	// Tone plays the test tone on a device.
	Tone(ctx context.Context, device string) form.Finding
	// Call signs in as the draft says, calls the number and shows how it goes until the context
	// ends. It never waits for who looks.
	Call(ctx context.Context, d form.Draft, number string) <-chan phone.Snapshot
	// Save keeps the password and writes the profile, which is the default then.
	Save(context.Context, form.Draft) form.Finding
}
