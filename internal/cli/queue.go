package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Queue is `skein queue`.
type Queue struct {
	Status queueStatus `cmd:"" help:"What waits, and for which hosts; those that fail come first."`
	Failed queueFailed `cmd:"" help:"Jobs that failed too often and were set aside."`
	Retry  queueRetry  `cmd:"" help:"Let jobs that were set aside run again."`
	Drop   queueDrop   `cmd:"" help:"Remove jobs that were set aside."`
}

type queueStatus struct {
	Limit int `help:"How many hosts to show." default:"50"`
}

// Run shows what waits.
func (c *queueStatus) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	q, err := s.DB.Shared().QueueState(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d jobs wait, %d were set aside. %d deliveries wait; %d hosts fail.\n", q.Jobs, q.DeadJobs, q.Deliveries, q.HostsFailing)
	list, err := s.DB.Shared().HostQueues(ctx, c.Limit)
	if err != nil || len(list) == 0 {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "HOST\tWAITING\tFAILURES\tFAILING SINCE\tNEXT ATTEMPT")
	for _, h := range list {
		next := moment(h.NextAt)
		if h.Gone {
			next = "when it says something"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\n", h.Host, h.Deliveries, h.Failures, moment(h.FailingAt), next)
	}
	return w.Flush()
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

type queueFailed struct {
	Limit int `help:"How many jobs to show, the latest first." default:"50"`
}

// maxErrorShown is how much of an error fits on a line.
const maxErrorShown = 200

// Run lists failed jobs.
func (c *queueFailed) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.DB.Shared().FailedJobs(ctx, c.Limit)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "No job was set aside.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "JOB\tKIND\tATTEMPTS\tFAILED\tERROR")
	for _, j := range list {
		text := []rune(strings.Join(strings.Fields(j.Error), " "))
		fmt.Fprintf(w, "%d\t%s\t%d\t%s\t%s\n", j.ID, j.Kind, j.Attempts, moment(j.FailedAt), string(text[:min(len(text), maxErrorShown)]))
	}
	return w.Flush()
}

// chosen are the jobs that a command is about.
type chosen struct {
	Job []string `arg:"" optional:"" help:"Which: numbers of 'skein queue failed'." placeholder:"JOB"`
	All bool     `help:"All of them."`
}

func (c *chosen) ids() ([]skein.ID, error) {
	if c.All == (len(c.Job) > 0) {
		return nil, errors.New("name jobs, or --all; 'skein queue failed' shows them")
	}
	ids := make([]skein.ID, len(c.Job))
	for i, text := range c.Job {
		id, ok := skein.ParseID(text)
		if !ok {
			return nil, fmt.Errorf("%q is no job; 'skein queue failed' shows them", text)
		}
		ids[i] = id
	}
	return ids, nil
}

func (c *chosen) run(ctx context.Context, root *Root, out io.Writer, done string,
	fn func(*store.Shared, context.Context, []skein.ID, bool) (int64, error)) error {
	ids, err := c.ids()
	if err != nil {
		return err
	}
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	n, err := fn(s.DB.Shared(), ctx, ids, c.All)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, done, n)
	return err
}

type queueRetry struct {
	chosen `embed:""`
}

// Run lets jobs run again.
func (c *queueRetry) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.run(ctx, root, out, "%d jobs run again.\n", (*store.Shared).RetryJobs)
}

type queueDrop struct {
	chosen `embed:""`
}

// Run removes jobs.
func (c *queueDrop) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.run(ctx, root, out, "%d jobs are removed.\n", (*store.Shared).DropJobs)
}
