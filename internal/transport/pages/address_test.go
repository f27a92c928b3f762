package pages_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/limit"
	"skein/internal/skein"
)

// set changes the site.
func (w *town) set(in site.Settings) {
	w.t.Helper()
	one, err := w.pages.Sites.Update(w.t.Context(), w.site.ID, in)
	if err != nil {
		w.t.Fatal(err)
	}
	w.site = one
}

func ptr[T any](v T) *T { return &v }

// mastodon-api.md 3.20: the addresses beside the API that clients and other servers know.
func TestAddressesThatOthersKnow(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	p := w.write(ada, social.Draft{Text: "A #loom <3"})
	secret := w.write(ada, social.Draft{Text: "psst", Visibility: skein.Followers})
	for _, c := range []struct {
		path   string
		status int
		want   string // in the Location of a redirect, in the page else
	}{
		{"/@ada", 200, "A "}, {path(p), 200, "A "}, {path(p) + "/embed", 200, "A "}, {path(secret) + "/embed", 404, ""}, {"/@bob" + strings.TrimPrefix(path(p), "/@ada") + "/embed", 404, ""},
		{"/@ada/tagged/loom", 200, "A "}, {"/@ada/tagged/none", 200, "No posts yet"}, {"/@ada/with_replies", 302, "/@ada/replies"}, {"/@ada/media", 200, "No pictures yet"},
		{"/@ada.rss", 200, "<rss"}, {"/@ada/tagged/loom.rss", 200, "<category>loom</category>"}, {"/@ada/tagged/none.rss", 200, "<rss"}, {"/tags/loom.rss", 200, "<category>loom"},
		{"/@nobody.rss", 404, ""}, {"/nothing.rss", 404, ""}, {path(p) + ".rss", 404, ""}, {"/tags/loom", 200, "A "},
		{"/users/ada/statuses/" + p.ID.String(), 301, path(p)}, {"/users/ada/followers", 301, "/@ada/followers"},
		{"/authorize_interaction?uri=acct:ada@elm.example", 200, "Your handle"}, {"/share?text=hi", 302, "/compose?text=hi"},
		{"/intent?uri=" + url.QueryEscape("web+mastodon://follow?uri=acct:bob@oak.example"), 302, "/authorize_interaction?uri=bob%40oak.example"},
		{"/intent?uri=" + url.QueryEscape("web+mastodon://share?text=hi there"), 302, "/share?text=hi+there"},
		{"/intent?uri=" + url.QueryEscape("https://evil.example/"), 404, ""}, {"/intent", 404, ""},
		{"/favourites", 302, "/saved/likes"}, {"/domain_blocks", 302, "/settings/servers"}, {"/deck", 302, "/"},
		{"/about", 200, "About"}, {"/privacy-policy", 302, "/privacy"}, {"/terms-of-service", 302, "/terms"}, {"/terms-of-service/2026-01-01", 302, "/terms/2026-01-01"},
		{"/terms", 200, "About"}, {"/terms/2026-01-01", 404, ""}, {"/manifest", 200, `"start_url"`}, {"/custom.css", 200, ""}, {"/robots.txt", 200, "Disallow"},
	} {
		got := w.get(c.path)
		text := got.Body.String()
		if c.status == http.StatusMovedPermanently && got.Header().Get("Vary") != "Origin, Accept" {
			t.Errorf("%s: Vary %q", c.path, got.Header().Get("Vary"))
		}
		if c.status/100 == 3 {
			text = got.Header().Get("Location")
		}
		if got.Code != c.status || !strings.Contains(text, c.want) {
			t.Errorf("%s: %d %.300s, want %d %s", c.path, got.Code, text, c.status, c.want)
		}
	}
	w.set(site.Settings{Style: ptr("h1 { color: red }")})
	if err := w.pages.Sites.SetTerms(t.Context(), skein.Viewer{Site: w.site.ID, Account: w.site.Actor}, skein.Terms{Effective: "2026-01-01", Text: "Be <kind>."}); err != nil {
		t.Fatal(err)
	}
	if got := w.get("/custom.css"); got.Body.String() != "h1 { color: red }" || got.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("custom.css: %s", got.Body)
	}
	for _, path := range []string{"/terms", "/terms/2026-01-01"} {
		if got := w.get(path).Body.String(); !strings.Contains(got, "Be &lt;kind&gt;.") || !strings.Contains(got, `href="/custom.css?`) {
			t.Errorf("%s: %s", path, got)
		}
	}
}

// A page for frames of others has nothing to press and shows everybody the same, whoever is signed in (T121).
func TestT121_EmbedIsForFrames(t *testing.T) {
	w := inTown(t, built)
	p := w.write(w.person("ada", "Ada"), social.Draft{Text: "psst", Warning: "spoiler"})
	for _, headers := range [][]string{nil, {"Cookie", "__Host-session=good"}} {
		got := w.get(path(p)+"/embed", headers...)
		csp := got.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, "frame-ancestors *") || strings.Contains(csp, "script-src") || got.Header().Get("X-Frame-Options") != "" {
			t.Errorf("headers: %v", got.Header())
		}
		for _, bad := range []string{"<form", "<script", "<button", "signin", "<title>Ada: “psst"} {
			if strings.Contains(got.Body.String(), bad) {
				t.Errorf("the page has %s", bad)
			}
		}
	}
	if got := w.get(path(p)).Header(); got.Get("X-Frame-Options") != "DENY" || !strings.Contains(got.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("another page may be framed: %v", got)
	}
}

