package store

import (
	"strconv"
	"strings"

	"skein/internal/skein"
)

// SearchTerms are what a post is found by. A term is made of letters, digits and marks, of which no engine takes one for
// anything else; what is not text begins with §.
type SearchTerms struct {
	Text  [][]string // pieces of text: what stands together in one is found together
	Other []string   // in no order
}

// gap stands between pieces of text.
const gap = "§"

// IndexPost makes a post findable by its terms, or by none any more.
func (tx *Tx) IndexPost(id skein.ID, t *SearchTerms) error {
	if _, err := tx.exec("forget terms", `DELETE FROM post_search WHERE rowid = $1`, id); err != nil || t == nil {
		return err
	}
	_, err := tx.exec("index post", `INSERT INTO post_search (rowid, words) VALUES ($1, $2)`, id, tx.db.engine.document(t))
	return err
}

// Indexed tells whether a post stands in the index.
func (tx *Tx) Indexed(id skein.ID) (bool, error) {
	_, is, err := value[int64](tx, "indexed post", `SELECT rowid FROM post_search WHERE rowid = $1`, id)
	return is, err
}

// unindex takes posts out of the index.
func (tx *Tx) unindex(posts any) error {
	_, err := tx.exec("forget terms", `DELETE FROM post_search WHERE rowid IN LIST($1)`, posts)
	return err
}

// KeptHere tells whether a post belongs to somebody of the site: it is theirs, names them, or they liked, boosted, kept or
// voted in it.
func (tx *Tx) KeptHere(post skein.ID) (bool, error) {
	_, is, err := value[int64](tx, "who keeps a post", `
		SELECT 1 WHERE EXISTS (SELECT 1 FROM post WHERE site_id = $1 AND id = $2 AND local)
			OR EXISTS (SELECT 1 FROM bookmark WHERE site_id = $1 AND post_id = $2)
			OR EXISTS (SELECT 1 FROM post_mention m JOIN account a ON a.id = m.account_id WHERE m.site_id = $1 AND m.post_id = $2 AND a.local)
			OR EXISTS (SELECT 1 FROM post WHERE site_id = $1 AND boost_of_id = $2 AND boost_of_id <> 0 AND local)
			OR EXISTS (SELECT 1 FROM post_like l JOIN account a ON a.id = l.account_id WHERE l.site_id = $1 AND l.post_id = $2 AND a.local)
			OR EXISTS (SELECT 1 FROM poll_vote v JOIN account a ON a.id = v.account_id WHERE v.site_id = $1 AND v.post_id = $2 AND a.local)`,
		tx.site, post)
	return is, err
}

// PostSearch says which posts are looked for in the index.
type PostSearch struct {
	All  [][]string // each must be there, its terms one after the other; never empty
	None [][]string // none of these may be
	Span []Span     // within all of these
	Max  skein.ID   // only below; 0: no bound
}

// Span is a range of IDs: from From up to and without To (0: without end). With Not it is what lies outside.
type Span struct {
	From, To skein.ID
	Not      bool
}

func (f PostSearch) sql(column string, args []any) (string, []any) {
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	q := ""
	if f.Max != 0 {
		q += " AND " + column + " < " + arg(f.Max)
	}
	for _, s := range f.Span {
		in := column + " >= " + arg(s.From)
		if s.To != 0 {
			in += " AND " + column + " < " + arg(s.To)
		}
		if s.Not {
			in = "NOT (" + in + ")"
		}
		q += " AND " + in
	}
	return q, args
}

// SearchPosts returns posts, the newest first.
func (tx *Tx) SearchPosts(f PostSearch, limit int) ([]skein.ID, error) {
	more, args := f.sql("rowid", []any{tx.db.engine.question(f), limit})
	return column[skein.ID](tx, "found posts", `
		SELECT rowid FROM post_search WHERE MATCHES($1)`+more+` ORDER BY rowid DESC LIMIT $2`, args...)
}

// KeptPost is a post that was looked at.
type KeptPost struct {
	ID   skein.ID
	Kept bool // it is one of those that were looked for
}

func keptFields(k *KeptPost) []any { return []any{&k.ID, &k.Kept} }

// keptBy are the posts that somebody wrote or boosted, liked or bookmarked, voted in, or is named by: $1 is the site, $2 the
// account. Each is in the order of an index.
var keptBy = []struct{ id, from string }{
	{"id", `post WHERE site_id = $1 AND author_id = $2 AND boost_of_id = 0`},
	{"boost_of_id", `post WHERE site_id = $1 AND author_id = $2 AND boost_of_id <> 0`},
	{"post_id", `post_like WHERE site_id = $1 AND account_id = $2`},
	{"post_id", `bookmark WHERE site_id = $1 AND account_id = $2`},
	{"post_id", `poll_vote WHERE site_id = $1 AND account_id = $2`},
	{"post_id", `post_mention WHERE account_id = $2`},
}

