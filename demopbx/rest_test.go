package demopbx

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

// resource reads a resource of an extension into reply.
func resource(t *testing.T, s *Server, user, name string, reply any) {
	t.Helper()
	code, body, header := request(t, "GET", s.URL()+"/rest/user/"+user+"@demo.example/"+name, "", basic(user+"@demo.example", "demo"))
	if code != 200 || header.Get("Content-Type") != "application/json" {
		t.Fatalf("%s: %d %s", name, code, body)
	}
	if err := json.Unmarshal([]byte(body), reply); err != nil {
		t.Fatalf("%s: %v in %s", name, err, body)
	}
}

func TestWhoMayReadWhat(t *testing.T) {
	s := start(t, Options{})
	for _, path := range []string{
		"/rest/user/201@demo.example/history", "/rest/user/201@demo.example/messages",
		"/rest/user/201@demo.example/adrbook", "/rest/user/201@demo.example/orbits",
		"/rest/user/201@demo.example/starcodes", "/rest/user/201@demo.example/registration",
		"/rest/domain/demo.example/account/201/user_settings",
	} {
		for name, c := range map[string]struct {
			user, password string
			code           int
		}{
			"itself": {"201@demo.example", "demo", 200}, "the administrator": {"admin", "demo", 200},
			"somebody else": {"202", "demo", 403}, "a wrong password": {"201", "guess", 401}, "nobody": {"", "", 401},
		} {
			if code, _, _ := request(t, "GET", s.URL()+path, "", basic(c.user, c.password)); code != c.code {
				t.Errorf("%s for %s: %d, want %d", path, name, code, c.code)
			}
		}
		for _, other := range []string{strings.Replace(path, "201", "999", 1), strings.Replace(path, "demo.", "other.", 1)} {
			if code, _, _ := request(t, "GET", s.URL()+other, "", basic("admin", "demo")); code != 404 {
				t.Errorf("%s: %d, want 404", other, code)
			}
		}
	}
}

func TestHistory(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{Seed: 7}}))
	var past, now struct {
		Total, Missed int
		Categories    string
		Data          []got
	}
	resource(t, s, "201", "history", &past)
	if past.Total != 20 || len(past.Data) != 20 || past.Categories != "[]" {
		t.Fatalf("a made-up past of %d calls, %d shown", past.Total, len(past.Data))
	}
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	b.call("201", "y1")
	a.rings()
	b.send(`{"action":"sip-bye","caller":"true","callid":"y1"}`)
	a.await("a cancel", func(g got) bool { return g.has("cancel") })
	a.call("600", "y2")
	a.awaitState("connected")
	a.send(`{"action":"sip-bye","caller":"true","callid":"y2"}`)
	a.awaitNoCalls()
	resource(t, s, "201", "history", &now)
	if now.Total != past.Total+2 || now.Missed != past.Missed+1 {
		t.Fatalf("%d calls and %d missed after %d and %d", now.Total, now.Missed, past.Total, past.Missed)
	}
	last, before := now.Data[0], now.Data[1]
	if last.text("id") != "y2" || last.text("from-number") != "201" || last.text("to-name") != "Echo" || last["inbound"] != false ||
		last["connect"].(float64) < last["start"].(float64) || last["end"].(float64) < last["connect"].(float64) {
		t.Errorf("the last call is %v", last)
	}
	if before.text("from") != `"Sara Conti" <sip:202@demo.example>` || before["inbound"] != true || before.number("connect") != 0 {
		t.Errorf("the missed call is %v", before)
	}
	var second struct{ Data []got }
	resource(t, s, "201", "history?page=2&size=20", &second)
	if len(second.Data) != 2 || second.Data[1].text("id") != past.Data[19].text("id") {
		t.Errorf("page 2 has %d records", len(second.Data))
	}
	for _, beyond := range []string{"page=3&size=20", "page=9223372036854775807&size=9223372036854775807", "page=5&size=22"} {
		if resource(t, s, "201", "history?"+beyond, &second); len(second.Data) != 0 {
			t.Errorf("%s has %d records", beyond, len(second.Data))
		}
	}
}

func TestMessages(t *testing.T) {
	s := start(t, Options{PBX: exchange.Options{Seed: 7}})
	var all, unread struct {
		Total, Unread int
		Data          []got
	}
	resource(t, s, "205", "messages?api=2&page=1&size=100", &all)
	resource(t, s, "205", "messages?api=2&page=1&size=100&filter=unread", &unread)
	if all.Total != 3 || all.Unread != 2 || len(all.Data) != 3 || unread.Total != 2 || len(unread.Data) != 2 {
		t.Errorf("%d messages, %d unread; the filter leaves %d", all.Total, all.Unread, len(unread.Data))
	}
	if m := all.Data[0]; m["unread"] != true || m["duration"].(float64) < 5 || m["start"].(float64) < all.Data[1]["start"].(float64) {
		t.Errorf("the newest message is %v", m)
	}
}

