package appwstest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/internal/backoff"
	"github.com/patchcord/patchcord/internal/notice"
)

// App is an app that a practice PBX knows: its object, and the address and the password of
// its service.
type App struct {
	// Name is the name of the object, Title what people read.
	Name, Title string
	// URL is the URL of the app. App is the one to log in as, empty for the last component of URL.
	URL, App, Password string
	// Pin is the public key of its server that is trusted, as in appws.Config.
	Pin  string
	APIs map[string]any
}

// PBX is the part of a PBX that AppWebsocket shows: app objects log in to it with the name and the password
// of an app, use its Services API to log in to each other's services, its PbxApi for the presence of
// people, and its RCC for their calls. Visit connects it to a service, as a real PBX does.
type PBX struct {
	service *appws.Service
	domain  string
	apis    []string
	changed *notice.Notice
	// exchange is nil where a record answers.
	exchange *exchange
	// open begins to answer the requests of a connection to other APIs than Services.
	open func() desk
	// delay is added to the answers of Services. A connection ends after dropAfter requests, 0 for never.
	delay     time.Duration
	dropAfter int

	mu   sync.Mutex
	apps []App
}

// desk answers requests on one connection.
type desk interface {
	// handle does not wait. Its error ends the connection.
	handle(m appws.Message) error
	// sendAll sends what there is to say until ctx or the connection ends.
	sendAll(ctx context.Context, c asker)
	close()
}

// NewPBX makes a PBX for a domain. objects maps the app objects that may log in to their
// passwords.
func NewPBX(domain string, objects map[string]string, o Options) *PBX {
	people := o.People
	if people == nil {
		people = practicePeople
	}
	e := newExchange(people)
	p := newPBX(domain, o, func(_ context.Context, login appws.Attempt) ([]string, error) {
		if password, ok := objects[login.App]; ok {
			return []string{password}, nil
		}
		return nil, nil
	})
	p.apis = practiceAPIs
	p.open = func() desk { return peopleDesk{e, e.watch()} }
	p.exchange = e
	for _, api := range practiceAPIs {
		p.service.HandleAPI(api, p.accept)
	}
	return p
}

// newPBX makes a PBX that answers nothing yet.
func newPBX(domain string, o Options, passwords func(context.Context, appws.Attempt) ([]string, error)) *PBX {
	return &PBX{
		domain: domain, changed: notice.New(),
		service: newService(appws.ServiceConfig{Domain: domain, AnyOrigin: o.AnyOrigin, Log: o.Log, Passwords: passwords}),
	}
}

// accept serves an API on a connection that came in.
func (p *PBX) accept(ctx context.Context, c *appws.APIConn) error {
	return p.serve(ctx, c, c.Identity().App)
}

// ServeHTTP accepts the connections of app objects, at any path.
func (p *PBX) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.service.ServeHTTP(w, r) }

// Close ends all connections that came in and waits.
func (p *PBX) Close() error { return p.service.Close() }

// SetApps replaces the apps that the PBX knows and notifies subscribers.
func (p *PBX) SetApps(apps ...App) {
	p.mu.Lock()
	p.apps = slices.Clone(apps)
	p.mu.Unlock()
	p.changed.Signal()
}

func (p *PBX) known() []App {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.apps)
}

