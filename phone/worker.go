package phone

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// maxCandidates bounds what is remembered of a far end's candidates; more is hostile or lost.
const maxCandidates = 64

// jobsDeep is how much media work of one leg may wait. Full means that the work is stuck; the
// leg then ends with mediaBad.
const jobsDeep = 128

var errMediaStuck = rtc.Reason("the media work of this call is stuck")

// worker does the media work of one leg, one job after the other, because the order of descriptions
// and candidates matters and pion may be slow. It owns the leg's sessions.
type worker struct {
	engine func(context.Context) *rtc.Engine
	post   func(input)        // into the loop; waits its turn
	use    func(*rtc.Session) // tells the loop which session carries the sound, nil for none
	jobs   chan effect
	// options are how its descriptions are made.
	options []rtc.Option
	log     *slog.Logger
	feeds   sync.WaitGroup

	now, fallback *feed
	candidates    []pbxws.Candidate
	open          bool
}

// newWorker makes the worker of a leg at a PBX with these abilities.
func newWorker(log *slog.Logger, caps pbxws.Caps, engine func(context.Context) *rtc.Engine, post func(input), use func(*rtc.Session)) *worker {
	w := &worker{log: log, engine: engine, post: post, use: use, jobs: make(chan effect, jobsDeep), open: true}
	if !caps.Has(pbxws.CapTrickle) {
		w.options = []rtc.Option{rtc.WholeDescription}
	}
	return w
}

// add queues a job and never waits.
func (w *worker) add(job effect) error {
	select {
	case w.jobs <- job:
		return nil
	default:
		return errMediaStuck
	}
}

// run works until closeMedia or the end of ctx and leaves nothing behind. A panic of ours ends only
// the call.
func (w *worker) run(ctx context.Context) {
	defer w.close()
	defer fault.Catch(w.failed)
	for {
		select {
		case <-ctx.Done():
			return
		case job := <-w.jobs:
			if _, last := job.(closeMedia); last {
				return
			}
			if err := w.work(ctx, job); err != nil && ctx.Err() == nil {
				w.log.Warn("the media of a call failed", "err", err)
				w.post(mediaBad{err: err})
			}
		}
	}
}

// failed ends the call after a fault of ours.
func (w *worker) failed(e *fault.Error) {
	e.Log(w.log, "the media work of a call")
	w.post(mediaBad{err: e, final: true})
}

func (w *worker) work(ctx context.Context, job effect) error {
	switch job := job.(type) {
	case makeOffer:
		session, sdp, err := w.engine(ctx).Offer(ctx, w.options...)
		if err != nil {
			return err
		}
		w.begin(session, offered{sdp})
	case makeAnswer:
		return w.answer(ctx, job.offer)
	case reanswer:
		return w.reanswer(ctx, job.offer)
	case takeAnswer:
		return w.takeAnswer(job)
	case otherKind:
		if err := w.otherKind(ctx, job); err != nil { // then the first guess was right, and is only slow
			w.log.Info("a description is not of the other kind", "err", err)
		}
	case otherSession:
		w.otherSession()
	case rebuild:
		return w.rebuild(ctx)
	case fallBack:
		w.fallBack()
	case letGo:
		w.letGo()
	case takeCandidate:
		w.takeCandidate(job.candidate)
	case makePath:
		w.makePath(ctx, job)
	case makeHold:
		w.makeHold(ctx, job.on)
	case withdraw:
		if w.now != nil {
			w.now.session.Rollback()
		}
	case gate:
		w.open = job.open
		if w.now != nil {
			w.now.session.SetSending(job.open)
		}
	case tones:
		if !job.bySignal {
			return w.tones(job.digits)
		}
	}
	return nil
}

func (w *worker) answer(ctx context.Context, offer string) error {
	session, sdp, err := w.engine(ctx).Answer(ctx, offer, w.options...)
	if err != nil {
		return err
	}
	w.replace(session, sdp)
	return nil
}

// replace makes a session that answers an offer the current one.
func (w *worker) replace(session *rtc.Session, sdp string) {
	w.keepFallback()
	w.begin(session, answered{sdp})
	w.replayCandidates()
}

