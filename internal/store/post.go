package store

import (
	"errors"
	"fmt"
	"slices"

	"skein/internal/skein"
)

const postColumns = `post.id, post.site_id, post.author_id, post.local, post.uri, post.url, post.text, post.html,
	post.warning, post.sensitive, post.language, post.visibility, post.reply_to_id, post.reply_author_id,
	post.reply_to_uri, post.thread_id, post.boost_of_id, post.app_id, post.mentions, post.tags, post.emojis,
	post.attachments, post.like_count, post.boost_count, post.reply_count, post.quote_of_id, post.quote_count,
	post.held, post.extra, post.created_at, post.edited_at`

func postFields(p *skein.Post) []any {
	return []any{
		&p.ID, &p.Site, &p.Author, &p.Local, &p.URI, &p.URL, &p.Text, &p.HTML,
		&p.Warning, &p.Sensitive, &p.Language, &p.Visibility, &p.ReplyTo, &p.ReplyToAuthor,
		&p.ReplyToURI, &p.Thread, &p.BoostOf, &p.App, asJSON(&p.Mentions), asJSON(&p.Tags), asJSON(&p.Emojis),
		asJSON(&p.Attachments), &p.LikeCount, &p.BoostCount, &p.ReplyCount, &p.QuoteOf, &p.QuoteCount,
		&p.Held, asJSON(&p.Extra), asTime(&p.CreatedAt), asTime(&p.EditedAt),
	}
}

// Post returns a post, whoever may read it: rules are not kept here.
func (tx *Tx) Post(id skein.ID) (*skein.Post, error) {
	return one(tx, "post", postFields, `
		SELECT `+postColumns+` FROM post WHERE post.site_id = $1 AND post.id = $2`, tx.site, id)
}

// Posts returns those of the posts that there are, the originals of those that are boosts, and what they all quote, in no
// order.
func (tx *Tx) Posts(ids []skein.ID) ([]*skein.Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "posts", postFields, `
		SELECT `+postColumns+` FROM post WHERE post.id IN LIST($2) AND post.site_id = $1
		UNION ALL
		SELECT `+postColumns+` FROM post WHERE post.site_id = $1 AND NOT (post.id IN LIST($2))
			AND post.id IN (
				SELECT b.boost_of_id FROM post b WHERE b.id IN LIST($2) AND b.boost_of_id <> 0
				UNION ALL
				SELECT q.quote_of_id FROM post q WHERE q.id IN LIST($2) AND q.quote_of_id <> 0
				UNION ALL
				SELECT o.quote_of_id FROM post b JOIN post o ON o.id = b.boost_of_id
				WHERE b.id IN LIST($2) AND b.boost_of_id <> 0 AND o.quote_of_id <> 0)`,
		tx.site, tx.list(ids))
}

// PostByURI returns the post with an ActivityPub id.
func (tx *Tx) PostByURI(uri string) (*skein.Post, error) {
	return one(tx, "post", postFields, `
		SELECT `+postColumns+` FROM post WHERE post.site_id = $1 AND post.uri = $2`, tx.site, uri)
}

// BoostBy returns an account's boost of a post.
func (tx *Tx) BoostBy(account, original skein.ID) (*skein.Post, error) {
	return one(tx, "boost", postFields, `
		SELECT `+postColumns+` FROM post
		WHERE post.site_id = $1 AND post.boost_of_id = $2 AND post.author_id = $3 AND post.boost_of_id <> 0`,
		tx.site, original, account)
}

