package trie

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// version is a map with what it has to be.
type version struct {
	is   Map[string, int]
	want map[string]int
}

// next is the version after some random changes.
func (v version) next(r *rand.Rand, keys int) version {
	v.want = maps.Clone(v.want)
	for range r.IntN(6) {
		key := fmt.Sprint(r.IntN(keys))
		if r.IntN(5) < 2 {
			v.is = v.is.Without(key)
			delete(v.want, key)
			continue
		}
		v.is, v.want[key] = v.is.With(key, r.IntN(1000)), 0
		v.want[key] = v.is.At(key)
	}
	return v
}

func (v version) check(t *testing.T, what string) {
	t.Helper()
	if got := maps.Collect(v.is.All()); !maps.Equal(got, v.want) || v.is.Len() != len(v.want) {
		t.Fatalf("%s has %d entries %v, want %v", what, v.is.Len(), got, v.want)
	}
	for key, want := range v.want {
		if got, ok := v.is.Get(key); !ok || got != want {
			t.Fatalf("%s: %q is %d, %t, want %d", what, key, got, ok, want)
		}
	}
}

// TestVersions: each version stays what it was, whatever is made of it, and any two can be compared.
func TestVersions(t *testing.T) {
	for _, keys := range []int{1, 3, 40, 5000} {
		r := rand.New(rand.NewPCG(uint64(keys), 1))
		all := []version{{want: map[string]int{}}}
		big := version{want: map[string]int{}}
		for i := range keys / 2 {
			big.want[fmt.Sprint(i)] = i
		}
		big.is = Of(big.want)
		all = append(all, big)
		for range 200 {
			all = append(all, all[len(all)-1].next(r, keys))
		}
		for i, v := range all {
			v.check(t, fmt.Sprintf("version %d of %d keys", i, keys))
		}
		for range 200 {
			compared(t, all[r.IntN(len(all))], all[r.IntN(len(all))])
		}
	}
}

// compared sees that Since names each key that is different, once, and no other that was not put.
func compared(t *testing.T, a, b version) {
	t.Helper()
	named := map[string]int{}
	for key := range b.is.Since(a.is) {
		named[key]++
	}
	for key, n := range named {
		_, before := a.want[key]
		_, now := b.want[key]
		if n != 1 || !before && !now {
			t.Fatalf("%q was named %d times; before %t, now %t", key, n, before, now)
		}
	}
	for _, v := range []version{a, b} {
		for key := range v.want {
			was, before := a.want[key]
			is, now := b.want[key]
			if (was != is || before != now) && named[key] == 0 {
				t.Fatalf("%q was not named: %d, %t became %d, %t", key, was, before, is, now)
			}
		}
	}
}

// TestOnlyWhatWasPut: between a version and the next nothing is named but what was put, and an iteration ends
// when it is told to.
func TestOnlyWhatWasPut(t *testing.T) {
	was := Map[string, int]{}
	for i := range 5000 {
		was = was.With(fmt.Sprint(i), i)
	}
	is := was.With("7", 7).With("new", 1).Without("9").Without("absent")
	if got, want := slices.Sorted(is.Since(was)), []string{"7", "9", "new"}; !slices.Equal(got, want) {
		t.Errorf("named are %v, want %v", got, want)
	}
	for _, all := range []int{count(is.Since(Map[string, int]{}), 3), count(is.Since(was), 2), count(is.Keys(), 3), count(is.Values(), 3)} {
		if all > 3 {
			t.Errorf("went on for %d", all)
		}
	}
	if got := is.Without("absent"); got != is {
		t.Error("a key that is not there made another version")
	}
	if got := (Map[string, int]{}).With("a", 1).Without("a"); got != (Map[string, int]{}) {
		t.Errorf("%v is not empty", got)
	}
}

func count[T any](seq func(func(T) bool), most int) (n int) {
	for range seq {
		if n++; n == most {
			break
		}
	}
	return n
}

// TestSameHash: keys whose hashes are equal, or equal for a long way, live side by side.
func TestSameHash(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	hashes := []uint64{0, 0, 0, 1 << 63, 1 << 59, 1 << 60, 7, 7}
	root, want := &node[string, int]{}, map[string]int{}
	versions := []*node[string, int]{root}
	for i := range 2000 {
		k := r.IntN(len(hashes))
		key := fmt.Sprint(k)
		if r.IntN(3) == 0 {
			root = root.without(hashes[k], key, 0)
			delete(want, key)
		} else {
			root, _ = root.with(&entry[string, int]{hashes[k], key, i}, 0)
			want[key] = i
		}
		versions = append(versions, root)
		for k, h := range hashes {
			e := slot[string, int]{node: root}.find(h, fmt.Sprint(k), 0)
			if is, ok := want[fmt.Sprint(k)]; ok != (e != nil) || ok && e.value != is {
				t.Fatalf("step %d: %d is %v, want %d, %t", i, k, e, is, ok)
			}
		}
		was := slot[string, int]{node: versions[r.IntN(len(versions))]}
		named := map[string]int{}
		was.differ(slot[string, int]{node: root}, 0, func(key string) bool { named[key]++; return true })
		for k, h := range hashes {
			key := fmt.Sprint(k)
			before, now := was.find(h, key, 0), slot[string, int]{node: root}.find(h, key, 0)
			if (before != now) != (named[key] == 1) || named[key] > 1 {
				t.Fatalf("step %d: %d was named %d times", i, k, named[key])
			}
		}
	}
}

// TestJSON: it is written and read as the map of the language is.
func TestJSON(t *testing.T) {
	want := map[string]int{"b": 2, "a": 1, "\x1b": 3}
	text, err := json.Marshal(Of(want))
	plain, _ := json.Marshal(want)
	if err != nil || string(text) != string(plain) {
		t.Errorf("%s, %v, want %s", text, err, plain)
	}
	var m Map[string, int]
	if err := json.Unmarshal(text, &m); err != nil || !maps.Equal(maps.Collect(m.All()), want) {
		t.Errorf("%v, %v", m, err)
	}
	if err := json.Unmarshal([]byte(`{"a":"x"}`), &m); err == nil {
		t.Error("a text was taken for a number")
	}
	type holder struct {
		M Map[string, int] `json:"m,omitzero"`
	}
	if text, _ := json.Marshal(holder{}); string(text) != "{}" {
		t.Errorf("an empty one is %s", text)
	}
}

// BenchmarkWith is a change of a map of so many entries that others have too.
func BenchmarkWith(b *testing.B) {
	for _, n := range []int{500, 5000, 50000} {
		keys := make([]string, n)
		m := Map[string, [200]byte]{}
		for i := range keys {
			keys[i] = fmt.Sprint(i)
			m = m.With(keys[i], [200]byte{})
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				m = m.With(keys[i*37%n], [200]byte{})
			}
		})
	}
}
