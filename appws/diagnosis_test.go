package appws

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestDiagnoseLogin makes logins with the mistakes of real clients, and is told them.
func TestDiagnoseLogin(t *testing.T) {
	const challenge, password = "0123456789abcdef", "pwd"
	right := Login{App: "app", Domain: "acme.example", SIP: "anna", GUID: "0011", DN: "Anna\u2028Rossi", PbxObj: "obj", Info: json.RawMessage(`{"b":1,"a":"x\u2028<y>"}`)}
	for name, tt := range map[string]struct {
		hashed   func(l *Login) string // what the client hashes
		password string
		want     string
	}{
		"right":   {func(l *Login) string { return l.Signed(challenge, password).Digest }, password, ""},
		"no info": {func(l *Login) string { l.Info = nil; return l.Signed(challenge, password).Digest }, password, "the info is left out"},
		"sorted": {func(l *Login) string {
			l.Info = json.RawMessage(`{"a":"x\u2028<y>","b":1}`)
			return l.Signed(challenge, password).Digest
		}, password, "in another order"},
		"html": {func(l *Login) string {
			return hexSum("app:acme.example:anna:0011:Anna\u2028Rossi:", `{"b":1,"a":"x\u2028\u003cy\u003e"}`, ":"+challenge+":"+password)
		}, password, "as for HTML"},
		"two":  {func(l *Login) string { l.Domain, l.App = "", "obj"; return l.Signed(challenge, password).Digest }, password, "PBX object is in place of the app|domain is left out"},
		"file": {func(l *Login) string { return l.Signed(challenge, password+"\n").Digest }, password, "ends in a line feed"},
		"no colon": {func(l *Login) string {
			return hexSum("app:acme.example:anna:0011:Anna\u2028Rossi:", string(l.Info), challenge+":"+password)
		}, password, "the colon behind the info"},
		"with domain": {func(l *Login) string { l.SIP = "anna@acme.example"; return l.Signed(challenge, password).Digest }, password, "with an @"},
	} {
		sent, hashed := right, right
		sent.Digest = tt.hashed(&hashed)
		got, err := DiagnoseLogin(sent.message(), challenge, tt.password)
		want := strings.Split(tt.want, "|")
		if tt.want == "" {
			want = nil
		}
		if err != nil || !slices.EqualFunc(got, want, strings.Contains) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	bare := Login{App: "app"}
	bare.Digest = hexSum("app:::::", ":"+challenge+":"+password)
	if got, err := DiagnoseLogin(bare.message(), challenge, password); err != nil || len(got) != 1 || !strings.Contains(got[0], "a colon for the info") {
		t.Errorf("a colon too many: %q, %v", got, err)
	}
	if got, err := DiagnoseLogin(right.Signed(challenge, "other").message(), challenge, password); !errors.Is(err, ErrNoDiagnosis) {
		t.Errorf("another password: %q, %v", got, err)
	}
	if _, err := DiagnoseLogin([]byte("{"), challenge, password); err == nil {
		t.Error("no JSON is diagnosed")
	}
}
