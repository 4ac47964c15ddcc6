package terminput

import (
	"bytes"
	"time"
	"unicode/utf8"
)

const (
	esc = 0x1b
	bel = 0x07
	del = 0x7f

	// maxSequence bounds a key or a report in bytes. Longer ones are no keys and are dropped.
	maxSequence = 64
	// maxPaste bounds a paste in bytes. The rest of a longer one is dropped.
	maxPaste = 256 << 10
	// maxText bounds the letters given at once, in bytes.
	maxText = 240

	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
	// pasteEnd8 is the same with the 8-bit introducer.
	pasteEnd8 = "\x9b201~"

	// lateWord is the number of bytes at once from which they count as the rest of a string: a person does
	// not type so fast.
	lateWord = 4
)

// state is what the next byte belongs to.
type state uint8

const (
	ground   state = iota
	letter         // the rest of a UTF-8 letter
	escape         // after ESC, or ESC ESC
	single         // SS3, ESC O: one more byte
	control        // CSI, ESC [: parameters and a final byte
	console        // ESC [ [: one more byte, function keys of the Linux console
	oldMouse       // ESC [ M: three more bytes
	text           // OSC, DCS, APC, PM, SOS: until BEL or ST
	textEnd        // after ESC in one of those
	paste          // until ESC [ 201 ~
)

// parser cuts input into units. What it holds is bounded, so a copy of it is cheap.
type parser struct {
	state state
	// held is the sequence so far, its introducer in the 7-bit form; part are the bytes of a
	// letter, of which need are to come.
	held []byte
	part []byte
	need int
	// fresh tells that the escape character came in the read at hand; with a letter after it, that
	// is Alt.
	fresh bool
	// pasted is the text of a paste but for its last bytes, which are held: they may be its end.
	// eight tells that the terminal writes 8-bit controls.
	pasted []byte
	eight  bool
	// began is when the sequence began, last when its last byte came.
	began, last time.Time
	// whole tells that the last sequence ended as it should.
	whole bool

	// units are ready to be read.
	units []unit
	// late is the parser as it was when it gave up, until lateUntil.
	late      *parser
	lateUntil time.Time
}

// unit is one key or report, a paste, or letters that came at once.
type unit struct {
	data  []byte
	plain bool
}

// next takes at most so many bytes of the first unit that is ready.
func (p *parser) next(limit int) []byte {
	if len(p.units) == 0 {
		return nil
	}
	first := &p.units[0]
	n := min(limit, len(first.data))
	data := first.data[:n]
	if first.data = first.data[n:]; len(first.data) == 0 {
		p.units = p.units[1:]
	}
	return data
}

// deadline is when what is held back is to be given up, zero where nothing waits.
func (p *parser) deadline() time.Time {
	switch p.state {
	case ground, letter: // half a letter is nothing by itself
		return time.Time{}
	case escape, single:
		return p.last.Add(escDelay)
	case paste:
		return p.last.Add(pasteDelay)
	}
	if end := p.began.Add(sequenceTime); end.Before(p.last.Add(sequenceDelay)) {
		return end
	}
	return p.last.Add(sequenceDelay)
}

// take takes what one read gave.
func (p *parser) take(data []byte, now time.Time) {
	if len(data) == 0 {
		return
	}
	p.last, p.fresh = now, false
	if late := p.late; late != nil && now.Before(p.lateUntil) && p.state == ground {
		p.late = nil
		data = data[p.rest(late, data):]
	}
	p.late = nil
	for _, b := range data {
		p.byte(b)
	}
}

// rest reports how many bytes are the end of a sequence that was given up before, and takes
// them. A single byte is a key, unless it is the second half of a terminator.
func (p *parser) rest(late *parser, data []byte) int {
	terminates := late.state == textEnd && data[0] == '\\'
	if len(data) < 2 && !terminates || late.state == escape && !introduces(data[0]) {
		return 0
	}
	late.began, late.last = p.last, p.last
	for i, b := range data {
		late.byte(b)
		if late.state == ground {
			if !late.whole {
				return 0
			}
			p.units = append(p.units, late.units...)
			return i + 1
		}
	}
	if late.state == paste || late.state == text && len(data) < lateWord {
		return 0
	}
	late.units = append(p.units, late.units...)
	*p = *late
	return len(data)
}

// introduces reports whether a byte after ESC begins a sequence.
func introduces(b byte) bool { return bytes.IndexByte([]byte("[O]P_^X"), b) >= 0 }

