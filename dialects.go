package main

import (
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/nethcti"
	"github.com/patchcord/patchcord/pbxws/vodia"
)

// dialects are the kinds of PBX that the program can sign in to, the usual one first. A new one is a
// package beside pbxws/vodia and a line here.
var dialects = pbxws.Dialects{
	vodia.Dialect,
	nethcti.Dialect,
}
