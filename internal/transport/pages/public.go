package pages

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

const pageSize = 20

// public answers a visitor.
func (s *Service) public(w http.ResponseWriter, r *http.Request, site *skein.Site, path string) {
	switch {
	case path == "":
		s.landing(w, r, site)
	case strings.HasPrefix(path, "/@"):
		name, rest, _ := strings.Cut(path[2:], "/")
		number, part, _ := strings.Cut(rest, "/")
		if id, ok := skein.ParseID(number); ok && (part == "" || part == "history") {
			if part == "history" {
				s.history(w, r, site, name, id)
			} else {
				s.thread(w, r, site, name, id)
			}
			return
		}
		switch tag, tagged := strings.CutPrefix(rest, "tagged/"); {
		case tagged && tag != "":
			s.profile(w, r, site, name, "tagged", tag)
		case slices.Contains([]string{"", "posts", "replies", "media", "about"}, rest):
			s.profile(w, r, site, name, rest, "")
		case rest == "followers" || rest == "following":
			s.network(w, r, site, name, rest)
		default:
			s.fault(w, r, site, skein.ErrNotFound)
		}
	case strings.HasPrefix(path, "/collections/"):
		s.collection(w, r, site, path[len("/collections/"):])
	case strings.HasPrefix(path, "/tags/"):
		s.tag(w, r, site, path[len("/tags/"):])
	case path == "/explore" || path == "/public" || path == "/public/local":
		s.explore(w, r, site)
	case path == "/authorize_interaction":
		s.interaction(w, r, site)
	default:
		first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if _, app := screens[first]; !app {
			s.fault(w, r, site, skein.ErrNotFound)
			return
		}
		http.Redirect(w, r, "/signin?return_to="+url.QueryEscape(r.URL.RequestURI()), http.StatusFound) // a screen for people who are signed in
	}
}

// page reads ?max_id= of a list.
func page(r *http.Request) social.Page {
	p := social.Page{Limit: pageSize}
	if id, ok := skein.ParseID(r.URL.Query().Get("max_id")); ok {
		p.Max = id
	}
	return p
}

// older is the link to what comes after a full page.
func older(r *http.Request, list []*social.View) string {
	if len(list) < pageSize {
		return ""
	}
	return r.URL.Path + "?max_id=" + list[len(list)-1].Post.ID.String()
}

type listPage struct {
	frame
	Heading, Nothing string
	Posts            []post
	Older            string
}

func (s *Service) landing(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	shows := !site.Closed() && site.Extra.Feeds.LiveLocal == skein.FeedPublic && site.Extra.Landing != skein.LandingNothing
	photos := site.Extra.Landing == skein.LandingPhotos
	var list []*social.View
	if shows {
		var err error
		most := 10
		if photos {
			most = 24
		}
		list, err = s.Social.Public(r.Context(), skein.Viewer{Site: site.ID}, social.PublicFilter{Local: true, OnlyMedia: photos}, social.Page{Limit: 40})
		if err != nil {
			s.fault(w, r, site, err)
			return
		}
		// The front page puts people forward: who does not wish that stands in the list of all public posts only.
		list = slices.DeleteFunc(list, func(v *social.View) bool { return !v.Author.Discoverable })
		list = list[:min(len(list), most)]
	}
	say := saying(r)
	d := struct {
		listPage
		Lead, JoinLabel, People string
		Owner                   *person
		Shows, Photos           bool
		Tiles                   []tile
	}{Lead: site.Summary, JoinLabel: say.T("Sign up"), Shows: shows, Photos: photos}
	d.frame = s.frame(r, site, site.Name)
	d.Summary, d.Canonical = site.Summary, site.URL("/")
	d.Posts = postsOf(site, list, s.Clock())
	if d.Lead == "" {
		d.Lead = say.T("A calm place to write, read and talk, with people here and on thousands of other servers.")
	}
	if site.Joining == skein.JoinApproval {
		d.JoinLabel = say.T("Ask to join")
	}
	if photos {
		d.Tiles = tiles(d.Posts)
	}
	d.Owner, d.People, _ = s.who(r, site)
	s.render(w, r, site, http.StatusOK, "landing", d)
}

