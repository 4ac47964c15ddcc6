package vodia

import (
	"net/http"
	"slices"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// settingsWay is one of the forms for reading and writing the settings of an account.
type settingsWay struct {
	path, method string
	// flat means that a change is an object with a member for each setting.
	flat bool
}

func (w settingsWay) change(name, value string) any {
	if w.flat {
		return map[string]string{name: value}
	}
	return wire.SettingsRequest{Table: wire.UserTable, Settings: []wire.Setting{{Name: name, Value: value}}}
}

// settingsWays are all forms, that of this PBX's age first.
func (s *switchboard) settingsWays() []settingsWay {
	now := settingsWay{path: wire.SettingsPath(s.domain, s.self), method: http.MethodPost}
	old := settingsWay{path: wire.OldSettingsPath, method: http.MethodPut}
	flat := settingsWay{path: wire.FlatSettingsPath(s.domain, s.self), method: http.MethodPut, flat: true}
	if s.generation.noREST {
		return []settingsWay{old, flat, now}
	}
	return []settingsWay{now, flat, old}
}

// askForwards asks which forwardings are in force; c is nil when nobody ordered that.
func (s *switchboard) askForwards(c pbxws.Command) {
	s.everyWay(func(w settingsWay) errand {
		return errand{command: c, method: http.MethodGet, path: w.path, done: s.hearForwards}
	})
}

// everyWay makes a request in one form of the settings after the other until the PBX accepts one.
func (s *switchboard) everyWay(in func(settingsWay) errand) {
	var otherwise func()
	for _, w := range slices.Backward(s.settingsWays()) {
		e := in(w)
		e.otherwise = otherwise
		otherwise = func() { s.run(e) }
	}
	otherwise()
}

// forward sets a forwarding and reads back whether it is there.
func (s *switchboard) forward(c pbxws.SetForward) {
	name, known := wire.ForwardSetting(c.Forward.When)
	if !known {
		s.refuse(c, 0, "it does not forward calls "+c.Forward.When.String())
		return
	}
	s.everyWay(func(w settingsWay) errand {
		return errand{
			command: c, method: w.method, path: w.path, body: w.change(name, c.Forward.To),
			done: func([]byte) error { s.readBack(c, w); return nil },
		}
	})
}

// readBack confirms a forwarding if the PBX shows it, or if it cannot be read.
func (s *switchboard) readBack(c pbxws.SetForward, w settingsWay) {
	confirm := func() { s.emit(pbxws.CommandDone{Command: c}) }
	s.run(errand{
		method: http.MethodGet, path: w.path, failed: confirm,
		done: func(body []byte) error {
			forwards, err := wire.ReadForwards(body)
			if err != nil {
				confirm()
				return err
			}
			shown := slices.ContainsFunc(forwards, func(f pbxws.Forward) bool { return f.When == c.Forward.When })
			if shown == (c.Forward.To != "") {
				confirm()
			} else {
				s.refuse(c, 0, "it took the change and does not show it")
			}
			s.emit(pbxws.ForwardsLoaded{Forwards: forwards})
			return nil
		},
	})
}

func (s *switchboard) hearForwards(body []byte) error {
	forwards, err := wire.ReadForwards(body)
	if err == nil {
		s.emit(pbxws.ForwardsLoaded{Forwards: forwards})
	}
	return err
}
