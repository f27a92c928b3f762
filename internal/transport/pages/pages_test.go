package pages_test

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/queue"
	"skein/internal/kit/stream"
	"skein/internal/kit/web"
	"skein/internal/kit/words"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
	"skein/internal/transport/pages"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// built is a web app as Vite lays it out.
var built = fstest.MapFS{
	".vite/manifest.json": {Data: []byte(`{
		"src/main.ts": {"file": "assets/main-1.js", "css": ["assets/main-1.css"], "imports": ["_shared.js"]},
		"_shared.js": {"file": "assets/shared-1.js"},
		"src/screen/Home.svelte": {"file": "assets/Home-1.js", "imports": ["_shared.js", "src/main.ts"]}}`)},
	"assets/main-1.js":     {Data: []byte("plain script")},
	"assets/main-1.js.br":  {Data: []byte("brotli script")},
	"assets/main-1.css":    {Data: []byte("body{}")},
	"assets/shared-1.js":   {Data: []byte("shared")},
	"assets/Home-1.js":     {Data: []byte("home")},
	"assets/text-1.woff2":  {Data: []byte("font")},
	"mark.svg":             {Data: []byte("<svg/>")},
	"sw.js":                {Data: []byte("worker")},
	".keep":                {Data: nil},
	"assets/main-1.js.map": {Data: []byte("{}")},
}

// town is a site with its pages, and a clock that stands still.
type town struct {
	*social.Service
	t     *testing.T
	db    *store.DB
	pages *pages.Service
	site  *skein.Site
	now   time.Time
}

func inTown(t *testing.T, dist fstest.MapFS) *town {
	t.Helper()
	w := &town{t: t, now: time.Date(2026, time.November, 22, 9, 30, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	w.db = storetest.Open(t, store.Options{URL: storetest.URL(t, "sqlite"), Clock: clock, NoSync: true})
	q := queue.New(queue.Config{Store: w.db.Shared(), Node: "test", Clock: clock})
	hear[skein.PostCreated](q, "created")
	hear[skein.PostDeleted](q, "deleted")
	hear[skein.PostPinned](q, "pinned")
	hear[skein.ProfileChanged](q, "profile")
	w.db.SetQueue(q)
	sites := &site.Service{DB: w.db}
	sites.Start()
	var err error
	if w.site, _, err = sites.Create(t.Context(), site.New{URL: "https://elm.example", Name: "Elm & Co", Joining: skein.JoinOpen}); err != nil {
		t.Fatal(err)
	}
	w.Service = &social.Service{DB: w.db, Hub: stream.New(stream.Options{}), Site: sites.ByID, Log: slog.New(slog.DiscardHandler)}
	w.Start()
	w.pages = &pages.Service{
		Social: w.Service, Sites: sites, Log: slog.New(slog.DiscardHandler), Dist: dist, Version: "1.2.3", Clock: clock,
		Boot: func(r *http.Request, _ *skein.Site) map[string]any {
			if web.Session(r, "https://elm.example") != "good" {
				return nil
			}
			return map[string]any{"account": json.RawMessage(`{"username":"ada","note":"</script><script>alert(1)</script>"}`), "path": r.URL.RequestURI()}
		},
	}
	if err := w.pages.Start(); err != nil {
		t.Fatal(err)
	}
	return w
}

func hear[E any](q *queue.Queue, name string) {
	queue.On(q, name, func(context.Context, E) error { return nil })
}

func (w *town) update(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), w.site.ID, fn); err != nil {
		w.t.Fatal(err)
	}
}

// person makes somebody of the site who agrees to be found.
func (w *town) person(name, title string) skein.Viewer {
	w.t.Helper()
	id := w.db.NewID()
	w.update(func(tx *store.Tx) error {
		a := &skein.Account{ID: id, Local: true, Kind: skein.Person, Username: name, DisplayName: title, Indexable: true, Discoverable: true, CreatedAt: tx.Now(),
			URI: w.site.URL("/ap/users/" + name), URL: w.site.URL("/@" + name), Inbox: w.site.URL("/ap/users/" + name + "/inbox")}
		if err := tx.InsertAccount(a); err != nil {
			return err
		}
		now := tx.Now()
		return tx.InsertPerson(&skein.User{Account: id, Role: skein.Member, CreatedAt: now, ConfirmedAt: now, ApprovedAt: now, SeenAt: now}, name+"@mail.example", name)
	})
	return skein.Viewer{Site: w.site.ID, Account: id}
}

