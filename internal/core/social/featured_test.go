package social

import (
	"testing"

	"skein/internal/skein"
)

// A hashtag is on the profile of who put it there, and only they take it off.
func TestFeaturedTagsAreOnesOwn(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		f, err := w.FeatureTag(t.Context(), ann, "#Été")
		if err != nil || f.Tag.Display != "Été" || f.Uses != 0 {
			t.Fatalf("got %+v, %v", f, err)
		}
		again, err := w.FeatureTag(t.Context(), ann, "été")
		if err != nil || again.ID != f.ID {
			t.Errorf("a second time: %+v, %v", again, err)
		}
		elsewhere := skein.Viewer{Site: w.other, Account: ann.Account}
		for _, who := range []skein.Viewer{bob, elsewhere, {Site: w.site}} {
			if err := w.UnfeatureTagByID(t.Context(), who, f.ID); err == nil {
				t.Errorf("%+v takes it off", who)
			}
		}
		if list, err := w.FeaturedTags(t.Context(), elsewhere, ann.Account); err == nil {
			t.Errorf("from another site: %v", list)
		}
		if list, err := w.FeaturedTags(t.Context(), skein.Viewer{Site: w.site}, ann.Account); err != nil || len(list) != 1 {
			t.Errorf("a visitor sees %v, %v", list, err)
		}
		if err := w.UnfeatureTag(t.Context(), ann, "ÉTÉ"); err != nil {
			t.Error(err)
		}
		if list, _ := w.FeaturedTags(t.Context(), ann, ann.Account); len(list) != 0 {
			t.Errorf("after the end: %v", list)
		}
	})
}
