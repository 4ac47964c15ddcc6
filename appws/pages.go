package appws

import (
	"context"
	"iter"
)

// Subscriber is a connection that Pages can ask on: *Conn, *APIConn and *Client.
type Subscriber interface {
	Subscribe(ctx context.Context, request any) (*Subscription, error)
}

// Pages asks for a list that comes in several messages, and gives all of them, the last one too. There are
// two ways of paging. A message whose "more" is a text or a number is followed by the same request with
// that "more"; with "more" true the next one comes by itself. A message whose "last" is false is followed
// by another one by itself, as innovaphone's Devices does. A message without either is the last, and so is
// one with an error. After an error of the connection or of ctx nothing more comes.
func Pages(ctx context.Context, from Subscriber, request any) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		sub, err := from.Subscribe(ctx, request)
		if err != nil {
			yield(Message{}, err)
			return
		}
		defer sub.Stop()
		for {
			m, err := sub.Recv(ctx)
			if !yield(m, err) || err != nil {
				return
			}
			again, more := nextPage(m)
			if !more {
				return
			}
			if again == nil {
				continue
			}
			if err := sub.again(ctx, request, again); err != nil {
				yield(Message{}, err)
				return
			}
		}
	}
}

// nextPage reports whether a message is followed by another one, and with which "more" that has to be
// asked for, nil for none.
func nextPage(m Message) (again []byte, more bool) {
	switch v := member(m.Raw, "more"); {
	case v == nil, string(v) == "null", string(v) == "false":
		return nil, string(member(m.Raw, "last")) == "false"
	case string(v) == "true":
		return nil, true
	case v[0] == '"', v[0] == '-', isDigit(v[0]):
		return v, true
	}
	return nil, false
}

// again sends the request of a subscription once more, with a "more" and the same src.
func (s *Subscription) again(ctx context.Context, request any, more []byte) error {
	text, err := marshal(request)
	if err != nil {
		return err
	}
	head := append([]byte(`{"src":`), quote(s.src)...)
	if text, err = spliced(append(append(head, `,"more":`...), more...), without(text, "src", "more")); err != nil {
		return err
	}
	return s.link.send(ctx, text)
}

// without is an object that has been checked, without some of its members.
func without(object []byte, names ...string) []byte {
	out := []byte{'{'}
	s := scanner{b: object}
	s.space()
	_ = s.object(func(name, value []byte) {
		for _, n := range names {
			if isName(name, n) {
				return
			}
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, name...), ':'), value...)
	})
	return append(out, '}')
}
