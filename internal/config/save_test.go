package config

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2/unstable"
	"github.com/zalando/go-keyring"
)

func office() Profile {
	return Profile{Name: "office", Dialect: "vodia", URL: "https://pbx.office.example",
		Realm: "office.example", User: "7", PasswordKeyring: true}
}

const officeTable = `[profile.office]
dialect = "vodia"
url = "https://pbx.office.example"
domain = "office.example"
user = "7"
password_keyring = true
`

// TestRevise compares whole files: what was not to change stays to the byte.
func TestRevise(t *testing.T) {
	command := office()
	command.PasswordKeyring, command.PasswordCommand = false, []string{"pass", `show "pbx"`, `c:\x`}
	variable := office()
	variable.PasswordKeyring, variable.PasswordEnv = false, "PW"
	tests := []struct {
		name, before string
		revision     Revision
		after        string
	}{
		{"empty file", "", Revision{Default: "office", Profile: office()}, "default = \"office\"\n\n" + officeTable},
		{"new file", headline, Revision{Default: "office", Profile: office()},
			headline + "\ndefault = \"office\"\n\n" + officeTable},
		{"beside another", "default = \"a\" # mine\n[profile.a]\nurl = 'http://h'\ndomain='d'\nuser='1'\ndialect='vodia'\n\n# the rest\n[ice]\n",
			Revision{Default: "office", Profile: office()},
			"default = \"office\" # mine\n[profile.a]\nurl = 'http://h'\ndomain='d'\nuser='1'\ndialect='vodia'\n\n# the rest\n[ice]\n\n" + officeTable},
		{"comment of the first table stays with it", "# my sound\n[sound]\nspeaker = \"x\"\n", Revision{Default: "office", Profile: office()},
			"default = \"office\"\n\n# my sound\n[sound]\nspeaker = \"x\"\n\n" + officeTable},
		{"nothing to change", officeTable, Revision{Profile: office()}, officeTable},
		{"another source", officeTable + "# end", Revision{Profile: command},
			strings.Replace(officeTable, "password_keyring = true\n", `password_command = ["pass", "show \"pbx\"", "c:\\x"]`+"\n", 1) + "# end"},
		{"comments of what goes stay", strings.Replace(officeTable, "password_keyring = true", "password_command = [ # why\n  \"a\", # how\n] # so", 1),
			Revision{Profile: variable},
			strings.Replace(officeTable, "password_keyring = true", "password_env = \"PW\"\n# why\n# how\n# so", 1)},
		{"indented", "[profile]\n  [profile.office]\n  dialect='vodia'\n  url='http://h'\n  domain='d'\n  user='7' # me\n\n[ice]\n",
			Revision{Profile: variable},
			"[profile]\n  [profile.office]\n  dialect='vodia'\n  url=\"https://pbx.office.example\"\n  domain=\"office.example\"\n  user='7' # me\n  password_env = \"PW\"\n\n[ice]\n"},
		{"in braces", "profile.office = { dialect='vodia', url='http://h', domain='d', user='7', password_keyring = true }\n",
			Revision{Profile: variable},
			"profile.office = { dialect='vodia', url=\"https://pbx.office.example\", domain=\"office.example\", user='7', password_env = \"PW\" }\n"},
		{"all in braces", "profile = { }\n[sound]", Revision{Profile: office()},
			`profile = {  office.dialect = "vodia", office.url = "https://pbx.office.example", office.domain = "office.example", office.user = "7", office.password_keyring = true }` + "\n[sound]"},
		{"dotted", "profile.office.dialect='vodia'\nprofile.office.url='http://h'\n[profile]\noffice.domain='d'\noffice.user='7'\n",
			Revision{Profile: variable},
			"profile.office.dialect='vodia'\nprofile.office.url=\"https://pbx.office.example\"\n[profile]\noffice.domain=\"office.example\"\noffice.user='7'\noffice.password_env = \"PW\"\n"},
		{"Windows' lines and mark", "\uFEFF[sound]\r\nspeaker = \"a\" # b\r\n", Revision{Default: "office", Profile: office(), Sound: &Sound{Speaker: "none"}},
			"\uFEFF" + strings.ReplaceAll("default = \"office\"\n\n[sound]\nspeaker = \"none\" # b\n\n"+officeTable, "\n", "\r\n")},
		{"sound", "", Revision{Sound: &Sound{Microphone: "Jabra"}}, "[sound]\nmicrophone = \"Jabra\"\n"},
		{"no newline at the end", "[hold]\nreminder = 30", Revision{Default: "office", Profile: office()},
			"default = \"office\"\n\n[hold]\nreminder = 30\n\n" + officeTable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := revise("/c/config.toml", []byte(tt.before), tt.revision, kinds)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.after {
				t.Errorf("got\n%s\nwant\n%s", got, tt.after)
			}
		})
	}
}

