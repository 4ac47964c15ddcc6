//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
)

// BenchmarkIdle is what the built program takes while nobody does anything, once its last sentence has faded: how
// much of a core, how often its threads are switched, and its memory. It is signed in at a PBX where nothing
// happens, with so many people, or has the practice PBX inside. A busy machine adds switches: read it with chrt.
func BenchmarkIdle(b *testing.B) {
	for _, people := range []int{500, 10_000, 50_000} {
		b.Run(fmt.Sprintf("quiet/%d", people), func(b *testing.B) {
			began := time.Now()
			s := startAt(b, people)
			s.sees(fmt.Sprintf(`EXTENSIONS\s+%d`, people))
			named := time.Since(began)
			idles(b, s)
			b.ReportMetric(float64(named.Milliseconds()), "ms-to-names")
		})
	}
	b.Run("practice", func(b *testing.B) {
		s := start(b, 120, 40)
		s.sees(`LIVE`)
		idles(b, s)
	})
}

// startAt starts the program with a profile of a PBX where nothing happens.
func startAt(b *testing.B, people int) *terminal {
	b.Helper()
	pbx, err := demopbx.Start(demopbx.Options{Only: "vodia", PBX: exchange.Options{Seed: 1, Extensions: people}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = pbx.Close() })
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "patchcord"), 0o700); err != nil {
		b.Fatal(err)
	}
	text := fmt.Sprintf("default = \"a\"\n[profile.a]\ndialect = \"vodia\"\nurl = %q\ndomain = \"demo.example\"\nuser = \"201\"\npassword_env = \"PW\"\n", pbx.URL())
	if err := os.WriteFile(filepath.Join(dir, "patchcord", "config.toml"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return start(b, 120, 40, "XDG_CONFIG_HOME="+dir, "PW="+exchange.Password)
}

func idles(b *testing.B, s *terminal) {
	const settles, span = 20 * time.Second, 20 * time.Second
	time.Sleep(settles)
	for b.Loop() {
		switches, busy := s.ofThreads("status", `ctxt_switches:\s+(\d+)`), s.ofThreads("schedstat", `^(\d+)`)
		time.Sleep(span)
		busy = s.ofThreads("schedstat", `^(\d+)`) - busy // in ns
		switches = s.ofThreads("status", `ctxt_switches:\s+(\d+)`) - switches
		b.ReportMetric(100*float64(busy)/float64(span), "%core")
		b.ReportMetric(float64(switches)/span.Seconds(), "switches/s")
		b.ReportMetric(float64(s.counted("status", `VmRSS:\s+(\d+)`))/1024, "MB")
	}
}

// ofThreads is counted of all threads together.
func (s *terminal) ofThreads(file, pattern string) (sum int) {
	s.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", s.cmd.Process.Pid))
	if err != nil {
		s.Fatal(err)
	}
	for _, t := range threads {
		sum += s.counted(filepath.Join("task", filepath.Base(t), file), pattern)
	}
	return sum
}

// counted is the sum of the numbers that a file of Linux about the program has in such places.
func (s *terminal) counted(file, pattern string) (sum int) {
	s.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", s.cmd.Process.Pid, file))
	if err != nil {
		s.Fatal(err)
	}
	for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(text, -1) {
		n, _ := strconv.Atoi(string(m[1])) // digits
		sum += n
	}
	return sum
}
