package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestText(t *testing.T) {
	own := New("crm_id")
	own.Learn("q7Zk2mXvT0", "hunter22", "abc")
	for text, want := range map[string]string{
		// values of every kind
		`{"password":"p","a":1}`:              `{"password":"<hidden, 1 chars>","a":1}`,
		`{"pin":1234,"a":1}`:                  `{"pin":"<hidden>","a":1}`,
		`{"token":["a",{"b":"]"}],"a":[]}`:    `{"token":"<hidden>","a":[]}`,
		`{"auth":{"user":"u","x":"}"},"a":1}`: `{"auth":"<hidden>","a":1}`,
		`{"pw":null,"key":"","secret":true}`:  `{"pw":null,"key":"","secret":true}`,
		`{"pw":-1.5e3}`:                       `{"pw":"<hidden>"}`,
		// names
		`{"\u0070ass":"x","P\u0069N":7}`:                                           `{"\u0070ass":"<hidden, 1 chars>","P\u0069N":"<hidden>"}`,
		`{"userPin":"1","SIPPassword":"2","Set-Cookie":"3"}`:                       `{"userPin":"<hidden, 1 chars>","SIPPassword":"<hidden, 1 chars>","Set-Cookie":"<hidden, 1 chars>"}`,
		`{"mailboxpin":1,"userpass":"x","pass2":"y","keys":[1]}`:                   `{"mailboxpin":"<hidden>","userpass":"<hidden, 1 chars>","pass2":"<hidden, 1 chars>","keys":"<hidden>"}`,
		`{"hotkey":"F3","author":"x","bypass":1,"typing":2,"keyboard":3,"spin":4}`: `{"hotkey":"F3","author":"x","bypass":1,"typing":2,"keyboard":3,"spin":4}`,
		`{"CRM-ID":"x","crmId":2}`:                                                 `{"CRM-ID":"<hidden, 1 chars>","crmId":"<hidden>"}`,
		// JSON inside of a text, also deeper and behind other words
		`{"data":"{\"pin\":\"12\",\"a\":1}"}`:             `{"data":"{\"pin\":\"<hidden, 2 chars>\",\"a\":1}"}`,
		`{"data":"{\"d\":\"{\\\"\\\\u0070in\\\":12}\"}"}`: `{"data":"{\"d\":\"{\\\"\\\\u0070in\\\":\\\"<hidden>\\\"}\"}"}`,
		`{"data":"5\" wide {\"pin\":\"12\"}"}`:            `{"data":"5\" wide {\"pin\":<hidden>}"}`,
		// named by a member beside, or by the first of a list
		`{"name":"password","value":"x","a":1}`:                    `{"name":"password","value":"<hidden, 1 chars>","a":1}`,
		`[{"key":"p\u0069n","value":12},{"value":"y"}]`:            `[{"key":"<hidden, 3 chars>","value":"<hidden>"},{"value":"y"}]`,
		`{"name":"pin","b":{"value":1},"value":[2]} {"value":3}`:   `{"name":"pin","b":{"value":"<hidden>"},"value":"<hidden>"} {"value":3}`,
		`{"key":"0secretPw"}`:                                      `{"key":"<hidden, 9 chars>"}`,
		`{"name":"Anna","value":"x"}`:                              `{"name":"Anna","value":"x"}`,
		`[["password","x"],["a","b"],[ "pin" , 12 ]]`:              `[["password","<hidden, 1 chars>"],["a","b"],[ "pin" , "<hidden>" ]]`,
		`{"kennwort":"x","jwt":"y","access_code":"z"}`:             `{"kennwort":"<hidden, 1 chars>","jwt":"<hidden, 1 chars>","access_code":"<hidden, 1 chars>"}`,
		`0{"sid":"x","callSid":"y","signature":"z","side":"left"}`: `0{"sid":"<hidden, 1 chars>","callSid":"<hidden, 1 chars>","signature":"<hidden, 1 chars>","side":"left"}`,
		`{"n":"password","v":"x"}`:                                 `{"n":"password","v":"<hidden, 1 chars>"}`,
		`run --user a --password b --x c`:                          `run --user a --password <hidden> --x c`,
		// SDP
		`{"sdp":"v=0\r\na=ice-pwd:a\\\"b\r\na=ice-ufrag:abcd\r\na=crypto:1 AES inline:x|2\r\nk=clear:x\r\na=mid:0\r\n"}`:     `{"sdp":"v=0\r\na=ice-pwd:<hidden>\r\na=ice-ufrag:<hidden>\r\na=crypto:<hidden>\r\nk=<hidden>\r\na=mid:0\r\n"}`,
		`{"candidate":"candidate:1 1 udp 1 10.0.0.1 9 typ host generation 0 ufrag ab network-id 1","usernameFragment":"ab"}`: `{"candidate":"candidate:1 1 udp 1 10.0.0.1 9 typ host generation 0 ufrag <hidden> network-id 1","usernameFragment":"<hidden, 2 chars>"}`,
		// URLs
		`{"url":"https://u:p@h/x?a=1&token=t&b=2"}`:        `{"url":"https://<hidden>@h/x?a=1&token=<hidden>&b=2"}`,
		`Post "https://u:p/q@h/": EOF`:                     `Post "https://<hidden>@h/": EOF`,
		`https://h/a@b?%74oken=x#f sip:201:pw@h sip:201@h`: `https://h/a@b?%74oken=<hidden> sip:201:<hidden>@h sip:201@h`,
		// headers and forms
		"GET / HTTP/1.1\r\nAuthorization: Digest username=\"a\"\r\nCookie: a=b; c=d\r\nHost: h": "GET / HTTP/1.1\r\nAuthorization: <hidden>\r\nCookie: <hidden>\r\nHost: h",
		`x Bearer abcdefghij y Basic dTpw z Basic things`:                                       `x Bearer <hidden> y Basic <hidden> z Basic things`,
		`user=a&pass=b&x=1 pin='1 2' z`:                                                         `user=a&pass=<hidden>&x=1 pin=<hidden> z`,
		// the sign-in
		`{"name":"auth","value":"201@pbx.example 5f4dcc3b5aa765d61d8327deb882cf99"}`: `{"name":"auth","value":"<hidden, 48 chars>"}`,
		`{"callid":"5f4dcc3b5aa765d61d8327deb882cf99","to":"201@pbx.example"}`:       `{"callid":"5f4dcc3b5aa765d61d8327deb882cf99","to":"201@pbx.example"}`,
		// what was learned, wherever it stands
		`{"a":"x q7Zk2mXvT0 y","\u0071\u0037Zk2mXvT0":"hunter2\u0032","abc":"abc"}`: `{"a":"x <hidden> y","<hidden>":"<hidden>","abc":"abc"}`,
		// in XML, and percent-encoded
		`<user name="a"><ns:Password type="x">geheim</ns:Password><pin/></user>`: `<user name="a"><ns:Password type="x"><hidden></ns:Password><pin/></user>`,
		`<pin><![CDATA[12]]></pin> &lt;pin&gt;12&lt;/pin&gt; <pin>12`:            `<pin><hidden></pin> &lt;pin&gt;<hidden>&lt;/pin&gt; <pin><hidden>`,
		`<param name="pin" value="12"/><param name="a" value="b"/>`:              `<param name="pin" value=<hidden>/><param name="a" value="b"/>`,
		`a=1 x=%7B%22pin%22%3A12%7D&b=2 pin%3D12%26c`:                            `a=1 x=%7B%22pin<hidden>&b=2 pin<hidden>`,
		// the value before its name, and values that show what they are
		`{"value":12,"name":"pin"} {"value":{"name":"pin"},"a":1}`:    `{"value":"<hidden>","name":"pin"} {"value":{"name":"pin"},"a":1}`,
		`{"x":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyMDEifQ.c2ln"}`:        `{"x":"<hidden>"}`,
		`a Digest username="a", response="b"`:                         `a Digest <hidden>`,
		`turn:u:p@h pin => 12 x`:                                      `turn:u:<hidden>@h pin => <hidden> x`,
		`{"contraseña":"x","mot_de_passe":"y","clave":1,"enclave":2}`: `{"contraseña":"<hidden, 1 chars>","mot_de_passe":"<hidden, 1 chars>","clave":"<hidden>","enclave":2}`,
		// cut off, or no JSON
		`{"a":1,"password":"hal`:      `{"a":1,"password":"<hidden>`,
		`{"a":"{\"pin\":\"12`:         `{"a":"{\"pin\":\"<hidden>`,
		`{password: "x y", a: 1}`:     `{password: <hidden>, a: 1}`,
		`{'password':'x','a':1}`:      `{'password':<hidden>,'a':1}`,
		`{"password": x y, "a":1}`:    `{"password": <hidden>`,
		`the password was refused`:    `the password was refused`,
		`{"mt":"x","data":"key"}`:     `{"mt":"x","data":"key"}`,
		` { "key" : "ü" , "a" : 1 } `: ` { "key" : "<hidden, 1 chars>" , "a" : 1 } `,
	} {
		got, hidden := own.Text([]byte(text))
		if string(got) != want || (hidden > 0) != (text != want) {
			t.Errorf("%s\ncame out as %s (%d),\nwant        %s", text, got, hidden, want)
		}
	}
}

