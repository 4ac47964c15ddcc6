package attach

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/delta"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

const (
	// longestLine bounds a line of either side in bytes.
	longestLine = 4 << 20
	// greetsWithin is how long either side may take for the first exchange.
	greetsWithin = 5 * time.Second
)

// About is what a phone says of itself. Fields may be added, none changed.
type About struct {
	// Program is the version of Patchcord, Shape that of its data.
	Program string `json:"program"`
	Shape   string `json:"shape"`
	// Profile is its name in config.toml, empty for the practice PBX; Practice is the dialect of that.
	Profile  string `json:"profile"`
	Practice string `json:"practice,omitempty"`
	// Systems are its PBXs.
	Systems []System `json:"systems,omitempty"`
	// Host is the name of the machine, whose sound it is; Since when the phone began, in what process.
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
	Process int       `json:"process,omitempty"`
	// Stays tells that the phone goes on without any screen.
	Stays bool `json:"stays"`
	// Hint and EchoTest are what a screen shows of the practice PBX. Sessions tells that there may be
	// AppWebsocket sessions.
	Hint     string `json:"hint,omitempty"`
	EchoTest string `json:"echo_test,omitempty"`
	Sessions bool   `json:"sessions,omitempty"`
	// Base is where the receipts of the screen begin.
	Base phone.Receipt `json:"base"`
	// Refused says why no screen is let in; empty if it is.
	Refused string `json:"refused,omitempty"`
}

// System is a PBX of a phone: its profile, empty for a practice PBX, the kind of that where there
// are several, and its link in snapshots.
type System struct {
	Profile string       `json:"profile,omitempty"`
	Kind    string       `json:"kind,omitempty"`
	Link    phone.LinkID `json:"link,omitempty"`
}

// Name is what a person calls the PBX.
func (a About) Name() string {
	if a.Profile == "" {
		return "the practice PBX"
	}
	return "profile " + strconv.QuoteToASCII(a.Profile)
}

// hello is what a screen says of itself.
type hello struct {
	Program  string `json:"program"`
	Shape    string `json:"shape"`
	ReadOnly bool   `json:"read_only,omitempty"`
}

// Note is a message of a phone besides its snapshots.
type Note struct {
	// Dial is a number from another program, for the person to confirm; empty for none.
	Dial string `json:"dial,omitempty"`
	// By is the PBX that Dial is to be called by.
	By phone.LinkID `json:"by,omitempty"`
	// Text is a sentence, Grade how good it is.
	Text  string      `json:"text,omitempty"`
	Grade phone.Grade `json:"grade,omitempty"`
	// Call is the call of ours on whose card Text is shown; empty for none.
	Call pbxws.LegID `json:"call,omitempty"`
	// EventsOnly means that Text is only for the list of events.
	EventsOnly bool `json:"events_only,omitempty"`
	// Anew tells that a new sign-in is needed for what changed in config.toml.
	Anew bool `json:"anew,omitempty"`
}

// world is what a screen gets of a phone.
type world struct {
	Phone phone.Snapshot  `json:"phone"`
	Apps  []sessions.View `json:"apps,omitempty"`
}

// fromPhone is a line of the phone: one of these.
type fromPhone struct {
	Change *delta.Change `json:"change,omitempty"`
	// Whole ends the parts that belong together.
	Whole bool  `json:"whole,omitempty"`
	Note  *Note `json:"note,omitempty"`
	// Refused is about an intent that the phone did not take.
	Refused *refusal `json:"refused,omitempty"`
	Answer  *answer  `json:"answer,omitempty"`
	Bye     *bye     `json:"bye,omitempty"`
}

type refusal struct {
	Tag  uint32 `json:"tag"`
	Text string `json:"text"`
}

// bye ends the connection. Wanted tells that somebody ended the phone, Again that it will be back in a moment,
// with a profile.
type bye struct {
	Text    string `json:"text"`
	Wanted  bool   `json:"wanted,omitempty"`
	Again   bool   `json:"again,omitempty"`
	Profile string `json:"profile,omitempty"`
}

