//go:build janus

package janustest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Host is the one address of the network.
const Host = "10.78.0.1"

// inside tells the tests that they run in a network of their own.
const inside = "PATCHCORD_JANUSTEST"

// Run runs the tests of a package in a network of their own and returns their exit code: for TestMain.
func Run(m *testing.M) int {
	if os.Getenv(inside) == "" {
		return again()
	}
	for _, command := range [][]string{
		{"link", "set", "lo", "up"},
		{"link", "add", "wire", "type", "veth", "peer", "name", "wire-end"},
		{"addr", "add", Host + "/24", "dev", "wire"},
		{"link", "set", "wire", "up"},
		{"link", "set", "wire-end", "up"},
		{"route", "add", "default", "via", "10.78.0.254"}, // leads nowhere; baresip finds its address by it
	} {
		if out, err := exec.Command("ip", command...).CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "ip %v: %v: %s\n", command, err, out)
			return 1
		}
	}
	return m.Run()
}

// again runs this program in a new network.
func again() int {
	// In a process space of their own nothing that they start outlives them.
	c := exec.Command("unshare", append([]string{"--net", "--map-root-user", "--pid", "--fork", "--kill-child", os.Args[0]}, os.Args[1:]...)...)
	c.Env = append(os.Environ(), inside+"=1")
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := c.Run()
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended):
		return ended.ExitCode()
	case err != nil:
		fmt.Fprintln(os.Stderr, "these tests need unshare and ip:", err)
		return 1
	}
	return 0
}