// tile is a picture that leads to its post.
type tile struct {
	Path, By string
	shown
}

// tiles are the first pictures of posts; none that is to be asked for first.
func tiles(posts []post) []tile {
	var out []tile
	for _, p := range posts {
		if !p.Veiled && p.Warning == "" && len(p.Pictures) > 0 && p.Pictures[0].Kind == "picture" {
			out = append(out, tile{p.Path, p.Author.Name, p.Pictures[0]})
		}
	}
	return out
}

// who tells who runs a site, how many people it has, and how much they wrote.
func (s *Service) who(r *http.Request, site *skein.Site) (owner *person, people, written string) {
	if site.Owner != 0 {
		if a, err := s.Social.Account(r.Context(), skein.Viewer{Site: site.ID}, site.Owner); err == nil {
			p := personOf(site, a)
			owner = &p
		}
	}
	if st, err := s.Sites.Stats(r.Context(), site.ID); err == nil {
		say := saying(r)
		people, written = say.N(st.Users, "{n} person", "{n} people"), say.N(st.Posts, "{n} post", "{n} posts")
	}
	return owner, people, written
}

// account returns somebody whose page may be shown.
func (s *Service) account(r *http.Request, site *skein.Site, name string) (*skein.Account, error) {
	a, err := s.Social.AccountByHandle(r.Context(), skein.Viewer{Site: site.ID}, name)
	if err == nil && a.Gone() {
		err = skein.ErrNotFound
	}
	return a, err
}

// kinds says what an account is that is no person.
var kinds = map[skein.AccountKind]string{skein.Bot: "Automated", skein.Group: "Group", skein.Organization: "Organisation"}

