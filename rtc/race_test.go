//go:build race

package rtc

// underRace tells that pools lose a part of what they hold: the race detector has package sync do so.
const underRace = true
