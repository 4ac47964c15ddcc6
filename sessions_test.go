//go:build linux

package main

import "testing"

// TestAppPane opens the AppWebsocket pane of the practice PBX and sends its echo a message.
func TestAppPane(t *testing.T) {
	t.Parallel()
	s := start(t, 100, 30)
	s.sees("LIVE")
	s.types("ga")
	s.sees("echo +open")
	s.types("\tun")
	s.sees("send to echo")
	s.types(`{"api":"echo","mt":"Echo","data":"hello"}` + "\r")
	s.sees("EchoResult")
	s.types("e")
	s.sees("saved to ")
	s.types("o")
	s.sees("open record: .echo-")
	s.types("\r")
	s.sees(">log:echo +replayed")
	s.types("P")
	s.sees("replay on: .echo")
	s.types("\r")
	s.sees("1 message replayed")
}

// TestPager has a message in the person's pager: the keys are the pager's, and ours again afterwards.
func TestPager(t *testing.T) {
	t.Parallel()
	s := start(t, 100, 30, `PAGER=echo PAGED; read k; echo "got $k"; read k; cat`)
	s.sees("LIVE")
	s.types("ga")
	s.sees("echo +open")
	s.types("V")
	s.sees("PAGED")
	s.types("hello\r")
	s.sees("got hello")
	s.types("\x03") // Ctrl+C ends the pager, not us
	s.sees("APPWEBSOCKET +2 sessions")
	s.types("u")
	s.sees("UNLOCKED")
}
