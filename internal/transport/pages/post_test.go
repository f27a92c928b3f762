package pages_test

import (
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// put stores a post of somebody as it is, with what a draft does not make by itself.
func (w *town) put(who skein.Viewer, p skein.Post) *skein.Post {
	w.t.Helper()
	w.update(func(tx *store.Tx) error {
		a, err := tx.Account(who.Account)
		if err != nil {
			return err
		}
		p.ID, p.Author, p.Local, p.CreatedAt = tx.NewID(), who.Account, true, tx.Now()
		p.URL, p.URI = a.URL+"/"+p.ID.String(), a.URI+"/posts/"+p.ID.String()
		_, err = tx.InsertPost(&p)
		return err
	})
	return &p
}

// file is a picture, film or sound of the site.
func file(key, mediaType, description string) skein.Attachment {
	a := skein.Attachment{Type: mediaType, Key: key, Description: description, Width: 1600, Height: 900}
	if !strings.HasPrefix(mediaType, "audio/") {
		a.SmallKey, a.SmallType, a.SmallWidth, a.SmallHeight = key+"s", "image/jpeg", 640, 360
	}
	return a
}

// Whatever a post has is on its page, for people whose browser runs no scripts.
func TestPagesShowAllOfAPost(t *testing.T) {
	w := inTown(t, built)
	ada, bob := w.person("ada", "Ada :moss:"), w.person("bob", "Bob")
	moss := []skein.Emoji{{Code: "moss", URL: "https://elm.example/media/moss.png"}}
	w.update(func(tx *store.Tx) error {
		a, err := tx.Account(ada.Account)
		if err != nil {
			return err
		}
		changed := *a
		changed.Emojis, changed.Avatar = moss, "https://elm.example/media/face.jpg"
		return tx.UpdateAccount(&changed)
	})
	quoted := w.write(bob, social.Draft{Text: "To be quoted"})
	hidden := w.write(bob, social.Draft{Text: "no longer quotable"})
	parts := map[string][]string{}
	expect := func(p *skein.Post, want ...string) { parts[path(p)] = want }
	expect(w.put(ada, skein.Post{HTML: "<p>two</p>", Attachments: []skein.Attachment{file("a1", "image/jpeg", "A heron"), file("a2", "image/png", "")}}),
		`<div class="media" data-count="2">`, `<a class="media-item" href="https://elm.example/media/a1.jpg"><img src="https://elm.example/media/a1s.jpg" alt="A heron" width="640" height="360" loading="lazy"`,
		`alt="Picture without a description"`)
	expect(w.put(ada, skein.Post{HTML: "<p>plays</p>", Attachments: []skein.Attachment{file("b1", "video/mp4", "Waves"), file("b2", "audio/mpeg", "Rain on tin")}}),
		`<video class="media-film" src="https://elm.example/media/b1.mp4" poster="https://elm.example/media/b1s.jpg" controls playsinline preload="none" width="1600" height="900" aria-label="Waves">`,
		`<audio src="https://elm.example/media/b2.mp3" controls preload="none" aria-label="Rain on tin">`, `<span dir="auto">Rain on tin</span>`)
	expect(w.put(ada, skein.Post{HTML: "<p>look</p>", Sensitive: true, Attachments: []skein.Attachment{file("c1", "image/jpeg", "Blood")}}),
		`<details class="post-fold"><summary class="post-warning">`, `Sensitive pictures`)
	expect(w.put(ada, skein.Post{HTML: "<p>asks</p>", Emojis: moss, Extra: skein.PostExtra{Poll: &skein.Poll{EndsAt: w.now.Add(-time.Hour), Voters: 3, Multiple: true,
		Options: []skein.PollOption{{Text: "tea :moss:", Votes: 2}, {Text: "<b>ink", Votes: 1}}}}}),
		`<li class="poll-option poll-top">`, `value="67"`, `<strong>67%</strong>`, `value="33"`, `<img class="emoji" src="https://elm.example/media/moss.png" alt=":moss:"`, `&lt;b&gt;ink`,
		`<span>3 people</span><span>Ended</span>`)
	expect(w.put(ada, skein.Post{HTML: "<p>asks in secret</p>", Extra: skein.PostExtra{Poll: &skein.Poll{EndsAt: w.now.Add(time.Hour), HideTotals: true,
		Options: []skein.PollOption{{Text: "yes", Votes: 9}, {Text: "no", Votes: 1}}}}}),
		`value="0"`, `<span>10 votes</span><span>Ends 22 November 2026 at 10:30 UTC</span><span>Results are shown when it ends</span>`)
	expect(w.put(ada, skein.Post{HTML: `<p class="quote-inline">RE: there</p><p>so true</p>`, QuoteOf: quoted.ID, Extra: skein.PostExtra{Quote: &skein.Quote{URI: quoted.URI, State: skein.QuoteAccepted}}}),
		`<div class="quote" role="group" aria-label="Quoted post">`, `To be quoted`, `avatar-tiny`)
	expect(w.put(ada, skein.Post{HTML: `<p>oh</p>`, QuoteOf: hidden.ID, Extra: skein.PostExtra{Quote: &skein.Quote{URI: hidden.URI, State: skein.QuoteRevoked}}}),
		`<div class="quote quote-none">`, `The author of the quoted post does not want it quoted here.`)
	expect(w.put(ada, skein.Post{HTML: "<p>hm :moss:</p>", Emojis: moss, Extra: skein.PostExtra{Reactions: []skein.Reaction{{Emoji: "🦆", Count: 3}, {Emoji: "moss@peer.example", URL: "https://elm.example/media/m.png", Count: 1}}}}),
		`<span class="reaction"><span>🦆</span> <span class="num">3</span></span>`, `<img class="emoji" src="https://elm.example/media/m.png" alt=":moss:"`, `<p>hm <img class="emoji"`,
		`<bdi class="post-name">Ada <img class="emoji" src="https://elm.example/media/moss.png" alt=":moss:"`, `<img class="avatar" src="https://elm.example/media/face.jpg" alt=""`)
	var card skein.ID
	w.update(func(tx *store.Tx) error {
		c, err := tx.WantCard("https://news.example/a", "news.example")
		if err != nil {
			return err
		}
		c.Ready, card = true, c.ID
		c.Data = skein.CardData{URL: "https://news.example/a", Title: "Moss & stone", Description: "How it grows", Kind: skein.CardLink, AuthorName: "Eve", PublishedAt: w.now,
			Image: "https://news.example/i.png", ImageText: "Green", Width: 1200, Height: 630}
		return tx.UpdateCard(c)
	})
	expect(w.put(ada, skein.Post{HTML: "<p>read</p>", Extra: skein.PostExtra{Card: card}}),
		`<div class="link-card link-card-pictured link-card-wide">`, `<img src="https://elm.example/proxy/`, `alt="Green"`, `<bdi>news.example</bdi> · 22 November 2026`,
		`href="https://news.example/a" rel="nofollow noopener noreferrer" dir="auto">Moss &amp; stone</a>`, `How it grows`, `By <bdi>Eve</bdi>`)
	for at, want := range parts {
		body := w.get(at).Body.String()
		for _, part := range want {
			if !strings.Contains(body, part) {
				t.Errorf("%s lacks %s:\n%s", at, part, body[strings.Index(body, "<article"):])
			}
		}
		for _, never := range []string{"no longer quotable", "RE: there", "<b>ink", "90%", "autoplay", `src="https://news.example`} {
			if strings.Contains(body, never) {
				t.Errorf("%s has %s", at, never)
			}
		}
	}
}

// What a warning covers is all that the post has: words, pictures, answers to choose from, and what it quotes.
func TestAWarningCoversTheWholePost(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	quoted := w.write(w.person("bob", "Bob"), social.Draft{Text: "the quoted ending"})
	p := w.put(ada, skein.Post{HTML: "<p>the ending</p>", Warning: "Film", Sensitive: true, QuoteOf: quoted.ID, Attachments: []skein.Attachment{file("a1", "image/jpeg", "The hero")},
		Extra: skein.PostExtra{Quote: &skein.Quote{URI: quoted.URI, State: skein.QuoteAccepted}, Poll: &skein.Poll{Options: []skein.PollOption{{Text: "he dies"}, {Text: "she lives"}}}}})
	for _, at := range []string{path(p), "/@ada", "/", path(p) + "/embed"} {
		body := w.get(at).Body.String()
		before, rest, _ := strings.Cut(body, `<details class="post-fold">`)
		fold, after, _ := strings.Cut(rest, "</details>")
		for _, covered := range []string{"the ending", "The hero", "he dies", "the quoted ending"} {
			if !strings.Contains(fold, covered) {
				t.Errorf("%s: %q is not in the fold", at, covered)
			}
			if strings.Contains(before, covered) || at == path(p) && strings.Contains(after, covered) {
				t.Errorf("%s: %q is before the fold, or after it", at, covered)
			}
		}
	}
}
