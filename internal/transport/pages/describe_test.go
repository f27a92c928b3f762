package pages_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// structured reads the structured data of a page; nil: it has none.
func structured(t *testing.T, body string) map[string]any {
	t.Helper()
	m := regexp.MustCompile(`<script type="application/ld\+json">([^<]*)</script>`).FindStringSubmatch(body)
	if m == nil {
		return nil
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(m[1]), &out); err != nil {
		t.Fatalf("%v in %s", err, m[1])
	}
	return out
}

// T159: what programs are told of a post for their previews is no more than what a visitor sees before they open anything.
func TestT159_PreviewsTellNoMore(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	w.changeAccount(ada, func(a *skein.Account) { a.Avatar = "https://elm.example/media/face.jpg" })
	picture, film, sound := file("pic", "image/jpeg", "A <heron>"), file("film", "video/mp4", "Waves"), file("sound", "audio/mpeg", "Rain")
	for _, c := range []struct {
		name        string
		post        skein.Post
		want, never []string
	}{
		{"text", skein.Post{HTML: "<p>plain words</p>", Tags: []skein.Tag{{Name: "loom"}}},
			[]string{`og:description" content="plain words"`, `twitter:card" content="summary"`, `og:image" content="https://elm.example/media/face.jpg"`, `og:type" content="article"`,
				`article:published_time" content="2026-11-22T09:30:00.000Z"`, `article:author" content="https://elm.example/@ada"`, `article:tag" content="loom"`}, []string{"og:video", "twitter:player"}},
		{"picture", skein.Post{HTML: "<p>look</p>", Attachments: []skein.Attachment{picture}},
			[]string{`og:image" content="https://elm.example/media/pic.jpg"`, `og:image:alt" content="A &lt;heron&gt;"`, `og:image:width" content="1600"`, `twitter:card" content="summary_large_image"`}, []string{"face.jpg"}},
		{"film", skein.Post{HTML: "<p>look</p>", Attachments: []skein.Attachment{film}},
			[]string{`og:video" content="https://elm.example/media/film.mp4"`, `og:video:type" content="video/mp4"`, `og:image" content="https://elm.example/media/films.jpg"`, `twitter:card" content="player"`, `/embed"`}, nil},
		{"sound", skein.Post{HTML: "<p>hear</p>", Attachments: []skein.Attachment{sound}},
			[]string{`og:audio" content="https://elm.example/media/sound.mp3"`, `og:audio:type" content="audio/mpeg"`, "face.jpg"}, nil},
		{"warning", skein.Post{HTML: "<p>the ending</p>", Warning: "Film", Sensitive: true, Attachments: []skein.Attachment{picture, film}, Tags: []skein.Tag{{Name: "herodies"}}},
			[]string{`og:description" content="Film"`, `<title>Ada: “Film”`, `twitter:card" content="summary"`, "face.jpg"}, []string{"the ending", "pic.jpg", "film.mp4", "heron", "herodies", "Waves"}},
		{"sensitive", skein.Post{HTML: "<p>careful</p>", Sensitive: true, Attachments: []skein.Attachment{picture, film, sound}},
			[]string{`og:description" content="careful"`, `twitter:card" content="summary"`}, []string{"pic.jpg", "film", "sound", "heron"}},
		{"unlisted", skein.Post{HTML: "<p>quiet</p>", Visibility: skein.Unlisted}, []string{`name="robots" content="noindex, noarchive"`}, []string{"ld+json"}},
		{"followers", skein.Post{HTML: "<p>for few</p>", Visibility: skein.Followers, Attachments: []skein.Attachment{picture}}, nil, []string{"for few", "pic.jpg", "Ada"}},
		{"direct", skein.Post{HTML: "<p>for one</p>", Visibility: skein.Direct, Attachments: []skein.Attachment{picture}}, nil, []string{"for one", "pic.jpg", "Ada"}},
	} {
		p := w.put(ada, c.post)
		head, _, _ := strings.Cut(w.get(path(p)).Body.String(), "</head>")
		for _, want := range c.want {
			if !strings.Contains(head, want) {
				t.Errorf("%s lacks %s in\n%s", c.name, want, head)
			}
		}
		for _, never := range c.never {
			if strings.Contains(head, never) {
				t.Errorf("%s tells %s in\n%s", c.name, never, head)
			}
		}
	}
}

