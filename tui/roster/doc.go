// Package roster is the list of extensions and of what else can be called: in the order in which
// people look for them, searched by name and number, and with a person's bookmarks. It knows no screen.
package roster