// The quick check knows all names.
func TestEachNameIsHidden(t *testing.T) {
	for _, name := range slices.Concat(anywhere, atEnd, asWord, asLastWord) {
		if out := (*Filter)(nil).String(`{"` + name + `":"x"}`); strings.Contains(out, `"x"`) {
			t.Errorf("came out as %s", out)
		}
	}
}

func TestMentions(t *testing.T) {
	var f *Filter
	for text, want := range map[string]bool{
		"my password is x": true, `{"mt":"AppLogin","digest":"abc`: true, `\u0070in 12`: true, "ping pong": false, "": false,
	} {
		if f.Mentions([]byte(text)) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

// TestTime: no text takes longer than in proportion to its size.
func TestTime(t *testing.T) {
	f := New("more")
	f.Learn("a value that was learned")
	nested := `{"pin":"0000"}`
	for range 14 {
		nested = string(quote([]byte(nested), true))
	}
	for _, unit := range []string{
		`"`, `\"`, `"\`, "\"\\\"\\\"", `://`, `://a:b/`, `sip:`, `sip:a:`, `{`, `{"name":"pin",`, `["pin",`, `"a":{`, `"pin":{`, `pin `, "pin \"", `pin=`, `k=`, ` @`, "a@ 5f4dcc3b5aa765d61d8327deb882cf99 ",
		"\"\\\"\n", `%70`, `\u0070`, "ufrag ", "Basic ", "'", "<pin>", "<pin", `"value":`, `name="pin" `, "pin%22", "Digest a=", nested,
	} {
		text := []byte(strings.Repeat(unit, 1+(256<<10)/len(unit)))
		var clean []byte
		took := time.Hour
		for range 5 { // a busy machine is slow now and then, slow code always
			began := time.Now()
			clean, _ = f.Text(text)
			if took = min(took, time.Since(began)); took < 2*time.Second {
				break
			}
		}
		if took > 2*time.Second {
			t.Errorf("%d bytes of %.20q took %v", len(text), unit, took)
		}
		if len(clean) > 16*len(text) {
			t.Errorf("%d bytes of %.20q became %d", len(text), unit, len(clean))
		}
	}
}

// shapes are the forms that a secret can have in a message: %[1]s is its name, %[2]s the secret as
// in a JSON text.
var shapes = []string{
	`{"%[1]s":"%[2]s"}`, `{"a":1,"b":[{"%[1]s" : "%[2]s"}]}`, `{"%[1]s":["%[2]s"]}`, `{"%[1]s":{"a":{"b":"%[2]s"}},"z":1}`,
	`{"name":"%[1]s","value":"%[2]s"}`, `{"key":"%[1]s","x":{"value":["%[2]s"]}}`, `["%[1]s","%[2]s"]`,
	`{"%[1]s":"%[2]s`, `{"%[1]s":["%[2]s`, `[null,"x",{"%[1]s":"%[2]s"},2]`,
}

var names = []string{
	"password", "pin", "pass", "pw", "auth", "key", "cookie", "Authorization", "token", "secret", "session_id", "ice-pwd", "crm",
}

// escapedName writes every letter of a name as an escape.
func escapedName(name string) string {
	var b strings.Builder
	for _, c := range name {
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return b.String()
}

// FuzzSecret: a secret with any known name in any shape is always hidden, and text without one
// stays unchanged.
func FuzzSecret(f *testing.F) {
	for i := range shapes {
		f.Add(i, i, uint8(i), "x", `tail`)
	}
	f.Add(0, 1, uint8(7), "\"\\", "\x00\r\n")
	own := New("crm")
	f.Fuzz(func(t *testing.T, shape, name int, how uint8, before, after string) {
		const secret = "S3CR3T-planted"
		inside, err := json.Marshal(before + secret + after)
		if err != nil {
			return
		}
		n := names[uint(name)%uint(len(names))]
		if how&1 != 0 {
			n = escapedName(n)
		}
		text := fmt.Sprintf(shapes[uint(shape)%uint(len(shapes))], n, inside[1:len(inside)-1])
		for range how >> 1 & 3 { // inside of texts
			text = `{"data":` + quote([]byte(text), true) + `}`
		}
		if how&8 != 0 {
			text = `see: ` + text
		}
		if clean, _ := own.Text([]byte(text)); bytes.Contains(clean, []byte(secret)) {
			t.Errorf("%s\ncame out as %s", text, clean)
		}
		plain, err := json.Marshal(map[string]string{"to": before, "note": after})
		if err != nil {
			return
		}
		clean, hidden := own.Text(plain)
		if hidden == 0 && !bytes.Equal(plain, clean) {
			t.Errorf("%s was changed to %s", plain, clean)
		}
		if !json.Valid(clean) {
			t.Errorf("%s became %s, which is no JSON", plain, clean)
		}
	})
}

// FuzzText: no text makes the filter panic, grow without bound, or break valid JSON.
func FuzzText(f *testing.F) {
	for _, s := range shapes {
		f.Add([]byte(fmt.Sprintf(s, "pin", "x")))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		own := New("crm")
		clean, _ := own.Text(text)
		own.Mentions(text)
		if len(clean) > 64+16*len(text) {
			t.Errorf("%d bytes became %d", len(text), len(clean))
		}
		if json.Valid(text) && !json.Valid(clean) {
			t.Errorf("%s became %s, which is no JSON", text, clean)
		}
	})
}