func (w *town) write(who skein.Viewer, d social.Draft) *skein.Post {
	w.t.Helper()
	v, err := w.CreatePost(w.t.Context(), who, d)
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Post
}

// path is where a post of the site is read.
func path(p *skein.Post) string { return strings.TrimPrefix(p.URL, "https://elm.example") }

func (w *town) get(target string, header ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "https://elm.example"+target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	w.pages.ServeSite(rec, r, w.site)
	return rec
}

const signedIn = "__Host-session=good"

func TestT120_HeadersOnEveryPage(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	post := w.write(ada, social.Draft{Text: "hello #moss"})
	for _, c := range []struct {
		path, cookie string
		status       int
	}{
		{"/", "", 200}, {"/about", "", 200}, {"/privacy", "", 200}, {"/explore", "", 200}, {"/tags/moss", "", 200}, {"/@ada", "", 200},
		{"/@ada/replies", "", 200}, {path(post), "", 200}, {"/@nobody", "", 404}, {"/nowhere", "", 404},
		{"/authorize_interaction?uri=x", "", 200}, {"/", signedIn, 200}, {"/settings", signedIn, 200}, {"/nowhere", signedIn, 404}, {"/about", signedIn, 200},
	} {
		r := w.get(c.path, "Cookie", c.cookie)
		h := r.Header()
		if r.Code != c.status {
			t.Errorf("%s: status %d, want %d", c.path, r.Code, c.status)
		}
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self' wss://elm.example;", "frame-ancestors 'none'",
			"form-action 'self'", "base-uri 'none'", "object-src 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %s", c.path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: the policy is lax: %s", c.path, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Content-Type": "text/html; charset=utf-8"} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", c.path, name, got, want)
			}
		}
		// T161: what depends on who asks is no answer for the next one.
		want := "no-cache"
		if c.cookie != "" && c.path != "/about" {
			want = "private, no-store"
		}
		if got := h.Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control = %q, want %q", c.path, got, want)
		}
		if vary := strings.Join(h.Values("Vary"), ","); !strings.Contains(vary, "Cookie") {
			t.Errorf("%s: Vary = %q", c.path, vary)
		}
		body := r.Body.String()
		for _, never := range []string{"style=", "onclick", "onload=", "<style", "javascript:"} {
			if strings.Contains(body, never) {
				t.Errorf("%s: %s in the page, which the policy refuses", c.path, never)
			}
		}
		if n := strings.Count(body, "<h1"); n != 1 {
			t.Errorf("%s: %d h1", c.path, n)
		}
		if scripts := strings.Count(plainData(body), "<script"); c.cookie == "" && scripts != 0 {
			t.Errorf("%s: a public page has %d scripts", c.path, scripts)
		}
	}
}

