package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/phone"
)

// furnished is a phone with devices to choose from: of two headsets one was lost and is back.
func furnished(s phone.Snapshot) phone.Snapshot {
	s.Sound.Device, s.Sound.Mic, s.Sound.Echo.Canceller = "Speakers (Realtek)", "Built-in Microphone", phone.NoCanceller
	s.Sound.Meter.Mic, s.Sound.Meter.Speaker = 0.1, 0.01
	s.Sound.Choice = phone.Choice{Speaker: "Jabra 65", Ringer: "Speakers (Realtek)", SpeakerGain: -0.2, RingerGain: 1}
	s.Sound.Offer = phone.Offer{Role: phone.Speaker, Name: "Jabra 65"}
	s.Sound.Devices = phone.Devices{
		Listed: true,
		Mics: []phone.Device{
			{Name: "Monitor of Realtek", ID: "r.monitor", Monitor: true},
			{Name: "Built-in Microphone", ID: "mic", Default: true},
			{Name: "Jabra 65", ID: "jabra.in"},
			{Name: "Jabra 65 (echo cancelled)", ID: "jabra.echo-cancel", EchoCancelled: true},
		},
		Speakers: []phone.Device{
			{Name: "Speakers (Realtek)", ID: "r", Default: true},
			{Name: "Jabra 65", ID: "jabra.out"},
			{Name: "HDMI", ID: "hdmi.1"},
			{Name: "hdmi", ID: "hdmi.2"},
		},
	}
	return s
}

// deviceShots are the screens of the list.
func deviceShots() []shot {
	gone := furnished(with(calm(), talkingTo(mario)))
	gone.Sound.Offer = phone.Offer{}
	gone.Sound.Devices.Speakers = gone.Sound.Devices.Speakers[:1]
	gone.Sound.Devices.Mics = gone.Sound.Devices.Mics[:2]
	none := calm()
	none.Sound.Silent, none.Sound.Device, none.Sound.Mic = true, "", ""
	none.Sound.Devices = phone.Devices{Listed: true, Trouble: "this program was built without a C compiler and has no sound, so calls are silent"}
	open := panes("", &devicesPane{})
	return []shot{
		{name: "devices", scene: furnished(calm()), view: open}, {name: "devices-talking", scene: gone, view: open},
		{name: "devices-none", scene: none, view: open}, {name: "devices-looking", scene: calm(), view: open},
	}
}

// TestDevicesAreChosen walks through the list and changes each of the three.
func TestDevicesAreChosen(t *testing.T) {
	r := newRobot(t, furnished(calm()))
	r.press("o").expect(phone.ShowDevices{On: true})
	r.press("tab", "tab", "up", "enter").expect(phone.UseDevice{Role: phone.Microphone, Name: ""})
	r.press("down", "enter").expect(phone.UseDevice{Role: phone.Microphone, Name: "Built-in Microphone"})
	r.press("down", "down", "down", "down", "enter").expect(phone.UseDevice{Role: phone.Microphone, Name: phone.NoDevice})
	r.press("tab").press("home", "end", "enter").expect(phone.UseDevice{Role: phone.Ringer, Name: phone.NoDevice})
	r.press("up", "enter").expect(phone.UseDevice{Role: phone.Ringer, Name: "hdmi.2"}) // two share a name
	r.press("home", "tab", "enter").expect(phone.UseDevice{Role: phone.Speaker, Name: "Jabra 65"})
	r.press("space").expect(phone.TryDevice{Role: phone.Speaker})
	r.press("esc").expect(phone.ShowDevices{})
}

// TestLostDeviceIsOfferedAgain: the list opens on it, and one key takes it wherever one is.
func TestLostDeviceIsOfferedAgain(t *testing.T) {
	s := furnished(with(calm(), talkingTo(mario)))
	r := newRobot(t, s)
	r.press("O").expect(phone.UseDevice{Role: phone.Speaker, Name: "Jabra 65"})
	r.press("o", "enter").expect(phone.ShowDevices{On: true}, phone.UseDevice{Role: phone.Speaker, Name: "Jabra 65"})
	r.sees("O use it again")
	r.press("i").expect(phone.ShowDevices{}) // another view takes its place
	s.Sound.Offer = phone.Offer{}
	r.show(s)
	r.press("O").expect()
	r.sees("no device has come back")
}

func TestVolumeGoesInSteps(t *testing.T) {
	s := furnished(with(calm(), talkingTo(mario)))
	r := newRobot(t, s)
	r.press(">").expect(phone.SetVolume{Role: phone.Speaker, Volume: 0.9})
	r.press("<").expect(phone.SetVolume{Role: phone.Speaker, Volume: 0.7})
	r.press("o", "end").did()
	r.press(">").expect(phone.SetVolume{Role: phone.Ringer, Volume: 3})
	s.Sound.Choice.SpeakerGain = -1
	r.show(s)
	r.press("esc").did()
	r.press("<").expect(phone.SetVolume{Role: phone.Speaker, Volume: 0})
}

// TestBusyPhoneHearsOfThePaneLater: what the phone did not take is told again.
func TestBusyPhoneHearsOfThePaneLater(t *testing.T) {
	r := newRobot(t, furnished(calm()))
	r.phone.err = phone.ErrBusy
	r.press("o").expect()
	r.phone.err = nil
	r.wait(time.Second)
	r.expect(phone.ShowDevices{On: true})
}

// TestEchoTestIsCalled where there is one.
func TestEchoTestIsCalled(t *testing.T) {
	r := newRobot(t, calm())
	command := []string{":", "e", "c", "h", "o", "space", "t", "e", "s", "t", "enter"}
	r.press(command...).expect()
	r.sees("this PBX has no echo test")
	r.m.scene.echoTest = "605"
	r.press("esc")
	r.press(command...).expect(phone.Dial{To: "605"})
}

// The panes say who takes the echo out, and what to do where nobody does.
func TestEchoWords(t *testing.T) {
	for _, row := range []struct {
		echo         phone.Echo
		mode         phone.EchoMode
		words, taken string
	}{
		{phone.Echo{Canceller: phone.SystemCanceller}, "", "the system takes it out", "by the system"},
		{phone.Echo{Canceller: phone.OwnCanceller, Reduction: 38}, "", "Patchcord takes 38 dB of it out", "taken out: 38 dB"},
		{phone.Echo{Canceller: phone.OwnCanceller}, "", "there was none so far", "no echo found"},
		{phone.Echo{Canceller: phone.NoCanceller}, phone.EchoOff, ":set echo.canceller auto", ""},
		{phone.Echo{Canceller: phone.NoCanceller}, "", ":set echo.canceller on", ""},
		{phone.Echo{}, "", "in calls, unless the system does", ""},
	} {
		sc := &scene{}
		sc.Sound.Echo, sc.Sound.Choice.Echo = row.echo, row.mode
		if words, taken := echoWords(sc), echoTaken(row.echo); !strings.Contains(words, row.words) || !strings.Contains(taken, row.taken) {
			t.Errorf("%+v %q: %q, %q", row.echo, row.mode, words, taken)
		}
	}
}
