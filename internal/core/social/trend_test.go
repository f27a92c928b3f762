package social

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func (w *town) trending(who skein.Viewer, kind skein.TrendKind) (out []string) {
	w.t.Helper()
	list, err := w.Trends(w.t.Context(), who, kind, 0, 20)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, t := range list {
		switch {
		case t.Post != nil:
			out = append(out, t.Post.Post.Text)
		case t.Card != nil:
			out = append(out, t.Card.Data.Title)
		default:
			out = append(out, t.Tag.Display)
		}
	}
	return out
}

func (w *town) countTrendsNow() {
	w.t.Helper()
	w.ahead.Add(int64(5 * time.Minute))
	if err := w.CountTrends(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func TestTrends(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.Pages = &web{pages: map[string]string{"https://news.example/a": `<title>The story</title><meta property="og:type" content="article">
			<meta property="og:description" content="About"><meta property="og:image" content="/i.jpg">`}}
		mod, eve := w.person("mod"), w.person("eve")
		w.update(w.site, func(tx *store.Tx) error {
			p, err := tx.Person(mod.Account)
			if err != nil {
				return err
			}
			p.Role = skein.Admin
			return tx.UpdatePerson(&p.User, "mod@mail.example")
		})
		visitor := skein.Viewer{Site: w.site}
		var people []skein.Viewer
		for i := range 6 {
			people = append(people, w.person(fmt.Sprint("p", i)))
			w.set(people[i].Account, func(a *skein.Account) { a.Discoverable = true })
		}
		ann := people[0]
		draft := func(text string) Draft { return Draft{Text: text, Language: "en"} }
		liked := w.publish(ann, draft("good post"))
		hidden := map[string]skein.ID{ // none of these may be a trend, however much they are liked (T160)
			"unlisted": w.publish(ann, Draft{Text: "unlisted", Language: "en", Visibility: skein.Unlisted}),
			"warned":   w.publish(ann, Draft{Text: "warned", Language: "en", Warning: "w"}),
			"answer":   w.publish(ann, Draft{Text: "answer", Language: "en", ReplyTo: liked}),
			"shy":      w.publish(eve, draft("shy")),
		}
		for _, p := range people {
			w.publish(p, draft("about #Walrus https://news.example/a"))
			w.publish(p, draft("again #walrus"))
			for _, id := range append([]skein.ID{liked}, hidden["unlisted"], hidden["warned"], hidden["answer"], hidden["shy"]) {
				if _, err := w.Like(t.Context(), p, id); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.publish(people[1], draft("#rare"))
		w.readCards()
		w.countTrendsNow()
		for kind, want := range map[skein.TrendKind]string{skein.TrendTag: "[walrus]", skein.TrendPost: "[good post]", skein.TrendLink: "[The story]"} {
			// Nothing is shown before somebody looked at it.
			if got := w.trending(visitor, kind); len(got) != 0 {
				t.Errorf("%s before a review: %v", kind, got)
			}
			list, err := w.TrendsForReview(t.Context(), mod, kind, 0, 10)
			if err != nil || len(list) != 1 || !list[0].Pending {
				t.Fatalf("%s to review: %v, %v", kind, list, err)
			}
			if _, err := w.TrendsForReview(t.Context(), ann, kind, 0, 10); skein.KindOf(err) != skein.Denied {
				t.Errorf("a member reviews: %v", err)
			}
			if err := w.ReviewTrend(t.Context(), ann, kind, list[0].Ref, true); skein.KindOf(err) != skein.Denied {
				t.Errorf("a member decides: %v", err)
			}
			if err := w.ReviewTrend(t.Context(), mod, kind, list[0].Ref, true); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(w.trending(visitor, kind)); got != want {
				t.Errorf("%s: got %s, want %s", kind, got, want)
			}
			if got := w.trending(skein.Viewer{Site: w.other}, kind); len(got) != 0 {
				t.Errorf("%s on another site: %v", kind, got)
			}
			if err := w.ReviewTrend(t.Context(), mod, kind, list[0].Ref, false); err != nil {
				t.Fatal(err)
			}
			if got := w.trending(visitor, kind); len(got) != 0 {
				t.Errorf("%s after a no: %v", kind, got)
			}
			if err := w.ReviewTrend(t.Context(), mod, kind, list[0].Ref, true); err != nil {
				t.Fatal(err)
			}
		}
		// Seven days of history, today first.
		ref := skein.NameID("walrus")
		all, err := w.Histories(t.Context(), visitor, skein.TrendTag, []skein.ID{ref})
		if h := all[ref]; err != nil || h[0].Uses+h[1].Uses != 12 || h[0].Accounts+h[1].Accounts < 6 || h[6].Uses != 0 {
			t.Errorf("history: %+v, %v", all[ref], err)
		}
		// The timeline of the link, and of no other.
		list, err := w.LinkTimeline(t.Context(), visitor, "https://news.example/a", Page{Limit: 20})
		if err != nil || len(list) != 6 {
			t.Errorf("timeline of the link: %d posts, %v", len(list), err)
		}
		w.update(w.site, func(tx *store.Tx) error {
			c, err := tx.CardByURL("https://news.example/a")
			if err != nil {
				return err
			}
			for f, want := range map[store.PublicFilter]int{{Local: true}: 2, {Remote: true}: 0, {}: 2} { // what a site closes takes no place on the page
				if ids, err := tx.CardTimeline(c.ID, f, store.Page{Limit: 2}); err != nil || len(ids) != want {
					t.Errorf("timeline of the link, %+v: %d posts, want %d, %v", f, len(ids), want, err)
				}
			}
			return nil
		})
		if _, err := w.LinkTimeline(t.Context(), visitor, "https://news.example/b", Page{Limit: 20}); skein.KindOf(err) != skein.NotFound {
			t.Errorf("timeline of another link: %v", err)
		}
		// Who blocks the author sees nothing of them; who stops agreeing is gone for all.
		if _, err := w.Block(t.Context(), eve, ann.Account); err != nil {
			t.Fatal(err)
		}
		if got := w.trending(eve, skein.TrendPost); len(got) != 0 {
			t.Errorf("the post of who is blocked: %v", got)
		}
		w.set(ann.Account, func(a *skein.Account) { a.Discoverable = false })
		if got := w.trending(visitor, skein.TrendPost); len(got) != 0 {
			t.Errorf("the post of who does not agree: %v", got)
		}
		// A publisher can be kept back, but what was let pass by itself stays.
		publishers, err := w.Publishers(t.Context(), mod)
		if err != nil || len(publishers) != 1 || publishers[0].Host != "news.example" {
			t.Fatalf("publishers: %v, %v", publishers, err)
		}
		if err := w.ReviewTrend(t.Context(), mod, skein.TrendPublisher, publishers[0].ID, false); err != nil {
			t.Fatal(err)
		}
		if got := w.trending(visitor, skein.TrendLink); len(got) != 1 {
			t.Errorf("a link that was let pass: %v", got)
		}
		off := false
		if err := w.SetTrends(t.Context(), mod, TrendSettings{On: &off}); err != nil {
			t.Fatal(err)
		}
		if got := w.trending(visitor, skein.TrendTag); len(got) != 0 {
			t.Errorf("without trends: %v", got)
		}
		on := true
		if err := w.SetTrends(t.Context(), mod, TrendSettings{On: &on}); err != nil {
			t.Fatal(err)
		}
		// Trends fade, and go.
		w.ahead.Add(int64(4 * 24 * time.Hour))
		w.countTrendsNow()
		for _, kind := range []skein.TrendKind{skein.TrendTag, skein.TrendPost, skein.TrendLink} {
			if got := w.trending(visitor, kind); len(got) != 0 {
				t.Errorf("%s after four days: %v", kind, got)
			}
		}
	})
}

func TestUsesAreCountedOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		id := w.publish(ann, Draft{Text: "#once #twice"})
		w.spreadPost(id) // jobs run at least once
		w.publish(ann, Draft{Text: "#twice"})
		w.publish(ann, Draft{Text: "#twice", Visibility: skein.Unlisted})
		for name, want := range map[string]int{"once": 1, "twice": 2, "never": 0} {
			ref := skein.NameID(name)
			all, err := w.Histories(t.Context(), ann, skein.TrendTag, []skein.ID{ref})
			if err != nil {
				t.Fatal(err)
			}
			if h := all[ref]; h[0].Uses+h[1].Uses != want || h[0].Accounts+h[1].Accounts != min(want, 1) {
				t.Errorf("#%s: got %+v, want %d uses", name, h[:2], want)
			}
		}
	})
}

