package history

import (
	"os"
	"path/filepath"
	"testing"
)

// full is the file of a book with as many records as it keeps.
func full(b *testing.B) (string, []Record) {
	path := pathIn(b)
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		b.Fatal(err)
	}
	data := encode(entry{Seen: noon})
	for n := range maxRecords {
		data = append(data, encode(entry{Record: call(n, Talked)})...)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	t := newTable()
	t.read(data)
	return path, t.newestFirst()
}

// BenchmarkGlance is the time until the newest calls are known, with 10,000 in the file.
func BenchmarkGlance(b *testing.B) {
	path, _ := full(b)
	for b.Loop() {
		if len(glance(path).newestFirst()) < 100 {
			b.Fatal("too few")
		}
	}
}

// BenchmarkRead is until all 10,000 are.
func BenchmarkRead(b *testing.B) {
	path, _ := full(b)
	for b.Loop() {
		t, f := newTable(), file{path: path}
		if err := f.fresh(t); err != nil || len(t.newestFirst()) != maxRecords {
			b.Fatal(err)
		}
	}
}

// BenchmarkMerge is what the screen waits for when a call has ended.
func BenchmarkMerge(b *testing.B) {
	_, own := full(b)
	for b.Loop() {
		Merge(own, own[:500], "")
	}
}
