package main

import (
	"os"
	"testing"
)

// TestFile compares the file in the tree with the modules that are linked today.
func TestFile(t *testing.T) {
	const name = "../../THIRD-PARTY-LICENSES.txt"
	made, err := compose("../..")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if made != string(file) {
		t.Errorf("%s is not of what is linked; write it again: go run ./internal/licenses > THIRD-PARTY-LICENSES.txt", name)
	}
}

// TestRefused: a licence that asks for more, and a text that is none, end the command.
func TestRefused(t *testing.T) {
	for _, words := range []string{
		"This is licensed under the GPL, see https://www.gnu.org/licenses/gpl-3.0.html",
		"All rights reserved.",
		"",
	} {
		if names, err := namesOf(words); err == nil {
			t.Errorf("%q is taken for %s", words, names)
		}
	}
}
