//go:build !cgo

package audio

// HasCards tells whether this program was built with what works sound cards.
const HasCards = false

func openCard(cfg Config) (Device, error) { return newNull(cfg), errNoLibrary }

func openPort(Config, choice) (*port, error) { return nil, errNoLibrary }

func prepareEnvironment() {}
