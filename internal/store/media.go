package store

import (
	"time"

	"skein/internal/skein"
)

const mediaColumns = `id, site_id, account_id, post_id, scheduled_id, state, bytes, shown, created_at, expires_at`

func mediaFields(m *skein.Media) []any {
	return []any{&m.ID, &m.Site, &m.Account, &m.Post, &m.Scheduled, &m.State, &m.Bytes, asJSON(&m.Shown), asTime(&m.CreatedAt), asTime(&m.ExpiresAt)}
}

// InsertMedia stores a file that somebody sent; what it is made of was put into the blob store before.
func (tx *Tx) InsertMedia(m *skein.Media, files ...skein.MediaFile) error {
	m.Site = tx.site
	if _, err := tx.exec("insert media", `
		INSERT INTO media (id, site_id, account_id, post_id, scheduled_id, state, bytes, shown, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		m.ID, tx.site, m.Account, m.Post, m.Scheduled, string(m.State), m.Bytes, object(m.Shown), ms(m.CreatedAt), ms(m.ExpiresAt)); err != nil {
		return err
	}
	return tx.AddMediaFiles(m.ID, files...)
}

// AddMediaFiles stores which files in the blob store belong to a media, beside those it has.
func (tx *Tx) AddMediaFiles(media skein.ID, files ...skein.MediaFile) error {
	for _, f := range files { // two or three
		if _, err := tx.exec("insert file of media", `
			INSERT INTO media_file (key, site_id, media_id, type, bytes) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			f.Key, tx.site, media, f.Type, f.Bytes); err != nil {
			return err
		}
	}
	return nil
}

// RemoveMediaFiles forgets files of media, and has them removed from the blob store after the commit.
func (tx *Tx) RemoveMediaFiles(keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	if _, err := tx.exec("remove files of media", `
		DELETE FROM media_file WHERE site_id = $1 AND key IN TEXTS($2)`, tx.site, tx.textList(keys)); err != nil {
		return err
	}
	return tx.Emit(skein.MediaGone{Keys: keys})
}

