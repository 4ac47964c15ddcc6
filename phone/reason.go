package phone

import (
	"errors"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/rtc"
)

// reasonOf is what a person may read of an error of the media. The words of a library are in the
// log alone.
func reasonOf(err error) string {
	var why rtc.Reason
	var failed *fault.Error
	switch {
	case errors.As(err, &why):
		return why.Error()
	case errors.As(err, &failed):
		return failed.Error()
	}
	return "the log has the details"
}
