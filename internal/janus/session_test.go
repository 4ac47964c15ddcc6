package janus

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestRegistration: a session, a master that registers, a helper that names it and needs no secret.
func TestRegistration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, newGate(t))
		defer d.Close()
		asked := slices.Clone(d.gate.asked)
		d.requests("create attach register@1002 attach register@1003:helper")
		d.events("Registered{}")
		if b := asked[2].Body; b["username"] != "sip:201@pbx.example.com" || b["display_name"] != "Alice" || b["secret"] != "quite-a-secret" ||
			b["proxy"] != "sip:127.0.0.1:5060" || b["outbound_proxy"] != "sip:127.0.0.1:5060" {
			t.Errorf("%+v", b)
		}
		if b := asked[4].Body; b["username"] != "sip:201@pbx.example.com" || b["master_id"] != uint64(77) || b["secret"] != nil {
			t.Errorf("%+v", b)
		}
		d.says(master, `{"event":"registered","username":"201","register_sent":true,"master_id":77}`) // renewed
		d.events()
		pass(24 * time.Second)
		d.requests("")
		pass(2 * time.Second)
		d.requests("keepalive")
		pass(time.Minute)
		d.requests("keepalive keepalive")
	})
}

// TestRefusedSecret: it is told once, and never tried again.
func TestRefusedSecret(t *testing.T) {
	for _, code := range []string{"904", "401", "403"} {
		synctest.Test(t, func(t *testing.T) {
			g := newGate(t)
			g.follows["register"] = []string{`{"event":"registering"}`, `{"event":"registration_failed","code":` + code + `,"reason":"Operation has no matching challenge "}`}
			d := newDesk(t, g)
			defer d.Close()
			d.events("Unregistered{Why:2 Code:" + code + " Reason:Operation has no matching challenge Err:<nil>}")
			d.do(Call{"a", "sip:202@x", "v=0"})
			d.events("Refused{Order:{ID:a To:sip:202@x SDP:v=0} Code:0 Reason:the gateway is not registered at the PBX}")
			d.took()
			pass(time.Hour)
			if took := d.took(); strings.Contains(took, "register") {
				t.Errorf("asked %q", took)
			}
			g.change(func() { g.session = 0 }) // nor by another session
			pass(time.Hour)
			if took := d.took(); strings.Contains(took, "create") {
				t.Errorf("asked %q", took)
			}
		})
	}
}

// TestRegistrarAway: it is tried again, later each time.
func TestRegistrarAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		good := g.follows["register"]
		g.follows["register"] = []string{`{"event":"registration_failed","code":503,"reason":"Service Unavailable"}`}
		d := newDesk(t, g)
		defer d.Close()
		d.events("Unregistered{Why:3 Code:503 Reason:Service Unavailable Err:<nil>}")
		d.took()
		var when []time.Duration
		began := time.Now()
		for range 240 {
			pass(time.Second)
			if strings.Contains(d.took(), "register") {
				when = append(when, time.Since(began).Round(time.Second))
			}
		}
		if n := len(when); n < 7 || n > 12 || when[0] > 2*time.Second || when[n-1]-when[n-2] < 30*time.Second {
			t.Errorf("tried after %v", when)
		}
		d.events()
		g.change(func() { g.follows["register"] = nil }) // now it says nothing at all
		pass(2 * time.Minute)
		d.events("Unregistered{Why:3 Code:0 Reason:it was not answered in time Err:<nil>}")
		g.change(func() { g.follows["register"] = good })
		pass(2 * time.Minute)
		d.events("Registered{}")
		d.says(master, `{"event":"unregistered","username":"201"}`)
		pass(10 * time.Second)
		d.events("Unregistered{Why:3 Code:0 Reason:it has unregistered us Err:<nil>}", "Registered{}")
	})
}

