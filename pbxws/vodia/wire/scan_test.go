package wire

import (
	"encoding/json"
	"reflect"
	"testing"
)

// What we find in a frame is what encoding/json finds.
func FuzzScan(f *testing.F) {
	for _, frame := range []string{
		`{}`, ` { "a" : 1 , "b":[ 1,"]",{"c":"}\"" } ] } `, `{"a":1,"a":2}`, `{"\u0061\\":"\ud83d\ude00"}`, `{"a":-1.5e+3,"b":null,"c":true}`,
		`{"a":{"b":{"c":[]}}}`, `{"":""}`, `[]`, `{"a"`, `{"a":"\`, "\t{\r\n}", `{"a":[[],[[]],{}]}`,
	} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		var want map[string]json.RawMessage
		err := json.Unmarshal(frame, &want)
		o, ours := parse(frame)
		if ours != nil {
			if err == nil && want != nil && ours == errNotObject {
				t.Fatalf("refused %q", frame)
			}
			return
		}
		if err != nil {
			t.Fatalf("took %q: %v", frame, err)
		}
		got := map[string]json.RawMessage{}
		for _, m := range o.members {
			got[string(m.key)] = m.value
			compareElements(t, m.value)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %q\nwant %q", frame, got, want)
		}
	})
}

func compareElements(t *testing.T, value json.RawMessage) {
	if value[0] != '[' {
		return
	}
	var want []json.RawMessage
	if err := json.Unmarshal(value, &want); err != nil {
		t.Fatal(err)
	}
	i := 0
	for item := range elements(value) {
		if i >= len(want) || string(item) != string(want[i]) {
			t.Fatalf("%q: element %d is %q", value, i, item)
		}
		i++
	}
	if i != len(want) {
		t.Errorf("%q: %d elements, want %d", value, i, len(want))
	}
}
