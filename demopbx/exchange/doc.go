// Package exchange is the practice PBX without its wires: people, calls, media and the journal of
// all that happens, in domain words. It knows no wire. A front signs clients in, gives their orders
// here and tells them the news; see Front and Phone.
//
// There is one tenant (Domain) with extensions from 200 on, whose password is Password, and some
// special numbers:
//
//	600  echo: what it hears comes back, and so do texts
//	601  a colleague who answers after two seconds and plays ColleagueTone
//	602  is busy
//	603  rings and is never answered
//	604  announces that it will call back, hangs up, and does
//	605  measures the echo of its caller and takes the result for its name
//	606  calls back as 604 does, as an intercom: that call asks to be answered without a hand
//	607  calls back as 604 does, and a colleague takes that call when it has rung for a while
//
// External numbers, in E.164 or of ten digits, are answered too; NumberExternal calls back.
//
// A call sent to *85 and the number of an orbit, 80 to 84, is parked there; calling *86 and that number
// retrieves it, and after a while it returns to whoever parked it. *87 and an extension picks up what
// rings there. *72 and a number forwards one's calls, *73 ends that; *78 and *79 switch do-not-disturb.
// 90 is a conference. A call to somebody who is not registered, or does not answer, is forwarded as the
// callee has set, or goes to a mailbox.
//
// Whoever signs in has a desk phone too. It is simulated and makes no sound: it lifts itself when it
// rings for a call that its user wants to place, and takes, holds and ends calls at a client's order. A
// client that follows its own calls and never registers controls the desk phone alone, and calls ring
// there; a user without either is not registered.
//
// # Fronts
//
// A front attaches a Client for each connection, with a Phone that takes the news of its legs. Orders
// are methods of PBX and return the code of a refusal. Media belongs to a leg: the front decides when
// Offer, Answer, Accept and Reoffer are called, because every wire exchanges descriptions in an order of
// its own.
//
// # Who owns what
//
// One goroutine, the PBX loop, owns the directory, the calls, the legs, the crowd and every timer.
// Others reach it by Do, which posts to its inbox (256 places; whoever posts to a full one waits, which
// on a socket means that TCP pushes back). The loop itself never waits: what can take time (describing
// media, closing it) runs in a worker that posts its result, and what goes to a client is queued by its
// front.
//
//	goroutine          owns                              ends when
//	PBX loop           all PBX state, the timers         the context of Run ends
//	mixer              the sound of all calls, 20 ms     the same; it does not tick without calls
//	leg watcher        nothing: posts media events       the leg's session is closed
//	workers            nothing: post one result          done
//
// Run ends all of them and waits, also for those that a front counted in by Enter. The Journal may be
// read from anywhere.
package exchange
