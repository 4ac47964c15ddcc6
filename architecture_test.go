//go:build !race

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/patchcord/patchcord"

// allowed is what a package may import: ours by their path in the tree, others by the beginning of
// their path. A package that is not listed fails the test: adding one is a decision that is written
// down here.
var allowed = map[string][]string{
	"pbxws": {"internal/number", "internal/trie"},
	// trie is a map in versions that share what they have in common.
	"internal/trie": {},
	// connection is the side of a link that the phone holds, the same for dialects with a loop of their own.
	"internal/connection": {"pbxws"},
	// signin is what dialects share that sign in at a web server.
	"internal/signin": {"internal/reach", "pbxws"},
	"pbxws/vodia":     {"internal/connection", "internal/signin", "internal/fault", "internal/number", "pbxws", "pbxws/vodia/wire", "internal/proxies", "internal/reach", "internal/redact", "internal/ws"},
	"pbxws/nethcti":   {"internal/backoff", "internal/connection", "internal/fault", "internal/janus", "internal/signin", "pbxws", "internal/proxies", "internal/reach", "internal/redact", "internal/socketio", "internal/ws"},
	// wire is the language of one PBX without a connection: its practice PBX speaks it too.
	"pbxws/vodia/wire": {"pbxws"},
	"internal/ws":      {"nhooyr.io/websocket"},
	// socketio is a protocol on a websocket and knows no PBX.
	"internal/socketio": {"internal/fault", "internal/ws"},
	// reach makes every connection to a server and has the words for one that failed; libraries use it.
	"internal/reach": {},
	// certificate makes those of our servers and has the pins of others.
	"internal/certificate": {},
	// proxies finds the proxy to a server.
	"internal/proxies": {"internal/reach", "golang.org/x/net/"},
	// proxytest is a proxy for tests; nothing else imports it.
	"internal/proxytest": {},
	// janus knows SIP's words and no PBX; janustest is its real far end, for tests.
	"internal/janus":     {"internal/backoff", "internal/fault", "internal/reach", "internal/redact", "internal/ws"},
	"internal/janustest": {},
	// printable makes text of a wire harmless, for the screen and for other programs.
	"internal/printable": {"github.com/rivo/uniseg", "github.com/mattn/go-runewidth"},
	// disk has the files: how they are opened, replaced, found, and why that failed.
	"internal/disk": {"golang.org/x/sys/windows"},
	// cputime asks the system for the time of this process, for benchmarks.
	"internal/cputime": {"golang.org/x/sys/windows"},
	// newest and backoff are shared by several: passing on the last value, and pauses.
	"internal/newest": {},
	// beat has moments of the clock, so that those who look now and then wake the processor once.
	"internal/beat":    {},
	"internal/backoff": {},
	// filewatch tells that files changed; the system says so.
	"internal/filewatch": {"internal/beat", "github.com/fsnotify/fsnotify"},
	// tomlfile reads what people write in TOML, with its places.
	"internal/tomlfile": {"github.com/pelletier/go-toml"},
	// state knows where everything that outlives a run is kept, and keeps the small things.
	"internal/state": {"internal/disk"},
	// redact hides secrets in texts; the standard library is all it needs.
	"internal/redact": {},
	// logfile bounds the log while the program runs.
	"internal/logfile": {"internal/disk"},
	// history is kept apart from the phone, which knows no disk, and from the screen, which shows it;
	// jsonl is how everything of ours is written for other programs to read.
	"history":        {"internal/disk", "internal/filewatch", "internal/jsonl", "internal/newest", "internal/number", "internal/printable"},
	"internal/jsonl": {},
	// delta brings copies of values in other processes up to date; it knows no telephone.
	"internal/delta": {},
	// attach shows a phone on screens of other processes, and is one there: it has Do and Watch.
	"internal/attach": {"appws", "appws/record", "appws/sessions", "internal/beat", "internal/delta", "internal/fault", "internal/jsonl", "internal/newest", "internal/printable", "pbxws", "phone"},
	// number knows how telephone numbers are written, and nothing else; all may ask it.
	"internal/number": {},
	// hook knows processes and HTTP and nothing of a telephone: what it passes on it is given.
	"internal/hook": {"internal/proxies", "internal/reach", "golang.org/x/sys/windows"},
	// control is a front end like tui, for other programs: it holds the phone by Do and Watch.
	"internal/control":     {"internal/fault", "internal/number", "internal/printable", "phone", "pbxws", "history", "internal/disk", "internal/jsonl", "golang.org/x/sys/", "github.com/Microsoft/go-winio"},
	"internal/convolution": {},
	"internal/echo":        {"internal/convolution"},
	// fault is how a panic ends what failed and nothing else.
	"internal/fault": {},
	// pulsetest is a real sound server for tests; nothing else imports it.
	"internal/pulsetest": {},
	"internal/guard":     {"internal/fault", "golang.org/x/sys/unix"},
	// a far end for tests, built only with their tag
	"internal/browsertest": {},
	"internal/config": {
		"internal/certificate", "internal/disk", "internal/number", "internal/proxies", "internal/tomlfile", "pbxws",
		"github.com/pelletier/go-toml", "github.com/zalando/go-keyring",
	},
	"rtc": {
		"internal/fault",
		"internal/libopus", "github.com/pion/", "github.com/thesyncim/gopus", "github.com/gotranspile/g722",
	},
	// libopus is the system's Opus, found while running; it knows C and no telephone.
	"internal/libopus": {"github.com/ebitengine/purego", "golang.org/x/sys/windows"},
	// appws is a library that other programs import; what stands beside it is for those who look at messages.
	"appws":            {"internal/backoff", "internal/certificate", "internal/fault", "internal/reach", "internal/ws"},
	"appws/record":     {"appws", "internal/redact"},
	"appws/sessions":   {"appws", "appws/record", "internal/backoff", "internal/certificate", "internal/newest", "internal/notice"},
	"appws/proxy":      {"appws", "internal/fault", "internal/reach", "internal/ws"},
	"appws/script":     {"appws", "internal/backoff"},
	"appws/appwstest":  {"appws", "appws/record", "internal/backoff", "internal/notice"},
	"internal/notice":  {},
	"internal/pipenet": {},
	"audio":            {"audio/aec", "internal/disk", "github.com/gen2brain/malgo"},
	// aec is signal processing alone.
	"audio/aec": {},
	// acoustics and nsim are for tests and measure: talkers and rooms, and how alike two sounds are.
	"internal/acoustics": {"internal/convolution"},
	"internal/nsim":      {},
	"phone":              {"internal/backoff", "internal/fault", "internal/newest", "pbxws", "rtc", "audio", "internal/number"},
	// measure takes the figures of the media path; nothing imports it.
	"internal/measure": {"internal/acoustics", "internal/cputime", "internal/nsim", "rtc", "audio", "audio/aec"},
	// licenses prints those of what is linked; packaging, a module of its own, builds the packages. Nothing imports them.
	"internal/licenses": {"github.com/google/licensecheck"},
	"packaging":         {"github.com/goreleaser/nfpm/"},
	// exchange is the practice PBX in domain words; a front for each wire knows it, and it knows none.
	"demopbx/exchange": {"internal/beat", "internal/printable", "internal/echo", "internal/fault", "pbxws", "rtc"},
	"demopbx/vodia":    {"demopbx/exchange", "internal/ws", "pbxws", "pbxws/vodia/wire", "rtc"},
	"demopbx/nethcti":  {"demopbx/exchange", "internal/socketio", "pbxws", "rtc"},
	"demopbx":          {"appws", "appws/appwstest", "demopbx/exchange", "demopbx/nethcti", "demopbx/vodia", "internal/certificate", "rtc"},
	"tui/keymap":       {"internal/tomlfile", "github.com/pelletier/go-toml"},
	"tui/quiet":        {},
	// terminput knows bytes of a terminal and no screen.
	"tui/terminput":       {},
	"internal/setup/form": {"phone"},
	// apps shows AppWebsocket sessions and knows no telephone.
	"tui/apps": {"appws", "appws/record", "appws/sessions", "tui/keymap", "tui/messages", "tui/term", "github.com/charmbracelet/bubbletea"},
	// setup is the form on the screen; what works behind it is an interface there.
	"tui/setup": {"internal/setup/form", "phone", "tui/keymap", "tui/term", "github.com/charmbracelet/bubbletea"},
	// roster is the list of whom one can call; it knows no screen.
	"tui/roster": {"internal/printable", "pbxws", "phone"},
	// messages lays messages of a wire out, for the trace and for AppWebsocket.
	"tui/messages": {"tui/term"},
	// tour knows snapshots and keys and no screen.
	"tui/tour": {"pbxws", "phone", "tui/keymap"},
	// term knows cells and a terminal and nothing of a telephone.
	"tui/term": {
		"internal/fault", "internal/printable", "tui/terminput",
		"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/muesli/termenv", "golang.org/x/sys/",
	},
	"tui": {
		"internal/beat", "internal/fault", "internal/newest", "internal/number", "internal/printable", "internal/setup/form", "phone", "pbxws", "appws/record", "appws/sessions", "history", "tui/apps", "tui/keymap", "tui/messages", "tui/quiet", "tui/roster", "tui/setup", "tui/term", "tui/tour",
		"github.com/charmbracelet/bubbletea",
	},
	// station is one running telephone; it knows no screen.
	"internal/station": {
		"appws", "appws/record", "appws/sessions", "audio", "demopbx", "demopbx/exchange", "history", "pbxws", "phone", "rtc", "internal/attach", "internal/config", "internal/control", "internal/disk",
		"internal/fault", "internal/hook", "internal/jsonl", "internal/newest", "internal/number", "internal/printable", "internal/proxies", "internal/redact", "internal/state",
	},
	// setup is the form's logic and the doctor, without a screen.
	"internal/setup": {
		"audio", "pbxws", "phone", "rtc", "internal/certificate", "internal/config", "internal/newest", "internal/reach", "internal/setup/form", "internal/station",
	},
	// desktest is for tests; nothing else imports it.
	"internal/desktest": {"demopbx", "demopbx/exchange"},
	// app is the program as a person opens it: screens at stations, one after the other.
	"internal/app": {
		"appws", "appws/sessions", "history", "pbxws", "phone", "tui", "tui/keymap", "tui/roster", "internal/attach", "internal/backoff", "internal/config", "internal/control", "internal/disk", "internal/fault", "internal/filewatch", "internal/guard", "internal/logfile",
		"internal/printable",
		"internal/redact", "internal/setup", "internal/setup/form", "internal/state", "internal/station",
		"golang.org/x/sys/windows",
	},
	// cli is the command line.
	"internal/cli": {
		"appws", "appws/appwstest", "appws/proxy", "appws/record", "appws/script", "appws/sessions", "demopbx", "demopbx/exchange", "tui", "tui/term", "internal/app", "internal/backoff", "internal/config", "internal/control", "internal/fault", "internal/jsonl", "internal/number", "internal/proxies", "internal/state", "internal/station",
		"github.com/spf13/cobra", "github.com/spf13/pflag",
	},
	".": {"pbxws", "pbxws/nethcti", "pbxws/vodia", "internal/app", "internal/cli", "internal/guard"},
}

