package demopbx

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/rtc"
)

// TestEchoTest: a caller who sends back what it hears, late and softer, gets the result as the name
// of the called party, in a message and in the call states; a silent caller gets that there is no
// echo.
func TestEchoTest(t *testing.T) { onDialects(t, playEchoTest) }

func playEchoTest(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{PBX: exchange.Options{EchoTestListens: 1500 * time.Millisecond}, Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("605", "e1")
	room := make([]int16, 10*rtc.FrameSamples) // 200 ms of way through it
	silent := false
	said := func(what string) string {
		t.Helper()
		ctx := deadline(t)
		beat := time.NewTicker(rtc.FrameLen)
		defer beat.Stop()
		in := make([]int16, rtc.FrameSamples)
		for {
			p.media.ReadFrame(in)
			for i := range in {
				in[i] /= 4 // 12 dB softer
			}
			room = append(room, in...)
			out := room[:rtc.FrameSamples]
			if silent {
				clear(out)
			}
			_ = p.media.WriteFrame(out)
			room = room[rtc.FrameSamples:]
			for _, e := range s.Journal().Since(0) {
				if e.Kind == exchange.EchoMeasured && regexp.MustCompile(what).MatchString(e.Text) {
					return e.Text
				}
			}
			select {
			case <-ctx.Done():
				t.Fatalf("no word of %s: %v", what, s.Journal().Since(0))
			case <-beat.C:
			}
		}
	}
	name := said(`^Echo \d+ ms -\d+ dB$`)
	if ms, _ := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(name)); ms < 200 { // a loaded machine adds to it
		t.Errorf("it says %s", name)
	}
	silent = true
	said(`^No echo$`)
	if e := journal(t, s, exchange.EchoMeasured, "201"); e.Peer != exchange.NumberEchoTest {
		t.Errorf("noted %v", e)
	}
	c.await("the word of it", func(g got) bool {
		return g.action("callerid") && g.text("callid") == "e1" && g.text("name") == name && g.text("number") == exchange.NumberEchoTest
	})
}
