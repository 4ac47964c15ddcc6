package record

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/appws"
)

// maxSeeds bounds the seeds of one message that are tried.
const maxSeeds = 8

// Decrypted is Decrypted with the secrets among the texts hidden, unless reveal is set.
func (h *History) Decrypted(text []byte, key appws.SessionKey, reveal bool) map[string]string {
	found := Decrypted(text, key)
	if reveal {
		return found
	}
	for name, plain := range found {
		last := name[strings.LastIndexByte(name, '.')+1:]
		alone, _ := json.Marshal(map[string]string{last: plain})
		clean, hidden := hideSecrets(h.Hide, alone)
		var shown map[string]string
		if hidden > 0 && json.Unmarshal(clean, &shown) == nil {
			found[name] = shown[last]
		}
	}
	return found
}

// Decrypted are the texts of a message that a session key decrypts, by the names of their members with
// dots between: hex digits under a seed or a salt that the same message has. The protocol marks none of
// them and its cipher has no check, so a text counts that is printable.
func Decrypted(text []byte, key appws.SessionKey) map[string]string {
	var message any
	if key == "" || json.Unmarshal(text, &message) != nil {
		return nil
	}
	texts := map[string]string{}
	collect(texts, "", message)
	var seeds []string
	for name, value := range texts {
		last := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
		if (strings.HasPrefix(last, "seed") || strings.HasPrefix(last, "salt")) && len(seeds) < maxSeeds {
			seeds = append(seeds, value)
		}
	}
	slices.Sort(seeds)
	found := map[string]string{}
	for name, value := range texts {
		for _, seed := range seeds {
			plain, err := key.Decrypt(seed, value)
			if err == nil && value != seed && plain != "" && isPrintable(plain) {
				found[name] = plain
				break
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found
}

// collect finds the texts in a value. encoding/json has bounded its depth.
func collect(texts map[string]string, name string, value any) {
	switch value := value.(type) {
	case string:
		texts[name] = value
	case map[string]any:
		for member, v := range value {
			collect(texts, strings.TrimPrefix(name+"."+member, "."), v)
		}
	}
}

func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.IsSpace(r) })
}
