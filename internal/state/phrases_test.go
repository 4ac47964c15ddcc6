package state

import (
	"maps"
	"testing"
)

func TestPhrases(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	if filters, snippets := Phrases(); filters != nil || snippets != nil {
		t.Errorf("before the first: %v, %v", filters, snippets)
	}
	want, messages := map[string]string{"calls": "api=RCC | mt=User*"}, map[string]string{"ping": `{"mt":"Ping"}`}
	if err := KeepPhrases(want, messages); err != nil {
		t.Fatal(err)
	}
	if filters, snippets := Phrases(); !maps.Equal(filters, want) || !maps.Equal(snippets, messages) {
		t.Errorf("got %v, %v", filters, snippets)
	}
}
