package disk

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Config is the directory for the settings of programs: XDG_CONFIG_HOME, else the system's own.
func Config() (string, error) {
	switch runtime.GOOS {
	case "darwin":
		return home("XDG_CONFIG_HOME", "Library", "Application Support")
	case "windows":
		return home("XDG_CONFIG_HOME", "AppData", "Roaming")
	}
	return home("XDG_CONFIG_HOME", ".config")
}

// State is the directory for what programs note of their own: XDG_STATE_HOME, else the system's own.
func State() (string, error) {
	if runtime.GOOS == "windows" {
		return home("XDG_STATE_HOME", "AppData", "Local")
	}
	return home("XDG_STATE_HOME", ".local", "state")
}

// Data is the directory for what programs make for their user: XDG_DATA_HOME, else the system's own.
func Data() (string, error) {
	if runtime.GOOS == "windows" {
		return home("XDG_DATA_HOME", "AppData", "Local")
	}
	return home("XDG_DATA_HOME", ".local", "share")
}

// home is the directory in a variable of the XDG Base Directory Specification, else one below the home
// directory. A relative path counts as not set, as the specification says.
func home(variable string, below ...string) (string, error) {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return "", fmt.Errorf("there is no home directory; set HOME or %s to an absolute path", variable)
	}
	return filepath.Join(append([]string{home}, below...)...), nil
}
