package fedtest

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skein/internal/transport/mastodon"
)

// sentinel is a word that stands in one place of one post, and nowhere else.
type sentinel struct {
	word string
	vis  string // of the post; "scheduled" for what is not posted yet
}

// reader is one who asks, and which visibilities are for them.
type reader struct {
	*Person
	sees string // words parted by blanks
}

func (r reader) may(s sentinel) bool { return strings.Contains(" "+r.sees+" ", " "+s.vis+" ") }

// matrix is a world in which one person wrote posts of every visibility, with a sentinel in every part of each.
type matrix struct {
	*world
	words   []sentinel
	readers []reader
	posts   []string
	tag     string   // of the author's posts
	uris    []string // addresses of the posts, for people and for programs
	ids     map[string][]string
}

func newMatrix(t *testing.T) *matrix {
	w := newWorld(t)
	x := &matrix{world: w, ids: map[string][]string{}, tag: "sentineltag"}
	mia, zed, mute, fay, gil := w.person("mia"), w.person("zed"), w.person("muriel"), w.person("fay"), w.person("gil")
	for _, p := range []*Person{zed, mute, fay, gil} {
		p.Follow(w.ann)
	}
	w.do(fay, "POST", "/api/v1/accounts/"+w.ann.ID+"/unfollow", nil) // who no longer follows, by their own wish or by hers
	w.do(w.ann, "POST", "/api/v1/accounts/"+gil.ID+"/remove_from_followers", nil)
	w.do(w.ann, "POST", "/api/v1/accounts/"+zed.ID+"/block", nil)
	w.do(w.ann, "POST", "/api/v1/accounts/"+mute.ID+"/mute", nil)
	everybody := "public unlisted"
	x.readers = []reader{
		{w.ann, "public unlisted private direct scheduled"}, {w.bob, "public unlisted private"}, {mute, "public unlisted private"},
		{mia, "public unlisted direct"}, {zed, ""}, {w.cleo, everybody}, {w.root, everybody}, {w.osk, everybody}, {visitor, everybody},
		{fay, everybody}, {gil, everybody},
		{&Person{Name: "a program", Site: w.ann.Site, Token: w.appToken()}, everybody},
	}
	return x
}

// word makes a sentinel.
func (x *matrix) word(vis, part string) string {
	s := sentinel{"sentinel" + vis + part, vis}
	x.words = append(x.words, s)
	return s.word
}

// write makes ann's posts.
func (x *matrix) write() {
	x.t.Helper()
	for _, vis := range []string{"public", "unlisted", "private", "direct"} {
		to := ""
		if vis == "direct" {
			to = "@mia "
		}
		// A post that is edited: what it said before is for the same people.
		post := x.id(x.ann, "POST", "/api/v1/statuses", m{"status": to + x.word(vis, "before") + " #sentineltag", "visibility": vis, "spoiler_text": x.word(vis, "warning")})
		x.do(x.ann, "PUT", "/api/v1/statuses/"+post, m{"status": to + x.word(vis, "text") + " #sentineltag", "spoiler_text": x.word(vis, "warned")})
		poll := x.id(x.ann, "POST", "/api/v1/statuses", m{"status": to + x.word(vis, "question"), "visibility": vis,
			"poll": m{"options": []any{x.word(vis, "answer"), "no"}, "expires_in": 3600}})
		file := x.id(x.ann, "POST", "/api/v2/media", m{"file": isFile + onePixel, "description": x.word(vis, "alt")})
		picture := x.id(x.ann, "POST", "/api/v1/statuses", m{"status": to + x.word(vis, "picture"), "visibility": vis, "media_ids": []any{file}})
		reply := x.id(x.ann, "POST", "/api/v1/statuses", m{"status": to + x.word(vis, "reply"), "visibility": vis, "in_reply_to_id": post})
		x.posts = append(x.posts, post, poll, picture, reply)
		if vis != "direct" { // nobody quotes a direct post, nor pins it
			x.posts = append(x.posts, x.id(x.ann, "POST", "/api/v1/statuses", m{"status": x.word(vis, "quoting"), "visibility": vis, "quoted_status_id": post}))
			x.do(x.ann, "POST", "/api/v1/statuses/"+post+"/pin", nil)
		}
		// What the author does with them shows in no other list.
		for _, verb := range []string{"favourite", "bookmark"} {
			x.do(x.ann, "POST", "/api/v1/statuses/"+post+"/"+verb, nil)
		}
		x.ids["media"] = append(x.ids["media"], file)
	}
	x.ids["scheduled_statuses"] = []string{x.id(x.ann, "POST", "/api/v1/statuses", m{"status": x.word("scheduled", "text"), "scheduled_at": "2099-01-01T00:00:00.000Z"})}
	x.n.Settle()
	for _, p := range x.posts {
		s := x.do(x.ann, "GET", "/api/v1/statuses/"+p, nil)
		for _, key := range []string{"url", "uri"} {
			if a, ok := At(s, key).(string); ok {
				x.uris = append(x.uris, a)
			}
		}
	}
	x.ids["statuses"], x.ids["polls"] = x.posts, x.posts
	for _, r := range x.readers {
		if r.ID != "" {
			x.ids["accounts"] = append(x.ids["accounts"], r.ID)
		}
	}
	for _, r := range []reader{{x.ann, ""}, x.readers[3]} { // what belongs to the author and to the one who is addressed
		for path, name := range map[string]string{"/api/v1/notifications": "notifications", "/api/v1/conversations": "conversations"} {
			list, _ := x.do(r.Person, "GET", path, nil).([]any)
			for _, e := range list {
				x.ids[name] = append(x.ids[name], At(e, "id").(string))
			}
		}
		groups, _ := At(x.do(r.Person, "GET", "/api/v2/notifications", nil), "notification_groups").([]any)
		for _, g := range groups {
			x.ids["groups"] = append(x.ids["groups"], At(g, "group_key").(string))
		}
	}
	list := x.id(x.bob, "POST", "/api/v1/lists", m{"title": "everybody"})
	x.do(x.bob, "POST", "/api/v1/lists/"+list+"/accounts", m{"account_ids": []any{x.ann.ID}})
	x.ids["list"], x.ids["lists"] = []string{list}, []string{list}
}