// SearchKept looks at the newest posts that the index has for a question, and tells which of them somebody keeps.
func (tx *Tx) SearchKept(account skein.ID, f PostSearch, limit int) ([]*KeptPost, error) {
	more, args := f.sql("rowid", []any{tx.site, account, tx.db.engine.question(f), limit})
	var kept []string
	for _, k := range keptBy {
		kept = append(kept, `EXISTS (SELECT 1 FROM `+k.from+` AND `+k.id+` = f.rowid)`)
	}
	return many(tx, "kept posts", keptFields, `
		SELECT f.rowid, `+strings.Join(kept, ` OR `)+`
		FROM (SELECT rowid FROM post_search WHERE MATCHES($3)`+more+` ORDER BY rowid DESC LIMIT $4) f
		ORDER BY f.rowid DESC`, args...)
}

// KeptSearch is SearchKept from the other end: it looks at the newest posts that somebody keeps, and tells which of them the
// question finds.
func (tx *Tx) KeptSearch(account skein.ID, f PostSearch, limit int) ([]*KeptPost, error) {
	args := []any{tx.site, account, tx.db.engine.question(f), limit}
	var parts []string
	for _, k := range keptBy {
		var more string
		more, args = f.sql(k.id, args)
		parts = append(parts, `SELECT id FROM (SELECT `+k.id+` AS id FROM `+k.from+more+` ORDER BY `+k.id+` DESC LIMIT $4) k`)
	}
	return many(tx, "kept posts", keptFields, `
		SELECT l.id, EXISTS (SELECT 1 FROM post_search WHERE rowid = l.id AND MATCHES($3))
		FROM (SELECT id FROM (`+strings.Join(parts, ` UNION `)+`) u ORDER BY id DESC LIMIT $4) l
		ORDER BY l.id DESC`, args...)
}

// PostsBelow returns posts of the site that are no boosts, below an ID, the newest first; of one author, if one is named.
func (tx *Tx) PostsBelow(author, below skein.ID, limit int) ([]skein.ID, error) {
	q, args := `SELECT id FROM post WHERE site_id = $1 AND id < $2 AND boost_of_id = 0`, []any{tx.site, below, limit}
	if author != 0 {
		q += ` AND author_id = $4`
		args = append(args, author)
	}
	return column[skein.ID](tx, "posts to index", q+` ORDER BY id DESC LIMIT $3`, args...)
}

// SearchState returns down to which post the site's posts stand in the index; ok is false before the first time.
func (tx *Tx) SearchState() (downTo skein.ID, ok bool, err error) {
	return value[skein.ID](tx, "state of the index", `SELECT down_to FROM search_state WHERE site_id = $1`, tx.site)
}

// SetSearchState stores that.
func (tx *Tx) SetSearchState(downTo skein.ID) error {
	_, err := tx.exec("state of the index", `
		INSERT INTO search_state (site_id, down_to) VALUES ($1, $2)
		ON CONFLICT (site_id) DO UPDATE SET down_to = excluded.down_to`, tx.site, downTo)
	return err
}

// document is the terms of a post as FTS5 takes them: a text.
func (*sqliteEngine) document(t *SearchTerms) string {
	var b strings.Builder
	for _, piece := range t.Text {
		for _, w := range piece {
			b.WriteString(w)
			b.WriteByte(' ')
		}
		b.WriteString(gap + " ")
	}
	for _, w := range t.Other {
		b.WriteString(w)
		b.WriteByte(' ')
	}
	return b.String()
}

// question is a search in the language of FTS5.
func (*sqliteEngine) question(f PostSearch) string {
	phrases := func(list [][]string, op string) string {
		out := make([]string, len(list))
		for i, p := range list {
			out[i] = `"` + strings.Join(p, " ") + `"`
		}
		return strings.Join(out, op)
	}
	q := phrases(f.All, " AND ")
	if len(f.None) > 0 {
		q = "(" + q + ") NOT (" + phrases(f.None, " OR ") + ")"
	}
	return q
}

// maxPositions is how many places of one term a tsvector keeps.
const maxPositions = 255

// document is the terms of a post as a tsvector.
func (*postgresEngine) document(t *SearchTerms) string {
	at := map[string][]int{}
	var order []string
	n := 0
	put := func(w string) {
		n++
		if at[w] == nil {
			order = append(order, w)
		}
		if len(at[w]) < maxPositions {
			at[w] = append(at[w], n)
		}
	}
	for _, piece := range t.Text {
		for _, w := range piece {
			put(w)
		}
		n++ // the gap
	}
	for _, w := range t.Other {
		put(w)
	}
	var b strings.Builder
	for i, w := range order {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("'" + w + "':")
		for j, p := range at[w] {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(p))
		}
	}
	return b.String()
}

// question is a search as a tsquery.
func (*postgresEngine) question(f PostSearch) string {
	phrase := func(p []string) string { return "('" + strings.Join(p, "' <-> '") + "')" }
	var out []string
	for _, p := range f.All {
		out = append(out, phrase(p))
	}
	for _, p := range f.None {
		out = append(out, "!"+phrase(p))
	}
	return strings.Join(out, " & ")
}
