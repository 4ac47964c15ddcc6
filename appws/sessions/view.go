package sessions

import (
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
)

// State is how a session stands.
type State string

// States of a session.
const (
	Connecting State = "connecting"
	Open       State = "open"
	Retrying   State = "retrying" // not connected, RetryAt is the next attempt
	Refused    State = "refused"  // not connected; the next attempt comes with Retry
	Ended      State = "ended"    // closed, or its authenticator is gone
	Serving    State = "serving"  // an app service of ours; its connections are sessions of their own
	Replayed   State = "replayed" // a record that was loaded; there is no connection
)

// View is all there is to see of a session. It is plain data, without secrets.
type View struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	// System is the PBX that the session belongs to, empty for none.
	System string `json:"system,omitempty"`
	URL    string `json:"url"` // without query, which may hold secrets
	App    string `json:"app"`
	State  State  `json:"state"`
	// Since is when the state began. Why is a sentence about why there is no connection, empty when
	// there is one.
	Since   time.Time `json:"since"`
	RetryAt time.Time `json:"retryAt,omitzero"`
	Why     string    `json:"why,omitempty"`
	// User is who logged in last, as name@domain, or the app if no user is named; Domain is the domain
	// of the app instance. Both may come from the wire.
	User   string `json:"user,omitempty"`
	Domain string `json:"domain,omitempty"`

	// Received and Sent count messages, BytesIn and BytesOut their bytes. Reconnects counts
	// the connections after the first, Pending the requests without a result.
	Received   uint64 `json:"received"`
	Sent       uint64 `json:"sent"`
	BytesIn    uint64 `json:"bytesIn"`
	BytesOut   uint64 `json:"bytesOut"`
	Reconnects int    `json:"reconnects"`
	Pending    int    `json:"pending"`
	// BackAt is when the connection was last restored, Away how long it had been lost.
	BackAt time.Time     `json:"backAt,omitzero"`
	Away   time.Duration `json:"away,omitempty"`
	// KeepAlive is the pause after which one is sent, KeptAlive when the last one was sent, AskedAt when the first
	// one was that nothing of the peer has followed.
	KeepAlive time.Duration `json:"keepAlive,omitempty"`
	KeptAlive time.Time     `json:"keptAlive,omitzero"`
	AskedAt   time.Time     `json:"askedAt,omitzero"`

	// Entries are the newest entries of the record, oldest first; Forgotten older ones are gone. Views
	// share them, so they must not be changed.
	Entries   []record.Entry `json:"entries"`
	Forgotten uint64         `json:"forgotten"`
}

// Unanswered is how long a KeepAlive has had no answer, 0 if it has one or may still get it.
func (v View) Unanswered(now time.Time) time.Duration {
	since := now.Sub(v.AskedAt)
	if v.State != Open || v.KeepAlive == 0 || v.AskedAt.IsZero() || since < appws.AnswerLimit {
		return 0
	}
	return since
}