// What a feed says can be read by machines, and is asked for again without being sent again.
func TestFeedsAreRSS(t *testing.T) {
	w := inTown(t, built)
	ada, bob := w.person("ada", "Ada & Co"), w.person("bob", "Bob")
	w.write(ada, social.Draft{Text: "One <b> #Loom"})
	w.write(ada, social.Draft{Text: "psst", Visibility: skein.Followers})
	w.write(ada, social.Draft{Text: "two", Warning: "<cw>"})
	answered := w.write(bob, social.Draft{Text: "what?"})
	w.write(ada, social.Draft{Text: "@bob this", ReplyTo: answered.ID})
	got := w.get("/@ada.rss")
	var feed struct {
		Channel struct {
			Title string   `xml:"title"`
			Link  []string `xml:"link"` // where it belongs, and where it is itself
			Items []struct {
				GUID        string   `xml:"guid"`
				Published   string   `xml:"pubDate"`
				Description string   `xml:"description"`
				Tags        []string `xml:"category"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal(got.Body.Bytes(), &feed); err != nil {
		t.Fatal(err)
	}
	items := feed.Channel.Items
	if got.Header().Get("Content-Type") != "application/rss+xml; charset=utf-8" || feed.Channel.Title != "Ada & Co" || feed.Channel.Link[1] != "https://elm.example/@ada" && feed.Channel.Link[0] != "https://elm.example/@ada" || len(items) != 2 {
		t.Fatalf("feed: %v %s", got.Header(), got.Body)
	}
	if !strings.Contains(items[0].Description, "&lt;cw&gt;") || !strings.Contains(items[1].Description, "One &lt;b&gt;") || len(items[1].Tags) != 1 || items[1].Published != "Sun, 22 Nov 2026 09:30:00 +0000" {
		t.Errorf("items: %+v", items)
	}
	if again := w.get("/@ada.rss", "If-None-Match", got.Header().Get("ETag")); again.Code != 304 || again.Body.Len() > 0 {
		t.Errorf("asked for again: %d", again.Code)
	}
	if page := w.get("/@ada").Body.String(); !strings.Contains(page, `type="application/rss+xml" href="/@ada.rss"`) {
		t.Error("the profile does not name its feed")
	}
}

// Where visitors are shown nothing, pages do not show it either; where a feed is for people, its pages are.
func TestClosedSitesHavePagesForPeople(t *testing.T) {
	w := inTown(t, built)
	p := w.write(w.person("ada", "Ada"), social.Draft{Text: "A secret #loom"})
	hidden := []string{"/@ada", "/@ada/media", path(p), path(p) + "/embed", "/tags/loom", "/explore", "/@ada.rss", "/tags/loom.rss", "/@ada.atom", "/tags/loom.atom", path(p) + "/history", "/@ada/followers"}
	for _, in := range []site.Settings{{ClosedAPI: ptr(true)}, {ClosedAPI: ptr(false), AllowListOnly: ptr(true)}} {
		w.set(in)
		for _, at := range hidden {
			got := w.get(at)
			if got.Code != 404 && (got.Code != 302 || !strings.HasPrefix(got.Header().Get("Location"), "/signin?return_to=")) || strings.Contains(got.Body.String(), "secret") {
				t.Errorf("%s: %d %v %.200s", at, got.Code, got.Header(), got.Body)
			}
		}
		for _, at := range []string{"/", "/about", "/privacy", "/terms", "/custom.css", "/authorize_interaction?uri=x"} {
			if got := w.get(at); got.Code != 200 || strings.Contains(got.Body.String(), "secret") {
				t.Errorf("%s: %d %.200s", at, got.Code, got.Body)
			}
		}
		if got := w.get("/@ada", "Cookie", "__Host-session=good"); got.Code != 200 {
			t.Errorf("a person: %d", got.Code)
		}
	}
	w.set(site.Settings{AllowListOnly: ptr(false), Feeds: &skein.Feeds{LiveLocal: skein.FeedPeople, TagLocal: skein.FeedPeople}})
	for at, shown := range map[string]bool{"/": false, "/explore": false, "/tags/loom": false, "/tags/loom.rss": false, "/@ada": true} {
		if got := w.get(at); strings.Contains(got.Body.String(), "secret") != shown {
			t.Errorf("%s: %d %.300s", at, got.Code, got.Body)
		}
	}
}

// mastodon-api.md 7: who asks for too many files by their IDs is told to wait.
func TestMediaProxyIsRationed(t *testing.T) {
	w := inTown(t, built)
	w.pages.Limit = limit.New(w.pages.Clock)
	for i := range 31 {
		if got, want := w.get("/media_proxy/1/original").Code, map[bool]int{true: 404, false: 429}[i < 30]; got != want {
			t.Fatalf("the %dth: %d, want %d", i+1, got, want)
		}
	}
	w.now = w.now.Add(10 * time.Minute)
	if got := w.get("/media_proxy/1/original").Code; got != 404 {
		t.Errorf("later: %d", got)
	}
}
