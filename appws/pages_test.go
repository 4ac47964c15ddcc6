package appws

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
)

// TestPages asks for lists that come in several messages, in each of the ways.
func TestPages(t *testing.T) {
	s := newTestService(ServiceConfig{})
	s.HandleAPI("list", func(ctx context.Context, c *APIConn) error {
		for {
			m, err := c.Recv(ctx)
			if err != nil {
				return nil
			}
			var page struct{ More int }
			_ = m.Decode(&page)
			var bodies []string
			switch m.MT {
			case "More": // three pages, each asked for
				bodies = []string{fmt.Sprintf(`{"page":%d,"more":%d}`, page.More, page.More+1)}
				if page.More == 2 {
					bodies = []string{`{"page":2}`}
				}
			case "Text": // asked for by a text
				bodies = []string{`{"page":0,"more":"x\"y"}`}
				if string(member(m.Raw, "more")) == `"x\"y"` {
					bodies = []string{`{"page":1,"more":null}`}
				}
			case "Open": // they come by themselves
				bodies = []string{`{"page":0,"more":true}`, `{"page":1,"more":true}`, `{"page":2,"more":false}`}
			case "Last":
				bodies = []string{`{"page":0,"last":false}`, `{"page":1,"last":true}`}
			case "Error":
				bodies = []string{`{"page":0,"error":"no"}`}
			}
			for _, b := range bodies {
				text, err := m.Result(json.RawMessage(b))
				if err != nil || c.Send(ctx, text) != nil {
					return err
				}
			}
		}
	})
	conn := dial(t, Config{URL: serve(t, s), App: "a", Password: "pw"})
	for mt, want := range map[string][]string{"More": {"0", "1", "2"}, "Text": {"0", "1"}, "Open": {"0", "1", "2"}, "Last": {"0", "1"}, "Error": {"0"}} {
		var got []string
		for m, err := range Pages(deadline(t), conn, map[string]any{"mt": mt, "api": "list", "filter": "x"}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(member(m.Raw, "page")))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: pages %v, want %v", mt, got, want)
		}
	}
	for range Pages(deadline(t), conn, map[string]any{"mt": "More", "api": "list"}) {
		break // gives up the src
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range Pages(gone, conn, map[string]any{"mt": "More", "api": "list"}) {
		if err == nil {
			t.Error("a page without time")
		}
	}
	if len(conn.link.requests.subs) != 0 {
		t.Error("subscriptions remain")
	}
}
