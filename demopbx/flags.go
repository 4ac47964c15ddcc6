package demopbx

import (
	"encoding"
	"flag"
	"fmt"
	"time"
)

// option is a flag of the command line, with its name, its help and where its value goes. Words in back
// quotes name the value.
type option struct {
	name, about string
	of          func(*Options) any
}

// optionGroups are all options but TLS and Log, in the order in which help shows them.
var optionGroups = []struct {
	title   string
	options []option
}{
	{"The PBX", []option{
		{"addr", "listen at this `address`; port 0 lets the system choose", func(o *Options) any { return &o.Addr }},
		{"pbx", "serve this `kind` of PBX alone: vodia or nethcti; otherwise both", func(o *Options) any { return &o.Only }},
		{"tls", "serve https and wss with a self-signed certificate made at the start", func(o *Options) any { return &o.SelfSigned }},
		{"any-origin", "accept AppWebsocket connections from web pages of other hosts", func(o *Options) any { return &o.AnyOrigin }},
		{"dialect", "the Vodia `kind`: modern-answer, modern, legacy or live70", func(o *Options) any { return &o.Vodia.Dialect }},
		{"session-in-query", "also accept the session in the address of the websocket", func(o *Options) any { return &o.Vodia.SessionInQuery }},
		{"basic-upgrade", "accept websockets with only a name and password (HTTP Basic)", func(o *Options) any { return &o.Vodia.BasicUpgrade }},
		{"no-directory", "send no directory and no changes of accounts", func(o *Options) any { return &o.Vodia.NoDirectory }},
		{"hide-version", "tell the version only on the front page", func(o *Options) any { return &o.Vodia.HideVersion }},
		{"hide-version-at-sign-in", "leave the version out of replies to a sign-in", func(o *Options) any { return &o.Vodia.HideVersionAtSignIn }},
		{"no-register-reply", "accept registrations without a reply", func(o *Options) any { return &o.Vodia.NoRegisterReply }},
		{"own-calls-first", "list the calls of the user before all others", func(o *Options) any { return &o.Vodia.OwnCallsFirst }},
		{"national-numbers", "give outside callers in national form; E.164 only in the SIP headers", func(o *Options) any { return &o.Vodia.NationalNumbers }},
		{"no-password-login", "refuse sign-in by the MD5 of the password; tokens still work", func(o *Options) any { return &o.Vodia.NoPasswordLogin }},
		{"extensions", "the `number` of extensions, from 200 on", func(o *Options) any { return &o.PBX.Extensions }},
		{"desk-phones", "give everybody who signs in a desk phone", func(o *Options) any { return &o.PBX.DeskPhones }},
		{"seed", "the same `number` makes the same people do the same things", func(o *Options) any { return &o.PBX.Seed }},
		{"changes", "`number` of state changes per second among the extensions; 0 for none", func(o *Options) any { return &o.PBX.ChangesPerSecond }},
	}},
	{"The wire of NethVoice CTI", []option{
		{"old-socket", "use the websocket protocol from before December 2020 (EIO 3)", func(o *Options) any { return &o.NethCTI.OldSocket }},
		{"no-middleware", "leave out the newer API; sign-in is by nonce", func(o *Options) any { return &o.NethCTI.NoMiddleware }},
		{"two-factor", "ask for a one-time code: 123456", func(o *Options) any { return &o.NethCTI.TwoFactor }},
		{"masks", "hide the numbers and names in calls of others", func(o *Options) any { return &o.NethCTI.Masks }},
		{"no-rights", "take away every permission except seeing who talks", func(o *Options) any { return &o.NethCTI.NoRights }},
		{"foreign-tokens", "do not answer logins on the websocket", func(o *Options) any { return &o.NethCTI.ForeignTokens }},
		{"backend-down", "refuse every sign-in as a wrong password and drop every websocket", func(o *Options) any { return &o.NethCTI.BackendDown }},
		{"gateway-down", "answer 503 instead of the WebRTC gateway", func(o *Options) any { return &o.NethCTI.GatewayDown }},
		{"lose-polls", "forget a gateway session at its first poll that returns anything", func(o *Options) any { return &o.NethCTI.LosePolls }},
		{"no-updates", "do not answer new offers of a client during a call", func(o *Options) any { return &o.NethCTI.NoUpdates }},
		{"slow-free", "refuse the next call on a handle for this `time` (490)", func(o *Options) any { return &o.NethCTI.SlowFree }},
		{"reload-after", "tell clients after this `time` that the server was reloaded", func(o *Options) any { return &o.NethCTI.ReloadAfter }},
	}},
	{"How long people take", []option{
		{"echo-answers", "600 picks up after this `time`", func(o *Options) any { return &o.PBX.EchoAnswers }},
		{"echo-test-listens", "605 compares its sound with its echo for this `time`", func(o *Options) any { return &o.PBX.EchoTestListens }},
		{"colleague-answers", "601 picks up after this `time`", func(o *Options) any { return &o.PBX.ColleagueAnswers }},
		{"colleague-talks", "601 hangs up after this `time`; 0 is never", func(o *Options) any { return &o.PBX.ColleagueTalks }},
		{"crowd-answers", "every other extension picks up after this `time`", func(o *Options) any { return &o.PBX.CrowdAnswers }},
		{"answer-grace", "extensions wait this `time` more for the caller's media", func(o *Options) any { return &o.PBX.AnswerGrace }},
		{"crowd-talks", "every other extension hangs up after this `time`", func(o *Options) any { return &o.PBX.CrowdTalks }},
		{"callback-speaks", "604 talks for this `time` before it hangs up to call back", func(o *Options) any { return &o.PBX.CallbackSpeaks }},
		{"callback-waits", "604 calls back after this `time`", func(o *Options) any { return &o.PBX.CallbackWaits }},
		{"desk-answers", "the handset of a desk phone that dials is lifted after this `time`", func(o *Options) any { return &o.PBX.DeskAnswers }},
		{"no-answer", "a call that nobody answers ends after this `time`", func(o *Options) any { return &o.PBX.NoAnswer }},
		{"forward-after", "forward-on-no-answer takes effect after this `time`", func(o *Options) any { return &o.PBX.ForwardAfter }},
		{"greeting-speaks", "the greeting of a mailbox lasts this `time`", func(o *Options) any { return &o.PBX.GreetingSpeaks }},
		{"orbit-returns", "a parked call returns after this `time`", func(o *Options) any { return &o.PBX.OrbitReturns }},
	}},
	{"What goes wrong with calls", []option{
		{"rename-calls", "give a call that a client places another callid", func(o *Options) any { return &o.Vodia.RenameCalls }},
		{"own-call-ids", "use other ids in call states than in signalling", func(o *Options) any { return &o.PBX.OwnCallIDs }},
		{"no-call-ids", "list calls in call states without an id", func(o *Options) any { return &o.Vodia.NoCallIDs }},
		{"drop-mid", "leave a=mid out of every SDP", func(o *Options) any { return &o.Vodia.DropMid }},
		{"address-pairs", "spread candidates over two addresses, one of them dead", func(o *Options) any { return &o.Vodia.AddressPairs }},
		{"mislabel-answers", "write a=setup:actpass in answers", func(o *Options) any { return &o.Vodia.MislabelAnswers }},
		{"second-sdp", "repeat the PBX's own offer after the client agreed to it", func(o *Options) any { return &o.Vodia.SecondSDP }},
		{"abandon-by-bye", "end a call that nobody answered by bye instead of cancel", func(o *Options) any { return &o.Vodia.AbandonByBye }},
		{"refuse-by-sdp", "refuse placed calls by an sdp with the code instead of bye", func(o *Options) any { return &o.Vodia.RefuseBySDP }},
		{"pickup-by-state-only", "announce a pickup only in the call state", func(o *Options) any { return &o.Vodia.PickupByStateOnly }},
		{"no-reoffer", "refuse new offers of a client during a call", func(o *Options) any { return &o.Vodia.NoReoffer }},
		{"hold-closes-media", "close the media connection with every hold", func(o *Options) any { return &o.Vodia.HoldClosesMedia }},
		{"resume-needs-offer", "stay silent after a resume until the client makes a new offer", func(o *Options) any { return &o.Vodia.ResumeNeedsOffer }},
		{"deaf-desk", "accept orders for the desk phone and ignore them", func(o *Options) any { return &o.PBX.DeafDesk }},
		{"no-voicemail", "refuse calls to absent people instead of taking a message", func(o *Options) any { return &o.PBX.NoVoicemail }},
	}},
	{"What goes wrong with the link", []option{
		{"registration-expires", "end registrations that are not refreshed within this `time`", func(o *Options) any { return &o.Vodia.RegistrationExpires }},
		{"refuse-upgrade", "answer websocket upgrades with this HTTP `status`: 401, 403, 302", func(o *Options) any { return &o.Vodia.UpgradeStatus }},
		{"close-policy", "upgrade, then close with status 1008", func(o *Options) any { return &o.Vodia.ClosePolicy }},
		{"idle-close", "close a websocket that sends nothing for this `time`", func(o *Options) any { return &o.Vodia.IdleClose }},
		{"drop-after", "break every websocket at this `age`", func(o *Options) any { return &o.Vodia.DropAfter }},
		{"orphans-die", "end the calls of a broken websocket at once", func(o *Options) any { return &o.PBX.OrphansDie }},
		{"orphan-grace", "calls of a broken websocket go on for this `time`", func(o *Options) any { return &o.PBX.OrphanGrace }},
		{"delay", "delay every frame by this `time`", func(o *Options) any { return &o.Vodia.Delay }},
		{"jitter", "delay every frame by up to this `time` more", func(o *Options) any { return &o.Vodia.Jitter }},
		{"silent", "accept everything and answer nothing", func(o *Options) any { return &o.Vodia.Silent }},
	}},
}