// T159: what has an address is not yet for everybody, and nobody learns that it exists.
func TestT159_OnlyPublicAndUnlistedPosts(t *testing.T) {
	w := inTown(t, built)
	ada, bob := w.person("ada", "Ada"), w.person("bob", "Bob")
	missing := w.get("/@ada/1")
	if missing.Code != http.StatusNotFound {
		t.Fatalf("missing post: %d", missing.Code)
	}
	gone := w.write(ada, social.Draft{Text: "gone secret"})
	if _, err := w.DeletePost(t.Context(), ada, gone.ID); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		post *skein.Post
		seen bool
	}{
		{"public", w.write(ada, social.Draft{Text: "public secret"}), true},
		{"unlisted", w.write(ada, social.Draft{Text: "unlisted secret", Visibility: skein.Unlisted}), true},
		{"followers", w.write(ada, social.Draft{Text: "followers secret", Visibility: skein.Followers}), false},
		{"direct", w.write(ada, social.Draft{Text: "@bob direct secret", Visibility: skein.Direct}), false},
		{"deleted", gone, false},
	} {
		r := w.get(path(c.post))
		if c.seen {
			if body := r.Body.String(); r.Code != 200 || !strings.Contains(body, c.name+" secret") {
				t.Errorf("%s: %d", c.name, r.Code)
			} else if noindex := strings.Contains(body, `content="noindex`); noindex != (c.name == "unlisted") {
				t.Errorf("%s: noindex = %v", c.name, noindex)
			}
			continue
		}
		if r.Code != missing.Code || same(r) != same(missing) {
			t.Errorf("%s: %d; the answer differs from that of a post that never was:\n%s", c.name, r.Code, r.Body)
		}
		// Nor under the name of somebody else.
		if r := w.get("/@bob/" + c.post.ID.String()); same(r) != same(missing) {
			t.Errorf("%s as bob's: the answer differs", c.name)
		}
	}
	if r := w.get("/@bob/" + w.write(ada, social.Draft{Text: "hers"}).ID.String()); r.Code != 404 {
		t.Errorf("a post under another's name: %d", r.Code)
	}
	reply := w.write(bob, social.Draft{Text: "answer for followers", Visibility: skein.Followers, ReplyTo: w.write(ada, social.Draft{Text: "asked"}).ID})
	for _, at := range []string{"/", "/@ada", "/@ada/replies", "/@bob/replies", "/explore", "/tags/secret", "/@ada/" + reply.ReplyTo.String()} {
		body := w.get(at).Body.String()
		for _, secret := range []string{"followers secret", "direct secret", "gone secret", "answer for followers"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %q", at, secret)
			}
		}
		if at == "/" || at == "/explore" {
			if strings.Contains(body, "unlisted secret") {
				t.Errorf("%s lists an unlisted post", at)
			}
		}
	}
}

// plainData is a page without its structured data: no script, though an element of that name.
func plainData(body string) string {
	return regexp.MustCompile(`<script type="application/ld\+json">[^<]*</script>`).ReplaceAllString(body, "")
}

// same is all of an answer but the address that it was asked for.
func same(r *httptest.ResponseRecorder) string {
	return regexp.MustCompile(`return_to=[^"]*`).ReplaceAllString(r.Body.String(), "")
}

func TestNotFoundIsTheSameForHiddenAndMissing(t *testing.T) {
	w := inTown(t, built)
	w.person("ada", "Ada")
	closed := w.person("closed", "Closed")
	w.update(func(tx *store.Tx) error {
		a, err := tx.Account(closed.Account)
		if err != nil {
			return err
		}
		suspended := *a
		suspended.SuspendedAt = tx.Now()
		return tx.UpdateAccount(&suspended)
	})
	want := same(w.get("/@nobody"))
	for _, at := range []string{"/@closed", "/@ada/abc", "/@nobody/7", "/@nobody@peer.example", "/nowhere"} {
		if r := w.get(at); r.Code != 404 || same(r) != want {
			t.Errorf("%s: %d, or other words than for nobody", at, r.Code)
		}
	}
}

func TestNoIndexIsForWhoDidNotAgree(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	post := w.write(ada, social.Draft{Text: "hello"})
	for _, agreed := range []bool{true, false} {
		if _, _, err := w.UpdateProfile(t.Context(), ada, social.Profile{Indexable: &agreed}); err != nil {
			t.Fatal(err)
		}
		for _, at := range []string{"/@ada", path(post)} {
			if got := !strings.Contains(w.get(at).Body.String(), `name="robots" content="noindex, noarchive"`); got != agreed {
				t.Errorf("agreed %v: %s may be indexed: %v", agreed, at, got)
			}
		}
	}
}

const attack = `"><img src=x onerror=alert(1)><script>alert(2)</script>&lt;script&gt;`

