// Patchcord is a softphone and PBX monitor in a terminal. Package internal/cli has its commands.
package main

import (
	"context"
	_ "embed"
	"os"
	"os/signal"
	"syscall"

	"github.com/patchcord/patchcord/internal/app"
	"github.com/patchcord/patchcord/internal/cli"
	"github.com/patchcord/patchcord/internal/guard"
)

//go:embed keymap.toml
var keys []byte

// version is that of the tree; the linker sets another one for a package, with -X main.version=.
var version = "0.1"

var program = app.Program{Version: version, Dialects: dialects, Keys: keys}

func main() {
	if guard.Keep() {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := cli.Run(ctx, program, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