// TestSessionLost: a poll that meets a 404 is followed by a question, its answer 458 by a new session
// and a new registration, once. A call that is up keeps its sound; one that is not is over.
func TestSessionLost(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.do(Call{"b", "sip:203@x", "v=0"})
		d.do(Hold{"a", true})
		d.took()
		d.change(func() { d.session = 0 })
		d.messages <- nil // the poll breaks
		pass(2 * time.Second)
		d.requests("keepalive create attach register@1007 attach register@1008:helper")
		d.events("Refused{Order:{ID:a On:true} Code:0 Reason:the gateway does not answer}", "Orphaned{ID:a}", "Ended{ID:b How:4 Code:0 Reason:}")
		d.do(Hold{"a", true})
		d.events("Refused{Order:{ID:a On:true} Code:0 Reason:the gateway has no such call}")
		d.do(Hangup{"a"})
		d.events("Ended{ID:a How:1 Code:0 Reason:}")
		pass(5 * time.Second)
		d.events()
		d.took()
		d.change(func() {
			d.session = 0
			d.answers["register"] = `{"janus":"error","transaction":"TX","error":{"code":458,"reason":"No such session"}}`
		})
		d.messages <- nil
		pass(time.Second)
		d.events("Unregistered{Why:0 Code:0 Reason: Err:<nil>}")
		if n := strings.Count(d.took(), "create"); n != 1 {
			t.Errorf("%d sessions at once", n)
		}
		pass(time.Minute)
		if n := strings.Count(d.took(), "create"); n > 30 {
			t.Errorf("%d sessions in a minute", n)
		}
		d.change(func() { clear(d.answers) })
		pass(6 * time.Second)
		d.events("Registered{}")
	})
}

// TestQuietRenewal: the loss of a session is told when it takes long to get another.
func TestQuietRenewal(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.change(func() { d.session = 0; d.follows["register"] = nil })
		d.messages <- nil
		pass(4 * time.Second)
		d.events()
		d.do(Call{"a", "sip:202@x", "v=0"}) // it waits
		d.events()
		pass(2 * time.Second)
		d.events("Unregistered{Why:0 Code:0 Reason: Err:<nil>}")
		pass(8 * time.Second)
		d.events("Refused{Order:{ID:a To:sip:202@x SDP:v=0} Code:0 Reason:the gateway has no room for one more call}")
	})
}

// TestGatewayDies and comes back with no memory.
func TestGatewayDies(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.change(func() { d.down = errReset })
		d.messages <- nil
		pass(time.Second)
		d.events("Unregistered{Why:0 Code:0 Reason: Err:connection reset by peer}")
		d.do(Call{"a", "sip:202@x", "v=0"})
		d.events("Refused{Order:{ID:a To:sip:202@x SDP:v=0} Code:0 Reason:the gateway does not answer}")
		pass(time.Minute)
		d.events()
		d.change(func() { d.down, d.session = nil, 0 })
		pass(10 * time.Second)
		d.events("Registered{}")
	})
}

// TestRegistrationDoesNotGetThrough: where the gateway answers all else, it is tried again as often as a session.
func TestRegistrationDoesNotGetThrough(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.change(func() { d.session, d.fails["register"] = 0, errReset })
		d.messages <- nil
		pass(10 * time.Minute)
		d.events("Unregistered{Why:0 Code:0 Reason:the gateway does not answer Err:connection reset by peer}")
		d.change(func() { clear(d.fails) })
		pass(6 * time.Second)
		d.events("Registered{}")
	})
}

// TestBackBeforeTheNextPollEnds: a gateway that was away for long, polls included, and still knows the session is
// registered when it answers again, not when a poll has ended.
func TestBackBeforeTheNextPollEnds(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.change(func() { d.down, d.silent = errReset, errReset })
		d.messages <- nil
		pass(45 * time.Second)
		d.events("Unregistered{Why:0 Code:0 Reason: Err:connection reset by peer}")
		d.change(func() { d.down, d.silent = nil, nil })
		pass(6 * time.Second)
		d.events("Registered{}")
		d.change(func() { d.silent = errReset })
		d.messages <- nil
		pass(maxFailedPolls * pollRest)
		d.events("Unregistered{Why:0 Code:0 Reason: Err:connection reset by peer}")
	})
}