// InsertPost stores a new post with all that hangs on it, and counts it. It answers false when there is one of its URI
// already, or a boost of the same post by the same account.
func (tx *Tx) InsertPost(p *skein.Post) (isNew bool, err error) {
	p.Site = tx.site
	if p.Thread == 0 {
		p.Thread = p.ID
	}
	conflict := `(site_id, uri)`
	if p.BoostOf != 0 {
		conflict = `(site_id, author_id, boost_of_id) WHERE boost_of_id <> 0`
	}
	n, err := tx.exec("insert post", `
		INSERT INTO post (id, site_id, author_id, local, uri, url, text, html, warning, sensitive, language, visibility,
			listed, reply_to_id, reply_author_id, reply_to_uri, thread_id, boost_of_id, app_id, mentions, tags, emojis,
			attachments, quote_of_id, held, extra, created_at, edited_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
			$24, $25, $26, $27, $28)
		ON CONFLICT `+conflict+` DO NOTHING`,
		p.ID, tx.site, p.Author, p.Local, p.URI, p.URL, p.Text, p.HTML, p.Warning, p.Sensitive, p.Language,
		int64(p.Visibility), p.Listed(), p.ReplyTo, p.ReplyToAuthor, p.ReplyToURI, p.Thread, p.BoostOf, p.App,
		toJSON(p.Mentions), toJSON(p.Tags), toJSON(p.Emojis), toJSON(p.Attachments), p.QuoteOf, p.Held, extra(p.Extra),
		ms(p.CreatedAt), ms(p.EditedAt))
	if err != nil || n == 0 {
		return false, err
	}
	if err := errors.Join(tx.insertMentions(p.ID, p.Mentions), tx.insertTags(p), tx.tallyPost(p)); err != nil {
		return false, err
	}
	if err := tx.quoted(p); err != nil {
		return false, err
	}
	if err := tx.countHeld(p, 1); err != nil {
		return false, err
	}
	if countsForAuthor(p.Visibility) {
		if _, err := tx.exec("count post", `
			UPDATE account SET post_count = post_count + 1,
				last_post_at = CASE WHEN last_post_at < $3 THEN $3 ELSE last_post_at END
			WHERE site_id = $1 AND id = $2`, tx.site, p.Author, ms(p.CreatedAt)); err != nil {
			return false, err
		}
		tx.countChanged(p.Author)
	}
	return true, nil // nobody can have it in a cache yet
}

// countsForAuthor: a count that moves would tell strangers of direct posts.
func countsForAuthor(v skein.Visibility) bool { return v != skein.Direct }

// countsForParent: nor does a thread tell of answers that only some may read (T62).
func countsForParent(v skein.Visibility) bool { return v == skein.Public || v == skein.Unlisted }

func (tx *Tx) addReplies(parent skein.ID, n int) error {
	_, err := tx.exec("count reply", `
		UPDATE post SET reply_count = reply_count + $3 WHERE site_id = $1 AND id = $2`, tx.site, parent, n)
	tx.postChanged(parent)
	return err
}

func (tx *Tx) addBoosts(original skein.ID, n int) error {
	_, err := tx.exec("count boost", `
		UPDATE post SET boost_count = boost_count + $3 WHERE site_id = $1 AND id = $2`, tx.site, original, n)
	tx.postChanged(original)
	return err
}

func (tx *Tx) insertMentions(post skein.ID, mentions []skein.Mention) error {
	if len(mentions) == 0 {
		return nil
	}
	ids := make([]skein.ID, len(mentions))
	for i, m := range mentions {
		ids[i] = m.Account
	}
	_, err := tx.exec("insert mentions", `
		INSERT INTO post_mention (site_id, account_id, post_id)
		SELECT site_id, id, CAST($2 AS BIGINT) FROM account WHERE id IN LIST($3) AND site_id = $1
		ON CONFLICT DO NOTHING`, tx.site, post, tx.list(ids))
	return err
}

// insertTags makes a listed post findable by its hashtags.
func (tx *Tx) insertTags(p *skein.Post) error {
	if len(p.Tags) == 0 || !p.Listed() {
		return nil
	}
	_, err := tx.exec("insert tags", `
		INSERT INTO post_tag (site_id, name, post_id)
		SELECT DISTINCT CAST($1 AS BIGINT), r.value->>'n', CAST($2 AS BIGINT) FROM ROWS($3) r WHERE TRUE
		ON CONFLICT DO NOTHING`, tx.site, p.ID, toJSON(p.Tags))
	if err != nil {
		return err
	}
	return tx.knowTags(p.Tags)
}

