package vodia

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

func BenchmarkUserState(b *testing.B) {
	frame := []byte(`{"action":"user-state","type":"extensions","account":"502","domain":"tenant.example.com","name":"Front Desk","registered":true,"dnd":false,"chatstatus":"online","tag":"reception","code":200,"calls":[{"id":"hT3kQw9ZpLsD@pbx","from":"\"Ana Reyes\" <sip:+15555550142@tenant.example.com;user=phone>","to":"<sip:502@tenant.example.com>","state":"connected","start":1760000005.12}]}`)
	benchmarkBytes(b, frame)
}

func BenchmarkDomainState(b *testing.B) {
	here := true
	var m wire.DomainState
	for i := range 10_000 {
		m.Accounts = append(m.Accounts, wire.AccountEntry{Account: fmt.Sprint(10000 + i), Type: "extensions", Name: fmt.Sprintf("Person %d", i), Registered: &here, DND: new(bool), ChatStatus: "online"})
	}
	benchmarkFrame(b, m)
}

// BenchmarkDirectoryKept is how much memory each of 50,000 accounts takes, in the dialect and in the state together.
func BenchmarkDirectoryKept(b *testing.B) {
	const people = 50_000
	kept := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for b.Loop() {
		before := kept()
		s := newTranslator("t", "501", generation{})
		state := pbxws.NewState("501")
		func() {
			var m wire.DomainState
			for i := range people {
				m.Accounts = append(m.Accounts, wire.AccountEntry{Account: fmt.Sprint(10000 + i), Type: "extensions", Name: fmt.Sprintf("Person %d", i)})
			}
			s.receive(m)
			events, _ := s.take()
			for _, e := range events {
				state.Apply(e, time.Now())
			}
		}()
		b.ReportMetric(float64(kept()-before)/people, "B/account")
		runtime.KeepAlive(s)
		runtime.KeepAlive(state)
	}
}

// A list of 200 calls, of which nothing is news: what a busy tenant makes us read all day.
func BenchmarkCallState(b *testing.B) {
	var m wire.CallState
	for i := range 200 {
		m.Calls = append(m.Calls, wire.CallEntry{ID: fmt.Sprintf("%012d@pbx", i), From: fmt.Sprintf(`"Person" <sip:%d@t>`, 1000+i), To: fmt.Sprintf("<sip:%d@t>", 2000+i),
			FromNumber: fmt.Sprint(1000 + i), ToNumber: fmt.Sprint(2000 + i), Extension: []string{fmt.Sprint(1000 + i), fmt.Sprint(2000 + i)},
			State: "connected", Start: 1760000005.12, Connect: "1760000012.345"})
	}
	benchmarkFrame(b, m)
}

func benchmarkFrame(b *testing.B, m wire.Message) {
	frame, err := wire.EncodeMessage(m)
	if err != nil {
		b.Fatal(err)
	}
	benchmarkBytes(b, frame)
}

// benchmarkBytes is the way of a frame from the wire into the state.
func benchmarkBytes(b *testing.B, frame []byte) {
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	s := newTranslator("t", "501", generation{})
	state := pbxws.NewState("501")
	now := time.Now()
	for b.Loop() {
		m, err := wire.DecodeMessage(frame)
		if err != nil {
			b.Fatal(err)
		}
		s.receive(m)
		events, _ := s.take()
		for _, e := range events {
			state.Apply(e, now)
		}
	}
}