// forbidden are parts of the standard library that would bring a technology into a package
// that must not know it.
var forbidden = map[string][]string{
	"pbxws": {"net", "encoding"},
	"phone": {"net", "encoding/json"},
	"tui":   {"net", "encoding/json"},
}

// wireWords belong to one dialect; seen elsewhere, a vendor's wire has leaked.
var wireWords = map[string][]string{
	"pbxws/vodia": {
		"call-state", "user-state", "domain-state", "sdp-packet", "sdp-200ok", "sip-register", "wrtc-hold",
		"blind-transfer2", "invitesdp", "avoid-disconnect", "own-calls", "domain-calls",
		"att-transfer", "rec-call", "make-call", "accept-call", "hold-call", "clear-call",
	},
	"pbxws/nethcti": {
		"authe_ok", "takeOver", "takeOverAck", "extenUpdate", "userMainPresenceUpdate", "userPresenceUpdate", "userProfileAvatarUpdate",
		"queueUpdate", "queueMemberUpdate", "parkingUpdate", "trunkUpdate", "extenRinging", "extenConnected", "extenConvConnected",
		"extenHangup", "meetmeConfUpdate", "meetmeConfEnd", "confBridgeUpdate", "confBridgeEnd", "callWebrtc", "answerWebrtc",
		"updateNewVoiceMessages", "newVoiceMessageCounter", "streamingSourceUpdate", "qmAlarm", "serverReloaded", "/webrest",
		"/user/me", "/astproxy/extensions",
	},
}

