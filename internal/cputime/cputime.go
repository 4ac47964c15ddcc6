// Package cputime tells how much processor time this process has used: on a machine that others use too it says
// more than the clock.
package cputime

import "time"

// Used is the time on all cores since the start, of C code too. It is 0 where the system does not say.
func Used() time.Duration { return used() }
