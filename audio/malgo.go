//go:build cgo

package audio

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"unsafe"

	"github.com/gen2brain/malgo"
)

// library is a connection to a sound system.
type library struct {
	*malgo.AllocatedContext
	backend malgo.Backend
}

// newContext connects to the first of the sound systems that answers. The library's own chatter goes to
// log; it is given a callback for that before anything else, since it must never write to a
// terminal that is being drawn on.
func newContext(systems []malgo.Backend, log *slog.Logger) (*library, error) {
	prepareEnvironment()
	name := append([]byte("Patchcord"), 0)
	var pin runtime.Pinner // C keeps a copy of the name, not the name
	pin.Pin(&name[0])
	defer pin.Unpin()
	var config malgo.ContextConfig
	config.Pulse.PApplicationName = &name[0]
	for _, backend := range systems {
		context, err := malgo.InitContext([]malgo.Backend{backend}, config, func(message string) {
			log.Debug("audio library", "message", strings.TrimSpace(message))
		})
		if err == nil {
			return &library{context, backend}, nil
		}
	}
	return nil, errNoCard
}

// close gives the connection back; the devices opened by it are closed before.
func (l *library) close() {
	_ = l.Uninit() // fails only on a context that was never made
	l.Free()
}

// backends are the sound systems worth asking, best first. The list is explicit because the
// library would otherwise end with a null device of its own, which we could not tell from sound.
func backends() []malgo.Backend {
	switch runtime.GOOS {
	case "linux":
		// Pipewire answers as PulseAudio. ALSA without hardware still offers ten plug-ins, none
		// of which sounds, and complains on standard error about each: so it is asked only when
		// the kernel knows a card.
		list := []malgo.Backend{malgo.BackendPulseaudio}
		if cards, err := os.ReadFile("/proc/asound/cards"); err == nil && listsCard(cards) {
			list = append(list, malgo.BackendAlsa)
		}
		return list
	case "darwin":
		return []malgo.Backend{malgo.BackendCoreaudio}
	case "windows":
		return []malgo.Backend{malgo.BackendWasapi}
	case "openbsd":
		return []malgo.Backend{malgo.BackendSndio}
	case "netbsd":
		return []malgo.Backend{malgo.BackendAudio4}
	}
	return []malgo.Backend{malgo.BackendPulseaudio, malgo.BackendOss}
}

// listsCard reads the kernel's list of cards, in which a line of a card bears its short name in
// brackets. "--- no soundcards ---" is an empty list.
func listsCard(cards []byte) bool { return bytes.ContainsRune(cards, '[') }

// prepareEnvironment sets what PulseAudio's client library takes from nowhere but the environment,
// which is the whole process's: what somebody set there already stays, and programs that we start
// inherit the rest. PULSE_PROP tells PulseAudio and PipeWire that this is a telephone, so that other
// sound is turned down during a call if the person set that up, and asks for the server's echo
// canceller. PULSE_LOG_SYSLOG keeps the library from writing to standard error, as it does over a
// runtime directory of another user.
func prepareEnvironment() {
	for key, value := range map[string]string{
		"PULSE_PROP":       "media.role=phone filter.want=echo-cancel",
		"PULSE_LOG_SYSLOG": "1",
	} {
		if _, set := os.LookupEnv(key); !set {
			_ = os.Setenv(key, value) // without it there is sound all the same
		}
	}
}

// find looks up a device by its name or ID. An empty name is the default device, for which the id
// is nil: the server then moves our stream when the person chooses another one. The Endpoint
// returned is what was found, and the error, an absentError, says that the default one takes the
// place of the one asked for. malgo holds a lock while it lists that its log callback takes too; the
// sound systems in use log nothing then, and the limit on opening covers the case that one does.
func (l *library) find(kind malgo.DeviceType, name string) (*malgo.DeviceID, Endpoint, error) {
	devices, err := l.Devices(kind)
	if err != nil {
		devices = nil // what cannot be listed may still open
	}
	byDefault := Endpoint{Name: "default", Default: true}
	names := make([]string, 0, len(devices))
	for i := range devices {
		found := l.endpoint(&devices[i])
		if name != "" && (strings.EqualFold(found.Name, name) || found.ID == name) {
			return &devices[i].ID, found, nil
		}
		if found.Default {
			byDefault = found
		}
		names = append(names, fmt.Sprintf("%q", found.Name))
	}
	if name == "" {
		return nil, byDefault, nil
	}
	role := Speaker
	if kind == malgo.Capture {
		role = Microphone
	}
	return nil, byDefault, absentError{role: role, name: name, there: strings.Join(names, ", ")}
}

// initDevice opens a device without starting it.
func (l *library) initDevice(kind malgo.DeviceType, id *malgo.DeviceID, data malgo.DataProc) (*malgo.Device, error) {
	config := malgo.DefaultDeviceConfig(kind)
	config.SampleRate = Rate
	config.PeriodSizeInFrames = period
	config.Periods = 2
	config.NoPreSilencedOutputBuffer = 1 // play fills all of it
	config.NoFixedSizedCallback = 1      // the rings take any size, and evening it out costs 10 ms
	direction := &config.Playback
	if kind == malgo.Capture {
		direction = &config.Capture
	}
	direction.Format = malgo.FormatS16
	direction.Channels = 1
	var pin runtime.Pinner // the library copies the id
	defer pin.Unpin()
	if id != nil {
		pin.Pin(id)
		direction.DeviceID = unsafe.Pointer(id)
	}
	return malgo.InitDevice(l.Context, config, malgo.DeviceCallbacks{Data: data})
}
