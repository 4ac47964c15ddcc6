package config

import (
	"reflect"
	"strings"
	"testing"
)

// twoProfiles are a file with two PBXs.
const twoProfiles = `
[profile.hq]
dialect = "vodia"
url = "https://hq.example"
domain = "hq.example"
user = "201"
[profile.branch]
dialect = "vodia"
url = "https://branch.example"
domain = "branch.example"
user = "31"
`

func TestTogether(t *testing.T) {
	c, err := decode("c.toml", []byte(`together = ["hq", "branch"]
same = [["hq:201", "branch:31"], ["hq:202", "branch:32"]]
same_numbers = true
`+twoProfiles+`
[profile.branch.dial]
prefixes = ["0", "+39"]
lengths = [2]
[profile.hq.dial]
reach = { branch = "8" }
`), kinds)
	if err != nil {
		t.Fatal(err)
	}
	if want := [][]Account{{{"hq", "201"}, {"branch", "31"}}, {{"hq", "202"}, {"branch", "32"}}}; !reflect.DeepEqual(c.Same, want) || !c.SameNumbers {
		t.Errorf("the same are %v, %v", c.Same, c.SameNumbers)
	}
	if got, want := c.Profiles["branch"].Dial, (DialPlan{Prefixes: []string{"0", "+39"}, Lengths: []int{2}}); !reflect.DeepEqual(got, want) {
		t.Errorf("branch dials %+v", got)
	}
	if got := c.Profiles["hq"].Dial.Reach["branch"]; got != "8" {
		t.Errorf("hq reaches branch by %q", got)
	}
	for name, want := range map[string]string{"": "hq branch", "branch": "branch", "branch,hq": "branch hq", "hq, branch": "hq branch"} {
		profiles, err := c.Choose(name)
		var names []string
		for _, p := range profiles {
			names = append(names, p.Name)
		}
		if got := strings.Join(names, " "); got != want || err != nil {
			t.Errorf("%q chooses %q, %v", name, got, err)
		}
	}
	for name, want := range map[string]string{
		"hq,hq": `"hq,hq" names the profile "hq" twice`, "hq,x": `there is no profile "x" in config.toml; there are: branch, hq`,
		"hq,": `"hq," names several profiles, and one of the names is empty; write them like hq,branch`,
	} {
		if _, err := c.Choose(name); err == nil || err.Error() != want {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestTogetherRefuses(t *testing.T) {
	for line, want := range map[string]string{
		`together = ["hq"]`:                                `c.toml:1:1: "together" names the profiles to sign in with at once, two to 8 of them`,
		`together = ["hq", "x"]`:                           `c.toml:1:19: there is no profile "x" to be together with others`,
		`together = ["hq", "hq"]`:                          `c.toml:1:19: "hq" is named twice`,
		`same = ["hq:201", "branch:31"]`:                   `c.toml:1:9: "same" has a list for each person, like [["hq:201", "branch:31"]]`,
		`same = [["hq:201", "31"]]`:                        `c.toml:1:20: "same" has a list for each person, like [["hq:201", "branch:31"]]`,
		`same = [["hq:201", "x:31"]]`:                      `c.toml:1:20: there is no profile "x"`,
		`same = [["hq:1","hq:2"]]`:                         `c.toml:1:17: "hq:2" is a second number at "hq"; a person has one at each profile here`,
		`same = [["hq:1","branch:1"],["hq:1","branch:2"]]`: `c.toml:1:30: "hq:1" is somebody already`,
		`profile.hq.dial.prefixes = ["0 1"]`:               `c.toml:1:29: "0 1" is no beginning of a number; write digits without blanks, like "0" or "+39"`,
		`profile.hq.dial.lengths = [0]`:                    `c.toml:1:28: "lengths" is a list of numbers from 1 to 20`,
		`profile.hq.dial.reach.x = "8"`:                    `c.toml:1:23: there is no profile "x"`,
		`profile.hq.dial.reach.hq = "8"`:                   `c.toml:1:23: "hq" needs nothing to reach itself`,
		`profile.hq.dial.prefix = "8"`:                     `c.toml:1:17: unknown key "prefix"; known: prefixes, lengths, reach`,
		`profile.hq.dial = 8`:                              `c.toml:1:12: "dial" is a number; it is a table, write [profile.NAME.dial]`,
	} {
		if _, err := decode("c.toml", []byte(line+twoProfiles), kinds); err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", line, err, want)
		}
	}
}
