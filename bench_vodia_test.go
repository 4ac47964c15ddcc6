//go:build linux

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/cputime"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// BenchmarkBusyTenant is one second of a tenant of 500 people with 1,000 changes of accounts, from
// the socket to the snapshot with the last of them. It reports the processor time of such a second,
// the sender's share included.
func BenchmarkBusyTenant(b *testing.B) {
	const people, changes = 500, 1000
	sockets := make(chan *ws.Conn, 1)
	server := httptest.NewServer(tenantOnly(sockets))
	defer server.Close()
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		b.Fatal(err)
	}
	p := phone.New(phone.Config{
		Links: []phone.LinkConfig{{
			Dial:  vodia.Dialect.Dialer(station.PracticeLogin(station.Options{}, server.URL, "201")),
			Label: "busy", User: "201", Media: engine,
		}},
		OpenSound: func() (audio.Device, error) { return audio.Null(rtc.FrameSamples), nil },
	})
	ctx, cancel := context.WithCancel(b.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = p.Run(ctx) })
	defer running.Wait()
	defer cancel()
	snaps, sock := p.Watch(ctx), <-sockets
	send := func(m wire.Message) {
		frame, err := wire.EncodeMessage(m)
		if err == nil {
			err = sock.Write(ctx, frame)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	here := true
	person := func(i int, status string) wire.AccountEntry {
		return wire.AccountEntry{
			Account: fmt.Sprint(200 + i%people), Type: "extensions", Name: fmt.Sprintf("Person %d", i%people),
			Registered: &here, ChatStatus: status,
		}
	}
	var all wire.DomainState
	for i := range people {
		all.Accounts = append(all.Accounts, person(i, "online"))
	}
	send(all)

	// A screen takes every snapshot; shown counts them and last tells what became of the one
	// who changes last.
	var shown atomic.Int64
	last := make(chan string, 1)
	lastOne := pbxws.AccountID(fmt.Sprint(200 + (changes-1)%people))
	running.Go(func() {
		for {
			select {
			case s := <-snaps:
				shown.Add(1)
				select {
				case <-last: // nobody took it, and there is a newer one
				default:
				}
				last <- s.PBX.Accounts.At(lastOne).Presence
			case <-ctx.Done():
				return
			}
		}
	})

	b.ReportAllocs()
	busy := -cputime.Used()
	shown.Store(0)
	for round := 0; b.Loop(); round++ {
		pace := time.NewTicker(time.Second / 100)
		for i := range changes {
			if i%(changes/100) == 0 {
				<-pace.C
			}
			send(wire.UserState{AccountEntry: person(i, fmt.Sprintf("round %d change %d", round, i))})
		}
		pace.Stop()
		for want := fmt.Sprintf("round %d change %d", round, changes-1); <-last != want; {
		}
	}
	busy += cputime.Used()
	b.ReportMetric(float64(busy.Microseconds())/float64(b.N)/1000, "cpu-ms/s")
	b.ReportMetric(float64(shown.Load())/float64(b.N), "snapshots/s")
}

// tenantOnly is a PBX that signs everybody in and hands out its websockets.
func tenantOnly(sockets chan<- *ws.Conn) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(wire.SessionPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Server", "PBX/70.1")
		_, _ = fmt.Fprint(w, `"q7Zk2mXvT0bLr9sWc4Nd"`)
	})
	mux.HandleFunc(wire.SocketPath, func(w http.ResponseWriter, r *http.Request) {
		sock, err := ws.Accept(w, r, ws.AcceptOptions{})
		if err != nil {
			return
		}
		sockets <- sock
		for {
			if _, err := sock.Read(context.WithoutCancel(r.Context())); err != nil {
				return
			}
		}
	})
	return mux
}
