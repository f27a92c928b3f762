package social

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skein/internal/skein"
	"skein/internal/store"
)

// write publishes a post and lets it spread.
func (w *town) write(who skein.Viewer, d Draft) *View {
	w.t.Helper()
	v, err := w.CreatePost(w.t.Context(), who, d)
	if err != nil {
		w.t.Fatalf("%+v: %v", d, err)
	}
	w.spread(v.Post.ID)
	return v
}

func (w *town) spread(post skein.ID) {
	w.t.Helper()
	if err := w.Spread(w.t.Context(), skein.PostCreated{Site: w.site, Post: post}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) follows(account, target skein.ID) {
	w.t.Helper()
	w.update(w.site, func(tx *store.Tx) error {
		_, err := tx.InsertFollow(&skein.Follow{Account: account, Target: target, Accepted: true, ShowBoosts: true})
		return err
	})
}

func (w *town) blocks(account, target skein.ID) {
	w.t.Helper()
	w.update(w.site, func(tx *store.Tx) error {
		_, err := tx.InsertBlock(&store.Block{Account: account, Target: target})
		return err
	})
}

// home returns the texts of somebody's home timeline; a boost is "~" and its original.
func (w *town) home(who skein.Viewer) []string {
	w.t.Helper()
	list, err := w.Home(w.t.Context(), who, Page{Limit: 40})
	if err != nil {
		w.t.Fatal(err)
	}
	return texts(list)
}

func texts(list []*View) []string {
	out := make([]string, len(list))
	for i, v := range list {
		if v.Original != nil {
			out[i] = "~" + v.Original.Post.Text + v.Original.Post.HTML
		} else if out[i] = v.Post.Text; !v.Post.Local {
			out[i] = v.Post.HTML
		}
	}
	return out
}

// stored reads a post as it is in the database.
func (w *town) stored(id skein.ID) *skein.Post {
	w.t.Helper()
	var p *skein.Post
	w.update(w.site, func(tx *store.Tx) (err error) {
		p, err = tx.Post(id)
		return err
	})
	return p
}

func wantTexts(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestPostIsWhatWasWritten(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		cat := w.peer("cat", "fern.example")
		w.update(w.site, func(tx *store.Tx) error {
			return tx.PutEmoji(&skein.Emoji{Code: "leaf", URL: "https://elm.example/leaf.png"})
		})
		v := w.write(ann, Draft{Text: " hi @bob, @cat@fern.example and @nobody :leaf: :no:\r\n#Moss #moss ", Warning: "plants", Language: "de"})
		p := v.Post
		base := "https://elm.example"
		if want := fmt.Sprintf("%s/ap/users/%d/statuses/%d", base, ann.Account, p.ID); p.URI != want {
			t.Errorf("URI = %s, want %s", p.URI, want)
		}
		if want := fmt.Sprintf("%s/@ann/%d", base, p.ID); p.URL != want {
			t.Errorf("URL = %s, want %s", p.URL, want)
		}
		wantHTML := `<p>hi <span class="h-card" translate="no"><a href="https://elm.example/@bob" class="u-url mention">@<span>bob</span></a></span>, ` +
			`<span class="h-card" translate="no"><a href="https://fern.example/@cat" class="u-url mention">@<span>cat</span></a></span> and @nobody :leaf: :no:<br />` +
			`<a href="https://elm.example/tags/moss" class="mention hashtag" rel="tag">#<span>Moss</span></a> <a href="https://elm.example/tags/moss" class="mention hashtag" rel="tag">#<span>moss</span></a></p>`
		if p.HTML != wantHTML {
			t.Errorf("HTML = %s\nwant   %s", p.HTML, wantHTML)
		}
		if !p.Sensitive || p.Language != "de" || !p.Local || p.Thread != p.ID || !p.EditedAt.IsZero() {
			t.Errorf("post = %+v", p)
		}
		if len(p.Mentions) != 2 || p.Mentions[0].Account != bob.Account || p.Mentions[1].Account != cat || p.Mentions[1].Acct() != "cat@fern.example" {
			t.Errorf("mentions = %+v", p.Mentions)
		}
		if len(p.Tags) != 1 || p.Tags[0] != (skein.Tag{Name: "moss", Display: "Moss"}) {
			t.Errorf("tags = %+v", p.Tags)
		}
		if len(p.Emojis) != 1 || p.Emojis[0].Code != "leaf" {
			t.Errorf("emojis = %+v", p.Emojis)
		}
		if a := w.account(ann.Account); a.PostCount != 1 || a.LastPostAt.IsZero() {
			t.Errorf("author counts %d, last %v", a.PostCount, a.LastPostAt)
		}
		if p.Load == 0 {
			t.Errorf("not from the cache")
		}
		// What is kept of a post that was just made is what the table holds.
		w.update(w.site, func(tx *store.Tx) error {
			stored, err := tx.Post(p.ID)
			if err != nil {
				return err
			}
			stored.Load = p.Load
			if diff := cmp.Diff(stored, p); diff != "" {
				t.Errorf("the post in the cache is not the one in the table (-table +cache):\n%s", diff)
			}
			author, err := tx.Account(ann.Account)
			if diff := cmp.Diff(author, v.Author); diff != "" {
				t.Errorf("the author of the answer is not the one in the table (-table +answer):\n%s", diff)
			}
			return err
		})
	})
}
