package appws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Peer is a connection that requests can be sent on: *Conn and *APIConn.
type Peer interface {
	Do(ctx context.Context, request any) (Message, error)
	Subscribe(ctx context.Context, request any) (*Subscription, error)
	Decrypt(seed, data string) (string, error)
	Done() <-chan struct{}
}

// servicesAPI is the PBX API that names the apps a PBX knows and logs in to them.
const servicesAPI = "Services"

// ErrNotInfo says that a message is no ServicesInfo.
var ErrNotInfo = errors.New("the message is no ServicesInfo")

// Services is the Services API of a PBX on a connection with it: one that we opened to its app
// object, or one that it opened to our service (HandlePBX). While that connection lasts it is an
// Authenticator for other apps' services. In the PBX the app object needs Websocket and Services
// ticked, and the other app ticked in its Apps tab.
type Services struct{ pbx Peer }

// NewServices uses the connection with a PBX.
func NewServices(pbx Peer) *Services { return &Services{pbx} }

// ServiceError says that the PBX gave no login.
type ServiceError struct {
	// Code is the PBX's error as written, Text its words, often none; both come from the wire.
	Code, Text string
}

func (e *ServiceError) Error() string {
	s := "the PBX gave no login for the service: error " + clipped(e.Code)
	if e.Text != "" {
		s += fmt.Sprintf(" %q", clipped(e.Text))
	}
	return s
}

// Login implements Authenticator. app is the name of the app's object in the PBX, as in
// ServiceInfo.Name. Once the connection with the PBX has ended the error is
// ErrAuthenticatorGone.
func (s *Services) Login(ctx context.Context, app, challenge string) (Login, error) {
	m, err := s.pbx.Do(ctx, struct {
		API       string `json:"api"`
		MT        string `json:"mt"`
		App       string `json:"app"`
		Challenge string `json:"challenge"`
	}{servicesAPI, "GetServiceLogin", app, challenge})
	select {
	case <-s.pbx.Done():
		return Login{}, fmt.Errorf("%w: the connection with the PBX has ended", ErrAuthenticatorGone)
	default:
	}
	if err != nil {
		return Login{}, fmt.Errorf("ask the PBX for the login: %w", err)
	}
	return s.loginOf(m)
}

// loginOf reads a GetServiceLoginResult. Its info is kept as written, because the digest covers the
// text.
func (s *Services) loginOf(m Message) (Login, error) {
	if v := member(m.Raw, "error"); v != nil && !isNothing(string(v)) {
		text, _ := textMember(m.Raw, "errorText")
		code, ok := unquote(v)
		if !ok {
			code = string(v)
		}
		return Login{}, &ServiceError{Code: code, Text: text}
	}
	var l Login
	var salt, key string
	for name, into := range map[string]*string{
		"domain": &l.Domain, "sip": &l.SIP, "guid": &l.GUID, "dn": &l.DN, "pbxObj": &l.PbxObj,
		"app": &l.App, "digest": &l.Digest, "salt": &salt, "key": &key,
	} {
		text, ok := textMember(m.Raw, name)
		if !ok {
			return Login{}, fmt.Errorf("the PBX's login for the service: %q is no text", name)
		}
		*into = text
	}
	if info := member(m.Raw, "info"); info != nil && string(info) != "null" {
		l.Info = compactInfo(info)
	}
	if l.Digest == "" || key == "" {
		return Login{}, errors.New("the PBX's login for the service has no digest or no key")
	}
	plain, err := s.pbx.Decrypt(salt, key)
	if err != nil {
		return Login{}, fmt.Errorf("the key of the PBX's login for the service: %w", err)
	}
	l.Key = SessionKey(plain)
	return l, nil
}

// isNothing reports whether a JSON value means no error.
func isNothing(v string) bool { return v == "null" || v == "false" || v == "0" || v == `""` }

// ServiceInfo is an app that a PBX knows. All of it comes from the wire.
type ServiceInfo struct {
	// Name is the name of the app object, which Services.Login wants as app.
	Name  string `json:"name"`
	Title string `json:"title"`
	// URL is the URL of the app, ready for Config.URL. It may point anywhere.
	URL string `json:"url"`
	// APIs are the models of the APIs that the app offers, by their ids.
	APIs map[string]json.RawMessage `json:"apis"`
}

// DecodeServices reads a ServicesInfo.
func DecodeServices(m Message) ([]ServiceInfo, error) {
	if m.MT != "ServicesInfo" {
		return nil, ErrNotInfo
	}
	var body struct {
		Services []struct {
			Name  string                     `json:"name"`
			Title string                     `json:"title"`
			URL   string                     `json:"url"`
			Info  map[string]json.RawMessage `json:"info"`
		} `json:"services"`
	}
	if err := m.Decode(&body); err != nil {
		return nil, err
	}
	list := make([]ServiceInfo, len(body.Services))
	for i, s := range body.Services {
		list[i] = ServiceInfo{Name: s.Name, Title: s.Title, URL: s.URL, APIs: apisOf(s.Info)}
	}
	return list, nil
}

// apisOf finds the APIs in a service's info: under "apis" as services publish them, or at the
// top as the vendor's page shows them.
func apisOf(info map[string]json.RawMessage) map[string]json.RawMessage {
	var nested map[string]json.RawMessage
	if apis, ok := info["apis"]; ok && json.Unmarshal(apis, &nested) == nil {
		return nested
	}
	return info
}

// ServiceList is a subscription of the apps that the PBX knows.
type ServiceList struct {
	pbx Peer
	sub *Subscription
}

// Subscribe asks for the list of apps and for each change of it.
func (s *Services) Subscribe(ctx context.Context) (*ServiceList, error) {
	sub, err := s.pbx.Subscribe(ctx, map[string]string{"api": servicesAPI, "mt": "SubscribeServices"})
	if err != nil {
		return nil, fmt.Errorf("subscribe to the PBX's services: %w", err)
	}
	return &ServiceList{s.pbx, sub}, nil
}

// Recv returns the list, at once the first time, later when it has changed.
func (l *ServiceList) Recv(ctx context.Context) ([]ServiceInfo, error) {
	for {
		m, err := l.sub.Recv(ctx)
		if err != nil {
			return nil, err
		}
		list, err := DecodeServices(m)
		if !errors.Is(err, ErrNotInfo) {
			return list, err
		}
	}
}

// Stop ends the subscription here and at the PBX.
func (l *ServiceList) Stop(ctx context.Context) error {
	l.sub.Stop()
	_, err := l.pbx.Do(ctx, map[string]string{"api": servicesAPI, "mt": "UnsubscribeServices"})
	return err
}

// Offers reports whether the app has an API, by its id.
func (s ServiceInfo) Offers(api string) bool {
	_, ok := s.APIs[api]
	return ok
}
