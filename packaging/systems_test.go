package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/suite/vet"
	load "golang.org/x/tools/go/packages"
)

// TestEverySystem: on every system that the program is made for, the compiler finds no error in its types and go vet
// finds nothing, in the program and in its tests. Building for all of them says the same, and takes ten times as long.
func TestEverySystem(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages {
		if on := p.build.system + "/" + p.build.arch; !seen[on] {
			seen[on] = true
			t.Run(on, func(t *testing.T) { vets(t, p.build) })
		}
	}
}

func vets(t *testing.T, b build) {
	found, err := load.Load(&load.Config{
		Mode:  load.LoadAllSyntax,
		Dir:   "..",
		Tests: true,
		Env:   append(os.Environ(), "GOOS="+b.system, "GOARCH="+b.arch, "CGO_ENABLED=0"),
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	ours := slices.DeleteFunc(found, func(p *load.Package) bool {
		return strings.Contains(p.ID, "internal/measure") // looks at processes of Linux
	})
	if len(ours) < 100 {
		t.Errorf("only %d packages were looked at", len(ours))
	}
	load.Visit(ours, nil, func(p *load.Package) {
		for _, e := range p.Errors {
			t.Error(e)
		}
	})
	suite := slices.DeleteFunc(slices.Clone(vet.Suite), func(a *analysis.Analyzer) bool {
		return a.Name == "scannererr" // newer than the go command's, and some of our scanners may end early
	})
	graph, err := checker.Analyze(suite, ours, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range graph.Roots {
		if action.Err != nil {
			t.Error(action, action.Err)
		}
		for _, d := range action.Diagnostics {
			t.Errorf("%s: %s", action.Package.Fset.Position(d.Pos), d.Message)
		}
	}
}
