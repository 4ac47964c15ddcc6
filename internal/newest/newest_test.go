package newest

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

// TestHub: a slow watcher gets the last value and no older one, and so does a late one; each watch
// ends with its context or with the hub.
func TestHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h Hub[int]
		ctx, leave := context.WithCancel(t.Context())
		first, second := h.Watch(ctx), h.Watch(t.Context())
		h.Publish(1)
		h.Publish(2)
		late := h.Watch(t.Context())
		for i, ch := range []<-chan int{first, second, late} {
			if got := <-ch; got != 2 || len(ch) != 0 {
				t.Errorf("watcher %d got %d, and %d wait", i, got, len(ch))
			}
		}
		leave()
		synctest.Wait()
		h.Publish(3)
		h.Close()
		for i, ch := range []<-chan int{first, second, late, h.Watch(t.Context())} {
			var got []int
			for v := range ch {
				got = append(got, v)
			}
			if want := [][]int{nil, {3}, {3}, nil}[i]; !slices.Equal(got, want) {
				t.Errorf("watcher %d got %d at the end", i, got)
			}
		}
	})
}
