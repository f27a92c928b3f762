//go:build !unix

package film

import (
	"context"
	"os/exec"
)

// part does nothing where there are no groups of processes; without /bin/sh no program is run there at all.
func part(*exec.Cmd, bool) {}

// canPart: only Linux can.
func canPart(context.Context) bool { return false }