// leaks tells of every sentinel in an answer that is not for its reader.
func (x *matrix) leaks(r reader, what string, body []byte) {
	x.t.Helper()
	if !bytes.Contains(body, []byte("sentinel")) {
		return
	}
	for _, s := range x.words {
		if !r.may(s) && bytes.Contains(body, []byte(s.word)) {
			x.t.Errorf("%s reads %s at %s", name(r), s.word, what)
		}
	}
}

func name(r reader) string {
	if r.Name == "" {
		return "a visitor"
	}
	return r.Name
}

// paths are all that a route's path can become.
func (x *matrix) paths(r mastodon.Route) []string {
	names := r.Params()
	if len(names) == 0 {
		return []string{r.Path}
	}
	var values []string
	before, _, _ := strings.Cut(r.Path, "/{")
	switch kind := before[strings.LastIndexByte(before, '/')+1:]; {
	case names[0] == "key":
		values = x.ids["groups"]
	case names[0] == "name":
		values = []string{x.tag}
	case len(x.ids[kind]) > 0:
		values = x.ids[kind]
	default:
		for _, l := range x.ids {
			values = append(values, l[0])
		}
	}
	var out []string
	for _, v := range values {
		out = append(out, filled(r, []string{v, x.posts[0], "1"}))
	}
	return out
}