// giveUp ends what was held back: Esc is a key then, a paste ends, an unfinished sequence is
// dropped.
func (p *parser) giveUp(now time.Time) {
	if p.state == ground || p.state == letter {
		return
	}
	late := &parser{
		state: p.state, eight: p.eight, need: p.need,
		held: append([]byte(nil), p.held...), part: append([]byte(nil), p.part...),
	}
	switch p.state {
	case escape:
		p.escapes()
		late.held = []byte{esc}
	case single:
		p.emit(esc, 'O')
	case paste:
		p.endPaste()
		late.held = nil
	}
	p.reset()
	p.late, p.lateUntil = late, now.Add(lateTime)
}

func (p *parser) reset() {
	p.state, p.held, p.part, p.need = ground, p.held[:0], p.part[:0], 0
}

// end finishes a sequence; one that is whole came to its proper end.
func (p *parser) end(whole bool) {
	p.reset()
	p.whole = whole
}

// emit makes a unit of what was read.
func (p *parser) emit(data ...byte) {
	p.units = append(p.units, unit{data: append([]byte(nil), data...)})
}

// letters adds a letter to those that came with it.
func (p *parser) letters(data []byte) {
	if n := len(p.units); n > 0 && p.units[n-1].plain && len(p.units[n-1].data) < maxText {
		p.units[n-1].data = append(p.units[n-1].data, data...)
		return
	}
	p.units = append(p.units, unit{data: append([]byte(nil), data...), plain: true})
}

// escapes makes keys of escape characters that were held back.
func (p *parser) escapes() {
	for range p.held {
		p.emit(esc)
	}
}

// oneEscape makes a key of all escape characters that were held back but the last.
func (p *parser) oneEscape() {
	for ; len(p.held) > 1; p.held = p.held[1:] {
		p.emit(esc)
	}
}

func (p *parser) byte(b byte) {
	switch p.state {
	case ground:
		p.first(b)
	case letter:
		p.letter(b)
	case escape:
		p.escape(b)
	case single:
		p.single(b)
	case control:
		p.control(b)
	case console:
		p.console(b)
	case oldMouse:
		if p.held = append(p.held, b); len(p.held) == len("\x1b[Mbxy") {
			p.emit(p.held...)
			p.end(true)
		}
	case text:
		p.text(b)
	case textEnd:
		p.textEnd(b)
	case paste:
		p.paste(b)
	}
}

// first takes a byte that begins something.
func (p *parser) first(b byte) {
	switch {
	case b == esc:
		p.begin(escape, esc)
		p.fresh = true
	case b < ' ' || b == del:
		p.emit(b)
	case b < utf8.RuneSelf:
		p.letters([]byte{b})
	case b < 0xa0:
		p.c1(b)
		p.eight = true
	default:
		p.startLetter(b)
	}
}

func (p *parser) begin(s state, held ...byte) {
	p.state, p.held, p.began = s, append(p.held[:0], held...), p.last
}

// c1 takes a control of the 8-bit set: 0x80 to 0x9f.
func (p *parser) c1(b byte) {
	switch b {
	case 0x8f:
		p.begin(single, esc, 'O')
	case 0x9b:
		p.begin(control, esc, '[')
	case 0x90, 0x98, 0x9d, 0x9e, 0x9f:
		p.begin(text)
	default:
		p.end(false)
	}
}

// startLetter takes the first byte of a letter; what is none is dropped.
func (p *parser) startLetter(b byte) {
	need := 0
	switch {
	case b >= 0xc2 && b < 0xe0:
		need = 1
	case b >= 0xe0 && b < 0xf0:
		need = 2
	case b >= 0xf0 && b < 0xf5:
		need = 3
	}
	if need > 0 {
		p.state, p.part, p.need = letter, append(p.part[:0], b), need
	}
}

func (p *parser) letter(b byte) {
	if b < 0x80 || b >= 0xc0 {
		p.reset()
		p.first(b)
		return
	}
	p.part = append(p.part, b)
	if p.need--; p.need > 0 {
		return
	}
	r, _ := utf8.DecodeRune(p.part)
	alt := len(p.held) > 0
	switch {
	case r == utf8.RuneError && string(p.part) != string(utf8.RuneError):
		p.reset()
	case r < 0xa0: // the 8-bit set in UTF-8
		p.reset()
		p.c1(byte(r))
	case alt:
		p.emit(append([]byte{esc}, p.part...)...)
		p.reset()
	default:
		p.letters(p.part)
		p.reset()
	}
}

func (p *parser) escape(b byte) {
	switch {
	case b == esc && p.fresh: // Alt with what follows, on some terminals
		p.oneEscape()
		p.held = append(p.held, b)
	case b == esc: // pressed before
		p.escapes()
		p.first(b)
	case b == '[':
		p.state, p.held = control, append(p.held, b)
	case b == 'O':
		p.state, p.held = single, append(p.held, b)
	case introduces(b):
		p.oneEscape()
		p.begin(text)
	case !p.fresh || b >= 0x80 && b < 0xc2:
		p.escapes()
		p.reset()
		p.first(b)
	case b == '\\': // an ST without a string
		p.end(true)
	case b < utf8.RuneSelf:
		p.oneEscape()
		p.emit(esc, b)
		p.reset()
	default:
		p.oneEscape()
		p.startLetter(b)
	}
}