// profileWords are the words of profiles of one dialect, as literals and as names in the code.
// Other packages, the form and package config must not use them.
var profileWords = map[string]struct{ literals, names []string }{
	"pbxws/vodia": {
		literals: []string{"vodia", "dialect_version", "transfer_as_party", "session_env", "admin", "basic", "domain", "tenant"},
		names:    []string{"DialectVersion", "TransferAsParty", "SessionEnv", "Admin", "Basic"},
	},
	"pbxws/nethcti": {
		literals: []string{"nethcti", "ua_type", "eio3", "ignore_call_webrtc", "tones_by_message"},
		names:    []string{"NethCTI", "UAType"},
	},
}

// speaks are further users of a dialect's words: its practice PBX, AppWebsocket, which has domains
// of its own, and redact, which knows HTTP's basic.
var speaks = map[string][]string{
	"pbxws/nethcti": {"demopbx", "demopbx/nethcti"},
	"pbxws/vodia":   {"demopbx", "demopbx/vodia", "appws", "appws/appwstest", "internal/cli/appws.go", "internal/config/session.go", "internal/redact"},
}

// registry is the list of dialects, the one file outside of demopbx that imports one.
const registry = "dialects.go"

// TestDialectsAreKnownByTheirPackageAlone holds "one directory and one line".
func TestDialectsAreKnownByTheirPackageAlone(t *testing.T) {
	t.Parallel()
	for file := range goFiles(t) {
		for home, words := range profileWords {
			dir := path.Dir(file)
			if strings.HasPrefix(file, home+"/") || slices.Contains(speaks[home], dir) || slices.Contains(speaks[home], file) || file == registry {
				continue
			}
			if slices.Contains(imports(t, file), module+"/"+home) {
				t.Errorf("%s imports %s, which only %s may", file, home, registry)
			}
			for _, literal := range literals(t, file) {
				if slices.Contains(words.literals, literal) || strings.Contains(strings.ToLower(literal), path.Base(home)) {
					t.Errorf("%s: %q is a word of %s", file, literal, home)
				}
			}
			for _, name := range names(t, file) {
				if slices.Contains(words.names, name) {
					t.Errorf("%s: the name %s is a setting of %s", file, name, home)
				}
			}
		}
	}
}

