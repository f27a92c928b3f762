package social

import (
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// publish makes a post and does what follows.
func (w *town) publish(who skein.Viewer, d Draft) skein.ID {
	w.t.Helper()
	v, err := w.CreatePost(w.t.Context(), who, d)
	if err != nil {
		w.t.Fatal(err)
	}
	w.spreadPost(v.Post.ID)
	return v.Post.ID
}

func (w *town) spreadPost(id skein.ID) {
	w.t.Helper()
	if err := w.Spread(w.t.Context(), skein.PostCreated{Site: w.site, Post: id}); err != nil {
		w.t.Fatal(err)
	}
}

// finds tells which of the named posts a search answers, in the order that it gives.
func (w *town) finds(who skein.Viewer, q string, names map[string]skein.ID) string {
	w.t.Helper()
	f, err := w.Search(w.t.Context(), who, Query{Text: q, Kind: "statuses", Limit: 20})
	if err != nil {
		w.t.Fatalf("search %q: %v", q, err)
	}
	var out []string
	for _, v := range f.Posts {
		for name, id := range names {
			if id == v.Post.ID {
				out = append(out, name)
			}
		}
	}
	return strings.Join(out, " ")
}

func TestSearchPostsByTheirWords(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		w.set(ann.Account, func(a *skein.Account) { a.Indexable = true })
		text := func(s string) skein.ID { return w.publish(ann, Draft{Text: s, Language: "en"}) }
		posts := map[string]skein.ID{
			"cafe":   text("The Café by the river, O'Brien's favourite #Coffee"),
			"tokyo":  text("東京都に住んでいます"),
			"kyoto":  w.publish(ann, Draft{Text: "京都の猫", Language: "ja"}),
			"korean": text("한국어 검색을 합니다"),
			"thai":   text("ภาษาไทยสวยงาม"),
			"arabic": text("كِتَابٌ جديد"),
			"greek":  text("Ο Οδυσσέας ΟΔΟΣ"),
			"german": text("Die Straße nach Köln"),
			"warned": w.publish(ann, Draft{Text: "inside", Warning: "Spoiler ahead", Language: "pt-BR"}),
			"poll":   w.publish(ann, Draft{Text: "Which?", Poll: &PollDraft{Options: []string{"Apple pie", "Plum cake"}, Lasts: time.Hour}}),
			"link":   text("see https://news.example/story now"),
		}
		for _, c := range []struct{ q, want string }{
			{"cafe", "cafe"}, {"CAFÉ", "cafe"}, {"river cafe", "cafe"}, {"riv", ""},
			{`"by the river"`, "cafe"}, {`“the river”`, "cafe"}, {`„by the”`, "cafe"}, {`"river the"`, ""}, {`"by the`, "cafe"},
			{"o'brien", "cafe"}, {"#coffee", "cafe"}, {"#COFFEE", "cafe"}, {"#river", ""}, {"coffee", "cafe"},
			{"東京", "tokyo"}, {"京都", "kyoto tokyo"}, {"東京都", "tokyo"}, {"都京", ""}, {"猫", "kyoto"}, {"住", "tokyo"}, {"東都", ""},
			{"国어", ""}, {"한국", "korean"}, {"검색", "korean"}, {"ไทย", "thai"}, {"كتاب", "arabic"}, {"οδοσ", "greek"},
			{"strasse", "german"}, {"koln -tokyo", "german"}, {"KÖLN strasse", "german"},
			{"spoiler", "warned"}, {"inside -spoiler", ""}, {"plum", "poll"}, {`"apple pie"`, "poll"}, {`"pie plum"`, ""},
			{"has:poll", "poll"}, {"is:sensitive", "warned"}, {"has:link", "link"}, {"language:ja", "kyoto"}, {"language:pt", "warned"},
			{"language:pt-BR", "warned"}, {"news.example", "link"}, {"has:image", ""}, {"-has:poll which", ""},
			{"cafe from:ann", "cafe"}, {"cafe from:@ann@elm.example", "cafe"}, {"cafe from:me", ""}, {"cafe from:nobody", ""}, {"cafe -from:bob", "cafe"},
			{"cafe in:public", "cafe"}, {"cafe in:library", ""}, {"cafe in:all", "cafe"},
			{"!!! ???", ""}, {"and", ""}, {"NEAR(the river)", ""}, {"river AND cafe", ""}, {"*", ""}, {`river*`, "cafe"}, {"'", ""}, {`\`, ""}, {"§d", ""}, {"col:umn", ""},
		} {
			if got := w.finds(bob, c.q, posts); got != c.want {
				t.Errorf("%s: got %q, want %q", c.q, got, c.want)
			}
		}
		if got := w.finds(ann, "cafe in:library", posts); got != "cafe" {
			t.Errorf("in one's own library: got %q", got)
		}
		if got := w.finds(ann, "in:library", posts); len(strings.Fields(got)) != len(posts) {
			t.Errorf("all of one's own library: got %q", got)
		}
		if got := w.finds(bob, "in:public", posts); len(strings.Fields(got)) != len(posts) {
			t.Errorf("all that is public: got %q", got)
		}
		// Half typed, or meant as text, nothing of this spoils a search; but a date that is none, typed to its end, is an error.
		odd := w.publish(ann, Draft{Text: "the cafe is in space, before yesterday"})
		for _, half := range []string{"has:wings", "is:", "language:zz-qq-!!", "in:space", "before:yesterday", "during:2024-13-40", "after:99999999999999999999", "from:"} {
			found, err := w.Search(t.Context(), bob, Query{Text: "cafe " + half, Limit: 5})
			if err != nil {
				t.Errorf("%s: %v", half, err)
				continue
			}
			if hit := len(found.Posts) == 1 && found.Posts[0].Post.ID == odd; hit != strings.Contains("in:space before:yesterday is: from:", half) && half != "from:" {
				t.Errorf("%s as text: found %d posts", half, len(found.Posts))
			}
			if _, err := w.Search(t.Context(), bob, Query{Text: "cafe " + half, Kind: "statuses", Limit: 5}); (skein.KindOf(err) == skein.Invalid) != strings.Contains("before: during: after:", half[:strings.IndexByte(half, ':')+1]) {
				t.Errorf("%s in a search for posts: %v", half, err)
			}
		}
	})
}

func TestSearchByTime(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		peer := w.peer("pat", "far.example")
		w.set(peer, func(a *skein.Account) { a.Indexable = true })
		at := func(uri, when string) skein.ID {
			when1, err := time.Parse(time.RFC3339, when)
			if err != nil {
				t.Fatal(err)
			}
			p, err := w.ReceivePost(t.Context(), w.site, peer, Incoming{URI: "https://far.example/" + uri, HTML: "<p>moment</p>", CreatedAt: when1, Relevant: true})
			if err != nil {
				t.Fatal(err)
			}
			w.spreadPost(p.ID)
			return p.ID
		}
		posts := map[string]skein.ID{
			"old":   at("1", "2023-12-31T22:30:00Z"),
			"new":   at("2", "2024-01-01T00:30:00Z"),
			"later": at("3", "2024-02-10T12:00:00Z"),
		}
		check := func(q, want string) {
			t.Helper()
			if got := w.finds(ann, "moment "+q, posts); got != want {
				t.Errorf("%s: got %q, want %q", q, got, want)
			}
		}
		check("", "later new old")
		check("before:2024-01-01", "old")
		check("after:2024-01-01", "later")
		check("during:2024-01-01", "new")
		check("during:2024", "later new")
		check("during:2024-02", "later")
		check("-during:2024-02", "new old")
		check("before:1704067200", "old")
		check("after:2023-12-31T23:00:00Z", "later new")
		w.update(w.site, func(tx *store.Tx) error {
			p, err := tx.Person(ann.Account)
			if err != nil {
				return err
			}
			p.Prefs.TimeZone = "Europe/Berlin"
			return tx.SetPrefs(ann.Account, p.Prefs)
		})
		check("before:2024-01-01", "old")
		check("after:2023-12-31", "later new")
		w.update(w.site, func(tx *store.Tx) error {
			p, err := tx.Person(ann.Account)
			if err != nil {
				return err
			}
			p.Prefs.TimeZone = "America/New_York"
			return tx.SetPrefs(ann.Account, p.Prefs)
		})
		check("before:2024-01-01", "new old")
	})
}

// What is found follows who agreed to it: at the moment of the search, and in the index.
func TestT160_SearchFollowsConsent(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat, oak := w.person("ann"), w.person("bob"), w.person("cat"), w.personOf(w.other, "oak")
		w.set(ann.Account, func(a *skein.Account) { a.Indexable = true })
		posts := map[string]skein.ID{
			"public":    w.publish(ann, Draft{Text: "sentinel public"}),
			"unlisted":  w.publish(ann, Draft{Text: "sentinel quiet", Visibility: skein.Unlisted}),
			"followers": w.publish(ann, Draft{Text: "sentinel followers", Visibility: skein.Followers}),
			"direct":    w.publish(ann, Draft{Text: "sentinel @cat", Visibility: skein.Direct}),
			"shy":       w.publish(bob, Draft{Text: "sentinel shy"}),
		}
		check := func(who skein.Viewer, q, want string) {
			t.Helper()
			got := strings.Fields(w.finds(who, q, posts))
			slices.Sort(got)
			if strings.Join(got, " ") != want {
				t.Errorf("%s for %d: got %q, want %q", q, who.Account, got, want)
			}
		}
		check(ann, "sentinel", "direct followers public unlisted")
		check(bob, "sentinel", "public shy")
		check(cat, "sentinel", "direct public")
		check(oak, "sentinel", "")
		check(skein.Viewer{Site: w.site}, "sentinel", "")
		// Who likes, boosts or keeps something finds it again.
		if _, err := w.Like(t.Context(), cat, posts["shy"]); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Bookmark(t.Context(), cat, posts["unlisted"]); err != nil {
			t.Fatal(err)
		}
		check(cat, "sentinel", "direct public shy unlisted")
		check(cat, "sentinel in:library", "direct shy unlisted")
		if _, err := w.Unlike(t.Context(), cat, posts["shy"]); err != nil {
			t.Fatal(err)
		}
		check(cat, "sentinel in:library", "direct unlisted")
		// A block hides, and so does a mute.
		if _, err := w.Block(t.Context(), cat, ann.Account); err != nil {
			t.Fatal(err)
		}
		check(cat, "sentinel", "")
		if _, err := w.Unblock(t.Context(), cat, ann.Account); err != nil {
			t.Fatal(err)
		}
		// Turned off, nothing is found from this moment on; the index forgets it too.
		no := false
		if _, _, err := w.UpdateProfile(t.Context(), ann, Profile{Indexable: &no}); err != nil {
			t.Fatal(err)
		}
		check(bob, "sentinel", "shy")
		if err := w.Reindex(t.Context(), skein.IndexableChanged{Site: w.site, Account: ann.Account}); err != nil {
			t.Fatal(err)
		}
		raw := func(terms ...string) (n int) {
			w.update(w.site, func(tx *store.Tx) error {
				ids, err := tx.SearchPosts(store.PostSearch{All: [][]string{terms}}, 100)
				n = len(ids)
				return err
			})
			return n
		}
		if n := raw(termPublic + w.site.String()); n != 0 {
			t.Errorf("%d posts are open in the index, want none", n)
		}
		yes := true
		if _, _, err := w.UpdateProfile(t.Context(), ann, Profile{Indexable: &yes}); err != nil {
			t.Fatal(err)
		}
		if err := w.Reindex(t.Context(), skein.IndexableChanged{Site: w.site, Account: ann.Account}); err != nil {
			t.Fatal(err)
		}
		check(bob, "sentinel", "public shy")
		// What is deleted leaves the index in the same moment.
		if _, err := w.DeletePost(t.Context(), ann, posts["public"]); err != nil {
			t.Fatal(err)
		}
		check(bob, "sentinel", "shy")
		if n := raw("sentinel"); n != 4 {
			t.Errorf("%d posts stand in the index, want 4", n)
		}
	})
}

func TestSearchLearnsOfEditsAndPeers(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		peer := w.peer("pat", "far.example")
		p, err := w.ReceivePost(t.Context(), w.site, peer, Incoming{URI: "https://far.example/1", HTML: "<p>walrus</p>", Relevant: true})
		if err != nil {
			t.Fatal(err)
		}
		w.spreadPost(p.ID)
		posts := map[string]skein.ID{"walrus": p.ID}
		indexed := func() (is bool) {
			w.update(w.site, func(tx *store.Tx) (err error) { is, err = tx.Indexed(p.ID); return err })
			return is
		}
		if indexed() {
			t.Error("a post of somebody who did not agree stands in the index")
		}
		if _, err := w.Bookmark(t.Context(), ann, p.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.IndexKept(t.Context(), skein.PostKept{Site: w.site, Post: p.ID}); err != nil {
			t.Fatal(err)
		}
		if got := w.finds(ann, "walrus", posts); got != "walrus" {
			t.Errorf("who keeps it finds %q", got)
		}
		if got := w.finds(bob, "walrus", posts); got != "" {
			t.Errorf("somebody else finds %q", got)
		}
		id := w.publish(bob, Draft{Text: "first words"})
		later := "second words"
		if _, err := w.EditPost(t.Context(), bob, id, Edit{Text: &later}); err != nil {
			t.Fatal(err)
		}
		if err := w.SpreadEdit(t.Context(), skein.PostEdited{Site: w.site, Post: id, Content: true}); err != nil {
			t.Fatal(err)
		}
		posts["edited"] = id
		if got := w.finds(bob, "first", posts) + w.finds(bob, "second", posts); got != "edited" {
			t.Errorf("after the edit: got %q", got)
		}
		// The index can be made anew from what is there.
		w.update(w.site, func(tx *store.Tx) error { return tx.IndexPost(id, nil) })
		if err := w.IndexOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.finds(bob, "second", posts); got != "edited" {
			t.Errorf("after indexing anew: got %q", got)
		}
	})
}

func TestSearchPagesReachEverything(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		var all []skein.ID
		for range 25 {
			all = append(all, w.publish(ann, Draft{Text: "many"}))
		}
		slices.Reverse(all)
		ids := func(q Query) (list []skein.ID) {
			q.Text, q.Kind = "many", "statuses"
			f, err := w.Search(t.Context(), ann, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range f.Posts {
				list = append(list, v.Post.ID)
			}
			return list
		}
		if got := ids(Query{Limit: 10, Offset: 10}); !slices.Equal(got, all[10:20]) {
			t.Errorf("offset: got %v", got)
		}
		if got := ids(Query{Limit: 10, Max: all[19]}); !slices.Equal(got, all[20:]) {
			t.Errorf("max: got %v", got)
		}
		if got := ids(Query{Limit: 10, Min: all[3]}); !slices.Equal(got, all[:3]) {
			t.Errorf("min: got %v", got)
		}
		if got := ids(Query{Limit: 10, Account: ann.Account + 1}); len(got) != 0 {
			t.Errorf("of another account: got %v", got)
		}
	})
}
