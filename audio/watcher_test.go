package audio

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func names(list []Endpoint) string {
	var all string
	for _, e := range list {
		all += e.Name + " "
	}
	return all
}

func TestWatcher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var there atomic.Pointer[Listing]
		there.Store(&Listing{Mics: []Endpoint{{Name: "A", ID: "a"}}, Speakers: []Endpoint{{Name: "B", ID: "b"}}})
		w := watch(2*time.Second, func(context.Context) (Listing, error) {
			if l := there.Load(); l != nil {
				return *l, nil
			}
			return Listing{}, errors.New("no server")
		})
		if c := <-w.Changes(); names(c.Appeared) != "A B " || c.Vanished != nil {
			t.Errorf("at first %q appeared and %q vanished", names(c.Appeared), names(c.Vanished))
		}
		<-time.After(10 * time.Second)
		select {
		case c := <-w.Changes():
			t.Errorf("nothing changed, and it tells %+v", c)
		default:
		}
		there.Store(&Listing{Mics: []Endpoint{{Name: "A", ID: "a"}, {Name: "C", ID: "c"}}})
		if c := <-w.Changes(); names(c.Appeared) != "C " || names(c.Vanished) != "B " || names(c.Mics) != "A C " {
			t.Errorf("%q appeared and %q vanished, %q is there", names(c.Appeared), names(c.Vanished), names(c.Mics))
		}
		// Nobody looks for a while: the two changes become one.
		there.Store(&Listing{Mics: []Endpoint{{Name: "A", ID: "a"}, {Name: "D", ID: "d"}}})
		<-time.After(5 * time.Second)
		there.Store(nil)
		<-time.After(5 * time.Second)
		if c := <-w.Changes(); c.Appeared != nil || names(c.Vanished) != "A C " {
			t.Errorf("after a while %q appeared and %q vanished", names(c.Appeared), names(c.Vanished))
		}
		w.Close()
		if _, open := <-w.Changes(); open {
			t.Error("a change after Close")
		}
	})
}

func TestWatcherClosesDuringAList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(time.Second, func(ctx context.Context) (Listing, error) {
			<-ctx.Done()
			return Listing{}, ctx.Err()
		})
		synctest.Wait()
		w.Close()
	})
}
