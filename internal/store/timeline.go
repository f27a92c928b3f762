package store

import (
	"strconv"

	"skein/internal/skein"
)

// PublicFilter says which listed posts are wanted.
type PublicFilter struct {
	Local, Remote bool // only those
	OnlyMedia     bool
}

func (f PublicFilter) sql() string {
	q := ""
	if f.Local {
		q += ` AND local`
	}
	if f.Remote {
		q += ` AND NOT local`
	}
	if f.OnlyMedia {
		q += ` AND attachments <> '[]'`
	}
	return q
}

// Public returns listed posts, newest first.
func (tx *Tx) Public(f PublicFilter, p Page) ([]skein.ID, error) {
	return idPage(tx, "public timeline", p, "id", `SELECT id FROM post WHERE site_id = $1 AND listed`+f.sql(), tx.site)
}

// TagFilter says which listed posts with hashtags are wanted, by normal names.
type TagFilter struct {
	Any  []string // at least one of these; never empty
	All  []string // and all of these
	None []string // and none of these
	PublicFilter
}

// Tagged returns listed posts with hashtags, newest first. Each name of Any is read by itself, so that a page of a popular
// one costs no more than a page.
func (tx *Tx) Tagged(f TagFilter, p Page) ([]skein.ID, error) {
	args := []any{tx.site}
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	more := ""
	for _, name := range f.All {
		more += ` AND EXISTS (SELECT 1 FROM post_tag o WHERE o.site_id = $1 AND o.name = ` + arg(name) + ` AND o.post_id = t.post_id)`
	}
	for _, name := range f.None {
		more += ` AND NOT EXISTS (SELECT 1 FROM post_tag o WHERE o.site_id = $1 AND o.name = ` + arg(name) + ` AND o.post_id = t.post_id)`
	}
	if post := f.PublicFilter.sql(); post != "" {
		more += ` AND EXISTS (SELECT 1 FROM post WHERE post.id = t.post_id` + post + `)`
	}
	query := `SELECT id FROM (`
	for i, name := range f.Any {
		if i > 0 {
			query += ` UNION `
		}
		var end string
		part := `SELECT t.post_id AS id FROM post_tag t WHERE t.site_id = $1 AND t.name = ` + arg(name) + more
		end, args = p.sql("t.post_id", args)
		query += `SELECT id FROM (` + part + end + `) one`
	}
	return idPage(tx, "tag timeline", p, "id", query+`) found WHERE TRUE`, args...)
}

// AccountFilter says which posts of an account are wanted.
type AccountFilter struct {
	OnlyMedia, NoReplies, NoBoosts bool
	NoDirect                       bool
	Tag                            string // normal name; only listed posts are found by it
}

// AccountPosts returns an account's posts and boosts that a reader may see by their visibility, newest first.
func (tx *Tx) AccountPosts(account, reader skein.ID, f AccountFilter, p Page) ([]skein.ID, error) {
	q := `SELECT id FROM post WHERE site_id = $1 AND author_id = $2`
	args := []any{tx.site, account}
	if account != reader {
		args = append(args, reader)
		q += ` AND (visibility <= 1 OR visibility = 2 AND EXISTS (SELECT 1 FROM follow f
				WHERE f.site_id = $1 AND f.account_id = $3 AND f.target_id = $2 AND f.accepted)
			OR EXISTS (SELECT 1 FROM post_mention m WHERE m.account_id = $3 AND m.post_id = post.id))`
	}
	if f.OnlyMedia {
		q += ` AND attachments <> '[]'`
	}
	if f.NoReplies {
		q += ` AND reply_to_uri = '' AND (reply_to_id = 0 OR reply_author_id = author_id)`
	}
	if f.NoDirect {
		q += ` AND visibility <> 3`
	}
	if f.NoBoosts {
		q += ` AND boost_of_id = 0`
	}
	if f.Tag != "" {
		args = append(args, f.Tag)
		q += ` AND EXISTS (SELECT 1 FROM post_tag t WHERE t.site_id = $1 AND t.name = $` + strconv.Itoa(len(args)) + ` AND t.post_id = post.id)`
	}
	return idPage(tx, "posts of account", p, "id", q, args...)
}
