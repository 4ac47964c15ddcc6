package redact

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"
)

// A name is secret if it contains one of anywhere or ends in one of atEnd; the exceptions to atEnd
// are everyday English words. asWord must be a separate word of the name, asLastWord the last one:
// "key" is in "keyboard", "hotkey" and "author" too, which are not secret.
var (
	anywhere = []string{
		"password", "passwd", "passphrase", "passcode", "secret", "token", "credential", "authorization", "cookie", "session",
		"kennwort", "passwort", "contraseña", "contrasena", "senha", "motdepasse", "wachtwoord",
		"passkey", "sessid", "privkey", "authcode", "jwt", "bearer", "accesscode", "signature",
		"usernamefragment", "apikey", "privatekey", "accesskey", "sharedkey", "authkey",
	}
	atEnd      = []string{"digest", "pass", "pin", "pwd", "pw", "auth", "ufrag"}
	exceptions = []string{"bypass", "compass", "spin"}
	asWord     = []string{"pin", "pass", "pw", "pwd", "ufrag", "otp", "totp", "mfa", "psk", "clave", "pincode", "sid"}
	asLastWord = []string{"key"}
)

// maxName is how much of a name is read in bytes, from its end.
const maxName = 256

// isSecret reports whether a member of this name has a secret value.
func (f *Filter) isSecret(name []byte) bool {
	name = name[max(0, len(name)-maxName):]
	plain := compact(name)
	if f != nil && slices.ContainsFunc(f.names, func(n []byte) bool { return bytes.Equal(n, plain) }) {
		return true
	}
	plain = bytes.TrimRight(plain, "0123456789")
	for _, w := range anywhere {
		if bytes.Contains(plain, []byte(w)) {
			return true
		}
	}
	single := strings.TrimSuffix(string(plain), "s")
	for _, w := range atEnd {
		for _, form := range []string{string(plain), single} {
			if strings.HasSuffix(form, w) && !slices.Contains(exceptions, form) {
				return true
			}
		}
	}
	words := wordsOf(name)
	for i, w := range words {
		if slices.Contains(asWord, w) || i == len(words)-1 && (slices.Contains(asLastWord, w) || slices.Contains(asLastWord, strings.TrimSuffix(w, "s"))) {
			return true
		}
	}
	return false
}

// compact is a name in lower case without separators.
func compact(name []byte) []byte {
	out := make([]byte, 0, len(name))
	for _, c := range name {
		switch {
		case 'A' <= c && c <= 'Z':
			out = append(out, c|0x20)
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c >= utf8.RuneSelf:
			out = append(out, c)
		}
	}
	return out
}

// wordsOf splits a name into lower-case words: user_pin, userPin and user-pin alike. Digits are
// dropped.
func wordsOf(name []byte) []string {
	var words []string
	var word []byte
	flush := func() {
		if len(word) > 0 {
			words, word = append(words, string(bytes.ToLower(word))), nil
		}
	}
	for i, c := range name {
		upper := 'A' <= c && c <= 'Z'
		switch {
		case !upper && (c < 'a' || c > 'z') && c < utf8.RuneSelf:
			flush()
			continue
		case upper && i > 0 && 'a' <= name[i-1] && name[i-1] <= 'z': // userPin
			flush()
		case upper && i+1 < len(name) && 'a' <= name[i+1] && name[i+1] <= 'z': // SIPPassword
			flush()
		}
		word = append(word, c)
	}
	flush()
	return words
}

// isWord are the bytes of a bare name.
func isWord(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.' || c >= utf8.RuneSelf
}

// wordEnd is the end of the bare name that begins at i, with escapes such as \u0070 and %70; i
// itself if there is none.
func wordEnd(text []byte, i int) int {
	for i < len(text) {
		if isWord(text[i]) {
			i++
			continue
		}
		_, n := escaped(text[i:])
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// escaped reads \uXXXX or %XX of an ASCII character; 0 for anything else.
func escaped(text []byte) (c byte, size int) {
	var digits [2]byte
	switch {
	case len(text) >= 6 && text[0] == '\\' && text[1] == 'u' && text[2] == '0' && text[3] == '0':
		digits, size = [2]byte(text[4:6]), 6
	case len(text) >= 3 && text[0] == '%':
		digits, size = [2]byte(text[1:3]), 3
	default:
		return 0, 0
	}
	var b [1]byte
	if _, err := hex.Decode(b[:], digits[:]); err != nil || b[0] >= utf8.RuneSelf || !isWord(b[0]) {
		return 0, 0
	}
	return b[0], size
}

// decodeWord is a bare name without its escapes.
func decodeWord(word []byte) []byte {
	if bytes.IndexByte(word, '\\') < 0 && bytes.IndexByte(word, '%') < 0 {
		return word
	}
	out := make([]byte, 0, len(word))
	for i := 0; i < len(word); {
		if c, n := escaped(word[i:]); n > 0 {
			out, i = append(out, c), i+n
			continue
		}
		out, i = append(out, word[i]), i+1
	}
	return out
}
