package nethcti

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/internal/socketio"
	"github.com/patchcord/patchcord/pbxws"
)

// loginLimit is how long the login on the websocket may take: 8 s go by where another program of the
// user's has to give way first, and some logins are never answered.
const loginLimit = 15 * time.Second

// dialer brings up one link after another for the same user and remembers between them the token and
// the side that gave it. It is for one phone; its links do not overlap.
type dialer struct {
	config config
	hide   *redact.Filter

	mu       sync.Mutex
	recalled bool    // the keyring was asked
	pass     token   // in force, without a side for none
	side     *access // that there is one, nil while nobody knows
	unproven token   // waits for a code
	code     string

	gateway *gateway // nil for none
	// lost are calls at a gateway that was closed, for example because a PBX that was restarted has another secret.
	lost []pbxws.LegID
}

func newDialer(c config) *dialer { return &dialer{config: c, hide: c.hide.Fork()} }

// giveCode takes the one-time code of a person.
func (d *dialer) giveCode(code string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.code = strings.Join(strings.Fields(code), "")
}

// dial signs in and opens the websocket; it is a pbxws.DialFunc. Errors are *pbxws.DialError.
func (d *dialer) dial(ctx context.Context) (pbxws.Conn, error) {
	at, err := d.config.check()
	if err != nil {
		return nil, err
	}
	w := newWeb(at, d.config)
	c, err := d.open(ctx, w)
	if err != nil {
		w.close()
		return nil, err
	}
	return c, nil
}

// errStale is a token from before that the PBX takes no more.
var errStale = errors.New("the token is no longer accepted")

// open signs in by the token from before or, where there is none or it has ended, by the password.
func (d *dialer) open(ctx context.Context, w *web) (*conn, error) {
	t, fresh, err := d.credential(ctx, w)
	if err != nil {
		return nil, err
	}
	c, err := d.enter(ctx, w, t, fresh)
	if !errors.Is(err, errStale) {
		return c, err
	}
	d.forget(ctx)
	d.config.logger().Debug("the token is no longer accepted, signing in again", "host", w.at.Host)
	if t, err = d.bySecret(ctx, w); err != nil {
		var e *pbxws.DialError
		if errors.As(err, &e) && e.Asks != nil {
			e.What = "the PBX has ended this sign-in and wants a one-time code again"
		}
		return nil, err
	}
	return d.enter(ctx, w, t, true)
}

// credential is a token: that of a code that was given, the one in force, or a new one.
func (d *dialer) credential(ctx context.Context, w *web) (t token, fresh bool, err error) {
	if t, code := d.takeCode(); code != "" {
		t, err := d.proveCode(ctx, w, t, code)
		if !errors.Is(err, errCodeLate) {
			return t, true, err
		}
	} else if t, ok := d.held(ctx, w.at.String()); ok {
		return t, false, nil
	}
	t, err = d.bySecret(ctx, w)
	return t, true, err
}

func (d *dialer) takeCode() (token, string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t, code := d.unproven, d.code
	d.unproven, d.code = token{}, ""
	if t.side == nil {
		return token{}, ""
	}
	return t, code
}

// held is the token in force, from the keyring at the first time.
func (d *dialer) held(ctx context.Context, url string) (token, bool) {
	if !d.recalled && d.config.Recall != nil {
		limited, cancel := context.WithTimeout(ctx, secretLimit)
		defer cancel()
		text, err := d.config.Recall(limited)
		d.recalled = err == nil
		if t, ok := unpack(text, url); err == nil && ok {
			d.pass, d.side = t, t.side
			d.hide.Learn(t.value)
		}
	}
	return d.pass, d.pass.side != nil && !d.pass.over(time.Now())
}

// bySecret signs in by the password.
func (d *dialer) bySecret(ctx context.Context, w *web) (token, error) {
	t, err := d.signIn(ctx, w, d.side)
	if err != nil && pbxws.StatusOf(err) == http.StatusUnauthorized {
		d.side = nil
	}
	return t, err
}

// enter opens the websocket with a token and logs in there.
func (d *dialer) enter(ctx context.Context, w *web, t token, fresh bool) (*conn, error) {
	who, err := d.whoAmI(ctx, w, t, fresh)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, 2*stepLimit)
	defer cancel()
	sock, err := socketio.Dial(limited, w.at.String()+t.side.socket, socketio.Options{EIO3: d.config.oldSocket, Transport: w.transport})
	if err != nil {
		return nil, w.noSocket(d.config, err)
	}
	c := newConn(d, w, sock, t, who)
	if err := c.logIn(ctx, fresh); err != nil {
		return nil, err
	}
	d.keep(ctx, t, w.at.String())
	if c.gateway = d.reachGateway(ctx, w, who); c.gateway != nil {
		c.Add(gatewayCaps)
		if d.config.tonesByMessage {
			c.Add(pbxws.CapTones)
		}
	}
	c.begin()
	return c, nil
}

// whoAmI asks who the token belongs to, which shows too whether it is good.
func (d *dialer) whoAmI(ctx context.Context, w *web, t token, fresh bool) (me, error) {
	r, err := w.do(ctx, call{
		method: http.MethodGet, path: t.side.rest + pathMe, limit: maxState, timeout: stateLimit,
		authorization: t.side.authorization(d.config.User, t.value),
	})
	if err != nil {
		return me{}, w.unreachable(pbxws.StepLogin, err)
	}
	var who me
	switch {
	case denies(r) && !fresh:
		return me{}, errStale
	case denies(r):
		return me{}, w.revoked(d.config)
	case r.status >= 500:
		return me{}, w.notReady(r, r.header.Get(headerError))
	case r.status != http.StatusOK || r.isPage():
		return me{}, w.stranger(pbxws.StepLogin, r)
	case !r.decode(&who):
		return me{}, w.oddReply(r)
	}
	return who, nil
}

// keep holds the token for the next link, and where the profile keeps it for the next start.
func (d *dialer) keep(ctx context.Context, t token, url string) {
	before := d.pass
	d.pass, d.side = t, t.side
	if d.config.Keep == nil || before.value == t.value {
		return
	}
	text, err := t.pack(url)
	if err == nil {
		err = d.config.Keep(ctx, text)
	}
	if err != nil {
		d.config.logger().Warn("the token of the sign-in was not kept", "err", err)
	}
}

// forget drops a token that the PBX does not take.
func (d *dialer) forget(ctx context.Context) {
	d.pass = token{}
	if d.config.Keep == nil {
		return
	}
	if err := d.config.Keep(ctx, ""); err != nil {
		d.config.logger().Warn("the token of the sign-in was not forgotten", "err", err)
	}
}
