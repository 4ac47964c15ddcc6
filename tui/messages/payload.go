package messages

import (
	"slices"
	"strings"
)

// payloadBytes bounds how much of a message Payload reads: more than fits into a line.
const payloadBytes = 4 << 10

// Payload is how a message reads in one line, as key=value: the members of its object but for those that
// are named. What is no object is given as it is, and so is the rest of one from where it is cut off or
// malformed.
func Payload(text string, without ...string) string {
	text = text[:min(len(text), payloadBytes)]
	var b strings.Builder
	rest, read := strings.TrimLeft(text, jsonSpace), false
	rest, ok := strings.CutPrefix(rest, "{")
	for ok {
		rest = strings.TrimLeft(rest, jsonSpace)
		if tail, over := strings.CutPrefix(rest, "}"); over && strings.Trim(tail, jsonSpace) == "" {
			return b.String()
		}
		name, value, after, whole := member(rest)
		if !whole {
			break
		}
		rest, read = after, true
		if !slices.Contains(without, name) {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(name + "=" + value)
		}
	}
	if read {
		return strings.TrimLeft(b.String()+" "+rest, " ")
	}
	return text
}

// member takes a member off an object, with the comma behind it.
func member(text string) (name, value, rest string, ok bool) {
	n := valueEnd(text)
	if n < 2 || text[0] != '"' {
		return "", "", "", false
	}
	name = text[1 : n-1]
	text, ok = strings.CutPrefix(strings.TrimLeft(text[n:], jsonSpace), ":")
	text = strings.TrimLeft(text, jsonSpace)
	if n = valueEnd(text); !ok || n == 0 {
		return "", "", "", false
	}
	value, rest = text[:n], strings.TrimLeft(text[n:], jsonSpace)
	rest, comma := strings.CutPrefix(rest, ",")
	return name, value, rest, comma || strings.HasPrefix(rest, "}")
}

// valueEnd is how long the value is that a text begins with, 0 for one that does not end.
func valueEnd(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if i >= len(text) {
				return 0
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
			continue
		default:
			if depth == 0 {
				return i + until(text[i:], ",}]"+jsonSpace)
			}
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return 0
}

// Member is a member of a message that is a text.
type Member struct{ Name, Value string }

// Members are those of an object, in their order; others than texts as they are written.
func Members(text string) []Member {
	var list []Member
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, jsonSpace), "{")
	for ok {
		var name, value string
		if name, value, rest, ok = member(strings.TrimLeft(rest, jsonSpace)); ok {
			if inner := len(value) - 1; inner > 0 && value[0] == '"' {
				value = unescaped.Replace(value[1:inner])
			}
			list = append(list, Member{name, value})
		}
	}
	return list
}

// unescaped undoes the escapes that stand for themselves.
var unescaped = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\/`, `/`)

// ValueOf is a member's value, empty for none.
func ValueOf(text, name string) string {
	for _, m := range Members(text) {
		if m.Name == name {
			return m.Value
		}
	}
	return ""
}
