package nethcti

import "github.com/patchcord/patchcord/demopbx/exchange"

// person is an entry of the directory.
type person struct {
	Name         string    `json:"name"`
	Username     string    `json:"username"`
	MainPresence string    `json:"mainPresence"`
	Presence     string    `json:"presence"`
	Endpoints    endpoints `json:"endpoints"`
	OnBusy       string    `json:"presenceOnBusy"`
	Unavailable  string    `json:"presenceOnUnavailable"`
}

type endpoints struct {
	Email      []entry  `json:"email"`
	Jabber     []entry  `json:"jabber"`
	Extensions []device `json:"extension"`
	Cellphone  []entry  `json:"cellphone"`
	Voicemail  []entry  `json:"voicemail"`
	Main       []entry  `json:"mainextension"`
}

type entry struct {
	ID string `json:"id"`
}

// device is a telephone. Its secret is told to its user alone.
type device struct {
	ID          string   `json:"id"`
	Type        string   `json:"type"`
	Secret      string   `json:"secret,omitempty"`
	Username    string   `json:"username,omitempty"`
	Description string   `json:"description"`
	Actions     *actions `json:"actions,omitempty"`
}

// actions are what the PBX can have a telephone do.
type actions struct {
	Answer bool `json:"answer"`
	DTMF   bool `json:"dtmf"`
	Hold   bool `json:"hold"`
}

// me is who has signed in.
type me struct {
	person
	RecallOnBusy string            `json:"recallOnBusy"`
	Profile      profile           `json:"profile"`
	Default      device            `json:"default_device"`
	Settings     map[string]string `json:"settings"`
}

type profile struct {
	ID     string           `json:"id"`
	Name   string           `json:"name"`
	Macros map[string]macro `json:"macro_permissions"`
}

// macro is a permission together with the permissions that it contains.
type macro struct {
	Value       bool             `json:"value"`
	Permissions map[string]right `json:"permissions"`
}

type right struct {
	Value bool `json:"value"`
}

// The kinds of telephone.
const (
	physical = "physical"
	webRTC   = "webrtc"
)

// person describes an account; secret is that of the telephone at the gateway, empty for others' eyes.
func (f *Front) person(a *exchange.Account, secret string) person {
	now, onBusy, away := online, online, online
	if d := f.desks[a]; d != nil {
		now, onBusy, away = d.now.Status, d.busy.Status, d.away.Status
	}
	if now == online && a.DND {
		now = dnd
	}
	return person{
		Name: a.Name, Username: a.Number, MainPresence: f.mainPresence(a), Presence: now, OnBusy: onBusy, Unavailable: away,
		Endpoints: endpoints{
			Email: []entry{}, Jabber: []entry{}, Cellphone: []entry{}, Voicemail: []entry{{a.Number}}, Main: []entry{{a.Number}},
			Extensions: []device{
				{ID: a.Number, Type: physical, Description: "practice desk phone", Actions: &actions{Answer: true, Hold: true}},
				{ID: webRTCPrefix + a.Number, Type: webRTC, Secret: secret, Username: a.Number, Description: "practice gateway", Actions: &actions{}},
			},
		},
	}
}

func (f *Front) me(a *exchange.Account) me {
	d := f.desk(a)
	panel := f.rights("trunks")
	panel.Permissions["spy"], panel.Permissions["intrude"] = right{}, right{} // nobody gets into calls of others here
	m := me{
		person: f.person(a, d.secret), RecallOnBusy: "disabled", Settings: map[string]string{},
		Profile: profile{ID: "1", Name: "Practice", Macros: map[string]macro{
			"settings": f.rights("dnd", "call_forward", "parkings", "pickup", "recording"), "presence_panel": panel,
			"queue_agent": f.rights(), "cdr": f.rights(), "phonebook": f.rights(),
		}},
	}
	for _, e := range m.Endpoints.Extensions {
		if e.ID == d.chosen {
			m.Default = e
		}
	}
	return m
}

// rights is a permission with its parts. Where rights were taken away, only the presence panel is left.
func (f *Front) rights(parts ...string) macro {
	m := macro{Value: !f.o.NoRights, Permissions: map[string]right{}}
	for _, part := range parts {
		m.Permissions[part] = right{m.Value}
	}
	return m
}
