package phone

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

// TestIntents: the list of intents has all of them, so that none is lost on the way from another program.
func TestIntents(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^func \((\w+)\) +intent\(\)`).FindAllSubmatch(text, -1) {
			want = append(want, string(m[1]))
		}
	}
	var got []string
	for _, i := range Intents() {
		got = append(got, reflect.TypeOf(i).Name())
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("Intents has %v,\nthe package %v", got, want)
	}
}
