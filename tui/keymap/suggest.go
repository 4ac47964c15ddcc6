package keymap

import (
	"fmt"
)

// nearest is the candidate that was most likely meant by a misspelt word: the one that fewest
// single-letter edits lead to, if they are no more than a third of the word. Empty when none is.
func nearest(word string, candidates []string) string {
	best, least := "", len(word)/3+1
	for _, c := range candidates {
		if d := edits(word, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// didYouMean is the tail of a message about a misspelt word; empty when there is no proposal.
func didYouMean(proposal string) string {
	if proposal == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", proposal)
}

// edits is the Levenshtein distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