// UpdatePost stores an edited post's content. old is what it was: with keep its content joins the revisions.
func (tx *Tx) UpdatePost(p, old *skein.Post, keep bool) error {
	if keep {
		if err := tx.insertRevision(old); err != nil {
			return err
		}
	}
	_, err := tx.exec("update post", `
		UPDATE post SET text = $3, html = $4, warning = $5, sensitive = $6, language = $7, mentions = $8, tags = $9,
			emojis = $10, attachments = $11, edited_at = $12
		WHERE site_id = $1 AND id = $2`,
		tx.site, p.ID, p.Text, p.HTML, p.Warning, p.Sensitive, p.Language, toJSON(p.Mentions), toJSON(p.Tags),
		toJSON(p.Emojis), toJSON(p.Attachments), ms(p.EditedAt))
	if err != nil {
		return err
	}
	if _, err := tx.exec("remove tags", `DELETE FROM post_tag WHERE site_id = $1 AND post_id = $2`, tx.site, p.ID); err != nil {
		return err
	}
	tx.postChanged(p.ID)
	// Mentions are never withdrawn: those that the edit left out stay as silent ones.
	return errors.Join(tx.insertMentions(p.ID, p.Mentions), tx.insertTags(p))
}

// countHeld counts an answer or boost for what it is about, unless it is held.
func (tx *Tx) countHeld(p *skein.Post, n int) error {
	switch {
	case p.Held:
	case p.BoostOf != 0:
		return tx.addBoosts(p.BoostOf, n)
	case p.ReplyTo != 0 && countsForParent(p.Visibility):
		return tx.addReplies(p.ReplyTo, n)
	}
	return nil
}

// ChangeHeld is ChangePost for what holds an answer or boost back, or lets it be seen: the counts follow. It tells whether
// it is held no longer, or not any more free.
func (tx *Tx) ChangeHeld(id skein.ID, fn func(p *skein.Post) bool) (p *skein.Post, turned bool, err error) {
	before := false
	p, err = tx.ChangePost(id, func(p *skein.Post) bool {
		before = p.Held
		return fn(p)
	})
	if err != nil || p.Held == before {
		return p, false, err
	}
	if p.Held {
		free := *p
		free.Held = false
		return p, true, tx.countHeld(&free, -1)
	}
	return p, true, tx.countHeld(p, 1)
}

// ChangePost lets fn change a post's QuoteOf, Held and Extra, on a copy that nobody else changes meanwhile; answering
// false leaves the post as it is. Nothing else of it is stored. A post that is not there is skein.ErrNotFound.
func (tx *Tx) ChangePost(id skein.ID, fn func(p *skein.Post) bool) (*skein.Post, error) {
	// The update takes the row for this transaction.
	p, err := one(tx, "post", postFields, `
		UPDATE post SET extra = extra WHERE site_id = $1 AND id = $2 RETURNING `+postColumns, tx.site, id)
	if err != nil || !fn(p) {
		return p, err
	}
	_, err = tx.exec("change post", `
		UPDATE post SET quote_of_id = $3, held = $4, extra = $5 WHERE site_id = $1 AND id = $2`,
		tx.site, id, p.QuoteOf, p.Held, extra(p.Extra))
	tx.postChanged(id)
	return p, err
}

// extra returns what few have as it is stored: nothing for those who have none of it.
func extra(v any) string {
	if s := object(v); s != "{}" {
		return s
	}
	return ""
}

// Removed is a post that RemovePosts took away, as far as others must hear of it.
type Removed struct {
	Post, Author, BoostOf, ReplyTo skein.ID
	URI                            string
	Visibility                     skein.Visibility
	QuoteOf                        skein.ID
	Held                           bool
	Extra                          skein.PostExtra
}

// HomeRow is a post in somebody's home timeline, or in the timeline of a list.
type HomeRow struct{ Account, List, Post skein.ID }

