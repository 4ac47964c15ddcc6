package station

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/phone"
)

// keepSessions writes down by itself what the AppWebsocket sessions say, as far as [record] asks for it.
func (r *run) keepSessions(ctx context.Context) {
	keepers := map[int]*keeper{}
	defer func() {
		for _, k := range keepers {
			_ = k.close()
		}
	}()
	broken := false
	for views := range r.sessions.Watch(ctx) {
		room := int64(r.settings.Load().Record.Disk)
		if room == 0 || broken {
			continue
		}
		for _, v := range views {
			if v.State == sessions.Replayed {
				continue
			}
			if keepers[v.ID] == nil {
				keepers[v.ID] = &keeper{}
			}
			if err := keepers[v.ID].write(v, room); err != nil {
				broken = true
				r.log.Error("keep what a session says", "session", v.Name, "err", err)
				r.notify(ctx, attach.Note{Grade: phone.GradeFailed, Text: "AppWebsocket messages are no longer saved: " + disk.Explain(err).Error()})
				break
			}
		}
	}
}

// keeper writes the record of one session into a file, and goes on with another one when that is full: of
// the two the older is dropped.
type keeper struct {
	file *os.File
	out  *record.Writer
	buf  *bufio.Writer
	size int64
	// count is how many entries are in the file.
	count int
	last  uint64 // the entry that was written last
}

// maxKept bounds the entries of a file, so that it can be opened.
const maxKept = 50_000

// autoPrefix begins the names of records that are written by themselves.
const autoPrefix = "auto-"

// write adds what is new. A file has half the room.
func (k *keeper) write(v sessions.View, room int64) error {
	for _, e := range v.Entries {
		if e.N <= k.last {
			continue
		}
		if k.out == nil || e.N != k.last+1 || k.size > room/2 || k.count == maxKept { // a gap needs a file of its own
			if err := k.next(v); err != nil {
				return err
			}
		}
		n, err := k.out.Write(e)
		if err != nil {
			return err
		}
		k.size, k.count, k.last = k.size+int64(n), k.count+1, e.N
	}
	if k.buf == nil {
		return nil
	}
	return k.buf.Flush()
}

// next begins a file; the one before becomes the older.
func (k *keeper) next(v sessions.View) error {
	if err := k.close(); err != nil {
		return err
	}
	dir := state.Sessions()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(dir, autoPrefix+strings.Map(fileLetter, v.Name)+recordSuffix)
	if err := os.Rename(path, strings.TrimSuffix(path, recordSuffix)+"-before"+recordSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	k.file, k.buf, k.size, k.count = f, bufio.NewWriter(f), 0, 0
	k.out, err = record.NewWriter(k.buf, record.Log{Name: v.Name, URL: v.URL, App: v.App})
	return err
}

func (k *keeper) close() error {
	if k.file == nil {
		return nil
	}
	return errors.Join(k.buf.Flush(), k.file.Close())
}
