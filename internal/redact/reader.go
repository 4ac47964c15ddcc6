package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// reader goes through a text once.
type reader struct {
	search
	in    []byte
	depth int

	i      int
	out    []byte
	done   int // how much of in is in out
	hidden int

	// pairUntil is the end of an object with a member that names a secret: up to there a member
	// "value" is secret.
	pairUntil int
	// plainUntil is the end of a part where quotes are known not to enclose anything.
	plainUntil int
	// chunkEnd is the end of the part around i without a space, chunkAt its last @, -1 for none.
	chunkEnd, chunkAt int
}

func (r *reader) read() {
	for r.i < len(r.in) {
		c := r.in[r.i]
		switch {
		case c == '"' && r.i >= r.plainUntil:
			r.quoted()
		case c == ':' && bytes.HasPrefix(r.in[r.i:], []byte("://")):
			r.i += len("://")
			r.userinfo(r.i)
		default:
			if end := wordEnd(r.in, r.i); end > r.i {
				r.word(end)
			} else {
				r.i++
			}
		}
	}
}

// replace hides a part of the text.
func (r *reader) replace(from, to int, with string) {
	r.i = max(r.i, to)
	if from >= to {
		return
	}
	r.out = append(append(r.out, r.in[r.done:from]...), with...)
	r.done = to
	r.hidden++
}

// quoted reads a text in quotes: a name, or a value that may contain secrets.
func (r *reader) quoted() {
	from := r.i
	end, closed := stringEnd(r.in, from)
	if end < len(r.in) && !closed { // the line ends before the quotes do, so this is no JSON
		r.plainUntil = end
		r.i++
		return
	}
	inner := r.in[from+1 : end]
	if closed {
		inner = r.in[from+1 : end-1]
	}
	r.i = end
	text := unescape(inner)
	colon := r.spaces(end)
	isName := closed && colon < len(r.in) && r.in[colon] == ':' && !bytes.Contains(text, []byte("://"))
	r.inside(from, end, text, closed)
	if isName && isOneOf(nameNames, text) && r.namesSecret(r.spaces(colon+1)) {
		r.pairUntil = max(r.pairUntil, outerEnd(r.in[:min(len(r.in), colon+maxPair)], colon))
	}
	switch {
	case isName && (r.filter.isSecret(text) || isOneOf(valueNames, text) && (from < r.pairUntil || r.namedLater(colon+1))):
		r.value(r.spaces(colon + 1))
	case closed && colon < len(r.in) && r.in[colon] == ',' && r.opensList(from) && r.filter.isSecret(text): // ["pin", 1234]
		if at := r.spaces(colon + 1); at < len(r.in) && r.in[at] != '{' && r.in[at] != '[' {
			r.value(at)
		}
	}
}

// nameNames and valueNames are the names of the two members in objects such as
// {"name":"pin","value":1234}.
var (
	nameNames  = []string{"name", "key", "field", "parameter", "param", "header", "setting", "id", "n"}
	valueNames = []string{"value", "val", "values", "content", "data", "v"}
)

func isOneOf(names []string, text []byte) bool {
	return slices.ContainsFunc(names, func(n string) bool { return bytes.EqualFold([]byte(n), text) })
}

// namesSecret tells whether the text at a place is the name of a secret.
func (r *reader) namesSecret(at int) bool {
	if at >= len(r.in) || r.in[at] != '"' {
		return false
	}
	end, closed := stringEnd(r.in, at)
	return closed && r.filter.isSecret(unescape(r.in[at+1:end-1]))
}

// namedLater tells whether a later member of the object around a place names a secret, as in
// {"value":1234,"name":"pin"}.
func (r *reader) namedLater(at int) bool {
	in, open := r.in[:min(len(r.in), at+maxPair)], 0
	for i := at; i < len(in); i++ {
		switch in[i] {
		case '"':
			end, closed := stringEnd(in, i)
			colon := r.spaces(end)
			if open == 0 && closed && colon < len(in) && in[colon] == ':' && isOneOf(nameNames, unescape(in[i+1:end-1])) && r.namesSecret(r.spaces(colon+1)) {
				return true
			}
			i = end - 1
		case '{', '[':
			open++
		case '}', ']':
			if open--; open < 0 {
				return false
			}
		}
	}
	return false
}

// opensList tells whether the text at a place is the first of a list.
func (r *reader) opensList(from int) bool {
	before := bytes.TrimRight(r.in[max(0, from-maxName):from], " \t\r\n")
	return bytes.HasSuffix(before, []byte("["))
}

// maxPair is how far after a name the value of a pair is searched, in bytes.
const maxPair = 4 << 10

