// Package pages answers people's browsers: whole pages without JavaScript for visitors, the shell of the web app for those
// who are signed in, and the app's files. What may be seen the core decides; how the app's data looks the client API
// decides, whose answers the shell carries along.
package pages

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/media"
	"skein/internal/core/mirror"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/limit"
	"skein/internal/kit/web"
	"skein/internal/kit/words"
	"skein/internal/skein"
)

//go:embed template
var templates embed.FS

// Service serves the pages of all sites. Fill the fields, then call Start.
type Service struct {
	Social   *social.Service
	Media    *media.Service
	Identity *identity.Service
	Sites    *site.Service
	Log      *slog.Logger
	Dist     fs.FS // the built web app
	Version  string
	Clock    func() time.Time

	NoWorker bool // browsers are to drop the app's service worker

	Mirror  *mirror.Service
	Limit   *limit.Limiter // nil: none
	Proxies []netip.Prefix // whose X-Forwarded-For is believed

	// Boot returns what the web app starts with, nil when nobody is signed in. Server fills it in with the client API's own
	// answers.
	Boot func(r *http.Request, site *skein.Site) map[string]any

	assets *assets
	pages  map[string]*template.Template // by language
}

// Start reads the templates and the web app.
func (s *Service) Start() (err error) {
	if s.Clock == nil {
		s.Clock = time.Now
	}
	if s.assets, err = loadAssets(s.Dist); err != nil {
		return err
	}
	s.pages = map[string]*template.Template{}
	for _, lang := range web.Languages {
		if s.pages[lang], err = template.New("").Funcs(words.In(lang).Funcs()).Funcs(template.FuncMap{"languages": web.LanguageList}).ParseFS(templates, "template/*.html"); err != nil {
			return err
		}
	}
	return nil
}

// Dress returns the paths of the stylesheets, and of what there is of a font, that pages of other transports wear too.
func (s *Service) Dress(font string) (css, fonts []string) {
	return s.assets.css(), s.assets.fonts(font)
}

// Door returns the path of the script of the sign-in page, empty when there is none.
func (s *Service) Door() string {
	if f := s.assets.manifest["src/door.ts"].File; f != "" {
		return "/" + f
	}
	return ""
}

