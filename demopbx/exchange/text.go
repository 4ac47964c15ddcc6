package exchange

import "time"

// textReturns is how long the echo takes to write back.
const textReturns = 300 * time.Millisecond

// SendText brings a text message to whoever has the number and gives the message a number of its own;
// the echo sends it back. It is false when nobody has the number.
func (p *PBX) SendText(from *Account, to, text string) (number uint64, ok bool) {
	dest := p.Account(NumberOf(to))
	if dest == nil {
		return 0, false
	}
	p.Note(Entry{Kind: TextSent, User: from.Number, Peer: dest.Number})
	p.textsSent++
	p.tell(func(f Front) { f.TextSent(from, dest, text) })
	if dest.Number == NumberEcho {
		p.After(textReturns, func() { p.tell(func(f Front) { f.TextSent(dest, from, text) }) })
	}
	return p.textsSent, true
}
