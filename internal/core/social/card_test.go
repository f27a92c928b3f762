package social

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// web is pages that can be fetched.
type web struct {
	mu    sync.Mutex
	pages map[string]string
	head  map[string]http.Header
	asked []fetch.Request
}

func (w *web) ask(req fetch.Request) (string, http.Header, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, req)
	body, ok := w.pages[req.URL]
	if !ok {
		return "", nil, &fetch.Status{URL: req.URL, Code: 404}
	}
	h := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for k, v := range w.head[req.URL] {
		h[k] = v
	}
	return body, h, nil
}

func (w *web) Media(_ context.Context, req fetch.Request) (*fetch.Stream, error) {
	if req.Check != nil {
		if err := req.Check(strings.Split(req.URL, "/")[2]); err != nil {
			return nil, err
		}
	}
	body, h, err := w.ask(req)
	if err != nil {
		return nil, err
	}
	return &fetch.Stream{URL: req.URL, Status: 200, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func (w *web) Document(_ context.Context, req fetch.Request) (*fetch.Response, error) {
	body, h, err := w.ask(req)
	if err != nil {
		return nil, err
	}
	return &fetch.Response{URL: req.URL, Status: 200, Header: h, Body: []byte(body)}, nil
}

// readCards does what waits of cards, as the queue would.
func (w *town) readCards() {
	w.t.Helper()
	var list []*skein.Card
	w.update(w.site, func(tx *store.Tx) (err error) {
		ids := make([]skein.ID, 0)
		for _, url := range []string{"https://news.example/a", "https://news.example/b", "https://film.example/f"} {
			if c, err := tx.CardByURL(url); err == nil && !c.WantedAt.IsZero() {
				ids = append(ids, c.ID)
			}
		}
		list, err = tx.Cards(ids)
		return err
	})
	for _, c := range list {
		if err := errors.Join(w.ReadCard(w.t.Context(), skein.CardWanted{Site: w.site, Card: c.ID}),
			w.SpreadCard(w.t.Context(), skein.CardRead{Site: w.site, Card: c.ID})); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *town) card(who skein.Viewer, post skein.ID) *CardView {
	w.t.Helper()
	v, err := w.Post(w.t.Context(), who, post)
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Card
}

// One address is read once, however many posts link to it, and after a delay of its own when they came from elsewhere.
func TestT91_OnePageIsReadOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		net := &web{pages: map[string]string{"https://news.example/a": `<title>The story</title>`}}
		w.Pages = net
		ann, pat := w.person("ann"), w.peer("pat", "far.example")
		var posts []skein.ID
		for range 5 {
			posts = append(posts, w.publish(ann, Draft{Text: "see https://news.example/a#part"}))
		}
		for _, uri := range []string{"1", "2"} {
			p, err := w.ReceivePost(t.Context(), w.site, pat, Incoming{URI: "https://far.example/" + uri,
				HTML: `<p><a href="https://news.example/a">x</a></p>`, Relevant: true})
			if err != nil {
				t.Fatal(err)
			}
			w.spreadPost(p.ID)
			w.spreadPost(p.ID) // jobs run at least once
			posts = append(posts, p.ID)
		}
		w.readCards()
		w.readCards()
		for _, id := range posts {
			if c := w.card(ann, id); c == nil || c.Data.Title != "The story" || c.Data.Provider != "news.example" {
				t.Errorf("post %s has the card %+v", id, c)
			}
		}
		// Who comes later gets what is there.
		if c := w.card(ann, w.publish(ann, Draft{Text: "again https://news.example/a"})); c == nil {
			t.Error("a later post has no card")
		}
		if len(net.asked) != 1 {
			t.Errorf("the page was asked for %d times, want once", len(net.asked))
		}
		// What could not be read is left alone for a day.
		broken := w.publish(ann, Draft{Text: "https://news.example/b"})
		w.readCards()
		w.publish(ann, Draft{Text: "https://news.example/b"})
		w.readCards()
		if len(net.asked) != 2 || w.card(ann, broken) != nil {
			t.Errorf("asked %d times, want 2", len(net.asked))
		}
		w.ahead.Add(int64(25 * time.Hour))
		net.pages["https://news.example/b"] = "<title>Back</title>"
		w.publish(ann, Draft{Text: "https://news.example/b"})
		w.readCards()
		if c := w.card(ann, broken); c == nil || len(net.asked) != 3 {
			t.Errorf("after a day: card %+v, asked %d times", c, len(net.asked))
		}
	})
}

