package apps

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// report is a text that fills the body until it is closed.
type report struct {
	title string
	lines []string
}

// show fills the body with a report.
func (a *Pane) show(title string, lines []string) { a.report, a.reportLine = &report{title, lines}, 0 }

func (a *Pane) drawReport(c *term.Canvas, r term.Rect) {
	c.On(r.Rows(1), 0).Gap(1).Put(term.Title, a.report.title)
	c.Ruler(r.Rows(1))
	drawMessageLines(c, r, a.broken(r.W-2, c.ASCII), a.reportLine, nil)
}

// broken are the report's lines in a width.
func (a *Pane) broken(width int, ascii bool) []string {
	var lines []string
	for _, line := range a.report.lines {
		parts := []string{line}
		if term.Columns(line, ascii) > width && strings.HasSuffix(line, ".") { // a sentence
			parts = term.Wrap(line, width, ascii)
		}
		for _, part := range parts {
			lines = append(lines, messages.Folded(part, width, ascii)...)
		}
	}
	return lines
}

// sealed is a message whose texts are encrypted and decrypted: the key of its connection and its members.
type sealed struct {
	key     appws.SessionKey
	members []messages.Member
}

// askCrypto opens the line for a seed and a text, with those of the selected message that fit.
func (a *Pane) askCrypto(s sessions.View, sh Shown, w Work) Effect {
	row, ok := a.marked(sh)
	switch {
	case !a.unlocked:
		return said("nothing is decrypted while the pane is locked" + unlockHint(sh))
	case !ok || row.isFold() || row.first().Dir == record.Note:
		return said("select a message first")
	}
	from := a.from(s, row.first().N)
	e, err := w.Sessions.Reveal(from.session, from.n)
	if err != nil {
		e = row.first()
	}
	key, err := w.Sessions.Key(from.session, from.n)
	if err != nil {
		return said(err.Error())
	}
	a.sealed = sealed{key, messages.Members(e.Text)}
	a.open(cryptInput, a.sealed.guess())
	return Effect{}
}

// guess names a seed and a text that decrypt with it, else the first that might.
func (x sealed) guess() string {
	first := ""
	for _, seed := range x.members {
		for _, text := range x.members {
			plain, err := x.key.Decrypt(seed.Value, text.Value)
			if err != nil || text.Value == "" || seed.Name == text.Name {
				continue
			}
			isSeed := strings.Contains(strings.ToLower(seed.Name), "seed") || strings.Contains(strings.ToLower(seed.Name), "salt")
			if isSeed && isPlain(plain) {
				return seed.Name + " " + text.Name
			}
			if first == "" && isPlain(plain) && len(plain) > 3 {
				first = seed.Name + " " + text.Name
			}
		}
	}
	return first
}

func isPlain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' })
}

// seedAndText are those of the line: names of members, texts in quotes, or the words themselves.
func (x sealed) seedAndText(line string) (seed, text string, ok bool) {
	words := quotedWords(line)
	if len(words) != 2 {
		return "", "", false
	}
	for i, word := range words {
		inner, isQuoted := strings.CutPrefix(word, `"`)
		if isQuoted {
			words[i] = strings.TrimSuffix(inner, `"`)
			continue
		}
		if at := slices.IndexFunc(x.members, func(m messages.Member) bool { return m.Name == word }); at >= 0 {
			words[i] = x.members[at].Value
		}
	}
	return words[0], words[1], true
}

// quotedWords are the words of a line; one in quotes may have blanks.
func quotedWords(line string) []string {
	var words []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		end := strings.IndexByte(line, ' ')
		if line[0] == '"' {
			if end = strings.IndexByte(line[1:], '"'); end >= 0 {
				end += 2
			}
		}
		if end < 0 {
			end = len(line)
		}
		words, line = append(words, line[:end]), line[end:]
	}
	return words
}

