package history

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestALargeFileIsReadInPieces: lines that lie across the pieces count, one that is longer than a piece too, and of
// more calls than are kept the newest stay.
func TestALargeFileIsReadInPieces(t *testing.T) {
	const calls = 3 * maxRecords
	data := encode(entry{Seen: noon})
	for n := range calls {
		data = append(data, encode(entry{Record: call(n, Talked)})...)
		if n == calls/2 {
			data = append(append(data, bytes.Repeat([]byte("x"), 3*piece)...), '\n')
		}
	}
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	if err := os.WriteFile(path, data, ownersAlone); err != nil {
		t.Fatal(err)
	}
	is, f := newTable(), file{path: path}
	if err := f.fresh(is); err != nil {
		t.Fatal(err)
	}
	if is.lines != calls+2 || is.damaged != 1 || !is.seen.Equal(noon) || len(is.records) > 2*maxRecords {
		t.Errorf("%d lines, %d damaged, %d records, seen %s", is.lines, is.damaged, len(is.records), is.seen)
	}
	newest := is.newestFirst()
	if len(newest) != maxRecords {
		t.Fatalf("%d calls", len(newest))
	}
	for i, r := range newest {
		if want := call(calls-1-i, Talked); r.ID != want.ID || r.Number != want.Number {
			t.Fatalf("call %d is %+v", i, r)
		}
	}
}
