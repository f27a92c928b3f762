package mastodon

import (
	"bytes"
	"encoding/json"
	"strconv"

	"skein/internal/core/social"
	"skein/internal/kit/cache"
	"skein/internal/skein"
)

// painter writes posts and accounts as JSON. What is the same for all readers is rendered once for each version of the
// post or account (its Load number) and kept as bytes; a list is such pieces one after the other, with the reader's own
// part between them. The result is what encoding/json makes of Status and Account, to the byte.
type painter struct {
	posts    *cache.Cache[uint64, []byte]
	accounts *cache.Cache[uint64, []byte]
	pixelfed bool // with what Pixelfed's apps want besides
}

// fragmentBytes bounds what each of the two caches holds.
const fragmentBytes = 32 << 20

func newPainter() *painter {
	fragments := func() *cache.Cache[uint64, []byte] {
		return cache.New(cache.Options[uint64, []byte]{
			Weight: fragmentBytes,
			Weigh:  func(_ uint64, b []byte) uint32 { return uint32(len(b)) + 128 },
		})
	}
	return &painter{posts: fragments(), accounts: fragments()}
}

// encode is encoding/json without the escapes that only a page would need; nosniff and the policy keep answers from
// being read as one.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// mustEncode is encode for our own structs, which hold nothing that could fail.
func mustEncode(v any) []byte {
	b, err := encode(v)
	if err != nil {
		panic(err)
	}
	return b
}

// postFragment is a statusBody without the last brace.
func (t *painter) postFragment(site *skein.Site, v *social.View) []byte {
	p := v.Post
	keep := p.Load != 0 && !linksEnd(p)
	if keep {
		if b, ok := t.posts.Get(p.Load); ok {
			return b
		}
	}
	s := body(site, p, v.At)
	if t.pixelfed {
		s.PixelfedStatus = pixelfedStatus(p)
		for i := range s.MediaAttachments {
			s.MediaAttachments[i].PixelfedMedia = pixelfedMedia(&p.Attachments[i], p.Sensitive)
		}
	}
	b := mustEncode(s)
	b = bytes.Clone(b[:len(b)-1])
	if keep {
		t.posts.Set(p.Load, b)
	}
	return b
}

// linksEnd tells whether what is rendered of a post holds links that end, and so cannot be kept.
func linksEnd(p *skein.Post) bool { return len(p.Attachments) > 0 && !p.Open() && p.Local }

// accountFragment is a whole Account.
func (t *painter) accountFragment(site *skein.Site, a *skein.Account) []byte {
	if a.Load != 0 {
		if b, ok := t.accounts.Get(a.Load); ok {
			return b
		}
	}
	out := account(site, a)
	if t.pixelfed {
		out.PixelfedAccount = pixelfedAccount(site, a)
	}
	b := bytes.Clone(mustEncode(out))
	if a.Load != 0 {
		t.accounts.Set(a.Load, b)
	}
	return b
}

func (t *painter) appendAccount(b []byte, site *skein.Site, a *skein.Account) []byte {
	return append(b, t.accountFragment(site, a)...)
}

func (t *painter) appendStatus(b []byte, site *skein.Site, v *social.View, who skein.Viewer) []byte {
	b = append(b, t.postFragment(site, v)...)
	b = append(b, `,"account":`...)
	b = t.appendAccount(b, site, v.Author)
	marks := v.Marks
	if v.Original != nil {
		b = append(b, `,"reblog":`...)
		b = t.appendStatus(b, site, v.Original, who)
		marks = v.Original.Marks
	} else {
		b = append(b, `,"reblog":null`...)
	}
	if v.App != nil {
		b = append(b, `,"application":{"name":`...)
		b = appendText(b, v.App.Name)
		if v.App.Website == "" {
			b = append(b, `,"website":null}`...)
		} else {
			b = append(b, `,"website":`...)
			b = appendText(b, v.App.Website)
			b = append(b, '}')
		}
	} else {
		b = append(b, `,"application":null`...)
	}
	if v.Post.Extra.Poll != nil { // who votes, and when it ends, is another for each reader and moment
		b = append(b, `,"poll":`...)
		b = append(b, mustEncode(poll(site, v, who))...)
	} else {
		b = append(b, `,"poll":null`...)
	}
	if v.Card != nil { // its author may be hidden from this reader
		b = append(append(b, `,"card":`...), mustEncode(previewCard(site, v.Card, who))...)
	} else {
		b = append(b, `,"card":null`...)
	}
	if len(v.Collections) > 0 {
		b = append(append(b, `,"tagged_collections":`...), mustEncode(collectionsOf(site, v.Collections))...)
	} else {
		b = append(b, `,"tagged_collections":[]`...)
	}
	b = append(b, `,"quote":`...)
	b = t.appendQuote(b, site, v, who)
	b = append(b, `,"quote_approval":`...)
	b = appendQuoteApproval(b, v, who)
	if p := interactionPolicy(v.Post); p != nil {
		b = append(append(b, `,"interaction_policy":`...), mustEncode(p)...)
	}
	if list := emojiReactions(site, v); list != nil {
		reactions := mustEncode(list)
		b = append(append(b, `,"emoji_reactions":`...), reactions...)
		b = append(append(b, `,"reactions":`...), reactions...)
	}
	if !who.Visitor() {
		b = appendFlag(b, `,"favourited":`, marks.Liked)
		b = appendFlag(b, `,"reblogged":`, marks.Boosted)
		b = appendFlag(b, `,"muted":`, marks.Muted)
		b = appendFlag(b, `,"bookmarked":`, marks.Bookmarked)
		if pinnable(v.Post, who) {
			b = appendFlag(b, `,"pinned":`, v.Marks.Pinned)
		}
	}
	switch {
	case len(v.Filtered) > 0:
		b = append(append(b, `,"filtered":`...), mustEncode(filterResults(v.Filtered))...)
	case !who.Visitor() || v.Filtered != nil: // public streams write for a visitor what one listener may see
		b = append(b, `,"filtered":[]`...)
	}
	return append(b, '}')
}

