package config

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// Changes lists how another configuration differs, in the order of the file: a setting with its new
// value, a profile or a session with the changed keys. It contains nothing secret.
func (c Config) Changes(next Config, kinds pbxws.Dialects) []string {
	var all []string
	if c.Default != next.Default {
		all = append(all, "default = "+quoted(next.Default))
	}
	if c.OnClose != next.OnClose {
		all = append(all, "on_close = "+quoted(cmp.Or(next.OnClose, "end")))
	}
	all = append(all, tables("profile", c.Profiles, next.Profiles, func(before, after Profile) string {
		return strings.Join(changed(profileLines("", before, kinds), profileLines("", after, kinds)), ", ")
	})...)
	all = append(all, tables("session", c.Sessions, next.Sessions, func(Session, Session) string { return "" })...)
	return append(all, settings("", c, next)...)
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

// settings compares the fields of a table and of the tables in it. It shows texts, numbers and
// times; of other values only the name.
func settings(table string, before, after any) []string {
	var all []string
	old, now := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range now.NumField() {
		field := now.Type().Field(i)
		if !field.IsExported() || field.Type.Kind() == reflect.Map && table == "" || field.Name == "Default" || field.Name == "OnClose" ||
			reflect.DeepEqual(old.Field(i).Interface(), now.Field(i).Interface()) {
			continue
		}
		what := table + strings.ToLower(field.Name)
		switch value := now.Field(i).Interface().(type) {
		case Hook: // its URL and its arguments may hold a token
		case string:
			what += " = " + quoted(value)
		case time.Duration:
			what += fmt.Sprintf(" = %d", max(0, int(value/time.Second)))
		case bool, int, float64:
			what += fmt.Sprint(" = ", value)
		default:
			if field.Type.Kind() == reflect.Struct {
				all = append(all, settings(what+".", old.Field(i).Interface(), value)...)
				continue
			}
		}
		all = append(all, what)
	}
	return all
}
