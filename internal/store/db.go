// Package store holds all the SQL there is, for SQLite and PostgreSQL, and no rules. A transaction is opened for one
// site and binds its ID itself; what all sites share is reached through DB.Shared.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"skein/internal/kit/queue"
	"skein/internal/skein"
)

// DB is a database with its connections. Make it with Open.
type DB struct {
	engine engine
	ids    skein.IDs
	clock  func() time.Time
	queue  *queue.Queue

	texts sync.Map // query as written -> query for this engine

	hooksMu sync.RWMutex
	hooks   []func(Change)
}

// Options say how to open a database.
type Options struct {
	// URL is a PostgreSQL URL (postgres://...), or the path of an SQLite file.
	URL string
	// Clock tells the time; nil: the system's.
	Clock func() time.Time
	// Readers is the number of reading SQLite connections; 0: as many as fit the machine.
	Readers int
	// CacheKiB is the page cache of each SQLite connection in KiB; 0: 8000.
	CacheKiB int
	// NoSync leaves out the syncs to disk. For tests only: what was answered may be lost with the power.
	NoSync bool
}

// Change says that a cached thing is out of date. It is told after the commit.
type Change struct {
	Post    skein.ID // 0: no post
	Account skein.ID
	Counts  bool // of the account, only its numbers
	Site    skein.ID
	Filters bool // of the account, only what it filters
	Card    skein.ID
}

// engine is what the two databases differ in.
type engine interface {
	// view runs fn in a reading transaction, which sees one consistent state.
	view(ctx context.Context, fn func(conn) error) error
	// update runs fn in a writing transaction and commits it when fn answers nil. It may run fn several times.
	update(ctx context.Context, fn func(conn) error) error
	// adapt rewrites the few words of our own in a query (see dialect.go).
	adapt(query string) string
	// list turns IDs, and texts turns strings, into the argument that LIST and TEXTS stand for.
	list(ids []skein.ID) any
	texts(list []string) any
	// document and question are what the index of posts keeps of a post, and is asked (search_post.go).
	document(t *SearchTerms) string
	question(f PostSearch) string
	// now and then: statistics for the planner.
	optimize(ctx context.Context) error
	postgres() bool
	close() error
}

// conn runs statements inside a transaction.
type conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Open opens the database and brings its tables up to date.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Readers == 0 {
		o.Readers = max(4, runtime.GOMAXPROCS(0))
	}
	if o.CacheKiB == 0 {
		o.CacheKiB = 8000
	}
	var e engine
	var err error
	if strings.HasPrefix(o.URL, "postgres://") || strings.HasPrefix(o.URL, "postgresql://") {
		e, err = openPostgres(ctx, o)
	} else {
		e, err = openSQLite(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	db := &DB{engine: e, clock: o.Clock}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(err, e.close())
	}
	if err := db.Optimize(ctx); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return db, nil
}

// Close ends all connections. No transaction may be under way.
func (db *DB) Close() error { return db.engine.close() }

// Now returns the time by the database's clock.
func (db *DB) Now() time.Time { return db.clock().UTC() }

// NewID returns a new ID, above every one given before by this process.
func (db *DB) NewID() skein.ID { return db.ids.New(db.clock()) }

// IsPostgres tells which engine it is, for reports to the operator.
func (db *DB) IsPostgres() bool { return db.engine.postgres() }

// Optimize lets the engine renew what its planner knows. Call it now and then.
func (db *DB) Optimize(ctx context.Context) error { return db.engine.optimize(ctx) }

// SetQueue names the queue whose jobs the events of transactions become. Call it once, before the first Emit.
func (db *DB) SetQueue(q *queue.Queue) { db.queue = q }

// OnChange calls fn after each commit that changed something which may be cached. fn must be quick.
func (db *DB) OnChange(fn func(Change)) {
	db.hooksMu.Lock()
	defer db.hooksMu.Unlock()
	db.hooks = append(db.hooks, fn)
}

// View reads one consistent state of a site.
func (db *DB) View(ctx context.Context, site skein.ID, fn func(*Tx) error) error {
	return db.engine.view(ctx, func(c conn) error {
		return fn(&Tx{db: db, conn: c, ctx: ctx, site: site})
	})
}

