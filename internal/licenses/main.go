// Licenses prints the licences of everything that is linked into the program, on any system that it is built for:
//
//	go run ./internal/licenses > THIRD-PARTY-LICENSES.txt
package main

import (
	"fmt"
	"os"
)

func main() {
	file, err := compose(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
	fmt.Print(file)
}
