package vodia

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// maxReply bounds what is read of a reply of the PBX's web server, in bytes.
const maxReply = 64 << 10

// web is the web server of the PBX: signing in, and what the websocket has no word for.
type web struct {
	at     address
	client *http.Client
	// version is what the replies so far told of the PBX's version, 0 for nothing.
	version int
}

func newWeb(at address, config *tls.Config) *web {
	return &web{at: at, client: &http.Client{
		Transport:     &http.Transport{TLSClientConfig: config.Clone()},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (w *web) close() { w.client.CloseIdleConnections() }

// reply is a reply of the web server, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
	cookie string // the session cookie, empty when none was set
}

// isPage reports whether the reply is for people: a web page in place of a PBX's answer.
func (r reply) isPage() bool {
	return strings.Contains(r.header.Get("Content-Type"), "html") || bytes.HasPrefix(bytes.TrimSpace(r.body), []byte("<"))
}

// isPBX reports whether the reply says itself that it is a PBX's.
func (r reply) isPBX() bool { return strings.Contains(r.header.Get("Server"), "PBX/") }

// do sends a request with a JSON body, or none when body is nil, and reads the reply.
func (w *web) do(ctx context.Context, method, path string, body any, prepare func(*http.Request)) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	ctx, mark := noteReach(ctx)
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return reply{}, err
		}
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, w.at.at(path), content)
	if err != nil {
		return reply{}, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if prepare != nil {
		prepare(req)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return reply{}, mark(err)
	}
	defer resp.Body.Close()
	r, err := w.read(resp)
	return r, mark(err)
}

var errLongReply = errors.New("the reply is longer than a PBX's would be")

func (w *web) read(resp *http.Response) (reply, error) {
	r := reply{status: resp.StatusCode, header: resp.Header}
	var err error
	if r.body, err = io.ReadAll(io.LimitReader(resp.Body, maxReply+1)); err != nil {
		return reply{}, err
	}
	if len(r.body) > maxReply {
		return reply{}, errLongReply
	}
	for _, c := range resp.Cookies() {
		if c.Name == SessionCookie && sessionID(c.Value) {
			r.cookie = c.Value
		}
	}
	if v := versionOf(resp.Header.Get("Server")); v > 0 {
		w.version = v
	}
	return r, nil
}

// askVersion reads the version off the front page, for replies that do not tell it. A PBX that
// does not tell it there either is taken for a modern one.
func (w *web) askVersion(ctx context.Context) (int, error) {
	if _, err := w.do(ctx, http.MethodGet, "/", nil, nil); err != nil && !errors.Is(err, errLongReply) {
		return 0, unreachable(w.at, pbxws.StepReach, err)
	}
	return w.version, nil
}

// statusError is a status of the web server that is no success.
type statusError int

func (e statusError) Error() string {
	return fmt.Sprintf("the PBX answered %d %s", int(e), http.StatusText(int(e)))
}

var errSaidNo = errors.New("the PBX said no")

// setDND switches do-not-disturb of the user.
func (w *web) setDND(ctx context.Context, id string, on bool) error {
	r, err := w.do(ctx, http.MethodPost, DNDPath(w.at.full), DNDRequest{on}, func(req *http.Request) {
		req.AddCookie(&http.Cookie{Name: SessionCookie, Value: id})
	})
	switch {
	case err != nil:
		return err
	case r.status/100 != 2:
		return statusError(r.status)
	case string(bytes.TrimSpace(r.body)) == "false":
		return errSaidNo
	}
	return nil
}

// refusedBy tells that the web server would not do what we asked.
func refusedBy(c pbxws.Command, err error) pbxws.CommandRefused {
	var status statusError
	errors.As(err, &status)
	return pbxws.CommandRefused{Command: c, Code: int(status), Reason: err.Error()}
}
