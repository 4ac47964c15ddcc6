package delta

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/trie"
)

type (
	word  string
	entry struct {
		ID    word      `json:"id"`
		Name  string    `json:"name,omitempty"`
		Up    bool      `json:"up"`
		Level float64   `json:"level"`
		Since time.Time `json:"since,omitzero"`
		Ways  []string  `json:"ways,omitempty"`
	}
	call struct {
		ID    word     `json:"id"`
		Marks []string `json:"marks,omitempty"`
		Sent  uint64   `json:"sent"`
	}
	board struct {
		Now   time.Time             `json:"now"`
		Lines map[word]entry        `json:"lines"`
		Table trie.Map[word, entry] `json:"table,omitzero"`
		Link  struct {
			Label string   `json:"label"`
			Tags  []string `json:"tags"`
		} `json:"link"`
		Learnt  map[uint8]time.Time `json:"learnt,omitempty"`
		Calls   []call              `json:"calls"`
		Notices []entry             `json:"notices"`
		Quiet   bool                `json:"quiet"`
		hidden  int
		Left    int `json:"-"`
	}
)

// change is a board a little later; what is not different is shared with the one before.
func change(r *rand.Rand, b board) board {
	b.Now = b.Now.Add(time.Second)
	lines := map[word]entry{}
	for k, v := range b.Lines {
		lines[k] = v
	}
	b.Lines = lines
	for range r.IntN(5) {
		id := word(strconv.Itoa(r.IntN(40)))
		if r.IntN(3) == 0 {
			delete(lines, id)
			continue
		}
		l := entry{ID: id, Name: "\x1b\u202e" + strconv.Itoa(r.IntN(9)), Up: r.IntN(2) == 0, Level: r.Float64()}
		if r.IntN(2) == 0 {
			l.Since, l.Ways = b.Now, []string{"a", strconv.Itoa(r.IntN(3))}
		}
		lines[id] = l
		if b.Table = b.Table.With(id, l); r.IntN(3) == 0 {
			b.Table = b.Table.Without(word(strconv.Itoa(r.IntN(40))))
		}
	}
	learnt := map[uint8]time.Time{uint8(r.IntN(9)): b.Now}
	for k, v := range b.Learnt {
		if r.IntN(4) > 0 {
			learnt[k] = v
		}
	}
	b.Learnt = learnt
	notices := append([]entry{}, b.Notices...)
	for range r.IntN(4) {
		notices = append(notices, entry{ID: word(strconv.Itoa(r.IntN(1e6)))})
	}
	b.Notices = notices[max(0, len(notices)-6):]
	calls := append([]call{}, b.Calls...)
	switch n := len(calls); {
	case n > 0 && r.IntN(4) == 0:
		calls = calls[1:]
	case n < 5 && r.IntN(3) == 0:
		calls = append(calls, call{ID: word(strconv.Itoa(r.IntN(1e6)))})
	}
	for i := range calls {
		calls[i].Sent++
		if r.IntN(3) == 0 {
			calls[i].Marks = append(append([]string{}, calls[i].Marks...), strconv.Itoa(r.IntN(9)))
		}
	}
	b.Calls = calls
	b.Link.Label = strconv.Itoa(r.IntN(3))
	b.hidden, b.Left = r.IntN(9), r.IntN(9)
	return b
}

func text(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// take has a copy take changes.
func take[T any](t *testing.T, c *Copy[T], changes [][]byte) {
	t.Helper()
	for _, data := range changes {
		var p Change
		if err := json.Unmarshal(data, &p); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if err := c.Take(p); err != nil {
			t.Fatalf("%.200s: %v", data, err)
		}
	}
}

// TestCopyFollows: whatever changes, the copy is the same afterwards, and what it gave out stays as it
// was.
func TestCopyFollows(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		var is board
		var c Copy[board]
		d := NewDiffer()
		type given struct {
			value board
			text  string
		}
		var out []given
		for range 60 {
			was := is
			for range 1 + r.IntN(3) {
				is = change(r, is)
			}
			changes, err := d.Changes(was, is)
			if err != nil {
				t.Fatal(err)
			}
			take(t, &c, changes)
			got := c.Value()
			is := is
			if is.Lines == nil {
				is.Lines = map[word]entry{}
			}
			want := text(t, is)
			if have := text(t, got); have != want && !sameButEmpty(have, want) {
				t.Fatalf("seed %d:\n%s\nwant\n%s", seed, have, want)
			}
			out = append(out, given{got, text(t, got)})
		}
		for i, g := range out {
			if text(t, g.value) != g.text {
				t.Fatalf("seed %d: value %d changed after it was given out", seed, i)
			}
		}
	}
}

