// Command bench measures what the server costs: processor time of its process for each operation, since that says how many
// people a machine carries, and does not hang on what else the machine does. It runs bin/skein as an operator would, on
// SQLite and with all syncs, talks to it over loopback, and writes docs/benchmarks.md. `make bench` runs it.
//
//	go run ./internal/bench -run 'home|post' -quick
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// bench is one run.
type bench struct {
	binary string
	dir    string // for data; it is removed at the end
	port   int    // of the server, whichever runs
	site   string // URL of its site
	quick  bool
	web    *client
	worlds map[string]*world
	report report
}

var chapters = []struct {
	name string
	run  func(*bench, context.Context) error
}{
	{"start", (*bench).starting},
	{"home", (*bench).home},
	{"post", (*bench).posting},
	{"inbox", (*bench).inbox},
	{"delivery", (*bench).delivery},
	{"stream", (*bench).streaming},
	{"streams", (*bench).manyStreams},
	{"large", (*bench).large},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	only := flag.String("run", "", "measure only what matches: start, home, post, inbox, delivery, stream, streams, large")
	quick := flag.Bool("quick", false, "smaller counts and fewer rounds, for a first look")
	binary := flag.String("binary", "bin/skein", "the program to measure")
	out := flag.String("o", "docs/benchmarks.md", "where a whole run is written; a part of one, or a quick one, is only printed")
	dir := flag.String("dir", "bin", "where the data lies meanwhile: a disk, for the syncs to count")
	flag.Parse()
	if *exchangeFlag != "" {
		return exchangeOnly(ctx, *exchangeFlag)
	}
	pattern, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Minute)
	defer cancel()
	b := &bench{quick: *quick, web: newClient(), worlds: map[string]*world{}}
	if b.binary, err = filepath.Abs(*binary); err != nil {
		return err
	}
	if _, err := os.Stat(b.binary); err != nil {
		return fmt.Errorf("%w; `make build` makes it", err)
	}
	if b.dir, err = os.MkdirTemp(*dir, "bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if memory, err := inMemory(b.dir); err != nil {
		return err
	} else if memory {
		return fmt.Errorf("%s lies in memory, where syncs cost nothing; name a folder on a disk with -dir", *dir)
	}
	if b.port, err = freePort(); err != nil {
		return err
	}
	b.site = "http://elm.localhost:" + strconv.Itoa(b.port)
	if n := load(); n > 0.5 {
		b.report.note("The machine was not at rest when this was measured: %.1f threads wanted a processor before it began. Processor time is "+
			"longer then, since caches are shared, and time on the clock much longer.", n)
	}
	whole := true
	for _, c := range chapters {
		if !pattern.MatchString(c.name) {
			whole = false
			continue
		}
		b.say("%s ...", c.name)
		if err := c.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	text := b.report.markdown(b.circumstances(ctx))
	fmt.Print(text)
	if !whole || b.quick {
		return nil
	}
	return os.WriteFile(*out, []byte(text), 0o644)
}

// say tells how far things are.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// count is how often something is done: much less in a quick run.
func (b *bench) count(n int) int {
	if b.quick {
		return max(n/5, 1)
	}
	return n
}

// median measures again and again, after a round that does not count.
func (b *bench) median(what string, measure func() (time.Duration, error)) (time.Duration, error) {
	var all []time.Duration
	for i := range 1 + b.rounds() {
		d, err := measure()
		if err != nil {
			return 0, err
		}
		if i > 0 {
			all = append(all, d)
		}
	}
	b.say("  %s: %v", what, all)
	return middle(all), nil
}

func (b *bench) rounds() int {
	if b.quick {
		return 3
	}
	return 5
}

func middle(all []time.Duration) time.Duration {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}