// T154, T156, T159, T160, T168, T171: what is not for a reader is in no answer to them: every GET of the route table with
// every id, and every page, feed and ActivityPub document. What is for them, they find.
func TestT154_T156_T159_T160_T171_PrivacyMatrix(t *testing.T) {
	x := newMatrix(t)
	x.write()
	asked := 0
	for _, route := range mastodon.Routes() {
		if route.Method != http.MethodGet || isStream(route) {
			continue
		}
		for _, path := range x.paths(route) {
			queries := []m{nil, {"q": "sentinel", "id": x.posts, "limit": 40, "acct": "ann", "timeline": []any{"home"}, "domain": "elm.example", "exclude_replies": false}}
			switch {
			case strings.HasSuffix(path, "/search"):
				for _, s := range x.words {
					queries = append(queries, m{"q": s.word, "limit": 40})
				}
				queries = append(queries, m{"q": "from:ann", "type": "statuses"}, m{"q": "sentinel in:library"}, m{"q": "sentinel in:public"})
				for _, u := range x.uris {
					queries = append(queries, m{"q": u, "resolve": true})
				}
			case route.Path == "/api/oembed":
				for _, u := range x.uris {
					queries = append(queries, m{"url": u})
				}
			case route.Path == "/api/v1/accounts/{id}/statuses":
				queries = append(queries, m{"pinned": true}, m{"only_media": true}, m{"tagged": "sentineltag"})
			}
			for _, r := range x.readers {
				if route.Auth == mastodon.Open {
					r.sees = x.readers[8].sees // who asks is not looked at there: everybody is a visitor
				}
				for _, q := range queries {
					asked++
					got := x.send(r.Person, inJSON, http.MethodGet, path, q)
					x.leaks(r, path, got.body)
				}
			}
		}
	}
	// Nothing is hidden from those it is for.
	for _, r := range x.readers {
		if r.Person == x.osk {
			continue // his site never heard of any of this
		}
		var all []byte
		for _, p := range x.posts {
			for _, part := range []string{"", "/history"} {
				all = append(all, x.send(r.Person, inJSON, http.MethodGet, "/api/v1/statuses/"+p+part, nil).body...)
			}
		}
		for _, s := range x.words {
			if found := bytes.Contains(all, []byte(s.word)); found != (r.may(s) && s.vis != "scheduled") {
				t.Errorf("%s finds %s: %t", name(r), s.word, found)
			}
		}
	}
	// Pages, feeds and documents for programs, without any credentials.
	me := x.do(x.ann, "GET", "/api/v1/accounts/"+x.ann.ID, nil)
	places := []string{"/@ann", "/@ann/with_replies", "/@ann/media", "/@ann.rss", "/@ann.atom", "/@ann.json", "/tags/sentineltag", "/tags/sentineltag.rss", "/@ann/tagged/sentineltag", "/public", "/explore", "/"}
	for _, u := range append([]string{At(me, "uri").(string), At(me, "url").(string)}, x.uris...) {
		parsed, err := url.Parse(u)
		if err != nil {
			t.Fatal(err)
		}
		for _, tail := range []string{"", "/activity", "/replies", "/likes", "/shares", "/outbox", "/outbox?page=true", "/followers", "/following", "/collections/featured",
			"/featured", "/quotes", "/embed", "/context", "/history"} {
			places = append(places, parsed.Path+tail)
		}
	}
	nobody := x.readers[8]
	for _, p := range places {
		for _, accept := range []string{"text/html", "application/activity+json", "application/rss+xml"} {
			asked++
			got := x.send(visitor, inJSON, http.MethodGet, p, nil, "Accept", accept)
			x.leaks(nobody, p+" as "+accept, got.body)
		}
	}
	t.Logf("%d questions, %d sentinels", asked, len(x.words))
}

// T157: no channel says to anybody what is not for them, neither new posts nor edits.
func TestT157_PrivacyMatrixOfStreams(t *testing.T) {
	x := newMatrix(t)
	list := x.id(x.bob, "POST", "/api/v1/lists", m{"title": "everybody"})
	x.do(x.bob, "POST", "/api/v1/lists/"+list+"/accounts", m{"account_ids": []any{x.ann.ID}})
	var here []reader
	for _, r := range x.readers {
		if r.ID != "" && r.Site == x.ann.Site {
			here = append(here, r)
		}
	}
	streams := x.listen(t, here, "?tag=sentineltag&list="+list)
	x.write()
	// What must arrive has arrived: then whatever was said before has arrived too.
	x.ann.Post("@ann @bob the end of it #sentineltag sentinelend", "public")
	out := []string{"zed"} // who is blocked; and those whom she neither names nor tells of her posts hear of them in public only
	for _, r := range here {
		if out = append(out, r.Name+" /api/v1/streaming/user/notification"); !strings.Contains("ann bob muriel", r.Name) {
			out = append(out, r.Name+" /api/v1/streaming/user")
		}
	}
	streams.until(t, "sentinelend", out...)
	for _, e := range streams.all {
		e.mu.Lock()
		x.leaks(e.reader, e.channel, e.heard)
		e.mu.Unlock()
		if strings.HasSuffix(e.channel, "/streaming/user") {
			for _, vis := range []string{"public", "unlisted", "private"} {
				follower := e.Name == "bob" || e.Name == "muriel" || e.Name == "ann"
				if got := e.has("sentinel" + vis + "reply"); got != follower {
					t.Errorf("%s hears of ann's %s post: %t", e.Name, vis, got)
				}
			}
		}
	}
}
