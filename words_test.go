//go:build !race

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// oldWords are no names any more, each with what to say in its place: see docs/glossary.md. They are
// matched against the words of a name: "take back" is in takeBack, "told" in toldEnd.
var oldWords = map[string]string{
	"aside":          "what it is: fallback, separate",
	"beside":         "what it is: front ends, base directory",
	"buried":         "removed, ended",
	"bury":           "remove, end",
	"crew":           "what it runs: tasks, workers",
	"deed":           "action",
	"desk acts":      "desk actions",
	"doubt":          "unconfirmed, suspect",
	"eager":          "what it bounds",
	"equipment":      "impairment",
	"errand":         "HTTP request, request",
	"goodbye":        "bye, hangup, shutdown",
	"guest":          "participant, peer, connection",
	"habit":          "mode, generation",
	"halves":         "streams, directions",
	"hasty":          "what it bounds",
	"heard":          "what was received: alive, sound, captured, answer",
	"lateness":       "delay impairment",
	"meeting":        "conference",
	"new path":       "ICE restart",
	"old web":        "legacy portal",
	"outside":        "external, environment",
	"passage":        "transmission",
	"patience":       "timeout, timer",
	"pretended":      "simulated",
	"promise":        "preview",
	"restful":        "what it bounds, calm",
	"seat":           "slot, user, sign-in",
	"second thought": "what it does: other kind, correction",
	"seek path":      "ICE restart",
	"set aside":      "fallback, kept",
	"spare":          "free, fallback, pool",
	"staff":          "robots, people",
	"stray":          "what it is: candidate source, silence",
	"switchboard":    "translator",
	"take back":      "resume, restore, fall back",
	"told":           "reported, notified, event",
	"vain":           "failed",
	"wish":           "preference, request",
	"wishes":         "preferences",
}

// oldNames had several meanings each: no type, function or file is called by them alone.
var oldNames = []string{"ask", "asks", "half", "line", "part", "side"}

// oldTurns are in no sentence for people any more, each with what to say in its place.
var oldTurns = map[string]string{
	"afresh":           "again",
	"all the same":     "anyway",
	"anew":             "again",
	"beside":           "next to, besides",
	"carried by":       "on this phone",
	"for ever":         "forever",
	"page for people":  "web page",
	"sent away":        "refused",
	"sought":           "looked for",
	"take back":        "resume",
	"taken back":       "resumed",
	"tells of":         "lists, shows",
	"turned away":      "refused",
	"whoever":          "say who",
	"turns us away":    "refuses us",
	"to be had":        "available",
	"mark somebody":    "select somebody",
	"the marked":       "the selected",
	"nobody is marked": "nobody is selected",
}

// TestWordsOfSentences keeps old turns out of what people read: the manual, and the sentences of the code,
// which are its literals with three words or more.
func TestWordsOfSentences(t *testing.T) {
	t.Parallel()
	for file := range goFiles(t) {
		ast.Inspect(syntaxOf(t, file), func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && strings.Count(l.Value, " ") > 1 {
				reportTurns(t, file, l.Value)
			}
			return true
		})
	}
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			reportTurns(t, page, line)
		}
	}
}

func reportTurns(t *testing.T, file, text string) {
	t.Helper()
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' })
	for old, instead := range oldTurns {
		if strings.Contains(" "+strings.Join(words, " ")+" ", " "+old+" ") {
			t.Errorf("%s: %q has an old turn: %s; say %s", file, text[:min(len(text), 120)], old, instead)
		}
	}
}

// TestWordsOfTheGlossary keeps the old words out of the names that the code gives. The names of
// tests are sentences and may have any word.
func TestWordsOfTheGlossary(t *testing.T) {
	t.Parallel()
	for file := range allGoFiles(t) {
		report := func(name string, alone bool) {
			if why := oldWord(name, alone); why != "" {
				t.Errorf("%s: the name %s has an old word: %s", file, name, why)
			}
		}
		report(strings.TrimSuffix(strings.TrimSuffix(path.Base(file), ".go"), "_test"), true)
		for name, alone := range given(t, file) {
			report(name, alone)
		}
	}
}

