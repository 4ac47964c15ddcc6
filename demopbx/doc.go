// Package demopbx is a PBX to practise with, inside the process: a server on a loopback port that speaks
// documented wires, is populated by people who phone one another, and answers with real WebRTC sound.
// It is what `patchcord` opens when nobody has a PBX at hand and what tests use as their server, as
// net/http/httptest is for HTTP.
//
// It is made of parts that know little of each other:
//
//	exchange  the PBX in domain words: people, calls, media, journal
//	vodia     a front: the Vodia wire, with its sign-in, REST resources and websocket
//	nethcti   another: that of NethVoice CTI, with its gateway for calls
//	apps.go   AppWebsocket, by the practice services of package appws, which knows no telephones
//
// Each wire is a package that implements exchange.Front; the server here gives all of them one port.
package demopbx

// The dialects that there is a front for.
const (
	dialectVodia   = "vodia"
	dialectNethCTI = "nethcti"
)

// Dialects are those by which a phone signs in here, as they are named in config.toml, the usual one first.
func Dialects() []string { return []string{dialectVodia, dialectNethCTI} }
