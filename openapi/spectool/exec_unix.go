//go:build unix

package spectool

import (
	"os/exec"
	"syscall"
	"time"
)

// endTogether makes a command end, when its context does, with everything that
// it has started: what goes on writing would keep the copy from being removed.
func endTogether(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGINT) }
	command.WaitDelay = 10 * time.Second
}