// TestNeverThere: a gateway that is not there, is none, or has no SIP plugin.
func TestNeverThere(t *testing.T) {
	for want, spoil := range map[string]func(*gate){
		"Unregistered{Why:0 Code:0 Reason: Err:connection reset by peer}": func(g *gate) { g.down = errReset },
		"Unregistered{Why:0 Code:0 Reason: Err:HTTP status 502}":          func(g *gate) { g.down = statusError(502) },
		"Unregistered{Why:1 Code:0 Reason: Err:HTTP status 404}":          func(g *gate) { g.down = statusError(404) },
		"Unregistered{Why:1 Code:0 Reason: Err:it is no message of a gateway}": func(g *gate) {
			g.answers["create"] = `{"code":404}`
		},
		"Unregistered{Why:1 Code:460 Reason:No such plugin Err:<nil>}": func(g *gate) {
			g.answers["attach"] = `{"janus":"error","transaction":"TX","error":{"code":460,"reason":"No such plugin"}}`
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGate(t)
			spoil(g)
			d := newDesk(t, g)
			defer d.Close()
			news := slices.DeleteFunc(d.news(), func(s string) bool { return strings.HasPrefix(s, "Unrecognized") })
			if len(news) != 1 || news[0] != want {
				t.Errorf("told %q, want %q", news, want)
			}
			pass(time.Minute)
			if n := strings.Count(d.took(), "create"); n < 12 || n > 30 {
				t.Errorf("%d tries in a minute", n)
			}
			g.change(func() { g.down = nil; clear(g.answers) })
			pass(6 * time.Second)
			if news := d.news(); news[len(news)-1] != "Registered{}" {
				t.Errorf("then %q", news)
			}
		})
	}
}

// TestLinkCut: nothing gets through for 40 s. It is told, and nothing is lost.
func TestLinkCut(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.change(func() { d.deaf = true })
		pass(34 * time.Second)
		d.events()
		pass(2 * time.Second)
		d.events("Unregistered{Why:0 Code:0 Reason: Err:context deadline exceeded}")
		d.do(Hangup{"a"})
		pass(5 * time.Second)
		d.events("Ended{ID:a How:1 Code:0 Reason:}")
		pass(time.Minute)
		d.took()
		d.change(func() { d.deaf = false })
		pass(15 * time.Second)
		d.events("Registered{}")
		if took := d.took(); !strings.Contains(took, "detach@1003") || strings.Contains(took, "create") {
			t.Errorf("asked %q", took)
		}
		if d.live[helper] {
			t.Error("the handle of a call that ended meanwhile is still there")
		}
	})
}

// TestSocketBreaks: with a websocket the session goes.
func TestSocketBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		g.socket = true
		d := newDesk(t, g)
		defer d.Close()
		d.events("Registered{}")
		d.up("a", helper)
		g.messages <- nil
		d.events("Orphaned{ID:a}", "Unregistered{Why:0 Code:0 Reason: Err:connection reset by peer}")
		pass(3 * time.Second)
		d.events("Registered{}")
		g.change(func() { g.down = errors.Join(errReset) })
		g.messages <- nil
		pass(time.Minute)
		d.events("Unregistered{Why:0 Code:0 Reason: Err:connection reset by peer}")
		g.change(func() { g.down = nil })
		pass(6 * time.Second)
		d.events("Registered{}")
	})
}

// TestSocketFallsSilent: a websocket that is dead without a word is given up.
func TestSocketFallsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		g.socket = true
		d := newDesk(t, g)
		defer d.Close()
		d.events("Registered{}")
		g.change(func() {
			g.odd = func(r request) string { return map[bool]string{true: `{"janus":"x"}`}[r.Janus == "keepalive"] }
		})
		pass(37 * time.Second)
		if news := d.news(); news[len(news)-1] != "Unregistered{Why:0 Code:0 Reason: Err:the gateway does not answer}" {
			t.Errorf("told %q", news)
		}
		pass(3 * time.Second)
		d.events("Registered{}")
	})
}

// TestPollsInVain: the gateway answers, but its messages do not come.
func TestPollsInVain(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.change(func() { d.silent = statusError(504) })
		d.messages <- nil
		pass(2 * time.Second)
		d.events()
		pass(4 * time.Second)
		d.events("Unregistered{Why:0 Code:0 Reason: Err:HTTP status 504}")
		pass(time.Minute)
		d.events()
		d.do(Call{"a", "sip:1@x", "v=0"})
		d.events("Refused{Order:{ID:a To:sip:1@x SDP:v=0} Code:0 Reason:the gateway does not answer}")
		d.change(func() { d.silent = nil })
		pass(32 * time.Second)
		d.events("Registered{}")
		if strings.Contains(d.took(), "create") {
			t.Error("a new session was made")
		}
	})
}

