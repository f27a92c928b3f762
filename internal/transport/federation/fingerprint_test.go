package federation

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// fleeting are tables that change without anybody's state changing: work to do, keys, health of hosts, what was seen.
var fleeting = []string{"job", "activity", "delivery", "host", "public_key", "seen", "schema", "migration"}

// fleetingColumns likewise.
var fleetingColumns = []string{"account.refreshed_at"}

// fingerprint is a hash of all that the site knows. but is the id of an account whose own rows are left out.
func (s *scene) fingerprint(t testing.TB, but string) string {
	t.Helper()
	h := sha256.New()
	for _, q := range s.tables(t) {
		fmt.Fprintln(h, q)
		for _, row := range s.rows(t, q) {
			if but == "" || !strings.Contains(row, but) {
				fmt.Fprintln(h, row)
			}
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// tables returns one query for each table that holds state.
func (s *scene) tables(t testing.TB) []string {
	t.Helper()
	if s.queries != nil {
		return s.queries
	}
	var names []string
	for _, row := range s.rows(t, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%' AND name NOT LIKE 'sqlite_%'`) {
		if !slices.Contains(fleeting, row) {
			names = append(names, row)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		var columns []string
		for _, c := range s.rows(t, `SELECT name FROM pragma_table_info('`+name+`')`) {
			if !slices.Contains(fleetingColumns, name+"."+c) {
				columns = append(columns, c)
			}
		}
		s.queries = append(s.queries, `SELECT `+strings.Join(columns, ", ")+` FROM "`+name+`" ORDER BY `+strings.Join(columns[:min(len(columns), 2)], ", "))
	}
	if len(s.queries) < 20 {
		t.Fatalf("only %d tables", len(s.queries))
	}
	return s.queries
}

// rows returns what a query gives, each row as text.
func (s *scene) rows(t testing.TB, query string, args ...any) []string {
	t.Helper()
	rows, err := s.db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		fields := make([]sql.RawBytes, len(names))
		to := make([]any, len(names))
		for i := range fields {
			to[i] = &fields[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for i, f := range fields {
			if i > 0 {
				b.WriteByte('|')
			}
			b.Write(f)
		}
		out = append(out, b.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
