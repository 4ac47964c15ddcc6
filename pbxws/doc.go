// Package pbxws is the PBX as Patchcord understands it: accounts, calls, orbits,
// what it can do, what it tells us (Event) and what we ask of it (Command).
//
// The package knows no socket, no JSON and no vendor. A dialect (pbxws/vodia, pbxws/nethcti)
// turns a vendor's wire into these types and back; the phone owns one State and is the only
// one to change it, by State.Apply. Nothing here is safe for concurrent use: share copies,
// which stay as they are.
//
// Three vocabularies are kept apart. An intent is what a person wants and lives in package
// phone; a Command is what we ask of the PBX; an Event is what the PBX told us.
package pbxws
