package main

import (
	"os"
	"strings"
	"testing"

	load "golang.org/x/tools/go/packages"
)

// TestEverySystem: the program and its tests have no type error on any system that it is made for. A build says the
// same, and takes ten times as long.
func TestEverySystem(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages {
		if on := p.build.system + "/" + p.build.arch; !seen[on] {
			seen[on] = true
			t.Run(on, func(t *testing.T) { typeCheck(t, p.build) })
		}
	}
}

func typeCheck(t *testing.T, b build) {
	found, err := load.Load(&load.Config{
		Mode:  load.LoadAllSyntax,
		Dir:   "..",
		Tests: true,
		Env:   append(os.Environ(), "GOOS="+b.system, "GOARCH="+b.arch, "CGO_ENABLED=0"),
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	load.Visit(found, nil, func(p *load.Package) {
		if strings.Contains(p.PkgPath, "internal/measure") { // looks at processes of Linux
			return
		}
		checked++
		for _, e := range p.Errors {
			t.Error(e)
		}
	})
	if checked < 400 {
		t.Errorf("only %d packages were checked", checked)
	}
}
