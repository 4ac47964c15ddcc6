package nethcti

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/pbxws"
)

// crowd are the lists of a PBX with so many people.
func crowd(n int) (people, extensions string) {
	var p, e []string
	for i := range n {
		number := fmt.Sprint(1000 + i)
		p = append(p, fmt.Sprintf(`"u%s":{"name":"Person %s","username":"u%s","presence":"online","endpoints":{"extension":[{"id":"%s"}],"mainextension":[{"id":"%s"}]}}`, number, number, number, number, number))
		e = append(e, fmt.Sprintf(`"%s":{"exten":"%s","status":"online","conversations":{}}`, number, number))
	}
	return "{" + strings.Join(p, ",") + "}", "{" + strings.Join(e, ",") + "}"
}

// change is a telephone that is in a call, or free again.
func change(i int, busy bool) string {
	number := fmt.Sprint(1000 + i)
	if !busy {
		return fmt.Sprintf(`{"exten":"%s","status":"online","conversations":{}}`, number)
	}
	id := fmt.Sprintf("PJSIP/%s-1>PJSIP/2001-%s", number, number)
	return fmt.Sprintf(`{"exten":"%s","status":"busy","conversations":{"%s":{"id":"%s","owner":"%s","direction":"out","connected":true,"recording":"false","counterpartNum":"0721%s","startTime":946684800000}}}`, number, id, id, number, number)
}

// 2,000 changes at once among 500 people, and none is lost.
func TestStorm(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		people, extensions := crowd(500)
		f.answer("GET /user/endpoints/all", people)
		f.answer("GET /astproxy/extensions", extensions)
		l := up(t, f.start())
		for round := range 4 {
			for i := range 500 {
				f.send(eventExtension, raw(change(i, round%2 == 0 || i%5 == 0)))
			}
		}
		l.reported()
		busy := 0
		for _, a := range l.state.Accounts.All() {
			if l.state.Lamp(a) == pbxws.LampBusy {
				busy++
			}
		}
		if busy != 100 || l.state.Calls.Len() != 100 || l.state.Accounts.Len() != 501 {
			t.Errorf("%d of %d busy in %d calls", busy, l.state.Accounts.Len(), l.state.Calls.Len())
		}
		l.close()
	})
}

// A change of one telephone among 10,000, from the frame to the event.
func BenchmarkChange(b *testing.B) {
	people, extensions := crowd(10_000)
	var l lists
	for text, into := range map[string]any{meAlice: &l.me, people: &l.people, extensions: &l.extensions} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			b.Fatal(err)
		}
	}
	board := newBoard(l.me, redact.New())
	board.load(l, t0)
	board.catchUp(t0)
	board.take()
	var frames []json.RawMessage
	for i := range 2000 {
		frames = append(frames, json.RawMessage(change(i%1000, i < 1000)))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		board.hear(eventExtension, frames[i%2000:i%2000+1], t0)
		board.take()
	}
}

// The lists of 10,000 people, read and put on the board.
func BenchmarkLoad(b *testing.B) {
	people, extensions := crowd(10_000)
	b.ReportAllocs()
	for b.Loop() {
		var l lists
		if json.Unmarshal([]byte(people), &l.people) != nil || json.Unmarshal([]byte(extensions), &l.extensions) != nil {
			b.Fatal("no lists")
		}
		board := newBoard(l.me, redact.New())
		board.load(l, t0)
		board.take()
	}
}