// names are the names that a file uses or gives.
func names(t *testing.T, file string) []string {
	t.Helper()
	return inFile(t, file, func(n ast.Node) (string, bool) {
		if name, ok := n.(*ast.Ident); ok {
			return name.Name, true
		}
		return "", false
	})
}

// inFile are the texts that of gives of the nodes of a file, imports left out.
func inFile(t *testing.T, file string, of func(ast.Node) (string, bool)) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(f, func(n ast.Node) bool {
		if _, imports := n.(*ast.ImportSpec); imports {
			return false
		}
		if text, ok := of(n); ok {
			found = append(found, text)
		}
		return true
	})
	return found
}

// TestArchitecture compares the imports of every file with the table, and keeps the words of a wire
// inside its dialect.
func TestArchitecture(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for file := range goFiles(t) {
		dir := path.Dir(file)
		rules, known := allowed[dir]
		if !known {
			t.Errorf("%s: the package %s is not in the table of this test", file, dir)
			continue
		}
		seen[dir] = true
		for _, imp := range imports(t, file) {
			if ours, ok := strings.CutPrefix(imp, module+"/"); ok {
				imp = ours
			} else if !strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
				checkStandard(t, file, dir, imp)
				continue
			}
			if !slices.ContainsFunc(rules, func(r string) bool {
				return imp == r || strings.Contains(r, ".") && strings.HasPrefix(imp, r)
			}) {
				t.Errorf("%s imports %s, which %s may not", file, imp, dir)
			}
		}
	}
	for dir := range allowed {
		if !seen[dir] {
			t.Errorf("the table names %s, which has no Go file", dir)
		}
	}
}