// Nobody but the author's own server fetches what a private post links to, and no request says where the link stands.
func TestT172_PreviewsOfPrivatePosts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		net := &web{pages: map[string]string{"https://news.example/a": `<title>Secret</title>`, "https://news.example/b": `<title>Own</title>`}}
		w.Pages = net
		ann, pat := w.person("ann"), w.peer("pat", "far.example")
		p, err := w.ReceivePost(t.Context(), w.site, pat, Incoming{URI: "https://far.example/1", Visibility: skein.Direct, Mentions: []skein.ID{ann.Account},
			Named: []skein.ID{ann.Account}, HTML: `<p><a href="https://news.example/a">x</a></p>`})
		if err != nil || p == nil {
			t.Fatal(p, err)
		}
		w.spreadPost(p.ID)
		w.readCards()
		if len(net.asked) != 0 || w.card(ann, p.ID) != nil {
			t.Errorf("the link of a peer's private post was fetched %d times", len(net.asked))
		}
		own := w.publish(ann, Draft{Text: "https://news.example/b", Visibility: skein.Direct})
		w.readCards()
		if w.card(ann, own) == nil {
			t.Error("an own private post has no card")
		}
		for _, r := range net.asked {
			if r.Header.Get("Referer") != "" || r.Sign != nil || strings.Contains(r.URL, own.String()) {
				t.Errorf("a request tells of the post: %+v", r)
			}
		}
	})
}

func TestCardsOfPosts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		net := &web{pages: map[string]string{
			"https://news.example/a": `<title>A</title><meta name="fediverse:creator" content="@ann@elm.example">`,
			"https://news.example/b": `<title>B</title><meta name="robots" content="noindex">`,
			"https://film.example/f": `<title>F</title><link rel="alternate" type="application/json+oembed" href="/o">`,
			"https://film.example/o": `{"type":"video","title":"Film","width":640,"height":360,"html":"<iframe src=\"https://film.example/e\"></iframe>"}`,
		}}
		w.Pages = net
		a, b := w.publish(bob, Draft{Text: "https://news.example/a"}), w.publish(bob, Draft{Text: "https://news.example/b"})
		f, own := w.publish(bob, Draft{Text: "film https://film.example/f"}), w.publish(bob, Draft{Text: "https://elm.example/@ann"})
		w.readCards()
		if c := w.card(bob, b); c != nil {
			t.Error("a page that wants to be in no index has a card (T91)")
		}
		if w.card(bob, own) != nil {
			t.Error("a page of the site itself has a card")
		}
		if c := w.card(bob, f); c == nil || c.Data.Kind != skein.CardVideo || c.Data.Title != "Film" {
			t.Errorf("the film's card is %+v", c)
		}
		if got := w.finds(bob, "film has:embed", map[string]skein.ID{"f": f}); got != "f" {
			t.Errorf("has:embed finds %q", got)
		}
		if c := w.card(ann, a); c == nil || c.Author != nil || !c.Unattributed {
			t.Errorf("who did not agree is named: %+v", c)
		}
		if c := w.card(cat, a); c == nil || c.Unattributed {
			t.Errorf("others are told: %+v", c)
		}
		w.set(ann.Account, func(a *skein.Account) { a.Extra.Attribution = []string{"news.example"} })
		w.update(w.site, func(tx *store.Tx) error {
			_, err := tx.ChangeAccount(ann.Account, func(a *skein.Account) bool { a.Extra.Attribution = []string{"example", "news.example"}; return true })
			return err
		})
		w.ahead.Add(int64(15 * 24 * time.Hour))
		w.publish(bob, Draft{Text: "https://news.example/a"})
		w.readCards()
		if c := w.card(cat, a); c == nil || c.Author == nil || c.Author.ID != ann.Account {
			t.Errorf("who agreed is not named: %+v", c)
		}
		if _, err := w.Block(t.Context(), ann, cat.Account); err != nil {
			t.Fatal(err)
		}
		if c := w.card(cat, a); c == nil || c.Author != nil {
			t.Errorf("the account of who blocks the reader is shown: %+v", c)
		}
		// An edit that links elsewhere, or nowhere, has another card or none.
		for _, c := range []struct{ text, want string }{{"now https://film.example/f", "Film"}, {"no link", ""}} {
			if _, err := w.EditPost(t.Context(), bob, a, Edit{Text: &c.text}); err != nil {
				t.Fatal(err)
			}
			if err := w.SpreadEdit(t.Context(), skein.PostEdited{Site: w.site, Post: a, Content: true}); err != nil {
				t.Fatal(err)
			}
			got := ""
			if v := w.card(bob, a); v != nil {
				got = v.Data.Title
			}
			if got != c.want {
				t.Errorf("after %q: got the card %q, want %q", c.text, got, c.want)
			}
		}
		if _, err := w.DeletePost(t.Context(), bob, f); err != nil {
			t.Fatal(err)
		}
		if err := w.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
