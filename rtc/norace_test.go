//go:build !race

package rtc

const underRace = false
