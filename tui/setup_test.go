package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/setup"
)

// fakeSetup answers as it is told and writes down what it is asked.
type fakeSetup struct {
	begin   form.Draft
	asked   []string
	reached form.Draft
	saved   form.Draft
	answers map[string]form.Finding
	devices form.Devices
	shots   chan phone.Snapshot
}

var (
	reachedWell = form.Finding{Grade: phone.GradeDone, Short: "reached, TLS ok"}
	refused     = form.Finding{Grade: phone.GradeFailed, Short: "refused (401)",
		Text: "signing in: the PBX does not accept extension \"201\" of the domain \"acme.example\" with this password (it answered 401 Unauthorized)",
		Next: "Check the domain, which is the tenant's name and may differ from the host's, and store the right password"}
	headset = form.Devices{
		Microphones: []form.SoundDevice{{Name: "Jabra", Words: "Jabra Evolve 65", Default: true}, {Name: "Webcam", Words: "Webcam C920", Default: false}},
		Speakers:    []form.SoundDevice{{Name: "Jabra", Words: "Jabra Evolve 65", Default: true}, {Name: "Speakers", Words: "Speakers (Realtek)", Default: false}},
	}
)

func (f *fakeSetup) Systems() []form.System {
	return []form.System{{ID: "vodia", Name: "Vodia PBX", Fields: []form.Field{
		{ID: "domain", Label: "Domain", Required: true, Help: "The tenant's name on that PBX, which may differ from the host's. Your SIP address ends in it."},
		{ID: "user", Label: "Extension", Columns: 14, Required: true, Account: true, Help: "Your own number inside the company."},
		{ID: "admin", Label: "Admin", Help: "Usually empty. Some PBXs let an extension in only through an administrator's account; then the password is that account's."},
	}}}
}

// account is what a draft says of who signs in.
func account(domain, user string) map[string]string {
	return map[string]string{"domain": domain, "user": user}
}

func (f *fakeSetup) Begin(context.Context, string) (form.Draft, form.Finding) {
	return f.begin, form.Finding{}
}

func (f *fakeSetup) Read(link string, d form.Draft) (form.Draft, form.Finding) {
	if link == "nonsense" {
		return d, form.Finding{Grade: phone.GradeFailed, Short: "no link", Text: "that is no link"}
	}
	if user, host, ok := strings.Cut(link, "@"); ok {
		d.Server = host
		d = d.With("user", user).With("domain", host)
	}
	d.Profile = "acme"
	return d, form.Finding{Grade: phone.GradeDone, Short: "taken"}
}

func (f *fakeSetup) say(what string, d form.Draft) form.Finding {
	f.asked = append(f.asked, what)
	if a, ok := f.answers[what]; ok {
		return a
	}
	return form.Finding{Grade: phone.GradeDone, Short: what + " ok"}
}

func (f *fakeSetup) Reach(_ context.Context, d form.Draft) form.Finding {
	f.reached = d
	return f.say("reach "+d.Server+d.Pin, d)
}
func (f *fakeSetup) SignIn(_ context.Context, d form.Draft) form.Finding {
	return f.say("sign in "+d.Value("user")+" "+string(d.Password), d)
}
func (f *fakeSetup) Keyring(context.Context) form.Finding { return f.say("keyring", form.Draft{}) }
func (f *fakeSetup) Tone(_ context.Context, name string) form.Finding {
	return f.say("tone "+name, form.Draft{})
}

func (f *fakeSetup) Devices(context.Context) (form.Devices, form.Finding) {
	return f.devices, f.say("devices", form.Draft{})
}

func (f *fakeSetup) Listen(context.Context, string) <-chan float32 {
	level := make(chan float32, 1)
	level <- 0.1
	close(level)
	return level
}

func (f *fakeSetup) Call(_ context.Context, _ form.Draft, number string) <-chan phone.Snapshot {
	f.asked = append(f.asked, "call "+number)
	return f.shots
}

func (f *fakeSetup) Save(_ context.Context, d form.Draft) form.Finding {
	f.saved = d
	return f.say("save", d)
}

