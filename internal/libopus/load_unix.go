//go:build !nolibopus && ((darwin && !ios) || (linux && !android)) && (amd64 || arm64)

package libopus

import (
	"runtime"
	"strings"

	"github.com/ebitengine/purego"
)

// fileNames has Homebrew's and MacPorts' folders, where macOS does not look by itself.
func fileNames() []string {
	if runtime.GOOS == "darwin" {
		const name = "libopus.0.dylib"
		return []string{name, "/opt/homebrew/lib/" + name, "/usr/local/lib/" + name, "/opt/local/lib/" + name}
	}
	return []string{"libopus.so.0"}
}

func load(name string) (uintptr, error) {
	return purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

// missing tells an absent file from one that is there and broken: dlerror has nothing but words.
func missing(err error) bool {
	return strings.Contains(err.Error(), "No such file") || strings.Contains(err.Error(), "no such file")
}

func symbol(handle uintptr, name string) (uintptr, error) { return purego.Dlsym(handle, name) }

func callC(function uintptr, arguments []uintptr) uintptr {
	result, _, _ := purego.SyscallN(function, arguments...)
	return result
}