// outerEnd is the place of the bracket that closes the object or list around a place, or the end.
func outerEnd(in []byte, from int) int {
	open := 0
	for i := from; i < len(in); i++ {
		switch in[i] {
		case '"':
			end, _ := stringEnd(in, i)
			i = end - 1
		case '{', '[':
			open++
		case '}', ']':
			if open--; open < 0 {
				return i
			}
		}
	}
	return len(in)
}

// inside hides the secrets in a quoted text.
func (r *reader) inside(from, end int, text []byte, closed bool) {
	switch {
	case !r.suspects(text):
	case r.depth >= maxDepth:
		r.replace(from, end, quote([]byte(Whole(text)), closed))
	default:
		if clean, n := r.clean(text, r.depth+1); n > 0 {
			r.replace(from, end, quote(clean, closed))
			r.hidden += n - 1
		}
	}
}

// value hides the value of a secret member, except values that reveal nothing.
func (r *reader) value(at int) {
	if at >= len(r.in) {
		r.i = at
		return
	}
	rest := r.in[at:]
	switch c := rest[0]; {
	case c == '"':
		end, closed := stringEnd(r.in, at)
		switch {
		case !closed: // cut off, or broken
			r.replace(at, len(r.in), `"`+mark)
		case end-at == 2:
			r.i = end
		default:
			r.replace(at, end, `"`+Whole(unescape(r.in[at+1:end-1]))+`"`)
		}
	case c == '{' || c == '[':
		r.replace(at, bracketEnd(r.in, at), `"`+mark+`"`)
	default:
		n := bytes.IndexAny(rest, " \t\r\n,}]")
		if n < 0 {
			n = len(rest)
		}
		switch word := string(rest[:n]); {
		case word == "null" || word == "true" || word == "false":
			r.i = at + n
		case json.Valid(rest[:n]):
			r.replace(at, at+n, `"`+mark+`"`)
		default:
			r.replace(at, lineEnd(r.in, at), mark)
		}
	}
}

// word reads a bare word: the name of an SDP attribute, of a header or of a URL parameter.
func (r *reader) word(end int) {
	from := r.i
	name := decodeWord(r.in[from:end])
	r.i = end
	sep := end
	for sep < len(r.in) && bytes.IndexByte([]byte(" \t\"'\\"), r.in[sep]) >= 0 {
		sep++
	}
	var sign byte
	if sep < len(r.in) {
		sign = r.in[sep]
	}
	if sign == ':' && bytes.HasPrefix(r.in[sep:], []byte("://")) {
		return
	}
	secret := r.filter.isSecret(name)
	if sign == '=' && isOneOf(nameNames, name) && r.namesSecret(r.spaces(sep+1)) { // <param name="pin" value="1234"/>
		r.pairUntil = max(r.pairUntil, tagEnd(r.in, sep))
	}
	switch {
	case secret && r.element(from, end):
	case secret && sign == '%' && sep == end && isEncoded(r.in[sep:]):
		r.replace(end, chunkEnd(r.in, end), mark)
	case sign == '=' && from < r.pairUntil && isOneOf(valueNames, name):
		r.bareValue(sign, sep+1)
	case (sign == ':' || sign == '=') && (secret || r.isMediaKey(from, sign, name)):
		if sign == '=' && sep+1 < len(r.in) && r.in[sep+1] == '>' { // pin => 1234
			sep++
		}
		r.bareValue(sign, sep+1)
	case sign == ':' && isOneOf(userSchemes, name):
		r.i = sep + 1
		if at := r.atSign(r.i); at > 0 && bytes.IndexByte(r.in[r.i:at], ':') >= 0 {
			r.replace(r.i+bytes.IndexByte(r.in[r.i:at], ':')+1, at, mark)
		}
	case sep > end:
		r.follower(name, r.spaces(end))
	}
	if r.i == end && (isHash(name) && r.afterAccount(from) || isJWT(name)) {
		r.replace(from, end, mark)
	}
}

// userSchemes are the schemes of URLs that have a user and no slashes.
var userSchemes = []string{"sip", "sips", "turn", "turns"}

// element hides the content of an XML element whose name is the word at a place; false if it is none.
func (r *reader) element(from, end int) bool {
	start := from
	for start > max(0, from-maxName) && (isWord(r.in[start-1]) || r.in[start-1] == ':') {
		start--
	}
	before := r.in[:start]
	if !bytes.HasSuffix(before, []byte("<")) && !bytes.HasSuffix(before, []byte("&lt;")) {
		return false
	}
	begin := tagEnd(r.in, end)
	if begin == len(r.in) || r.in[begin-1] == '/' {
		return false
	}
	rest := r.in[begin+1:]
	n := bytes.Index(rest, []byte("</"))
	if m := bytes.Index(rest, []byte("&lt;/")); n < 0 || m >= 0 && m < n {
		n = m
	}
	if n < 0 {
		n = len(rest)
	}
	r.replace(begin+1, begin+1+n, mark)
	return true
}

