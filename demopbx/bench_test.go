package demopbx

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/ws"
)

// burst is how many changes are made before waiting for the reader.
const burst = 100

// BenchmarkChanges is 500 extensions in front of one client that subscribed to
// everything. At 1,000 changes a second a million ns/op is a whole core, the client's reading
// included.
func BenchmarkChanges(b *testing.B) {
	s, err := Start(Options{PBX: exchange.Options{Seed: 7}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	id := signIn(b, s, "201")
	url := strings.Replace(s.URL(), "http", "ws", 1) + "/websocket?domain=demo.example&user=201"
	conn, err := ws.Dial(b.Context(), url, ws.Options{Header: http.Header{"Cookie": {"session=" + id}}})
	if err != nil {
		b.Fatal(err)
	}
	defer conn.CloseNow()
	say := func(text string) {
		if err := conn.Write(b.Context(), []byte(text)); err != nil {
			b.Fatal(err)
		}
	}
	say(`{"action":"domain-calls","subscribe":true}`)
	read, changes := 0, 0
	catchUp := func() {
		say(`{"action":"ringtones"}`)
		for {
			data, err := conn.Read(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			if read += len(data); strings.HasPrefix(string(data), `{"ringtones"`) {
				return
			}
		}
	}
	catchUp()
	read = 0
	var calls []*exchange.Call // of the crowd, which stands still
	s.pbx.Do(func() { calls = slices.Clone(s.pbx.Calls()) })
	b.ReportAllocs()
	for b.Loop() {
		s.pbx.Do(func() {
			e := &calls[changes%len(calls)].Caller
			s.pbx.Hold(e, !e.Held)
		})
		if changes++; changes%burst == 0 {
			catchUp()
		}
	}
	b.ReportMetric(float64(read)/float64(changes), "wire-B/op")
}
