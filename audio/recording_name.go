package audio

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode"
)

// partyMost is how many letters of a party's name go into a file's name.
const partyMost = 40

// recordingName is a file's name without its ending. The party's name comes from the network: only
// letters, digits, plus and minus are kept, which mean nothing to a file system.
func recordingName(party string, began time.Time) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(party, "") {
		switch {
		case unicode.In(r, unicode.L, unicode.M, unicode.N) || r == '+' || r == '-':
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	clean := []rune(strings.Join(strings.Fields(b.String()), " "))
	name := strings.TrimSpace(string(clean[:min(len(clean), partyMost)]))
	return strings.TrimSpace(began.Format("2006-01-02 15.04.05") + " " + name)
}

// createUnique makes a new file: path.wav, else "path 2.wav" and so on. It never opens an existing
// one.
func createUnique(path string) (*os.File, error) {
	name := path + ".wav"
	for i := 2; ; i++ {
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, os.ErrExist) || i > 1000 {
			return file, err
		}
		name = fmt.Sprintf("%s %d.wav", path, i)
	}
}