func TestT116_NothingThatPeopleWriteIsMarkup(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	name, bio := `<script>1</script>"'><b>`, "hi "+attack+" [x](javascript:alert(3)) javascript:alert(4)"
	fields := []skein.Field{{Name: `<i onclick=x>`, Text: attack}}
	if _, _, err := w.UpdateProfile(t.Context(), ada, social.Profile{DisplayName: &name, Bio: &bio, Fields: &fields}); err != nil {
		t.Fatal(err)
	}
	post := w.write(ada, social.Draft{Text: attack + " #moss", Warning: attack, Language: "en"})
	bare := w.write(ada, social.Draft{Text: attack})
	// Of a peer comes HTML and a description; the first is cleaned at the door, the second is text.
	w.update(func(tx *store.Tx) error {
		p := &skein.Post{ID: tx.NewID(), Author: ada.Account, Local: true, URI: "https://elm.example/x", URL: "https://elm.example/@ada/x", HTML: "<p>pictures</p>", CreatedAt: tx.Now(),
			Attachments: []skein.Attachment{{Type: "image/png", URL: "https://peer.example/a.png", Description: attack}, {Type: "image/png", URL: "javascript:alert(5)", Description: "x"}}}
		_, err := tx.InsertPost(p)
		return err
	})
	for _, at := range []string{"/", "/@ada", path(post), path(bare), "/explore", "/tags/moss"} {
		r := w.get(at)
		body := r.Body.String()
		if r.Code != 200 || !strings.Contains(body, "alert(2)") {
			t.Errorf("%s: %d, and the words of the attack are not there", at, r.Code)
		}
		body = plainData(body)
		for _, live := range []string{"<script", "<img src=x", "<b>", "<i ", `href="javascript`, "onerror=alert(1)>"} {
			if strings.Contains(body, live) {
				t.Errorf("%s: %s is markup in\n%s", at, live, body)
			}
		}
	}
	shell := w.get("/", "Cookie", signedIn).Body.String()
	if strings.Contains(shell, "alert(1)</script>") || strings.Count(shell, "<script") != 2 {
		t.Errorf("the data in the shell breaks out:\n%s", shell)
	}
}

func TestT125_NoAddressLeadsElsewhere(t *testing.T) {
	w := inTown(t, built)
	for _, c := range []struct{ path, want string }{
		{"/web/@ada/1", "/@ada/1"},
		{"/deck/notifications", "/notifications"},
		{"/web/", "/"},
		{"/web//evil.example", "/"},
		{"/web/%5Cevil.example", "/"},
		{"/web/%2Fevil.example", "/"},
		{"/web/%2F%2Fevil.example", "/"},
		{"/web/%252Fevil.example", "/"},
		{"/web/%09/evil.example", "/"},
		{"/notifications?x=https://evil.example", "/signin?return_to=%2Fnotifications%3Fx%3Dhttps%3A%2F%2Fevil.example"},
		{"/privacy-policy", "/privacy"},
	} {
		r := w.get(c.path)
		if got := r.Header().Get("Location"); r.Code != http.StatusFound || got != c.want {
			t.Errorf("%s leads to %q (%d), want %q", c.path, got, r.Code, c.want)
		}
	}
	// The way to another server is a link that names it, for a person to follow; never a redirect.
	r := w.get("/authorize_interaction?uri=https%3A%2F%2Felm.example%2F%40ada&from=%40ann%40peer.example")
	if body := r.Body.String(); r.Code != 200 || r.Header().Get("Location") != "" ||
		!strings.Contains(body, `href="https://peer.example/authorize_interaction?uri=https%3A%2F%2Felm.example%2F%40ada"`) {
		t.Errorf("on to another server: %d %s\n%s", r.Code, r.Header().Get("Location"), body)
	}
	for _, from := range []string{"ann", "@ann", "ann@", "ann@peer", "ann@peer.example/x", "ann@peer.example?x=", "ann@a@peer.example", "ann@peer.example%23", "ann@javascript:alert(1)//.", "ann@peer.example:x"} {
		r := w.get("/authorize_interaction?uri=x&from=" + strings.ReplaceAll(from, "@", "%40"))
		if r.Code != http.StatusUnprocessableEntity || strings.Contains(r.Body.String(), "btn-wide\" href=\"https:") {
			t.Errorf("from %s: %d", from, r.Code)
		}
	}
}

