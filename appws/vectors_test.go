package appws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"strings"
	"testing"
)

// vector is one case made by innovaphone's own code.
type vector struct {
	ID, Kind string
	Input    struct {
		App, Domain, SIP, GUID, DN, Challenge, Password string
		InfoText                                        *string `json:"info_text"`
		SessionKey                                      string  `json:"session_key"`
		Seed, Data, Hex                                 string
		SysClient                                       bool
		PBXKey                                          string `json:"pbx_connection_session_key"`
		ServiceChallenge                                string `json:"service_challenge"`
		ServicePassword                                 string `json:"service_password"`
		Cfg                                             struct {
			App, Password, Domain, SIP, GUID, DN string
			Info                                 json.RawMessage
		}
	}
	DigestString string `json:"digest_string"`
	AppLogin     string `json:"applogin_message"`
	CrossChecks  struct {
		GoMap *struct {
			Digest   string
			InfoText string `json:"info_text"`
		} `json:"go-inno-appws when Info is a Go map"`
	} `json:"cross_checks"`
	Expect struct {
		Digest, Key, Hex, Data, Hash, Canonical string
		FirstMessage                            string          `json:"first_message"`
		LoginMessage                            string          `json:"login_message"`
		Probe                                   string          `json:"encrypt_seed_s_data_probe"`
		SessionKey                              string          `json:"session_key"`
		ResultMessage                           json.RawMessage `json:"result_message"`
		DecryptedKey                            string          `json:"decrypted_key"`
	}
	Portable bool
}

func vectors(t *testing.T) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/innovaphone.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Vectors
}

// TestVectors runs every vector through the functions that the client and the service use.
func TestVectors(t *testing.T) {
	tests := map[string]func(*testing.T, vector){
		"digest": testDigest, "session_key": testSessionKey, "wire_login": testWireLogin, "encrypt": testEncrypt,
		"decrypt": testDecrypt, "hash": testHash, "service_login": testServiceLogin, "wire_login_go": testGoLogin,
		"canonical_info": testCanonicalInfo,
	}
	// The head of the file counts 104 vectors, with more of some kinds; these 83 are in it.
	inFile := map[string]int{
		"digest": 26, "session_key": 6, "wire_login": 5, "encrypt": 15, "decrypt": 3, "hash": 12, "service_login": 1,
		"wire_login_go": 7, "canonical_info": 8,
	}
	used := map[string]int{}
	defer func() {
		if !maps.Equal(used, inFile) {
			t.Errorf("used %v, in the file are %v", used, inFile)
		}
	}()
	for _, v := range vectors(t) {
		used[v.Kind]++
		test := tests[v.Kind]
		if test == nil {
			t.Errorf("%s: no test for the kind %s", v.ID, v.Kind)
			continue
		}
		t.Run(v.ID, func(t *testing.T) { test(t, v) })
	}
}

func (v vector) login() Login {
	in := v.Input
	l := Login{App: in.App, Domain: in.Domain, SIP: in.SIP, GUID: in.GUID, DN: in.DN}
	if in.InfoText != nil {
		l.Info = json.RawMessage(*in.InfoText)
	}
	return l
}

// testDigest makes the digest as a client and accepts it as a service, in a real message of a PBX
// if there is one.
func testDigest(t *testing.T, v vector) {
	in := v.Input
	signed := v.login().Signed(in.Challenge, in.Password)
	if signed.Digest != v.Expect.Digest {
		t.Errorf("digest %s, want %s", signed.Digest, v.Expect.Digest)
	}
	message := v.AppLogin
	if message == "" {
		message = string(signed.message())
	}
	got, err := admit(t, message, in.Challenge, "wrong", in.Password, "other")
	if err != nil {
		t.Fatal(err)
	}
	if got.key != NewSessionKey(in.Challenge, in.Password) {
		t.Error("another session key")
	}
	if _, err := admit(t, message, in.Challenge, in.Password+"x"); !errors.Is(err, errBadDigest) {
		t.Errorf("with another password: %v", err)
	}
	testHashedText(t, v, signed)
	if other := v.CrossChecks.GoMap; other != nil {
		testOtherInfo(t, v, other.InfoText, other.Digest)
	}
}

// testHashedText compares the digest with that of the text which, by the vector, is hashed.
func testHashedText(t *testing.T, v vector, l Login) {
	if sum := sha256.Sum256([]byte(v.DigestString)); hex.EncodeToString(sum[:]) != l.Digest {
		t.Errorf("the digest is not that of %q", v.DigestString)
	}
}

// testOtherInfo checks the same login with an info of the same meaning in another form, as
// innovaphone's Go client makes it of a map.
func testOtherInfo(t *testing.T, v vector, info, digest string) {
	l := v.login()
	l.Info = json.RawMessage(info)
	l = l.Signed(v.Input.Challenge, v.Input.Password)
	if l.Digest != digest || l.Digest == v.Expect.Digest {
		t.Errorf("with %s: digest %s, want %s", info, l.Digest, digest)
	}
	if _, err := admit(t, string(l.message()), v.Input.Challenge, v.Input.Password); err != nil {
		t.Errorf("with %s: %v", info, err)
	}
}

// admit holds an AppLogin against passwords.
func admit(t *testing.T, message, challenge string, passwords ...string) (*admitted, error) {
	t.Helper()
	a := admission{passwords: oneOf(passwords...), allowEmpty: true, tries: 1, challenge: challenge}
	return a.check(context.Background(), []byte(message))
}

func testSessionKey(t *testing.T, v vector) {
	if got := NewSessionKey(v.Input.Challenge, v.Input.Password); string(got) != v.Expect.Key {
		t.Errorf("key %s, want %s", string(got), v.Expect.Key)
	}
}