// Whoever writes and removes the same five times is one person; what they wrote and removed was used all the same.
func TestWhoRemovesTheirPostsCountsOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		for range 5 {
			id := w.publish(ann, Draft{Text: "#again"})
			if _, err := w.DeletePost(t.Context(), ann, id); err != nil {
				t.Fatal(err)
			}
		}
		w.publish(bob, Draft{Text: "#again"})
		ref := skein.NameID("again")
		all, err := w.Histories(t.Context(), ann, skein.TrendTag, []skein.ID{ref})
		if h := all[ref]; err != nil || h[0].Uses+h[1].Uses != 6 || h[0].Accounts+h[1].Accounts != 2 {
			t.Errorf("got %+v, %v; want 6 uses by 2 people", all[ref][:2], err)
		}
	})
}

// What rose high is remembered for two days: a second, smaller wave is no new trend; and of many the highest stand first.
func TestHighestScoreIsRemembered(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		use := func(name string, people int) {
			w.update(w.site, func(tx *store.Tx) error {
				for i := range people {
					uses := []store.TrendUse{{Ref: skein.NameID(name), Name: name}}
					if err := tx.CountUses(skein.TrendTag, dayOf(tx.Now()), skein.ID(1000+i), tx.NewID(), uses); err != nil {
						return err
					}
				}
				return nil
			})
		}
		stored := func(least int64) (out string) {
			w.update(w.site, func(tx *store.Tx) error {
				list, err := tx.Trends(skein.TrendTag, least, 1000)
				out = ""
				for _, x := range list {
					out += x.Name + " "
				}
				return err
			})
			return out
		}
		for i := range maxTrends + 5 {
			use(fmt.Sprintf("small%d", i), trendThreshold)
		}
		use("great", 3*trendThreshold)
		w.countTrendsNow()
		if got := stored(trendFloor); !strings.HasPrefix(got, "great small") {
			t.Errorf("the highest does not stand first: %.60s", got)
		}
		w.ahead.Add(int64(40 * time.Hour))
		w.countTrendsNow()
		if got := stored(trendFloor); got != "" {
			t.Errorf("after two days: %.60s", got)
		}
		if got := stored(0); !strings.HasPrefix(got, "great small") {
			t.Errorf("remembered after two days: %.60s", got)
		}
		w.ahead.Add(int64(trendCooldown))
		w.countTrendsNow()
		if got := stored(0); got != "" {
			t.Errorf("remembered after four days: %.60s", got)
		}
	})
}
