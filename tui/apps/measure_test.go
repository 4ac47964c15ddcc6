package apps

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
)

func TestConversations(t *testing.T) {
	list := entries()
	for i := range list {
		list[i].At = time.Unix(int64(i), 0)
	}
	list = append(list, entryOf(9, appws.In, "RCC", "CallInfo", "m1", `{}`))
	list[8].At = time.Unix(100, 0)
	got := conversations(list)
	if len(got) != 4 || got[1].src != "m1" || got[1].messages != 2 || got[1].to.Sub(got[1].from) != 95*time.Second || !got[3].waiting {
		t.Errorf("%+v", got)
	}
}

func TestPaces(t *testing.T) {
	request := func(mt string, took time.Duration, state record.Pairing) record.Entry {
		return record.Entry{Dir: appws.Out, API: "RCC", MT: mt, State: state, Took: took}
	}
	got := paces([]record.Entry{
		request("Quick", 10*time.Millisecond, record.Answered), request("Slow", 20*time.Millisecond, record.Answered),
		request("Slow", 3*time.Second, record.Answered), request("Slow", 30*time.Millisecond, record.Answered),
		request("Slow", 0, record.Pending), request("Quick", 0, record.Lost), {Dir: appws.In, MT: "News"},
	})
	if len(got) != 2 || got[0].mt != "Slow" || got[0].share(.5) != 30*time.Millisecond || got[0].slowest() != 3*time.Second ||
		got[0].tardy != 1 || got[0].waiting != 1 || got[1].lost != 1 {
		t.Errorf("%+v", got)
	}
}