func (w *town) changeAccount(who skein.Viewer, change func(a *skein.Account)) {
	w.t.Helper()
	w.update(func(tx *store.Tx) error {
		a, err := tx.Account(who.Account)
		if err != nil {
			return err
		}
		changed := *a
		change(&changed)
		return tx.UpdateAccount(&changed)
	})
}

func TestPagesHaveStructuredData(t *testing.T) {
	w := inTown(t, built)
	ada, bob, shy := w.person("ada", "Ada </script>"), w.person("bob", "Bob"), w.person("shy", "Shy")
	w.changeAccount(shy, func(a *skein.Account) { a.Indexable = false })
	p := w.write(ada, social.Draft{Text: "Weaves <b> #loom", Language: "en"})
	w.write(bob, social.Draft{Text: "an answer", ReplyTo: p.ID})
	w.write(bob, social.Draft{Text: "the hero dies", Warning: "ending", ReplyTo: p.ID})
	w.write(shy, social.Draft{Text: "not to be found", ReplyTo: p.ID})
	body := w.get(path(p)).Body.String()
	got := structured(t, body)
	if got["@type"] != "DiscussionForumPosting" || got["@context"] != "https://schema.org" || got["text"] != "Weaves <b> #loom" || got["url"] != p.URL || got["inLanguage"] != "en" ||
		got["author"].(map[string]any)["name"] != "Ada </script>" || got["author"].(map[string]any)["alternateName"] != "@ada@elm.example" || got["headline"] == "" {
		t.Errorf("post: %v", got)
	}
	said, _ := json.Marshal(got["comment"])
	if n := len(got["comment"].([]any)); n != 2 || !strings.Contains(string(said), "an answer") || !strings.Contains(string(said), `"ending"`) || strings.Contains(string(said), "dies") || strings.Contains(string(said), "found") {
		t.Errorf("%d comments: %s", n, said)
	}
	if !strings.Contains(body, `<div class="post-body" data-nosnippet>`) {
		t.Error("what somebody wrote who did not agree to be found may be quoted by searches")
	}
	if got := structured(t, w.get("/@ada").Body.String()); got["@type"] != "ProfilePage" || got["mainEntity"].(map[string]any)["alternateName"] != "@ada@elm.example" {
		t.Errorf("profile: %v", got)
	}
	for _, at := range []string{"/@shy", "/@ada/replies", path(p) + "/history"} {
		if got := structured(t, w.get(at).Body.String()); got != nil {
			t.Errorf("%s: %v", at, got)
		}
	}
}

