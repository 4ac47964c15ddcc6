//go:build !unix

package guard

import "os"

func redirectStderr(*os.File) (restore func()) { return func() {} }
