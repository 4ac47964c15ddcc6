package history

import "testing"

// FuzzRead: any file can be read without harm, and what was understood is understood again after it
// was written.
func FuzzRead(f *testing.F) {
	f.Add(encode(entry{Record: call(1, Talked)}))
	f.Add(append(encode(entry{Seen: noon}), encode(entry{Record: call(2, Missed)})...))
	f.Add([]byte(`{"id":"x","began":"2026-11-21T12:00:00+05:30","sound":{"score":1e308}}` + "\n" + `{"id":"x"}`))
	f.Add([]byte("\n\n{}\n[]\nnull\n{\"id\":\"\\u0000\\ud800\"}\x00\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		one, two := newTable(), newTable()
		one.read(data)
		for _, r := range one.newestFirst() {
			two.read(encode(entry{Record: r}))
		}
		if two.damaged > 0 || !sameTimes(one.newestFirst(), two.newestFirst()) {
			t.Errorf("%+v came back as %+v", one.newestFirst(), two.newestFirst())
		}
		Merge(one.newestFirst(), two.newestFirst(), "")
	})
}

// sameTimes compares records as written: a time zone may have two names.
func sameTimes(a, b []Record) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if string(encode(entry{Record: a[i]})) != string(encode(entry{Record: b[i]})) {
			return false
		}
	}
	return true
}
