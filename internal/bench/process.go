package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is one running bin/skein.
type process struct {
	cmd     *exec.Cmd
	out     *bytes.Buffer
	exited  chan struct{}
	metrics string
	web     *client

	looks    int           // how often the metrics were read
	lookCost time.Duration // what reading them costs the server
}

// launch starts the program on a data folder, without waiting for it.
func (b *bench) launch(ctx context.Context, data string, args ...string) (*process, error) {
	watch, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &process{out: &bytes.Buffer{}, exited: make(chan struct{}), metrics: "127.0.0.1:" + strconv.Itoa(watch), web: b.web}
	p.cmd = exec.CommandContext(ctx, b.binary, append([]string{"serve", "--data", data,
		"--listen", "127.0.0.1:" + strconv.Itoa(b.port), "--metrics", p.metrics,
		"--outbound-allow", "127.0.0.0/8,::1/128", "--rate-limit", "off", "--log-level", "error"}, args...)...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = 20 * time.Second
	for _, v := range os.Environ() { // settings of the one who measures are none of the server's
		if !strings.HasPrefix(v, "SKEIN_") && !strings.HasPrefix(v, "GOGC=") && !strings.HasPrefix(v, "GOMEMLIMIT=") {
			p.cmd.Env = append(p.cmd.Env, v)
		}
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", b.binary, err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	return p, nil
}

// start starts the program on a copy of a world and waits until it answers.
func (b *bench) start(ctx context.Context, w *world) (*process, error) {
	data, err := os.MkdirTemp(b.dir, "data-")
	if err != nil {
		return nil, err
	}
	if err := os.CopyFS(filepath.Join(data, "skein"), os.DirFS(w.data)); err != nil {
		return nil, err
	}
	p, err := b.launch(ctx, filepath.Join(data, "skein"))
	if err != nil {
		return nil, err
	}
	if _, err := p.answer(ctx, b.site); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	b.web.forget()
	if err := p.calibrate(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// answer waits for the first answer of the site's API and returns when it came.
func (p *process) answer(ctx context.Context, site string) (time.Time, error) {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end) && ctx.Err() == nil; {
		select {
		case <-p.exited:
			return time.Time{}, fmt.Errorf("the server ended: %s", p.out)
		default:
		}
		if p.web.get(ctx, site+"/api/v2/instance", "", nil) == nil {
			return time.Now(), nil
		}
		time.Sleep(time.Millisecond)
	}
	return time.Time{}, errors.Join(errors.New("the server does not answer"), ctx.Err())
}

// stop ends the process, by its own id, and waits for it.
func (p *process) stop() error {
	p.web.forget()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(25 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.exited
		return errors.New("the server did not end when told to")
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("the server ended with %d: %s", code, p.out)
	}
	return nil
}

func (p *process) cpu() (time.Duration, error) { return cpuTime(p.cmd.Process.Pid) }

// look reads the numbers of the queue.
func (p *process) look(ctx context.Context) (map[string]float64, error) {
	p.looks++
	text, err := p.web.text(ctx, "http://"+p.metrics+"/metrics")
	if err != nil {
		return nil, err
	}
	got := map[string]float64{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(name, "skein_") && !strings.Contains(name, "{") {
			if got[name], err = strconv.ParseFloat(value, 64); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range []string{"skein_jobs", "skein_deliveries", "skein_jobs_failed_total"} {
		if _, ok := got[name]; !ok {
			return nil, fmt.Errorf("the metrics lack %s", name)
		}
	}
	return got, nil
}

// calibrate measures what a look costs, so that it can be taken off.
func (p *process) calibrate(ctx context.Context) error {
	const looks = 20
	if _, err := p.look(ctx); err != nil {
		return err
	}
	before, err := p.cpu()
	if err != nil {
		return err
	}
	for range looks {
		if _, err := p.look(ctx); err != nil {
			return err
		}
	}
	after, err := p.cpu()
	p.lookCost = (after - before) / looks
	return err
}

// settle waits until nothing is left to be done: twice in a row the queue is empty.
func (p *process) settle(ctx context.Context) error {
	var got map[string]float64
	var err error
	calm := 0
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		if got, err = p.look(ctx); err != nil {
			return err
		}
		if calm++; got["skein_jobs"]+got["skein_deliveries"] > 0 {
			calm = 0
		}
		if calm == 2 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.exited:
			return fmt.Errorf("the server ended: %s", p.out)
		case <-time.After(40 * time.Millisecond):
		}
	}
	return fmt.Errorf("the queue does not empty: %v", got)
}

// spent runs fn and everything that follows from it, and returns the processor time of the server for one of n.
func (p *process) spent(ctx context.Context, n int, fn func() error) (time.Duration, error) {
	before, err := p.cpu()
	if err != nil {
		return 0, err
	}
	looks := p.looks
	if err := fn(); err != nil {
		return 0, err
	}
	if err := p.settle(ctx); err != nil {
		return 0, err
	}
	after, err := p.cpu()
	return (after - before - time.Duration(p.looks-looks)*p.lookCost) / time.Duration(n), err
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
