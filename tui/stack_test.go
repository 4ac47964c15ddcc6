package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoPaneSeesAnothersState reads the methods of the panes: a pane asks another one by its methods,
// touches no field of it, and looks for none on the stack.
func TestNoPaneSeesAnothersState(t *testing.T) {
	t.Parallel()
	files := sources(t)
	fields := map[string]map[string]string{} // of a pane by their name: the pane that they hold, or none
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && strings.HasSuffix(spec.Name.Name, "Pane") {
				fields[spec.Name.Name] = fieldsOf(spec)
			}
			return true
		})
	}
	for _, f := range files {
		for _, d := range f.Decls {
			method, ok := d.(*ast.FuncDecl)
			if !ok || method.Recv == nil || len(method.Recv.List[0].Names) == 0 {
				continue
			}
			me, self := paneOf(method.Recv.List[0].Type), method.Recv.List[0].Names[0].Name
			if fields[me] == nil {
				continue
			}
			ast.Inspect(method, func(n ast.Node) bool {
				if called, ok := n.(*ast.IndexExpr); ok && paneOf(called.Index) != "" && paneOf(called.Index) != me {
					t.Errorf("%s.%s looks for %s", me, method.Name.Name, paneOf(called.Index))
				}
				outer, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				inner, ok := outer.X.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := inner.X.(*ast.Ident); !ok || x.Name != self {
					return true
				}
				if _, state := fields[fields[me][inner.Sel.Name]][outer.Sel.Name]; state {
					t.Errorf("%s.%s touches %s.%s", me, method.Name.Name, fields[me][inner.Sel.Name], outer.Sel.Name)
				}
				return true
			})
		}
	}
}

// sources are the files of the package without its tests.
func sources(t *testing.T) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

func fieldsOf(spec *ast.TypeSpec) map[string]string {
	s, ok := spec.Type.(*ast.StructType)
	if !ok {
		return nil
	}
	all := map[string]string{}
	for _, f := range s.Fields.List {
		for _, name := range f.Names {
			all[name.Name] = paneOf(f.Type)
		}
	}
	return all
}

// paneOf is the name of the pane that a pointer is to, empty for another type.
func paneOf(e ast.Expr) string {
	star, ok := e.(*ast.StarExpr)
	if !ok {
		return ""
	}
	if name, ok := star.X.(*ast.Ident); ok && strings.HasSuffix(name.Name, "Pane") {
		return name.Name
	}
	return ""
}