// RemovePosts removes posts with all that hangs on them: boosts of them, likes, bookmarks, pins, notifications, mentions,
// hashtags, revisions, rows in home timelines. Counts change by what was really removed, and the URIs are remembered
// so that nothing comes back (T183). It returns what is gone, and from whose timelines.
func (tx *Tx) RemovePosts(ids []skein.ID) (gone []*Removed, homes []*HomeRow, err error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	gone, err = many(tx, "removed posts", func(r *Removed) []any {
		return []any{&r.Post, &r.Author, &r.BoostOf, &r.ReplyTo, &r.URI, &r.Visibility, &r.QuoteOf, &r.Held, asJSON(&r.Extra)}
	}, `
		DELETE FROM post WHERE site_id = $1 AND (id IN LIST($2)
			OR id IN (SELECT b.id FROM post b WHERE b.site_id = $1 AND b.boost_of_id IN LIST($2) AND b.boost_of_id <> 0))
		RETURNING id, author_id, boost_of_id, reply_to_id, uri, visibility, quote_of_id, held, extra`, tx.site, tx.list(ids))
	if err != nil || len(gone) == 0 {
		return nil, nil, err
	}
	all := make([]skein.ID, len(gone))
	uris := make([]string, len(gone))
	authors, boosts, replies, quotes := tally{}, tally{}, tally{}, tally{}
	for i, r := range gone {
		all[i], uris[i] = r.Post, r.URI
		tx.postChanged(r.Post)
		if countsForAuthor(r.Visibility) {
			authors[r.Author]++
			tx.accountChanged(r.Author)
		}
		if r.BoostOf != 0 && !r.Held {
			boosts[r.BoostOf]++
			tx.postChanged(r.BoostOf)
		}
		if q := counted(&skein.Post{Visibility: r.Visibility, QuoteOf: r.QuoteOf, Extra: r.Extra}); q != 0 {
			quotes[q]++
			tx.postChanged(q)
		}
		if r.ReplyTo != 0 && countsForParent(r.Visibility) && !r.Held {
			replies[r.ReplyTo]++
			tx.postChanged(r.ReplyTo)
		}
	}
	for _, c := range []struct {
		what, query string
		n           tally
	}{
		{"uncount posts", `UPDATE account SET post_count = ` + less("post_count") + `
			FROM ROWS($2) r WHERE account.site_id = $1 AND account.id = CAST(r.value->>'id' AS BIGINT)`, authors},
		{"uncount boosts", `UPDATE post SET boost_count = ` + less("boost_count") + `
			FROM ROWS($2) r WHERE post.site_id = $1 AND post.id = CAST(r.value->>'id' AS BIGINT)`, boosts},
		{"uncount replies", `UPDATE post SET reply_count = ` + less("reply_count") + `
			FROM ROWS($2) r WHERE post.site_id = $1 AND post.id = CAST(r.value->>'id' AS BIGINT)`, replies},
		{"uncount quotes", `UPDATE post SET quote_count = ` + less("quote_count") + `
			FROM ROWS($2) r WHERE post.site_id = $1 AND post.id = CAST(r.value->>'id' AS BIGINT)`, quotes},
	} {
		if len(c.n) == 0 {
			continue
		}
		if _, err := tx.exec(c.what, c.query, tx.site, object(c.n.rows())); err != nil {
			return nil, nil, err
		}
	}
	if err := tx.Bury(uris...); err != nil {
		return nil, nil, err
	}
	list := tx.list(all)
	homes, err = many(tx, "removed rows of home", func(r *HomeRow) []any { return []any{&r.Account, &r.Post} }, `
		DELETE FROM home WHERE site_id = $1 AND post_id IN LIST($2) RETURNING account_id, post_id`, tx.site, list)
	if err != nil {
		return nil, nil, err
	}
	lists, err := many(tx, "removed rows of lists", func(r *HomeRow) []any { return []any{&r.List, &r.Post} }, `
		DELETE FROM list_post WHERE site_id = $1 AND post_id IN LIST($2) RETURNING list_id, post_id`, tx.site, list)
	if err != nil {
		return nil, nil, err
	}
	homes = append(homes, lists...)
	if slices.ContainsFunc(gone, func(r *Removed) bool { return r.Visibility == skein.Direct }) {
		if err := tx.leaveConversations(list); err != nil {
			return nil, nil, err
		}
	}
	for _, table := range []string{"post_like", "bookmark", "pin", "notification", "post_mention", "post_tag", "post_revision",
		"poll_vote", "reaction", "approval", "stamp", "translation", "content_filter_post",
		"post_origin"} {
		more := ""
		if table == "notification" {
			more = " AND post_id <> 0" // the index leaves those out
		}
		if _, err := tx.exec("remove "+table, `
			DELETE FROM `+table+` WHERE site_id = $1 AND post_id IN LIST($2)`+more, tx.site, list); err != nil {
			return nil, nil, err
		}
	}
	if err := errors.Join(tx.unindex(list), tx.unlinkPosts(list), tx.untallyPosts(gone)); err != nil {
		return nil, nil, err
	}
	if err := tx.removeMediaOf(all); err != nil {
		return nil, nil, err
	}
	// What is gone needs no leave any more.
	_, err = tx.exec("withdraw approvals", `
		DELETE FROM approval WHERE site_id = $1 AND by_id IN LIST($2) AND by_id <> 0 AND state = 'pending'`, tx.site, list)
	return gone, homes, err
}