// sameButEmpty takes a list that is empty for one that is not there.
func sameButEmpty(a, b string) bool {
	flat := strings.NewReplacer(`":[]`, `":null`, `":{}`, `":null`)
	return flat.Replace(a) == flat.Replace(b)
}

// TestOnlyWhatChanged: a quiet value costs nothing, a entry the text of that entry, news of a list only
// themselves.
func TestOnlyWhatChanged(t *testing.T) {
	was := board{Lines: map[word]entry{}, Notices: make([]entry, 50), Calls: []call{{ID: "a"}, {ID: "b"}}}
	for i := range 1000 {
		id := word(strconv.Itoa(i))
		was.Lines[id] = entry{ID: id, Name: "somebody"}
	}
	for i := range was.Notices {
		was.Notices[i].ID = word(strconv.Itoa(i))
	}
	is := was
	is.Lines = map[word]entry{}
	for k, v := range was.Lines {
		is.Lines[k] = v
	}
	is.Notices = append(append([]entry{}, was.Notices[1:]...), entry{ID: "new"})
	is.Calls = append([]call{}, was.Calls...)
	d := NewDiffer()
	if changes, err := d.Changes(was, was); err != nil || len(changes) != 0 {
		t.Errorf("nothing changed: %q, %v", changes, err)
	}
	was.Table = trie.Of(was.Lines)
	is.Table = was.Table.With("7", was.Lines["7"]).With("8", entry{ID: "8", Up: true}).Without("9")
	is.Lines["7"], is.Calls[1].Sent = entry{ID: "7", Name: "other"}, 4
	changes, err := d.Changes(was, is)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range changes {
		got = append(got, string(p))
	}
	want := []string{
		`{"at":["lines"],"put":{"7":{"id":"7","name":"other","up":false,"level":0}}}`,
		`{"at":["table"],"put":{"8":{"id":"8","up":true,"level":0}}}`,
		`{"at":["table"],"cut":["9"]}`,
		`{"at":["calls","1","sent"],"set":4}`,
		`{"at":["notices"],"drop":1}`,
		`{"at":["notices"],"add":[{"id":"new","up":false,"level":0}]}`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLongOnesAreCut: no change is longer than a bound and one entry.
func TestLongOnesAreCut(t *testing.T) {
	var is board
	is.Lines = map[word]entry{}
	for i := range 5000 {
		id := word(strconv.Itoa(i))
		is.Lines[id] = entry{ID: id, Name: strings.Repeat("n", 80)}
		is.Notices = append(is.Notices, is.Lines[id])
	}
	is.Table = trie.Of(is.Lines)
	for _, pair := range [][2]board{{{}, is}, {is, {}}} {
		carry(t, pair[0], pair[1])
	}
	type wall struct {
		Boards []board `json:"boards,omitempty"`
	}
	several := wall{[]board{{Quiet: true}, is, is}}
	for _, pair := range [][2]wall{{{}, several}, {several, {}}} {
		carry(t, pair[0], pair[1])
	}
}

// carry makes one value of another by changes of a bounded size.
func carry[T any](t *testing.T, was, is T) {
	t.Helper()
	changes, err := NewDiffer().Changes(was, is)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range changes {
		if len(p) > changeSize+200 {
			t.Errorf("a change of %d bytes", len(p))
		}
	}
	c := Copy[T]{value: was}
	take(t, &c, changes)
	if have, want := text(t, c.Value()), text(t, is); !sameButEmpty(have, want) {
		t.Errorf("%d bytes came, want %d", len(have), len(want))
	}
}

// TestNoNumber: what JSON cannot say does not stop the rest.
func TestNoNumber(t *testing.T) {
	is := board{Lines: map[word]entry{"1": {Level: math.NaN(), Name: "one"}}}
	changes, err := NewDiffer().Changes(board{}, is)
	if err != nil {
		t.Fatal(err)
	}
	var c Copy[board]
	take(t, &c, changes)
	if got := c.Value().Lines["1"]; got.Level != 0 || got.Name != "one" {
		t.Errorf("%+v", got)
	}
}

// hostile changes fit no board.
var hostile = []string{
	`{"at":["nowhere"],"set":1}`, `{"at":["calls","0"],"set":{}}`, `{"at":["calls","-1"],"set":{}}`, `{"at":["calls","x"],"set":{}}`,
	`{"at":["lines","7"],"set":{}}`, `{"at":["lines"],"put":[1]}`, `{"at":["lines"],"put":{"1":7}}`, `{"at":["table"],"put":{"1":7}}`, `{"at":["table"],"cut":{}}`, `{"at":["table","7"],"set":{}}`, `{"at":["table"],"add":[1]}`, `{"at":["lines"],"cut":{}}`,
	`{"at":["lines"],"add":[1]}`, `{"at":["calls"],"put":{"1":{}}}`, `{"at":["calls"],"drop":1}`, `{"at":["calls"],"drop":-1}`,
	`{"at":["now","wall"],"set":1}`, `{"at":["now"],"set":"x"}`, `{"at":["hidden"],"set":1}`, `{"at":["quiet"],"add":[1]}`, `{"at":["quiet"],"set":1}`,
	`{"at":["a","a","a","a","a","a","a","a","a","a","a","a","a"],"set":1}`, `{"at":["calls"],"add":[1]}`,
}

// TestHostileParts are refused, and none of them ends the program.
func TestHostileParts(t *testing.T) {
	for _, data := range hostile {
		var c Copy[board]
		var p Change
		if err := json.Unmarshal([]byte(data), &p); err != nil {
			t.Fatal(err)
		}
		if err := c.Take(p); err == nil {
			t.Errorf("%s was taken", data)
		}
	}
}

func FuzzTake(f *testing.F) {
	for _, data := range hostile {
		f.Add([]byte(data), []byte(`{"at":["calls"],"add":[{"id":"a"}]}`))
	}
	f.Fuzz(func(t *testing.T, one, two []byte) {
		var c Copy[board]
		for _, data := range [][]byte{one, two, one} {
			var p Change
			if json.Unmarshal(data, &p) == nil {
				_ = c.Take(p)
				_ = c.Value()
			}
		}
	})
}

// TestShape: types with other fields are told apart, however deep.
func TestShape(t *testing.T) {
	type inner struct {
		A int `json:"a"`
	}
	type one struct {
		In map[string]inner `json:"in"`
	}
	type self struct {
		Next *self `json:"next"`
	}
	if a, b := Shape(reflect.TypeFor[one]()), Shape(reflect.TypeFor[one]()); a != b || len(a) != 16 {
		t.Errorf("%q and %q", a, b)
	}
	seen := map[string]bool{}
	for _, ty := range []reflect.Type{
		reflect.TypeFor[one](), reflect.TypeFor[self](), reflect.TypeFor[board](), reflect.TypeFor[map[string]struct {
			A int `json:"a"`
		}](), reflect.TypeFor[map[string]struct {
			A int `json:"b"`
		}](), reflect.TypeFor[trie.Map[word, entry]](), reflect.TypeFor[trie.Map[word, call]](),
	} {
		if s := Shape(ty); seen[s] {
			t.Errorf("%s has the shape of another type", ty)
		} else {
			seen[s] = true
		}
	}
}

// TestGivenOutStays: also where elements get other numbers between two changes.
func TestGivenOutStays(t *testing.T) {
	var c Copy[board]
	take(t, &c, [][]byte{[]byte(`{"at":["calls"],"add":[{"id":"a"},{"id":"b","marks":["1","2"]}]}`)})
	before := c.Value()
	want := text(t, before)
	take(t, &c, [][]byte{
		[]byte(`{"at":["calls","0","marks"],"add":["3"]}`), []byte(`{"at":["calls"],"drop":1}`), []byte(`{"at":["calls","0","marks","1"],"set":"4"}`),
	})
	if got := text(t, before); got != want {
		t.Errorf("%s became %s", want, got)
	}
	if got := c.Value().Calls; len(got) != 1 || got[0].Marks[1] != "4" {
		t.Errorf("%+v", got)
	}
}
