package social

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// found returns the handles that a search answers.
func (w *town) found(who skein.Viewer, text string) string {
	w.t.Helper()
	return w.search(who, Query{Text: text, Kind: "accounts", Limit: 10})
}

func (w *town) search(who skein.Viewer, q Query) string {
	w.t.Helper()
	f, err := w.Search(w.t.Context(), who, q)
	if err != nil {
		w.t.Fatalf("search %+v: %v", q, err)
	}
	var list []string
	for _, a := range f.Accounts {
		list = append(list, a.Acct())
	}
	for _, p := range f.Posts {
		list = append(list, "post "+p.Post.ID.String())
	}
	for _, tag := range f.Tags {
		list = append(list, "#"+tag.Display)
	}
	return strings.Join(list, " ")
}

func TestSearchAccounts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, oak := w.person("ann"), w.person("bob"), w.personOf(w.other, "annoak")
		zoe := w.peer("zoe_miller", "far.example")
		w.set(bob.Account, func(a *skein.Account) { a.DisplayName = "Dr. Zoë O'Brien 🎈" })
		w.set(zoe, func(a *skein.Account) { a.FollowerCount = 9; a.DisplayName = "東京タワー" })
		waiting := w.person("zoewaits")
		w.update(w.site, func(tx *store.Tx) error {
			u, err := tx.Person(waiting.Account)
			if err == nil {
				u.ConfirmedAt = time.Time{}
				err = tx.UpdatePerson(&u.User, "w")
			}
			return err
		})
		visitor := skein.Viewer{Site: w.site}
		for _, c := range []struct{ text, want string }{
			{"an", "ann"},
			{"@ANN", "ann"},
			{"ann@elm.example", "ann"},
			{"zoe", "zoe_miller@far.example bob"},
			{"ZOË", "zoe_miller@far.example bob"},
			{"miller", "zoe_miller@far.example"},
			{"mil zo", "zoe_miller@far.example"},
			{"zoe brien", "bob"},
			{"iller", ""},
			{"zoe_miller@far", "zoe_miller@far.example"},
			{"@zoe_miller@far.example", "zoe_miller@far.example"},
			{"zoe_miller@elm.example", ""},
			{"タワー", "zoe_miller@far.example"},
			{"東京", "zoe_miller@far.example"},
			{"zoewaits", ""},
			{"annoak", ""},
			{"%", ""}, {"_", ""}, {"' OR 1=1 --", ""}, {"", ""}, {"\x00", ""}, {"@", ""}, {"@@", ""},
			{strings.Repeat("a", 1<<20), ""},
			{strings.Repeat("a ", 1<<19), ""},
		} {
			for _, who := range []skein.Viewer{ann, visitor} {
				if got := w.found(who, c.text); got != c.want && !(c.want == "" && len(c.text) > 1000) {
					t.Errorf("%.40q for %+v: got %q, want %q", c.text, who, got, c.want)
				}
			}
		}
		if got := w.found(oak, "ann"); got != "annoak" {
			t.Errorf("another site: %q", got)
		}
		// Those one follows come first, and stand alone when that is asked for.
		w.follow(ann, bob)
		if got := w.found(ann, "zoe"); got != "bob zoe_miller@far.example" {
			t.Errorf("followed first: %q", got)
		}
		if got := w.search(ann, Query{Text: "zo", Kind: "accounts", Following: true, Limit: 10}); got != "bob" {
			t.Errorf("only followed: %q", got)
		}
		if got := w.search(ann, Query{Text: "zo", Kind: "accounts", Limit: 1, Offset: 1}); got != "zoe_miller@far.example" {
			t.Errorf("second page: %q", got)
		}
		w.set(zoe, func(a *skein.Account) { a.SilencedAt = time.Now() })
		if got := w.found(ann, "miller"); got != "" {
			t.Errorf("limited: %q", got)
		}
		if got := w.found(ann, "@zoe_miller@far.example"); got == "" {
			t.Error("a limited account is not found by its whole name")
		}
		w.set(zoe, func(a *skein.Account) { a.SuspendedAt = time.Now() })
		if got := w.found(ann, "@zoe_miller@far.example"); got != "" {
			t.Errorf("suspended: %q", got)
		}
		w.set(bob.Account, func(a *skein.Account) { a.DisplayName = "Rob" })
		if got := w.found(ann, "brien") + w.found(ann, "rob"); got != "bob" {
			t.Errorf("after a new name: %q", got)
		}
	})
}