// toPhone is a line of a screen: one of these.
type toPhone struct {
	Tag    uint32  `json:"tag,omitempty"`
	Intent *intent `json:"intent,omitempty"`
	Query  *query  `json:"query,omitempty"`
}

// intent is one by the name of its kind.
type intent struct {
	Kind string          `json:"kind"`
	Of   json.RawMessage `json:"of"`
}

// query is a question to the AppWebsocket sessions, or to the phone as a whole: send, reveal, retry, forget,
// key, save, archive, saved, load, replay, phrases, keep, stop, renew, probe.
type query struct {
	What   string `json:"what"`
	ID     int    `json:"id,omitempty"`
	From   int    `json:"from,omitempty"`
	N      uint64 `json:"n,omitempty"`
	Text   string `json:"text,omitempty"`
	Reveal bool   `json:"reveal,omitempty"`
	// Tag is that of the question to stop.
	Tag     uint32   `json:"tag,omitempty"`
	Phrases *phrases `json:"phrases,omitempty"`
}

// phrases are the filters and messages that were saved by name.
type phrases struct {
	Filters  map[string]string `json:"filters,omitempty"`
	Snippets map[string]string `json:"snippets,omitempty"`
}

type answer struct {
	Tag     uint32        `json:"tag"`
	Error   string        `json:"error,omitempty"`
	N       int           `json:"n,omitempty"`
	Text    string        `json:"text,omitempty"`
	Names   []string      `json:"names,omitempty"`
	Entry   *record.Entry `json:"entry,omitempty"`
	Phrases *phrases      `json:"phrases,omitempty"`
}

// shape is that of all that crosses.
func shape() string {
	types := []reflect.Type{reflect.TypeFor[world](), reflect.TypeFor[fromPhone](), reflect.TypeFor[toPhone]()}
	for _, i := range phone.Intents() {
		types = append(types, reflect.TypeOf(i))
	}
	return delta.Shape(types...)
}

// kinds are the types of intents by name.
func kinds() map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for _, i := range phone.Intents() {
		t := reflect.TypeOf(i)
		all[t.Name()] = t
	}
	return all
}

func pack(i phone.Intent) (*intent, error) {
	of, err := json.Marshal(i)
	return &intent{reflect.TypeOf(i).Name(), of}, err
}

func (i intent) unpack(kinds map[string]reflect.Type) (phone.Intent, error) {
	t, known := kinds[i.Kind]
	if !known {
		return nil, fmt.Errorf("there is no intent %s", strconv.QuoteToASCII(i.Kind))
	}
	v := reflect.New(t)
	if err := json.Unmarshal(i.Of, v.Interface()); err != nil {
		return nil, err
	}
	return v.Elem().Interface().(phone.Intent), nil
}

// mismatch says why a screen and a phone cannot work together; empty where they can.
func mismatch(screen, of string, phone, its string) string {
	if of == its {
		return ""
	}
	if its == "" {
		return "the running phone is an older Patchcord, and no screen can be attached to it; leave it, then start it again with this program"
	}
	switch order := compareVersions(screen, phone); {
	case order < 0:
		return fmt.Sprintf("the running phone is Patchcord %s, which this older screen (%s) does not understand; use the newer program here", phone, screen)
	case order > 0:
		return fmt.Sprintf("the running phone is Patchcord %s, which this newer screen (%s) does not understand; patchcord down ends it", phone, screen)
	}
	return fmt.Sprintf("the running phone is another build of Patchcord %s, which this screen does not understand; patchcord down ends it", phone)
}

// compareVersions orders versions such as 0.10.2; what is no number counts as 0.
func compareVersions(a, b string) int {
	one, two := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(one), len(two)) {
		var x, y int
		if i < len(one) {
			x, _ = strconv.Atoi(one[i])
		}
		if i < len(two) {
			y, _ = strconv.Atoi(two[i])
		}
		if x != y {
			return x - y
		}
	}
	return 0
}
