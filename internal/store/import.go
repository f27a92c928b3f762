package store

import (
	"time"

	"skein/internal/skein"
)

const importColumns = `id, site_id, account_id, source, state, turn, error, files, choice, preview, total, done, added, failed,
	created_at, ended_at, expires_at`

func importFields(i *skein.Import) []any {
	return []any{&i.ID, &i.Site, &i.Account, &i.Source, &i.State, &i.Turn, &i.Error, asJSON(&i.Files), asJSON(&i.Choice), asJSON(&i.Preview),
		&i.Total, &i.Done, &i.Added, &i.Failed, asTime(&i.CreatedAt), asTime(&i.EndedAt), asTime(&i.ExpiresAt)}
}

// Import returns an import, whosever it is.
func (tx *Tx) Import(id skein.ID) (*skein.Import, error) {
	return one(tx, "import", importFields, `SELECT `+importColumns+` FROM import WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// LockImport is Import for who changes it: two at once wait for each other.
func (tx *Tx) LockImport(id skein.ID) (*skein.Import, error) {
	return one(tx, "import", importFields, `
		UPDATE import SET turn = turn WHERE site_id = $1 AND id = $2 RETURNING `+importColumns, tx.site, id)
}

// Imports returns an account's imports, the latest first.
func (tx *Tx) Imports(account skein.ID) ([]*skein.Import, error) {
	return many(tx, "imports", importFields, `
		SELECT `+importColumns+` FROM import WHERE site_id = $1 AND account_id = $2 ORDER BY id DESC LIMIT $3`,
		tx.site, account, skein.MaxImportsKept)
}

// InsertImport stores a new import.
func (tx *Tx) InsertImport(i *skein.Import) error {
	i.ID, i.Site = tx.NewID(), tx.site
	_, err := tx.exec("insert import", `
		INSERT INTO import (id, site_id, account_id, source, state, files, choice, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		i.ID, tx.site, i.Account, string(i.Source), string(i.State), toJSON(i.Files), object(i.Choice), ms(i.CreatedAt), ms(i.ExpiresAt))
	return err
}

// UpdateImport stores all of an import that may change.
func (tx *Tx) UpdateImport(i *skein.Import) error {
	preview := ""
	if i.Preview != nil {
		preview = object(i.Preview)
	}
	_, err := tx.exec("update import", `
		UPDATE import SET state = $3, turn = $4, error = $5, files = $6, choice = $7, preview = $8, total = $9, done = $10,
			added = $11, failed = $12, ended_at = $13, expires_at = $14
		WHERE site_id = $1 AND id = $2`,
		tx.site, i.ID, string(i.State), i.Turn, i.Error, toJSON(i.Files), object(i.Choice), preview, i.Total, i.Done,
		i.Added, i.Failed, ms(i.EndedAt), ms(i.ExpiresAt))
	return err
}

// CountImport adds to what an import counts.
func (tx *Tx) CountImport(id skein.ID, done, added, failed int) error {
	_, err := tx.exec("count import", `
		UPDATE import SET done = done + $3, added = added + $4, failed = failed + $5 WHERE site_id = $1 AND id = $2`,
		tx.site, id, done, added, failed)
	return err
}

// ImportPart is a piece of a file of an import.
type ImportPart struct {
	File         int
	Place, Bytes int64
	Key          string
}

// InsertImportPart stores a piece, and tells whether it is new.
func (tx *Tx) InsertImportPart(id skein.ID, p *ImportPart) (bool, error) {
	n, err := tx.exec("insert part of import", `
		INSERT INTO import_part (site_id, import_id, file, place, bytes, key) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, tx.site, id, p.File, p.Place, p.Bytes, p.Key)
	return n == 1, err
}

// ImportParts returns the pieces of an import's files, in their order.
func (tx *Tx) ImportParts(id skein.ID) ([]*ImportPart, error) {
	return many(tx, "parts of import", func(p *ImportPart) []any { return []any{&p.File, &p.Place, &p.Bytes, &p.Key} }, `
		SELECT file, place, bytes, key FROM import_part WHERE site_id = $1 AND import_id = $2 ORDER BY file, place`, tx.site, id)
}

// RemoveImportParts forgets the pieces of an import; the files go in a job.
func (tx *Tx) RemoveImportParts(id skein.ID) error {
	keys, err := column[string](tx, "removed parts of import", `
		DELETE FROM import_part WHERE site_id = $1 AND import_id = $2 RETURNING key`, tx.site, id)
	for len(keys) > 0 && err == nil {
		some := keys[:min(len(keys), 1000)]
		keys = keys[len(some):]
		err = tx.Emit(skein.MediaGone{Keys: some})
	}
	return err
}

// KnownImportParts returns those of some keys that an import has, on all sites.
func (tx *Tx) KnownImportParts(keys []string) ([]string, error) {
	return column[string](tx, "known parts of imports", `SELECT key FROM import_part WHERE key IN TEXTS($1)`, tx.textList(keys))
}

// InsertImportItems stores items. One that is there already, by its key, is left out.
func (tx *Tx) InsertImportItems(id skein.ID, list []*skein.ImportItem) (int, error) {
	type row struct {
		Number int    `json:"n"`
		Kind   string `json:"k"`
		Key    string `json:"y"`
		Data   string `json:"d"`
		New    int    `json:"w"`
		State  int    `json:"s"`
		Why    string `json:"x"`
	}
	rows := make([]row, len(list))
	for i, it := range list {
		rows[i] = row{it.Number, it.Kind, it.Key, it.Data, 0, int(it.State), it.Why}
		if it.New {
			rows[i].New = 1
		}
	}
	n, err := tx.exec("insert items of import", `
		INSERT INTO import_item (site_id, import_id, number, kind, key, data, fresh, state, why)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST(r.value->>'n' AS BIGINT), r.value->>'k', r.value->>'y', r.value->>'d',
			CAST(r.value->>'w' AS BIGINT) = 1, CAST(r.value->>'s' AS BIGINT), r.value->>'x'
		FROM ROWS($3) r WHERE TRUE ON CONFLICT DO NOTHING`, tx.site, id, toJSON(rows))
	return int(n), err
}

const importItemColumns = `number, kind, key, data, fresh, state, why`

func importItemFields(i *skein.ImportItem) []any {
	return []any{&i.Number, &i.Kind, &i.Key, &i.Data, &i.New, &i.State, &i.Why}
}

// ImportItems returns items in some state above a number, in their order.
func (tx *Tx) ImportItems(id skein.ID, state skein.ImportItemState, kinds []string, above, limit int) ([]*skein.ImportItem, error) {
	return many(tx, "items of import", importItemFields, `
		SELECT `+importItemColumns+` FROM import_item WHERE site_id = $1 AND import_id = $2 AND state = $3 AND number > $4
			AND kind IN TEXTS($5) ORDER BY number LIMIT $6`, tx.site, id, int(state), above, tx.textList(kinds), limit)
}

// ImportReport returns what could not be brought, and what was here already, above a number.
func (tx *Tx) ImportReport(id skein.ID, above, limit int) ([]*skein.ImportItem, error) {
	return many(tx, "report of import", importItemFields, `
		SELECT `+importItemColumns+` FROM import_item WHERE site_id = $1 AND import_id = $2 AND number > $3 AND (state = 2 OR why <> '')
		ORDER BY number LIMIT $4`, tx.site, id, above, limit)
}

// ImportKeys returns the keys of items of a kind, above a key.
func (tx *Tx) ImportKeys(id skein.ID, kind, above string, limit int) ([]string, error) {
	return column[string](tx, "keys of import", `
		SELECT key FROM import_item WHERE site_id = $1 AND import_id = $2 AND kind = $3 AND key > $4 ORDER BY key LIMIT $5`,
		tx.site, id, kind, above, limit)
}

// CountImportItems counts the items of some kinds that wait.
func (tx *Tx) CountImportItems(id skein.ID, kinds []string) (int, error) {
	n, _, err := value[int](tx, "items of import", `
		SELECT count(*) FROM import_item WHERE site_id = $1 AND import_id = $2 AND state = 0 AND kind IN TEXTS($3)`,
		tx.site, id, tx.textList(kinds))
	return n, err
}

// SettleImportItem says what became of an item that waits, and tells whether it did wait.
func (tx *Tx) SettleImportItem(id skein.ID, number int, state skein.ImportItemState, why string) (bool, error) {
	n, err := tx.exec("settle item of import", `
		UPDATE import_item SET state = $4, why = $5, data = '' WHERE site_id = $1 AND import_id = $2 AND number = $3 AND state = 0`,
		tx.site, id, number, int(state), why)
	return n == 1, err
}

// KeepImportItem stores what is to be known of an item that waits.
func (tx *Tx) KeepImportItem(id skein.ID, number int, data string) error {
	_, err := tx.exec("keep item of import", `
		UPDATE import_item SET data = $4 WHERE site_id = $1 AND import_id = $2 AND number = $3 AND state = 0`, tx.site, id, number, data)
	return err
}

// RemoveImportItems forgets some items of an import, and tells whether there may be more.
func (tx *Tx) RemoveImportItems(id skein.ID, limit int) (more bool, err error) {
	n, err := tx.exec("remove items of import", `
		DELETE FROM import_item WHERE import_id = $2 AND site_id = $1 AND number IN (
			SELECT number FROM import_item WHERE import_id = $2 ORDER BY number LIMIT $3)`, tx.site, id, limit)
	return n == int64(limit), err
}

// DeleteImport forgets an import; its items are to be gone already.
func (tx *Tx) DeleteImport(id skein.ID) error {
	if err := tx.RemoveImportParts(id); err != nil {
		return err
	}
	_, err := tx.exec("delete import", `DELETE FROM import WHERE site_id = $1 AND id = $2`, tx.site, id)
	return err
}

// ExpiredImports returns imports of all sites whose time is over.
func (tx *Tx) ExpiredImports(now time.Time, limit int) ([]*skein.Import, error) {
	return many(tx, "expired imports", importFields, `
		SELECT `+importColumns+` FROM import WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2`, ms(now), limit)
}

// InsertOrigin notes where a post comes from, and tells whether that is news: each comes once.
func (tx *Tx) InsertOrigin(account skein.ID, source skein.ImportSource, key string, post, by skein.ID) (bool, error) {
	n, err := tx.exec("insert origin", `
		INSERT INTO post_origin (site_id, account_id, source, key, post_id, import_id) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, tx.site, account, string(source), key, post, by)
	return n == 1, err
}

// Origins returns which of some keys are posts here, by their keys.
func (tx *Tx) Origins(account skein.ID, source skein.ImportSource, keys []string) (map[string]skein.ID, error) {
	type row struct {
		key  string
		post skein.ID
	}
	list, err := many(tx, "origins", func(r *row) []any { return []any{&r.key, &r.post} }, `
		SELECT key, post_id FROM post_origin WHERE account_id = $2 AND source = $3 AND key IN TEXTS($4) AND site_id = $1`,
		tx.site, account, string(source), tx.textList(keys))
	out := make(map[string]skein.ID, len(list))
	for _, r := range list {
		out[r.key] = r.post
	}
	return out, err
}

// BroughtBy returns some of the posts that an import brought and that are still there.
func (tx *Tx) BroughtBy(id skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "posts of import", `
		SELECT post_id FROM post_origin WHERE import_id = $2 AND site_id = $1 ORDER BY post_id LIMIT $3`, tx.site, id, limit)
}

