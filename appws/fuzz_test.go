package appws

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// FuzzMessage compares the envelope with encoding/json: both accept the same texts and find the
// same members.
func FuzzMessage(f *testing.F) {
	for _, s := range []string{
		`{"mt":"X","api":"a","src":"s"}`, `{"mt":"\u00fc\ud83d\ude00","src":{"a":[1,-2.5e3,true,null,"\\"]}}`, `{"mt":1}`, `{`, `[]`,
		`{"mt":"X","mt":"Y"}`, `{"a":"\`, `{"mt":"\ud83d"}`, ` {} `, `{"a":1e5,"b":0.1}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) {
			return // the socket lets nothing else pass
		}
		m, err := ParseMessage(text)
		var all map[string]json.RawMessage
		theirs := json.Unmarshal(text, &all)
		isNull := bytes.Equal(bytes.TrimSpace(text), []byte("null"))
		if (err == nil) != (theirs == nil && !isNull) && !bytes.Contains(text, bytes.Repeat([]byte("["), 20)) && bytes.Count(text, []byte("{"))+bytes.Count(text, []byte("[")) < maxDepth {
			t.Fatalf("ours says %v, encoding/json %v", err, theirs)
		}
		if err != nil {
			return
		}
		var mt string
		if json.Unmarshal(all["mt"], &mt) == nil && mt != m.MT {
			t.Errorf("mt %q, encoding/json has %q", m.MT, mt)
		}
		for name, v := range all {
			if got := member(text, name); !bytes.Equal(got, v) && !bytes.ContainsRune([]byte(name), utf8.RuneError) {
				t.Errorf("member %q is %s, encoding/json has %s", name, got, v)
			}
		}
		answer, err := m.Result(map[string]int{"n": 1})
		if err != nil || !json.Valid(answer) {
			t.Errorf("answer %s, %v", answer, err)
		}
	})
}

// FuzzInfo compares the two texts of info with encoding/json: they mean the same as the info,
// and making them again changes nothing.
func FuzzInfo(f *testing.F) {
	for _, v := range []string{
		`{ "a" : 1 ,"b":[ 1, 2 ] }`, `{"u":"https:\/\/h\/x"}`, `{"c":"\u0008\u000c\u001F\u007f\ud800"}`, `{"a":1.0,"b":1e3,"c":-0}`,
		`{"a":"\u2028","b":"😀\"\\"}`, `{"key":"x","n":[{"token":1}]}`,
	} {
		f.Add([]byte(v))
	}
	f.Fuzz(func(t *testing.T, info []byte) {
		if !utf8.Valid(info) || checkJSON(info) != nil {
			return
		}
		var std bytes.Buffer
		if err := json.Compact(&std, info); err != nil {
			t.Fatal(err)
		}
		if got := compactInfo(info); !bytes.Equal(got, std.Bytes()) {
			t.Errorf("compact %s, encoding/json has %s", got, std.Bytes())
		}
		canonical := canonicalInfo(info)
		if again := canonicalInfo(canonical); !bytes.Equal(again, canonical) {
			t.Errorf("%s becomes %s", canonical, again)
		}
		if a, b := meaning(info), meaning(canonical); a != b {
			t.Errorf("%s means %s, %s means %s", info, a, canonical, b)
		}
	})
}

// meaning is the same text for all JSON with the same meaning.
func meaning(text []byte) string {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return "none"
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(bytes.ReplaceAll(b, []byte("-0"), []byte("0")))
}

// FuzzDecrypt decrypts anything; the result encrypts to the same text again.
func FuzzDecrypt(f *testing.F) {
	f.Add("some seed", "68a5e99780d833b174aa9b05a4fb8ada")
	f.Add("", "")
	f.Add("seed", "0")
	f.Add("seed", "FF")
	f.Fuzz(func(t *testing.T, seed, data string) {
		key := NewSessionKey("0123456789abcdef", "pwd")
		plain, err := key.Decrypt(seed, data)
		if err != nil {
			return
		}
		again, err := key.Encrypt(seed, plain)
		if err != nil || !bytes.EqualFold([]byte(again), []byte(data)) {
			t.Errorf("%s decrypts to %q, that encrypts to %s, %v", data, plain, again, err)
		}
	})
}

// FuzzLogin checks logins against a password: none may panic, and only one made from the password
// may be accepted.
func FuzzLogin(f *testing.F) {
	f.Add([]byte(Login{App: "a", Info: []byte(`{"a":1}`)}.Signed("c", "other").message()))
	f.Add([]byte(`{"mt":"AppLogin","app":"a","digest":""}`))
	f.Add([]byte(`{"mt":"AppLogin","info":{"a":"\ud800"},"digest":"00"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !utf8.Valid(raw) || CheckMessage(raw) != nil {
			return
		}
		a := admission{passwords: oneOf("the one password"), challenge: "c", tries: 1}
		if in, err := a.check(t.Context(), raw); err == nil {
			t.Errorf("%s is let in as %+v", raw, in.id)
		}
	})
}