// setupRobot is a robot before the form, whose work is done at once unless it is held.
type setupRobot struct {
	*robot
	setup *fakeSetup
	// held keeps the commands back in work.
	held bool
	work []tea.Cmd
}

func newSetupRobot(t *testing.T, alone bool, begin form.Draft) *setupRobot {
	r := &setupRobot{robot: newRobot(t, practising()), setup: &fakeSetup{
		begin: begin, answers: map[string]form.Finding{}, devices: headset, shots: make(chan phone.Snapshot, 1)}}
	r.opens(r.setup)
	if alone {
		r.m.phone, r.m.scene.Snapshot = nil, phone.Snapshot{}
		r.m.scene.take(phone.Snapshot{})
	}
	r.m.setupBegun(setup.BegunMsg{Draft: begin})
	r.send(tickMsg{})
	return r
}

// opens has a form before these. Its commands are kept as work.
func (r *setupRobot) opens(b setup.Backend) {
	r.m.desk = setup.NewDesk(b, "~/.config/patchcord/config.toml")
	r.m.desk.Start(r.t.Context(), func(cmd tea.Cmd) tea.Cmd { r.work = append(r.work, cmd); return nil })
}

// press presses keys and has the work done that they begin.
func (r *setupRobot) press(keys ...string) *setupRobot {
	for _, k := range keys {
		r.robot.press(k)
		r.settle()
	}
	return r
}

func (r *setupRobot) sees(words ...string) *setupRobot {
	r.t.Helper()
	r.robot.sees(words...)
	return r
}

func (r *setupRobot) seesNot(words ...string) *setupRobot {
	r.t.Helper()
	r.robot.seesNot(words...)
	return r
}

func (r *setupRobot) settle() {
	for !r.held && len(r.work) > 0 {
		next := r.work[0]
		r.work = r.work[1:]
		r.send(next())
	}
}

func (r *setupRobot) types(text string) *setupRobot {
	for _, c := range text {
		r.press(string(c))
	}
	return r
}

// expectAsked compares what the outside was asked since the last time.
func (r *setupRobot) expectAsked(want ...string) *setupRobot {
	r.t.Helper()
	if got := fmt.Sprint(r.setup.asked); got != fmt.Sprint(want) {
		r.t.Errorf("asked %q, want %q; the screen:\n%s", r.setup.asked, want, r.frame.c)
	}
	r.setup.asked = nil
	return r
}

// TestSetupByHand is the whole way: each line is tested once, when it is left.
func TestSetupByHand(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia"})
	r.sees("WELCOME - nothing is set up yet", "step 1 of 4", "1 [now ]", "Ctrl+T opens a practice")
	r.press("enter").sees("step 2 of 4", "1 [done] Which telephone system?   Vodia PBX")
	r.press("enter").types("pbx.acme.example").expectAsked("keyring")
	r.press("tab").expectAsked("reach pbx.acme.example").sees("reach pbx.acme.")
	r.types("acme.example").press("tab").types("201").press("tab", "tab").expectAsked()
	r.press("tab").expectAsked().sees("keyring ok")
	r.types("geheim").sees("[******____").seesNot("geheim")
	r.press("shift+tab", "tab").expectAsked("sign in 201 geheim")
	r.press("enter").expectAsked("devices")
	r.sees("step 3 of 4", "< system: Jabra Evolve 65 >", "|#")
	r.press("tab", "tab", "right", "f2").expectAsked("tone Jabra").sees("tone Jabra ok")
	r.press("right", "tab", "enter").sees("step 4 of 4", "[acme______")
	r.setup.shots <- with(calm(), talkingTo(mario))
	close(r.setup.shots)
	r.types("600").press("enter").expectAsked("call 600").sees("TALKING Mario Bianchi", "it works")
}

// TestSetupSaves has the draft written and goes on into the phone with it.
func TestSetupSaves(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia", Server: "h", Fields: account("d", "1"), Password: "", Stored: true, From: "acme", Profile: "acme"})
	r.sees("SET-UP of the profile acme", "(the one that is stored)")
	for range 6 {
		r.press("enter")
	}
	r.sees("step 3 of 4").press("enter", "enter", "enter", "enter").sees("step 4 of 4")
	r.press("enter", "enter", "enter")
	if r.setup.saved.Profile != "acme" || r.m.next != (Next{Profile: "acme"}) || r.m.view.leaving != gone {
		t.Errorf("saved %+v, next %+v", r.setup.saved, r.m.next)
	}
}

