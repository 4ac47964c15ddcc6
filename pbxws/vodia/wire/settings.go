package wire

import (
	"cmp"
	"slices"

	"github.com/patchcord/patchcord/pbxws"
)

// forwardSettings are the settings that forward calls, by condition. The vendor lists cfr without
// an explanation; that it is for phones without a registration, the fourth condition on its pages,
// is a guess. So every change is read back.
var forwardSettings = map[pbxws.ForwardWhen]string{
	pbxws.ForwardAlways:   "cfa",
	pbxws.ForwardBusy:     "cfb",
	pbxws.ForwardNoAnswer: "cfn",
	pbxws.ForwardOffline:  "cfr",
}

// ForwardSetting is the name of the setting that forwards calls in a case; ok is false for a case
// that the PBX does not know.
func ForwardSetting(when pbxws.ForwardWhen) (name string, ok bool) {
	name, ok = forwardSettings[when]
	return name, ok
}

// ReadForwards reads the settings of an account for the forwardings that are set. Settings are an
// object with a member for each, as the vendor describes them, or a list of names and values, either
// of them bare or as "settings".
func ReadForwards(body []byte) ([]pbxws.Forward, error) {
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