// tagEnd is the place where an XML tag ends, also if its sign is written as &gt;, or the end.
func tagEnd(in []byte, from int) int {
	part := in[from:min(len(in), from+maxPair)]
	if n := bytes.IndexByte(part, '>'); n >= 0 {
		part = part[:n]
	}
	if n := bytes.Index(part, []byte("&gt;")); n >= 0 {
		return from + n + len("&gt;") - 1
	}
	if end := from + len(part); end < len(in) && in[end] == '>' {
		return end
	}
	return len(in)
}

// isEncoded tells whether a name ends here in percent-encoded text: at =, : or a quote.
func isEncoded(rest []byte) bool {
	return len(rest) >= 3 && isOneOf([]string{"%3d", "%3a", "%22", "%27"}, rest[:3])
}

// chunkEnd is the end of the part of a URL or a form that begins at a place.
func chunkEnd(in []byte, from int) int {
	if n := bytes.IndexFunc(in[from:], func(c rune) bool { return c <= ' ' || strings.ContainsRune(`&"'<>`, c) }); n >= 0 {
		return from + n
	}
	return len(in)
}

// isJWT is true for a signed token (RFC 7519): a header that begins an object, a body, a signature.
func isJWT(word []byte) bool {
	return len(word) >= 32 && bytes.HasPrefix(word, []byte("eyJ")) && bytes.Count(word, []byte(".")) == 2
}

// isMediaKey is true for the keys of SDES (RFC 4568) and of RFC 8866 §5.12 in an SDP. Those of ICE
// are secret by their names.
func (r *reader) isMediaKey(from int, sign byte, name []byte) bool {
	switch string(bytes.ToLower(name)) {
	case "inline":
		return sign == ':'
	case "crypto":
		return sign == ':' && from >= 2 && (r.in[from-1] == '=' && r.in[from-2]|0x20 == 'a')
	case "k":
		return sign == '=' && (from == 0 || r.in[from-1] == '\n' || r.in[from-1] == '\r')
	}
	return false
}

// follower hides what follows the name of a scheme (RFC 7617, RFC 6750) or the user name fragment
// of a candidate after one space.
func (r *reader) follower(name []byte, at int) {
	end := at
	for end < len(r.in) && r.in[end] > ' ' && r.in[end] != '"' && r.in[end] != '\'' && r.in[end] != ',' {
		end++
	}
	switch word := string(bytes.ToLower(name)); {
	case strings.HasPrefix(word, "--") && r.filter.isSecret(name): // an option of a command
	case word == "ufrag":
	case word == "digest": // the credentials of RFC 7616
		if bytes.IndexByte(r.in[at:end], '=') < 0 {
			return
		}
		end = lineEnd(r.in, at)
	case word == "bearer":
		if end-at < 8 {
			return
		}
	case word == "basic":
		if pair, err := base64.StdEncoding.DecodeString(string(r.in[at:end])); err != nil || bytes.IndexByte(pair, ':') < 0 {
			return
		}
	default:
		return
	}
	r.replace(at, end, mark)
}

// bareValue hides what follows "name:" or "name=".
func (r *reader) bareValue(sign byte, at int) {
	for at < len(r.in) && (r.in[at] <= ' ' || r.in[at] == '\\') {
		at++
	}
	if at >= len(r.in) {
		r.i = at
		return
	}
	switch c := r.in[at]; {
	case c == '{' || c == '[':
		r.replace(at, bracketEnd(r.in, at), mark)
	case c == '"' || c == '\'':
		end, closed := quoteEnd(r.in, at)
		if r.in[at-1] == '\\' || !closed { // quotes inside quotes, with an unknown end
			end = lineEnd(r.in, at)
		}
		r.replace(at, end, mark)
	case sign == ':':
		r.replace(at, lineEnd(r.in, at), mark)
	default:
		end := at
		for end < len(r.in) && r.in[end] > ' ' && bytes.IndexByte([]byte(`&"'<>`), r.in[end]) < 0 {
			end++
		}
		if end < len(r.in) && r.in[end-1] == ';' && end-1 > at { // a cookie among others
			end--
		}
		r.replace(at, end, mark)
	}
}

