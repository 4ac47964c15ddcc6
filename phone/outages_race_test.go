//go:build race

package phone_test

// outagesAtOnce is small under the race detector, where a call takes much of a processor.
const outagesAtOnce = 2
