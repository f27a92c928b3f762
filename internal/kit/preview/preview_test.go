package preview

import (
	"strings"
	"testing"
	"time"
)

func TestRead(t *testing.T) {
	p := Read("https://news.example/a/1?x=1", "text/html", []byte(`<!DOCTYPE html><html lang="en-GB"><head>
		<title>Plain &amp; simple</title>
		<meta property="og:title" content="The &quot;story&quot;">
		<meta property="og:title" content="second">
		<meta name="description" content="plain words"><meta property="og:image" content="/pic.jpg">
		<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630"><meta property="og:image:alt" content="A hill">
		<meta property="og:site_name" content="The News"><meta property="og:type" content="article">
		<meta property="article:published_time" content="2026-01-02T03:04:05+01:00">
		<meta name="fediverse:creator" content="@ann@elm.example">
		<link rel="canonical" href="/a/1"><link rel="alternate" type="application/json+oembed" href="https://news.example/oembed?u=1">
		</head><body><title>no</title></body></html>`))
	want := Page{Title: `The "story"`, Description: "plain words", Type: "link", Article: true, Canonical: "https://news.example/a/1",
		Image: "https://news.example/pic.jpg", ImageText: "A hill", Width: 1200, Height: 630, Provider: "The News",
		Creator: "@ann@elm.example", Language: "en-GB", Published: time.Date(2026, 1, 2, 2, 4, 5, 0, time.UTC),
		OEmbed: "https://news.example/oembed?u=1"}
	if *p != want {
		t.Errorf("got  %+v\nwant %+v", *p, want)
	}
}

func TestReadJSONLD(t *testing.T) {
	p := Read("https://news.example/", "text/html; charset=utf-8", []byte(`<title>t</title><script type="application/ld+json">
		{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"no"},{"@type":["NewsArticle"],"headline":"Head &amp; line",
		"description":"About","author":[{"@type":"Person","name":"Ann","url":"https://news.example/ann"},{"name":"Bob"}],
		"publisher":{"name":"News"},"image":[{"url":"https://news.example/i.png"}],"inLanguage":"fr","datePublished":"2026-02-03"}]}</script>`))
	want := Page{Title: "Head & line", Description: "About", Type: "link", Article: true, Image: "https://news.example/i.png", Provider: "News",
		Author: "Ann, Bob", AuthorURL: "https://news.example/ann", Language: "fr", Published: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)}
	if *p != want {
		t.Errorf("got  %+v\nwant %+v", *p, want)
	}
}

func TestReadOtherCharsets(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{"text/html; charset=iso-8859-1", "<title>caf\xe9</title>", "café"},
		{"text/html", "<meta charset=windows-1251><title>\xcf\xf0\xe8\xe2\xe5\xf2</title>", "Привет"},
		{"text/html; charset=Shift_JIS", "<title>\x93\x8c\x8b\x9e</title>", "東京"},
		{"text/html", "\xEF\xBB\xBF<title>bom é</title>", "bom é"},
		{"text/html; charset=utf-8", "<title>bad \xff</title>", "bad \uFFFD"},
	} {
		if got := Read("https://a.example/", c.kind, []byte(c.body)).Title; got != c.want {
			t.Errorf("%q: got %q, want %q", c.body, got, c.want)
		}
	}
}

func TestNoIndexIsHeard(t *testing.T) {
	if !Read("https://a.example/", "", []byte(`<meta name="robots" content="NoIndex, follow">`)).NoIndex {
		t.Error("a robots tag is not heard")
	}
	if Read("https://a.example/", "", []byte(`<meta name="robots" content="index, follow">`)).NoIndex {
		t.Error("a page that agrees is refused")
	}
	if !Refuses([]string{"noindex"}) || Refuses([]string{"googlebot: noindex"}) || !Refuses([]string{"x: none", "skein: none"}) {
		t.Error("X-Robots-Tag is misread")
	}
}

// Whatever a page says, only addresses of the web come out of it, and no markup but our own.
func TestT116_PreviewsHoldNoMarkupOfOthers(t *testing.T) {
	p := Read("https://a.example/", "", []byte(`<title><b>x</b></title><base href="javascript:alert(1)"><meta property="og:image" content="javascript:alert(1)">
		<link rel=canonical href="data:text/html,x"><meta name="twitter:player" content="javascript:x">`))
	if p.Image != "" || p.Canonical != "" || p.HTML != "" || p.Player != "" {
		t.Errorf("got %+v", *p)
	}
	for in, want := range map[string]string{
		`<script>alert(1)</script>`:                   "",
		`<iframe src="javascript:alert(1)"></iframe>`: "",
		`<iframe src="https://v.example/?a=1&quot;&gt;&lt;script&gt;" onload="x()" srcdoc="<script>"></iframe><script></script>`: `<iframe src="https://v.example/?a=1&#34;&gt;&lt;script&gt;" width="640" height="360" allowfullscreen="" sandbox="` + sandbox + `"></iframe>`,
		`<iframe src="//v.example/e"></iframe>`: `<iframe src="https://v.example/e" width="640" height="360" allowfullscreen="" sandbox="` + sandbox + `"></iframe>`,
	} {
		if got := embed(in, 640, 360); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	p = &Page{Type: "link", Title: "was"}
	p.ReadOEmbed("https://a.example/o", []byte(`{"type":"rich","html":"<script>x</script>","title":"rich"}`))
	p.ReadOEmbed("https://a.example/o", []byte(`{"type":"video","html":"<b>no player</b>","title":"video"}`))
	if p.Type != "link" || p.Title != "was" || p.HTML != "" {
		t.Errorf("got %+v", *p)
	}
	p.ReadOEmbed("https://a.example/o", []byte(`{"type":"video","width":"640","height":360,"title":"A film","provider_name":"V","html":"<iframe src=\"https://v.example/e\"></iframe>","thumbnail_url":"https://v.example/t.jpg"}`))
	if p.Type != "video" || p.Title != "A film" || !strings.HasPrefix(p.HTML, `<iframe src="https://v.example/e" width="640" height="360"`) || p.Image != "https://v.example/t.jpg" {
		t.Errorf("got %+v", *p)
	}
}

func TestReadIsBounded(t *testing.T) {
	for _, s := range []string{strings.Repeat("<meta name=a content=b>", 50_000), strings.Repeat("<", 1<<20), "<title>" + strings.Repeat("a", 1<<20),
		`<script type="application/ld+json">` + strings.Repeat("[", 50_000), "<html " + strings.Repeat("a=b ", 100_000) + ">"} {
		begin := time.Now()
		Read("https://a.example/", "", []byte(s))
		if took := time.Since(begin); took > 3*time.Second {
			t.Errorf("%.20s took %v", s, took)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`<meta property="og:title" content="x"><script type="application/ld+json">{"@type":"Article","headline":1}</script>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := Read("https://a.example/b", "text/html", b)
		for _, u := range []string{p.Image, p.Canonical, p.Player, p.OEmbed, p.AuthorURL} {
			if u != "" && !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://") {
				t.Errorf("an address is %q", u)
			}
		}
		p.ReadOEmbed("https://a.example/b", b)
	})
}