func TestPagesDescribeThemselves(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada Lovelace")
	bio := "Counts & computes."
	if _, _, err := w.UpdateProfile(t.Context(), ada, social.Profile{Bio: &bio}); err != nil {
		t.Fatal(err)
	}
	post := w.write(ada, social.Draft{Text: "The engine weaves patterns."})
	warned := w.write(ada, social.Draft{Text: "It works in the end.", Warning: "ending"})
	for at, parts := range map[string][]string{
		"/@ada": {`<title>Ada Lovelace (@ada)</title>`, `property="og:title" content="Ada Lovelace (@ada)"`, `property="og:type" content="profile"`,
			`property="og:description" content="Counts &amp; computes."`, `rel="canonical" href="https://elm.example/@ada"`,
			`type="application/activity&#43;json" href="` + "https://elm.example/ap/users/ada"},
		path(post): {`property="og:type" content="article"`, `property="og:description" content="The engine weaves patterns."`, `rel="canonical" href="` + post.URL + `"`,
			`property="og:site_name" content="Elm &amp; Co"`, post.URI, `href="https://elm.example/api/oembed?url=`},
		path(warned): {`property="og:description" content="ending"`, "<details"},
	} {
		body := strings.ReplaceAll(w.get(at).Body.String(), "activity+json", "activity&#43;json")
		for _, part := range parts {
			if !strings.Contains(body, part) {
				t.Errorf("%s lacks %s", at, part)
			}
		}
	}
	// What is folded on the page stays out of previews.
	head, _, _ := strings.Cut(w.get(path(warned)).Body.String(), "</head>")
	if strings.Contains(head, "in the end") {
		t.Errorf("the preview tells what the warning covers:\n%s", head)
	}
	if links := strings.Join(w.get("/@ada").Header().Values("Link"), " "); !strings.Contains(links, "application/activity+json") || !strings.Contains(links, "webfinger") {
		t.Errorf("Link = %s", links)
	}
}

func TestAssets(t *testing.T) {
	w := inTown(t, built)
	plain := w.get("/assets/main-1.js")
	br := w.get("/assets/main-1.js", "Accept-Encoding", "gzip, br")
	if plain.Body.String() != "plain script" || plain.Header().Get("Content-Encoding") != "" {
		t.Errorf("without br: %q %v", plain.Body, plain.Header())
	}
	if br.Body.String() != "brotli script" || br.Header().Get("Content-Encoding") != "br" {
		t.Errorf("with br: %q %v", br.Body, br.Header())
	}
	if a, b := plain.Header().Get("ETag"), br.Header().Get("ETag"); a == "" || a == b {
		t.Errorf("one strong tag for two sequences of bytes: %s %s", a, b)
	}
	for _, r := range []*httptest.ResponseRecorder{plain, br} {
		h := r.Header()
		if h.Get("Cache-Control") != "public, max-age=31536000, immutable" || h.Get("Vary") != "Accept-Encoding" ||
			h.Get("Content-Type") != "text/javascript; charset=utf-8" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("headers %v", h)
		}
		tag := h.Get("ETag")
		for _, ask := range []string{tag, `"other", ` + tag, "W/" + tag, "*"} {
			again := w.get("/assets/main-1.js", "If-None-Match", ask, "Accept-Encoding", h.Get("Content-Encoding"))
			if again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != tag || again.Header().Get("Content-Encoding") != "" {
				t.Errorf("If-None-Match %s: %d %v", ask, again.Code, again.Header())
			}
		}
		if again := w.get("/assets/main-1.js", "If-None-Match", `"other"`); again.Code != 200 {
			t.Errorf("another tag: %d", again.Code)
		}
	}
	for _, refused := range []string{"br;q=0", "identity", "abr", ""} {
		if r := w.get("/assets/main-1.js", "Accept-Encoding", refused); r.Header().Get("Content-Encoding") != "" {
			t.Errorf("Accept-Encoding %s: br all the same", refused)
		}
	}
	if r := w.get("/mark.svg"); r.Header().Get("Content-Type") != "image/svg+xml" || strings.Contains(r.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("/mark.svg: %v", r.Header())
	}
	for _, at := range []string{"/.vite/manifest.json", "/assets/main-1.js.br", "/assets/old-1.js", "/assets/", "/.keep"} {
		if r := w.get(at); r.Code != 404 {
			t.Errorf("%s: %d", at, r.Code)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://elm.example/assets/main-1.js", nil)
	rec := httptest.NewRecorder()
	if w.pages.ServeSite(rec, r, w.site); rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", rec.Code, rec.Header())
	}
	if css, _ := w.pages.Dress("own"); !slices.Equal(css, []string{"/assets/main-1.css"}) {
		t.Errorf("stylesheets = %s", css)
	}
}