// Visit connects to the service of an app as the PBX: it logs in as the app's object, asks for the
// AppInfo, says which PBX it is and then serves its Services API there until ctx or the connection
// ends.
func (p *PBX) Visit(ctx context.Context, app App) error {
	app.App = cmp.Or(app.App, appIn(app.URL))
	info, err := appws.MarshalInfo(p.info(app.Name, app))
	if err != nil {
		return err
	}
	conn, err := appws.Dial(ctx, appws.Config{
		URL: app.URL, App: app.App, Password: app.Password, Pin: app.Pin, Domain: p.domain,
		SIP: app.Name, GUID: practiceGUID, DN: app.Title, Info: info,
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.Do(ctx, map[string]string{"mt": "AppInfo", "app": app.App}); err != nil {
		return fmt.Errorf("ask what the app is: %w", err)
	}
	err = conn.Send(ctx, map[string]any{
		"mt": "PbxInfo", "domain": p.domain, "pbx": practiceName, "pbxDns": "pbx." + p.domain,
		"apis": p.apis, "version": "practice", "build": "0",
	})
	if err != nil {
		return fmt.Errorf("introduce the PBX: %w", err)
	}
	return p.serve(ctx, conn, app.Name)
}

const (
	servicesAPI  = "Services"
	presenceAPI  = "PbxApi"
	callsAPI     = "RCC"
	practiceGUID = "3954ae7854c96301c9dd009033400109"
	practiceName = "practice"
)

// practiceAPIs are the APIs of the PBX.
var practiceAPIs = []string{servicesAPI, presenceAPI, callsAPI}

// info is what a PBX tells a service about a login: object is the app object, app the app that it
// logs in to.
func (p *PBX) info(object string, app App) any {
	return struct {
		AppObj string `json:"appobj"`
		AppDN  string `json:"appdn"`
		AppURL string `json:"appurl"`
		PBX    string `json:"pbx"`
		CN     string `json:"cn"`
	}{object, object, app.URL, practiceName, object}
}

// asker is a connection whose requests the PBX answers: an incoming one or one of Visit.
type asker interface {
	Recv(context.Context) (appws.Message, error)
	Send(context.Context, any) error
	Encrypt(seed, data string) (string, error)
}

// attend has a desk answer the requests of one connection until that ends. It ends it after so many, 0 for
// never. ctx of handle ends with the connection.
func attend(ctx context.Context, d desk, c asker, dropAfter int, handle func(context.Context, appws.Message) error) error {
	var telling sync.WaitGroup
	defer telling.Wait()
	defer d.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	telling.Go(func() {
		defer cancel()
		d.sendAll(ctx, c)
	})
	for n := 1; ; n++ {
		m, err := c.Recv(ctx)
		if err != nil {
			return nil // the connection is over
		}
		if dropAfter > 0 && n > dropAfter {
			return dropped(c)
		}
		if err := handle(ctx, m); err != nil {
			return err
		}
	}
}

// serve answers the APIs of the PBX until the connection ends. object is the app object that the
// connection belongs to.
func (p *PBX) serve(ctx context.Context, c asker, object string) error {
	var tellers sync.WaitGroup
	defer tellers.Wait()
	unsubscribe := func() {}
	d := p.open()
	return attend(ctx, d, c, p.dropAfter, func(ctx context.Context, m appws.Message) error {
		if m.API != servicesAPI {
			return d.handle(m)
		}
		answer, err := p.answer(c, m, object)
		if err == nil {
			err = backoff.Wait(ctx, p.delay)
		}
		if err == nil {
			err = c.Send(ctx, answer)
		}
		if err != nil {
			return err
		}
		switch m.MT {
		case "SubscribeServices":
			unsubscribe()
			unsubscribe = p.startTelling(ctx, &tellers, c, m)
		case "UnsubscribeServices":
			unsubscribe()
		}
		return nil
	})
}

func (p *PBX) answer(c asker, m appws.Message, object string) (json.RawMessage, error) {
	switch m.MT {
	case "SubscribeServices", "UnsubscribeServices":
		return m.Result(nil)
	case "GetServiceLogin":
		return p.login(c, m, object)
	}
	return m.Result(practiceError("the practice PBX does not know this message"))
}

func (p *PBX) startTelling(ctx context.Context, tellers *sync.WaitGroup, c asker, m appws.Message) context.CancelFunc {
	ctx, stop := context.WithCancel(ctx)
	tellers.Go(func() { p.tell(ctx, c, m) })
	return stop
}

// tell sends the list of apps now and on each change, under the src of the subscription.
func (p *PBX) tell(ctx context.Context, c asker, m appws.Message) {
	for {
		more := p.changed.Wait()
		list, err := m.Indication("ServicesInfo", map[string]any{"services": p.listed()})
		if err != nil || c.Send(context.WithoutCancel(ctx), list) != nil {
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			return
		}
	}
}

func (p *PBX) listed() []any {
	type info struct {
		APIs map[string]any `json:"apis"`
	}
	type service struct {
		Name  string `json:"name"`
		Title string `json:"title"`
		URL   string `json:"url"`
		Info  info   `json:"info"`
	}
	list := []any{}
	for _, a := range p.known() {
		list = append(list, service{a.Name, a.Title, a.URL, info{a.APIs}})
	}
	return list
}

// login makes the result of GetServiceLogin: a login of the object at another app's service, with
// its session key encrypted by that of the object's connection.
func (p *PBX) login(c asker, m appws.Message, object string) (json.RawMessage, error) {
	var request struct{ App, Challenge string }
	err := m.Decode(&request)
	apps := p.known()
	i := slices.IndexFunc(apps, func(a App) bool { return a.Name == request.App })
	if err != nil || i < 0 || request.Challenge == "" {
		return m.Result(map[string]any{"error": 1, "errorText": "there is no such app, or no challenge"})
	}
	info, err := appws.MarshalInfo(p.info(object, apps[i]))
	if err != nil {
		return nil, err
	}
	l := appws.Login{
		Domain: p.domain, SIP: object, GUID: practiceGUID, DN: object, PbxObj: request.App, App: cmp.Or(apps[i].App, appIn(apps[i].URL)), Info: info,
	}.Signed(request.Challenge, apps[i].Password)
	salt := newSeed()
	key, err := c.Encrypt(salt, string(l.Key))
	if err != nil {
		return nil, err
	}
	return m.Result(map[string]any{
		"domain": l.Domain, "sip": l.SIP, "guid": l.GUID, "dn": l.DN, "pbxObj": l.PbxObj, "app": l.App,
		"info": l.Info, "digest": l.Digest, "salt": salt, "key": key,
	})
}
