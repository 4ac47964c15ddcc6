package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Changes lists what another configuration says differently, in the order of the file: settings
// with their new value, of profiles and sessions the keys. Nothing in it is secret.
func (c Config) Changes(next Config) []string {
	var all []string
	if c.Default != next.Default {
		all = append(all, "default = "+quoted(next.Default))
	}
	all = append(all, tables("profile", c.Profiles, next.Profiles, profileChanges)...)
	all = append(all, tables("session", c.Sessions, next.Sessions, func(Session, Session) string { return "" })...)
	all = append(all, settings("sound", c.Sound, next.Sound)...)
	all = append(all, settings("ice", c.ICE, next.ICE)...)
	return append(all, settings("hold", c.Hold, next.Hold)...)
}

// tables compares named tables of one kind; keys names what differs between two.
func tables[T any](kind string, before, after map[string]T, keys func(before, after T) string) []string {
	var all []string
	names := maps.Clone(before)
	if names == nil {
		names = map[string]T{}
	}
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		old, was := before[name]
		now, is := after[name]
		what := kind + " " + name
		switch {
		case !was:
			all = append(all, what+" is new")
		case !is:
			all = append(all, what+" is gone")
		case !reflect.DeepEqual(old, now):
			if named := keys(old, now); named != "" {
				what += ": " + named
			} else {
				what += " changed"
			}
			all = append(all, what)
		}
	}
	return all
}

func profileChanges(before, after Profile) string {
	var keys []string
	old := profileLines("", before)
	for i, line := range profileLines("", after) {
		if line.value != old[i].value {
			keys = append(keys, line.key)
		}
	}
	return strings.Join(keys, ", ")
}

// settings compares the fields of one table; what is no text and no time is named only.
func settings(table string, before, after any) []string {
	var all []string
	old, now := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range now.NumField() {
		if reflect.DeepEqual(old.Field(i).Interface(), now.Field(i).Interface()) {
			continue
		}
		what := table + "." + strings.ToLower(now.Type().Field(i).Name)
		switch value := now.Field(i).Interface().(type) {
		case string:
			what += " = " + quoted(value)
		case time.Duration:
			what += fmt.Sprintf(" = %d", max(0, int(value/time.Second)))
		}
		all = append(all, what)
	}
	return all
}
