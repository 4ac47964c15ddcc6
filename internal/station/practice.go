package station

import (
	"cmp"
	"context"
	"sync"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// PracticeBoth is a practice PBX of each dialect on one board.
	PracticeBoth = "both"
	// PracticeUser is who signs in at the practice PBX.
	PracticeUser = "201"
	// PracticeHint is the one line that says where the newcomer is and how to leave for a real PBX.
	// It fits 78 columns.
	PracticeHint = "Practice PBX: 600 echo, 601 talks. :tour shows you around. A real one: :setup"
)

// PracticeDialect is the dialect of the practice PBX of a station.
func PracticeDialect(o Options) string { return cmp.Or(o.Practice, demopbx.Dialects()[0]) }

// PracticeLogin is how somebody signs in at a practice PBX.
func PracticeLogin(o Options, url, user string) pbxws.Login {
	return pbxws.Login{
		URL: url, Realm: exchange.Domain, User: user, UserAgent: o.UserAgent, Log: o.Log, Hide: o.Settings.Trace.Hide,
		Secret: func(context.Context) (string, error) { return exchange.Password, nil },
	}
}

// newPractice is a station at a practice PBX of its own, or at one of each dialect. They start at the
// first dial, so that the first screen does not wait for them.
func newPractice(o Options) (*Station, error) {
	dialects := []string{o.Practice}
	if o.Practice == PracticeBoth {
		dialects = demopbx.Dialects()
	}
	s := &Station{Hint: PracticeHint, EchoTest: exchange.NumberEchoTest}
	var all []*practice
	var systems []*System
	for i, dialect := range dialects {
		p := &practice{Options: o, dialect: dialect, seed: uint64(i) + 1}
		k := phone.LinkConfig{User: PracticeUser, Practice: true}
		if len(dialects) > 1 {
			k.Label = dialect
		}
		systems = append(systems, &System{Dial: p.dial, Plain: true, media: rtc.Config{Loopback: true}, link: k})
		all = append(all, p)
	}
	s, err := tie(s, o, systems...)
	if err != nil {
		return nil, err
	}
	all[0].sessions = s.sessions
	s.closing = func() {
		for _, p := range all {
			p.close()
		}
	}
	return s, nil
}

// practice is a practice PBX that starts at the first dial.
type practice struct {
	Options
	dialect string
	// seed decides who its people are.
	seed uint64
	// sessions are opened with it, nil for none.
	sessions *sessions.List

	mu     sync.Mutex
	server *demopbx.Server
	signIn pbxws.DialFunc
}

func (p *practice) dial(ctx context.Context) (pbxws.Conn, error) {
	signIn, err := p.start()
	if err != nil {
		return nil, err
	}
	return signIn(ctx)
}

func (p *practice) start() (pbxws.DialFunc, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.signIn != nil {
		return p.signIn, nil
	}
	server, err := demopbx.Start(demopbx.Options{Only: p.dialect, Log: p.Log, PBX: exchange.Options{Seed: p.seed, ChangesPerSecond: 3}})
	if err != nil {
		return nil, &pbxws.DialError{
			Step: pbxws.StepReach, Err: err, What: "the practice PBX could not be started",
			Next: "Check that this machine lets programs listen on 127.0.0.1; the log has the details",
		}
	}
	kind, known := p.Kinds.Find(server.Dialect())
	if !known {
		_ = server.Close()
		return nil, &pbxws.DialError{
			Step: pbxws.StepAddress, Permanent: true, What: "this program does not speak the practice PBX's language",
			Next: "Add a profile of a real PBX with patchcord setup",
		}
	}
	p.server = server
	if p.sessions != nil {
		if err := openPractice(p.sessions, p.server.URL()); err != nil {
			p.Log.Error("the practice sessions were not opened", "err", err)
		}
	}
	p.signIn = kind.Dialer(PracticeLogin(p.Options, p.server.URL(), PracticeUser))
	return p.signIn, nil
}

func (p *practice) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		_ = p.server.Close()
	}
}
