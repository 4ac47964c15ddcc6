package main

import (
	"fmt"
	"runtime"
)

// build is one way to build the program. With a C compiler it has sound.
type build struct {
	system, arch string
	// compiler is the C compiler, empty for none; from is the Debian package that has it.
	compiler, from string
	// tags are build tags.
	tags string
}

// static is a program that needs nothing of its system. It loads no libopus: how libraries are loaded without a C
// compiler asks for glibc's loader, see internal/libopus.
const static = "nolibopus"

var (
	linuxAMD64 = build{"linux", "amd64", "x86_64-linux-gnu-gcc", "gcc-x86-64-linux-gnu", ""}
	linuxARM64 = build{"linux", "arm64", "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu and libc6-dev-arm64-cross", ""}
	muslAMD64  = build{"linux", "amd64", "musl-gcc", "musl-tools", ""}
	muslARM64  = build{"linux", "arm64", "", "", static} // Debian has no C compiler for this one
	windows    = build{"windows", "amd64", "x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64-win32", ""}
)

// here tells that a build runs on this machine. One for musl may not: its loader may be missing.
func (b build) here() bool {
	return b.system == runtime.GOOS && b.arch == runtime.GOARCH && b != muslAMD64
}

// without is a build without a C compiler.
func without(system, arch string) build { return build{system: system, arch: arch} }

// pack is a package: a build in a format.
type pack struct {
	format string
	build  build
}

// packages are all that there are.
var packages = []pack{
	{"deb", linuxAMD64}, {"deb", linuxARM64},
	{"rpm", linuxAMD64}, {"rpm", linuxARM64},
	{"apk", muslAMD64}, {"apk", muslARM64},
	{"tar.gz", linuxAMD64}, {"tar.gz", linuxARM64},
	{"tar.gz", without("darwin", "amd64")}, {"tar.gz", without("darwin", "arm64")},
	{"tar.gz", without("freebsd", "amd64")}, {"tar.gz", without("freebsd", "arm64")},
	{"zip", windows}, {"zip", without("windows", "arm64")},
}

// String names a package as -only does: deb/amd64, and tar.gz/darwin/amd64 where a format is for several systems.
func (p pack) String() string {
	if p.format == "tar.gz" {
		return p.format + "/" + p.build.system + "/" + p.build.arch
	}
	return p.format + "/" + p.build.arch
}

func packageNamed(name string) (pack, error) {
	for _, p := range packages {
		if p.String() == name {
			return p, nil
		}
	}
	return pack{}, fmt.Errorf("there is no package %q; there are %v", name, packages)
}
