package mastodon

import (
	"context"
	"testing"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// What is talked about waits for a moderator, who lets it pass or not; then visitors see it, or do not. Another site's
// moderators, and members, decide nothing.
func TestModeratorsDecideWhatTrends(t *testing.T) {
	w := newTown(t)
	ctx := context.Background()
	_, mod := w.with(w.site, "mod", skein.Moderator)
	_, stranger := w.with(w.other, "stranger", skein.Moderator)
	ann := w.person(w.site, "ann")
	w.change(ann, func(a *skein.Account) { a.Discoverable = true })
	v, err := w.api.Social.CreatePost(ctx, skein.Viewer{Site: w.site.ID, Account: ann}, social.Draft{Text: "look, a #Walrus", Language: "en"})
	w.must(err)
	post, tag, publisher := v.Post.ID, skein.NameID("walrus"), skein.NameID("news.example")
	var link skein.ID
	w.must(w.db.Update(ctx, w.site.ID, func(tx *store.Tx) error {
		c, err := tx.WantCard("https://news.example/a", "news.example")
		if err != nil {
			return err
		}
		link, c.Ready = c.ID, true
		c.Data = skein.CardData{URL: c.URL, Title: "The story", Description: "About", Kind: skein.CardLink, Article: true, Image: "https://news.example/i.jpg"}
		if err := tx.UpdateCard(c); err != nil {
			return err
		}
		for kind, x := range map[skein.TrendKind]*skein.Trend{
			skein.TrendTag:  {Ref: tag, Name: "Walrus", Score: 5000},
			skein.TrendPost: {Ref: post, Parent: ann, Score: 5000},
			skein.TrendLink: {Ref: link, Name: c.URL, Parent: publisher, Score: 5000},
		} {
			if err := tx.SetTrends(kind, []*skein.Trend{x}); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, x := range []struct {
		what string
		id   skein.ID
	}{{"tags", tag}, {"statuses", post}, {"links", link}, {"links/publishers", publisher}} {
		path := "/api/v1/admin/trends/" + x.what
		waiting, _ := w.list(path, mod)
		if len(waiting) != 1 || waiting[0]["id"] != x.id.String() || waiting[0]["requires_review"] != true {
			t.Fatalf("%s to review: %v", x.what, waiting)
		}
		one := path + "/" + x.id.String()
		if got := w.ask(w.other, "POST", one+"/approve", stranger, nil); got.status != 404 {
			t.Errorf("%s by another site: %d %s", x.what, got.status, got.body)
		}
		if got := w.do(200, "POST", one+"/approve", mod, nil); got["id"] != x.id.String() || got["requires_review"] != false {
			t.Errorf("%s, approved: %v", x.what, got)
		}
		if after, _ := w.list(path, mod); len(after) != 1 || after[0]["requires_review"] != false {
			t.Errorf("%s after that: %v", x.what, after)
		}
		if x.what == "links/publishers" {
			continue
		}
		if shown, _ := w.list("/api/v1/trends/"+x.what, ""); len(shown) != 1 {
			t.Errorf("%s for visitors: %v", x.what, shown)
		}
		w.do(200, "POST", one+"/reject", mod, nil)
		if shown, _ := w.list("/api/v1/trends/"+x.what, ""); len(shown) != 0 {
			t.Errorf("%s for visitors after a no: %v", x.what, shown)
		}
	}
	if got, _ := w.list("/api/v1/admin/trends/links/publishers?max_id="+publisher.String(), mod); len(got) != 0 {
		t.Errorf("publishers below the last: %v", got)
	}
}
