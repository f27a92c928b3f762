package store

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"skein/internal/skein"
)

// The queries that everybody asks all the time find what they look for by its ID, and never walk through a site. On an
// empty database as on a full one: the plans do not depend on what is in it.
func TestPlansDoNotWalkThroughSites(t *testing.T) {
	db, err := Open(t.Context(), Options{URL: t.TempDir() + "/skein.db", NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ids := []skein.ID{1 << 40, 2 << 40, 3 << 40, 4 << 40, 5 << 40, 6 << 40}
	err = db.engine.view(t.Context(), func(c conn) error {
		tx := &Tx{db: db, conn: planner{c, t}, ctx: t.Context(), site: 1}
		_, err := tx.Posts(ids)
		if err == nil {
			_, err = tx.Accounts(ids)
		}
		if err == nil {
			_, err = tx.Home(1, Page{Limit: 20, Max: 1 << 50})
		}
		if err == nil {
			_, err = tx.Sight(1, SightFor{Posts: ids, Threads: ids, Authors: ids, Follows: ids, Domains: []string{"oak.example"}})
		}
		if err == nil {
			_, err = tx.Relations(1, ids)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// planner fails the test when a query is answered by an index of which only the site is known.
type planner struct {
	conn
	t *testing.T
}

func (p planner) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	plan, err := p.conn.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		return nil, err
	}
	defer plan.Close()
	for plan.Next() {
		var id, parent, unused int
		var detail string
		if err := plan.Scan(&id, &parent, &unused, &detail); err != nil {
			return nil, err
		}
		if strings.HasSuffix(detail, "(site_id=?)") || strings.HasPrefix(detail, "SCAN ") && !strings.Contains(detail, "VIRTUAL") && !strings.HasSuffix(detail, " p") && !strings.Contains(detail, "CONSTANT") {
			p.t.Errorf("%s\nin %s", detail, strings.Join(strings.Fields(query), " "))
		}
	}
	return p.conn.QueryContext(ctx, query, args...)
}
