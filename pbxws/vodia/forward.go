package vodia

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/patchcord/patchcord/pbxws"
)

// forwardSettings are the settings that forward calls, by condition. One for phones that are
// offline is not described.
var forwardSettings = map[pbxws.ForwardWhen]string{
	pbxws.ForwardAlways:   SettingForwardAll,
	pbxws.ForwardBusy:     SettingForwardBusy,
	pbxws.ForwardNoAnswer: SettingForwardNoAnswer,
}

// settingsWay is one of the two forms in which settings of an account are written.
type settingsWay struct{ path, method string }

// settingsWays are both forms, the one of this PBX's age first.
func (s *switchboard) settingsWays() [2]settingsWay {
	now := settingsWay{SettingsPath(s.domain, s.self), http.MethodPost}
	old := settingsWay{OldSettingsPath, http.MethodPut}
	if s.habit.oldWeb {
		return [2]settingsWay{old, now}
	}
	return [2]settingsWay{now, old}
}

// askForwards asks which forwardings are in force; c is nil when nobody ordered that.
func (s *switchboard) askForwards(c pbxws.Command) {
	ways := s.settingsWays()
	ask := func(w settingsWay) errand {
		return errand{command: c, method: http.MethodGet, path: w.path, done: s.hearForwards}
	}
	first := ask(ways[0])
	first.otherwise = func() { s.run(ask(ways[1])) }
	s.run(first)
}

// forward sets a forwarding and asks how things stand afterwards.
func (s *switchboard) forward(c pbxws.SetForward) {
	name, known := forwardSettings[c.Forward.When]
	if !known {
		s.refuse(c, 0, "it forwards calls always, when busy and when not answered, but not "+c.Forward.When.String())
		return
	}
	body := SettingsRequest{Table: UserTable, Settings: []Setting{{name, c.Forward.To}}}
	done := func([]byte) error {
		s.emit(pbxws.CommandDone{Command: c})
		s.askForwards(nil)
		return nil
	}
	ways := s.settingsWays()
	set := func(w settingsWay) errand {
		return errand{command: c, method: w.method, path: w.path, body: body, done: done}
	}
	first := set(ways[0])
	first.otherwise = func() { s.run(set(ways[1])) }
	s.run(first)
}

// hearForwards reads settings: a list of names and values, bare or as "settings", or an object
// with a member for each.
func (s *switchboard) hearForwards(body []byte) error {
	values := map[string]string{}
	settings, err := rows(body, func(o *object) Setting { return Setting{o.word("name"), o.word("value")} }, "settings")
	if err == nil {
		for _, v := range settings {
			values[v.Name] = v.Value
		}
	} else if values, err = flatSettings(body); err != nil {
		return err
	}
	forwards := []pbxws.Forward{}
	for when, name := range forwardSettings {
		if to := values[name]; to != "" {
			forwards = append(forwards, pbxws.Forward{When: when, To: to})
		}
	}
	slices.SortFunc(forwards, func(a, b pbxws.Forward) int { return cmp.Compare(a.When, b.When) })
	s.emit(pbxws.ForwardsLoaded{Forwards: forwards})
	return nil
}

func flatSettings(body []byte) (map[string]string, error) {
	o, err := document(body)
	if err != nil {
		return nil, err
	}
	in := o.inner("")
	if in == nil {
		return nil, errNoList
	}
	if nested := in.inner("settings"); nested != nil {
		in = nested
	}
	values := map[string]string{}
	for _, name := range forwardSettings {
		values[name] = in.word(name)
	}
	return values, in.err
}
