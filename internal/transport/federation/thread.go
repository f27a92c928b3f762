package federation

import (
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// contextPage is how many posts one page of a conversation lists. Reference, section 13.
const contextPage = 60

// ownContext is the collection of a conversation that began here (FEP-7888).
func ownContext(site *skein.Site, root skein.ID) string {
	return site.URL("/ap/contexts/" + root.String())
}

// conversation names the conversation of a local post: by the collection of whoever began it, as far as that is known.
func conversation(site *skein.Site, p *skein.Post) string {
	switch {
	case p.Extra.Context != "":
		return p.Extra.Context
	case p.ReplyTo == 0 && p.ReplyToURI == "":
		return ownContext(site, p.ID)
	}
	return ""
}

// state reads what a note says beside its content. Copies of collections are believed as far as the note is: they came
// with it.
func state(n *activitypub.Note) (s social.State) {
	if activitypub.IsHTTP(n.Context) {
		s.Context = n.Context
	}
	count := func(c *activitypub.Collection) int {
		if c == nil || c.TotalItems == nil {
			return 0
		}
		return *c.TotalItems
	}
	told := skein.Told{Likes: count(n.Likes), Boosts: count(n.Shares), Replies: count(n.Replies)}
	if told.Likes > 0 || told.Boosts > 0 || told.Replies > 0 {
		told.At = n.Document.Received()
		s.Told = &told
	}
	return s
}

// begun returns the local public post that began a conversation which a path names.
func (s *Service) begun(c *call) (*social.View, bool, error) {
	id, ok := skein.ParseID(c.vars["post"])
	if !ok {
		return nil, false, skein.ErrNotFound
	}
	ctx := c.r.Context()
	v, err := s.Social.Post(ctx, skein.Viewer{Site: c.site.ID}, id)
	if err != nil {
		return nil, false, err
	}
	who := s.reader(ctx, c, true)
	if who.viewer.Account != 0 { // somebody blocked does not get even this (T173)
		if v, err = s.Social.Post(ctx, who.viewer, id); err != nil {
			return nil, false, err
		}
	}
	p := v.Post
	if !p.Local || p.BoostOf != 0 || conversation(c.site, p) != ownContext(c.site, p.ID) {
		return nil, false, skein.ErrNotFound
	}
	return v, who.viewer.Account == 0, nil
}

// context serves a conversation that began here: all its public posts, whoever wrote them, by URI. FEP-7888.
func (s *Service) context(c *call) error {
	v, public, err := s.begun(c)
	if err != nil {
		return err
	}
	if c.isBrowser() {
		return c.toPage(v.Post.URL)
	}
	id := ownContext(c.site, v.Post.ID)
	list := &activitypub.Collection{ID: id, Type: "Collection", AttributedTo: v.Author.URI, First: activitypub.Ref(id + "/items")}
	return c.activity(list, ageOf(public))
}

// contextItems serves a page of it.
func (s *Service) contextItems(c *call) error {
	v, public, err := s.begun(c)
	if err != nil {
		return err
	}
	after, err := c.id("min_id")
	if err != nil {
		return err
	}
	var list []*store.PublicReply
	err = s.DB.View(c.r.Context(), c.site.ID, func(tx *store.Tx) (err error) {
		list, err = tx.PublicThread(v.Post.Thread, after, contextPage)
		return err
	})
	if err != nil {
		return err
	}
	id := ownContext(c.site, v.Post.ID)
	page := &activitypub.Collection{ID: id + "/items", Type: "CollectionPage", PartOf: id, Items: activitypub.References{}}
	if c.r.URL.RawQuery != "" {
		page.ID += "?" + strings.TrimSpace(c.r.URL.RawQuery)
	}
	for _, r := range list {
		page.Items = append(page.Items, activitypub.Ref(r.URI))
	}
	if len(list) == contextPage {
		page.Next = id + "/items?min_id=" + list[len(list)-1].ID.String()
	}
	return c.activity(page, ageOf(public))
}

// ageOf says how long an answer may be kept: what is for one reader alone not at all (T161).
func ageOf(public bool) time.Duration {
	if public {
		return pageAge
	}
	return 0
}