// appendText writes text as JSON. What needs no escapes, which is nearly all, is copied.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			return append(b, mustEncode(s)...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendFlag(b []byte, key string, is bool) []byte {
	return strconv.AppendBool(append(b, key...), is)
}

func (t *painter) appendStatuses(b []byte, site *skein.Site, list []*social.View, who skein.Viewer) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = t.appendStatus(b, site, v, who)
	}
	return append(b, ']')
}

func (t *painter) appendAccounts(b []byte, site *skein.Site, list []*skein.Account) []byte {
	b = append(b, '[')
	for i, a := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = t.appendAccount(b, site, a)
	}
	return append(b, ']')
}

func (t *painter) appendNotification(b []byte, site *skein.Site, n *social.Note, who skein.Viewer, known map[string]bool) []byte {
	id := int64(n.Notification.ID)
	b = append(b, `{"id":"`...)
	b = strconv.AppendInt(b, id, 10)
	b = append(b, `","type":"`...)
	b = append(b, notificationName[n.Notification.Kind]...)
	b = append(b, `","created_at":`...)
	b = stamp(n.Notification.CreatedAt).append(b)
	b = append(b, `,"group_key":"`...)
	if n.Notification.Group != "" {
		b = append(b, n.Notification.Group...) // our own words
	} else {
		b = strconv.AppendInt(append(b, ungrouped...), id, 10)
	}
	b = append(b, `","account":`...)
	b = t.appendAccount(b, site, n.Account)
	if n.Post != nil {
		b = append(b, `,"status":`...)
		b = t.appendStatus(b, site, n.Post, who)
	}
	if n.Report != nil {
		b = append(append(b, `,"report":`...), mustEncode(report(site, n.Report, n.Target))...)
	}
	if n.Collection != nil {
		b = append(append(b, `,"collection":`...), mustEncode(collection(site, n.Collection))...)
	}
	if n.Strike != nil {
		b = append(append(b, `,"moderation_warning":`...), mustEncode(warning(site, n.Strike, n.Account))...)
	}
	if n.Severance != nil {
		b = append(append(b, `,"event":`...), mustEncode(severance(n.Severance))...)
	}
	if n.Notification.Filtered {
		b = append(b, `,"filtered":true`...)
	}
	if f := fallback(n, known); f != nil {
		b = append(append(b, `,"fallback":`...), mustEncode(f)...)
	}
	return append(b, '}')
}

// drawn is an answer that writes itself instead of being encoded.
type drawn interface {
	draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte
}

type (
	posts  []*social.View // Status[]
	post   struct{ *social.View }
	people []*skein.Account // Account[]
	person struct{ *skein.Account }
	notes  struct { // Notification[]
		list  []*social.Note
		known map[string]bool // types that the client can show; nil: it did not say
	}
	note struct {
		*social.Note
		known map[string]bool
	}
	thread struct{ before, after []*social.View } // Context
)

func (l posts) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	return t.appendStatuses(b, site, l, who)
}

func (p post) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	return t.appendStatus(b, site, p.View, who)
}

func (l people) draw(b []byte, t *painter, site *skein.Site, _ skein.Viewer) []byte {
	return t.appendAccounts(b, site, l)
}

func (p person) draw(b []byte, t *painter, site *skein.Site, _ skein.Viewer) []byte {
	return t.appendAccount(b, site, p.Account)
}

func (l notes) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	b = append(b, '[')
	for i, n := range l.list {
		if i > 0 {
			b = append(b, ',')
		}
		b = t.appendNotification(b, site, n, who, l.known)
	}
	return append(b, ']')
}

func (n note) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	return t.appendNotification(b, site, n.Note, who, n.known)
}

func (c thread) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	b = append(b, `{"ancestors":`...)
	b = t.appendStatuses(b, site, c.before, who)
	b = append(b, `,"descendants":`...)
	b = t.appendStatuses(b, site, c.after, who)
	return append(b, '}')
}
