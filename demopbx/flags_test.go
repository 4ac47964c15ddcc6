package demopbx

import (
	"flag"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

func flagsOf(o *Options, args ...string) (*flag.FlagSet, error) {
	set := flag.NewFlagSet("serve-demo", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	o.Flags(set)
	return set, set.Parse(args)
}

func TestFlags(t *testing.T) {
	o := Options{PBX: exchange.Options{Seed: 1, ChangesPerSecond: 3}}
	if _, err := flagsOf(&o,
		"-dialect", "legacy", "-rename-calls", "-drop-mid", "-refuse-upgrade", "401", "-idle-close", "30s", "-silent",
		"-seed", "9", "-no-answer", "5s", "-addr", "127.0.0.1:8080",
	); err != nil {
		t.Fatal(err)
	}
	want := Options{Addr: "127.0.0.1:8080", PBX: exchange.Options{Seed: 9, ChangesPerSecond: 3, NoAnswer: 5 * time.Second}, Vodia: vodia.Options{Dialect: vodia.Legacy, RenameCalls: true, DropMid: true, UpgradeStatus: 401, IdleClose: 30 * time.Second, Silent: true}}.withDefaults()
	o.Log, want.Log = nil, nil
	if !reflect.DeepEqual(o, want) {
		t.Errorf("%+v, want %+v", o, want)
	}
	if _, err := flagsOf(&o, "-dialect", "klingon"); err == nil || !strings.Contains(err.Error(), "modern-answer, modern, legacy") {
		t.Errorf("an unknown dialect: %v", err)
	}
}

// Every option but TLS and Log has a flag of its own.
func TestFlagsAreComplete(t *testing.T) {
	var o Options
	set, err := flagsOf(&o)
	if err != nil {
		t.Fatal(err)
	}
	bound := map[any]string{}
	for _, group := range optionGroups {
		for _, f := range group.options {
			if other := bound[f.of(&o)]; other != "" {
				t.Errorf("%s and %s are the same option", f.name, other)
			}
			bound[f.of(&o)] = f.name
		}
	}
	for _, of := range []any{&o, &o.PBX, &o.Vodia, &o.NethCTI} {
		v := reflect.ValueOf(of).Elem()
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if bound[v.Field(i).Addr().Interface()] == "" && !slices.Contains([]string{"TLS", "Log", "PBX", "Vodia", "NethCTI"}, name) {
				t.Errorf("%s has no flag", name)
			}
		}
	}
	var help strings.Builder
	set.SetOutput(&help)
	set.Usage()
	for _, want := range []string{
		"Usage: serve-demo [flags]", "What goes wrong with calls:\n",
		"-rename-calls", "-refuse-upgrade status", "601 picks up after this time (2s)",
	} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("%q is missing in the help:\n%s", want, help.String())
		}
	}
	for line := range strings.Lines(help.String()) {
		if len(line) > 101 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
}
