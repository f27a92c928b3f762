package federation

import (
	"strings"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// visible returns the local post or boost that a path names if the asker may read it; public is true when everybody may.
// What is not for everybody goes only to who proves by a signature to be one of the readers, or the server of one (T156).
// For everybody else it does not exist.
func (s *Service) visible(c *call) (v *social.View, public bool, err error) {
	a, err := s.owner(c)
	if err != nil {
		return nil, false, err
	}
	id, ok := skein.ParseID(c.vars["post"])
	if !ok {
		return nil, false, skein.ErrNotFound
	}
	ctx := c.r.Context()
	v, err = s.Social.Post(ctx, skein.Viewer{Site: c.site.ID}, id)
	if err == nil {
		if who := s.reader(ctx, c, true); who.viewer.Account != 0 { // somebody blocked does not get even this (T173)
			if v, err = s.Social.Post(ctx, who.viewer, id); err != nil {
				return nil, false, err
			}
		}
		if !v.Post.Local || v.Post.Author != a.ID {
			return nil, false, skein.ErrNotFound
		}
		return v, true, nil
	}
	if skein.KindOf(err) != skein.NotFound || c.r.Header.Get("Signature") == "" {
		return nil, false, err
	}
	var p *skein.Post
	err = s.DB.View(ctx, c.site.ID, func(tx *store.Tx) error {
		p, err = tx.Post(id)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	if !p.Local || p.Author != a.ID {
		return nil, false, skein.ErrNotFound
	}
	who := s.reader(ctx, c, false)
	if who.host == "" {
		return nil, false, skein.ErrNotFound
	}
	viewer := who.viewer
	if !who.person { // a server asks for those on it
		if viewer.Account, err = s.readerOn(c, p, who.host); err != nil {
			return nil, false, err
		}
	}
	if viewer.Account == 0 {
		return nil, false, skein.ErrNotFound
	}
	v, err = s.Social.Post(ctx, viewer, id)
	return v, false, err
}

// readerOn returns an account on a host that may be among the readers of a post; whether it is, core decides.
func (s *Service) readerOn(c *call, p *skein.Post, host string) (skein.ID, error) {
	if p.Held { // it is for whom it answers alone
		a, err := s.peer(c.r.Context(), c.site.ID, p.ReplyToAuthor)
		if a == nil || err != nil || hostOf(a.URI) != host {
			return 0, err
		}
		return a.ID, nil
	}
	for _, m := range p.Mentions {
		if hostOf(m.URI) == host {
			return m.Account, nil
		}
	}
	if p.Visibility != skein.Followers {
		return 0, nil
	}
	var found skein.ID
	err := s.DB.View(c.r.Context(), c.site.ID, func(tx *store.Tx) error {
		for _, scheme := range []string{"https://", "http://"} {
			uris, err := tx.FollowerURIsAt(p.Author, scheme+host+"/")
			if err != nil {
				return err
			}
			if len(uris) > 0 {
				a, err := tx.AccountByURI(uris[0])
				if err == nil {
					found = a.ID
				}
				return err
			}
		}
		return nil
	})
	return found, err
}

// post serves a local post.
func (s *Service) post(c *call) error {
	v, public, err := s.visible(c)
	if err != nil {
		return err
	}
	if c.isBrowser() {
		return c.toPage(v.Post.URL)
	}
	if v.Post.BoostOf != 0 {
		return c.redirect(strings.TrimSuffix(v.Post.URI, "/activity") + "/activity")
	}
	parents, err := s.parents(c.r.Context(), c.site, []*social.View{v})
	if err != nil {
		return err
	}
	age := objectAge
	if !public {
		age = 0
	}
	return c.activity(wire(c.site, v, parents), age)
}

// postActivity serves the Create of a post, or the Announce that a boost is.
func (s *Service) postActivity(c *call) error {
	v, public, err := s.visible(c)
	if err != nil {
		return err
	}
	var activity *activitypub.Activity
	if v.Post.BoostOf != 0 {
		if v.Original == nil {
			return skein.ErrNotFound
		}
		activity = announce(v)
	} else {
		parents, err := s.parents(c.r.Context(), c.site, []*social.View{v})
		if err != nil {
			return err
		}
		activity = creation(c.site, v, parents)
	}
	age := objectAge
	if !public {
		age = 0
	}
	return c.activity(activity, age)
}
