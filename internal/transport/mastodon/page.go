package mastodon

import (
	"net/url"
	"strconv"
	"strings"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// text is a parameter that is text, empty when it was not given.
func (c *call) text(name string) (string, error) {
	in, err := c.input()
	if err != nil {
		return "", err
	}
	switch n := in.get(name); {
	case n == nil || n.kind == isNull:
		return "", nil
	case n.kind == isText || n.kind == isNumber || n.kind == isBool:
		return n.text, nil
	}
	return "", invalid("%s must be text.", name)
}

// flag is a parameter that is true or false; false when it was not given.
func (c *call) flag(name string) (bool, error) {
	s, err := c.text(name)
	return s != "" && truth(s), err
}

// flags reads several; one that is no boolean is the error.
func (c *call) flags(into map[string]*bool) error {
	for name, p := range into {
		v, err := c.flag(name)
		if err != nil {
			return err
		}
		*p = v
	}
	return nil
}

// number is a parameter that is a whole number, or what stands for none.
func (c *call) number(name string, none int) (int, error) {
	s, err := c.text(name)
	if err != nil || strings.TrimSpace(s) == "" {
		return none, err
	}
	i, ok := readInt(&node{kind: isText, text: s})
	if !ok {
		return 0, &answered{400, name + " must be a whole number."}
	}
	return i, nil
}

// list is a parameter that holds several texts.
func (c *call) list(name string, most int) ([]string, error) {
	in, err := c.input()
	if err != nil {
		return nil, err
	}
	n := in.get(name)
	if n == nil || n.kind == isNull {
		return nil, nil
	}
	items, ok := elements(n)
	if !ok {
		return nil, invalid("%s must be a list.", name)
	}
	if len(items) > most {
		return nil, invalid("%s may hold %d values at most.", name, most)
	}
	var out []string
	for _, i := range items {
		switch {
		case i.kind != isText && i.kind != isNumber:
			return nil, invalid("%s must be a list of texts.", name)
		case i.text != "":
			out = append(out, i.text)
		}
	}
	return out, nil
}

// ids is a parameter that holds several IDs, each once. What is no ID names nothing and is left out.
func (c *call) ids(name string, most int) ([]skein.ID, error) {
	texts, err := c.list(name, most)
	if err != nil {
		return nil, err
	}
	seen := map[skein.ID]bool{}
	out := make([]skein.ID, 0, len(texts))
	for _, s := range texts {
		if id, ok := skein.ParseID(s); ok && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out, nil
}

// one is a parameter that is one ID, 0 when it was not given.
func (c *call) one(name string) (skein.ID, error) {
	s, err := c.text(name)
	if err != nil || s == "" {
		return 0, err
	}
	id, ok := idOf(s)
	if !ok {
		return 0, skein.ErrNotFound
	}
	return id, nil
}

// limit is how many are wanted: more than most is most, and a minus is overlooked (mastodon-api.md 2, T93).
func (c *call) limit(usual, most int) (int, error) {
	n, err := c.number("limit", usual)
	if err != nil {
		return 0, err
	}
	if n < 0 {
		n = -n
	}
	if n == 0 {
		n = usual
	}
	if n < 0 || n > most {
		n = most
	}
	return n, nil
}

// noMinus refuses numbers below 0, where they are not overlooked: in searches, and of what is talked about.
func (c *call) noMinus(names ...string) error {
	for _, name := range names {
		n, err := c.number(name, 0)
		if err != nil {
			return err
		}
		if n < 0 {
			return &answered{400, name + " must not be negative."}
		}
	}
	return nil
}

// page reads which part of a list is wanted.
func (c *call) page(usual, most int) (social.Page, error) {
	var p social.Page
	var err error
	if p.Limit, err = c.limit(usual, most); err != nil {
		return p, err
	}
	for _, cursor := range []struct {
		name string
		id   *skein.ID
		zero skein.ID
	}{
		{"max_id", &p.Max, 1}, // below 0 is nothing, as below 1
		{"since_id", &p.Since, 0},
		{"min_id", &p.Min, 1}, // from the oldest on
	} {
		s, err := c.text(cursor.name)
		if err != nil {
			return p, err
		}
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		id, ok := idOf(s)
		if !ok {
			return p, &answered{400, cursor.name + " must be an id."}
		}
		if id == 0 {
			id = cursor.zero
		}
		*cursor.id = id
	}
	return p, nil
}

// pageOf reads the ID of the path and which part of its list is wanted.
func (c *call) pageOf(usual, most int) (id skein.ID, p social.Page, err error) {
	if id, err = c.id(); err == nil {
		p, err = c.page(usual, most)
	}
	return id, p, err
}

// offset reads where a list without cursors goes on.
func (c *call) offset() (int, error) {
	n, err := c.number("offset", 0)
	return min(max(n, 0), maxOffset), err
}

// offsetAndLimit reads which part of a list without cursors is wanted.
func (c *call) offsetAndLimit(usual, most int) (offset, limit int, err error) {
	if limit, err = c.limit(usual, most); err == nil {
		offset, err = c.offset()
	}
	return offset, limit, err
}

// linkForm is how a list is paged.
type linkForm int

const (
	byID       linkForm = iota // the cursor is the ID of what is shown: prev by min_id, next on every page that holds something
	byCursor                   // the cursor is the list's own: prev by since_id, next when the page is full
	byFullPage                 // as byID, but next only when the page is full
	filtered                   // as byCursor, but rows may have been left out: next on every page that holds something
)

// link writes the Link header of a page with n items, from the cursor of the first to that of the last (mastodon-api.md 5).
func (c *call) link(form linkForm, n, limit int, first, last skein.ID) {
	if n == 0 {
		return
	}
	q := c.r.URL.Query()
	for _, own := range []string{"max_id", "since_id", "min_id", "access_token"} {
		q.Del(own) // the token above all: it would stand in histories and logs (T139)
	}
	var b strings.Builder
	if form != byCursor && form != byFullPage || n >= limit {
		c.linkTo(&b, q, "max_id", last, "next")
		b.WriteString(", ")
	}
	prev := "since_id"
	if form == byID || form == byFullPage {
		prev = "min_id"
	}
	c.linkTo(&b, q, prev, first, "prev")
	c.w.Header().Set("Link", b.String())
}

// linkTo never uses the Host that the client named (T149).
func (c *call) linkTo(b *strings.Builder, q url.Values, cursor string, id skein.ID, rel string) {
	b.WriteByte('<')
	b.WriteString(c.site.URL(c.r.URL.EscapedPath()))
	b.WriteByte('?')
	if len(q) > 0 {
		b.WriteString(q.Encode())
		b.WriteByte('&')
	}
	b.WriteString(cursor)
	b.WriteByte('=')
	b.WriteString(strconv.FormatInt(int64(id), 10))
	b.WriteString(`>; rel="`)
	b.WriteString(rel)
	b.WriteByte('"')
}

// linkPosts is link for posts that are their own cursors.
func (c *call) linkPosts(list []*social.View, limit int) {
	if len(list) > 0 {
		c.link(byID, len(list), limit, list[0].Post.ID, list[len(list)-1].Post.ID)
	}
}

// linkRows is link for lists with cursors of their own; it returns the items.
func linkRows[T any](c *call, form linkForm, rows []social.Row[T], limit int) []T {
	items := make([]T, len(rows))
	for i, r := range rows {
		items[i] = r.Item
	}
	if len(rows) > 0 {
		c.link(form, len(rows), limit, rows[0].Cursor, rows[len(rows)-1].Cursor)
	}
	return items
}