// userinfo hides the user and the password of a URL (RFC 3986 §3.2.1), even if the password has an
// unescaped slash.
func (r *reader) userinfo(from int) {
	at := r.atSign(from)
	if at < 0 {
		return
	}
	host := from
	for host < at && bytes.IndexByte([]byte("/?#"), r.in[host]) < 0 {
		host++
	}
	if host < at {
		_, port, ok := bytes.Cut(r.in[from:host], []byte(":"))
		if !ok || len(bytes.Trim(port, "0123456789")) == 0 {
			return // this @ belongs to a path or a query
		}
	}
	r.replace(from, at, mark)
}

// atSign is the last @ between here and the next space or quote, -1 for none.
func (r *reader) atSign(from int) int {
	if from >= r.chunkEnd {
		end := from
		r.chunkAt = -1
		for end < len(r.in) && r.in[end] > ' ' && bytes.IndexByte([]byte(`"'<>`), r.in[end]) < 0 {
			if r.in[end] == '@' {
				r.chunkAt = end
			}
			end++
		}
		r.chunkEnd = end
	}
	if r.chunkAt < from {
		return -1
	}
	return r.chunkAt
}

// isHash is true for an MD5 in hex.
func isHash(word []byte) bool {
	return len(word) == 32 && len(bytes.Trim(word, "0123456789abcdefABCDEF")) == 0
}

// afterAccount tells whether an account is before a word, as in "201@pbx.example.com WORD", the
// sign-in of a PBX.
func (r *reader) afterAccount(at int) bool {
	if at == 0 || r.in[at-1] != ' ' {
		return false
	}
	before := r.in[max(0, at-maxName) : at-1]
	return bytes.IndexByte(before[bytes.LastIndexAny(before, " \t\r\n")+1:], '@') >= 0
}

func (r *reader) spaces(i int) int {
	for i < len(r.in) && (r.in[i] == ' ' || r.in[i] == '\t' || r.in[i] == '\r' || r.in[i] == '\n') {
		i++
	}
	return i
}

// stringEnd is the place after the JSON text that begins at a quote. Without a closing quote it is
// the end of the text or the next control character, which no JSON text contains.
func stringEnd(in []byte, from int) (end int, closed bool) {
	for i := from + 1; i < len(in); i++ {
		switch c := in[i]; {
		case c == '"':
			return i + 1, true
		case c < ' ':
			return i, false
		case c == '\\':
			i++
		}
	}
	return len(in), false
}

// quoteEnd is the place after the quote that closes the one at from.
func quoteEnd(in []byte, from int) (end int, closed bool) {
	for i := from + 1; i < len(in); i++ {
		switch in[i] {
		case in[from]:
			return i + 1, true
		case '\\':
			i++
		}
	}
	return len(in), false
}

// bracketEnd is the place after the bracket that closes the one at from, or the end.
func bracketEnd(in []byte, from int) int { return min(len(in), outerEnd(in, from+1)+1) }

func lineEnd(in []byte, from int) int {
	if n := bytes.IndexAny(in[from:], "\r\n"); n >= 0 {
		return from + n
	}
	return len(in)
}

// Whole replaces a text that is hidden as a whole. It shows the length, which is often of interest.
func Whole(text []byte) string {
	if len(text) == 0 {
		return mark
	}
	return "<hidden, " + strconv.Itoa(utf8.RuneCount(text)) + " chars>"
}

// quote writes a text as JSON, with a closing quote if it had one.
func quote(text []byte, closed bool) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(string(text)) // a string cannot fail
	quoted := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if !closed {
		quoted = bytes.TrimSuffix(quoted, []byte(`"`))
	}
	return string(quoted)
}

// unescape reads the inside of a JSON text. Invalid escapes stay unchanged.
func unescape(inner []byte) []byte {
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	out := make([]byte, 0, len(inner))
	for i := 0; i < len(inner); {
		if inner[i] != '\\' || i+1 == len(inner) {
			out, i = append(out, inner[i]), i+1
			continue
		}
		if r, n := escapedRune(inner[i:]); n > 0 {
			out, i = utf8.AppendRune(out, r), i+n
			continue
		}
		out, i = append(out, inner[i], inner[i+1]), i+2
	}
	return out
}

// escapedRune reads an escape of at least two bytes (RFC 8259 §7), 0 bytes for none.
func escapedRune(text []byte) (r rune, size int) {
	if i := bytes.IndexByte([]byte(`"\/bfnrt`), text[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	unit := func(at int) (rune, bool) {
		if len(text) < at+6 || text[at] != '\\' || text[at+1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(string(text[at+2:at+6]), 16, 16)
		return rune(n), err == nil
	}
	r, ok := unit(0)
	if !ok {
		return 0, 0
	}
	if low, ok := unit(6); ok && utf16.IsSurrogate(r) {
		if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
			return whole, 12
		}
	}
	return r, 6
}
