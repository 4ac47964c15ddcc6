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

// newContext connects to the first sound system that answers. The library's own messages go to log
// through a callback that is set first, since it must never write to a terminal with a screen on
// it.
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
	return nil, ErrNoCard
}

// close ends the connection; its devices are closed before.
func (l *library) close() {
	_ = l.Uninit() // fails only on a context that was never made
	l.Free()
}

// backends are the sound systems worth trying, best first. Without a list the library would end
// with a null device of its own, which we could not tell from a real one.
func backends() []malgo.Backend {
	switch runtime.GOOS {
	case "linux":
		// PipeWire answers as PulseAudio. ALSA without hardware offers ten plug-ins without sound and
		// complains about each on standard error, so it is tried only when the kernel knows a card.
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

// listsCard reads the kernel's list of cards, where a line for a card has its short name in
// brackets. "--- no soundcards ---" is an empty list.
func listsCard(cards []byte) bool { return bytes.ContainsRune(cards, '[') }

// prepareEnvironment sets what PulseAudio's client library reads from the environment only. That
// belongs to the whole process: what somebody set already stays, and programs that we start inherit
// the rest. PULSE_PROP tells PulseAudio and PipeWire that this is a telephone, so that they turn
// other sound down during a call if the person set that up, and asks for the server's echo
// canceller. PULSE_LOG_SYSLOG keeps the library from writing to standard error.
func prepareEnvironment() {
	for key, value := range map[string]string{
		"PULSE_PROP":       "media.role=phone filter.want=echo-cancel",
		"PULSE_LOG_SYSLOG": "1",
	} {
		if _, set := os.LookupEnv(key); !set {
			_ = os.Setenv(key, value) // there is sound without it too
		}
	}
}

// find looks up a device by its name or ID. An empty name is the default device, with a nil id: the
// server then moves our stream when the person chooses another default. If there is no such device,
// the Endpoint is the default one and the error an absentError. While malgo lists it holds a lock
// that its log callback takes too; the sound systems in use log nothing then, and if one does, the
// limit on opening ends the wait.
func (l *library) find(kind malgo.DeviceType, name string) (*malgo.DeviceID, Endpoint, error) {
	devices, err := l.Devices(kind)
	if err != nil {
		devices = nil // even without a list a device may open
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

// initDevice opens a device without starting it. Its thread runs calls, or data where that cannot be.
func (l *library) initDevice(kind malgo.DeviceType, id *malgo.DeviceID, calls *callback, data malgo.DataProc) (*malgo.Device, error) {
	config := malgo.DefaultDeviceConfig(kind)
	config.SampleRate = Rate
	config.PeriodSizeInFrames = period
	config.Periods = 2
	config.NoPreSilencedOutputBuffer = 1 // play fills all of it
	config.NoFixedSizedCallback = 1      // the ring buffers take any size, and fixed sizes cost 10 ms
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
	config.PUserData = calls.userData()
	device, err := malgo.InitDevice(l.Context, config, malgo.DeviceCallbacks{Data: data})
	if err == nil {
		calls.serve(device, kind)
	}
	return device, err
}