func TestAddressBook(t *testing.T) {
	s := start(t, Options{PBX: exchange.Options{Seed: 7}})
	var book []got
	resource(t, s, "201", "adrbook", &book)
	names := map[string]bool{}
	for _, c := range book {
		names[c.text("name")] = true
		if !strings.HasPrefix(c.text("number"), "+12025550") || c.text("company") == "" {
			t.Errorf("contact %v", c)
		}
	}
	if len(names) != 30 {
		t.Errorf("%d contacts, want 30", len(names))
	}
	url := s.URL() + "/rest/user/201@demo.example/adrbook"
	for body, want := range map[string]int{
		`{"name":"Dentist","number":"+12025550199"}`:      200,
		`{"name":"` + strings.Repeat("x", 300) + `"}`:     400,
		`{"name":"a\u001b[2J","number":"1"}`:              400,
		`{"name":["a"]}`:                                  400,
		`{"name":"` + strings.Repeat("x", 100_000) + `"}`: 400,
		`{"number":"1"}`:                                  400,
	} {
		if code, text, _ := request(t, "POST", url, body, basic("201", "demo")); code != want {
			t.Errorf("%.60s: %d %s, want %d", body, code, text, want)
		}
	}
	if resource(t, s, "201", "adrbook", &book); len(book) != 31 || book[30].text("name") != "Dentist" {
		t.Errorf("%d contacts, the last is %v", len(book), book[len(book)-1])
	}
}

func TestOrbitsAndStarCodes(t *testing.T) { onDialects(t, playOrbitsAndStarCodes) }

func playOrbitsAndStarCodes(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	var codes map[string]string
	resource(t, s, "201", "starcodes", &codes)
	if codes["park"] != "*85" || codes["retrieve"] != "*86" || codes["pickup"] != "*87" {
		t.Errorf("star codes %v", codes)
	}
	c := dial(t, s, "201").bootstrap()
	c.call(codes["park"]+"82", "z1")
	c.awaitState("connected")
	var orbits []struct {
		Account, Type string
		Calls         []got
	}
	resource(t, s, "201", "orbits", &orbits)
	if len(orbits) != 5 || orbits[2].Account != "82" || orbits[2].Type != "orbits" ||
		len(orbits[2].Calls) != 1 || c.ours(orbits[2].Calls[0].text("id")) != "z1" {
		t.Errorf("orbits %v", orbits)
	}
}

func TestSettings(t *testing.T) {
	s := start(t, Options{})
	watcher := dial(t, s, "202")
	id := signIn(t, s, "201")
	url := s.URL() + "/rest/domain/self/account/self/user_settings"
	for body, want := range map[string]int{
		`{"table":"users","settings":[{"name":"cfb","value":"601"},{"name":"colour","value":"red"}]}`: 200,
		`{"table":"trunks","settings":[]}`:                                       400,
		`{"table":"users","settings":[{"name":"name","value":"\u0007"}]}`:        400,
		`{"table":"users","settings":{"cfa":"1"}}`:                               400,
		`{"table":"users","settings":[{"name":"name","value":"Anna van Dyck"}]}`: 200,
	} {
		if code, text, _ := request(t, "PUT", url, body, cookie(id)); code != want {
			t.Errorf("%s: %d %s, want %d", body, code, text, want)
		}
	}
	_, body, _ := request(t, "GET", url, "", cookie(id))
	if want := `{"table":"users","settings":[{"name":"name","value":"Anna van Dyck"},{"name":"cfa","value":""},` +
		`{"name":"cfb","value":"601"},{"name":"cfn","value":""},{"name":"cfr","value":""},{"name":"dnd","value":"false"}]}`; body != want {
		t.Errorf("settings %s, want %s", body, want)
	}
	flat := s.URL() + "/rest/domain/demo.example/user_settings/201"
	if code, text, _ := request(t, "PUT", flat, `{"cfr":"602"}`, cookie(id)); code != 200 || text != "{}" {
		t.Errorf("a flat setting: %d %s, want 200 {}", code, text)
	}
	if _, body, _ := request(t, "GET", flat, "", cookie(id)); body != `{"cfa":"","cfb":"601","cfn":"","cfr":"602","dnd":"false","name":"Anna van Dyck"}` {
		t.Errorf("flat settings %s", body)
	}
	if code, _, _ := request(t, "PUT", flat, `{"cfr":602}`, cookie(id)); code != 400 {
		t.Errorf("a flat setting that is no text: %d, want 400", code)
	}
	watcher.await("the new name", func(g got) bool {
		return g.action("user-change") && g.text("account") == "201" && g.text("name") == "Anna van Dyck"
	})
	if code, _, _ := request(t, "GET", url, ""); code != 401 {
		t.Errorf("nobody's own settings: %d, want 401", code)
	}
	if code, _, _ := request(t, "GET", url, "", basic("admin", "demo")); code != 404 {
		t.Errorf("the administrator's own settings: %d, want 404", code)
	}
}
