package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// partingTime is how long a write may take once the program is to end.
const partingTime = time.Second

var errUnread = errors.New("the output was closed, so the rest of it is lost")

// output is a stream whose reader may have stopped, such as the rest of a pipeline. That does not hold the
// program up once ctx is done.
type output struct {
	ctx    context.Context
	to     io.Writer
	unread bool
}

func (o *output) Write(p []byte) (int, error) {
	if o.unread {
		return 0, errUnread
	}
	n, err := writeUntil(o.ctx, o.to, p)
	o.unread = errors.Is(err, errUnread)
	return n, err
}

// writeUntil writes p. It fails with errUnread where p was not taken until ctx was done, or partingTime
// later. The system has no way to stop such a write: its goroutine ends with the process, or when
// somebody reads after all.
func writeUntil(ctx context.Context, to io.Writer, p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	written := make(chan result, 1)
	p = slices.Clone(p) // the caller may use its own again
	go func() {
		n, err := to.Write(p)
		written <- result{n, err}
	}()
	select {
	case r := <-written:
		return r.n, r.err
	case <-ctx.Done():
	}
	parting := time.NewTimer(partingTime)
	defer parting.Stop()
	select {
	case r := <-written:
		return r.n, r.err
	case <-parting.C:
		return 0, errUnread
	}
}

// readLine reads a line of longest bytes at most, without the blanks around it; it is empty where none
// came until ctx was done. A read cannot be stopped any more than a write, see writeUntil.
func readLine(ctx context.Context, from io.Reader, longest int64) string {
	read := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(io.LimitReader(from, longest)).ReadString('\n') // what was read counts
		read <- strings.TrimSpace(line)
	}()
	select {
	case line := <-read:
		return line
	case <-ctx.Done():
		return ""
	}
}
