// Package apps is the pane of the AppWebsocket sessions: which there are, what each said, and the lines
// in which a filter or a message is written. It is given the sessions and the clock; it sends nothing
// itself.
package apps
