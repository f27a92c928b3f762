package store

import (
	"strconv"
	"time"

	"skein/internal/skein"
)

// The timeline of a list that is read is kept as rows (table list_post), by the rules of a home timeline and those of the
// list (mastodon-api.md, section 13). Read from the posts themselves a list of 500 members would be 500 places in an index,
// each read as far as a page and sorted: some 10,000 entries. Kept, it is one range of 20. For that a new post asks once,
// by its author, which lists it goes to, and most authors are in none. As with home, the rules stand here twice, and a
// test holds the two together.

// removeAuthors takes what some accounts wrote out of the timelines of lists.
const removeAuthors = `
	DELETE FROM list_post WHERE list_id IN LIST($2) AND (list_id, post_id) IN (
		SELECT h.list_id, h.post_id FROM list_post h JOIN post p ON p.id = h.post_id
		WHERE h.list_id IN LIST($2) AND +h.site_id = $1 AND p.author_id IN LIST($3))`

// SpreadLists puts a post into the timelines of lists that are kept and want it, and returns which. Those that have it
// already are left out.
func (tx *Tx) SpreadLists(s Spread) ([]skein.ID, error) {
	p := s.Post
	if p.Visibility == skein.Direct || p.ReplyToURI != "" { // whom it answers is not known
		return nil, nil
	}
	args := tx.spreadArgs(s)
	rule := ""
	switch {
	case p.BoostOf != 0:
		args = append(args, p.BoostOf)
		rule = ` AND (f.id IS NULL OR f.show_boosts) AND NOT ` + lately("list_post", "list_id", "l.id")
	case p.ReplyTo != 0 && p.ReplyToAuthor != p.Author:
		args = append(args, p.ReplyToAuthor)
		rule = ` AND (m.owner_id = $9
			OR l.replies = 'list' AND EXISTS (SELECT 1 FROM list_member o WHERE o.list_id = l.id AND o.account_id = $9)
			OR l.replies = 'followed' AND EXISTS (SELECT 1 FROM follow g WHERE g.site_id = $1
				AND g.account_id = m.owner_id AND g.target_id = $9 AND g.accepted))`
	}
	return column[skein.ID](tx, "lists", `
		INSERT INTO list_post (site_id, list_id, post_id)
		SELECT CAST($1 AS BIGINT), l.id, CAST($2 AS BIGINT)
		FROM list_member m JOIN list l ON l.id = m.list_id
		LEFT JOIN follow f ON f.site_id = $1 AND f.account_id = m.owner_id AND f.target_id = m.account_id AND f.accepted
		WHERE m.site_id = $1 AND m.account_id = $3 AND l.kept_until > $4 AND (f.id IS NOT NULL OR m.owner_id = $3)
			AND ($8 = '' OR f.id IS NULL OR f.languages = '[]' OR f.languages LIKE $8)`+rule+`
			AND `+wanted("m.owner_id")+`
		ON CONFLICT DO NOTHING RETURNING list_id`, args...)
}