func TestShellCarriesTheFirstData(t *testing.T) {
	w := inTown(t, built)
	body := w.get("/?x=1", "Cookie", signedIn+"; theme=dark; contrast=odd; size=130; density=compact; motion=wild; side=off").Body.String()
	for _, part := range []string{`data-theme="dark" data-contrast="system" data-size="130" data-density="compact" data-side="off">`, `<script type="module" src="/assets/main-1.js">`, `href="/assets/main-1.css"`,
		`<link rel="modulepreload" href="/assets/Home-1.js">`, `<link rel="modulepreload" href="/assets/shared-1.js">`, `href="/@ada"`, `content="noindex"`} {
		if !strings.Contains(body, part) {
			t.Errorf("the shell lacks %s", part)
		}
	}
	_, data, _ := strings.Cut(body, `id="boot">`)
	data, _, _ = strings.Cut(data, "</script>")
	var boot struct {
		Account struct{ Note string }
		Path    string
		Theme   string
	}
	if err := json.Unmarshal([]byte(data), &boot); err != nil || boot.Path != "/?x=1" || boot.Theme != "dark" || boot.Account.Note != "</script><script>alert(1)</script>" {
		t.Errorf("boot = %+v, %v, from %s", boot, err, data)
	}
	// The same signs as in the app, which takes the shell's place in a moment.
	icons, err := os.ReadFile("../../../web/src/ui/icons.gen.ts")
	if err != nil {
		t.Fatal(err)
	}
	_, drawn, _ := strings.Cut(body, `<nav class="rail"`)
	for _, sign := range regexp.MustCompile(`class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="([^"]+)"`).FindAllStringSubmatch(drawn, -1) {
		if !strings.Contains(string(icons), "'"+sign[1]+"'") {
			t.Errorf("a sign that the app does not draw: %s", sign[1])
		}
	}
	// A session that ended is none: the public page answers.
	if r := w.get("/", "Cookie", "__Host-session=bad"); strings.Contains(r.Body.String(), `id="boot"`) {
		t.Error("a session that is no more gets the shell")
	}
}

// A screen is found however one comes to it: by a link in the app, or by its address.
func TestEveryScreenHasItsPage(t *testing.T) {
	routes, err := os.ReadFile("../../../web/src/app/routes.ts")
	if err != nil {
		t.Fatal(err)
	}
	paths := regexp.MustCompile(`path: '/(?::\w+\()?([a-z]*)`).FindAllStringSubmatch(string(routes), -1)
	if len(paths) < 20 {
		t.Fatalf("found %d screens only", len(paths))
	}
	w := inTown(t, built)
	for _, m := range paths {
		first := m[1]
		if first == "intent" {
			first += "/create" // without a kind the server itself sorts it: embed.go
		}
		if r := w.get("/"+first, "Cookie", signedIn); r.Code != 200 {
			t.Errorf("/%s: status %d for somebody signed in, want 200", first, r.Code)
		}
		if r := w.get("/" + first); r.Code != 200 && !strings.HasPrefix(r.Header().Get("Location"), "/signin?return_to=") {
			t.Errorf("/%s: status %d for a visitor, want the page or the way to sign in", first, r.Code)
		}
	}
}

func TestBinaryWithoutTheApp(t *testing.T) {
	w := inTown(t, fstest.MapFS{".keep": {}})
	ada := w.person("ada", "Ada")
	post := w.write(ada, social.Draft{Text: "hello"})
	if r := w.get("/", "Cookie", signedIn); r.Code != 200 || !strings.Contains(r.Body.String(), "This binary was built without the web app. Run make build, or install a release.") {
		t.Errorf("app address: %d %s", r.Code, r.Body)
	}
	if r := w.get(path(post)); r.Code != 200 || !strings.Contains(r.Body.String(), "hello") {
		t.Errorf("public page: %d", r.Code)
	}
	if css, fonts := w.pages.Dress("own"); len(css)+len(fonts) > 0 {
		t.Errorf("dress = %s %s", css, fonts)
	}
}