// Media returns a file that somebody sent, whoever may see it. Inside an Update it holds the row: nobody else changes or
// claims it meanwhile.
func (tx *Tx) Media(id skein.ID) (*skein.Media, error) {
	if tx.write {
		return one(tx, "media", mediaFields, `
			UPDATE media SET state = state WHERE site_id = $1 AND id = $2 RETURNING `+mediaColumns, tx.site, id)
	}
	return one(tx, "media", mediaFields, `
		SELECT `+mediaColumns+` FROM media WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// PostsOfFile returns the posts of peers whose IDs are an ID or stand shortly below it, the nearest first: files of peers are
// numbered from the ID of their post on.
func (tx *Tx) PostsOfFile(id skein.ID, span int) ([]skein.ID, error) {
	return column[skein.ID](tx, "posts of a file", `
		SELECT id FROM post WHERE site_id = $1 AND id <= $2 AND id > $3 AND NOT local ORDER BY id DESC`, tx.site, id, id-skein.ID(span))
}

// MediaOf returns those of the media that there are and that are an account's, in no order.
func (tx *Tx) MediaOf(account skein.ID, ids []skein.ID) ([]*skein.Media, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "media of account", mediaFields, `
		SELECT `+mediaColumns+` FROM media WHERE site_id = $1 AND account_id = $2 AND id IN LIST($3)`, tx.site, account, tx.list(ids))
}

// UpdateMedia stores the state of a media, how it shows, its bytes and when it expires; what has it is changed by the methods
// below.
func (tx *Tx) UpdateMedia(m *skein.Media) error {
	_, err := tx.exec("update media", `
		UPDATE media SET state = $3, bytes = $4, shown = $5, expires_at = $6 WHERE site_id = $1 AND id = $2`,
		tx.site, m.ID, string(m.State), m.Bytes, object(m.Shown), ms(m.ExpiresAt))
	return err
}

// ClaimMedia makes media of an account part of a post, those that are ready and that no post has, nor anything scheduled but
// the one named (0: none). It returns what it got, in no order: each is got once, however many ask (T109).
func (tx *Tx) ClaimMedia(account, post, scheduled skein.ID, ids []skein.ID) ([]*skein.Media, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "claimed media", mediaFields, `
		UPDATE media SET post_id = $3, scheduled_id = 0
		WHERE site_id = $1 AND account_id = $2 AND id IN LIST($5) AND post_id = 0 AND state = 'ready'
			AND (scheduled_id = 0 OR scheduled_id = $4)
		RETURNING `+mediaColumns, tx.site, account, post, scheduled, tx.list(ids))
}

// ReserveMedia keeps media of an account for something scheduled, as ClaimMedia does for a post.
func (tx *Tx) ReserveMedia(account, scheduled skein.ID, ids []skein.ID) ([]*skein.Media, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "reserved media", mediaFields, `
		UPDATE media SET scheduled_id = $3
		WHERE site_id = $1 AND account_id = $2 AND id IN LIST($4) AND post_id = 0 AND state = 'ready' AND scheduled_id = 0
		RETURNING `+mediaColumns, tx.site, account, scheduled, tx.list(ids))
}

// ScheduledMedia returns what is kept for something scheduled.
func (tx *Tx) ScheduledMedia(scheduled skein.ID) ([]*skein.Media, error) {
	return many(tx, "media of scheduled post", mediaFields, `
		SELECT `+mediaColumns+` FROM media WHERE site_id = $1 AND scheduled_id = $2 AND scheduled_id <> 0 ORDER BY id`, tx.site, scheduled)
}

// ReleaseScheduledMedia lets what was kept for something scheduled go, at a moment, unless somebody wants it.
func (tx *Tx) ReleaseScheduledMedia(scheduled skein.ID, until time.Time) error {
	_, err := tx.exec("release media", `
		UPDATE media SET scheduled_id = 0, expires_at = $3 WHERE site_id = $1 AND scheduled_id = $2 AND scheduled_id <> 0`,
		tx.site, scheduled, ms(until))
	return err
}

// ReleaseMedia parts media from their post, which is about to be removed: they can become part of another until they expire.
func (tx *Tx) ReleaseMedia(post skein.ID, until time.Time) error {
	_, err := tx.exec("release media", `
		UPDATE media SET post_id = 0, expires_at = $3 WHERE site_id = $1 AND post_id = $2 AND post_id <> 0`, tx.site, post, ms(until))
	return err
}

// FreeMedia tells how many media of an account no post has, and how many bytes they take.
func (tx *Tx) FreeMedia(account skein.ID) (n int, bytes int64, err error) {
	type row struct {
		n     int
		bytes int64
	}
	r, err := one(tx, "free media", func(r *row) []any { return []any{&r.n, &r.bytes} }, `
		SELECT count(*), CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM media WHERE site_id = $1 AND account_id = $2 AND post_id = 0`,
		tx.site, account)
	if err != nil {
		return 0, 0, err
	}
	return r.n, r.bytes, nil
}

// DeleteMedia removes media with their files, whatever has them; the files go after the commit, by a job.
func (tx *Tx) DeleteMedia(ids []skein.ID) error {
	if len(ids) == 0 {
		return nil
	}
	list := tx.list(ids)
	if _, err := tx.exec("remove media", `DELETE FROM media WHERE site_id = $1 AND id IN LIST($2)`, tx.site, list); err != nil {
		return err
	}
	keys, err := column[string](tx, "files of removed media", `
		DELETE FROM media_file WHERE site_id = $1 AND media_id IN LIST($2) RETURNING key`, tx.site, list)
	if err != nil || len(keys) == 0 {
		return err
	}
	return tx.Emit(skein.MediaGone{Keys: keys})
}

// removeMediaOf is DeleteMedia for all that hangs on posts.
func (tx *Tx) removeMediaOf(posts []skein.ID) error {
	ids, err := column[skein.ID](tx, "media of removed posts", `
		SELECT id FROM media WHERE site_id = $1 AND post_id IN LIST($2) AND post_id <> 0`, tx.site, tx.list(posts))
	if err != nil {
		return err
	}
	return tx.DeleteMedia(ids)
}

// purgeMedia removes some of the media of an account, and tells whether there may be more.
func (tx *Tx) purgeMedia(account skein.ID, limit int) (more bool, err error) {
	ids, err := column[skein.ID](tx, "media of account", `
		SELECT id FROM media WHERE site_id = $1 AND account_id = $2 LIMIT $3`, tx.site, account, limit)
	if err != nil {
		return false, err
	}
	return len(ids) == limit, tx.DeleteMedia(ids)
}

// PruneMedia removes some of what has expired, on all sites, and tells how many.
func (tx *Tx) PruneMedia(now time.Time, limit int) (int, error) {
	ids, err := column[skein.ID](tx, "expired media", `
		DELETE FROM media WHERE id IN (
			SELECT id FROM media WHERE post_id = 0 AND scheduled_id = 0 AND expires_at < $1 ORDER BY expires_at LIMIT $2)
		AND post_id = 0 AND scheduled_id = 0
		RETURNING id`, ms(now), limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	keys, err := column[string](tx, "files of expired media", `
		DELETE FROM media_file WHERE site_id IN (SELECT id FROM site) AND media_id IN LIST($1) RETURNING key`, tx.list(ids))
	if err != nil {
		return 0, err
	}
	return len(ids), tx.Emit(skein.MediaGone{Keys: keys})
}

// ServedMedia is a file with what decides who may have it.
type ServedMedia struct {
	skein.MediaFile
	Account    skein.ID
	Post       skein.ID // 0: of none
	Visibility skein.Visibility
	Held       bool
	Gone       bool // whose it is is suspended or deleted
}

// ServedMedia finds a file by its key.
func (tx *Tx) ServedMedia(key string) (*ServedMedia, error) {
	return one(tx, "file of media", func(m *ServedMedia) []any {
		return []any{&m.Key, &m.Type, &m.Bytes, &m.Account, &m.Post, &m.Visibility, &m.Held, &m.Gone}
	}, `
		SELECT f.key, f.type, f.bytes, m.account_id, coalesce(p.id, 0), coalesce(p.visibility, 3), coalesce(p.held, FALSE),
			CASE WHEN a.suspended_at <> 0 OR a.deleted_at <> 0 THEN TRUE ELSE FALSE END
		FROM media_file f
		JOIN media m ON m.id = f.media_id
		JOIN account a ON a.id = m.account_id
		LEFT JOIN post p ON p.id = m.post_id
		WHERE f.site_id = $1 AND f.key = $2`, tx.site, key)
}

// KnownMediaFiles returns those of the keys that belong to a media of any site.
func (tx *Tx) KnownMediaFiles(keys []string) ([]string, error) {
	return column[string](tx, "known files", `SELECT key FROM media_file WHERE key IN TEXTS($1)`, tx.textList(keys))
}
