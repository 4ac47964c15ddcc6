package history

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func noteOf(id, text string) func(View) bool {
	return func(v View) bool {
		for _, r := range v.Calls {
			if r.ID == id {
				return r.Note == text
			}
		}
		return v.Notes[id] == text && text != ""
	}
}

func annotated(r Record, text string) Record {
	r.Note = text
	return r
}

// TestNotesAreKept: a note written during a call is there when the call is over and after the next start, one book
// sees what another wrote, and an empty one takes it away.
func TestNotesAreKept(t *testing.T) {
	path := pathIn(t)
	synctest.Test(t, func(t *testing.T) {
		b := inFakeTime(path, false)
		up := call(1, "")
		up.Ended, up.Cause = time.Time{}, ""
		b.Put(up)
		b.Annotate(annotated(up, "wants \x1b[31minvoice\n214 "))
		sees(t, b, "the note of a call that goes on", func(v View) bool { return strings.Contains(v.Notes["call-1"], "214") })
		b.Put(call(1, Talked))
		v := sees(t, b, "the call with its note", holding(1))
		if n := v.Calls[0].Note; strings.ContainsAny(n, "\x1b\n") || strings.HasSuffix(n, " ") || !strings.Contains(n, "invoice") {
			t.Errorf("kept as %q", n)
		}
		b.Annotate(annotated(call(1, Missed), "rang again")) // by a screen that knows less of the call
		b.Close()

		one, two := inFakeTime(path, false), inFakeTime(path, true)
		defer one.Close()
		defer two.Close()
		sees(t, one, "the note after a start", noteOf("call-1", "rang again"))
		two.Annotate(annotated(call(1, Talked), "from another screen"))
		sees(t, one, "the note of another screen", noteOf("call-1", "from another screen"))
		two.Annotate(annotated(call(1, Missed), "by one that knows less"))
		sees(t, one, "the last note", noteOf("call-1", "by one that knows less"))
		two.Annotate(annotated(call(1, Talked), ""))
		sees(t, one, "no note", noteOf("call-1", ""))
	})
}

// TestNoteOfAPBXCall: a call that only the PBX has on record is kept with its note, and is one with the PBX's record.
func TestNoteOfAPBXCall(t *testing.T) {
	b := Open(pathIn(t), nil)
	defer b.Close()
	theirs := call(7, Talked)
	b.Annotate(annotated(theirs, "call him on Monday"))
	v := sees(t, b, "the call", holding(1))
	all := Merge(v.Calls, []Record{theirs}, "")
	if len(all) != 1 || all[0].Note != "call him on Monday" || all[0].Outcome != Talked {
		t.Errorf("merged to %+v", all)
	}
	b.Clear()
	sees(t, b, "nothing", holding(0))
}

// TestNoteOfATwin: a note stays with the call when another program's record of it is the one that counts.
func TestNoteOfATwin(t *testing.T) {
	path := pathIn(t)
	synctest.Test(t, func(t *testing.T) {
		one, two := inFakeTime(path, false), inFakeTime(path, false)
		mine, theirs := call(1, Missed), call(1, Talked)
		theirs.ID = "their-1"
		one.Put(mine)
		one.Annotate(annotated(mine, "rang in two places"))
		time.Sleep(50 * time.Millisecond)
		two.Put(theirs)
		time.Sleep(3 * looksEvery)
		if v := <-one.Watch(t.Context()); len(v.Calls) != 1 || !noteOf("their-1", "rang in two places")(v) {
			t.Errorf("seen: %+v", v)
		}
		one.Close()
		two.Close()
	})
}

// TestOlderVersion: a version that knows no notes rewrites the record, and loses none of them.
func TestOlderVersion(t *testing.T) {
	path := pathIn(t)
	b := Open(path, nil)
	b.Put(annotated(call(1, Talked), "keep me"))
	b.Annotate(annotated(call(1, Talked), "keep me"))
	sees(t, b, "the note", noteOf("call-1", "keep me"))
	b.Close()
	record, err := os.ReadFile(path)
	if err != nil || bytes.Contains(record, []byte("keep me")) || bytes.Contains(record, []byte(`"note"`)) {
		t.Fatalf("an older version would read and drop the note: %s %v", record, err)
	}
	if err := os.WriteFile(path, record, ownersAlone); err != nil { // as one that tidies up does
		t.Fatal(err)
	}
	b = Open(path, nil)
	defer b.Close()
	sees(t, b, "the note", noteOf("call-1", "keep me"))
}

// TestCSV: what is exported is what RFC 4180 says, and no cell is a formula.
func TestCSV(t *testing.T) {
	path := pathIn(t)
	b := Open(path, nil)
	hostile := call(2, Missed)
	hostile.Name, hostile.Number, hostile.Via = `=HYPERLINK("http://evil.example","x")`, "+39 0721 555 016", "\x1b[2J\"a,b\"\n@SUM(A1)"
	b.Put(call(1, Talked))
	b.Put(hostile)
	b.Annotate(annotated(hostile, "-1+2"))
	sees(t, b, "both", func(v View) bool { return len(v.Calls) == 2 && v.Calls[0].Note != "" })
	b.Close()
	v, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := WriteCSV(&text, v.Calls); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text.Bytes())).ReadAll()
	if err != nil || len(rows) != 3 || strings.Count(text.String(), "\r\n") != 3 {
		t.Fatalf("%v, %d rows of %q", err, len(rows), text.String())
	}
	for _, row := range rows {
		for i, text := range row {
			if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r") || strings.ContainsAny(text, "\x1b\n\r") {
				t.Errorf("%s is %q", rows[0][i], text)
			}
		}
	}
	missed, talked := rows[1], rows[2]
	if missed[3] != "in" || missed[4] != "missed" || missed[5] != "'+39 0721 555 016" || missed[8] != "" || missed[9] != "'-1+2" {
		t.Errorf("missed: %q", missed)
	}
	if talked[8] != "15" || talked[11] != "opus" || talked[12] != "4.200" {
		t.Errorf("talked: %q", talked)
	}
	if _, err := Read(path + ".none"); err == nil {
		t.Error("no error for a file that is not there")
	}
}