func (s *Service) profile(w http.ResponseWriter, r *http.Request, site *skein.Site, name, tab, tag string) {
	who := skein.Viewer{Site: site.ID}
	a, err := s.account(r, site, name)
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	limited := !a.SilencedAt.IsZero() && r.URL.Query().Get("anyway") == ""
	filter := social.AccountFilter{NoReplies: tab != "replies"}
	if tab == "media" || tab == "tagged" {
		filter = social.AccountFilter{OnlyMedia: tab == "media", NoBoosts: true, Tag: tag}
	}
	var list []*social.View
	if !limited {
		if list, err = s.Social.AccountPosts(r.Context(), who, a.ID, filter, page(r)); err != nil {
			s.fault(w, r, site, err)
			return
		}
	}
	var moved *person
	if a.MovedTo != 0 {
		if to, err := s.Social.Account(r.Context(), who, a.MovedTo); err == nil && !to.Gone() {
			p := personOf(site, to)
			moved = &p
		}
	}
	type field struct {
		Name     string
		Value    template.HTML
		Verified bool
	}
	type profile struct {
		person
		Handle, URI                 string
		Joined                      time.Time
		Cover, CoverText            string
		Label                       string
		Closed                      bool // its network is not shown
		Bio                         template.HTML
		Fields                      []field
		Posts, Following, Followers int
	}
	d := struct {
		listPage
		Profile  profile
		Tab, Tag string
		Limited  bool // by those who run the site
		Memorial bool
		Moved    *person
	}{Tab: "posts", Tag: tag, Limited: limited, Moved: moved, Memorial: a.Extra.Memorial}
	if tab == "replies" || tab == "media" || tab == "tagged" {
		d.Tab = tab
	}
	p := personOf(site, a)
	d.frame = s.frame(r, site, fmt.Sprintf("%s (@%s)", p.Name, a.Acct()))
	d.Summary = text.Excerpt(text.Plain(a.Bio), 200)
	d.Canonical, d.Activity, d.Type = a.URL, a.URI, "profile"
	d.NoIndex = !a.Local || !a.Indexable || !a.SilencedAt.IsZero() || a.MovedTo != 0
	d.Preview = preview{Card: "summary", Username: a.Username, Images: portrait(p, a)}
	if !d.NoIndex && d.Tab == "posts" {
		d.Preview.Data = profileData(site, a, p)
	}
	d.Profile = profile{
		person: p, Handle: a.Acct(), URI: a.URI, Joined: a.CreatedAt, Bio: withEmoji(site, a.Domain, a.Emojis, a.Bio),
		Posts: a.PostCount, Following: a.FollowingCount, Followers: a.FollowerCount,
	}
	d.Profile.Handle, d.Profile.Closed, d.Profile.Label = fullHandle(site, a), a.HideNetwork, kinds[a.Kind]
	if _, _, _, cover := site.Pictures(a); strings.HasPrefix(cover, site.Base+"/") {
		d.Profile.Cover, d.Profile.CoverText = cover, a.Extra.HeaderText
	}
	for _, f := range a.Fields {
		d.Profile.Fields = append(d.Profile.Fields, field{f.Name, withEmoji(site, a.Domain, a.Emojis, f.Value), !f.VerifiedAt.IsZero()})
	}
	if d.Tab == "posts" && !limited && r.URL.Query().Get("max_id") == "" {
		pins, err := s.Social.AccountPosts(r.Context(), who, a.ID, social.AccountFilter{Pinned: true}, social.Page{Limit: skein.MaxPins})
		if err != nil {
			s.fault(w, r, site, err)
			return
		}
		for _, v := range pins {
			one := postOf(site, v, s.Clock())
			one.Pinned, one.ID = true, "pin-"+one.ID
			d.Posts = append(d.Posts, one)
		}
	}
	d.Posts = append(d.Posts, postsOf(site, list, s.Clock())...)
	d.Older = older(r, list)
	if a.Local {
		at := "/@" + a.Username
		if tag != "" {
			at += "/tagged/" + url.PathEscape(tag)
		}
		d.Feeds = feeds(at, d.Title)
		w.Header().Set("Access-Control-Allow-Origin", "*") // mastodon-api.md 1; what a visitor sees, whoever asks
		w.Header().Add("Link", fmt.Sprintf(`<%s>; rel="alternate"; type="application/activity+json"`, a.URI))
		w.Header().Add("Link", fmt.Sprintf(`<%s>; rel="lrdd"; type="application/jrd+json"`,
			site.URL("/.well-known/webfinger?resource="+url.QueryEscape("acct:"+a.Username+"@"+site.Domain))))
	}
	s.render(w, r, site, http.StatusOK, "profile", d)
}

func (s *Service) tag(w http.ResponseWriter, r *http.Request, site *skein.Site, name string) {
	normal, display, ok := text.Hashtag(name)
	if !ok {
		s.fault(w, r, site, skein.ErrNotFound)
		return
	}
	if site.Extra.Feeds.TagLocal != skein.FeedPublic {
		signInFirst(w, r)
		return
	}
	// Where posts from elsewhere are for people alone, those from here are what there is.
	f := social.TagFilter{Tag: normal, Local: site.Extra.Feeds.TagRemote != skein.FeedPublic}
	list, err := s.Social.Tag(r.Context(), skein.Viewer{Site: site.ID}, f, page(r))
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	s.list(w, r, site, "#"+display, saying(r).T("Posts with this tag will be here."), "/tags/"+url.PathEscape(display), list)
}

// signInFirst leads to where visitors become somebody who may read the page.
func signInFirst(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/signin?return_to="+url.QueryEscape(r.URL.RequestURI()), http.StatusFound)
}

func (s *Service) explore(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	if site.Extra.Feeds.LiveLocal != skein.FeedPublic {
		signInFirst(w, r)
		return
	}
	list, err := s.Social.Public(r.Context(), skein.Viewer{Site: site.ID}, social.PublicFilter{Local: true}, page(r))
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	s.list(w, r, site, saying(r).T("Latest posts"), saying(r).T("Public posts of people here will be here."), "", list)
}

