package film

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// bounds is what one run of a program may use.
type bounds struct {
	time   time.Duration // on the clock; processor time is twice that, for threads
	output int64         // bytes of each file, and of what it says
}

// memory is the address space of a program, in KiB: room for 4K pictures, and for nothing that is meant to fill a machine.
const memory = 3 << 20

// run starts a program in a folder, with nothing of our environment, and returns what it said. A program that dies, or is
// killed for taking too much, makes ErrBad: the file is at fault. The whole group of processes is killed at the end of its
// time.
func (t *Tools) run(ctx context.Context, dir string, b bounds, program string, args ...string) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, b.time)
	defer cancel()
	cpu := 2*int(b.time/time.Second) + 1
	// The shell only sets the bounds; program and arguments are handed to it as they are, never read as text of it.
	script := fmt.Sprintf(`ulimit -c 0; ulimit -t %d; ulimit -v %d; ulimit -f %d; exec "$0" "$@"`,
		cpu, memory, b.output/512+1)
	cmd := exec.CommandContext(limited, "/bin/sh", append([]string{"-c", script, program}, args...)...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C", "MALLOC_ARENA_MAX=2"}
	said, fault := &beginning{limit: int(min(b.output, 4<<20))}, &beginning{limit: 4 << 10}
	cmd.Stdout, cmd.Stderr = said, fault
	part(cmd, t.apart)
	cmd.WaitDelay = 2 * time.Second
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fmt.Errorf("%w: it takes longer than %s", ErrBad, b.time)
	case err == nil && said.over:
		return nil, fmt.Errorf("%w: it says too much", ErrBad)
	case err == nil:
		return said.kept, nil
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		// What the program says of the file is for us alone, and never shown to people.
		return nil, fmt.Errorf("%w: %s: %s", ErrBad, exit, strconv.QuoteToASCII(lastLine(fault.kept)))
	}
	return nil, err
}

func lastLine(b []byte) string {
	b = bytes.TrimSpace(b)
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		b = b[i+1:]
	}
	return string(b[:min(len(b), 300)])
}

// beginning keeps the first part of what a program says, and notes that there was more.
type beginning struct {
	kept  []byte
	limit int
	over  bool
}

func (b *beginning) Write(p []byte) (int, error) {
	room := b.limit - len(b.kept)
	b.over = b.over || room < len(p)
	b.kept = append(b.kept, p[:min(room, len(p))]...)
	return len(p), nil
}

// size returns how large a file in the folder is, and ErrBad when there is none.
func size(path string) (int64, error) {
	s, err := os.Stat(path)
	if err != nil || s.Size() == 0 {
		return 0, fmt.Errorf("%w: nothing came out", ErrBad)
	}
	return s.Size(), nil
}