func (a *Pane) cryptPreview(line string) (term.Style, string) {
	seed, text, ok := a.sealed.seedAndText(line)
	if !ok {
		return term.Faint, `a seed and a text: names of members, or "texts in quotes"`
	}
	if plain, err := a.sealed.key.Decrypt(seed, text); err == nil {
		return term.Strong, "decrypted: " + plain
	}
	sealed, err := a.sealed.key.Encrypt(seed, text)
	if err != nil {
		return term.Warn, appws.Explain(err)
	}
	return term.Strong, "encrypted: " + sealed
}

// acceptCrypto shows all that the session key makes of a seed and a text.
func (a *Pane) acceptCrypto(line string) (refusal string) {
	seed, text, ok := a.sealed.seedAndText(line)
	if !ok {
		return "write a seed and a text"
	}
	key := a.sealed.key
	lines := []string{"seed       " + seed, "text       " + text, ""}
	for _, does := range []struct {
		what string
		do   func(seed, data string) (string, error)
	}{{"decrypted  ", key.Decrypt}, {"encrypted  ", key.Encrypt}} {
		result, err := does.do(seed, text)
		if err != nil {
			result = appws.Explain(err)
		}
		lines = append(lines, does.what+result)
	}
	a.typed = nil
	a.show("WITH THE SESSION KEY", append(lines, "hash       "+key.Hash(seed, text)))
	return ""
}

// examined is a login to look at: its number and the challenge before it.
type examined struct {
	session   int
	login     uint64
	challenge string
}

// askDoctor asks for the password of the selected login.
func (a *Pane) askDoctor(s sessions.View, sh Shown, _ Work) Effect {
	row, ok := a.marked(sh)
	if !ok {
		return said("select a login first")
	}
	last := row.last().N
	a.examined = examined{session: a.from(s, last).session}
	for _, e := range a.log.record {
		switch {
		case e.N > last, s.ID == allID && a.all.of(e.N).session != a.examined.session:
		case e.MT == "AppChallengeResult":
			a.examined.challenge = messages.ValueOf(e.Text, "challenge")
		case e.MT == "AppLogin" && e.N >= row.first().N:
			a.examined.login = a.from(s, e.N).n
		}
	}
	if a.examined.login == 0 || a.examined.challenge == "" {
		return said("this is not a login, or its challenge is no longer in the record")
	}
	a.open(doctorInput, "")
	return Effect{}
}

// acceptDoctor tells how the digest of the login was made.
func (a *Pane) acceptDoctor(password string, w Work) (refusal string) {
	e, err := w.Sessions.Reveal(a.examined.session, a.examined.login)
	if err != nil {
		return err.Error()
	}
	found, err := appws.DiagnoseLogin([]byte(e.Text), a.examined.challenge, password)
	if err != nil && !errors.Is(err, appws.ErrNoDiagnosis) {
		return "this login cannot be read: " + appws.Explain(err)
	}
	lines := []string{"challenge  " + a.examined.challenge}
	for _, m := range messages.Members(e.Text) {
		if m.Name != "mt" && m.Name != "digest" && m.Name != "key" {
			lines = append(lines, fmt.Sprintf("%-10s %s", m.Name, m.Value))
		}
		if m.Name != "info" && strings.Contains(m.Value, ":") {
			lines = append(lines, "           There is a colon in it: a careful service refuses that, since it ends a part of what is hashed.")
		}
	}
	lines = append(lines, "")
	switch {
	case e.Hidden > 0:
		lines = append(lines, "The digest was not saved with this record, so nothing can be said of it.")
	case err != nil:
		lines = append(lines, "Wrong: "+err.Error()+".")
	case len(found) == 0:
		lines = append(lines, "Right: the digest is that of this password. The server that refused it has another password, or another reason.")
	default:
		lines = append(lines, "Wrong: the digest is of this password, but not made from what was sent:")
		for _, difference := range found {
			lines = append(lines, "  "+difference)
		}
	}
	a.typed = nil
	a.show("THE DIGEST OF A LOGIN", lines)
	return ""
}
