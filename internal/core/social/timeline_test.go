package social

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// The rules of a home timeline (mastodon-api.md, section 13), told twice: to a reader whose timeline is kept while the
// posts come, and to one who comes later and has it filled. Both must see the same.
func TestHomeRules(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob") // followed
		zoe, dan, eve, fay := w.person("zoe"), w.person("dan"), w.person("eve"), w.person("fay")
		w.peer("far", "fern.example")
		gil := w.peer("gil", "oak.example") // followed
		gus := w.person("gus")              // followed without boosts
		hal := w.person("hal")              // followed for English
		var readers []skein.Viewer
		for _, name := range []string{"kept", "filled"} {
			r := w.person(name)
			readers = append(readers, r)
			w.follows(r.Account, ann.Account)
			w.follows(r.Account, bob.Account)
			w.follows(r.Account, gil)
			w.update(w.site, func(tx *store.Tx) error {
				if _, err := tx.InsertFollow(&skein.Follow{Account: r.Account, Target: gus.Account, Accepted: true}); err != nil {
					return err
				}
				if _, err := tx.InsertFollow(&skein.Follow{Account: r.Account, Target: hal.Account, Accepted: true, ShowBoosts: true, Languages: []string{"en", "pt-BR"}}); err != nil {
					return err
				}
				if _, err := tx.InsertFollow(&skein.Follow{Account: r.Account, Target: zoe.Account}); err != nil { // asked only
					return err
				}
				if err := tx.SetMute(r.Account, eve.Account, true, time.Time{}); err != nil {
					return err
				}
				if err := tx.SetMute(r.Account, zoe.Account, true, tx.Now().Add(-time.Hour)); err != nil { // over
					return err
				}
				if _, err := tx.InsertDomainBlock(r.Account, "fern.example"); err != nil {
					return err
				}
				_, err := tx.InsertTagFollow(r.Account, "moss")
				return err
			})
			w.blocks(r.Account, dan.Account)
			w.blocks(fay.Account, r.Account)
		}
		kept, filled := readers[0], readers[1]
		if err := w.KeepFeed(t.Context(), kept); err != nil {
			t.Fatal(err)
		}
		post := func(who skein.Viewer, d Draft) skein.ID { t.Helper(); return w.write(who, d).Post.ID }
		boost := func(who skein.Viewer, id skein.ID) {
			t.Helper()
			v, err := w.Boost(t.Context(), who, id, skein.Public)
			if err != nil {
				t.Fatal(err)
			}
			w.spread(v.Post.ID)
		}
		strange := post(zoe, Draft{Text: "of a stranger"})
		first := post(ann, Draft{Text: "of somebody followed"})
		post(ann, Draft{Text: "for followers", Visibility: skein.Followers})
		post(ann, Draft{Text: "unlisted", Visibility: skein.Unlisted})
		post(ann, Draft{Text: "- a message to others @zoe", Visibility: skein.Direct})
		post(ann, Draft{Text: "a message @kept @filled", Visibility: skein.Direct})
		post(zoe, Draft{Text: "- a message of a stranger @kept @filled", Visibility: skein.Direct})
		post(ann, Draft{Text: "a reply to oneself", ReplyTo: first})
		post(bob, Draft{Text: "a reply to somebody followed", ReplyTo: first})
		post(ann, Draft{Text: "- a reply to a stranger", ReplyTo: strange})
		for _, r := range readers {
			own := post(r, Draft{Text: "own of " + fmt.Sprint(r.Account == kept.Account)})
			post(ann, Draft{Text: "a reply to the reader", ReplyTo: own})
		}
		boost(ann, strange)                                    // shown
		boost(bob, strange)                                    // was there lately
		boost(gus, post(zoe, Draft{Text: "- boosted by gus"})) // boosts are off
		post(gus, Draft{Text: "gus writes"})
		boost(ann, post(dan, Draft{Text: "- of somebody blocked"}))
		boost(ann, post(eve, Draft{Text: "- of somebody muted"}))
		boost(ann, post(fay, Draft{Text: "- of somebody who blocks"}))
		post(ann, Draft{Text: "- names somebody blocked @dan"})
		post(ann, Draft{Text: "- names somebody muted @eve"})
		post(ann, Draft{Text: "- names a blocked peer @far@fern.example"})
		post(ann, Draft{Text: "names somebody who blocks @fay, and zoe @zoe"})
		post(hal, Draft{Text: "in English", Language: "en"})
		post(hal, Draft{Text: "- in German", Language: "de"})
		post(hal, Draft{Text: "- in Portuguese", Language: "pt"})
		post(hal, Draft{Text: "in Brazil", Language: "pt-BR"})
		post(hal, Draft{Text: "in no language"})
		boost(hal, post(zoe, Draft{Text: "- German, boosted", Language: "de"}))
		boost(hal, post(zoe, Draft{Text: "English, boosted", Language: "en"}))
		post(zoe, Draft{Text: "a followed hashtag #Moss"})
		post(zoe, Draft{Text: "- not listed #moss", Visibility: skein.Unlisted})
		post(dan, Draft{Text: "- of somebody blocked #moss"})
		post(eve, Draft{Text: "- of somebody muted #moss"})
		orphan, err := w.ReceivePost(t.Context(), w.site, gil, Incoming{URI: "https://oak.example/1", HTML: "<p>- orphan</p>",
			ReplyToURI: "https://oak.example/none"})
		if err != nil {
			t.Fatal(err)
		}
		w.spread(orphan.ID)

		got := w.home(kept)
		swap := func(list []string) []string {
			out := slices.Clone(list)
			for i, s := range out {
				if strings.HasPrefix(s, "own of ") {
					out[i] = "own"
				}
			}
			return out
		}
		fill := w.home(filled)
		if !slices.Equal(swap(got), swap(fill)) {
			t.Errorf("kept   %q\nfilled %q", got, fill)
		}
		wantTexts(t, "home", swap(got),
			"a followed hashtag #Moss", "~"+"English, boosted"+"<p>English, boosted</p>", "in no language", "in Brazil", "in English",
			"names somebody who blocks @fay, and zoe @zoe", "gus writes", "~of a stranger<p>of a stranger</p>",
			"a reply to the reader", "own", "a reply to somebody followed", "a reply to oneself", "a message @kept @filled", "unlisted", "for followers", "of somebody followed")
	})
}