// TestWordsBeforeAName: a comment that begins with a name begins with the name it stands before, not with
// a former one.
func TestWordsBeforeAName(t *testing.T) {
	t.Parallel()
	for file := range allGoFiles(t) {
		check := func(doc *ast.CommentGroup, names ...*ast.Ident) {
			first, _, _ := strings.Cut(strings.TrimSpace(doc.Text()), " ")
			letter, _ := utf8.DecodeRuneInString(first)
			if !unicode.IsLower(letter) || len(names) == 0 {
				return
			}
			if !slices.ContainsFunc(names, func(n *ast.Ident) bool { return n.Name == strings.TrimRight(first, ",:") }) {
				t.Errorf("%s: the comment of %s begins with %s", file, names[0], first)
			}
		}
		ast.Inspect(syntaxOf(t, file), func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				check(n.Doc, n.Name)
			case *ast.Field:
				check(n.Doc, n.Names...)
			case *ast.TypeSpec:
				check(n.Doc, n.Name)
			case *ast.ValueSpec:
				check(n.Doc, n.Names...)
			case *ast.GenDecl: // of the one or of several
				var names []*ast.Ident
				for _, spec := range n.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						names = append(names, s.Name)
					case *ast.ValueSpec:
						names = append(names, s.Names...)
					}
				}
				check(n.Doc, names...)
			}
			return true
		})
	}
}

// oldWord says what to use for an old word in a name, empty where there is none.
func oldWord(name string, alone bool) string {
	words := strings.ToLower(wordsOf(name))
	if alone && slices.Contains(oldNames, words) {
		return words + " has several meanings"
	}
	for old, instead := range oldWords {
		if strings.Contains(" "+words+" ", " "+old+" ") {
			return old + "; say " + instead
		}
	}
	return ""
}

// wordsOf parts a name with blanks: "ICE Server", "told End".
func wordsOf(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, l := range letters {
		after := i > 0 && !unicode.IsUpper(letters[i-1])
		before := i+1 < len(letters) && unicode.IsLower(letters[i+1])
		if i > 0 && unicode.IsUpper(l) && (after || before) {
			b.WriteByte(' ')
		}
		if l == '_' {
			l = ' '
		}
		b.WriteRune(l)
	}
	return b.String()
}

// given are the names that a file gives, and whether each names a type or a function.
func given(t *testing.T, file string) map[string]bool {
	f, found := syntaxOf(t, file), map[string]bool{}
	add := func(alone bool, names ...*ast.Ident) {
		for _, n := range names {
			if n != nil {
				found[n.Name] = found[n.Name] || alone
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if !isTest(file, n.Name.Name) {
				add(true, n.Name)
			}
		case *ast.TypeSpec:
			add(true, n.Name)
		case *ast.ValueSpec:
			add(false, n.Names...)
		case *ast.Field:
			add(false, n.Names...)
		case *ast.ImportSpec:
			add(false, n.Name)
		case *ast.LabeledStmt:
			add(false, n.Label)
		case *ast.RangeStmt:
			add(false, defined(n.Tok, n.Key, n.Value)...)
		case *ast.AssignStmt:
			add(false, defined(n.Tok, n.Lhs...)...)
		}
		return true
	})
	return found
}

func syntaxOf(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func defined(tok token.Token, left ...ast.Expr) []*ast.Ident {
	var names []*ast.Ident
	for _, l := range left {
		if name, ok := l.(*ast.Ident); ok && tok == token.DEFINE {
			names = append(names, name)
		}
	}
	return names
}

func isTest(file, name string) bool {
	return strings.HasSuffix(file, "_test.go") && slices.ContainsFunc([]string{"Test", "Benchmark", "Fuzz", "Example"}, func(p string) bool {
		return strings.HasPrefix(name, p)
	})
}

// allGoFiles walks the tree's sources, tests too.
func allGoFiles(t *testing.T) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && p != "."):
				return filepath.SkipDir
			case strings.HasSuffix(p, ".go") && !yield(filepath.ToSlash(p)):
				return filepath.SkipAll
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
