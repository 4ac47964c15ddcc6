package appws

import (
	"context"
	"encoding/json"
	"time"
)

// serveEcho answers Echo with its own data, Encrypted with what it decrypted under a new seed, and
// Subscribe with a Count every second until Unsubscribe.
func serveEcho(ctx context.Context, c *APIConn) error {
	stop := func() {}
	defer func() { stop() }()
	for {
		m, err := c.Recv(ctx)
		if err != nil {
			return nil
		}
		var body any
		switch m.MT {
		case "Echo":
			body = map[string]json.RawMessage{"data": member(m.Raw, "data")}
			if member(m.Raw, "data") == nil {
				body = map[string]any{"data": nil}
			}
		case "Encrypted":
			body = encryptedAgain(c, m)
		case "Subscribe":
			stop = countEverySecond(ctx, c, m)
			continue
		case "Unsubscribe":
			stop()
		default:
			body = map[string]string{"error": "the echo does not know this message"}
		}
		text, err := m.Result(body)
		if err != nil {
			return err
		}
		if err := c.Send(ctx, text); err != nil {
			return err
		}
	}
}

func encryptedAgain(c *APIConn, m Message) any {
	seed, _ := textMember(m.Raw, "seed")
	data, _ := textMember(m.Raw, "data")
	plain, err := c.Decrypt(seed, data)
	if err != nil {
		return map[string]string{"error": err.Error()}
	}
	fresh := newChallenge()
	again, _ := c.Encrypt(fresh, plain)
	hash, _ := c.Hash(fresh, plain)
	return map[string]string{"seed": fresh, "data": again, "hash": hash}
}

func countEverySecond(ctx context.Context, c *APIConn, m Message) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		text, _ := m.Result(nil)
		for n := 1; c.Send(context.Background(), text) == nil; n++ {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return
			}
			text, _ = m.Indication("Count", map[string]int{"count": n})
		}
	}()
	return func() { cancel(); <-done }
}
