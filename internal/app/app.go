// Package app is the program as a person opens it: one screen after the other, each at a station of its
// own, with the configuration, the keys and the log that go with it.
package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/setup"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
)

// Program is what the whole program has in common.
type Program struct {
	Version string
	// Dialects are the kinds of PBX that a profile may be of, the usual one first.
	Dialects pbxws.Dialects
	// Keys is the keymap.toml that the program comes with.
	Keys []byte
	// Practice is the dialect of the practice PBX, the usual one where it is empty.
	Practice string
}

// options are the arguments for stations and the form.
func (p Program) options(c config.Config, log *slog.Logger) station.Options {
	return station.Options{Kinds: p.Dialects, Settings: c, UserAgent: "Patchcord/" + p.Version, Version: p.Version, Practice: p.Practice, Log: log}
}

// Doctor checks the way to the PBX of a profile, and the sound.
func (p Program) Doctor(ctx context.Context, profile string, out io.Writer) error {
	own, err := p.readFiles()
	if err != nil {
		return err
	}
	return setup.Doctor(ctx, p.options(own.settings, nil), profile, out)
}

// PrintKeys prints the present keys, with a person's own.
func (p Program) PrintKeys(out io.Writer) error {
	own, err := p.readFiles()
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, own.keys.Page())
	return err
}

// Opus says whose Opus calls use, and why not the system's.
func (p Program) Opus() string {
	var settings config.Config // also where config.toml cannot be read, which is no reason for not telling
	if own, err := p.readFiles(); err == nil {
		settings = own.settings
	}
	chosen, why := station.ChooseOpus(settings)
	if why != nil {
		return fmt.Sprintf("%s, built in: %v", chosen, why)
	}
	return chosen.String() + ", of this system"
}

// OpenSession opens a session of config.toml in a list, see station.OpenSession.
func (p Program) OpenSession(list *sessions.List, name string, trace func(appws.Frame)) (id int, err error) {
	own, err := p.readFiles()
	if err != nil {
		return 0, err
	}
	return station.OpenSession(list, own.settings, name, trace)
}

// Sessions are the names of those in config.toml, none where it cannot be read.
func (p Program) Sessions() []string {
	own, err := p.readFiles()
	if err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(own.settings.Sessions))
}

// Profiles are the names of those in config.toml, none where it cannot be read.
func (p Program) Profiles() []string {
	own, err := p.readFiles()
	if err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(own.settings.Profiles))
}
