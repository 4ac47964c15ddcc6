package term

import (
	"context"
	"errors"
	"os/exec"
	"time"
)

// Lend gives the terminal to a program and takes it over again when that has ended, or ctx has and the
// program was killed. Frames stand still meanwhile, and keys are the program's.
func (t *Terminal) Lend(ctx context.Context, hold func() func(), program *exec.Cmd) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.restored {
		return ErrNoTerminal
	}
	defer hold()()
	t.write(t.farewell)
	t.keys.lend()
	setMode(t.in, t.saved)
	program.Stdin, program.Stdout, program.Stderr = t.in, t.out, t.out
	err := runInFront(ctx, t.in, program)
	err = errors.Join(err, t.resume())
	t.keys.regain()
	if t.titles {
		t.write(saveTitle)
	}
	return err
}

// lend has reading stand still: a read from the background would end or stop us. Where reads have no deadlines,
// one that is under way goes on.
func (k *keyboard) lend() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lent = true
	if k.f.SetReadDeadline(time.Unix(1, 0)) != nil {
		return
	}
	for k.reading {
		k.free.Wait()
	}
}

// regain goes on with reading.
func (k *keyboard) regain() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.lent {
		k.lent = false
		k.f.SetReadDeadline(time.Time{})
		k.free.Broadcast()
	}
}
