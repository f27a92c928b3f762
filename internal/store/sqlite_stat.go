package store

import "context"

// stats tells SQLite's planner what holds however large a site is: that almost all rows are of one site, so that an index
// is of no use when nothing but the site is known. Without that it takes ten rows of each site for granted, and walks
// through whole sites instead of looking up a handful of IDs; the same after an ANALYZE when the tables were small. So
// ANALYZE is not used: plans are the same on the first day and later.
const stats = `
	INSERT INTO sqlite_stat1 (tbl, idx, stat)
	SELECT t.name, CASE WHEN i.origin = 'pk' THEN t.name ELSE i.name END,
		CASE i.partial WHEN 1 THEN '100000' ELSE '1000000' END || (
			SELECT group_concat(CASE
				WHEN i."unique" AND c.seqno = (SELECT max(seqno) FROM pragma_index_info(i.name)) THEN ' 1'
				WHEN c.seqno = 0 AND c.name = 'site_id' THEN CASE i.partial WHEN 1 THEN ' 100000' ELSE ' 1000000' END
				WHEN c.seqno = 0 OR c.seqno = 1 AND (SELECT name FROM pragma_index_info(i.name) WHERE seqno = 0) = 'site_id' THEN ' 50'
				ELSE ' 2'
			END, '')
			FROM (SELECT seqno, name FROM pragma_index_info(i.name) ORDER BY seqno) c)
	FROM sqlite_schema t, pragma_index_list(t.name) i
	WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`

// optimize tells the planner what it must know.
func (e *sqliteEngine) optimize(ctx context.Context) error {
	return e.update(ctx, func(c conn) error {
		for _, q := range []string{
			"ANALYZE site", // makes the table of statistics
			"DELETE FROM sqlite_stat1",
			stats,
			"ANALYZE sqlite_schema", // reads it
		} {
			if _, err := c.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
}