// TestSetupFromALink fills the three lines and goes on where something is missing.
func TestSetupFromALink(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia"})
	r.press("enter")
	r.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("201@acme.example"), Paste: true})
	r.press("enter").sees("[acme.example___", "[201___", "> Password").expectAsked("keyring", "reach acme.example")
	r = newSetupRobot(t, true, form.Draft{System: "vodia"})
	r.press("enter").types("nonsense").press("enter").sees("no link", "that is no link")
}

// TestSetupRefused: what is wrong stands beside the line and in a sentence, the same password is
// not tried twice, and a second Enter goes on all the same.
func TestSetupRefused(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia", Server: "h", Fields: account("d", "201"), Profile: "acme"})
	r.setup.answers["sign in 201 x"] = refused
	r.press("enter")
	for range 5 {
		r.press("tab")
	}
	r.types("x").press("enter").sees("refused (401)", "does not accept extension", "again continues anyway").
		seesNot("step 3 of 4")
	if n := strings.Count(fmt.Sprint(r.setup.asked), "sign in"); n != 1 {
		t.Errorf("asked %q", r.setup.asked)
	}
	r.types("y").sees("> Password").seesNot("refused (401)")
	r.press("backspace", "enter")
	if n := strings.Count(fmt.Sprint(r.setup.asked), "sign in"); n != 2 {
		t.Errorf("asked %q", r.setup.asked)
	}
	r.press("enter").sees("step 3 of 4")
}

// TestSetupMended: a PBX that was started meanwhile is not said to be away for good.
func TestSetupMended(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia", Fields: account("d", "201"), Profile: "acme"})
	r.setup.answers["reach h"] = form.Finding{Grade: phone.GradeFailed, Short: "nothing listens there", Text: "nothing listens at h"}
	r.press("enter", "tab").types("h").press("tab").sees("nothing listens there")
	delete(r.setup.answers, "reach h")
	r.press("tab", "tab", "tab", "tab").types("x").press("shift+tab").sees("sign in 201 x ok", "reach h ok").
		seesNot("nothing listens")
}

// TestSetupWaits: a test that takes long says so, goes on in the end by itself, and can be stopped.
func TestSetupWaits(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia", Server: "h", Fields: account("d", "201")})
	r.press("enter")
	for range 5 {
		r.press("tab")
	}
	r.types("x")
	r.held = true
	r.press("enter").sees("trying ...", "waiting for the answer")
	r.wait(3 * time.Second)
	r.sees("no answer yet")
	late := r.work
	r.press("esc").sees("stopped", "step 2 of 4")
	r.work = nil
	for _, cmd := range late {
		r.send(cmd())
	}
	r.sees("stopped", "step 2 of 4")
	r.press("enter")
	r.held = false
	r.settle()
	r.sees("step 3 of 4")
}

// TestSetupTrust offers the key of a certificate that nobody vouches for.
func TestSetupTrust(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia"})
	r.setup.answers["reach h"] = form.Finding{Grade: phone.GradeFailed, Short: "not a known signer", Text: "self-signed", Pin: "sha256/abc"}
	r.press("enter", "tab").types("h").press("tab").sees("Trust it", "(o) no", "self-signed")
	r.press("shift+tab").sees("sha256/abc").press("space", "tab").sees("(o) yes").expectAsked("keyring", "reach h", "reach hsha256/abc")
}

// TestSetupCutsInDots: on a small terminal no sentence of the form ends in the middle of a word.
func TestSetupCutsInDots(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia"})
	r.m.scene.w, r.m.scene.h = 60, 20
	r.send(tickMsg{})
	r.sees("a practice telephone sy...", "your desk pho...", "config.toml,...")
	r.setup.answers["reach h"] = form.Finding{Grade: phone.GradeFailed, Short: "not a known signer", Text: strings.Repeat("self-signed ", 40), Pin: "sha256/abc"}
	r.press("enter", "tab").types("h").press("tab").sees("self-si...")
}

