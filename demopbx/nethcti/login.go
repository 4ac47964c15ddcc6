package nethcti

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
)

const (
	// tokenLives is how long a token of the newer side is good for.
	tokenLives = 14 * 24 * time.Hour
	// maxTokens bounds how many are kept; older ones are forgotten.
	maxTokens = 1024
)

// tokens are who has signed in.
type tokens struct {
	users map[string]string // by token, of both sides
	// unproven wait for a one-time code.
	unproven map[string]string
	nonces   map[string]string // of the older side, by user
	order    []string
	minted   int
}

func newTokens() *tokens {
	return &tokens{users: map[string]string{}, unproven: map[string]string{}, nonces: map[string]string{}}
}

// newToken is a random text.
func newToken() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func (t *tokens) keep(in map[string]string, token, user string) {
	in[token] = user
	t.order = append(t.order, token)
	if len(t.order) > maxTokens {
		delete(t.users, t.order[0])
		delete(t.unproven, t.order[0])
		t.order = t.order[1:]
	}
}

// mint makes a token of the newer side, a JWT whose signature is nobody's.
func (t *tokens) mint(user string, twoFactor, proven bool) string {
	t.minted++
	now := time.Now()
	claims := fmt.Sprintf(`{"2fa":%v,"exp":%d,"iat":%d,"id":%q,"jti":%d,"orig_iat":%d,"otp_verified":%v,"profile_id":"1"}`,
		twoFactor, now.Add(tokenLives).Unix(), now.Unix(), user, t.minted, now.Unix(), proven)
	part := base64.RawURLEncoding.EncodeToString
	token := part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + part([]byte(claims)) + "." + part([]byte(newToken()))
	if proven {
		t.keep(t.users, token, user)
	} else {
		t.keep(t.unproven, token, user)
	}
	return token
}

// hasSession tells whether a user has signed in at the newer side.
func (t *tokens) hasSession(user string) bool {
	for _, u := range t.users {
		if u == user {
			return true
		}
	}
	return false
}

// credentials are the body of a sign-in.
type credentials struct {
	User     string `json:"username"`
	Password string `json:"password"`
	Code     string `json:"otp"`
}

// login is POST /api/login.
func (f *Front) login(w http.ResponseWriter, r *http.Request) {
	var c credentials
	if !read(w, r, &c) {
		return
	}
	var token string
	_, known := f.pbx.Extension(c.User)
	if known && c.Password == exchange.Password && !f.o.BackendDown {
		f.pbx.Do(func() { token = f.tokens.mint(c.User, f.o.TwoFactor, !f.o.TwoFactor) })
	}
	if token == "" {
		f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, User: c.User, Text: "wrong user or password"})
		refuse(w, http.StatusUnauthorized, "incorrect Username or Password")
		return
	}
	f.pbx.Note(exchange.Entry{Kind: exchange.LoginGranted, User: c.User})
	reply(w, struct {
		Code    int    `json:"code"`
		Expires string `json:"expire"`
		Token   string `json:"token"`
	}{http.StatusOK, expires(), token})
}

func expires() string { return time.Now().Add(tokenLives).UTC().Format(time.RFC3339) }

// verify is POST /api/2fa/verify-otp.
func (f *Front) verify(w http.ResponseWriter, r *http.Request) {
	var c credentials
	if !read(w, r, &c) {
		return
	}
	var token string
	half := bearer(r)
	f.pbx.Do(func() {
		if user, waits := f.tokens.unproven[half]; waits && user == c.User && c.Code == oneTimeCode {
			delete(f.tokens.unproven, half)
			token = f.tokens.mint(user, true, true)
		}
	})
	if token == "" {
		f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, User: c.User, Text: "wrong one-time code"})
		refuse(w, http.StatusBadRequest, "invalid_otp")
		return
	}
	type proven struct {
		Token   string `json:"token"`
		Expires string `json:"expire"`
	}
	reply(w, struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Data    proven `json:"data"`
	}{http.StatusOK, "OTP verified", proven{token, expires()}})
}

// nonce is POST /webrest/authentication/login. The right password is answered by 401 and a nonce; with both
// the client makes its token.
func (f *Front) nonce(w http.ResponseWriter, r *http.Request) {
	var c credentials
	if !read(w, r, &c) {
		return
	}
	h := w.Header()
	_, known := f.pbx.Extension(c.User)
	switch {
	case f.o.BackendDown:
		h["error"] = []string{"the server is not ready"}
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case !known:
		h["message"], h["code"] = []string{"user " + c.User + " is not configured"}, []string{"1"}
	case c.Password == exchange.Password:
		nonce := newToken()
		mac := hmac.New(sha1.New, []byte(c.Password)) // the PBX's choice
		_, _ = mac.Write([]byte(c.User + ":" + c.Password + ":" + nonce))
		f.pbx.Do(func() {
			delete(f.tokens.users, f.tokens.nonces[c.User])
			f.tokens.nonces[c.User] = hex.EncodeToString(mac.Sum(nil))
			f.tokens.keep(f.tokens.users, f.tokens.nonces[c.User], c.User)
		})
		h["www-authenticate"] = []string{"Digest " + nonce}
	}
	if h["www-authenticate"] == nil {
		f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, User: c.User, Text: "wrong user or password"})
	}
	w.WriteHeader(http.StatusUnauthorized)
}

func bearer(r *http.Request) string {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token
}

// who is the user of a request, by the token of either side. It runs in the loop.
func (f *Front) who(r *http.Request) *exchange.Account {
	token := bearer(r)
	if strings.HasPrefix(r.URL.Path, oldREST) {
		_, token, _ = strings.Cut(r.Header.Get("Authorization"), ":")
	}
	a, known := f.pbx.Extension(f.tokens.users[token])
	if !known {
		return nil
	}
	return a
}

// read decodes a body; false when a refusal has been written.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return false
	}
	return true
}

// reply answers with a JSON value.
func reply(w http.ResponseWriter, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(data)
}

// refuse answers as the newer side does.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		Code    int     `json:"code"`
		Data    *string `json:"data"`
		Message string  `json:"message"`
	}{status, nil, message})
}
