package appws

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// TestUserIsNoPBX drops a PbxInfo from a user, whose sip is not the app object's.
func TestUserIsNoPBX(t *testing.T) {
	met := make(chan struct{}, 1)
	s := newTestService(ServiceConfig{})
	s.HandlePBX("Services", func(context.Context, *APIConn) error { met <- struct{}{}; return nil })
	conn := dial(t, Config{
		URL: serve(t, s), App: "a", Password: "pw", SIP: "user", Info: []byte(`{"appobj":"obj"}`),
	})
	if err := conn.SendText(deadline(t), `{"mt":"PbxInfo","apis":["Services"]}`); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Do(deadline(t), map[string]string{"mt": "Echo", "api": "echo"}); err != nil {
		t.Fatal(err)
	}
	if len(met) != 0 {
		t.Error("a user passes for a PBX")
	}
}

// TestServiceLoginErrors reads results that give no login.
func TestServiceLoginErrors(t *testing.T) {
	s := NewServices(keyedPeer{key: "k"})
	for text, want := range map[string]string{
		`{"mt":"GetServiceLoginResult","error":1}`:                                 "error 1",
		`{"mt":"GetServiceLoginResult","error":"no","errorText":"x"}`:              `error no "x"`,
		`{"mt":"GetServiceLoginResult"}`:                                           "no digest",
		`{"mt":"GetServiceLoginResult","digest":7}`:                                `"digest" is no text`,
		`{"mt":"GetServiceLoginResult","digest":"d","key":"xyz"}`:                  "hex digits",
		`{"mt":"GetServiceLoginResult","digest":"d","key":"ff","salt":"ssssssss"}`: "does not fit",
	} {
		m, err := ParseMessage([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.loginOf(m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestDecodeServices accepts the models under info.apis, as services publish them, and right
// under info, as the vendor's page shows them.
func TestDecodeServices(t *testing.T) {
	for _, info := range []string{`{"apis":{"com.x":{"model":1}}}`, `{"com.x":{"model":1}}`} {
		m := Message{MT: "ServicesInfo", Raw: []byte(`{"mt":"ServicesInfo","services":[{"name":"n","url":"https://h/a","info":` + info + `}]}`)}
		list, err := DecodeServices(m)
		if err != nil || len(list) != 1 || !list[0].Offers("com.x") || list[0].Offers("com.y") {
			t.Errorf("%s: %v, %v", info, list, err)
		}
	}
	if _, err := DecodeServices(Message{MT: "x"}); !errors.Is(err, ErrNotInfo) {
		t.Errorf("another message: %v", err)
	}
}