// TestSetupOverThePhone: calls ring through the form and are answered by the F-row; letters stay
// letters. Leaving asks once when something was typed.
func TestSetupOverThePhone(t *testing.T) {
	r := newSetupRobot(t, false, form.Draft{System: "vodia"})
	r.press("enter", "tab").types("ax")
	r.show(with(practising(), ringingFrom(mario)))
	r.sees("RINGING", "F3 answer", "[ax____").types("a").sees("[axa___")
	r.press("f3").expect(phone.AnswerCall{Leg: "leg-3"})
	r.press("ctrl+c").sees("nothing is saved yet").press("ctrl+c").seesNot("step 2")
	if r.m.view.leaving != staying {
		t.Error("the phone was left")
	}
}

func TestSetupPractice(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia"})
	r.press("ctrl+t")
	if r.m.next != (Next{Practice: true}) || r.m.view.leaving != gone {
		t.Errorf("next %+v", r.m.next)
	}
	r = newSetupRobot(t, true, form.Draft{System: "vodia"})
	r.press("right", "enter")
	if r.m.next != (Next{Practice: true}) {
		t.Errorf("next %+v", r.m.next)
	}
}

// TestNoDeviceMeansWatching: where there is no sound the desk phone is proposed.
func TestNoDeviceMeansWatching(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia", Server: "h", Fields: account("d", "1"), Stored: true, From: "a", Profile: "a"})
	r.setup.devices = form.Devices{}
	r.setup.answers["devices"] = form.Finding{Grade: phone.GradeWarn, Short: "no sound here", Text: "no sound card was found", Next: "Only watching needs none"}
	for range 6 {
		r.press("enter")
	}
	r.sees("< only watching", "no sound here", "Only watching needs none").seesNot("Microphone  <")
	r.press("enter", "enter", "enter", "enter")
	if d := r.setup.saved; !d.WatchOnly {
		t.Errorf("%+v", d)
	}
}

// TestSetupInLines reads the form out.
func TestSetupInLines(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia"})
	out := &lines{}
	r.m.linear = newLinear(out, true)
	r.setup.answers["sign in 201 geheim"] = refused
	r.send(tickMsg{})
	r.press("enter", "enter").types("h").press("tab").types("d").press("tab").types("201").press("tab", "tab", "tab").
		types("geheim").press("enter")
	out.has(t, "step 1: of 4, Which telephone system?", "choice: System: Vodia PBX, 1 of 2", "step 2: of 4, Sign in",
		"field: Server. The address", "Server: h", "done: Server: reach h ok", "choice: Keep it in: system keyring, 1 of 4",
		"Password: ", "FAILED: Password: refused (401), signing in: the PBX does not accept")
	if strings.Contains(out.text.String(), "geheim") {
		t.Error("the password was printed")
	}
}

type lines struct{ text strings.Builder }

func (l *lines) Print(s string) { l.text.WriteString(s) }

func (l *lines) has(t *testing.T, words ...string) {
	t.Helper()
	rest := l.text.String()
	for _, w := range words {
		_, after, ok := strings.Cut(rest, w)
		if !ok {
			t.Errorf("not printed, or not in this order: %q\n%s", w, l.text.String())
			return
		}
		rest = after
	}
}