func TestHomeFollowsChanges(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, me := w.person("ann"), w.person("bob"), w.person("me")
		w.write(ann, Draft{Text: "before"})
		wantTexts(t, "nobody followed", w.home(me))
		w.follow(me, ann)
		wantTexts(t, "followed", w.home(me), "before")
		w.write(ann, Draft{Text: "after"})
		v, err := w.Boost(t.Context(), bob, w.write(bob, Draft{Text: "bob's"}).Post.ID, skein.Public)
		if err != nil {
			t.Fatal(err)
		}
		w.spread(v.Post.ID)
		wantTexts(t, "kept", w.home(me), "after", "before")
		if _, err := w.Unfollow(t.Context(), me, ann.Account); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "not followed any more", w.home(me))
		w.follow(me, ann)
		wantTexts(t, "followed again", w.home(me), "after", "before")
		if _, err := w.Mute(t.Context(), me, ann.Account, true, 0); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "muted", w.home(me))
	})
}

// A timeline is given up when nobody reads it, and made anew.
func TestHomeComesBack(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, me := w.person("ann"), w.person("me")
		w.follows(me.Account, ann.Account)
		w.write(ann, Draft{Text: "1"})
		wantTexts(t, "first", w.home(me), "1")
		w.ahead.Add(int64(10 * 24 * time.Hour))
		w.write(ann, Draft{Text: "2"})
		wantTexts(t, "ten days later", w.home(me), "2", "1")
		w.ahead.Add(int64(10 * 24 * time.Hour))
		w.write(ann, Draft{Text: "3"})
		wantTexts(t, "renewed", w.home(me), "3", "2", "1")
		w.ahead.Add(int64(20 * 24 * time.Hour))
		v := w.write(ann, Draft{Text: "4"})
		w.update(w.site, func(tx *store.Tx) error {
			readers, err := tx.HomeReaders(v.Post.ID)
			if len(readers) != 0 {
				t.Errorf("written to timelines that nobody reads: %v", readers)
			}
			return err
		})
		if err := w.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "back", w.home(me), "4", "3", "2", "1")
		other := &Service{DB: w.DB, Site: w.Site} // without caches the answers are the same
		list, err := other.Home(t.Context(), me, Page{Limit: 9})
		if err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "without a cache", texts(list), "4", "3", "2", "1")
	})
}

func TestHomeIsTrimmed(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		me := w.person("me")
		if err := w.KeepFeed(t.Context(), me); err != nil {
			t.Fatal(err)
		}
		var last skein.ID
		w.update(w.site, func(tx *store.Tx) error {
			for i := range 830 {
				p := &skein.Post{ID: tx.NewID(), Author: me.Account, Local: true, URI: fmt.Sprint(i), CreatedAt: tx.Now()}
				if _, err := tx.InsertPost(p); err != nil {
					return err
				}
				if _, err := tx.SpreadHome(store.Spread{Post: p}); err != nil {
					return err
				}
				last = p.ID
			}
			return tx.TrimHome([]skein.ID{me.Account})
		})
		list, err := w.Home(t.Context(), me, Page{Limit: 1000})
		if err != nil || len(list) != 800 || list[0].Post.ID != last {
			t.Errorf("%d posts, %v", len(list), err)
		}
	})
}

