package appws

import (
	"crypto/rc4"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"unicode/utf8"
)

const (
	// maxCipherKey is how many bytes of its key the vendor's RC4 uses.
	maxCipherKey = 256
	// MaxSeed is the longest seed in bytes. The key of the cipher begins with the seed, so a longer
	// one would leave no room for most of the session key.
	MaxSeed = maxCipherKey - 1 - sha256.Size
)

// Errors of Encrypt and Decrypt.
var (
	ErrLongSeed = fmt.Errorf("a seed has at most %d bytes", MaxSeed)
	ErrNotHex   = errors.New("an encrypted text is hex digits, two a byte")
	// ErrGarbled says that a decrypted text is not UTF-8: the seed or the session key is wrong. The
	// cipher has no check of its own, so a wrong key may also give wrong text.
	ErrGarbled = errors.New("the encrypted text does not fit the seed and the session key")
)

// SessionKey is the secret that the two ends of a connection share: 64 hex digits, used as text. It
// does not print.
type SessionKey string

// NewSessionKey derives the key of a connection from the challenge of its login and the
// password that matched.
func NewSessionKey(challenge, password string) SessionKey {
	return SessionKey(hexSum("innovaphoneAppSessionKey:", challenge, ":", password))
}

const hiddenKey = "[session key]"

// String hides the key.
func (SessionKey) String() string { return hiddenKey }

// GoString hides the key.
func (SessionKey) GoString() string { return hiddenKey }

// LogValue hides the key.
func (SessionKey) LogValue() slog.Value { return slog.StringValue(hiddenKey) }

// MarshalText hides the key.
func (SessionKey) MarshalText() ([]byte, error) { return []byte(hiddenKey), nil }

// Encrypt encrypts data to lower-case hex digits. The seed is sent in clear and must be new for
// each call, since two texts under one seed reveal each other. U+0000 in either does not reach a
// C++ peer.
func (k SessionKey) Encrypt(seed, data string) (string, error) {
	if len(seed) > MaxSeed {
		return "", ErrLongSeed
	}
	// The cipher text is in the second half; the hex digits, written from the front, never overtake
	// it.
	b := make([]byte, 2*len(data))
	half := b[len(data):]
	copy(half, data)
	k.cipher(seed).XORKeyStream(half, half)
	hex.Encode(b, half)
	return string(b), nil
}

// Decrypt is the inverse of Encrypt. Digits may be in either case.
func (k SessionKey) Decrypt(seed, data string) (string, error) {
	if len(seed) > MaxSeed {
		return "", ErrLongSeed
	}
	b, err := hex.DecodeString(data)
	if err != nil {
		return "", ErrNotHex
	}
	k.cipher(seed).XORKeyStream(b, b)
	if !utf8.Valid(b) {
		return "", ErrGarbled
	}
	return string(b), nil
}

// Hash returns the SHA-256 of data under a seed in lower-case hex digits. The vendor's JavaScript
// hashes CR LF as LF, other implementations do not: keep CR out of data.
func (k SessionKey) Hash(seed, data string) string {
	return hexSum(seed, ":", string(k), ":", data)
}

func (k SessionKey) cipher(seed string) *rc4.Cipher {
	var room [maxCipherKey]byte
	key := append(append(append(room[:0], seed...), ':'), string(k)...)
	c, err := rc4.NewCipher(key[:min(len(key), maxCipherKey)])
	if err != nil {
		panic("appws: a key of 1 to 256 bytes is refused: " + err.Error())
	}
	return c
}

// hexSum is the SHA-256 of all parts joined.
func hexSum(parts ...string) string {
	var room [512]byte // of the stack of each connection
	b := room[:0]
	for _, p := range parts {
		b = append(b, p...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
