//go:build unix && !linux

package film

import (
	"context"
	"os/exec"
	"syscall"
)

// part puts a program into a group of its own, which is killed as a whole.
func part(cmd *exec.Cmd, _ bool) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// canPart: only Linux can.
func canPart(context.Context) bool { return false }