func TestTagTimeline(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		cat := w.peer("cat", "fern.example")
		w.write(ann, Draft{Text: "#Moss #fern"})
		w.write(ann, Draft{Text: "#moss"})
		w.write(ann, Draft{Text: "#fern"})
		w.write(ann, Draft{Text: "#moss quiet", Visibility: skein.Unlisted})
		if _, err := w.ReceivePost(t.Context(), w.site, cat, Incoming{URI: "https://fern.example/1", HTML: "<p>far</p>", Relevant: true,
			Tags: []skein.Tag{{Name: "moss", Display: "MOSS"}}, Attachments: []skein.Attachment{{Type: "image/png", URL: "https://fern.example/a.png"}}}); err != nil {
			t.Fatal(err)
		}
		far := "<p>far</p>"
		for _, c := range []struct {
			f    TagFilter
			want []string
		}{
			{TagFilter{Tag: "moss"}, []string{far, "#moss", "#Moss #fern"}},
			{TagFilter{Tag: "#ＭＯＳＳ"}, []string{far, "#moss", "#Moss #fern"}},
			{TagFilter{Tag: "moss", Any: []string{"fern"}}, []string{far, "#fern", "#moss", "#Moss #fern"}},
			{TagFilter{Tag: "moss", All: []string{"fern"}}, []string{"#Moss #fern"}},
			{TagFilter{Tag: "moss", None: []string{"fern"}}, []string{far, "#moss"}},
			{TagFilter{Tag: "moss", Local: true}, []string{"#moss", "#Moss #fern"}},
			{TagFilter{Tag: "moss", Remote: true}, []string{far}},
			{TagFilter{Tag: "moss", OnlyMedia: true}, []string{far}},
			{TagFilter{Tag: "none"}, nil},
			{TagFilter{Tag: "not a tag"}, nil},
		} {
			for name, who := range map[string]skein.Viewer{"a visitor": {Site: w.site}, "ann": ann} {
				list, err := w.Tag(t.Context(), who, c.f, Page{Limit: 20})
				if err != nil {
					t.Fatal(err)
				}
				sorted, want := texts(list), slices.Clone(c.want)
				slices.Sort(sorted)
				slices.Sort(want)
				wantTexts(t, fmt.Sprintf("%s: %+v", name, c.f), sorted, want...)
			}
		}
	})
}

func TestPublicTimeline(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		cat := w.peer("cat", "fern.example")
		root := w.write(ann, Draft{Text: "root"})
		w.write(bob, Draft{Text: "a reply", ReplyTo: root.Post.ID})
		w.write(ann, Draft{Text: "to oneself", ReplyTo: root.Post.ID})
		if _, err := w.Boost(t.Context(), bob, root.Post.ID, skein.Public); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ReceivePost(t.Context(), w.site, cat, Incoming{URI: "https://fern.example/1", HTML: "<p>far</p>", Relevant: true}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			f    PublicFilter
			want []string
		}{
			{PublicFilter{}, []string{"<p>far</p>", "to oneself", "root"}},
			{PublicFilter{Local: true}, []string{"to oneself", "root"}},
			{PublicFilter{Remote: true}, []string{"<p>far</p>"}},
			{PublicFilter{OnlyMedia: true}, nil},
		} {
			list, err := w.Public(t.Context(), skein.Viewer{Site: w.site}, c.f, Page{Limit: 20})
			if err != nil {
				t.Fatal(err)
			}
			wantTexts(t, fmt.Sprintf("%+v", c.f), texts(list), c.want...)
		}
	})
}

func TestAccountPosts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, eve := w.person("ann"), w.person("bob"), w.person("eve")
		root := w.write(bob, Draft{Text: "bob's"})
		eves := w.write(eve, Draft{Text: "eve's"})
		w.write(ann, Draft{Text: "hi #moss"})
		w.write(ann, Draft{Text: "re", ReplyTo: root.Post.ID})
		for _, id := range []skein.ID{root.Post.ID, eves.Post.ID} {
			if _, err := w.Boost(t.Context(), ann, id, skein.Public); err != nil {
				t.Fatal(err)
			}
		}
		w.update(w.site, func(tx *store.Tx) error { return tx.SetMute(bob.Account, eve.Account, true, time.Time{}) })
		boosts := []string{"~eve's<p>eve&#39;s</p>", "~bob's<p>bob&#39;s</p>"}
		for _, c := range []struct {
			name string
			who  skein.Viewer
			f    AccountFilter
			want []string
		}{
			{"all", ann, AccountFilter{}, []string{boosts[0], boosts[1], "re", "hi #moss"}},
			{"without whom the viewer mutes", bob, AccountFilter{}, []string{boosts[1], "re", "hi #moss"}},
			{"no boosts", ann, AccountFilter{NoBoosts: true}, []string{"re", "hi #moss"}},
			{"no replies", ann, AccountFilter{NoReplies: true, NoBoosts: true}, []string{"hi #moss"}},
			{"tag", skein.Viewer{Site: w.site}, AccountFilter{Tag: "Moss"}, []string{"hi #moss"}},
			{"media", ann, AccountFilter{OnlyMedia: true}, nil},
		} {
			list, err := w.AccountPosts(t.Context(), c.who, ann.Account, c.f, Page{Limit: 20})
			if err != nil {
				t.Fatal(err)
			}
			wantTexts(t, c.name, texts(list), c.want...)
		}
		_, err := w.AccountPosts(t.Context(), skein.Viewer{Site: w.other}, ann.Account, AccountFilter{}, Page{Limit: 20})
		wantKind(t, "another site", err, skein.NotFound)
	})
}
