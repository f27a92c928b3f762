package social

import (
	"slices"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Suggestions, the directory, familiar followers and endorsements on both engines; and nothing of it for another site.
func TestPeopleToMeet(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		people := map[string]skein.Viewer{}
		for _, name := range []string{"ada", "bo", "cy", "friend", "fan"} {
			people[name] = w.person(name)
			w.update(w.site, func(tx *store.Tx) error {
				a, err := tx.LockAccount(people[name].Account)
				if err != nil {
					return err
				}
				a.Discoverable = true
				return tx.UpdateAccount(a)
			})
		}
		far := w.personOf(w.other, "far")
		follow := func(who, whom string) {
			t.Helper()
			if _, err := w.Follow(t.Context(), people[who], people[whom].Account, FollowOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range [][2]string{{"ada", "bo"}, {"ada", "cy"}, {"bo", "friend"}, {"cy", "friend"}, {"fan", "bo"}, {"fan", "cy"}, {"fan", "friend"}} {
			follow(f[0], f[1])
		}
		ada, friend := people["ada"], people["friend"]
		p, err := w.CreatePost(t.Context(), friend, Draft{Text: "hello"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Like(t.Context(), people["bo"], p.Post.ID); err != nil {
			t.Fatal(err)
		}
		list, err := w.Suggestions(t.Context(), ada, 0, 40)
		if err != nil || len(list) != 1 || list[0].Account.ID != friend.Account {
			t.Fatalf("suggested to ada: %+v, %v", list, err)
		}
		for _, source := range []SuggestionSource{SuggestFriendly, SuggestFollowed, SuggestAnswered} {
			if !slices.Contains(list[0].Sources, source) {
				t.Errorf("not for %s: %v", source, list[0].Sources)
			}
		}
		if list, err := w.Suggestions(t.Context(), far, 0, 40); err != nil || len(list) != 0 {
			t.Errorf("suggested on another site: %+v, %v", list, err)
		}
		if _, err := w.Suggestions(t.Context(), skein.Viewer{Site: w.site}, 0, 40); skein.KindOf(err) != skein.Unauthorized {
			t.Errorf("suggested to a visitor: %v", err)
		}
		if err := w.DismissSuggestion(t.Context(), far, friend.Account); skein.KindOf(err) != skein.NotFound {
			t.Errorf("dismissed from another site: %v", err)
		}
		of, by, err := w.FamiliarFollowers(t.Context(), ada, []skein.ID{friend.Account})
		if err != nil || len(of) != 1 || len(by[friend.Account]) != 2 {
			t.Errorf("familiar followers: %v %v, %v", of, by, err)
		}
		if of, _, err := w.FamiliarFollowers(t.Context(), far, []skein.ID{friend.Account}); err != nil || len(of) != 0 {
			t.Errorf("familiar from another site: %v, %v", of, err)
		}
		peer := w.peer("zoe", "oak.test")
		if _, err := w.Follow(t.Context(), ada, peer, FollowOptions{}); err != nil {
			t.Fatal(err)
		}
		w.update(w.site, func(tx *store.Tx) error {
			f, err := tx.FollowBetween(ada.Account, peer)
			if err == nil {
				_, err = tx.AcceptFollow(f)
			}
			return err
		})
		if following, followers, err := w.DomainTies(t.Context(), ada, "OAK.test"); err != nil || following != 1 || followers != 0 {
			t.Errorf("ties: %d %d, %v", following, followers, err)
		}
		if r, err := w.Endorse(t.Context(), ada, peer); err != nil || !r.Endorsed {
			t.Errorf("endorsed: %+v, %v", r, err)
		}
		if rows, err := w.EndorsedBy(t.Context(), skein.Viewer{Site: w.site}, ada.Account, Page{Limit: 10}); err != nil || len(rows) != 1 {
			t.Errorf("endorsements: %v, %v", rows, err)
		}
		if _, err := w.EndorsedBy(t.Context(), far, ada.Account, Page{Limit: 10}); skein.KindOf(err) != skein.NotFound {
			t.Errorf("endorsements from another site: %v", err)
		}
		for _, newest := range []bool{false, true} {
			list, err := w.Directory(t.Context(), ada, true, newest, 0, 1)
			want := friend.Account // the one who posted
			if newest {
				want = people["fan"].Account
			}
			if err != nil || len(list) != 1 || list[0].ID != want {
				t.Errorf("directory, newest %t: %v, %v", newest, list, err)
			}
		}
		if list, err := w.Directory(t.Context(), far, false, true, 0, 10); err != nil || len(list) != 0 {
			t.Errorf("directory of another site: %v, %v", list, err)
		}
	})
}

// Filters of both engines' rows, and their end.
func TestFilterEnds(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ada, far := w.person("ada"), w.personOf(w.other, "far")
		p, err := w.CreatePost(t.Context(), ada, Draft{Text: "a word"})
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.CreateFilter(t.Context(), ada, FilterDraft{Title: new("f"), Contexts: &[]skein.FilterContext{skein.FilterHome},
			Expires: new(time.Hour), Keywords: []KeywordDraft{{Text: new("WORD")}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.AddFilterPost(t.Context(), ada, f.ID, p.Post.ID); err != nil {
			t.Fatal(err)
		}
		matches := func() int {
			t.Helper()
			v, err := w.Post(t.Context(), ada, p.Post.ID)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, m := range v.Filtered {
				n += len(m.Keywords) + len(m.Posts)
			}
			return n
		}
		if n := matches(); n != 2 {
			t.Errorf("%d matches, want 2", n)
		}
		w.ahead.Store(int64(2 * time.Hour))
		if n := matches(); n != 0 {
			t.Errorf("%d matches after its end, want none", n)
		}
		if f, err = w.EditFilter(t.Context(), ada, f.ID, FilterDraft{Expires: new(time.Duration(-1))}); err != nil || !f.ExpiresAt.IsZero() {
			t.Errorf("for ever: %+v, %v", f, err)
		}
		if n := matches(); n != 2 {
			t.Errorf("%d matches of one without an end, want 2", n)
		}
		if err := w.DeleteFilter(t.Context(), far, f.ID); skein.KindOf(err) != skein.NotFound {
			t.Errorf("deleted from another site: %v", err)
		}
		if err := w.DeleteFilter(t.Context(), skein.Viewer{Site: w.site}, f.ID); skein.KindOf(err) != skein.Unauthorized {
			t.Errorf("deleted by a visitor: %v", err)
		}
		if err := w.DeleteFilter(t.Context(), ada, f.ID); err != nil {
			t.Fatal(err)
		}
		if n := matches(); n != 0 {
			t.Errorf("%d matches of one that is gone", n)
		}
	})
}
