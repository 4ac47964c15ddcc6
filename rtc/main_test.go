package rtc

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// Most of these tests wait for the pace of sound and leave the processors idle, so many more of
// them than processors can run at once.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "9"); err != nil {
		os.Exit(2)
	}
	goleak.VerifyTestMain(m)
}
