package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// saveReport writes a report beside the log, for its owner's eyes alone, and gives its path. A
// second one within the same second gets a number.
func saveReport(text string) (string, error) {
	log, err := logPath()
	if err != nil {
		return "", err
	}
	name := filepath.Join(filepath.Dir(log), "report-"+time.Now().Format("20060102-150405"))
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
			return "", err
		}
		_, err = f.WriteString(text)
		if closed := f.Close(); err == nil {
			err = closed
		}
		return path, err
	}
	return "", fmt.Errorf("%s: too many reports at once", name)
}
