package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// accepted are the licences under which a module may be linked: none asks for more than that its text goes along.
var accepted = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "Unlicense"}

// stated are modules that name their licence in a sentence of their README, which has been read.
var stated = map[string]string{
	"github.com/gotranspile/g722":      "BSD and public domain, as its README states",
	"github.com/mattn/go-localereader": "MIT, as its README states",
}

// enclosed are files of other authors in a module, with a licence at their end.
var enclosed = map[string]string{"github.com/gen2brain/malgo": "miniaudio.h"}

// coverage is how much of a text must be words of known licences, in percent; the rest are names and years.
const coverage = 75

var (
	isLicense     = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice)s?([.-].*)?$`)
	readmeSection = regexp.MustCompile(`(?is)\n#+ licen[cs]e\s*\n(.*?)(\n#|$)`)
	endingComment = regexp.MustCompile(`(?s)/\*\n(This software is available.*)\*/\s*$`)
)

// text is a licence, or several, word for word.
type text struct {
	// names are SPDX identifiers, or a sentence where the text has none.
	names, words string
}

// texts are the licences of a module.
func (m *linked) texts() ([]text, error) {
	var all []text
	for _, dir := range m.places() {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.IsDir() || !isLicense.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
				continue
			}
			t, err := read(filepath.Join(dir, e.Name()), nil)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.path, err)
			}
			all = append(all, t)
		}
	}
	if file := enclosed[m.path]; file != "" {
		t, err := read(filepath.Join(m.dir, file), endingComment)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.path, err)
		}
		t.names += " (" + file + ")"
		all = append(all, t)
	}
	if names := stated[m.path]; names != "" && len(all) == 0 {
		words, err := wordsOf(filepath.Join(m.dir, "README.md"), readmeSection)
		return []text{{names, words}}, err
	}
	if len(all) == 0 {
		return nil, errors.New(m.path + " has no licence")
	}
	return all, nil
}

// wordsOf is a file, or what stands in the first group of a pattern there.
func wordsOf(path string, in *regexp.Regexp) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	words := strings.ReplaceAll(string(data), "\r\n", "\n")
	if in != nil {
		found := in.FindStringSubmatch(words)
		if found == nil {
			return "", fmt.Errorf("%s has no licence where it had one", path)
		}
		words = found[1]
	}
	return strings.Trim(words, "\n") + "\n", nil
}

// read reads a licence and refuses one that nobody has accepted.
func read(path string, in *regexp.Regexp) (text, error) {
	words, err := wordsOf(path, in)
	if err != nil {
		return text{}, err
	}
	names, err := namesOf(words)
	if err != nil && strings.HasPrefix(strings.ToLower(filepath.Base(path)), "notice") {
		names, err = "notice", nil // who wrote what, and no licence
	}
	if err != nil {
		return text{}, fmt.Errorf("%s: %w", path, err)
	}
	return text{names, words}, nil
}

// namesOf recognises the licences of a text.
func namesOf(words string) (string, error) {
	found := licensecheck.Scan([]byte(words))
	var names []string
	for _, m := range found.Match {
		switch {
		case slices.Contains(names, m.ID):
		case !slices.Contains(accepted, m.ID):
			return "", fmt.Errorf("its licence is %s; may it be linked?", m.ID)
		default:
			names = append(names, m.ID)
		}
	}
	if len(names) == 0 || found.Percent < coverage {
		return "", fmt.Errorf("its licence is not known (%s, %.0f%% of the text)", names, found.Percent)
	}
	return strings.Join(names, ", "), nil
}

// compose makes the file of the program in a directory.
func compose(dir string) (string, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", err
	}
	golang, err := read(filepath.Join(strings.TrimSpace(string(root)), "LICENSE"), nil)
	if err != nil {
		return "", err
	}
	all, err := modules(dir)
	if err != nil {
		return "", err
	}
	users, order := map[text][]string{golang: {"Go, its standard library and runtime"}}, []text{golang}
	var refused error
	for _, m := range all {
		texts, err := m.texts()
		refused = errors.Join(refused, err)
		for _, t := range texts {
			if users[t] == nil {
				order = append(order, t)
			}
			users[t] = append(users[t], m.path+" "+m.version)
		}
	}
	if refused != nil {
		return "", refused
	}
	var b strings.Builder
	b.WriteString("Patchcord has the licence in LICENSE. It is linked with what is listed here, some of it on some systems only.\n" +
		"Written by go run ./internal/licenses > THIRD-PARTY-LICENSES.txt\n")
	for _, t := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n%s\n\n%s", strings.Repeat("=", 80), strings.Join(users[t], "\n"), "Licence: "+t.names, t.words)
	}
	return b.String(), nil
}
