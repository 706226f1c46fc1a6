//go:build !unix

package spectool

import (
	"os/exec"
	"time"
)

// endTogether does not wait for what a command has started when it is ended.
func endTogether(command *exec.Cmd) { command.WaitDelay = 10 * time.Second }
