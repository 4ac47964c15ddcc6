// Package demopbx is a practice telephone system in the process: a PBX on a loopback port that
// speaks a documented wire, is populated by people who phone one another, and answers with
// real WebRTC sound. It is what `patchcord` opens when nobody has a PBX at hand and what tests
// use as their server, as net/http/httptest is for HTTP.
//
// It follows the vendor's page and not the habits of our client: any client of the same
// protocol may sign in and call through it. It knows one tenant (Domain), extensions from 200
// on with the password Password, an administrator, and some numbers with a character:
//
//	600  echo: what it hears comes back, and what is written to it
//	601  a colleague who answers after two seconds and plays ColleagueTone
//	602  is busy
//	603  rings and is never answered
//	604  says that it will call back, ends, and does
//	605  measures the echo of its caller and takes what it found for its name
//
// Numbers outside, in E.164 or of ten digits, are answered too; NumberOutside calls back.
//
// A call sent to *85 and the number of an orbit, 80 to 84, waits there; calling *86 and that
// number takes it out, and after a while it comes back to whoever parked it. *87 and an
// extension picks up what rings there. *72 and a number forwards one's calls, *73 ends that;
// *78 and *79 switch do-not-disturb. Who calls 90 meets everybody else there. A call to
// somebody who is not there, or does not answer, is forwarded as the callee has set, or goes
// to a mailbox.
//
// Whoever signs in has a desk phone too. It is pretended and makes no sound: it lifts itself
// when it rings for a call that its user wants to place, and takes, holds and ends calls at a
// client's command. A client that follows its own calls and never registers controls the desk
// phone alone, and calls ring there; a user without either is not there.
//
// AppWebsocket is served too, by the practice services of package appws: at AppsPath as the PBX
// that brings logins, at EchoPath as an app that answers. They know nothing of the telephones.
//
// Faults are switched on one by one in Options.
//
// # Who owns what
//
// One goroutine, the PBX loop, owns the directory, the calls, the legs, the crowd and every
// timer. Others reach it by posting a function to its inbox (256 places; whoever posts to a
// full one waits, which on a socket means that TCP pushes back). The loop itself never waits
// for anybody: what can take time (describing media, closing it) runs in a worker that posts
// its result, and what goes to a socket is queued.
//
//	goroutine          owns                              ends when
//	PBX loop           all PBX state, the agenda         Close
//	HTTP               nothing: web sessions are locked  Close
//	socket reader      its socket's read side            the socket ends
//	socket writer      its socket's write side           the socket ends; a queue of 1024 frames
//	                                                     that is full ends it
//	leg watcher        nothing: posts media events       the leg's session is closed
//	mixer              the sound of all calls, 20 ms     Close; it does not tick without calls
//	workers            nothing: post one result          done
//
// Close ends all of them and waits. The Journal may be read from anywhere.
package exchange
