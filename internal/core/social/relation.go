package social

import (
	"context"

	"skein/internal/skein"
	"skein/internal/store"
)

// Relations tells how the viewer and others stand to each other, in the order of ids. Unknown ones are left out.
func (s *Service) Relations(ctx context.Context, who skein.Viewer, ids []skein.ID) (list []*skein.Relation, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		all, err := tx.Relations(who.Account, ids)
		for _, id := range ids {
			if r := all[id]; r != nil {
				list = append(list, r)
				delete(all, id)
			}
		}
		return err
	})
	return list, err
}

// relation is what the methods that change one answer: how things stand now.
func relation(tx *store.Tx, who skein.Viewer, other skein.ID) (*skein.Relation, error) {
	all, err := tx.Relations(who.Account, []skein.ID{other})
	if err != nil {
		return nil, err
	}
	if all[other] == nil {
		return nil, skein.ErrNotFound
	}
	return all[other], nil
}

// change runs what one account does about another and answers how they stand to each other after it.
func (s *Service) change(ctx context.Context, who skein.Viewer, other skein.ID, do func(tx *store.Tx, self, target *skein.Account) error) (r *skein.Relation, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, target, err := pair(tx, who, other)
		if err != nil {
			return err
		}
		if err := do(tx, self, target); err != nil {
			return err
		}
		r, err = relation(tx, who, other)
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// maxNote is how many characters the note about an account holds, as with Mastodon.
const maxNote = 2000

// SetNote keeps a private note about an account; an empty one is removed.
func (s *Service) SetNote(ctx context.Context, who skein.Viewer, target skein.ID, text string) (*skein.Relation, error) {
	text = cleanText(text)
	if len([]rune(text)) > maxNote {
		return nil, invalidField("comment", "too_long", "A note holds %d characters.", maxNote)
	}
	return s.change(ctx, who, target, func(tx *store.Tx, self, other *skein.Account) error {
		return tx.SetNote(self.ID, other.ID, text)
	})
}
