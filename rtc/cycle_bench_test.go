package rtc

import (
	"bytes"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"
	"time"
)

// footprint counts what can leak in a process; descriptors and memory on Linux only.
type footprint struct{ goroutines, descriptors, kilobytes, heap int }

func measureFootprint() footprint {
	runtime.GC()
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	f := footprint{goroutines: runtime.NumGoroutine(), heap: int(memory.HeapAlloc)}
	if fds, err := os.ReadDir("/proc/self/fd"); err == nil {
		f.descriptors = len(fds)
	}
	status, _ := os.ReadFile("/proc/self/status")
	for line := range bytes.Lines(status) {
		if fields := bytes.Fields(line); len(fields) == 3 && string(fields[0]) == "VmRSS:" {
			f.kilobytes, _ = strconv.Atoi(string(fields[1]))
		}
	}
	return f
}

// cycle is one call of a benchmark; at its end all of it is released.
type cycle struct {
	testing.TB
	cleanups []func()
}

func (c *cycle) Cleanup(f func()) { c.cleanups = append(c.cleanups, f) }

func (c *cycle) run(e *Engine) {
	from, to := call(c, e, e, nil, nil)
	talk(c, from, to, func(x, y float64) bool { return x > audible && y > audible })
	for _, f := range slices.Backward(c.cleanups) {
		f()
	}
}

// BenchmarkCycles makes calls up to sound at both ends and ends them, and reports what is left of
// each, which should be nothing. Run it with -benchtime 1000x. Twenty calls come before, since the
// first ones fill pools that stay.
func BenchmarkCycles(b *testing.B) {
	e := newEngine(b)
	for range 20 {
		(&cycle{TB: b}).run(e)
	}
	before, began := measureFootprint(), time.Now()
	for b.Loop() {
		(&cycle{TB: b}).run(e)
	}
	took := time.Since(began)
	after := measureFootprint()
	per := func(n int) float64 { return float64(n) / float64(b.N) }
	b.ReportMetric(float64(took.Milliseconds())/float64(b.N), "ms/call")
	b.ReportMetric(per(after.goroutines-before.goroutines), "goroutines/call")
	b.ReportMetric(per(after.descriptors-before.descriptors), "descriptors/call")
	b.ReportMetric(per(after.heap-before.heap), "heap-B/call")
	b.ReportMetric(per(after.kilobytes-before.kilobytes), "RSS-kB/call")
	b.ReportMetric(float64(after.kilobytes)/1024, "RSS-MB")
}
