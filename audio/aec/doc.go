// Package aec is an acoustic echo canceller: it takes out of what a microphone captures what a speaker plays
// in the same room, so that the other side does not hear itself. It works on blocks of 10 ms at 48 kHz, allocates
// nothing after New, and takes less than 2 % of a core. From the first echo on the microphone is late by 7 ms.
//
//	speaker ──> farEnd ──────────────────┐ delayFinder: how late the echo is
//	              │ driftTracker: clocks │
//	              └──> history ──> filter ──> prediction of the echo
//	                                          │
//	microphone ──────────────────────────────(-)──> suppressor ──> out
//
// The filter models the room up to 8 kHz, at a rate of 16 kHz, and its prediction is subtracted from the
// microphone at the full rate. What the filter leaves, and what is above its band, is turned down by the
// suppressor, by as much as it is likely to be echo; where no echo is predicted nothing is changed, at no frequency.
//
// The canceller belongs to one goroutine.
package aec
