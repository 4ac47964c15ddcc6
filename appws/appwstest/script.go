package appwstest

import (
	"encoding/json"
	"net/url"
	"path"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
)

// script is what each request of a record caused, by its api and mt, in order.
type script map[string][]answers

// answers are what one request caused, in order.
type answers []recorded

type recorded struct {
	after time.Duration
	text  json.RawMessage
}

func keyOf(api, mt string) string { return api + "/" + mt }

// scripted sorts a record by its requests, which have the direction asks. What came without a src belongs to
// the request before it.
func scripted(log record.Log, asks appws.Direction) script {
	s := script{}
	type open struct {
		key string
		n   int
		at  time.Time
	}
	bySrc := map[string]open{}
	var last open
	for _, e := range log.Entries {
		switch {
		case e.Dir == record.Note || e.Handshake || e.MT == "" || e.Cut:
		case e.Dir == asks:
			key := keyOf(e.API, e.MT)
			last = open{key, len(s[key]), e.At}
			s[key] = append(s[key], nil)
			if e.Src != "" {
				bySrc[e.Src] = last
			}
		case e.Hidden == 0:
			of, known := bySrc[e.Src]
			if !known {
				of = last
			}
			if of.key != "" {
				s[of.key][of.n] = append(s[of.key][of.n], recorded{e.At.Sub(of.at), json.RawMessage(e.Text)})
			}
		}
	}
	return s
}

// under is the message with the src of a request, or unchanged where it had none.
func (r recorded) under(request appws.Message) json.RawMessage {
	var body map[string]json.RawMessage
	if json.Unmarshal(r.text, &body) != nil || body["src"] == nil {
		return r.text
	}
	var mt string
	_ = json.Unmarshal(body["mt"], &mt)
	for _, name := range []string{"mt", "api", "src"} {
		delete(body, name)
	}
	text, err := request.Indication(mt, body)
	if err != nil {
		return r.text
	}
	return text
}

// domainOf is the domain that the PBX of a record has, empty where it does not say.
func domainOf(log record.Log) string {
	for _, e := range log.Entries {
		if e.MT == "PbxInfo" || e.MT == "AppLoginResult" {
			var body struct{ Domain string }
			if json.Unmarshal([]byte(e.Text), &body) == nil && body.Domain != "" {
				return body.Domain
			}
		}
	}
	return ""
}

// apisOf are the APIs that the PBX of a record says it has, or else those that it was asked for.
func apisOf(log record.Log) []string {
	var asked []string
	seen := map[string]bool{}
	for _, e := range log.Entries {
		var body struct{ APIs []string }
		if e.MT == "PbxInfo" && json.Unmarshal([]byte(e.Text), &body) == nil && len(body.APIs) > 0 {
			return body.APIs
		}
		if e.API != "" && !seen[e.API] {
			seen[e.API] = true
			asked = append(asked, e.API)
		}
	}
	return asked
}

// appIn is the name that a login has for the app at a URL: its last component.
func appIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return path.Base(u.Path)
}

// appsOf are the apps that the PBX of a record listed last.
func appsOf(log record.Log, password string) []App {
	var apps []App
	names := map[string]string{} // the app of a login, by the name of its object
	for _, e := range log.Entries {
		m, err := appws.ParseMessage([]byte(e.Text))
		if err != nil || m.API != servicesAPI {
			continue
		}
		var login struct{ App, PbxObj string }
		if m.MT == "GetServiceLoginResult" && m.Decode(&login) == nil {
			names[login.PbxObj] = login.App
		}
		services, err := appws.DecodeServices(m)
		if err != nil {
			continue
		}
		apps = nil
		for _, s := range services {
			a := App{Name: s.Name, Title: s.Title, URL: s.URL, Password: password, APIs: map[string]any{}}
			for id, model := range s.APIs {
				a.APIs[id] = model
			}
			apps = append(apps, a)
		}
	}
	for i, a := range apps {
		if name := names[a.Name]; name != "" {
			apps[i].App = name
		}
	}
	return apps
}
