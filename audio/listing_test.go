package audio

import "testing"

func TestListingFindsByNameAndID(t *testing.T) {
	l := Listing{
		Mics:     []Endpoint{{Name: "Built-in", ID: "alsa_input.pci"}, {Name: "Jabra 65", ID: "alsa_input.usb", Default: true}},
		Speakers: []Endpoint{{Name: "Jabra 65", ID: "alsa_output.usb"}},
	}
	for name, want := range map[string]string{"": "alsa_input.usb", "jabra 65": "alsa_input.usb", "alsa_input.pci": "alsa_input.pci", "Jabra": ""} {
		if e, ok := named(l.Mics, name); e.ID != want || ok != (want != "") {
			t.Errorf("%q finds %+v, %v", name, e, ok)
		}
	}
	if _, ok := named(l.Speakers, ""); ok {
		t.Error("a list without a default has one")
	}
}

// The names are those that PulseAudio 16, its module-echo-cancel and PipeWire's give.
func TestClassify(t *testing.T) {
	for id, want := range map[string]Endpoint{
		"alsa_input.usb-Jabra.mono-fallback":                 {},
		"alsa_output.pci-0000_00_1f.3.analog-stereo.monitor": {Monitor: true},
		"alsa_input.pci-0000_00_1f.3.echo-cancel":            {EchoCancelled: true},
		"echo-cancel-source":                                 {EchoCancelled: true},
		"alsa_output.pci.echo-cancel.monitor":                {Monitor: true, EchoCancelled: true},
	} {
		got := classify(Endpoint{ID: id})
		if want.ID = id; got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestEchoOf(t *testing.T) {
	plain, filter := classify(Endpoint{ID: "mic"}), classify(Endpoint{ID: "mic.echo-cancel"})
	other := classify(Endpoint{ID: "other.echo-cancel"})
	for _, test := range []struct {
		there   []Endpoint
		used    Endpoint
		follows bool
		want    int32
	}{
		{[]Endpoint{plain}, plain, true, echoStays},
		{[]Endpoint{plain, other}, plain, true, echoStays},
		{[]Endpoint{plain, filter}, plain, true, echoUnknown},
		{[]Endpoint{plain, filter}, plain, false, echoStays}, // a named one is never moved
		{[]Endpoint{plain, filter}, filter, false, echoCancelled},
	} {
		if got := (Listing{Mics: test.there}).echoOf(test.used, test.follows); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
