// Package attach shows a running phone on screens of other processes of the same person, any number of
// them at once, over the control socket.
//
// A screen sends intents, each with a tag. The phone sends what changed of its snapshots and of the
// AppWebsocket sessions, in the parts of package delta, and notes. A screen that is slow gets fewer and
// larger changes; nothing waits for it. One that stops, dies or sends nonsense ends its own connection.
//
// Both ends must be of the same build, or at least of builds whose data have the same shape: it is
// compared first, and a difference is said in words on the screen. That first exchange and the verb
// "down" stay as they are across versions.
//
// A Desk is the side of the phone, a Screen the other. Of a phone the rest of the program needs Do and
// Watch, and a Screen has both, as phone.Phone has.
package attach