// setupShots are the steps as they are kept.
func setupShots(t *testing.T) []shot {
	blank := form.Draft{System: "vodia"}
	full := form.Draft{System: "vodia", Server: "pbx.acme.example", Fields: account("acme.example", "201"), Profile: "acme"}
	toSound := func(r *setupRobot) *setupRobot {
		return r.press("enter", "enter", "enter", "enter", "enter", "enter").types("x").press("enter")
	}
	toCall := func(r *setupRobot) *setupRobot { return toSound(r).press("enter", "enter", "enter", "enter") }
	var shots []shot
	for _, s := range []struct {
		name  string
		begin form.Draft
		do    func(r *setupRobot)
	}{
		{"1", blank, func(*setupRobot) {}},
		{"2", blank, func(r *setupRobot) { r.press("enter") }},
		{"2-refused", full, func(r *setupRobot) {
			r.setup.answers["reach pbx.acme.example"], r.setup.answers["sign in 201 twelve chars"] = reachedWell, refused
			r.press("enter", "tab", "tab", "tab", "tab", "tab")
			r.send(pasted("twelve chars"))
			r.press("enter")
		}},
		{"2-trust", full, func(r *setupRobot) {
			r.setup.answers["reach pbx.acme.example"] = form.Finding{Grade: phone.GradeFailed, Short: "not a known signer",
				Pin: "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Of: "pbx.acme.example"}
			r.held = true
			r.press("enter")
			r.held, r.work = false, nil // the keyring does not answer
			r.press("tab", "shift+tab")
		}},
		{"3", full, func(r *setupRobot) {
			r.setup.answers["tone "] = form.Finding{Grade: phone.GradeDone, Short: "played: heard it?"}
			toSound(r).press("tab", "tab", "f2", "shift+tab")
		}},
		{"3-watching", full, func(r *setupRobot) {
			r.setup.devices = form.Devices{}
			r.setup.answers["devices"] = form.Finding{Grade: phone.GradeWarn, Short: "no sound here", Text: "no sound card or sound server was found", Next: "Only watching needs none"}
			toSound(r)
		}},
		{"4", full, func(r *setupRobot) { toCall(r).press("tab", "tab") }},
		{"4-call", full, func(r *setupRobot) {
			toCall(r).types("600")
			r.held = true
			r.press("enter")
			r.now = noon
			r.setup.shots <- with(calm(), talkingTo(mario))
			r.send(r.work[0]())
		}},
	} {
		r := newSetupRobot(t, true, s.begin)
		r.now = noon.Add(-time.Minute)
		r.setup.answers["keyring"], r.setup.answers["devices"] = form.Finding{}, form.Finding{}
		s.do(r)
		shots = append(shots, shot{name: "setup-" + s.name, view: panes("", r.m.view.setup())})
	}
	return shots
}

// TestSetupWithoutAKeyring proposes a file, unless the person has chosen.
func TestSetupWithoutAKeyring(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia"})
	r.setup.answers["keyring"] = form.Finding{Grade: phone.GradeFailed, Short: "no keyring here", Text: "no keyring answers"}
	r.press("enter").sees("a file that only you can read", "no keyring here").seesNot("no keyring answers")
	r = newSetupRobot(t, true, form.Draft{System: "vodia"})
	r.setup.answers["keyring"] = form.Finding{Grade: phone.GradeFailed, Short: "no keyring here", Text: "no keyring answers"}
	r.held = true
	r.press("enter")
	for range 5 {
		r.press("tab")
	}
	r.press("right")
	r.held = false
	r.settle()
	r.sees("command").seesNot("a file that only you")
}

// twoSystems asks for other fields in the second system.
type twoSystems struct{ *fakeSetup }

func (s twoSystems) Systems() []form.System {
	return append(s.fakeSetup.Systems(), form.System{ID: "other", Name: "Other", Secret: form.Field{Label: "Token", Help: "From its web page."},
		Fields: []form.Field{{ID: "login", Label: "Login", Help: "Your name there.", Required: true}, {ID: "site", Label: "Site"}}})
}

// TestSetupAsksForTheFieldsOfTheSystem: another system asks for other things, and what was typed for
// the first one is there again when a person comes back to it.
func TestSetupAsksForTheFieldsOfTheSystem(t *testing.T) {
	r := newSetupRobot(t, true, form.Draft{System: "vodia", Fields: account("acme.example", "201")})
	r.opens(twoSystems{r.setup})
	r.m.setupBegun(setup.BegunMsg{Draft: r.setup.begin})
	r.press("right", "enter").sees("step 2 of 4", "Login", "Site", "Token").seesNot("Domain", "Extension", "Password", "acme.example")
	r.press("enter").types("h").press("tab").types("anna").press("tab", "tab", "tab").sees("From its web page.").press("enter").sees("Token is needed")
	if d := r.setup.reached; d.System != "other" || d.Server != "h" {
		t.Errorf("%+v", d)
	}
	r.press("esc", "left").sees("Which telephone system?").press("enter").sees("acme.example", "[201").seesNot("Login", "anna")
	r.press("esc", "right", "enter").sees("anna")
}
