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

func TestSwitchWithoutCgo(t *testing.T) {
	s, err := OpenSwitch(Config{})
	defer s.Close()
	if err == nil || !strings.Contains(err.Error(), "has no sound") || !s.Silent() {
		t.Errorf("silent %v, error %v", s.Silent(), err)
	}
}
