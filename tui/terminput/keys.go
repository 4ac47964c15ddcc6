package terminput

import (
	"strconv"
	"strings"
)

const (
	// maxModifier is the highest number that stands for Shift, Alt, Ctrl and Meta.
	maxModifier = 16
	// maxKey is the highest number of a key that ends with ~: F20 is 34.
	maxKey = 34
	// maxNumbered bounds the digits of a number.
	maxNumbered = 5
)

// isKey reports whether a CSI sequence is a key, a mouse or a focus report. params is what
// stands between the introducer and the final byte.
func isKey(params string, final byte) bool {
	if mouse, ok := strings.CutPrefix(params, "<"); ok { // SGR, mode 1006
		return (final == 'M' || final == 'm') && len(numbers(mouse)) == 3
	}
	if params == "" {
		return strings.IndexByte("ABCDHFZIOabcd", final) >= 0
	}
	n := numbers(params)
	switch final {
	case 'A', 'B', 'C', 'D', 'H', 'F', 'P', 'Q', 'S':
		return len(n) == 2 && n[0] == 1 && n[1] <= maxModifier
	case '~':
		return len(n) == 1 && n[0] <= maxKey || len(n) == 2 && n[0] <= maxKey && n[1] <= maxModifier
	case '^', '@': // rxvt
		return len(n) == 1 && n[0] <= maxKey
	}
	return false // also R: a cursor report looks like F3 with Shift
}

// numbers are those of a list, nil where anything else stands in it.
func numbers(list string) []int {
	var all []int
	for _, s := range strings.Split(list, ";") {
		n, err := strconv.Atoi(s)
		if err != nil || !digits(s) || len(s) > maxNumbered {
			return nil
		}
		all = append(all, n)
	}
	return all
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
