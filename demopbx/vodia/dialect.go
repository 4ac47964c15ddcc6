package vodia

import (
	"fmt"
	"slices"
	"strings"
)

// Dialect is which generation of PBX the front plays: how it treats the SDP of a call that a client
// places, and how the client learns that somebody picked up.
type Dialect uint8

const (
	// ModernAnswer takes the client's SDP as an offer and answers it with code 183; the call states
	// and a last SDP with code 200 show the pickup.
	ModernAnswer Dialect = iota
	// Modern ignores the client's SDP and sends an offer of its own (a=setup:actpass) with
	// code 183. A client that has not answered it when the far end picks up loses the call
	// with code 415. Pickup shows in the call states alone.
	Modern
	// Legacy answers twice, when it rings and when somebody picked up.
	Legacy
	// Live70 is Modern as a real PBX of version 70.1 was seen to be: with a
	// callid of its own for our call, address pairs, no pushed directory, no reply to a
	// registration, no version at sign-in, the user's own calls first, and the national number of
	// a caller from outside. See withDialect for the list.
	Live70
)

var dialectNames = [...]string{"modern-answer", "modern", "legacy", "live70"}

// offers says that the PBX reacts to an outgoing call with an offer of its own.
func (d Dialect) offers() bool { return d == Modern || d == Live70 }

// withDialect adds the options that the dialect implies.
func (o Options) withDialect() Options {
	if o.Dialect != Live70 {
		return o
	}
	o.RenameCalls, o.AddressPairs = true, true
	o.NoDirectory, o.OwnCallsFirst = true, true
	o.NoRegisterReply, o.HideVersionAtSignIn = true, true
	o.NationalNumbers = true
	return o
}

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

// Product is the Server header, from which clients read the generation.
func (d Dialect) Product() string {
	if d == Legacy {
		return "PBX/67.0.5 (Practice)"
	}
	return "PBX/70.1 (Practice)"
}