// T159: feeds hold what everybody may read, in both forms, with files, and nothing that others are not to find.
func TestT159_FeedsAreForEverybody(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada & Co")
	w.put(ada, skein.Post{HTML: "<p>two</p>", Attachments: []skein.Attachment{file("a1", "image/jpeg", "A heron"), file("a2", "image/png", "")}})
	w.put(ada, skein.Post{HTML: "<p>the ending</p>", Warning: "<film>"})
	w.put(ada, skein.Post{HTML: "<p>for few</p>", Visibility: skein.Followers})
	w.put(ada, skein.Post{HTML: "<p>for one</p>", Visibility: skein.Direct})
	r := w.get("/@ada.atom")
	var feed struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
		Author  struct {
			Name string `xml:"name"`
		} `xml:"author"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Content struct {
				Type string `xml:"type,attr"`
				HTML string `xml:",chardata"`
			} `xml:"content"`
			Links []struct {
				Rel   string `xml:"rel,attr"`
				Type  string `xml:"type,attr"`
				URL   string `xml:"href,attr"`
				Title string `xml:"title,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(r.Body.Bytes(), &feed); err != nil {
		t.Fatal(err)
	}
	if r.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" || feed.ID != "https://elm.example/@ada.atom" || feed.Title != "Ada & Co" || feed.Author.Name != "Ada & Co" ||
		feed.Updated != "2026-11-22T09:30:00Z" || len(feed.Entries) != 2 {
		t.Fatalf("%v %s", r.Header(), r.Body)
	}
	warned, two := feed.Entries[0], feed.Entries[1]
	if warned.Title != "<film>" || !strings.HasPrefix(warned.Content.HTML, "<details><summary><strong>Content warning:</strong> &lt;film&gt;</summary><p>the ending") || warned.Content.Type != "html" {
		t.Errorf("warned: %+v", warned)
	}
	if len(two.Links) != 3 || two.Links[1].Rel != "enclosure" || two.Links[1].URL != "https://elm.example/media/a1.jpg" || two.Links[1].Type != "image/jpeg" || two.Links[1].Title != "A heron" {
		t.Errorf("files: %+v", two.Links)
	}
	if r := w.get("/@ada.atom", "Accept-Language", "de-AT, en;q=0.5"); !strings.Contains(r.Body.String(), "<subtitle>Öffentliche Beiträge von @ada@elm.example</subtitle>") ||
		!strings.Contains(r.Body.String(), "Inhaltswarnung:") || r.Header().Get("Vary") != "Accept-Language" {
		t.Errorf("in German: %v %s", r.Header(), r.Body)
	}
	if body := w.get("/@ada.rss").Body.String(); !strings.Contains(body, `<enclosure url="https://elm.example/media/a1.jpg" type="image/jpeg" length="0">`) || strings.Count(body, "<media:content") != 2 {
		t.Errorf("rss: %s", body)
	}
	for _, at := range []string{"/@ada.rss", "/@ada.atom", "/tags/loom.atom"} {
		r := w.get(at)
		for _, secret := range []string{"for few", "for one"} {
			if strings.Contains(r.Body.String(), secret) {
				t.Errorf("%s tells %s", at, secret)
			}
		}
		if at != "/tags/loom.atom" && r.Header().Get("X-Robots-Tag") != "" {
			t.Errorf("%s is kept from searches", at)
		}
	}
	w.changeAccount(ada, func(a *skein.Account) { a.Indexable = false })
	for _, at := range []string{"/@ada.rss", "/@ada.atom"} {
		if got := w.get(at).Header().Get("X-Robots-Tag"); got != "noindex, noarchive" {
			t.Errorf("%s: X-Robots-Tag %q", at, got)
		}
	}
	if body := w.get("/@ada").Body.String(); !strings.Contains(body, `type="application/atom+xml" href="/@ada.atom"`) {
		t.Error("the profile does not name its Atom feed")
	}
}

func TestRepliesComeInPages(t *testing.T) {
	w := inTown(t, built)
	ada, bob := w.person("ada", "Ada"), w.person("bob", "Bob")
	p := w.write(ada, social.Draft{Text: "asked"})
	for i := range 65 {
		w.now = w.now.Add(time.Second)
		w.write(bob, social.Draft{Text: fmt.Sprintf("answer-%d.", i), ReplyTo: p.ID})
	}
	seen := map[string]int{}
	at, pages := path(p), 0
	for ; at != "" && pages < 9; pages++ {
		body := w.get(at).Body.String()
		for _, a := range regexp.MustCompile(`<p>(answer-\d+\.)`).FindAllStringSubmatch(body, -1) {
			seen[a[1]]++
		}
		if strings.Contains(body, "noindex") != (pages > 0) || !strings.Contains(body, "<p>asked</p>") || strings.Contains(body, "First replies") != (pages > 0) {
			t.Errorf("page %d: %s", pages, body)
		}
		next := regexp.MustCompile(`class="btn" href="([^"]+)">More replies`).FindStringSubmatch(body)
		if at = ""; next != nil {
			at = next[1]
		}
	}
	if pages != 3 || len(seen) != 65 {
		t.Errorf("%d pages with %d answers", pages, len(seen))
	}
	for a, n := range seen {
		if n != 1 {
			t.Errorf("%s is shown %d times", a, n)
		}
	}
}