// Update changes a site: it commits when fn answers nil, and is durable when it returns. fn may run again when the
// engine asks for it (a serialization failure, two IDs that collide): it must have no effect outside the transaction,
// but through Tx.Emit and Tx.OnCommit. No network call belongs inside.
func (db *DB) Update(ctx context.Context, site skein.ID, fn func(*Tx) error) error {
	var tx *Tx
	err := db.engine.update(ctx, func(c conn) error {
		if tx != nil {
			tx.unreserve()
		}
		// The commit is shared with others: the end of one caller's ctx must not break it.
		tx = &Tx{db: db, conn: c, ctx: context.WithoutCancel(ctx), site: site, write: true}
		if err := fn(tx); err != nil {
			return err
		}
		return tx.writeJobs()
	})
	if tx == nil {
		return err
	}
	if err != nil {
		tx.unreserve()
		return err
	}
	tx.committed()
	return nil
}

// Tx is one transaction on one site. It holds the caller's context: it is one unit of work.
type Tx struct {
	db    *DB
	conn  conn
	ctx   context.Context
	site  skein.ID
	write bool

	events   []queue.Job
	reserved int
	changes  []Change
	after    []func()
	lanes    bool // deliveries were inserted
}

// Site returns the ID of the site.
func (tx *Tx) Site() skein.ID { return tx.site }

// Now returns the time by the database's clock.
func (tx *Tx) Now() time.Time { return tx.db.Now() }

// NewID returns a new ID.
func (tx *Tx) NewID() skein.ID { return tx.db.NewID() }

// OnCommit calls fn after the commit, in the goroutine of the caller of Update.
func (tx *Tx) OnCommit(fn func()) { tx.after = append(tx.after, fn) }

// Emit stores an event: each of its effects becomes a job, in this transaction.
func (tx *Tx) Emit(event any) error { return tx.EmitAt(time.Time{}, event) }

// EmitAt stores an event whose effects come no sooner than at a moment.
func (tx *Tx) EmitAt(at time.Time, event any) error {
	if tx.db.queue == nil {
		return nil // a store on its own: nobody listens
	}
	jobs, err := tx.db.queue.Jobs(int64(tx.site), event)
	if err != nil {
		return fmt.Errorf("emit %T: %w", event, err)
	}
	for _, j := range jobs {
		j.ID = int64(tx.NewID())
		j.RunAt = at
		tx.events = append(tx.events, j)
	}
	return nil
}

// postChanged and accountChanged note what caches must forget.
func (tx *Tx) postChanged(id skein.ID) {
	tx.changes = append(tx.changes, Change{Post: id, Site: tx.site})
}
func (tx *Tx) accountChanged(id skein.ID) {
	tx.changes = append(tx.changes, Change{Account: id, Site: tx.site})
}
func (tx *Tx) countChanged(id skein.ID) {
	tx.changes = append(tx.changes, Change{Account: id, Counts: true, Site: tx.site})
}
func (tx *Tx) siteChanged() { tx.changes = append(tx.changes, Change{Site: tx.site}) }

func (tx *Tx) unreserve() {
	if tx.reserved > 0 {
		tx.db.queue.Unreserve(tx.reserved)
		tx.reserved = 0
	}
}

func (tx *Tx) committed() {
	if len(tx.changes) > 0 {
		tx.db.hooksMu.RLock()
		for _, c := range tx.changes {
			for _, fn := range tx.db.hooks {
				fn(c)
			}
		}
		tx.db.hooksMu.RUnlock()
	}
	for _, fn := range tx.after {
		fn()
	}
	if tx.reserved > 0 {
		tx.db.queue.Offer(tx.events[:tx.reserved])
	}
	if len(tx.events) > tx.reserved {
		tx.db.queue.Wake()
	}
	if tx.lanes && tx.db.queue != nil {
		tx.db.queue.WakeLanes()
	}
}

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(what, query string, args ...any) (int64, error) {
	res, err := tx.conn.ExecContext(tx.ctx, tx.db.text(query), args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return n, nil
}

// text returns a query as the engine wants it.
func (db *DB) text(query string) string {
	if t, ok := db.texts.Load(query); ok {
		return t.(string)
	}
	t := db.engine.adapt(query)
	db.texts.Store(query, t)
	return t
}

// list and textList are the arguments for LIST($n) and TEXTS($n).
func (tx *Tx) list(ids []skein.ID) any    { return tx.db.engine.list(ids) }
func (tx *Tx) textList(list []string) any { return tx.db.engine.texts(list) }
