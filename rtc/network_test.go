package rtc

import "testing"

// TestAddressesOfNow: a session uses the present addresses, not those of its beginning.
func TestAddressesOfNow(t *testing.T) {
	n, err := newNetwork(nil)
	if err != nil {
		t.Fatal(err)
	}
	first, err := n.Interfaces()
	if err != nil || len(first) == 0 {
		t.Fatalf("%d interfaces: %v", len(first), err)
	}
	first[0].Name = "gone"
	now, err := n.Interfaces()
	if err != nil || now[0] == first[0] || now[0].Name == "gone" {
		t.Errorf("what was listed before is listed again: %v", err)
	}
}
