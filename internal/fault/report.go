package fault

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Report is what a crash leaves behind.
type Report struct {
	Version string
	At      time.Time
	// What happened, in one line; Stack is where.
	What, Stack string
}

// Report makes the report for a fault that ended the program.
func (e *Error) Report(version string, at time.Time) Report {
	return Report{Version: version, At: at, What: e.What, Stack: strings.Join(e.Stack, "\n") + "\n"}
}

// String is the whole report, readable.
func (r Report) String() string {
	return fmt.Sprintf("Patchcord %s crashed on %s.\n%s, %s/%s\n\nWhat happened:\n%s\n\nWhere:\n%s",
		r.Version, r.At.Format("2006-01-02 at 15:04:05"), runtime.Version(), runtime.GOOS, runtime.GOARCH, r.What, r.Stack)
}

// Save writes the report into a directory, readable by its owner only, and returns its path.
func (r Report) Save(dir string) (path string, err error) {
	path = filepath.Join(dir, "crash-"+r.At.Format("20060102-150405.000")+".txt")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(r.String())
	if closed := f.Close(); err == nil {
		err = closed
	}
	return path, err
}

// Farewell is the one line that a crash leaves on the terminal. path is empty where there is no
// report.
func (r Report) Farewell(path string) string {
	line := "patchcord crashed: " + r.What + "."
	if path == "" {
		return line
	}
	return line + " The report is in " + path
}

// fatal is the reason in a report of an error that only the runtime describes, on standard error.
const fatal = "a fatal error, which the last lines of the log name"

// ParseCrash makes a report from what Go's runtime writes when a program dies. It is empty if the
// text is no crash.
func ParseCrash(text, version string, at time.Time) Report {
	text = strings.TrimSpace(text)
	if text == "" {
		return Report{}
	}
	what, stack, _ := strings.Cut(text, "\n\n")
	what, _, _ = strings.Cut(what, "\n")
	if strings.HasPrefix(what, "goroutine ") || strings.HasPrefix(what, "runtime stack") {
		what, stack = fatal, text
	}
	stack += "\n"
	return Report{Version: version, At: at, What: words(what), Stack: strings.ReplaceAll(stack, module, "")}
}