// tally counts by ID.
type tally map[skein.ID]int

type tallyRow struct {
	ID skein.ID `json:"id"`
	N  int      `json:"n"`
}

func (t tally) rows() []tallyRow {
	rows := make([]tallyRow, 0, len(t))
	for id, n := range t {
		rows = append(rows, tallyRow{id, n})
	}
	return rows
}

// less takes the n of a row r from a column; no count falls below zero, though a peer may have told us too few (T191).
func less(column string) string {
	return fmt.Sprintf(`CASE WHEN %[1]s > CAST(r.value->>'n' AS BIGINT) THEN %[1]s - CAST(r.value->>'n' AS BIGINT) ELSE 0 END`, column)
}

// PostIDs returns some of an account's posts and boosts, the newest first: for who removes them all.
func (tx *Tx) PostIDs(author skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "posts of account", `
		SELECT id FROM post WHERE site_id = $1 AND author_id = $2 ORDER BY id DESC LIMIT $3`, tx.site, author, limit)
}

// PostAudience returns remote accounts that got a post though they may not follow its author: who boosted, liked,
// answered or quoted it, reacted to it or voted in it.
func (tx *Tx) PostAudience(post skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "audience of post", `
		SELECT DISTINCT a.id FROM (
			SELECT account_id AS id FROM post_like WHERE site_id = $1 AND post_id = $2
			UNION ALL
			SELECT account_id FROM reaction WHERE site_id = $1 AND post_id = $2
			UNION ALL
			SELECT account_id FROM poll_vote WHERE site_id = $1 AND post_id = $2
			UNION ALL
			SELECT author_id FROM post WHERE site_id = $1 AND boost_of_id = $2 AND boost_of_id <> 0
			UNION ALL
			SELECT author_id FROM post WHERE site_id = $1 AND reply_to_id = $2 AND reply_to_id <> 0
			UNION ALL
			SELECT author_id FROM post WHERE site_id = $1 AND quote_of_id = $2 AND quote_of_id <> 0
		) who JOIN account a ON a.id = who.id
		WHERE NOT a.local LIMIT $3`, tx.site, post, limit)
}

// LocalBoosters returns people of the site who boosted a post.
func (tx *Tx) LocalBoosters(post skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "local boosters", `
		SELECT author_id FROM post WHERE site_id = $1 AND boost_of_id = $2 AND boost_of_id <> 0 AND local LIMIT $3`,
		tx.site, post, limit)
}

// Bells returns local followers of an account who want to be told of each of its posts, after one, in order.
func (tx *Tx) Bells(author, after skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "followers to notify", `
		SELECT f.account_id FROM follow f JOIN account a ON a.id = f.account_id
		WHERE f.site_id = $1 AND f.target_id = $2 AND f.notify AND f.accepted AND a.local AND f.account_id > $3
		ORDER BY f.account_id LIMIT $4`, tx.site, author, after, limit)
}

// HasLocalFollower tells whether anybody of the site follows an account.
func (tx *Tx) HasLocalFollower(account skein.ID) (bool, error) {
	_, ok, err := value[int64](tx, "local follower", `
		SELECT 1 FROM follow f JOIN account a ON a.id = f.account_id
		WHERE f.site_id = $1 AND f.target_id = $2 AND f.accepted AND a.local LIMIT 1`, tx.site, account)
	return ok, err
}
