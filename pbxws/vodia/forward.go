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
func (t *translator) settingsWays() []settingsWay {
	now := settingsWay{path: wire.SettingsPath(t.domain, t.self), method: http.MethodPost}
	old := settingsWay{path: wire.OldSettingsPath, method: http.MethodPut}
	flat := settingsWay{path: wire.FlatSettingsPath(t.domain, t.self), method: http.MethodPut, flat: true}
	if t.generation.noREST {
		return []settingsWay{old, flat, now}
	}
	return []settingsWay{now, flat, old}
}

// queryForwards requests the forwardings in force; c is nil unless it is an order.
func (t *translator) queryForwards(c pbxws.Command) {
	t.everyWay(func(w settingsWay) restRequest {
		return restRequest{command: c, method: http.MethodGet, path: w.path, done: t.handleForwards}
	})
}

// everyWay makes a request in one form of the settings after the other until the PBX accepts one.
func (t *translator) everyWay(in func(settingsWay) restRequest) {
	var otherwise func()
	for _, w := range slices.Backward(t.settingsWays()) {
		e := in(w)
		e.fallback = otherwise
		otherwise = func() { t.queueREST(e) }
	}
	otherwise()
}

// forward sets a forwarding and reads back whether it is there.
func (t *translator) forward(c pbxws.SetForward) {
	name, known := wire.ForwardSetting(c.Forward.When)
	if !known {
		t.refuse(c, 0, "it does not forward calls "+c.Forward.When.String())
		return
	}
	t.everyWay(func(w settingsWay) restRequest {
		return restRequest{
			command: c, method: w.method, path: w.path, body: w.change(name, c.Forward.To),
			done: func([]byte) error { t.readBack(c, w); return nil },
		}
	})
}

// readBack confirms a forwarding if the PBX shows it, or if it cannot be read.
func (t *translator) readBack(c pbxws.SetForward, w settingsWay) {
	confirm := func() { t.emit(pbxws.CommandDone{Command: c}) }
	t.queueREST(restRequest{
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
				t.refuse(c, 0, "it accepted the change but does not show it")
			}
			t.emit(pbxws.ForwardsLoaded{Forwards: forwards})
			return nil
		},
	})
}

func (t *translator) handleForwards(body []byte) error {
	forwards, err := wire.ReadForwards(body)
	if err == nil {
		t.emit(pbxws.ForwardsLoaded{Forwards: forwards})
	}
	return err
}