func (s *Service) list(w http.ResponseWriter, r *http.Request, site *skein.Site, heading, nothing, feed string, list []*social.View) {
	d := listPage{frame: s.frame(r, site, heading+" · "+site.Name), Heading: heading, Nothing: nothing}
	if d.NoIndex = true; feed != "" {
		d.Feeds = feeds(feed, heading)
	}
	d.Posts, d.Older = postsOf(site, list, s.Clock()), older(r, list)
	s.render(w, r, site, http.StatusOK, "list", d)
}

var joiningText = map[skein.Joining]string{
	skein.JoinOpen: "Everybody.", skein.JoinApproval: "Everybody who asks and is let in by the people who run it.",
	skein.JoinInvite: "People with an invitation.", skein.JoinClosed: "Nobody at the moment.",
}

func (s *Service) about(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	d := struct {
		frame
		Paragraphs               []string
		Owner                    *person
		Joining, People, Written string
		Release                  string
	}{frame: s.frame(r, site, saying(r).T("About {site}", "site", site.Name)), Joining: saying(r).T(joiningText[site.Joining]), Release: release(s.Version)}
	d.Canonical, d.Summary = site.URL("/about"), site.Summary
	d.Paragraphs = paragraphs(site.Description)
	if len(d.Paragraphs) == 0 && site.Summary != "" {
		d.Paragraphs = []string{site.Summary}
	}
	d.Owner, d.People, d.Written = s.who(r, site)
	s.render(w, r, site, http.StatusOK, "about", d)
}

// release is a version that says something to people; the name of a commit between two does not.
func release(version string) string {
	if number := strings.TrimPrefix(version, "v"); strings.Contains(number, ".") && number[0] >= '0' && number[0] <= '9' {
		return number
	}
	return ""
}

func (s *Service) rules(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	f := s.frame(r, site, saying(r).T("Rules of {site}", "site", site.Name))
	f.Canonical = site.URL("/rules")
	s.render(w, r, site, http.StatusOK, "rules", f)
}

func (s *Service) privacy(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	d := struct {
		frame
		Own []string // what the site itself says
	}{s.frame(r, site, saying(r).T("Privacy")+" · "+site.Name), paragraphs(site.Extra.Privacy)}
	s.render(w, r, site, http.StatusOK, "privacy", d)
}

// manifest lets browsers install the site as an app.
func (s *Service) manifest(w http.ResponseWriter, site *skein.Site) {
	w.Header().Set("Content-Type", "application/manifest+json")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	type list = []map[string]any
	_ = json.NewEncoder(w).Encode(map[string]any{
		"id": "/", "name": site.Name, "short_name": site.Name, "start_url": "/", "scope": "/", "display": "standalone",
		"background_color": "#FAF8F4", "theme_color": "#FFFFFF", "categories": []string{"social"},
		"icons": list{
			{"src": "/icon-192.png", "sizes": "192x192", "type": "image/png"},
			{"src": "/icon-512.png", "sizes": "512x512", "type": "image/png"},
			{"src": "/icon-mask.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
			{"src": "/mark.svg", "sizes": "any", "type": "image/svg+xml"},
		},
		"shortcuts": list{{"name": "New post", "url": "/compose"}, {"name": "Notifications", "url": "/notifications"}},
		"share_target": map[string]any{
			"action": "/share", "method": "POST", "enctype": "multipart/form-data",
			"params": map[string]any{"title": "title", "text": "text", "url": "url",
				"files": list{{"name": "files", "accept": []string{"image/*", "video/*", "audio/*"}}}},
		},
		"launch_handler":    map[string]any{"client_mode": []string{"focus-existing", "auto"}},
		"protocol_handlers": list{{"protocol": "web+ap", "url": "/authorize_interaction?uri=%s"}},
	})
}