func TestEditsAreShown(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	p := w.write(ada, social.Draft{Text: "first words"})
	w.now = w.now.Add(time.Hour)
	if _, err := w.EditPost(t.Context(), ada, p.ID, social.Edit{Text: ptr("second words")}); err != nil {
		t.Fatal(err)
	}
	if body := w.get(path(p)).Body.String(); !strings.Contains(body, `href="/@ada/`+p.ID.String()+`/history">Edited 22 November 2026 at 10:30 UTC`) || strings.Contains(body, "first words") {
		t.Errorf("the post does not say that it was edited:\n%s", body)
	}
	if body := w.get("/@ada").Body.String(); !strings.Contains(body, `<span class="post-edited" title="Edited 22 November 2026 at 10:30 UTC"><svg class="icon"`) {
		t.Errorf("no sign of the edit in a list:\n%s", body)
	}
	body := w.get(path(p) + "/history").Body.String()
	if now, before := strings.Index(body, "second words</p>"), strings.Index(body, "first words</p>"); now < 0 || before < now || strings.Contains(body, "post-tally") || !strings.Contains(body, "noindex") {
		t.Errorf("history: %d %d\n%s", now, before, body)
	}
	secret := w.write(ada, social.Draft{Text: "psst", Visibility: skein.Followers})
	if r := w.get(path(secret) + "/history"); r.Code != 404 || strings.Contains(r.Body.String(), "psst") {
		t.Errorf("history of a private post: %d", r.Code)
	}
}

// States of a profile are told plainly, and what is not shown is not in the page either.
func TestProfilesSayHowTheyStand(t *testing.T) {
	w := inTown(t, built)
	ada, bob := w.person("ada", "Ada"), w.person("bob", "Bob")
	w.write(ada, social.Draft{Text: "her words"})
	w.changeAccount(ada, func(a *skein.Account) { a.SilencedAt = w.now })
	body := w.get("/@ada").Body.String()
	if strings.Contains(body, "her words") || !strings.Contains(body, "Limited by Elm &amp; Co") || !strings.Contains(body, "noindex") {
		t.Errorf("limited: %s", body)
	}
	if body := w.get("/@ada?anyway=1").Body.String(); !strings.Contains(body, "her words") || !strings.Contains(body, "noindex") {
		t.Errorf("limited, asked for: %s", body)
	}
	w.changeAccount(ada, func(a *skein.Account) { a.SilencedAt, a.MovedTo = time.Time{}, bob.Account })
	if body := w.get("/@ada").Body.String(); !strings.Contains(body, "has moved to <a href=\"/@bob\">") || !strings.Contains(body, "noindex") || !strings.Contains(body, "her words") {
		t.Errorf("moved: %s", body)
	}
	w.changeAccount(ada, func(a *skein.Account) { a.DeletedAt = w.now })
	if r := w.get("/@ada"); r.Code != http.StatusNotFound || same(r) != same(w.get("/@nobody")) {
		t.Errorf("deleted: %d", r.Code)
	}
}

