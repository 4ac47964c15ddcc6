package station

import (
	"context"
	"sync"

	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// Note is a message of a station besides the snapshots of its phone.
type Note struct {
	// Dial is a number from another program, for the person to confirm; empty for none.
	Dial string
	// Text is a sentence, Grade how good it is.
	Text  string
	Grade phone.Grade
	// Call is the call of ours on whose card Text is shown; empty for none.
	Call pbxws.LegID
	// EventsOnly means that Text is only for the list of events.
	EventsOnly bool
}

// Run runs the phone and all that belongs to it until ctx ends, and returns when all of it has
// ended. It may be called once. The error is the phone's. notify is called on several goroutines;
// it may wait for its reader, until ctx ends.
func (s *Station) Run(ctx context.Context, notify func(context.Context, Note)) error {
	r := &run{Station: s, notify: notify}
	var tasks sync.WaitGroup
	for _, task := range []func(context.Context){r.records, r.read, r.serve, r.hooks} {
		tasks.Go(func() {
			defer fault.Catch(func(e *fault.Error) {
				e.Log(s.log, "a task of the station")
				notify(ctx, Note{Grade: phone.GradeFailed, Text: "a part of Patchcord ended, your calls go on: " + e.Error()})
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
	notify func(context.Context, Note)
}

func (r *run) records(ctx context.Context) { KeepRecords(ctx, r.Phone, r.Records.Put) }

// read reads from the records of calls how many were missed, and which an earlier run left up.
func (r *run) read(ctx context.Context) {
	var reading sync.WaitGroup
	for _, k := range r.Records.books {
		reading.Go(func() { k.follow(ctx) })
	}
	reading.Wait()
}

// serve opens the socket. If another Patchcord has it, or there is no place for it, the telephone
// works without.
func (r *run) serve(ctx context.Context) {
	name := control.RealSocket
	if r.Profile == "" {
		name = control.PracticeSocket
	}
	dir, err := state.Sockets()
	var s *control.Server
	waited := false
	if err == nil {
		s, err = control.Await(ctx, dir, name, control.Config{
			Phone: r.Phone, Log: r.log,
			Ask:    func(ctx context.Context, to string) { r.notify(ctx, Note{Dial: to}) },
			Direct: func() bool { return r.settings.Load().Control.Direct() },
			Missed: r.Records.missed,
		}, func(taken *control.TakenError) {
			waited = true
			r.notify(ctx, Note{Grade: phone.GradeInfo, Text: taken.Error()})
		})
	}
	switch {
	case ctx.Err() != nil && err != nil: // it left while it waited
	case err != nil:
		r.log.Error("other programs cannot control this telephone", "err", err)
		r.notify(ctx, Note{Grade: phone.GradeWarn, Text: "other programs cannot control this telephone: " + disk.Explain(err).Error()})
	default:
		if waited {
			r.notify(ctx, Note{Grade: phone.GradeInfo, Text: "other programs control this Patchcord now; the other one has ended"})
		}
		s.Run(ctx)
	}
}
