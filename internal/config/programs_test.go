package config

import (
	"slices"
	"strings"
	"testing"
)

func TestOutside(t *testing.T) {
	c, err := decode("config.toml", []byte(`
[hooks]
ringing  = ["crm-lookup", "--short"]
answered = "https://crm.acme.example/answered"
ended    = "http://127.0.0.1:8080/ended"
practice = true
[control]
dial = "direct"
`), kinds)
	if err != nil {
		t.Fatal(err)
	}
	h := c.Hooks
	if len(h.Ringing.Command) != 2 || h.Answered.URL == "" || h.Ended.URL == "" || !h.Practice || !c.Control.Direct() {
		t.Errorf("%+v %+v", h, c.Control)
	}
	for text, want := range map[string]string{
		"[hooks]\nringing = []":                        `config.toml:2:1: "ringing" is an empty list`,
		"[hooks]\nringing = 1":                         `config.toml:2:1: "ringing" is a number`,
		"[hooks]\nringing = [\"a\", 1]":                "config.toml:2:17: ",
		"[hooks]\nended = \"http://crm.acme.example\"": "begins with https://",
		"[hooks]\nended = \"ftp://localhost\"":         "begins with https://",
		"[hooks]\nended = \"https://u:p@h/\"":          "begins with https://",
		"[hooks]\ndialled = \"x\"":                     `unknown key "dialled"; known: ringing, answered, ended, practice`,
		"[hooks]\npractice = \"yes\"":                  "write true or false",
		"hooks = 1":                                    `it is a table, write [hooks]`,
		"[control]\ndial = \"always\"":                 `"dial" is "ask"`,
		"[control]\nport = 1":                          `unknown key "port"`,
	} {
		if _, err := decode("config.toml", []byte(text), kinds); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestChangesOutside tells a person what became of the file.
func TestChangesOutside(t *testing.T) {
	before, err := decode("c.toml", []byte("[control]\ndial = \"ask\"\n"), kinds)
	if err != nil {
		t.Fatal(err)
	}
	after, err := decode("c.toml", []byte("[control]\ndial = \"direct\"\n[hooks]\nringing = [\"crm\", \"-s\"]\nended = \"https://h/\"\n"), kinds)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"hooks.ringing", "hooks.ended", `control.dial = "direct"`}
	if got := before.Changes(after, kinds); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