// FillList puts the newest posts that belong there into the timeline of a list; of some members only, if any are named.
func (tx *Tx) FillList(l *skein.List, members ...skein.ID) error {
	n := len(members)
	if n == 0 {
		var err error
		if n, _, err = value[int](tx, "count of members", `SELECT count(*) FROM list_member WHERE list_id = $1`, l.ID); err != nil {
			return err
		}
	}
	args := []any{l.ID}
	reply := ``
	switch l.Replies {
	case skein.RepliesList:
		reply = ` OR EXISTS (SELECT 1 FROM list_member o WHERE o.list_id = $7 AND o.account_id = p.reply_author_id)`
	case skein.RepliesFollowed:
		reply = ` OR EXISTS (SELECT 1 FROM follow g WHERE g.site_id = $1 AND g.account_id = $2
			AND g.target_id = p.reply_author_id AND g.accepted)`
	}
	some := ``
	if len(members) > 0 {
		args = append(args, tx.list(members))
		some = ` AND m.account_id IN LIST($8)`
	}
	ids, err := tx.candidates(`
		SELECT p.id AS id, p.boost_of_id AS boost_of_id
		FROM list_member m
		LEFT JOIN follow f ON f.site_id = $1 AND f.account_id = $2 AND f.target_id = m.account_id AND f.accepted
		JOIN post p ON p.id IN (
			SELECT q.id FROM post q WHERE q.site_id = $1 AND q.author_id = m.account_id AND q.id > $6 ORDER BY q.id DESC LIMIT $4)
		LEFT JOIN post o ON o.id = p.boost_of_id AND p.boost_of_id <> 0
		WHERE m.list_id = $7 AND (f.id IS NOT NULL OR m.account_id = $2) AND NOT p.held AND p.visibility <> 3
			AND (p.boost_of_id = 0 OR f.id IS NULL OR f.show_boosts)
			AND p.reply_to_uri = '' AND (p.reply_to_id = 0 OR p.reply_author_id IN (p.author_id, $2)`+reply+`)
			AND (f.id IS NULL OR f.languages = '[]' OR COALESCE(o.language, p.language) = ''
				OR f.languages LIKE '%"' || COALESCE(o.language, p.language) || '"%')`+some+allowed,
		l.Account, min(max(4000/max(n, 1), 20), homeRows/2), homeRows/2, len(members) > 0, args...)
	if err != nil || len(ids) == 0 {
		return err
	}
	_, err = tx.exec("fill list", `
		INSERT INTO list_post (site_id, list_id, post_id)
		SELECT site_id, CAST($2 AS BIGINT), id FROM post WHERE site_id = $1 AND id IN LIST($3)
		ON CONFLICT DO NOTHING`, tx.site, l.ID, tx.list(ids))
	return err
}

// ClearList empties the timeline of a list.
func (tx *Tx) ClearList(list skein.ID) error {
	_, err := tx.exec("clear list", `DELETE FROM list_post WHERE list_id = $2 AND site_id = $1`, tx.site, list)
	return err
}

// AddToLists puts the newest posts of an account into those of somebody's lists that it is a member of and that are kept:
// its follow is accepted now, or it is muted no longer.
func (tx *Tx) AddToLists(owner, member skein.ID) error {
	lists, err := tx.ListsWith(owner, member)
	for _, l := range lists {
		if err == nil && l.KeptUntil.After(tx.Now()) {
			err = tx.FillList(l, member)
		}
	}
	return err
}

// ListPosts returns the posts of a list's timeline, newest first.
func (tx *Tx) ListPosts(list skein.ID, p Page) ([]skein.ID, error) {
	return idPage(tx, "list timeline", p, "post_id", `SELECT post_id FROM list_post WHERE list_id = $1 AND +site_id = $2`, list, tx.site)
}

// ListReaders returns in which lists' timelines a post stands.
func (tx *Tx) ListReaders(post skein.ID) ([]skein.ID, error) {
	return column[skein.ID](tx, "lists", `SELECT list_id FROM list_post WHERE site_id = $1 AND post_id = $2`, tx.site, post)
}

// TrimLists drops what nobody scrolls down to from the timelines of some lists.
func (tx *Tx) TrimLists(lists []skein.ID) error {
	if len(lists) == 0 {
		return nil
	}
	_, err := tx.exec("trim lists", `
		DELETE FROM list_post WHERE (list_id, post_id) IN (
			SELECT h.list_id, h.post_id FROM (
				SELECT id, (SELECT n.post_id FROM list_post n WHERE n.list_id = list.id
					ORDER BY n.post_id DESC LIMIT 1 OFFSET `+strconv.Itoa(homeRows-1)+`) AS last
				FROM list WHERE id IN LIST($1)) edge
			JOIN list_post h ON h.list_id = edge.id AND h.post_id < edge.last)`, tx.list(lists))
	return err
}

// PruneLists gives up, on all sites, the timelines of lists that nobody read for long; so many at once. It returns how many.
func (tx *Tx) PruneLists(before time.Time, limit int) (int, error) {
	lists, err := column[skein.ID](tx, "lapsed lists", `
		UPDATE list SET kept_until = 0 WHERE id IN (
			SELECT id FROM list WHERE kept_until <> 0 AND kept_until < $1 LIMIT $2) RETURNING id`, ms(before), limit)
	if err != nil || len(lists) == 0 {
		return 0, err
	}
	_, err = tx.exec("drop timelines of lists", `DELETE FROM list_post WHERE list_id IN LIST($1)`, tx.list(lists))
	return len(lists), err
}