// testWireLogin checks that our client makes the browser's password login byte for byte.
func testWireLogin(t *testing.T, v vector) {
	in := v.Input
	c := Config{
		App: in.App, Password: in.Password, Domain: in.Domain, SIP: in.App, GUID: strings.Repeat("0", 32), DN: "Admin",
	}
	if in.SysClient {
		c.Password, c.AllowEmptyPassword = "", true
	}
	l, err := c.login(context.Background(), in.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(l.message()); got != v.Expect.LoginMessage {
		t.Errorf("login\n%s, want\n%s", got, v.Expect.LoginMessage)
	}
	if v.Expect.FirstMessage != challengeText {
		t.Errorf("our first message is %s, theirs %s", challengeText, v.Expect.FirstMessage)
	}
	if got, _ := l.Key.Encrypt("s", "probe"); got != v.Expect.Probe {
		t.Errorf("the session key encrypts to %s, want %s", got, v.Expect.Probe)
	}
	if _, err := admit(t, v.Expect.LoginMessage, in.Challenge, c.Password); err != nil {
		t.Errorf("the service refuses the browser: %v", err)
	}
}

func testEncrypt(t *testing.T, v vector) {
	in, key := v.Input, SessionKey(v.Input.SessionKey)
	if len(in.Seed) > MaxSeed { // ours refuses what theirs computes
		if _, err := key.Encrypt(in.Seed, in.Data); !errors.Is(err, ErrLongSeed) {
			t.Errorf("a seed of %d bytes: %v", len(in.Seed), err)
		}
		b := []byte(in.Data)
		key.cipher(in.Seed).XORKeyStream(b, b)
		if got := hex.EncodeToString(b); got != v.Expect.Hex {
			t.Errorf("%s, want %s", got, v.Expect.Hex)
		}
		return
	}
	if got, err := key.Encrypt(in.Seed, in.Data); err != nil || got != v.Expect.Hex {
		t.Errorf("%s, %v, want %s", got, err, v.Expect.Hex)
	}
	if got, err := key.Decrypt(in.Seed, v.Expect.Hex); err != nil || got != in.Data {
		t.Errorf("decrypted to %q, %v", got, err)
	}
}

func testDecrypt(t *testing.T, v vector) {
	key := SessionKey(v.Input.SessionKey)
	if got, err := key.Decrypt(v.Input.Seed, v.Input.Hex); err != nil || got != v.Expect.Data {
		t.Errorf("%q, %v, want %q", got, err, v.Expect.Data)
	}
	if got, err := key.Encrypt(v.Input.Seed, v.Expect.Data); err != nil || got != strings.ToLower(v.Input.Hex) {
		t.Errorf("encrypted to %q, %v", got, err)
	}
}

func testHash(t *testing.T, v vector) {
	if got := SessionKey(v.Input.SessionKey).Hash(v.Input.Seed, v.Input.Data); got != v.Expect.Hash {
		t.Errorf("%s, want %s", got, v.Expect.Hash)
	}
}

// testServiceLogin reads a GetServiceLoginResult on a PBX connection, and the service accepts the
// login.
func testServiceLogin(t *testing.T, v vector) {
	in := v.Input
	raw := compactInfo(v.Expect.ResultMessage)
	m, err := ParseMessage(raw)
	if err != nil {
		t.Fatal(err)
	}
	services := NewServices(keyedPeer{key: SessionKey(in.PBXKey)})
	l, err := services.loginOf(m)
	if err != nil {
		t.Fatal(err)
	}
	if string(l.Key) != v.Expect.DecryptedKey {
		t.Errorf("key %s, want %s", string(l.Key), v.Expect.DecryptedKey)
	}
	got, err := admit(t, string(l.message()), in.ServiceChallenge, in.ServicePassword)
	if err != nil {
		t.Fatal(err)
	}
	if got.key != l.Key {
		t.Error("the service has another session key")
	}
}

// keyedPeer is a Peer that can decrypt only.
type keyedPeer struct {
	Peer
	key SessionKey
}

func (p keyedPeer) Decrypt(seed, data string) (string, error) { return p.key.Decrypt(seed, data) }

// testGoLogin accepts the logins of innovaphone's Go client, which sends its session key too and
// escapes U+2028 in both places, and makes the same digest from the same info.
func testGoLogin(t *testing.T, v vector) {
	cfg, challenge := v.Input.Cfg, v.Input.Challenge
	got, err := admit(t, v.Expect.LoginMessage, challenge, cfg.Password)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.key) != v.Expect.SessionKey {
		t.Error("another session key")
	}
	info := member([]byte(v.Expect.LoginMessage), "info")
	c := Config{
		URL: "ws://h", App: cfg.App, Password: cfg.Password, Domain: cfg.Domain, SIP: cfg.SIP, GUID: cfg.GUID, DN: cfg.DN,
		Info: info,
	}
	if c, err = c.checked(); err != nil {
		t.Fatal(err)
	}
	l, err := c.login(context.Background(), challenge)
	if want, _ := textMember([]byte(v.Expect.LoginMessage), "digest"); err != nil || l.Digest != want {
		t.Errorf("digest %s, %v, want %s", l.Digest, err, want)
	}
}

func testCanonicalInfo(t *testing.T, v vector) {
	if err := checkJSON([]byte(*v.Input.InfoText)); err != nil {
		t.Fatal(err)
	}
	got := string(canonicalInfo([]byte(*v.Input.InfoText)))
	if !v.Portable { // JavaScript drops a member here
		if got != *v.Input.InfoText {
			t.Errorf("%s is not left as it is: %s", *v.Input.InfoText, got)
		}
		return
	}
	if got != v.Expect.Canonical {
		t.Errorf("%s, want %s", got, v.Expect.Canonical)
	}
}
