//go:build !race

package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// row is a line of a table that names tests.
type row struct {
	section string
	line    int
	cells   []string
}

// parityRows are the rows of the tables of a document whose last column names tests.
func parityRows(t *testing.T, file string) []row {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	section, inTests := "", false
	n := 0
	for l := range strings.Lines(string(text)) {
		n++
		l = strings.TrimSpace(l)
		switch cells := strings.Split(strings.Trim(l, "|"), "|"); {
		case strings.HasPrefix(l, "#"):
			section = strings.TrimLeft(l, "# ")
		case !strings.HasPrefix(l, "|"):
			inTests = false
		case strings.HasPrefix(strings.TrimSpace(cells[len(cells)-1]), "test"):
			inTests = true
		case inTests && !strings.HasPrefix(l, "|-"):
			rows = append(rows, row{section, n, cells})
		}
	}
	return rows
}

// testName is a test, a fuzz target or an example, with what follows in brackets: the beginning of
// the ids of vectors.
var testName = regexp.MustCompile(`\b((?:Test|Fuzz|Example)\w*)(?: \(([^)…]+)…?\))?`)

// noBehaviour marks a row that has nothing to show.
const noBehaviour = "no behaviour of its own"

// TestParityTable checks docs/appwebsocket.md: each row of its tables names existing tests, or says
// that it has nothing to test.
func TestParityTable(t *testing.T) {
	t.Parallel()
	var tests []string
	for _, dir := range []string{"appws", "appws/record", "appws/sessions", "appws/appwstest", "appws/proxy", "appws/script"} {
		tests = append(tests, testsOf(t, dir)...)
	}
	vectors := vectorIDs(t)
	sections := map[string]int{}
	for _, r := range parityRows(t, "docs/appwebsocket.md") {
		sections[r.section]++
		for _, m := range r.tests(t, tests) {
			if m[2] != "" && !slices.ContainsFunc(vectors, func(id string) bool { return strings.HasPrefix(id, m[2]) }) {
				t.Errorf("line %d names the vector %s, which does not exist", r.line, m[2])
			}
		}
	}
	for _, s := range []string{
		"AppWebsocketClient (JavaScript)", "JsonApi (JavaScript, the service's side)", "IAppWebsocketClient (C++)",
		"Beyond the three pages", "How a connection ends",
	} {
		if sections[s] == 0 {
			t.Errorf("the section %q has no rows with tests", s)
		}
	}
}

// TestNethCTITable checks docs/nethcti.md: each row of a table with tests names existing ones.
func TestNethCTITable(t *testing.T) {
	t.Parallel()
	var tests []string
	for _, dir := range []string{"pbxws/nethcti", "internal/janus", "tui"} {
		tests = append(tests, testsOf(t, dir)...)
	}
	rows := parityRows(t, "docs/nethcti.md")
	for _, r := range rows {
		r.tests(t, tests)
	}
	if len(rows) < 35 {
		t.Errorf("only %d rows have tests", len(rows))
	}
}

// tests are the tests that a row names, which have to be among those that there are.
func (r row) tests(t *testing.T, all []string) [][]string {
	t.Helper()
	last := r.cells[len(r.cells)-1]
	named := testName.FindAllStringSubmatch(last, -1)
	if len(named) == 0 && strings.TrimSpace(last) != noBehaviour {
		t.Errorf("line %d names no test: %s", r.line, strings.Join(r.cells, "|"))
	}
	for _, m := range named {
		if !slices.Contains(all, m[1]) {
			t.Errorf("line %d names %s, which does not exist", r.line, m[1])
		}
	}
	return named
}

// testsOf are the tests, fuzz targets and examples of a package by name.
func testsOf(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		for _, d := range parsed(t, file).Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

func parsed(t *testing.T, file string) *ast.File {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func vectorIDs(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("appws/testdata/innovaphone.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []struct{ ID string } }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(file.Vectors))
	for i, v := range file.Vectors {
		ids[i] = v.ID
	}
	return ids
}

// TestAppwsStandsAlone: whoever imports appws needs nothing that is internal to this program.
func TestAppwsStandsAlone(t *testing.T) {
	t.Parallel()
	for file := range goFiles(t) {
		if filepath.Dir(file) != "appws" {
			continue
		}
		tree := parsed(t, file)
		ast.FileExports(tree)
		for _, d := range tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				f.Body = nil
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == "ws" {
						t.Errorf("%s: %s.%s is in the API", file, x.Name, s.Sel.Name)
					}
				}
				return true
			})
		}
	}
}
