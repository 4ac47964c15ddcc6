// Packaging builds the packages of the program: deb, rpm and apk, tar.gz and zip. From the root of the tree:
//
//	go -C packaging run . -out ../dist
//
// The same tree and the same compilers make the same bytes.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

func main() {
	var o options
	flag.StringVar(&o.root, "tree", "..", "the tree of the program")
	flag.StringVar(&o.version, "version", "", "the version, that of the tree without it")
	flag.StringVar(&o.out, "out", "../dist", "where the packages go")
	only := flag.String("only", "", "make only these, with commas between them, such as deb/amd64,zip/arm64")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, *only); err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

// options say what is packaged, and where the packages go.
type options struct{ root, version, out string }

func run(ctx context.Context, o options, only string) error {
	wanted := packages
	if only != "" {
		wanted = nil
		for _, name := range strings.Split(only, ",") {
			p, err := packageNamed(name)
			if err != nil {
				return err
			}
			wanted = append(wanted, p)
		}
	}
	work, err := os.MkdirTemp("", "patchcord-packaging-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	b := &builder{ctx: ctx, options: o, work: work, programs: map[build]string{}}
	texts, err := b.texts(wanted)
	if err != nil {
		return err
	}
	for _, p := range wanted {
		program, err := b.program(p.build)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		path, err := write(p, content{b.version, b.date, program, texts}, o.out)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		fmt.Println(path)
	}
	return nil
}
