package demopbx

import (
	"fmt"
	"slices"
	"strings"
)

// Dialect is which generation of PBX the server plays (see the table of dialects in the
// protocol page): what it makes of the SDP in a call that a client places, and how the client
// learns that somebody picked up.
type Dialect uint8

const (
	// ModernAnswer takes the client's SDP as the offer it is and answers it with code 183;
	// pickup is told by the call states and by a last SDP with code 200.
	ModernAnswer Dialect = iota
	// Modern ignores the client's SDP and sends an offer of its own (a=setup:actpass) with
	// code 183. A client that has not answered it when the far end picks up loses the call
	// with code 415. Pickup shows in the call states alone.
	Modern
	// Legacy answers twice, when it rings and when somebody picked up, and says a=setup:actpass
	// in both though it is the passive side.
	Legacy
)

var dialectNames = [...]string{"modern-answer", "modern", "legacy"}

func (d Dialect) String() string {
	if int(d) < len(dialectNames) {
		return dialectNames[d]
	}
	return "?"
}

// UnmarshalText takes what String gives.
func (d *Dialect) UnmarshalText(text []byte) error {
	i := slices.Index(dialectNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("the dialects are %s", strings.Join(dialectNames[:], ", "))
	}
	*d = Dialect(i)
	return nil
}

// MarshalText is String for those who ask for text.
func (d Dialect) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// product is what the Server header says; clients read the generation from it.
func (d Dialect) product() string {
	if d == Legacy {
		return "PBX/67.0.5 (Practice)"
	}
	return "PBX/70.1 (Practice)"
}
