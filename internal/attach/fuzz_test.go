package attach

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/jsonl"
)

// FuzzScreen: whatever a screen sends after its greeting, the phone stays, and nothing of the screen does.
func FuzzScreen(f *testing.F) {
	for _, text := range []string{
		`{"tag":1,"intent":{"kind":"Dial","of":{"To":"600"}}}`, `{"tag":1,"query":{"what":"reveal","id":1,"n":1}}`,
		`{"tag":2,"query":{"what":"replay"}}` + "\n" + `{"query":{"what":"stop","tag":2}}`, `{"intent":{"kind":"ShowDevices","of":{"On":true}}}`,
		`{"query":{"what":"renew","text":"\u001b"}}`, `{"query":{"what":"retry"}}`, "{}", "[", "\x00",
	} {
		f.Add([]byte(text), false)
		f.Add([]byte(text), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, readOnly bool) {
		o := newOffice(t)
		o.phone.orders = make(chan order, len(text)+1)
		near, far := net.Pipe()
		served := make(chan struct{})
		go func() {
			defer close(served)
			o.desk.Serve(t.Context(), far)
			_ = far.Close()
		}()
		lines := jsonl.Lines(near, longestLine)
		lines.Scan()
		fmt.Fprintf(near, "{\"program\":\"0.1\",\"shape\":%q,\"read_only\":%t}\n", shape(), readOnly)
		lines.Scan()
		drained := make(chan struct{})
		go func() {
			defer close(drained)
			for lines.Scan() {
			}
		}()
		_, _ = near.Write(text) // the phone may have had enough
		_ = near.Close()
		<-drained
		select {
		case <-served:
		case <-time.After(time.Minute):
			t.Fatal("the phone still serves a screen that has gone")
		}
		if readOnly && len(o.phone.orders) > 0 {
			t.Error("a screen that only watches changed something")
		}
	})
}

// FuzzPhone: whatever a phone says after its greeting, the screen ends with a sentence.
func FuzzPhone(f *testing.F) {
	for _, text := range []string{
		`{"change":{"at":["phone","links"],"add":[{}]}}` + "\n" + `{"whole":true}`, `{"note":{"text":"\u001b","grade":9}}`,
		`{"answer":{"tag":1}}`, `{"bye":{"text":"x","again":true}}`, `{"refused":{"tag":1,"text":"no"}}`,
		`{"change":{"at":["apps"],"add":[{"entries":[{}]}]}}`, `{"change":{"at":[],"set":{}}}` + "\n" + `{"whole":true}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		near, far := net.Pipe()
		opened := make(chan struct{})
		go func() {
			lines := jsonl.Lines(far, longestLine)
			about, _ := jsonl.Marshal(About{Program: "0.1", Shape: shape()})
			_, _ = far.Write(about)
			lines.Scan()
			_, _ = io.WriteString(far, "{}\n")
			<-opened
			_, _ = far.Write(text)
			_ = far.Close()
		}()
		s, err := Open(near, Options{Program: "0.1"})
		if err != nil {
			t.Fatal(err)
		}
		close(opened)
		if err := s.Run(t.Context(), func(context.Context, Note) {}); err == nil {
			t.Error("it ended without a sentence")
		}
	})
}
