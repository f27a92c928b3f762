package store

import (
	"errors"

	"skein/internal/skein"
)

// Like is one account's liking of a post.
type Like struct {
	ID      skein.ID
	Post    skein.ID
	Account skein.ID
	URI     string // of a peer's Like activity
}

func likeFields(l *Like) []any { return []any{&l.ID, &l.Post, &l.Account, &l.URI} }

// InsertLike stores a like and counts it. It answers false when there is one already.
func (tx *Tx) InsertLike(l *Like) (isNew bool, err error) {
	if l.ID == 0 {
		l.ID = tx.NewID()
	}
	n, err := tx.exec("insert like", `
		INSERT INTO post_like (id, site_id, post_id, account_id, uri) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (site_id, account_id, post_id) DO NOTHING`,
		l.ID, tx.site, l.Post, l.Account, l.URI)
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.countLike(l.Post, 1)
}

// DeleteLike removes a like and returns what it was; nil: there was none.
func (tx *Tx) DeleteLike(account, post skein.ID) (*Like, error) {
	l, err := one(tx, "ended like", likeFields, `
		DELETE FROM post_like WHERE site_id = $1 AND account_id = $2 AND post_id = $3
		RETURNING id, post_id, account_id, uri`, tx.site, account, post)
	if errors.Is(err, skein.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return l, tx.countLike(post, -1)
}

// UnnameLike forgets how a like is called: the activity of that name was undone, but not the last.
func (tx *Tx) UnnameLike(l *Like) error {
	_, err := tx.exec("unname like", `UPDATE post_like SET uri = '' WHERE site_id = $1 AND id = $2`, tx.site, l.ID)
	return err
}

func (tx *Tx) countLike(post skein.ID, n int) error {
	_, err := tx.exec("count like", `UPDATE post SET like_count = like_count + $3 WHERE site_id = $1 AND id = $2`,
		tx.site, post, n)
	tx.postChanged(post)
	return err
}

// Like returns an account's like of a post.
func (tx *Tx) Like(account, post skein.ID) (*Like, error) {
	return one(tx, "like", likeFields, `
		SELECT id, post_id, account_id, uri FROM post_like WHERE site_id = $1 AND account_id = $2 AND post_id = $3`,
		tx.site, account, post)
}

// LikeByURI returns an account's like by the URI of its Like activity.
func (tx *Tx) LikeByURI(account skein.ID, uri string) (*Like, error) {
	return one(tx, "like", likeFields, `
		SELECT id, post_id, account_id, uri FROM post_like WHERE site_id = $1 AND account_id = $2 AND uri = $3 LIMIT 1`,
		tx.site, account, uri)
}

// PostRow is a post, or an account, in a list that is ordered by something else.
type PostRow struct {
	Cursor skein.ID
	ID     skein.ID
}

func postRowFields(r *PostRow) []any { return []any{&r.Cursor, &r.ID} }

// Likes returns which posts an account likes, the latest first.
func (tx *Tx) Likes(account skein.ID, p Page) ([]*PostRow, error) {
	return pageOf(tx, "likes", postRowFields, p, "id", `
		SELECT id, post_id FROM post_like WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}

// LikedBy returns the accounts that like a post, the latest first; without those who are gone, and those who and the
// viewer block each other.
func (tx *Tx) LikedBy(post, viewer skein.ID, p Page) ([]*PostRow, error) {
	return pageOf(tx, "likers", postRowFields, p, "l.id", `
		SELECT l.id, account.id FROM post_like l JOIN account ON account.id = l.account_id
		WHERE l.site_id = $1 AND l.post_id = $2`+hiddenFrom, tx.site, post, viewer)
}

// BoostedBy returns the accounts that boosted a post, the latest first; without those as in LikedBy. A boost for followers
// only is its author's own business.
func (tx *Tx) BoostedBy(post, viewer skein.ID, p Page) ([]*PostRow, error) {
	return pageOf(tx, "boosters", postRowFields, p, "b.id", `
		SELECT b.id, account.id FROM post b JOIN account ON account.id = b.author_id
		WHERE b.site_id = $1 AND b.boost_of_id = $2 AND b.boost_of_id <> 0 AND NOT b.held
			AND (b.visibility <= 1 OR b.author_id = $3)`+hiddenFrom, tx.site, post, viewer)
}
