//go:build !race

package main

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// library is what other programs may import, with what lies below: its exported names need no use here.
const library = "appws"

// implicit are methods that the standard library calls through interfaces of its own.
var implicit = []string{
	"Error", "Unwrap", "Is", "String", "GoString", "LogValue", "Read", "Write", "Close",
	"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "ServeHTTP",
}

// TestExportedNamesAreUsed wants every exported function, method, type, variable and constant to be
// used by another package. It goes by names alone and so misses some. A type may also be a part of
// another exported name or one of a closed set, a constant a value of an exported type.
func TestExportedNamesAreUsed(t *testing.T) {
	t.Parallel()
	all := map[string]*exports{}          // by package
	users := map[string]map[string]bool{} // by name, the packages that use it after a dot
	for file := range allGoFiles(t) {
		f, dir := syntaxOf(t, file), path.Dir(file)
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if users[s.Sel.Name] == nil {
					users[s.Sel.Name] = map[string]bool{}
				}
				users[s.Sel.Name][dir] = true
			}
			return true
		})
		if strings.HasSuffix(file, "_test.go") || f.Name.Name == "main" || dir == library || strings.HasPrefix(dir, library+"/") {
			continue
		}
		if all[dir] == nil {
			all[dir] = &exports{names: map[string]bool{}, parts: map[string]bool{}}
		}
		all[dir].add(f)
	}
	for dir, e := range all {
		for name := range e.names {
			by := users[name]
			if len(by) > 1 || len(by) == 1 && !by[dir] || e.parts[name] || slices.Contains(implicit, name) {
				continue
			}
			t.Errorf("%s: no other package uses %s", dir, name)
		}
	}
}

// exports are the exported names of a package, and the types that such names are made of.
type exports struct{ names, parts map[string]bool }

func (e *exports) add(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			e.function(d)
		case *ast.GenDecl:
			e.general(d)
		}
	}
}

func (e *exports) function(d *ast.FuncDecl) {
	if d.Recv != nil && !d.Name.IsExported() && d.Body != nil && len(d.Body.List) == 0 {
		e.parts[typeName(d.Recv.List[0].Type)] = true // one of a closed set
	}
	if !d.Name.IsExported() || d.Recv != nil && !ast.IsExported(typeName(d.Recv.List[0].Type)) {
		return
	}
	e.names[d.Name.Name] = true
	e.made(d.Type)
}

func (e *exports) general(d *ast.GenDecl) {
	var value ast.Expr // the type of a group of constants stands at its first one
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() {
				e.names[s.Name.Name] = true
				e.made(s.Type)
			}
		case *ast.ValueSpec:
			if s.Type != nil || len(s.Values) > 0 {
				value = s.Type
			}
			for _, n := range s.Names {
				if n.IsExported() && (d.Tok != token.CONST || value == nil || !ast.IsExported(typeName(value))) {
					e.names[n.Name] = true
				}
			}
			if s.Type != nil {
				e.made(s.Type)
			}
		}
	}
}

// made notes the types in a type, except those of unexported fields.
func (e *exports) made(t ast.Expr) {
	ast.Inspect(t, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			return len(n.Names) == 0 || slices.ContainsFunc(n.Names, (*ast.Ident).IsExported) || !isStruct(t)
		case *ast.Ident:
			e.parts[n.Name] = true
		}
		return true
	})
}

func isStruct(t ast.Expr) bool {
	_, ok := t.(*ast.StructType)
	return ok
}

// typeName is the name of a type, without what it points to or is made for.
func typeName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return typeName(t.X)
	case *ast.IndexExpr:
		return typeName(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