func TestReviseRefuses(t *testing.T) {
	bad := office()
	bad.URL = "ftp://x"
	for name, c := range map[string]struct {
		before   string
		revision Revision
		want     string
	}{
		"a broken file":     {"default = \n", Revision{Profile: office()}, "/c/config.toml:1:"},
		"a senseless value": {"", Revision{Profile: bad}, "nothing was written"},
		"no such default":   {"", Revision{Default: "x"}, "nothing was written"},
	} {
		if got, err := revise("/c/config.toml", []byte(c.before), c.revision, kinds); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestSave: the file is replaced in one step, is for its owner only, and a link to it stays a link.
func TestSave(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "new", "config.toml")
	if err := Save(path, Revision{Default: "office", Profile: office()}, kinds); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.toml")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	other := office()
	other.Name = "branch office"
	if err := Save(link, Revision{Profile: other}, kinds); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info, err)
	}
	c, err := Load(path, kinds)
	if want := map[string]Profile{"office": office(), "branch office": other}; err != nil || c.Default != "office" || !reflect.DeepEqual(c.Profiles, want) {
		t.Errorf("got %+v, %v", c, err)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("left beside it: %v, %v", files, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestEverySettingCanBeTakenOver edits the example, with an explanation at every line, in all
// places at once: no comment is lost.
func TestEverySettingCanBeTakenOver(t *testing.T) {
	p := office()
	p.Name, p.Settings, p.TLSCA = "acme", map[string]string{"admin": "root"}, "/c/acme-ca.pem"
	p.PasswordKeyring, p.PasswordFile = false, "/c/acme.password"
	got, err := revise("/c/config.toml", []byte(Example(kinds)), Revision{Profile: p, Sound: &Sound{Microphone: "a", Speaker: "b", Ringer: "c"}}, kinds)
	if err != nil {
		t.Fatal(err)
	}
	lost(t, []byte(Example(kinds)), got)
	if !strings.Contains(string(got), "\npassword_file = \"acme.password\"\n") {
		t.Errorf("a file beside it is named otherwise:\n%s", got)
	}
}

// lost fails for each comment of before that is not in after.
func lost(t *testing.T, before, after []byte) {
	t.Helper()
	left := allComments(after)
	for _, c := range allComments(before) {
		i := slices.Index(left, c)
		if i < 0 {
			t.Errorf("the comment %q is lost; the file is\n%s\nit was\n%s", c, after, before)
			return
		}
		left = slices.Delete(left, i, i+1)
	}
}

func allComments(doc []byte) []string {
	var all []string
	p := unstable.Parser{KeepComments: true}
	p.Reset(doc)
	for p.NextExpression() {
		node := p.Expression()
		if node.Kind == unstable.Comment {
			all = append(all, string(node.Data))
			continue
		}
		if node.Kind == unstable.KeyValue {
			all = append(all, commentsIn(node.Value())...)
		}
		if next := node.Next(); next.Valid() && next.Kind == unstable.Comment {
			all = append(all, string(next.Data))
		}
	}
	return all
}

// FuzzRevise: any readable file is refused completely or has the new values afterwards, and no
// comment is lost.
func FuzzRevise(f *testing.F) {
	for _, seed := range []string{
		Example(kinds), "", "# a\n# b\n\n[sound]\n", "profile = {office = {dialect='vodia', # x\n url='http://h', domain='d', user='1', password_command=[#a\n'x'#b\n,\n]#c\n,}} # d",
		"[profile.office]\ndialect='vodia'\nurl='http://h'\ndomain='d'\nuser='1' # me\npassword_env='A'#x", "  [ profile . office ] # h\r\n\r\n",
		"profile.office.dialect='vodia'\nprofile.office.url='http://h'\nprofile.office.domain='d'\nprofile.office.user='1'\nsound={}\n", "sound.speaker='a'",
	} {
		f.Add([]byte(seed), true, "Jabra \"65\"", 1)
		f.Add([]byte(seed), false, "", 2)
	}
	f.Fuzz(func(t *testing.T, data []byte, asDefault bool, device string, source int) {
		if len(device) > maxText || !isLine(device) {
			return
		}
		r := Revision{Profile: office(), Sound: &Sound{Microphone: device, Ringer: "none"}}
		r.Profile.PasswordKeyring = source%3 == 0
		switch source % 3 {
		case 1:
			r.Profile.PasswordEnv = "PW"
		case 2:
			r.Profile.PasswordCommand = []string{"pass", "show"}
		}
		if asDefault {
			r.Default = "office"
		}
		before, err := decode("/c/config.toml", data, kinds)
		if err != nil {
			return
		}
		got, err := revise("/c/config.toml", data, r, kinds)
		if err != nil {
			if !strings.Contains(err.Error(), "nothing was written") {
				t.Errorf("%v for\n%s", err, data)
			}
			return
		}
		lost(t, data, got)
		again, err := revise("/c/config.toml", got, r, kinds)
		if err != nil || string(again) != string(got) {
			t.Errorf("a second time changes it:\n%s\nwas\n%s\n%v", again, got, err)
		}
		after, _ := decode("/c/config.toml", got, kinds)
		for name := range maps.Keys(before.Profiles) {
			if name != "office" && !reflect.DeepEqual(before.Profiles[name], after.Profiles[name]) {
				t.Errorf("profile %q is %+v", name, after.Profiles[name])
			}
		}
	})
}

// TestStore keeps a password and fetches it again.
func TestStore(t *testing.T) {
	keyring.MockInit()
	p := office()
	if err := p.Store(t.Context(), "geheim"); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Secret(t.Context()); got != "geheim" || err != nil {
		t.Errorf("the keyring gives %q, %v", got, err)
	}
	if err := KeyringTrouble(t.Context()); err != nil {
		t.Error(err)
	}
	p.PasswordKeyring, p.PasswordFile = false, filepath.Join(t.TempDir(), "sub", "office.password")
	if err := p.Store(t.Context(), "geheim"); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Secret(t.Context()); got != "geheim" || err != nil {
		t.Errorf("the file gives %q, %v", got, err)
	}
	if err := os.Chmod(p.PasswordFile, 0o640); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Secret(t.Context()); got != "" || err == nil || !strings.Contains(err.Error(), "can be read by others (mode 640); run chmod 600") {
		t.Errorf("a file for all gives %q, %v", got, err)
	}
}

func TestPasswordFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p")
	for content, want := range map[string]string{
		"geheim": "geheim", "geheim\n": "geheim", "geheim\r\n": "geheim", "a\nb\n": "", "": "", "\n": "", strings.Repeat("x", maxSecret+1): "",
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Profile{PasswordFile: path}.Secret(t.Context())
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%.20q gives %.20q, %v", content, got, err)
		}
	}
}
