package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// cpuTime returns how long the threads of a process, those that ended too, have been on a processor. The kernel keeps a
// clock for each process that counts nanoseconds; /proc/<pid>/stat counts hundredths of a second. clock_getcpuclockid(3).
func cpuTime(pid int) (time.Duration, error) {
	return readClock(^int32(pid)<<3 | 2)
}

// threadTime is the same for the thread that calls: CLOCK_THREAD_CPUTIME_ID.
func threadTime() (time.Duration, error) { return readClock(3) }

func readClock(id int32) (time.Duration, error) {
	var at syscall.Timespec
	if _, _, fault := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(id), uintptr(unsafe.Pointer(&at)), 0); fault != 0 {
		return 0, fmt.Errorf("read processor time: %w", fault)
	}
	return time.Duration(at.Nano()), nil
}

// onThread measures the processor time of fn, which starts no goroutines.
func onThread(fn func() error) (time.Duration, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := threadTime()
	if err != nil {
		return 0, err
	}
	if err := fn(); err != nil {
		return 0, err
	}
	after, err := threadTime()
	return after - before, err
}

// resident is the memory that a process holds, in bytes.
func resident(pid int) (int64, error) {
	return kilobytes("/proc/"+strconv.Itoa(pid)+"/status", "VmRSS:")
}

func kilobytes(file, name string) (int64, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("%s has no line %s", file, name)
}

// processor names the CPU.
func processor() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return "an unknown processor"
}

// load is how many threads wanted a processor on average in the last minute. proc_loadavg(5).
func load() float64 {
	b, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(b), " ")
	n, _ := strconv.ParseFloat(first, 64)
	return n
}

// inMemory tells whether a folder lies on a file system without a disk, where syncs cost nothing.
func inMemory(dir string) (bool, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return false, err
	}
	return uint32(fs.Type) == 0x01021994 /* tmpfs */ || uint32(fs.Type) == 0x858458f6 /* ramfs */, nil
}
