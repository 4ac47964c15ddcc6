package demopbx

import (
	"cmp"
	"crypto/tls"
	"log/slog"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/nethcti"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

// Options of Start. The zero value is a PBX without activity and without faults.
type Options struct {
	// Addr to listen at, "" for 127.0.0.1 and a port that the system chooses.
	Addr string
	// TLS makes it https and wss.
	TLS *tls.Config
	// SelfSigned does that too, with a certificate that is made at the start; see Server.Pin.
	SelfSigned bool
	// Log is nil for silence. The journal says more.
	Log *slog.Logger

	// AnyOrigin lets browsers that show pages of other hosts in at AppWebsocket.
	AnyOrigin bool

	// Only is the one dialect to serve, as in Dialects; all where it is empty.
	Only string

	// PBX is what is behind the wires, Vodia and NethCTI the wires by which clients reach it, both at the
	// same port.
	PBX     exchange.Options
	Vodia   vodia.Options
	NethCTI nethcti.Options
}

func (o Options) withDefaults() Options {
	o.Addr = cmp.Or(o.Addr, "127.0.0.1:0")
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	o.PBX = o.PBX.WithDefaults()
	o.PBX.Log = o.Log
	return o
}
