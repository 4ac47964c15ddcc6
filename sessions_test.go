package main

import (
	"os"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/appws"
)

// TestAppPane opens the AppWebsocket pane of the practice PBX and sends its echo a message.
func TestAppPane(t *testing.T) {
	s := takeSeat(t, 100, 30)
	s.sees("LIVE")
	s.types("ga")
	s.sees("echo +open")
	s.types("\tun")
	s.sees("send to echo")
	s.types(`{"api":"echo","mt":"Echo","data":"hello"}` + "\r")
	s.sees("EchoResult")
	s.types("e")
	s.sees("saved to ")
}

// TestSaveIsReadAgain saves a record to a file of its own, for nobody else to read.
func TestSaveIsReadAgain(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	sessions := appws.NewSessions(appws.SessionsConfig{})
	defer sessions.Close()
	id, err := sessions.Load("x", appws.Log{Name: "x", Entries: []appws.Entry{{N: 1, Dir: appws.In, Text: `{"token":"opensesame"}`}}})
	if err != nil {
		t.Fatal(err)
	}
	path, err := appSessions{sessions}.Save(id, false)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), "opensesame") {
		t.Errorf("%s, %v", text, err)
	}
	if l, err := appws.ReadLog(strings.NewReader(string(text))); err != nil || len(l.Entries) != 1 {
		t.Errorf("%v, %v", l, err)
	}
}
