package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// figure is a time, a size or a number; 0 is none.
type figure struct {
	time  time.Duration
	size  int64 // bytes
	count float64
	rate  bool // count is for a second: more is better
}

func cost(d time.Duration) figure { return figure{time: d} }
func size(bytes int64) figure     { return figure{size: bytes} }
func count(n float64) figure      { return figure{count: n} }
func rate(n float64) figure       { return figure{count: n, rate: true} }

const (
	ms = time.Millisecond
	mb = 1_000_000
)

func (f figure) String() string {
	switch t := f.time.Seconds(); {
	case f.count >= 10:
		return fmt.Sprintf("%.0f", f.count)
	case f.count != 0:
		return fmt.Sprintf("%.2f", f.count)
	case f.size >= mb:
		return fmt.Sprintf("%.1f MB", float64(f.size)/mb)
	case f.size != 0:
		return fmt.Sprintf("%.1f kB", float64(f.size)/1000)
	case t == 0:
		return ""
	case t < 0.0001:
		return fmt.Sprintf("%.1f µs", t*1e6)
	case t < 0.01:
		return fmt.Sprintf("%.2f ms", t*1e3)
	case t < 1:
		return fmt.Sprintf("%.0f ms", t*1e3)
	default:
		return fmt.Sprintf("%.1f s", t)
	}
}

func (f figure) over(g figure) float64 {
	if f.count != 0 {
		return f.count / g.count
	}
	if f.size != 0 {
		return float64(f.size) / float64(g.size)
	}
	return float64(f.time) / float64(g.time)
}

// row is one line of the report.
type row struct {
	what string
	got  figure
	aim  figure // at most, but for rates at least
	peer figure
}

func (r row) markdown() string {
	aim, ratio := "", ""
	if r.aim != (figure{}) {
		aim = "≤ " + r.aim.String()
		missed := r.got.over(r.aim) > 1
		if r.got.rate {
			aim = "≥ " + r.aim.String()
			missed = r.got.over(r.aim) < 1
		}
		if missed {
			aim += " **missed**"
		}
	}
	if r.peer != (figure{}) {
		ratio = fmt.Sprintf("%.1f", r.peer.over(r.got))
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", r.what, r.got, aim, r.peer, ratio)
}

// report is what was measured.
type report struct {
	cpu, rates, other []row
	notes             []string
}

func (r *report) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

func (r *report) markdown(circumstances string) string {
	var t strings.Builder
	t.WriteString("# Benchmarks\n\nWritten by `make bench`. " + circumstances + "\n")
	table := func(title, measured string, rows []row) {
		if len(rows) == 0 {
			return
		}
		fmt.Fprintf(&t, "\n## %s\n\n| operation | %s | aim | peer | times better |\n|---|---:|---|---:|---:|\n", title, measured)
		for _, row := range rows {
			t.WriteString(row.markdown())
		}
	}
	table("Processor time", "CPU", r.cpu)
	table("How much at once", "measured", r.rates)
	table("Time on the clock, memory, size", "measured", r.other)
	t.WriteString("\n## How it is measured\n\n" +
		"- The program runs as an operator runs it, on SQLite with every sync, in a process of its own; the one that measures talks to it\n" +
		"  over loopback. CPU is the processor time of the server's process, user and system, for one operation: all its jobs are\n" +
		"  included, until the queue is empty, and what reading the queue's metrics costs is taken off. It is the median of several\n" +
		"  rounds after one that does not count.\n" +
		"- \"Peer\" is the established server that this one is measured against, with the same operations on comparable hardware.\n")
	for _, n := range r.notes {
		t.WriteString("- " + n + "\n")
	}
	t.WriteString("\n`go run ./internal/bench -run 'home|post' -quick` gives a first look at a part. The server has no address for profiles: to see\n" +
		"where time goes, run a Go benchmark with `-cpuprofile`, or `perf record -p` on the process.\n")
	return t.String()
}

// circumstances tells machine, commit and date.
func (b *bench) circumstances(ctx context.Context) string {
	git := func(args ...string) string {
		out, err := exec.CommandContext(ctx, "git", args...).Output()
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	commit := git("rev-parse", "--short", "HEAD")
	if commit == "" {
		commit = "unknown"
	} else if git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/benchmarks.md") != "" {
		commit += " with changes"
	}
	return fmt.Sprintf("%s, %d cores, %s, commit %s, %s.", processor(), runtime.NumCPU(), runtime.Version(), commit,
		time.Now().UTC().Format(time.DateOnly))
}
