package store

import "skein/internal/skein"

// Filters returns an account's filters, the oldest first, with all that is in them: three queries, or one when there are none.
func (tx *Tx) Filters(account skein.ID) ([]*skein.Filter, error) {
	list, err := many(tx, "filters", func(f *skein.Filter) []any {
		return []any{&f.ID, &f.Account, &f.Title, asJSON(&f.Contexts), &f.Action, asTime(&f.ExpiresAt)}
	}, `
		SELECT id, account_id, title, contexts, action, expires_at
		FROM content_filter WHERE site_id = $1 AND account_id = $2 ORDER BY id`, tx.site, account)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	keywords, err := many(tx, "filter keywords", func(k *skein.FilterKeyword) []any {
		return []any{&k.ID, &k.Filter, &k.Text, &k.Whole}
	}, `
		SELECT id, filter_id, text, whole
		FROM content_filter_keyword WHERE site_id = $1 AND account_id = $2 ORDER BY id`, tx.site, account)
	if err != nil {
		return nil, err
	}
	posts, err := many(tx, "filtered posts", func(p *skein.FilterPost) []any { return []any{&p.ID, &p.Filter, &p.Post} }, `
		SELECT id, filter_id, post_id
		FROM content_filter_post WHERE site_id = $1 AND account_id = $2 ORDER BY id`, tx.site, account)
	if err != nil {
		return nil, err
	}
	by := make(map[skein.ID]*skein.Filter, len(list))
	for _, f := range list {
		by[f.ID] = f
	}
	for _, k := range keywords {
		if f := by[k.Filter]; f != nil {
			f.Keywords = append(f.Keywords, *k)
		}
	}
	for _, p := range posts {
		if f := by[p.Filter]; f != nil {
			f.Posts = append(f.Posts, *p)
		}
	}
	return list, nil
}

// filtersChanged notes that caches must forget what an account filters.
func (tx *Tx) filtersChanged(account skein.ID) {
	tx.changes = append(tx.changes, Change{Account: account, Filters: true, Site: tx.site})
}

// PutFilter stores a filter without what is in it, a new one or one that changed.
func (tx *Tx) PutFilter(f *skein.Filter) error {
	if f.ID == 0 {
		f.ID = tx.NewID()
	}
	tx.filtersChanged(f.Account)
	_, err := tx.exec("put filter", `
		INSERT INTO content_filter (id, site_id, account_id, title, contexts, action, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, contexts = excluded.contexts, action = excluded.action,
			expires_at = excluded.expires_at
		WHERE content_filter.site_id = excluded.site_id AND content_filter.account_id = excluded.account_id`,
		f.ID, tx.site, f.Account, f.Title, toJSON(f.Contexts), f.Action, ms(f.ExpiresAt))
	return err
}

// PutFilterKeyword stores a keyword of a filter, a new one or one that changed.
func (tx *Tx) PutFilterKeyword(account skein.ID, k *skein.FilterKeyword) error {
	if k.ID == 0 {
		k.ID = tx.NewID()
	}
	tx.filtersChanged(account)
	_, err := tx.exec("put filter keyword", `
		INSERT INTO content_filter_keyword (id, site_id, account_id, filter_id, text, whole)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET text = excluded.text, whole = excluded.whole
		WHERE content_filter_keyword.site_id = excluded.site_id AND content_filter_keyword.account_id = excluded.account_id`,
		k.ID, tx.site, account, k.Filter, k.Text, k.Whole)
	return err
}

// InsertFilterPost puts a post into a filter and answers whether it was not there before.
func (tx *Tx) InsertFilterPost(account skein.ID, p *skein.FilterPost) (bool, error) {
	p.ID = tx.NewID()
	tx.filtersChanged(account)
	n, err := tx.exec("insert filtered post", `
		INSERT INTO content_filter_post (id, site_id, account_id, filter_id, post_id) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, p.ID, tx.site, account, p.Filter, p.Post)
	return n == 1, err
}

// DeleteFilter removes a filter with all that is in it.
func (tx *Tx) DeleteFilter(account, id skein.ID) error {
	tx.filtersChanged(account)
	for _, q := range []string{
		`DELETE FROM content_filter_keyword WHERE site_id = $1 AND account_id = $2 AND filter_id = $3`,
		`DELETE FROM content_filter_post WHERE site_id = $1 AND account_id = $2 AND filter_id = $3`,
		`DELETE FROM content_filter WHERE site_id = $1 AND account_id = $2 AND id = $3`,
	} {
		if _, err := tx.exec("remove filter", q, tx.site, account, id); err != nil {
			return err
		}
	}
	return nil
}

// DeleteFilterKeyword takes a keyword out of its filter.
func (tx *Tx) DeleteFilterKeyword(account, id skein.ID) error {
	tx.filtersChanged(account)
	_, err := tx.exec("remove filter keyword", `
		DELETE FROM content_filter_keyword WHERE site_id = $1 AND account_id = $2 AND id = $3`, tx.site, account, id)
	return err
}

// DeleteFilterPost takes a post out of a filter.
func (tx *Tx) DeleteFilterPost(account, id skein.ID) error {
	tx.filtersChanged(account)
	_, err := tx.exec("remove filtered post", `
		DELETE FROM content_filter_post WHERE site_id = $1 AND account_id = $2 AND id = $3`, tx.site, account, id)
	return err
}
