package social

import (
	"context"
	"slices"

	"skein/internal/skein"
	"skein/internal/store"
)

// FeatureDepends tells whether it depends on who asks what an account says to being put into a collection.
func FeatureDepends(a *skein.Account) bool {
	words := FeatureWords(a)
	for _, w := range slices.Concat(words.Auto, words.Manual) {
		if w != skein.WhoPublic && w != skein.WhoAuthor {
			return true
		}
	}
	return false
}

// ConsentToFeature is what an account says to the viewer who wants to put it into a collection.
func (s *Service) ConsentToFeature(ctx context.Context, who skein.Viewer, other *skein.Account) (said skein.Consent, err error) {
	if who.Visitor() {
		return skein.No, nil
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		self, err := tx.Account(who.Account)
		if err != nil {
			return err
		}
		leave, err := mayFeature(tx, self, other)
		said = map[featureLeave]skein.Consent{leaveNone: skein.No, leaveAsk: skein.Ask, leaveAuto: skein.Yes}[leave]
		return err
	})
	return said, err
}