func TestOlderPosts(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	for range 21 {
		w.now = w.now.Add(time.Second)
		w.write(ada, social.Draft{Text: "again"})
	}
	body := w.get("/@ada").Body.String()
	older := regexp.MustCompile(`href="(/@ada\?max_id=\d+)"`).FindStringSubmatch(body)
	if n := strings.Count(body, "<article"); n != 20 || older == nil {
		t.Fatalf("%d posts, older: %v", n, older)
	}
	body = w.get(older[1]).Body.String()
	if n := strings.Count(body, "<article"); n != 1 || strings.Contains(body, "max_id=") || !strings.Contains(body, "No more posts") {
		t.Errorf("second page: %d posts\n%s", n, body)
	}
}

// TestGolden shows whole pages: read the change of these files in review, beside web/CLASSES.md.
func TestGolden(t *testing.T) {
	w := inTown(t, built)
	ada, bob := w.person("ada", "Ada Lovelace"), w.person("bob", "")
	bio := "Counts. https://ada.example"
	fields := []skein.Field{{Name: "Pronouns", Text: "she/her"}}
	if _, _, err := w.UpdateProfile(t.Context(), ada, social.Profile{Bio: &bio, Fields: &fields}); err != nil {
		t.Fatal(err)
	}
	first := w.write(ada, social.Draft{Text: "The engine weaves patterns. #looms", Language: "en"})
	w.now = w.now.Add(time.Minute)
	w.write(ada, social.Draft{Text: "Row by row.", ReplyTo: first.ID})
	w.now = w.now.Add(time.Minute)
	answer := w.write(bob, social.Draft{Text: "@ada Which ones?", ReplyTo: first.ID})
	w.now = w.now.Add(time.Minute)
	w.write(ada, social.Draft{Text: "All that there are.", Warning: "answer", ReplyTo: answer.ID})
	if _, err := w.Pin(t.Context(), ada, first.ID); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(2 * time.Hour)
	for name, at := range map[string]string{"profile": "/@ada", "thread": path(answer)} {
		r := w.get(at)
		got := regexp.MustCompile(`\d{15,}`).ReplaceAllString(r.Body.String(), "ID")
		file := filepath.Join("testdata", name+".html")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: the page differs from %s (go test -update rewrites it):\n%s", at, file, got)
		}
	}
}

// Every language that can be chosen has a name and sentences of its own.
func TestEveryLanguageHasWords(t *testing.T) {
	list := web.LanguageList()
	if len(list) != len(web.Languages) {
		t.Fatalf("%d names for %d languages", len(list), len(web.Languages))
	}
	for i, l := range list {
		if l.Code != web.Languages[i] || l.Name == "" || words.In(l.Code).Lang != l.Code {
			t.Errorf("%s: %+v, words of %s", web.Languages[i], l, words.In(l.Code).Lang)
		}
	}
}

// The front page puts people forward: only those who wish it. The list of all public posts has everybody.
func TestFrontPageHasThoseWhoWishToBeFound(t *testing.T) {
	w := inTown(t, built)
	w.write(w.person("ada", "Ada"), social.Draft{Text: "hello"})
	shy := w.person("shy", "Shy")
	w.update(func(tx *store.Tx) error {
		a, err := tx.Account(shy.Account)
		if err != nil {
			return err
		}
		a.Discoverable = false
		return tx.UpdateAccount(a)
	})
	w.write(shy, social.Draft{Text: "among ourselves"})
	if page := w.get("/").Body.String(); !strings.Contains(page, "hello") || strings.Contains(page, "among ourselves") {
		t.Error("the front page: only who wishes to be found is put forward")
	}
	if page := w.get("/explore").Body.String(); !strings.Contains(page, "among ourselves") {
		t.Error("the list of all public posts lacks one")
	}
}
