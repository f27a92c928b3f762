package mastodon

import (
	"context"
	"testing"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// Wherever a hashtag is shown, it says whether the reader has it on their profile; and the profile leads to a page of its own.
func TestHashtagsSayWhatTheReaderFeatures(t *testing.T) {
	w := newTown(t)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	mine, his := w.token(w.site, ann, "read", "write", "follow"), w.token(w.site, bob, "read", "write", "follow")
	_, err := w.api.Social.CreatePost(context.Background(), skein.Viewer{Site: w.site.ID, Account: ann}, social.Draft{Text: "#Moss grows"})
	w.must(err)
	w.calm()
	if got := w.do(200, "POST", "/api/v1/featured_tags", mine, `{"name":"Moss"}`); got["url"] != "https://elm.example/@ann/tagged/moss" {
		t.Errorf("featured: %v", got)
	}
	w.must(w.db.Update(context.Background(), w.site.ID, func(tx *store.Tx) error {
		if err := tx.SetTrendState(store.TrendState{Unreviewed: true}); err != nil {
			return err
		}
		return tx.SetTrends(skein.TrendTag, []*skein.Trend{{Ref: skein.NameID("moss"), Name: "Moss", Score: 5000}})
	}))
	check := func(what string, tag any, features, follows bool) {
		t.Helper()
		if x, _ := tag.(map[string]any); x["featuring"] != features || x["following"] != follows || x["history"] == nil {
			t.Errorf("%s: %v", what, tag)
		}
	}
	check("follow", w.do(200, "POST", "/api/v1/tags/moss/follow", mine, nil), true, true)
	check("followed by another", w.do(200, "POST", "/api/v1/tags/moss/follow", his, nil), false, true)
	list, _ := w.list("/api/v1/followed_tags", mine)
	check("followed tags", list[0], true, true)
	found := w.do(200, "GET", "/api/v2/search?q=moss&type=hashtags", mine, nil)
	check("search", found["hashtags"].([]any)[0], true, true)
	list, _ = w.list("/api/v1/trends/tags", mine)
	check("trends", list[0], true, true)
	check("unfollow", w.do(200, "POST", "/api/v1/tags/moss/unfollow", mine, nil), true, false)
	check("show", w.do(200, "GET", "/api/v1/tags/moss", mine, nil), true, false)
	if got := w.do(200, "GET", "/api/v1/tags/moss", "", nil); got["featuring"] != nil {
		t.Errorf("to a visitor: %v", got)
	}
	for _, path := range []string{"/api/v1/trends/tags?limit=-1", "/api/v1/trends/statuses?offset=-1", "/api/v1/trends/links?limit=-5"} {
		if got := w.get(path, mine); got.status != 400 {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// Everybody who looks after a site is known by their role; so is who has died.
func TestRolesAndMemorialsAreShown(t *testing.T) {
	w := newTown(t)
	for _, role := range []skein.Role{skein.Admin, skein.Moderator, skein.Member} {
		id, _ := w.with(w.site, "the"+string(role), role)
		roles, _ := w.do(200, "GET", "/api/v1/accounts/"+id.String(), "", nil)["roles"].([]any)
		if role == skein.Member {
			if len(roles) != 0 {
				t.Errorf("a member: %v", roles)
			}
		} else if len(roles) != 1 || roles[0].(map[string]any)["name"] != map[skein.Role]string{skein.Admin: "Admin", skein.Moderator: "Moderator"}[role] {
			t.Errorf("%s: %v", role, roles)
		}
	}
	ann := w.person(w.site, "ann")
	w.change(ann, func(a *skein.Account) { a.Extra.Memorial = true })
	if got := w.do(200, "GET", "/api/v1/accounts/"+ann.String(), "", nil); got["memorial"] != true {
		t.Errorf("a memorial: %v", got)
	}
}