// keypad is what the keys of the keypad write in application mode (SS3).
var keypad = map[byte]byte{
	'M': '\r', 'I': '\t', ' ': ' ', 'X': '=', 'j': '*', 'k': '+', 'l': ',', 'm': '-', 'n': '.', 'o': '/',
	'p': '0', 'q': '1', 'r': '2', 's': '3', 't': '4', 'u': '5', 'v': '6', 'w': '7', 'x': '8', 'y': '9',
}

func (p *parser) single(b byte) {
	written, pad := keypad[b]
	switch {
	case p.held[len(p.held)-1] != 'O' && b >= '@' && b < del: // with a modifier: means nothing here
		p.end(true)
	case bytes.IndexByte([]byte("ABCDPQRSabcd"), b) >= 0:
		p.emit(append(p.held, b)...)
		p.end(true)
	case b == 'H' || b == 'F':
		p.emit(esc, '[', b)
		p.end(true)
	case pad:
		p.emit(written)
		p.end(true)
	case b >= '0' && b <= ';': // the modifier of some terminals
		if len(p.held) < maxSequence {
			p.held = append(p.held, b)
		}
		p.began = p.last
	case b > ' ' && b < del:
		p.end(false)
	default:
		p.emit(esc, 'O')
		p.reset()
		p.first(b)
	}
}

func (p *parser) control(b byte) {
	params := p.params()
	switch {
	case b == '[' && params == "":
		p.state, p.held = console, append(p.held, b)
	case b == '$' && (len(params) == 1 || len(params) == 2) && digits(params):
		p.emit(append(p.held, b)...) // rxvt: Shift with Home and the like
		p.end(true)
	case b == esc:
		p.reset()
		p.first(b)
	case b < ' ' || b >= del:
		p.end(false)
		if b >= 0x80 {
			p.first(b)
		}
	case b < '@':
		if len(p.held) < maxSequence {
			p.held = append(p.held, b)
		}
	default:
		p.final(params, b)
	}
}

// params is what came after ESC [ or ESC ESC [.
func (p *parser) params() string {
	_, params, _ := bytes.Cut(p.held, []byte{'['})
	return string(params)
}

func (p *parser) final(params string, b byte) {
	switch {
	case b == 'M' && params == "":
		p.state, p.held = oldMouse, append(p.held[:0], "\x1b[M"...)
		return
	case b == '~' && params == "200":
		p.state, p.held, p.pasted = paste, p.held[:0], nil
		return
	case isKey(params, b):
		p.emit(append(p.held, b)...)
	}
	p.end(true)
}

func (p *parser) console(b byte) {
	if b >= 'A' && b <= 'E' {
		p.emit(append(p.held, b)...)
		p.end(true)
		return
	}
	p.reset()
	if b == esc || b < ' ' || b >= del {
		p.first(b)
	}
}

// text takes a byte of a string. A control character in it breaks it off and is dropped too.
func (p *parser) text(b byte) {
	switch {
	case p.need > 0 && b >= 0x80 && b < 0xc0:
		p.part = append(p.part, b)
		if p.need--; p.need == 0 && string(p.part) == "\u009c" {
			p.end(true)
		}
	case b == esc:
		p.state, p.need = textEnd, 0
	case b == bel, b == 0x9c:
		p.end(true)
	case b < ' ':
		p.end(false)
	default:
		p.need = 0
		if p.startLetter(b); p.state == letter {
			p.state = text
		}
	}
}

func (p *parser) textEnd(b byte) {
	if b == '\\' {
		p.end(true)
		return
	}
	p.begin(escape, esc)
	p.fresh = true
	p.whole = false
	p.escape(b)
}

func (p *parser) paste(b byte) {
	p.held = append(p.held, b)
	mark := pasteEnd
	if p.eight && bytes.HasSuffix(p.held, []byte(pasteEnd8)) {
		mark = pasteEnd8
	}
	if bytes.HasSuffix(p.held, []byte(mark)) {
		p.held = p.held[:len(p.held)-len(mark)]
		p.endPaste()
		p.end(true)
		return
	}
	if len(p.held) >= len(pasteEnd) {
		if len(p.pasted) < maxPaste {
			p.pasted = append(p.pasted, p.held[0])
		}
		p.held = append(p.held[:0], p.held[1:]...)
	}
}

// endPaste makes a unit of a paste.
func (p *parser) endPaste() {
	data := append([]byte(pasteBegin), p.pasted...)
	data = append(data, p.held...)
	p.emit(append(data, pasteEnd...)...)
	p.pasted = nil
}
