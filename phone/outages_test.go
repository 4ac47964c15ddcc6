//go:build !race

package phone_test

// outagesAtOnce is how many calls the test of outages has at once: they wait most of the time.
const outagesAtOnce = 16
