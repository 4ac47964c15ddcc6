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
		{"any-origin", "let browsers with pages of other hosts in at AppWebsocket", func(o *Options) any { return &o.AnyOrigin }},
		{"dialect", "its `kind`: modern-answer, modern, legacy or live70", func(o *Options) any { return &o.Vodia.Dialect }},
		{"session-in-query", "take the session from the address of the websocket too", func(o *Options) any { return &o.Vodia.SessionInQuery }},
		{"basic-upgrade", "open websockets to name and password alone (HTTP Basic)", func(o *Options) any { return &o.Vodia.BasicUpgrade }},
		{"no-directory", "push no directory and no news of accounts", func(o *Options) any { return &o.Vodia.NoDirectory }},
		{"hide-version", "tell the version on the front page alone", func(o *Options) any { return &o.Vodia.HideVersion }},
		{"hide-version-at-sign-in", "leave the version out of replies to a sign-in", func(o *Options) any { return &o.Vodia.HideVersionAtSignIn }},
		{"no-register-reply", "take registrations and say nothing", func(o *Options) any { return &o.Vodia.NoRegisterReply }},
		{"own-calls-first", "list the user's own calls before all others", func(o *Options) any { return &o.Vodia.OwnCallsFirst }},
		{"national-numbers", "give callers from outside in E.164 in SIP headers alone", func(o *Options) any { return &o.Vodia.NationalNumbers }},
		{"no-password-login", "let nobody sign in by the MD5 of a password; tokens remain", func(o *Options) any { return &o.Vodia.NoPasswordLogin }},
		{"extensions", "the `number` of people, from 200 on", func(o *Options) any { return &o.PBX.Extensions }},
		{"desk-phones", "register a desk phone for everybody who signs in", func(o *Options) any { return &o.PBX.DeskPhones }},
		{"seed", "the life of the people repeats with the same `number`", func(o *Options) any { return &o.PBX.Seed }},
		{"changes", "this `number` of changes among the people a second; 0 stops them", func(o *Options) any { return &o.PBX.ChangesPerSecond }},
	}},
	{"The wire of NethVoice CTI", []option{
		{"old-socket", "speak the websocket of before December 2020 (EIO 3)", func(o *Options) any { return &o.NethCTI.OldSocket }},
		{"no-middleware", "leave out the newer side: sign-in is by nonce", func(o *Options) any { return &o.NethCTI.NoMiddleware }},
		{"two-factor", "ask for a one-time code: 123456", func(o *Options) any { return &o.NethCTI.TwoFactor }},
		{"masks", "hide who takes part in calls of others", func(o *Options) any { return &o.NethCTI.Masks }},
		{"no-rights", "take all permissions but that to see who talks away", func(o *Options) any { return &o.NethCTI.NoRights }},
		{"foreign-tokens", "leave logins on the websocket without an answer", func(o *Options) any { return &o.NethCTI.ForeignTokens }},
		{"backend-down", "refuse each sign-in as a wrong password and drop each websocket", func(o *Options) any { return &o.NethCTI.BackendDown }},
		{"gateway-down", "answer 503 in place of the gateway for calls", func(o *Options) any { return &o.NethCTI.GatewayDown }},
		{"lose-polls", "forget a gateway session with its first poll that brings anything", func(o *Options) any { return &o.NethCTI.LosePolls }},
		{"no-updates", "say nothing of new offers of clients in mid-call", func(o *Options) any { return &o.NethCTI.NoUpdates }},
		{"slow-free", "refuse the next call on a handle for this `time` (490)", func(o *Options) any { return &o.NethCTI.SlowFree }},
		{"reload-after", "tell clients after this `time` that the server was reloaded", func(o *Options) any { return &o.NethCTI.ReloadAfter }},
	}},
	{"How long people take", []option{
		{"echo-answers", "600 picks up after this `time`", func(o *Options) any { return &o.PBX.EchoAnswers }},
		{"echo-test-listens", "605 compares what it plays and hears for this `time`", func(o *Options) any { return &o.PBX.EchoTestListens }},
		{"colleague-answers", "601 picks up after this `time`", func(o *Options) any { return &o.PBX.ColleagueAnswers }},
		{"colleague-talks", "601 hangs up after this `time`; 0 is never", func(o *Options) any { return &o.PBX.ColleagueTalks }},
		{"crowd-answers", "anybody else picks up after this `time`", func(o *Options) any { return &o.PBX.CrowdAnswers }},
		{"answer-grace", "they wait this much longer for a caller's sound to be agreed on", func(o *Options) any { return &o.PBX.AnswerGrace }},
		{"crowd-talks", "and hangs up after this `time`", func(o *Options) any { return &o.PBX.CrowdTalks }},
		{"callback-speaks", "604 promises to call back for this `time`", func(o *Options) any { return &o.PBX.CallbackSpeaks }},
		{"callback-waits", "and calls back after this `time`", func(o *Options) any { return &o.PBX.CallbackWaits }},
		{"desk-answers", "a desk phone that is to dial is lifted after this `time`", func(o *Options) any { return &o.PBX.DeskAnswers }},
		{"no-answer", "a call that nobody answers ends after this `time`", func(o *Options) any { return &o.PBX.NoAnswer }},
		{"forward-after", "a call is forwarded as not answered after this `time`", func(o *Options) any { return &o.PBX.ForwardAfter }},
		{"greeting-speaks", "a mailbox greets for this `time`", func(o *Options) any { return &o.PBX.GreetingSpeaks }},
		{"orbit-returns", "a parked call comes back after this `time`", func(o *Options) any { return &o.PBX.OrbitReturns }},
	}},
	{"What goes wrong with calls", []option{
		{"rename-calls", "hand placed calls back under another callid", func(o *Options) any { return &o.Vodia.RenameCalls }},
		{"own-call-ids", "name calls in call states unlike their legs", func(o *Options) any { return &o.PBX.OwnCallIDs }},
		{"no-call-ids", "list calls in call states without an id", func(o *Options) any { return &o.Vodia.NoCallIDs }},
		{"drop-mid", "leave a=mid out of every SDP", func(o *Options) any { return &o.Vodia.DropMid }},
		{"address-pairs", "spread candidates over two addresses, one of them dead", func(o *Options) any { return &o.Vodia.AddressPairs }},
		{"mislabel-answers", "say a=setup:actpass in answers", func(o *Options) any { return &o.Vodia.MislabelAnswers }},
		{"second-sdp", "repeat the PBX's own offer after the client agreed to it", func(o *Options) any { return &o.Vodia.SecondSDP }},
		{"abandon-by-bye", "end ringing in vain by bye instead of cancel", func(o *Options) any { return &o.Vodia.AbandonByBye }},
		{"refuse-by-sdp", "refuse placed calls by an sdp with the code instead of bye", func(o *Options) any { return &o.Vodia.RefuseBySDP }},
		{"pickup-by-state-only", "tell a pickup by the call state alone", func(o *Options) any { return &o.Vodia.PickupByStateOnly }},
		{"no-reoffer", "refuse new offers of clients in mid-call", func(o *Options) any { return &o.Vodia.NoReoffer }},
		{"hold-closes-media", "close the media connection with every hold", func(o *Options) any { return &o.Vodia.HoldClosesMedia }},
		{"resume-needs-offer", "stay silent after a resume until the client makes a new offer", func(o *Options) any { return &o.Vodia.ResumeNeedsOffer }},
		{"deaf-desk", "take orders for the desk phone and do nothing", func(o *Options) any { return &o.PBX.DeafDesk }},
		{"no-voicemail", "refuse calls to people who are not there", func(o *Options) any { return &o.PBX.NoVoicemail }},
	}},
	{"What goes wrong with the link", []option{
		{"registration-expires", "end registrations that are not refreshed within this `time`", func(o *Options) any { return &o.Vodia.RegistrationExpires }},
		{"refuse-upgrade", "answer websocket upgrades with this HTTP `status`: 401, 403, 302", func(o *Options) any { return &o.Vodia.UpgradeStatus }},
		{"close-policy", "upgrade, then close with status 1008", func(o *Options) any { return &o.Vodia.ClosePolicy }},
		{"idle-close", "close sockets that sent nothing for this `time`", func(o *Options) any { return &o.Vodia.IdleClose }},
		{"drop-after", "break every socket when it is of this `age`", func(o *Options) any { return &o.Vodia.DropAfter }},
		{"orphans-die", "end the calls of a broken socket at once", func(o *Options) any { return &o.PBX.OrphansDie }},
		{"orphan-grace", "otherwise they live on for this `time`", func(o *Options) any { return &o.PBX.OrphanGrace }},
		{"delay", "hold every frame back by this `time`", func(o *Options) any { return &o.Vodia.Delay }},
		{"jitter", "and by up to this `time` more", func(o *Options) any { return &o.Vodia.Jitter }},
		{"silent", "take everything and say nothing", func(o *Options) any { return &o.Vodia.Silent }},
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
