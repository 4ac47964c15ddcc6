package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/patchcord/patchcord/internal/disk"
)

// SaveReport writes a report next to the log, readable by its owner only, and returns its path. A
// second one within the same second gets a number.
func SaveReport(text string) (string, error) {
	name, err := inDir("report-" + time.Now().Format("20060102-150405"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return "", disk.Explain(err)
	}
	for n := range 100 {
		path := name + ".txt"
		if n > 0 {
			path = fmt.Sprintf("%s-%d.txt", name, n)
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if os.IsExist(err) {
			continue
		}
		if err != nil {
			return "", disk.Explain(err)
		}
		_, err = f.WriteString(text)
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(path) // half a report is none
			return "", disk.Explain(err)
		}
		return path, nil
	}
	return "", fmt.Errorf("%s: too many reports at once", name)
}
