package social

import (
	"testing"

	"skein/internal/skein"
)

// A choice for all posts never shows one to more people than could read it where it comes from.
func TestImportedPostsAreNotShownToMore(t *testing.T) {
	public, followers := skein.Public, skein.Followers
	for _, c := range []struct {
		was    string
		chosen *skein.Visibility
		want   skein.Visibility
	}{
		{"private", &public, skein.Followers},
		{"unlisted", &public, skein.Unlisted},
		{"public", &public, skein.Public},
		{"", &public, skein.Public}, // the source does not say, so the choice does
		{"public", &followers, skein.Followers},
		{"unlisted", nil, skein.Unlisted},
		{"", nil, skein.Followers},
	} {
		if got := visibilityThen(c.was, c.chosen); got != c.want {
			t.Errorf("%q, chosen %v: %v, want %v", c.was, c.chosen, got, c.want)
		}
	}
}
