// Package rtc carries the sound of a call over WebRTC: SDP and candidates as text in and out,
// frames of 20 ms of sound in and out. It knows pion and the codecs, and nothing of a PBX, a
// sound card or a screen.
//
// # Use
//
// One Engine serves a process. A call of ours:
//
//	s, offer, err := engine.Offer(ctx)  // send offer; LocalCandidate and EndOfCandidates events follow
//	err = s.SetAnswer(answer)           // also an early one, and again if it comes twice
//	err = s.AddCandidate(line, mid, n)  // at any time, also before the answer
//
// Candidates may be ready before Offer or Answer has returned: send the description first.
//
// Where the PBX has no trickle ICE, WholeDescription makes descriptions that hold all candidates.
//
// A call of theirs is Engine.Answer with their offer. From then on one goroutine calls
// WriteFrame and ReadFrame every 20 ms, or with half a frame every 10 ms, until Close; both cost microseconds and
// never wait.
// Events says when the path comes up, falls silent, changes and goes, and which keys the far end
// pressed.
//
// Hold, resume and codec changes are further offers: Reoffer and SetAnswer for ours,
// AnswerReoffer for theirs; Rollback takes one of ours back. Who holds decides what the direction
// says; who may send is kept here, except that SetSending shuts our stream for a hold that the PBX
// does by itself.
//
// A path that fell silent (Silent, some two seconds after the last packet) may be replaced: Restart
// makes an offer of a new one, also long after Lost. AnswerReoffer follows such an offer of theirs.
// PathChanged tells both, with the gap that was heard.
//
// # Quality
//
// Stats has the figures and the scores of both directions by the E-model (ITU-T G.107). Loss that the
// far end reports makes Opus send more redundancy. Where RFC 2198 is agreed on, each packet then has the
// frames before its own once more.
//
// # Opus
//
// Opus is gopus, written in Go, or the system's libopus, loaded while running: Config.Opus says which. The
// tag chromium adds a test that calls a headless Chromium.
//
// # Descriptions
//
// pion answers for ICE, DTLS and SRTP. What descriptions say of codecs, direction and sections
// is decided here, in two pure functions (sdp.go): pion is given a description that we wrote,
// with one audio section that never changes, and is asked again only when the network path
// itself is new. A far end that moves to another certificate needs a new Session
// (ErrNewEndpoint).
//
// Everything of the far end is bounded: 64 kB of SDP, 16 sections, 64 candidates.
package rtc