// reanswer keeps the session, unless the far end moved to another endpoint, which needs a new one.
func (w *worker) reanswer(ctx context.Context, offer string) error {
	if w.now == nil {
		return rtc.Reason("a new offer came before there was a call")
	}
	sdp, err := w.now.session.AnswerReoffer(ctx, offer)
	if errors.Is(err, rtc.ErrGlare) { // ours gives way: the PBX has to speak to many
		w.now.session.Rollback()
		sdp, err = w.now.session.AnswerReoffer(ctx, offer)
	}
	if errors.Is(err, rtc.ErrNewEndpoint) {
		return w.answer(ctx, offer)
	}
	if err != nil {
		return err
	}
	w.post(answered{sdp})
	return nil
}

// begin makes a session the current one. It posts the result before the candidates, so that a
// description is always sent first.
func (w *worker) begin(session *rtc.Session, result input) {
	session.SetSending(w.open)
	w.now = &feed{session: session, post: w.post}
	w.use(session)
	w.post(result)
	feed := w.now
	w.feeds.Go(func() {
		defer fault.Catch(w.failed)
		feed.run()
	})
}

// keepFallback keeps the old session, in case the far end's description turns out to be for that.
func (w *worker) keepFallback() {
	w.letGo()
	if w.now != nil {
		w.now.mute(true)
	}
	w.fallback, w.now = w.now, nil
}

func (w *worker) takeAnswer(job takeAnswer) error {
	if w.now == nil {
		return rtc.Reason("an answer came before an offer was made")
	}
	err := w.now.session.SetAnswer(job.answer)
	if job.again {
		if err != nil {
			w.log.Info("another answer to the same offer", "err", err)
		}
		w.post(answerTaken{errors.Is(err, rtc.ErrNewEndpoint)})
		return nil
	}
	if err != nil {
		w.now.session.Rollback() // of an offer in mid-call, so that another one can be made
	}
	return err
}

// otherKind gives an offer that was guessed to be an answer a session of its own, or an answer that was guessed to be
// an offer to the session that was put aside for that.
func (w *worker) otherKind(ctx context.Context, job otherKind) error {
	if job.kind == pbxws.SDPOffer {
		session, sdp, err := w.engine(ctx).Answer(ctx, job.sdp, w.options...)
		if err != nil {
			return err
		}
		if w.hasPath() {
			return session.Close()
		}
		w.replace(session, sdp)
		return nil
	}
	if w.fallback == nil {
		return rtc.Reason("an answer came before an offer was made")
	}
	if !w.otherSession() {
		return nil
	}
	return w.now.session.SetAnswer(job.sdp)
}

// hasPath tells whether the session has a path, and so has to stay. Where it has none, none is told from here on.
func (w *worker) hasPath() bool {
	if w.now == nil {
		return false
	}
	w.now.mute(true)
	if !w.now.up.Load() {
		return false
	}
	w.now.mute(false)
	return true
}

// otherSession exchanges the session with the one that is kept, unless it has a path or there is none.
func (w *worker) otherSession() bool {
	if w.fallback == nil || w.hasPath() {
		return false
	}
	w.now, w.fallback = w.fallback, w.now
	w.now.session.SetSending(w.open)
	w.now.mute(false)
	w.use(w.now.session)
	w.replayCandidates()
	return true
}

// makePath offers an ICE restart, unless the present path turns out to work.
func (w *worker) makePath(ctx context.Context, job makePath) {
	if w.now == nil {
		w.post(pathUnmade{rtc.Reason("there is no sound to find a path for")})
		return
	}
	if job.proven && time.Since(w.now.session.Stats().Reported) < wholeFor {
		w.post(pathWhole{})
		return
	}
	w.now.mute(true) // its candidates must come after it
	defer w.now.mute(false)
	sdp, err := w.now.session.Restart(ctx)
	if err != nil {
		w.log.Warn("no other path was offered", "err", err)
		w.post(pathUnmade{err})
		return
	}
	w.post(pathMade{sdp})
}

