package vodia

import (
	"testing"
	"time"
)

func TestTokenExpires(t *testing.T) {
	store, now := newSessions(), time.Now()
	token := store.mint(login{user: "201"}, now)
	if _, ok := store.activate(token, now.Add(tokenLife+time.Second)); ok {
		t.Error("a token of 11 s was taken")
	}
	for range maxTokens + 10 {
		store.mint(login{}, now)
	}
	if len(store.tokens) > maxTokens {
		t.Errorf("%d tokens are kept", len(store.tokens))
	}
}
