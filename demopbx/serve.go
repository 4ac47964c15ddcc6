package demopbx

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/rtc"
)

// Serve opens a practice PBX and writes to w what it serves and how to sign in, and then every entry of
// the journal, a line each. It returns when ctx ends, or with an error when the PBX cannot be opened or
// w fails.
func Serve(ctx context.Context, o Options, w io.Writer) (err error) {
	s, err := open(o, rtc.Config{Everywhere: true}) // other programs may not look for media on 127.0.0.1
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := fmt.Fprintf(w, welcome, s.options.Vodia.Dialect.Product(), s.URL(), exchange.Domain,
		exchange.FirstExtension, exchange.FirstExtension+s.options.PBX.Extensions-1, exchange.Password, vodia.Admin, exchange.Password,
		AppsPath, AppObject, exchange.Password, EchoPath, EchoApp, exchange.Password); err != nil {
		return fmt.Errorf("tell about the practice PBX: %w", err)
	}
	if pin := s.Pin(); pin != "" {
		if _, err := fmt.Fprintf(w, "  its certificate is made for this run: tls_pin = %q\n\n", pin); err != nil {
			return fmt.Errorf("tell about the practice PBX: %w", err)
		}
	}
	for last := uint64(0); ; {
		e, err := s.Journal().AwaitAfter(ctx, last, func(exchange.Entry) bool { return true })
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		last = e.N
		if _, err := fmt.Fprintln(w, e); err != nil {
			return fmt.Errorf("tell about the practice PBX: %w", err)
		}
	}
}

// welcome is for a person who tries a client.
const welcome = `%s
  server      %s
  tenant      %s
  extensions  %d to %d, password %q
  admin       %s, password %q
  NethVoice CTI at the same port: the user is the extension
  AppWebsocket at the same port:
  PBX         %s  app %s, password %q
  echo        %s  app %s, password %q

  600 repeats what you say          601 answers and plays a tone
  602 is busy                       603 never answers
  604 calls you back                605 measures your echo: see its name
  606 does so as an intercom        607 too, and a colleague takes that call
  any other free one answers after a while, and so does +12025550107 outside
  +12025550199 calls you back from outside
  90 is a conference: all who call it hear one another
  *8580 parks a call in orbit 80    *8680 takes it out again; so do 81 to 84
  *87 and an extension picks up what rings there
  *72 and a number forwards your calls, *73 ends that; *78 and *79 switch do-not-disturb
  who is not there has a mailbox    everybody has a desk phone to be worked from afar

`
