// Package browsertest runs a headless Chromium at a page of a test, which does what the test
// orders: the far end of calls that nobody of us wrote. It is built for tests alone, under the
// tag chromium.
//
// The page asks for its orders one after the other, GET order, and answers each, POST done; it
// decides nothing. An order is {id, name, args}, an answer {id, result} or {id, error}.
package browsertest
