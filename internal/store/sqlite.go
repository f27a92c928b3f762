package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"

	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteEngine has two pools on one file: readers, each with its own statements, and one writer that runs waiting
// transactions one after another and commits them together.
type sqliteEngine struct {
	readPool  *sql.DB
	writePool *sql.DB
	readers   chan *sqliteConn
	writer    *sqliteConn

	jobs   chan *writeJob
	closed chan struct{}
	wg     sync.WaitGroup
}

// writeJob is one caller of update, waiting for its commit.
type writeJob struct {
	ctx  context.Context
	fn   func(conn) error
	err  error
	done chan struct{}
}

// sqliteConn is one connection with its prepared statements.
type sqliteConn struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

func (c *sqliteConn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	s, err := c.c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(c.stmts) >= maxStatements {
		for q, old := range c.stmts {
			_ = old.Close()
			delete(c.stmts, q)
			break
		}
	}
	c.stmts[query] = s
	return s, nil
}

// close also ends the statements: an open one keeps the file open, and what is in its log out of it.
func (c *sqliteConn) close() error {
	for _, s := range c.stmts {
		_ = s.Close()
	}
	return c.c.Close()
}

// maxStatements bounds what one connection keeps prepared; the house has fewer queries than that.
const maxStatements = 600

func (c *sqliteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *sqliteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func openSQLite(ctx context.Context, o Options) (engine, error) {
	path, err := filepath.Abs(o.URL)
	if err != nil {
		return nil, err
	}
	// The file holds private keys and mail addresses: nobody else on the machine may read it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	sync := "FULL"
	if o.NoSync {
		sync = "OFF"
	}
	common := fmt.Sprintf("?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(%s)"+
		"&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-%d)"+
		"&_pragma=journal_size_limit(67108864)", sync, o.CacheKiB)
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + common

	e := &sqliteEngine{jobs: make(chan *writeJob, 1024), closed: make(chan struct{})}
	if e.writePool, err = sql.Open("sqlite", dsn); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	e.writePool.SetMaxOpenConns(1)
	w, err := e.writePool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), e.writePool.Close())
	}
	e.writer = &sqliteConn{c: w, stmts: map[string]*sql.Stmt{}}
	if e.readPool, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)"); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	e.readPool.SetMaxOpenConns(o.Readers)
	e.readPool.SetMaxIdleConns(o.Readers)
	e.readers = make(chan *sqliteConn, o.Readers)
	for range o.Readers {
		e.readers <- nil // opened at its first use: a small site needs one or two
	}
	e.wg.Go(e.write)
	return e, nil
}

func (e *sqliteEngine) postgres() bool { return false }

func (e *sqliteEngine) close() error {
	close(e.closed)
	e.wg.Wait()
	for range cap(e.readers) {
		if c := <-e.readers; c != nil {
			_ = c.close()
		}
	}
	return errors.Join(e.readPool.Close(), e.writer.close(), e.writePool.Close()) // the last to close moves the log into the file
}

func (e *sqliteEngine) view(ctx context.Context, fn func(conn) error) (err error) {
	var c *sqliteConn
	select {
	case c = <-e.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	broken := true
	defer func() {
		if broken && c != nil { // a panic or a lost connection: start afresh
			_ = c.close()
			c = nil
		}
		e.readers <- c
	}()
	if c == nil {
		sc, err := e.readPool.Conn(ctx)
		if err != nil {
			return fmt.Errorf("open database: %w", err)
		}
		c = &sqliteConn{c: sc, stmts: map[string]*sql.Stmt{}}
	}
	own := context.WithoutCancel(ctx)
	if _, err := c.ExecContext(own, "BEGIN"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	err = fn(c)
	if _, end := c.ExecContext(own, "COMMIT"); end != nil {
		return errors.Join(err, end)
	}
	broken = false
	return err
}

var errClosed = errors.New("the database is closed")

func (e *sqliteEngine) update(ctx context.Context, fn func(conn) error) error {
	const tries = 5
	for try := 1; ; try++ {
		j := &writeJob{ctx: ctx, fn: fn, done: make(chan struct{})}
		select {
		case e.jobs <- j:
		case <-ctx.Done():
			return ctx.Err()
		case <-e.closed:
			return errClosed
		}
		select {
		case <-j.done: // also after ctx ended: the caller must know whether it happened
		case <-e.closed:
			// The writer takes what it had begun to its end before it leaves.
			e.wg.Wait()
			select {
			case <-j.done:
			default:
				return errClosed
			}
		}
		if try < tries && isIDCollision(j.err) {
			continue
		}
		return j.err
	}
}

// write is the writer: it takes all transactions that wait, runs each in a savepoint of its own, commits once, and only
// then answers. So a sync is paid once for many.
func (e *sqliteEngine) write() {
	for {
		var batch []*writeJob
		select {
		case j := <-e.jobs:
			batch = append(batch, j)
		case <-e.closed:
			return
		}
		const most = 64
	more:
		for len(batch) < most {
			select {
			case j := <-e.jobs:
				batch = append(batch, j)
			default:
				break more
			}
		}
		e.commit(batch)
		for _, j := range batch {
			close(j.done)
		}
	}
}

func (e *sqliteEngine) commit(batch []*writeJob) {
	ctx := context.Background()
	w := e.writer
	fail := func(err error) {
		_, _ = w.ExecContext(ctx, "ROLLBACK")
		for _, j := range batch {
			if j.err == nil {
				j.err = err
			}
		}
	}
	if _, err := w.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		fail(fmt.Errorf("begin: %w", err))
		return
	}
	if len(batch) == 1 {
		j := batch[0]
		if j.err = e.runJob(j); j.err != nil {
			fail(j.err)
			return
		}
	} else {
		for _, j := range batch {
			if _, err := w.ExecContext(ctx, "SAVEPOINT one"); err != nil {
				fail(fmt.Errorf("savepoint: %w", err))
				return
			}
			if j.err = e.runJob(j); j.err != nil {
				if _, err := w.ExecContext(ctx, "ROLLBACK TO one"); err != nil {
					fail(fmt.Errorf("rollback: %w", err))
					return
				}
			}
			if _, err := w.ExecContext(ctx, "RELEASE one"); err != nil {
				fail(fmt.Errorf("release: %w", err))
				return
			}
		}
	}
	if _, err := w.ExecContext(ctx, "COMMIT"); err != nil {
		fail(fmt.Errorf("commit: %w", err))
	}
}

func (e *sqliteEngine) runJob(j *writeJob) (err error) {
	if err := j.ctx.Err(); err != nil {
		return err // the caller has left; nothing was done
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return j.fn(e.writer)
}

// isIDCollision tells whether a row's ID was taken, by another node or by a post of the same millisecond.
func isIDCollision(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

// isUnique tells whether a unique index refused a row.
func isUnique(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
	}
	return err != nil && strings.Contains(err.Error(), "SQLSTATE 23505")
}
