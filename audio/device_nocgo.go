//go:build !cgo

package audio

func openCard(cfg Config) (Device, error) { return newNull(cfg), errNoLibrary }

func openPort(Config, choice) (*port, error) { return nil, errNoLibrary }

func prepareEnvironment() {}