// makeHold offers a hold or resume in the running session.
func (w *worker) makeHold(ctx context.Context, on bool) {
	if w.now == nil {
		w.post(holdUnmade{rtc.Reason("there is no sound to change")})
		return
	}
	sdp, err := w.now.session.Reoffer(ctx, on)
	if err != nil {
		w.log.Warn("no hold was offered", "err", err)
		w.post(holdUnmade{err})
		return
	}
	w.post(holdMade{sdp})
}

// rebuild begins a new session in mid-call. Candidates of the old connection do not apply to it.
func (w *worker) rebuild(ctx context.Context) error {
	session, sdp, err := w.engine(ctx).Offer(ctx, w.options...)
	if err != nil {
		return err
	}
	w.keepFallback()
	w.candidates = nil
	w.begin(session, rebuilt{sdp})
	return nil
}

// fallBack drops the session and returns to the one that was kept.
func (w *worker) fallBack() {
	if w.fallback == nil {
		return
	}
	w.now, w.fallback = w.fallback, w.now
	w.letGo()
	w.now.session.SetSending(w.open)
	w.now.mute(false)
	w.use(w.now.session)
}

func (w *worker) letGo() {
	if w.fallback != nil {
		_ = w.fallback.session.Close()
		w.fallback = nil
	}
}

// takeCandidate passes a candidate on and keeps it for a later session. A bad one does not affect
// the call.
func (w *worker) takeCandidate(c pbxws.Candidate) {
	if len(w.candidates) == maxCandidates {
		return
	}
	w.candidates = append(w.candidates, c)
	if w.now != nil {
		_ = w.now.session.AddCandidate(c.Line, c.Mid, c.MLine)
	}
}

func (w *worker) replayCandidates() {
	for _, c := range w.candidates {
		_ = w.now.session.AddCandidate(c.Line, c.Mid, c.MLine)
	}
}

func (w *worker) tones(digits string) error {
	if w.now == nil {
		return nil
	}
	for _, d := range digits {
		if err := w.now.session.SendDTMF(d, toneLength); err != nil {
			w.log.Warn("a tone was not sent", "err", err)
			w.post(tonesFailed{err})
			return nil
		}
	}
	return nil
}

func (w *worker) close() {
	w.use(nil)
	for _, f := range []*feed{w.now, w.fallback} {
		if f != nil {
			_ = f.session.Close()
		}
	}
	w.feeds.Wait()
}

// feed passes a session's events to the desk. While its session is kept aside, it keeps the events
// in case the session comes back.
type feed struct {
	session *rtc.Session
	post    func(input)
	up      atomic.Bool // it has a path
	mu      sync.Mutex
	paused  bool
	kept    []input
}

// run ends when the session is closed.
func (f *feed) run() {
	for e := range f.session.Events() {
		switch e := e.(type) {
		case rtc.LocalCandidate:
			f.deliver(gathered{pbxws.Candidate{Line: e.Line, Mid: e.Mid, MLine: e.MLine}})
		case rtc.EndOfCandidates:
			f.deliver(gatheredAll{})
		case rtc.Connected:
			f.up.Store(true)
			f.deliver(mediaUp{})
		case rtc.Lost:
			f.up.Store(false)
			f.deliver(mediaOff{e.Err})
		case rtc.Silent:
			f.deliver(mediaSilent{})
		case rtc.SilenceEnded:
			f.deliver(mediaAudible{})
		case rtc.PathChanged:
			f.deliver(mediaMoved{e.Gap})
		case rtc.DTMFReceived:
			f.deliver(digitReceived{e.Digit})
		}
	}
}

func (f *feed) deliver(in input) {
	f.mu.Lock()
	if f.paused {
		if len(f.kept) < maxCandidates {
			f.kept = append(f.kept, in)
		}
		f.mu.Unlock()
		return
	}
	f.mu.Unlock()
	f.post(in)
}

func (f *feed) mute(paused bool) {
	f.mu.Lock()
	kept := f.kept
	f.paused, f.kept = paused, nil
	f.mu.Unlock()
	for _, in := range kept {
		f.post(in)
	}
}
