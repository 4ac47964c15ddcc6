package wire

import "net/url"

// Resource is a part of an account (ext@tenant) on the PBX's web server, PBX 69 and later.
type Resource string

// The resources in use. What GET answers is described by name only for most of them; see the
// Decode functions for the shapes that are understood.
const (
	ResourceAccounts  Resource = "accounts"     // GET: the directory
	ResourceAddresses Resource = "adrbook"      // GET: the address book
	ResourceCalls     Resource = "calls"        // GET: legs; POST a CallAction
	ResourceChat      Resource = "chat"         // POST a TextRequest, with TextQuery
	ResourceDND       Resource = "dnd"          // GET and POST a DNDRequest
	ResourceHistory   Resource = "history"      // GET: past calls
	ResourceMessage   Resource = "message"      // GET, with MessageID: the sound of a message, a WAV file
	ResourceMessages  Resource = "messages"     // GET, with MessagesQuery: the mailbox
	ResourceOrbits    Resource = "orbits"       // GET: park orbits
	ResourcePhones    Resource = "registration" // GET: registered telephones
	ResourceStarCodes Resource = "starcodes"    // GET: dial codes
)

// TextQuery is for whom a text message is.
func TextQuery(number string) string { return "?number=" + url.QueryEscape(number) }

// TextRequest is the body of POST on ResourceChat; the reply is the number of the message.
type TextRequest struct {
	// Type is "text".
	Type string `json:"type"`
	Text string `json:"text"`
}

// MessagesQuery asks for the first page of the mailbox in the current form.
const MessagesQuery = "?api=2&page=1&size=100"

// MessageID goes on from ResourceMessage to one message.
func MessageID(id string) string { return "/" + url.PathEscape(id) }

// ResourcePath is where a resource of an account is.
func ResourcePath(account string, r Resource) string {
	return "/rest/user/" + url.PathEscape(account) + "/" + string(r)
}

// SettingsPath is where settings of an account are since PBX 69. OldSettingsPath, for whoever
// is signed in, served until then.
func SettingsPath(domain, user string) string {
	return "/rest/domain/" + url.PathEscape(domain) + "/account/" + url.PathEscape(user) + "/user_settings"
}

// OldSettingsPath is the predecessor of SettingsPath; it is written by PUT instead of POST.
const OldSettingsPath = "/rest/domain/self/account/self/user_settings"

// FlatSettingsPath is where the vendor's description of versions 58 and later has settings of an
// account; they are read and written, by PUT, as an object with a member for each.
func FlatSettingsPath(domain, user string) string {
	return "/rest/domain/" + url.PathEscape(domain) + "/user_settings/" + url.PathEscape(user)
}

// DNDRequest is the body of POST on ResourceDND.
type DNDRequest struct {
	State bool `json:"state"`
}

// CallAction is the body of POST on ResourceCalls: one of its members says what to do. Values
// are ids of calls, or numbers.
type CallAction struct {
	Hangup string `json:"hangup,omitempty"`
	Reject string `json:"reject,omitempty"`
	// Transfer goes with Number (blind) or With (the other call: attended).
	Transfer string `json:"transfer,omitempty"`
	Number   string `json:"number,omitempty"`
	With     string `json:"id,omitempty"`
	// The rest works the user's desk phone.
	RemoteDial   string `json:"remote-dial,omitempty"`
	RemoteAnswer string `json:"remote-answer,omitempty"`
	RemoteHold   string `json:"remote-hold,omitempty"`
	RemoteResume string `json:"remote-resume,omitempty"`
}

// SettingsRequest is the body of POST on SettingsPath and of PUT on OldSettingsPath.
type SettingsRequest struct {
	Table    string    `json:"table"`
	Settings []Setting `json:"settings"`
}

// Setting is one setting of an account.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// UserTable is the Table of an account's own settings.
const UserTable = "users"
