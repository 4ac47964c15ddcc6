package phone

import (
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// input is anything that can move a leg. The set is closed.
type input interface{ input() }

type (
	// What a person wants of this leg.
	wantAnswer struct{}
	wantReject struct{ code int }
	wantHangup struct{}
	wantHold   struct{ on bool }
	// wantSilence stops our sound where a hold failed, because we talk to somebody else.
	wantSilence  struct{ with pbxws.Party }
	wantTransfer struct{ to string }
	// wantJoin puts this leg's far end, which waits, through to that of another leg.
	wantJoin struct {
		with pbxws.LegID
		to   pbxws.Party
	}
	// wantJoined tells the other leg of that.
	wantJoined struct{}
	wantPark   struct{ orbit pbxws.OrbitID }
	wantMeet   struct{ room pbxws.Party }
	wantRecord struct{ on bool }
	wantDigits struct{ digits string }
	// parkedAt is the orbit at which the PBX has parked the far end.
	parkedAt struct{ orbit pbxws.OrbitID }
	// wantPath asks for another path through the network.
	wantPath struct{}
	// unlinkedPeer says that whoever this far end was linked with is gone.
	unlinkedPeer struct{}

	// reported is what the PBX said of this leg.
	reported struct{ event pbxws.Event }

	// What became of media work.
	offered  struct{ sdp string } // our offer is made
	answered struct{ sdp string } // our answer to the far end's offer is made
	rebuilt  struct{ sdp string } // our offer of a new session for a call that is up is made
	// answerTaken is another answer to our first offer; elsewhere tells that it is of another endpoint
	// than the one that the session has.
	answerTaken struct{ elsewhere bool }
	// mediaBad says that an SDP could not be made or applied; final means that there is no sound any
	// more.
	mediaBad struct {
		err   error
		final bool
	}
	mediaUp struct{}
	// mediaSilent says that no packet comes although some should, mediaAudible ends that.
	mediaSilent  struct{}
	mediaAudible struct{}
	// mediaMoved says that media takes another network path.
	mediaMoved struct{ gap time.Duration }
	// pathMade is our offer of an ICE restart, pathUnmade why there is none, pathWhole that none is
	// needed: the far end's reports come by the present path.
	pathMade   struct{ sdp string }
	pathUnmade struct{ err error }
	pathWhole  struct{}
	// holdMade is our offer of a hold or resume in the same session, holdUnmade why there is none.
	holdMade   struct{ sdp string }
	holdUnmade struct{ err error }

	mediaOff      struct{ err error } // the path is lost
	gathered      struct{ candidate pbxws.Candidate }
	gatheredAll   struct{}
	tonesFailed   struct{ err error }
	digitReceived struct{ digit rune } // the far end pressed a key

	// Time.
	timeout struct{ of timerKind }

	// linkLost says that the link is gone, linkGone that it is not tried any more, linkBack that there is
	// one again.
	linkLost struct{}
	linkGone struct{}
	linkBack struct{ caps pbxws.Caps }
)

func (wantAnswer) input()    {}
func (wantReject) input()    {}
func (wantHangup) input()    {}
func (wantHold) input()      {}
func (wantSilence) input()   {}
func (wantTransfer) input()  {}
func (wantJoin) input()      {}
func (wantJoined) input()    {}
func (wantPark) input()      {}
func (parkedAt) input()      {}
func (wantMeet) input()      {}
func (wantRecord) input()    {}
func (wantDigits) input()    {}
func (wantPath) input()      {}
func (unlinkedPeer) input()  {}
func (reported) input()      {}
func (offered) input()       {}
func (answered) input()      {}
func (rebuilt) input()       {}
func (answerTaken) input()   {}
func (mediaBad) input()      {}
func (mediaUp) input()       {}
func (mediaSilent) input()   {}
func (mediaAudible) input()  {}
func (mediaMoved) input()    {}
func (pathMade) input()      {}
func (pathUnmade) input()    {}
func (pathWhole) input()     {}
func (holdMade) input()      {}
func (holdUnmade) input()    {}
func (mediaOff) input()      {}
func (gathered) input()      {}
func (gatheredAll) input()   {}
func (tonesFailed) input()   {}
func (digitReceived) input() {}
func (timeout) input()       {}
func (linkLost) input()      {}
func (linkGone) input()      {}
func (linkBack) input()      {}

// timerKind names a timer of a leg. Starting one again moves it.
type timerKind uint8

const (
	untilProgress   timerKind = iota // the PBX says anything to our offer
	untilAnswer                      // somebody picks up
	untilMedia                       // sound comes up after we picked up
	untilHold                        // the PBX confirms hold or resume
	untilResumed                     // the far end is heard after a resume
	untilAudible                     // the far end is heard after a hold in which nothing came
	untilRebuilt                     // the PBX answers the offer of a new session
	untilTransfer                    // the PBX says what came of a transfer
	untilKind                        // a description whose kind was guessed brings media
	untilPath                        // sound has a way through the network, after the answer
	untilSound                       // a sound path that was lost comes back, or the call ends
	untilLink                        // a call without link and sound gets one of them back
	untilSearch                      // silence is worth another path
	untilPathAnswer                  // the PBX answers the offer of one
	untilPlace                       // the PBX tells at which orbit a call is parked
	untilTones                       // the next of the tones that follow the number
	untilRecorded                    // the PBX confirms that it records, or no longer does
	untilForgotten                   // an ended leg leaves the screen
)

var timerNames = [...]string{"progress", "answer", "media", "hold", "resumed", "audible", "rebuilt", "transfer", "kind", "path", "sound", "link", "search", "path answer", "place", "tones", "recorded", "forgotten"}

func (p timerKind) String() string { return timerNames[p] }

// How long each of them lasts. untilSearch is told by the search.
var timerLengths = map[timerKind]time.Duration{
	untilProgress:   15 * time.Second,
	untilAnswer:     3 * time.Minute,
	untilMedia:      15 * time.Second,
	untilHold:       3 * time.Second,
	untilResumed:    5 * time.Second,
	untilAudible:    1500 * time.Millisecond,
	untilRebuilt:    8 * time.Second,
	untilTransfer:   10 * time.Second,
	untilKind:       4 * time.Second,
	untilPath:       5 * time.Second,
	untilSound:      2 * time.Second,
	untilLink:       30 * time.Second,
	untilPathAnswer: 5 * time.Second,
	untilPlace:      2 * time.Second,
	untilTones:      tonePause,
	untilRecorded:   5 * time.Second,
	untilForgotten:  6 * time.Second,
}

// effect is what a leg wants done. The set is closed.
type effect interface{ effect() }

type (
	// send gives the PBX a command.
	send struct{ command pbxws.Command }
	// makeOffer starts a media session with an offer of ours; the result is offered.
	makeOffer struct{}
	// makeAnswer starts a media session on the far end's offer; the result is answered. An existing
	// session is kept until the new one is up.
	makeAnswer struct{ offer string }
	// reanswer answers a new offer in the running session; the result is answered.
	reanswer struct{ offer string }
	// takeAnswer gives the session the far end's answer. again is for another answer to the same offer; the
	// result is answerTaken.
	takeAnswer struct {
		answer string
		again  bool
	}
	// otherKind takes a description whose kind was guessed as this kind, unless it has brought a path meanwhile.
	// The session of the first guess is kept. otherSession goes back to that one, or on to the second.
	otherKind struct {
		sdp  string
		kind pbxws.SDPKind
	}
	otherSession struct{}
	// rebuild starts a new session with an offer of ours and keeps the old one; the result is rebuilt.
	// fallBack returns to the old one, letGo closes it.
	rebuild       struct{}
	fallBack      struct{}
	letGo         struct{}
	takeCandidate struct{ candidate pbxws.Candidate }
	// makePath makes an offer of an ICE restart; the result is pathMade, pathUnmade or, if proven asks
	// first whether the path works after all, pathWhole. withdraw takes the offer back.
	makePath struct{ proven bool }
	withdraw struct{}
	// makeHold makes an offer of a hold or resume in the running session; the result is holdMade or
	// holdUnmade. withdraw takes it back.
	makeHold struct{ on bool }
	// gate opens or stops our sending.
	gate struct{ open bool }
	// tones sends digits with the sound, or lets only us hear them where they go by the PBX.
	tones struct {
		digits   string
		bySignal bool
	}
	closeMedia struct{}
	// wait starts a timer, drop stops it.
	wait struct {
		of timerKind
		d  time.Duration
	}
	drop struct{ of timerKind }
	// say tells the person an outcome.
	say struct {
		grade Grade
		text  string
		took  time.Duration
		of    Receipt
	}
	// confirm ends an intent that came about without a message of its own.
	confirm struct{ of Receipt }
	// forget takes the leg off the screen.
	forget struct{}
)

func (send) effect()          {}
func (makeOffer) effect()     {}
func (makeAnswer) effect()    {}
func (reanswer) effect()      {}
func (takeAnswer) effect()    {}
func (otherKind) effect()     {}
func (otherSession) effect()  {}
func (rebuild) effect()       {}
func (fallBack) effect()      {}
func (letGo) effect()         {}
func (takeCandidate) effect() {}
func (makePath) effect()      {}
func (withdraw) effect()      {}
func (makeHold) effect()      {}
func (gate) effect()          {}
func (tones) effect()         {}
func (closeMedia) effect()    {}
func (wait) effect()          {}
func (drop) effect()          {}
func (say) effect()           {}
func (confirm) effect()       {}
func (forget) effect()        {}
