package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"skein/internal/core/site"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// Announcement is `skein announcement`.
type Announcement struct {
	Add    announcementAdd    `cmd:"" help:"Tell the people of a site something, at once or later."`
	List   announcementList   `cmd:"" help:"List what a site announces, what waits and what is over."`
	Remove announcementRemove `cmd:"" help:"Take an announcement away."`
}

// momentOf reads a day or a moment; nothing is zero.
func momentOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no moment: write 2026-05-01, 2026-05-01T18:00 (UTC) or 2026-05-01T18:00:00+02:00", s)
}

type announcementAdd struct {
	Site   string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	Text   string `required:"" help:"What is announced; mentions, hashtags, links and custom emoji become alive." placeholder:"TEXT"`
	Starts string `help:"When it begins, such as 2026-05-01T18:00 (UTC)." placeholder:"TIME"`
	Ends   string `help:"When it ends; it is not shown any more then." placeholder:"TIME"`
	AllDay bool   `help:"Start and end are days."`
	At     string `help:"When it is published; without it, at once." placeholder:"TIME"`
}

// Run announces. A server that runs tells those who listen within seconds.
func (c *announcementAdd) Run(ctx context.Context, root *Root, out io.Writer) error {
	in := site.Announced{Text: c.Text, AllDay: c.AllDay}
	for _, t := range []struct {
		from string
		into *time.Time
	}{{c.Starts, &in.StartsAt}, {c.Ends, &in.EndsAt}, {c.At, &in.At}} {
		var err error
		if *t.into, err = momentOf(t.from); err != nil {
			return err
		}
	}
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	a, err := s.Sites.Announce(ctx, who, in)
	if err != nil {
		return err
	}
	if a.PublishedAt.IsZero() {
		_, err = fmt.Fprintf(out, "Announcement %s is published at %s.\n", a.ID, a.ScheduledAt.Format(time.RFC3339))
		return err
	}
	_, err = fmt.Fprintf(out, "Announcement %s is published.\n", a.ID)
	return err
}

type announcementList struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	JSON bool   `help:"For scripts."`
}

// Run lists them.
func (c *announcementList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.Sites.AllAnnouncements(ctx, who)
	if err != nil {
		return err
	}
	type row struct {
		ID        string     `json:"id"`
		State     string     `json:"state"`
		Text      string     `json:"text"`
		AllDay    bool       `json:"all_day"`
		Starts    *time.Time `json:"starts"`
		Ends      *time.Time `json:"ends"`
		Scheduled *time.Time `json:"scheduled"`
	}
	given := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	now := time.Now()
	rows := []row{}
	for _, a := range list {
		state := "over"
		switch {
		case a.PublishedAt.IsZero():
			state = "waits"
		case a.Current(now):
			state = "shown"
		}
		rows = append(rows, row{a.ID.String(), state, a.Text, a.AllDay, given(a.StartsAt), given(a.EndsAt), given(a.ScheduledAt)})
	}
	if c.JSON {
		return json.NewEncoder(out).Encode(rows)
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(out, "Nothing is announced.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSTATE\tTEXT")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.ID, r.State, text.Excerpt(r.Text, 60))
	}
	return w.Flush()
}

type announcementRemove struct {
	ID   string `arg:"" help:"Number of the announcement, as 'skein announcement list' shows it."`
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
}

// Run removes it.
func (c *announcementRemove) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	id, ok := skein.ParseID(c.ID)
	if ok {
		err = s.Sites.RemoveAnnouncement(ctx, who, id)
	}
	if !ok || skein.KindOf(err) == skein.NotFound {
		return fmt.Errorf("there is no announcement %s; 'skein announcement list' shows them", c.ID)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Announcement %s is gone.\n", c.ID)
	return err
}