// Flags adds the options to a flag set, with their help. A flag that is not given leaves its option
// unchanged, or at the default if that is zero.
func (o *Options) Flags(set *flag.FlagSet) {
	*o = o.withDefaults()
	for _, group := range optionGroups {
		for _, f := range group.options {
			f.bind(set, o)
		}
	}
	set.Usage = func() { help(set) }
}

func (f option) bind(set *flag.FlagSet, o *Options) {
	switch v := f.of(o).(type) {
	case *string:
		set.StringVar(v, f.name, *v, f.about)
	case *bool:
		set.BoolVar(v, f.name, *v, f.about)
	case *int:
		set.IntVar(v, f.name, *v, f.about)
	case *uint64:
		set.Uint64Var(v, f.name, *v, f.about)
	case *float64:
		set.Float64Var(v, f.name, *v, f.about)
	case *time.Duration:
		set.DurationVar(v, f.name, *v, f.about)
	case interface {
		encoding.TextMarshaler
		encoding.TextUnmarshaler
	}:
		set.TextVar(v, f.name, v, f.about)
	default:
		panic(fmt.Sprintf("the option %s has a type that no flag has", f.name))
	}
}

// help prints the flags by group, a line each.
func help(set *flag.FlagSet) {
	out := set.Output()
	fmt.Fprintf(out, "Usage: %s [flags]\n\nOpens a practice PBX and tells what happens in it.\n", set.Name())
	for _, group := range optionGroups {
		fmt.Fprintf(out, "\n%s:\n", group.title)
		for _, f := range group.options {
			known := set.Lookup(f.name)
			value, about := flag.UnquoteUsage(known)
			switch known.DefValue {
			case "", "0", "0s", "false":
			default:
				about += " (" + known.DefValue + ")"
			}
			fmt.Fprintf(out, "  %-26s %s\n", "-"+f.name+" "+value, about)
		}
	}
}
