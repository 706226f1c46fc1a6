package fault

import (
	"fmt"
	"runtime/debug"
)

// Panic is a panic on its way to the log.
type Panic struct {
	Cause any
	Stack []byte
}

// Error describes the panic on one line.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Cause) }

// Recovered makes an error of what recover returned. It must be called in the
// deferred function itself, where the stack still shows the panic.
func Recovered(cause any) *Panic { return &Panic{Cause: cause, Stack: debug.Stack()} }

// Guard does work and turns a panic in it into its error.
func Guard(work func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = Recovered(cause)
		}
	}()
	return work()
}