// ServeSite answers everything that no other transport owns.
func (s *Service) ServeSite(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	if s.NoWorker && r.URL.Path == worker {
		http.NotFound(w, r)
		return
	}
	if s.assets.serve(w, r) {
		return
	}
	if strings.HasPrefix(r.URL.Path, mediaPath) {
		s.media(w, r, site)
		return
	}
	if strings.HasPrefix(r.URL.Path, skein.MirrorPath) {
		s.mirrored(w, r, site)
		return
	}
	if r.Method == http.MethodPost && r.URL.Path == "/share" {
		shareLess(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	if s.serveMissing(w, r) {
		return
	}
	if strings.HasPrefix(r.URL.Path, mediaProxyPath) {
		s.mediaProxy(w, r, site)
		return
	}
	if to, ok := moved(r); ok {
		status := http.StatusFound
		if strings.HasPrefix(r.URL.Path, "/users/") { // mastodon-api.md 3.20
			w.Header().Set("Vary", "Origin, Accept")
			status = http.StatusMovedPermanently
		}
		http.Redirect(w, r, to, status)
		return
	}
	path := strings.TrimSuffix(r.URL.Path, "/")
	switch path { // the same for everybody
	case "/about":
		s.about(w, r, site)
		return
	case "/rules":
		s.rules(w, r, site)
		return
	case "/privacy":
		s.privacy(w, r, site)
		return
	case "/manifest.webmanifest", "/manifest", "/manifest.json":
		s.manifest(w, site)
		return
	case offline:
		if s.assets.script() != "" {
			s.shell(w, r, site, map[string]any{"offline": true})
			return
		}
	case "/custom.css":
		s.style(w, r, site)
		return
	case "/language":
		s.chooseLanguage(w, r, site)
		return
	case "/intent":
		s.intent(w, r, site)
		return
	case "/robots.txt":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprint(w, "User-agent: *\nDisallow: /api/\nDisallow: /oauth/\nDisallow: /authorize_interaction\n")
		return
	}
	for end, kind := range feedKinds {
		if at, ok := strings.CutSuffix(path, end); ok {
			s.feed(w, r, site, at, kind)
			return
		}
	}
	if strings.HasPrefix(path, "/@") && strings.HasSuffix(path, "/embed") {
		s.embed(w, r, site, strings.TrimSuffix(path, "/embed"))
		return
	}
	if path == "/terms" || strings.HasPrefix(path, "/terms/") {
		s.terms(w, r, site, strings.TrimPrefix(strings.TrimPrefix(path, "/terms"), "/"))
		return
	}
	if web.Session(r, site.Base) != "" {
		if boot := s.Boot(r, site); boot != nil {
			s.shell(w, r, site, boot)
			return
		}
	}
	if site.Closed() && path != "" && path != "/authorize_interaction" {
		http.Redirect(w, r, "/signin?return_to="+url.QueryEscape(r.URL.RequestURI()), http.StatusFound)
		return
	}
	s.public(w, r, site, path)
}

// places are where the screens of Mastodon's app are in ours; people have them among their bookmarks.
var places = map[string]string{
	"/bookmarks": "/saved/bookmarks", "/favourites": "/saved/likes", "/followed_tags": "/lists/tags", "/conversations": "/notifications/mentions",
	"/follow_requests": "/notifications/requests", "/mutes": "/settings/muted", "/blocks": "/settings/blocked", "/domain_blocks": "/settings/servers",
	"/filters": "/settings/filters", "/directory": "/explore/people", "/getting-started": "/", "/deck": "/", "/publish": "/compose",
}

// moved knows the paths that other software links to.
func moved(r *http.Request) (string, bool) {
	p := r.URL.Path
	switch {
	case p == "/privacy-policy":
		return "/privacy", true
	case p == "/terms-of-service":
		return "/terms", true
	case strings.HasPrefix(p, "/terms-of-service/"):
		return web.LocalPathOr("/terms/"+strings.TrimPrefix(p, "/terms-of-service/"), "/terms"), true
	case places[p] != "":
		return places[p], true
	case p == "/about/more":
		return "/about", true
	case strings.HasPrefix(p, "/@") && strings.HasSuffix(p, "/with_replies"):
		return web.LocalPathOr(strings.TrimSuffix(p, "/with_replies")+"/replies", "/"), true
	case strings.HasPrefix(p, "/users/"): // what is below a name as Mastodon's older accounts have it
		name, rest, _ := strings.Cut(strings.TrimPrefix(p, "/users/"), "/")
		return web.LocalPathOr("/@"+name+"/"+strings.TrimPrefix(rest, "statuses/"), "/"), true
	case p == "/share" && r.URL.Query().Get("text") != "" && !r.URL.Query().Has("files"): // with files the app takes them itself
		return "/compose?" + r.URL.RawQuery, true
	case strings.HasPrefix(p, "/web/"), strings.HasPrefix(p, "/deck/"):
		_, rest, _ := strings.Cut(p[1:], "/")
		return web.LocalPathOr("/"+rest, "/"), true // T125
	}
	return "", false
}

// frame is what every page needs.
type frame struct {
	Look      web.Look
	Site      *skein.Site
	Title     string
	Summary   string
	Canonical string
	Type      string
	Activity  string // ActivityPub document of the same thing
	OEmbed    string
	Feeds     []alternate // of the same posts
	Preview   preview
	NoIndex   bool
	Path      string // of this page, to come back to after signing in
	CSS       []string
	Fonts     []string
}

func (s *Service) frame(r *http.Request, site *skein.Site, title string) frame {
	look := web.LookOf(r)
	f := frame{Look: look, Fonts: s.assets.fonts(look.Font), Site: site, Title: title, CSS: s.assets.css(), Path: r.URL.RequestURI()}
	if site.Extra.Style != "" {
		f.CSS = append(slices.Clip(f.CSS), "/custom.css?"+styleVersion(site))
	}
	return f
}

// saying are the words of the language that a page is asked in.
func saying(r *http.Request) *words.Words { return words.In(web.LookOf(r).Lang) }

// render writes a page; it is made whole first, so that a fault leaves no half a page.
func (s *Service) render(w http.ResponseWriter, r *http.Request, site *skein.Site, status int, name string, data any) {
	var b bytes.Buffer
	if err := s.pages[web.LookOf(r).Lang].ExecuteTemplate(&b, name, data); err != nil {
		s.Log.Error("page not rendered", "page", name, "err", err)
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	web.SecurityHeaders(h, web.PagePolicy(site.Base, site.Domain))
	if name == "embed" { // for pages of others, with nothing to press on it but links (T121)
		h.Set("Content-Security-Policy", web.EmbedPolicy())
		h.Del("X-Frame-Options")
	} else {
		web.Isolate(h)
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Cookie")
	h.Add("Vary", "Accept")
	h.Add("Vary", "Accept-Language")
	if h.Get("Cache-Control") == "" {
		// Kept, but never shown without asking: the same address is another page once somebody signed in (T161).
		h.Set("Cache-Control", "no-cache")
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes())
	}
}

// fault answers for an error with a page in plain words.
func (s *Service) fault(w http.ResponseWriter, r *http.Request, site *skein.Site, err error) {
	say := saying(r)
	d := struct {
		frame
		Heading, Text, Next, NextLabel string
	}{frame: s.frame(r, site, say.T("Not found")+" · "+site.Name), Next: "/", NextLabel: say.T("To the front page")}
	d.NoIndex = true
	status := http.StatusNotFound
	d.Heading, d.Text = say.T("Nothing here"), say.T("The page does not exist, was deleted, or is not for everybody's eyes.")
	switch skein.KindOf(err) {
	case skein.NotFound, skein.Unauthorized, skein.Denied, skein.Invalid:
	case skein.Gone:
		status, d.Heading, d.Text = http.StatusGone, say.T("It is gone"), say.T("This was deleted by its author.")
	case skein.Busy:
		status, d.Heading, d.Text = http.StatusServiceUnavailable, say.T("Please try again"), say.T("The site is busy just now.")
	default:
		s.Log.Error("page", "err", err)
		status, d.Heading, d.Text = http.StatusInternalServerError, say.T("Something went wrong"), say.T("It is our fault, and it has been noted. Please try again.")
	}
	s.render(w, r, site, status, "notice", d)
}
