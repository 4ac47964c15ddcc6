package nethcti

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// pathListen is where the sound of a voice message is, below REST: having it marks the message as an old one.
// pathRecording is the same for a past call.
const (
	pathListen    = "/voicemail/listen/"
	pathRecording = "/historycall/listen_callrec/"
)

// soundLimit is how long the PBX may take for a sound: it is large, and a person may stop waiting.
const soundLimit = 30 * time.Second

// soundRead is what came of asking for a sound.
type soundRead struct {
	command pbxws.FetchSound
	path    string
	file    []byte
	reply   reply
	err     error
}

var (
	errSoundTooLarge = fmt.Errorf("it is larger than %d MB", pbxws.MaxSound>>20)
	errNotASound     = errors.New("what the PBX answered is no sound")
)

// fetchSound asks for a sound.
func (l *loop) fetchSound(c pbxws.FetchSound) {
	ask, path := l.visit, pathListen
	if c.Of == pbxws.SoundOfCall {
		path = pathRecording
	}
	path += url.PathEscape(c.ID)
	if !l.archives.add(func(ctx context.Context) any {
		s := soundRead{command: c, path: path}
		s.reply, s.err = ask(ctx, http.MethodGet, path, nil, soundLimit)
		if s.err == nil && s.reply.status == http.StatusOK && !s.reply.isPage() {
			s.file, s.err = readSound(s.reply.body)
		}
		return s
	}) {
		l.refuse(c, 0, "earlier questions are still on their way")
		return
	}
	l.traceFrame([]byte("GET "+path), true)
}

// readSound reads a file in base64, which is a text of JSON. A file as it is, and one with the beginning of a data
// URL, are taken too.
func readSound(body []byte) ([]byte, error) {
	if bytes.HasPrefix(body, []byte("RIFF")) {
		return body, tooLarge(len(body))
	}
	var coded string
	if json.Unmarshal(body, &coded) != nil {
		return nil, errNotASound
	}
	if _, after, is := strings.Cut(coded, ";base64,"); is {
		coded = after
	}
	if err := tooLarge(base64.StdEncoding.DecodedLen(len(coded))); err != nil {
		return nil, err
	}
	file, err := base64.StdEncoding.DecodeString(coded)
	if err != nil || len(file) == 0 {
		return nil, errNotASound
	}
	return file, nil
}

func tooLarge(size int) error {
	if size > pbxws.MaxSound+2 { // base64 counts whole groups
		return errSoundTooLarge
	}
	return nil
}

// soundCame takes a sound, or why it did not come.
func (l *loop) soundCame(s soundRead) {
	switch {
	case errors.Is(s.err, errSoundTooLarge), errors.Is(s.err, errLongReply):
		l.refuse(s.command, 0, errSoundTooLarge.Error())
	case errors.Is(s.err, errNotASound):
		l.refuse(s.command, 0, errNotASound.Error())
	case s.file != nil:
		l.traceFrame(fmt.Appendf(nil, "GET %s: %d bytes of sound", s.path, len(s.file)), false)
		l.tell(pbxws.SoundLoaded{Of: s.command.Of, ID: s.command.ID, File: s.file})
	case s.err == nil && s.reply.status == http.StatusNotFound:
		l.refuse(s.command, s.reply.status, "the PBX does not have it any more")
	case s.err == nil && s.reply.status == http.StatusInternalServerError: // its word for one that is gone, too
		l.refuse(s.command, s.reply.status, "the PBX no longer has it, or cannot read it")
	default:
		code, why, _ := refusal(s.reply, s.err, soundLimit)
		l.refuse(s.command, code, why)
	}
}
