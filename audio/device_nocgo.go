//go:build !cgo

package audio

func openCard(cfg Config) (Device, error) { return newNull(cfg), errNoLibrary }

func openHalf(Config, wish) (*half, error) { return nil, errNoLibrary }

func prepareEnvironment() {}
