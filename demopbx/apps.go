package demopbx

import (
	"errors"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/appwstest"
	"github.com/patchcord/patchcord/demopbx/exchange"
)

// Where AppWebsocket is served, at the PBX's own port and with its Password.
const (
	// AppsPath is where app objects log in to the PBX; AppObject is the one that may.
	AppsPath  = "/PBX0/APPS/websocket"
	AppObject = "patchcord"
	// EchoPath is a service for practice; EchoApp is the name of its object and its app. The service is at
	// the root of the instance and everywhere below, as clients differ in what they cut off, and at
	// echoShort.
	EchoPath  = echoRoot + "/" + EchoApp
	EchoApp   = "echo"
	echoRoot  = "/" + exchange.Domain + "/echo"
	echoShort = "/echo"
)

// callsEvery is the pause between two steps in the life of the people whose calls RCC shows.
const callsEvery = 3 * time.Second

// apps is the AppWebsocket side of the PBX. It shares nothing with its telephones.
type apps struct {
	pbx  *appwstest.PBX
	echo *appws.Service
}

// newApps makes the services; url is the PBX's.
func newApps(url string, o Options) *apps {
	options := appwstest.Options{AnyOrigin: o.AnyOrigin, Log: o.Log}
	a := &apps{
		pbx:  appwstest.NewPBX(exchange.Domain, map[string]string{AppObject: exchange.Password}, options),
		echo: appwstest.NewEcho(exchange.Password, options),
	}
	a.pbx.SetApps(appwstest.App{
		Name: EchoApp, Title: "Echo", URL: url + EchoPath, App: EchoApp, Password: exchange.Password,
		APIs: map[string]any{"com.example.echo": struct{}{}},
	})
	return a
}

// before serves the paths of the services and leaves the rest to next. Only close ends their
// connections.
func (a *apps) before(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+AppsPath, a.pbx)
	for _, root := range []string{echoRoot, echoShort} {
		mux.Handle("GET "+root, a.echo)
		mux.Handle("GET "+root+"/", a.echo)
	}
	mux.Handle("/", next)
	return mux
}

// close ends all connections and waits.
func (a *apps) close() error { return errors.Join(a.pbx.Close(), a.echo.Close()) }
