package vodia

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/patchcord/patchcord/pbxws"
)

// forwardSettings are the settings that forward calls, by condition. The vendor lists cfr beside
// the others without a word; that it is for phones without a registration, which its pages name as
// the fourth condition, is a guess. So every change is read back.
var forwardSettings = map[pbxws.ForwardWhen]string{
	pbxws.ForwardAlways:   SettingForwardAll,
	pbxws.ForwardBusy:     SettingForwardBusy,
	pbxws.ForwardNoAnswer: SettingForwardNoAnswer,
	pbxws.ForwardOffline:  SettingForwardOffline,
}

// settingsWay is one of the forms in which settings of an account are read and written.
type settingsWay struct {
	path, method string
	// flat says that a change is an object with a member for each setting.
	flat bool
}

func (w settingsWay) change(name, value string) any {
	if w.flat {
		return map[string]string{name: value}
	}
	return SettingsRequest{Table: UserTable, Settings: []Setting{{name, value}}}
}

// settingsWays are all forms, that of this PBX's age first.
func (s *switchboard) settingsWays() []settingsWay {
	now := settingsWay{path: SettingsPath(s.domain, s.self), method: http.MethodPost}
	old := settingsWay{path: OldSettingsPath, method: http.MethodPut}
	flat := settingsWay{path: FlatSettingsPath(s.domain, s.self), method: http.MethodPut, flat: true}
	if s.habit.oldWeb {
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

// everyWay runs an errand in one form of the settings after the other until the PBX offers one.
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
	name, known := forwardSettings[c.Forward.When]
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

// readBack confirms a forwarding when the PBX shows it, or when it does not let us look.
func (s *switchboard) readBack(c pbxws.SetForward, w settingsWay) {
	confirm := func() { s.emit(pbxws.CommandDone{Command: c}) }
	s.run(errand{
		method: http.MethodGet, path: w.path, failed: confirm,
		done: func(body []byte) error {
			forwards, err := readForwards(body)
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
	forwards, err := readForwards(body)
	if err == nil {
		s.emit(pbxws.ForwardsLoaded{Forwards: forwards})
	}
	return err
}

// readForwards reads settings: an object with a member for each, as the vendor describes it, or a
// list of names and values, either of them bare or as "settings".
func readForwards(body []byte) ([]pbxws.Forward, error) {
	values, err := settingsOf(body)
	if err != nil {
		return nil, err
	}
	forwards := []pbxws.Forward{}
	for when, name := range forwardSettings {
		if to := values[name]; to != "" {
			forwards = append(forwards, pbxws.Forward{When: when, To: to})
		}
	}
	slices.SortFunc(forwards, func(a, b pbxws.Forward) int { return cmp.Compare(a.When, b.When) })
	return forwards, nil
}

func settingsOf(body []byte) (map[string]string, error) {
	o, err := document(body)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	if in := o.inner(""); in != nil {
		if nested := in.inner("settings"); nested != nil {
			in = nested
		}
		if in.raw("settings") == nil {
			for _, name := range forwardSettings {
				values[name] = in.text(name)
			}
			return values, in.err
		}
	}
	settings, err := rows(body, func(o *object) Setting { return Setting{o.text("name"), o.text("value")} }, "settings")
	for _, v := range settings {
		values[v.Name] = v.Value
	}
	return values, err
}