// has are the queries for what an account has already, as keys of items: one for each list of Mastodon's.
var has = map[skein.ImportSource]string{
	skein.ImportFollowing: handleOf + ` FROM follow x JOIN account a ON a.id = x.target_id WHERE x.site_id = $1 AND x.account_id = $2`,
	skein.ImportBlocks:    handleOf + ` FROM block x JOIN account a ON a.id = x.target_id WHERE x.site_id = $1 AND x.account_id = $2`,
	skein.ImportMutes:     handleOf + ` FROM mute x JOIN account a ON a.id = x.target_id WHERE x.site_id = $1 AND x.account_id = $2`,
	skein.ImportDomains:   `SELECT domain FROM domain_block WHERE site_id = $1 AND account_id = $2`,
	skein.ImportBookmarks: `SELECT p.uri FROM bookmark x JOIN post p ON p.id = x.post_id WHERE x.site_id = $1 AND x.account_id = $2`,
	skein.ImportFilters:   `SELECT title FROM content_filter WHERE site_id = $1 AND account_id = $2`,
	skein.ImportLists: `SELECT l.title || '` + "\n" + `' || a.username_lower || CASE WHEN a.domain = '' THEN '' ELSE '@' || a.domain END
		FROM list l JOIN list_member m ON m.list_id = l.id JOIN account a ON a.id = m.account_id WHERE l.site_id = $1 AND l.account_id = $2`,
}

