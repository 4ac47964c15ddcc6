//go:build !cgo

package audio

import (
	"strings"
	"testing"
)

func TestOpenWithoutCgo(t *testing.T) {
	d, err := Open(Config{})
	if err == nil || !strings.Contains(err.Error(), "has no sound") || !d.Silent() {
		t.Errorf("silent %v, error %v", d.Silent(), err)
	}
}
