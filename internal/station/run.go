package station

import (
	"context"
	"sync"

	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/phone"
)

// Run runs the phone and all that belongs to it until ctx ends, and returns when all of it has
// ended. It may be called once. The error is the phone's. notify brings notes to the screen in this
// process, nil where there is none; it is called on several goroutines, and may wait for its reader until
// ctx ends. Screens of other processes get them too.
func (s *Station) Run(ctx context.Context, notify func(context.Context, attach.Note)) error {
	r := &run{Station: s, screen: notify}
	var tasks sync.WaitGroup
	for _, task := range []func(context.Context){r.records, r.read, r.serve, r.hooks, r.keepSessions} {
		tasks.Go(func() {
			defer fault.Catch(func(e *fault.Error) {
				e.Log(s.log, "a task of the station")
				r.notify(ctx, attach.Note{Grade: phone.GradeFailed, Text: "a part of Patchcord ended, your calls go on: " + e.Error()})
			})
			task(ctx)
		})
	}
	err := s.Phone.Run(ctx)
	tasks.Wait()
	return err
}

// run is a station that runs.
type run struct {
	*Station
	screen func(context.Context, attach.Note)
}

// notify brings a note to every screen.
func (r *run) notify(ctx context.Context, n attach.Note) {
	if r.screen != nil {
		r.screen(ctx, n)
	}
	r.Screens.Tell(n)
}

// askPerson brings a number to one screen: the one in this process, else the one that was used last. It reports
// whether there is one.
func (r *run) askPerson(ctx context.Context, d phone.Dial) bool {
	n := attach.Note{Dial: d.To, By: d.Link}
	if r.screen == nil {
		return r.Screens.AskPerson(n)
	}
	r.screen(ctx, n)
	return true
}

func (r *run) records(ctx context.Context) { KeepRecords(ctx, r.Phone, r.Records.Put) }

// read reads from the records of calls how many were missed, and which an earlier run left up. A screen in this
// process sees by itself why they cannot be saved.
func (r *run) read(ctx context.Context) {
	var reading sync.WaitGroup
	for _, k := range r.Records.books {
		reading.Go(func() { k.follow(ctx, r.Screens.Tell) })
	}
	reading.Wait()
}

// serve opens the socket, unless that was done before the phone began. If another Patchcord has it, or there is
// no place for it, the telephone works without.
func (r *run) serve(ctx context.Context) {
	c := control.Config{
		Phone: r.Phone, Log: r.log,
		Ask: r.askPerson, Attach: r.Screens.Serve, Down: r.down,
		Direct: func() bool { return r.settings.Load().Control.Direct() },
		Missed: r.Records.missed,
	}
	if r.socket != nil {
		r.socket.Server(c).Run(ctx)
		return
	}
	dir, err := state.Sockets()
	var s *control.Server
	waited := false
	if err == nil {
		s, err = control.Await(ctx, dir, SocketOf(r.Profile), c, func(taken *control.TakenError) {
			waited = true
			r.notify(ctx, attach.Note{Grade: phone.GradeInfo, Text: taken.Error()})
		})
	}
	switch {
	case ctx.Err() != nil && err != nil: // it left while it waited
	case err != nil:
		r.log.Error("other programs cannot control this phone", "err", err)
		r.notify(ctx, attach.Note{Grade: phone.GradeWarn, Text: "other programs cannot control this phone: " + disk.Explain(err).Error()})
	default:
		if waited {
			r.notify(ctx, attach.Note{Grade: phone.GradeInfo, Text: "other programs control this Patchcord now; the other one has ended"})
		}
		s.Run(ctx)
	}
}

// SocketOf is the socket of a station with a profile, or of one at the practice PBX.
func SocketOf(profile string) string {
	if profile == "" {
		return control.PracticeSocket
	}
	return control.RealSocket
}