// TestHandlesTaken: the gateway takes a handle away, or the master and with it all.
func TestHandlesTaken(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.core(helper, "detached")
		d.events("Orphaned{ID:a}")
		d.up("b", 1004)
		d.change(func() {
			d.answers["hold"] = `{"janus":"error","transaction":"TX","error":{"code":459,"reason":"No such handle"}}`
		})
		d.do(Hold{"b", true})
		d.events("Refused{Order:{ID:b On:true} Code:459 Reason:No such handle}", "Orphaned{ID:b}")
		d.took()
		d.core(master, "detached")
		d.requests("create attach register@1007 attach register@1008:helper")
		d.events()
		d.messages <- []byte(`{"janus":"timeout","session_id":1006}`)
		d.requests("create attach register@1010 attach register@1011:helper")
		d.change(func() {
			d.answers["attach"] = `{"janus":"error","transaction":"TX","error":{"code":461,"reason":"No more handles"}}`
		})
		d.do(Call{"c", "sip:202@x", "v=0"})
		d.requests("call@1011+offer attach")
		pass(4 * time.Second)
		d.requests("")
		d.change(func() { clear(d.answers) })
		pass(2 * time.Second)
		d.requests("attach register@1012:helper")
	})
}

// TestClose says what was ordered, then goodbye to the PBX and to the gateway; it waits for neither.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		g.follows["unregister"] = []string{`{"event":"unregistering"}`, `{"event":"unregistered","username":"201"}`}
		d := newDesk(t, g)
		d.events("Registered{}")
		d.up("a", helper)
		_ = d.Do(Hangup{"a"})
		began := time.Now()
		d.Close()
		d.Close()
		d.requests("hangup@1003 unregister@1002 destroy")
		if took := time.Since(began); took > 0 {
			t.Errorf("it took %s", took)
		}
		if err := d.Do(Hangup{"a"}); !errors.Is(err, ErrClosed) {
			t.Errorf("then %v", err)
		}
		if _, open := <-d.Events(); open {
			t.Error("events are still open")
		}

		silent := newDesk(t, newGate(t)) // a PBX that does not confirm it
		began = time.Now()
		silent.Close()
		if took := time.Since(began); took != 500*time.Millisecond {
			t.Errorf("without the PBX's word it took %s", took)
		}
		deaf := newDesk(t, newGate(t))
		deaf.change(func() { deaf.deaf = true })
		began = time.Now()
		deaf.Close()
		if took := time.Since(began); took != closeTimeout {
			t.Errorf("without the gateway's word it took %s", took)
		}
	})
}

// TestNobodyReads: events are kept, then the gateway is not listened to, and nothing is lost.
func TestNobodyReads(t *testing.T) {
	inBubble(t, func(d *desk) {
		const n = 3000
		go func() {
			for range n {
				d.messages <- event(master, "", `{"event":"missed_call","caller":"sip:1@x"}`, "")
			}
		}()
		pass(time.Minute)
		if len(d.messages) < 100 {
			t.Error("all was read while nobody listened")
		}
		if got := len(d.news()); got != n {
			t.Errorf("%d of %d events came", got, n)
		}
		for range orderRoom {
			d.do(Trace{})
		}
	})
}

// TestFault: a fault of ours in a link ends the link alone.
func TestFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		first := true
		c := open(Config{}, func() carrier {
			if first {
				first = false
				return broken{way{g}}
			}
			return way{g}
		})
		defer c.Close()
		pass(3 * time.Second)
		d := &desk{gate: g, Client: c}
		if news := d.news(); len(news) != 2 || !strings.HasPrefix(news[0], "Unregistered{Why:0") || news[1] != "Registered{}" {
			t.Errorf("told %q", news)
		}
	})
}

type broken struct{ way }

func (broken) send(context.Context, request) ([]byte, error) { panic("a fault of ours") }

// TestSecretsAreNotTold: neither in the trace nor in the log nor in an event.
func TestSecretsAreNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		g.fails["register"] = errReset
		d := newDesk(t, g)
		d.do(Trace{true})
		pass(5 * time.Second)
		g.change(func() { clear(g.fails) })
		pass(10 * time.Second)
		d.messages <- []byte(`{"janus":"what","secret":"quite-a-secret","why":"quite-a-secret","sdp":"a=ice-pwd:quite-secret-too"}`)
		all := strings.Join(d.news(), "\n")
		d.Close()
		all += d.log.String()
		if !strings.Contains(all, `"request":"register"`) || strings.Contains(all, "quite-") {
			t.Error(all)
		}
	})
}