func TestSearchResolves(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		calls := 0
		w.FindAccount = func(_ context.Context, site skein.ID, name string) (*skein.Account, error) {
			calls++
			if site != w.site || name != "new@far.example" && name != "https://far.example/@new" {
				return nil, skein.ErrNotFound
			}
			return w.account(w.peer("new", "far.example")), nil
		}
		w.FindPost = func(context.Context, skein.ID, string) (*skein.Post, error) { calls++; return nil, skein.ErrNotFound }
		visitor := skein.Viewer{Site: w.site}
		for _, q := range []Query{
			{Text: "@new@far.example", Limit: 5},
			{Text: "https://far.example/@new", Limit: 5},
		} {
			if got := w.search(ann, q); got != "" || calls != 0 {
				t.Errorf("not asked to look it up: %q, %d calls", got, calls)
			}
			q.Resolve = true
			if got := w.search(visitor, q); got != "" || calls != 0 {
				t.Errorf("a visitor had it looked up: %q, %d calls", got, calls)
			}
		}
		for _, text := range []string{"@none@far.example", "https://far.example/@none", "@nobody@elm.example", "https://elm.example/@nobody"} {
			if got := w.search(ann, Query{Text: text, Resolve: true, Limit: 5}); got != "" {
				t.Errorf("%s: %q", text, got)
			}
		}
		if calls != 3 {
			t.Errorf("%d look-ups, want 3: our own names are never looked up outside", calls)
		}
		for _, text := range []string{"@new@far.example", "https://far.example/@new"} {
			if got := w.search(ann, Query{Text: text, Resolve: true, Limit: 5}); got != "new@far.example" {
				t.Errorf("%s: %q", text, got)
			}
		}
		// What is known is found by anybody, by its URI or the page that people see.
		public, hidden := w.post(ann.Account, skein.Public), w.post(ann.Account, skein.Direct)
		for _, c := range []struct{ text, want string }{
			{"https://elm.example/@ann", "ann"},
			{"https://elm.example/ap/users/ann", "ann"},
			{"https://far.example/users/new", "new@far.example"},
			{fmt.Sprint("https://elm.example/ap/posts/", public), fmt.Sprint("post ", public)},
			{fmt.Sprint("https://elm.example/@ann/", public), fmt.Sprint("post ", public)},
			{fmt.Sprint("https://elm.example/ap/posts/", hidden), ""},
			{fmt.Sprint("https://elm.example/@ann/", hidden), ""},
		} {
			if got := w.search(visitor, Query{Text: c.text, Limit: 5}); got != c.want {
				t.Errorf("%s: got %q, want %q", c.text, got, c.want)
			}
		}
		if got := w.search(ann, Query{Text: fmt.Sprint("https://elm.example/@ann/", hidden), Limit: 5}); got == "" {
			t.Error("the author does not find a direct post")
		}
		w.Block(t.Context(), ann, w.peer("new", "far.example"))
		if got := w.search(ann, Query{Text: "https://far.example/users/new", Limit: 5}); got != "" {
			t.Errorf("blocked: %q", got)
		}
	})
}

func TestTags(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		w.post(ann.Account, skein.Public, "GoLang", "Gophers")
		w.post(ann.Account, skein.Public, "golang", "Rust")
		w.post(ann.Account, skein.Unlisted, "goSecret")
		if got := w.search(ann, Query{Text: "#go", Kind: "hashtags", Limit: 10}); got != "#golang #Gophers" {
			t.Errorf("found: %q", got)
		}
		if got := w.search(ann, Query{Text: "go", Kind: "hashtags", Limit: 1, Offset: 1}); got != "#Gophers" {
			t.Errorf("second page: %q", got)
		}
		if got := w.search(skein.Viewer{Site: w.other}, Query{Text: "go", Limit: 10}); got != "" {
			t.Errorf("another site: %q", got)
		}
		for _, name := range []string{"#GoLang", "golang", "Ｒust"} {
			if err := w.FollowTag(t.Context(), ann, name); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := w.FollowedTags(t.Context(), ann, Page{Limit: 10})
		if err != nil || len(rows) != 2 || rows[0].Item != (skein.Tag{Name: "rust", Display: "Rust"}) {
			t.Errorf("followed: %+v, %v", rows, err)
		}
		if _, err := w.FeatureTag(t.Context(), ann, "gophers"); err != nil {
			t.Fatal(err)
		}
		marks, err := w.TagMarks(t.Context(), ann, []string{"RUST", "gophers", "not one"})
		if err != nil || len(marks) != 2 || marks["RUST"] != (TagMarks{Follows: true, Display: "Rust"}) || marks["gophers"] != (TagMarks{Features: true, Display: "Gophers"}) {
			t.Errorf("marks: %v, %v", marks, err)
		}
		for _, other := range []skein.Viewer{bob, {Site: w.site}, {Site: w.other, Account: ann.Account}} {
			if marks, err := w.TagMarks(t.Context(), other, []string{"rust", "gophers"}); err != nil || marks["rust"].Follows || marks["gophers"].Features {
				t.Errorf("%+v has to do with what ann follows: %v, %v", other, marks, err)
			}
		}
		// What moderators took out of the search is not found, and pages are full all the same.
		w.update(w.site, func(tx *store.Tx) error {
			return tx.SetHashtag(&store.Hashtag{ID: skein.NameID("golang"), Name: "golang", Display: "golang", Unlisted: true})
		})
		if got := w.search(ann, Query{Text: "go", Kind: "hashtags", Limit: 1}); got != "#Gophers" {
			t.Errorf("without what is not listed: %q", got)
		}
		if got := w.search(ann, Query{Text: "go", Kind: "hashtags", Limit: 10, Reviewed: true}); got != "" {
			t.Errorf("only reviewed: %q", got)
		}
		if got := w.search(ann, Query{Text: "gophers", Kind: "hashtags", Limit: 10, Reviewed: true}); got != "#Gophers" {
			t.Errorf("by its whole name: %q", got)
		}
		w.update(w.site, func(tx *store.Tx) error {
			return tx.SetTrendReview(&skein.TrendReview{Kind: skein.TrendTag, Ref: skein.NameID("gophers"), Name: "Gophers"})
		})
		if got := w.search(ann, Query{Text: "go", Kind: "hashtags", Limit: 10, Reviewed: true}); got != "#Gophers" {
			t.Errorf("a reviewed one: %q", got)
		}
		if err := w.UnfollowTag(t.Context(), ann, "Golang"); err != nil {
			t.Fatal(err)
		}
		if rows, _ := w.FollowedTags(t.Context(), ann, Page{Limit: 10}); len(rows) != 1 {
			t.Errorf("after the end: %+v", rows)
		}
		wantKind(t, "no hashtag", w.FollowTag(t.Context(), ann, "a b"), skein.NotFound)
	})
}