// T169: who keeps their network to themselves has no pages of it.
func TestT169_NetworkOnPages(t *testing.T) {
	w := inTown(t, built)
	ada, bob := w.person("ada", "Ada"), w.person("bob", "Bob Brook")
	w.update(func(tx *store.Tx) error {
		_, err := tx.InsertFollow(&skein.Follow{Account: bob.Account, Target: ada.Account, Accepted: true})
		return err
	})
	for _, hidden := range []bool{false, true} {
		w.changeAccount(ada, func(a *skein.Account) { a.HideNetwork = hidden })
		body := w.get("/@ada/followers").Body.String()
		if shown := strings.Contains(body, "Bob Brook"); shown == hidden {
			t.Errorf("hidden %v: shown %v\n%s", hidden, shown, body)
		}
		if linked := strings.Contains(w.get("/@ada").Body.String(), `href="/@ada/followers"`); linked == hidden {
			t.Errorf("hidden %v: linked %v", hidden, linked)
		}
	}
}

// The server of a visitor is remembered where they ask for it, on their device alone; a link of others cannot set it.
func TestTheServerOfAVisitorIsRemembered(t *testing.T) {
	w := inTown(t, built)
	const ask = "/authorize_interaction?uri=https%3A%2F%2Felm.example%2F%40ada"
	from := ask + "&from=ann%40peer.example"
	for at, header := range map[string]string{from + "&remember=1": "cross-site", from: "same-origin", ask + "&from=nonsense&remember=1": "same-origin"} {
		if got := w.get(at, "Sec-Fetch-Site", header).Header().Get("Set-Cookie"); got != "" {
			t.Errorf("%s (%s) sets %s", at, header, got)
		}
	}
	got := w.get(from+"&remember=1", "Sec-Fetch-Site", "same-origin").Header().Get("Set-Cookie")
	if got != "home=peer.example; Path=/authorize_interaction; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("remembered as %s", got)
	}
	if body := w.get(ask, "Cookie", "home=peer.example").Body.String(); !strings.Contains(body, `href="https://peer.example/authorize_interaction?uri=https%3A%2F%2Felm.example%2F%40ada"`) {
		t.Errorf("the second time: %s", body)
	}
	for _, odd := range []string{"peer", "evil.example/x", "javascript:alert(1)"} {
		if body := w.get(ask, "Cookie", "home="+odd).Body.String(); !strings.Contains(body, "Your handle") || strings.Contains(body, odd) {
			t.Errorf("%s: %s", odd, body)
		}
	}
	again := w.get(ask+"&forget=1", "Cookie", "home=peer.example", "Sec-Fetch-Site", "same-origin")
	if !strings.Contains(again.Header().Get("Set-Cookie"), "Max-Age=0") || !strings.Contains(again.Body.String(), "Your handle") {
		t.Errorf("another server: %v", again.Header())
	}
}

func TestFrontPageShowsWhatTheSiteChooses(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	w.write(ada, social.Draft{Text: "plain words"})
	w.put(ada, skein.Post{HTML: "<p>look</p>", Attachments: []skein.Attachment{file("a1", "image/jpeg", "A heron")}})
	w.put(ada, skein.Post{HTML: "<p>ask first</p>", Sensitive: true, Attachments: []skein.Attachment{file("b1", "image/jpeg", "Blood")}})
	for choice, want := range map[skein.Landing][2]bool{skein.LandingPosts: {true, true}, skein.LandingPhotos: {false, true}, skein.LandingNothing: {false, false}} {
		w.set(site.Settings{Landing: &choice})
		body := w.get("/").Body.String()
		if words, picture := strings.Contains(body, "plain words"), strings.Contains(body, "A heron"); words != want[0] || picture != want[1] {
			t.Errorf("%s: words %v, pictures %v", choice, words, picture)
		}
		if choice == skein.LandingPhotos && strings.Contains(body, "Blood") {
			t.Error("a picture that is to be asked for is among the latest")
		}
		for _, always := range []string{"What is this?", "Sign up", "Sign in"} {
			if !strings.Contains(body, always) {
				t.Errorf("%s lacks %s", choice, always)
			}
		}
	}
	if _, err := w.pages.Sites.Update(t.Context(), w.site.ID, site.Settings{Landing: ptr(skein.Landing("clips"))}); skein.KindOf(err) != skein.Invalid {
		t.Errorf("an unknown choice: %v", err)
	}
}
