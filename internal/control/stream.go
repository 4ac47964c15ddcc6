package control

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/jsonl"
)

const (
	// streamDeep is how many lines may wait for a reader. With one more it is dropped as too slow.
	streamDeep = 256
	// catchesUp is how long a reader that stopped reading is waited for.
	catchesUp = 30 * time.Second
	// partingTime is how long the last lines may take when the telephone ends.
	partingTime = time.Second
)

// stream gives a client events until it goes, falls behind, or the telephone ends.
func (s *Server) stream(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	var reading sync.WaitGroup
	defer reading.Wait()
	defer cancel()
	queue := make(chan []byte, streamDeep+1) // the last place is for the reason
	reading.Go(func() {
		defer cancel()
		s.feed(ctx, conn, queue)
	})
	_ = conn.SetReadDeadline(time.Time{})
	reading.Go(func() { // a client that closes its end is gone
		defer cancel()
		hangs(conn)
	})
	stop := context.AfterFunc(ctx, func() {
		_ = conn.SetReadDeadline(time.Unix(1, 0))
		_ = conn.SetWriteDeadline(time.Now().Add(partingTime))
	})
	defer stop()
	for line := range queue {
		if ctx.Err() == nil {
			_ = conn.SetWriteDeadline(time.Now().Add(catchesUp))
		}
		if _, err := conn.Write(line); err != nil {
			break
		}
	}
	cancel()
	for range queue { // so that feed can end
	}
}

// hangs waits until the other side closes; what it says is of no interest.
func hangs(conn net.Conn) {
	buf := make([]byte, 512)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
	}
}

// feed puts events into the queue and closes it at the end.
func (s *Server) feed(ctx context.Context, conn net.Conn, queue chan<- []byte) {
	defer close(queue)
	var f follower
	for snapshot := range s.Phone.Watch(ctx) {
		for _, e := range f.next(snapshot, s.Missed()) {
			if len(queue) >= streamDeep {
				queue <- lineOf(Event{Event: "dropped", At: snapshot.Now, Text: "you read too slowly: later events are lost"})
				s.Log.Warn("a slow reader of events was dropped")
				return
			}
			queue <- lineOf(e)
		}
	}
	if len(queue) <= streamDeep {
		queue <- lineOf(Event{Event: "bye", At: time.Now(), Text: "the phone has ended"})
	}
}

func lineOf(e Event) []byte {
	line, err := jsonl.Marshal(e)
	if err != nil {
		return nil // a figure is NaN; the next event has it again
	}
	return line
}