// The AppWebsocket packages are for other programs too: whoever imports them gets no library but the
// websocket's, whatever way the imports take.
func TestLibraryBringsTheWebsocketAlone(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	var walk func(dir, way string)
	walk = func(dir, way string) {
		if seen[dir] {
			return
		}
		seen[dir] = true
		for _, next := range allowed[dir] {
			switch _, ours := allowed[next]; {
			case ours:
				walk(next, way+" > "+next)
			case next != "nhooyr.io/websocket":
				t.Errorf("%s brings %s", way, next)
			}
		}
	}
	for dir := range allowed {
		if dir == "appws" || strings.HasPrefix(dir, "appws/") {
			walk(dir, dir)
		}
	}
	if !seen["internal/ws"] {
		t.Error("the websocket library was not met")
	}
}

func checkStandard(t *testing.T, file, dir, imp string) {
	t.Helper()
	for _, f := range forbidden[dir] {
		if imp == f || strings.HasPrefix(imp, f+"/") {
			t.Errorf("%s imports %s, a technology that %s must not know", file, imp, dir)
		}
	}
}

func TestWireWordsStayInTheirDialect(t *testing.T) {
	t.Parallel()
	for file := range goFiles(t) {
		for home, words := range wireWords {
			if strings.HasPrefix(file, home+"/") || strings.HasPrefix(file, "demopbx/"+path.Base(home)+"/") { // or its practice PBX's
				continue
			}
			for _, literal := range literals(t, file) {
				if slices.Contains(words, literal) {
					t.Errorf("%s: %q is a wire word of %s", file, literal, home)
				}
			}
		}
	}
}

// goFiles walks the tree's sources, tests aside, with slashes and relative to the root.
func goFiles(t *testing.T) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && p != ".") {
				return filepath.SkipDir
			}
			if strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go") && !yield(filepath.ToSlash(p)) {
				return filepath.SkipAll
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}

// literals are the string literals of a file.
func literals(t *testing.T, file string) []string {
	t.Helper()
	return inFile(t, file, func(n ast.Node) (string, bool) {
		l, ok := n.(*ast.BasicLit)
		if !ok || l.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(l.Value)
		return text, err == nil
	})
}

// TestNumbersAreReadInOnePlace: only internal/number knows the signs in a number and the links with
// one.
func TestNumbersAreReadInOnePlace(t *testing.T) {
	for file := range goFiles(t) {
		if path.Dir(file) == "internal/number" {
			continue
		}
		for _, literal := range literals(t, file) {
			_, rest, digits := strings.Cut(literal, "0123456789")
			if literal == "callto" || literal == "callto:" || digits && strings.ContainsAny(rest, "()/. ") {
				t.Errorf("%s: %q reads numbers; internal/number does that", file, literal)
			}
		}
	}
}