const handleOf = `SELECT a.username_lower || CASE WHEN a.domain = '' THEN '' ELSE '@' || a.domain END`

// HasAlready returns what an account has of a source, as keys of items.
func (tx *Tx) HasAlready(account skein.ID, source skein.ImportSource, limit int) ([]string, error) {
	return column[string](tx, "what is here already", has[source]+` LIMIT $3`, tx.site, account, limit)
}

// LastImportItem returns the highest number of an import's items; 0: it has none.
func (tx *Tx) LastImportItem(id skein.ID) (int, error) {
	n, _, err := value[int](tx, "last item of import", `
		SELECT COALESCE(max(number), 0) FROM import_item WHERE site_id = $1 AND import_id = $2`, tx.site, id)
	return n, err
}

// WaitingImportItem returns the item of some kinds that waits and has a key.
func (tx *Tx) WaitingImportItem(id skein.ID, kinds []string, key string) (*skein.ImportItem, error) {
	return one(tx, "item of import", importItemFields, `
		SELECT `+importItemColumns+` FROM import_item WHERE site_id = $1 AND import_id = $2 AND kind IN TEXTS($3) AND key = $4 AND state = 0
		LIMIT 1`, tx.site, id, tx.textList(kinds), key)
}

// ForgetOrigins forgets where posts come from that are not there any more.
func (tx *Tx) ForgetOrigins(posts []skein.ID) error {
	_, err := tx.exec("forget origins", `DELETE FROM post_origin WHERE site_id = $1 AND post_id IN LIST($2)`, tx.site, tx.list(posts))
	return err
}
