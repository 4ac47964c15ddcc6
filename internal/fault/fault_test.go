package fault

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func fail(value any) (caught *Error) {
	defer Catch(func(e *Error) { caught = e })
	breakDown(value)
	return nil
}

func breakDown(value any) {
	if value != nil {
		panic(value)
	}
}

func TestCatch(t *testing.T) {
	if e := fail(nil); e != nil {
		t.Errorf("caught %v where nothing failed", e)
	}
	e := fail("it broke\r\n\x1b[31m" + strings.Repeat("x", 10000))
	if e == nil {
		t.Fatal("not caught")
	}
	if !strings.HasPrefix(e.What, "it broke  [31mxxx") || len(e.What) > maxWhat+4 {
		t.Errorf("the words are %q", e.What)
	}
	if !strings.HasPrefix(e.Place, "internal/fault.breakDown fault_test.go:") {
		t.Errorf("the place is %q", e.Place)
	}
	if len(e.Stack) < 3 || !strings.HasPrefix(e.Stack[1], "internal/fault.fail fault_test.go:") {
		t.Errorf("the stack is %q", e.Stack)
	}
}

func TestCatchOfTheRuntime(t *testing.T) {
	var caught *Error
	func() {
		defer Catch(func(e *Error) { caught = e })
		var list []int
		_ = list[len(t.Name())]
	}()
	if caught == nil || !strings.Contains(caught.What, "index out of range") || strings.Contains(caught.Error(), "index") || !strings.Contains(caught.Place, "TestCatchOfTheRuntime") {
		t.Errorf("caught %+v", caught)
	}
}

func TestLog(t *testing.T) {
	var out bytes.Buffer
	fail("it broke").Log(slog.New(slog.NewTextHandler(&out, nil)), "the test")
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `msg="the test failed" panic="it broke" at="internal/fault.breakDown`) {
		t.Errorf("logged %s", got)
	}
}
