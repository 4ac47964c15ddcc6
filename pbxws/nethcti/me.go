package nethcti

import "github.com/patchcord/patchcord/pbxws"

// me is who has signed in.
type me struct {
	person
	Profile struct {
		Macros table[macro] `json:"macro_permissions"`
	} `json:"profile"`
	// Default is the device at which calls start that the PBX places.
	Default device `json:"default_device"`
}

// person is one entry of the directory.
type person struct {
	Name          text     `json:"name"`
	Username      text     `json:"username"`
	MainPresence  text     `json:"mainPresence"`
	Presence      presence `json:"presence"`
	OnBusy        presence `json:"presenceOnBusy"`
	OnUnavailable presence `json:"presenceOnUnavailable"`
	Endpoints     struct {
		Extensions list[device] `json:"extension"`
		Main       list[device] `json:"mainextension"`
		Voicemail  list[device] `json:"voicemail"`
	} `json:"endpoints"`
}

// main is the number by which people call the person, empty where there is none.
func (p person) main() string {
	for _, all := range []list[device]{p.Endpoints.Main, p.Endpoints.Extensions} {
		for _, d := range all {
			if d.ID != "" {
				return string(d.ID)
			}
		}
	}
	return ""
}

// device is a telephone or a mailbox of a person. Its secret is for the gateway alone.
type device struct {
	ID          text `json:"id"`
	Type        text `json:"type"`
	Description text `json:"description"`
	Secret      text `json:"secret"`
	// Actions are what the PBX can have the telephone do, nil where it does not say.
	Actions *struct {
		Answer truth `json:"answer"`
		Hold   truth `json:"hold"`
	} `json:"actions"`
}

// macro is a permission together with the permissions that it contains.
type macro struct {
	Value       truth             `json:"value"`
	Permissions table[permission] `json:"permissions"`
}

type permission struct {
	Value truth `json:"value"`
}

// can reports whether the person may do something. A PBX that tells no permissions refuses by itself,
// and one that does not name a permission gives it with the whole.
func (m me) can(whole, part string) bool {
	if len(m.Profile.Macros) == 0 {
		return true
	}
	of := m.Profile.Macros[whole]
	if part == "" || !bool(of.Value) {
		return bool(of.Value)
	}
	p, named := of.Permissions[part]
	return !named || bool(p.Value)
}

// The permissions in use.
const (
	macroPresence = "presence_panel"
	macroQueues   = "queue_agent"
	macroSettings = "settings"
	macroHistory  = "cdr"
	macroBook     = "phonebook"
)

// caps are what the person may do from here.
func (m me) caps() pbxws.Caps {
	caps := pbxws.CapDesk | pbxws.CapDeskMoves | pbxws.CapPresence | pbxws.CapDevices | pbxws.CapVoicemail | pbxws.CapMessageSound
	for _, right := range []struct {
		whole, part string
		caps        pbxws.Caps
	}{
		{macroSettings, "dnd", pbxws.CapDND},
		{macroSettings, "parkings", pbxws.CapPark},
		{macroSettings, "pickup", pbxws.CapPickup},
		{macroSettings, "recording", pbxws.CapRecord | pbxws.CapCallSound},
		{macroSettings, "call_forward", pbxws.CapForward},
		{macroPresence, "spy", pbxws.CapListen},
		{macroPresence, "intrude", pbxws.CapIntrude},
		{macroQueues, "", pbxws.CapQueue},
	} {
		if m.can(right.whole, right.part) {
			caps |= right.caps
		}
	}
	for macro, archive := range map[string]pbxws.Caps{macroHistory: pbxws.CapHistory, macroBook: pbxws.CapPhonebook} {
		if of, named := m.Profile.Macros[macro]; !named || bool(of.Value) {
			caps |= archive
		}
	}
	return caps
}
