package social

import (
	"errors"
	"slices"

	"skein/internal/skein"
	"skein/internal/store"
)

// joinThread gives an answer of ours what its conversation has: the collection that names it (FEP-7888), and the community
// that it belongs to, which is addressed so that its members see the answer (FEP-1b12).
func joinThread(tx *store.Tx, site *skein.Site, p, parent *skein.Post) error {
	p.Extra.Context = parent.Extra.Context
	if p.Extra.Context == "" {
		root := parent
		if parent.ID != parent.Thread {
			var err error // the root may be known, and gone since
			if root, err = tx.Post(parent.Thread); err != nil && !errors.Is(err, skein.ErrNotFound) {
				return err
			}
		}
		if root != nil {
			p.Extra.Context = root.Extra.Context
			if root.Local && root.ReplyTo == 0 && root.ReplyToURI == "" {
				p.Extra.Context = site.URL("/ap/contexts/" + root.ID.String())
			}
		}
	}
	if p.Visibility <= skein.Unlisted {
		p.Extra.Group = parent.Extra.Group
	}
	return nil
}

// addressGroup makes the community that a local post is for, by its conversation or because it names one, one of those who
// get it.
func addressGroup(tx *store.Tx, p *skein.Post, community skein.ID) error {
	if p.Extra.Group == 0 && p.Visibility <= skein.Unlisted {
		p.Extra.Group = community
	}
	named := func(m skein.Mention) bool { return m.Account == p.Extra.Group }
	if p.Extra.Group == 0 || slices.ContainsFunc(p.Mentions, named) {
		return nil
	}
	group, err := tx.Account(p.Extra.Group)
	if err != nil && !errors.Is(err, skein.ErrNotFound) {
		return err
	}
	if group == nil || group.Gone() {
		p.Extra.Group = 0
		return nil
	}
	m := mention(group)
	m.Silent = true
	p.Mentions = append(slices.Clone(p.Mentions), m)
	return nil
}
