package fedtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/site"
	"skein/internal/kit/web"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/transport/mastodon"
)

// world is a site with people in it who have everything that the client API knows, made by the API itself.
type world struct {
	t    *testing.T
	n    *Net
	ann  *Person // owns things
	bob  *Person // follows ann, and she him
	cleo *Person // has nothing to do with anybody
	root *Person // administers the site
	osk  *Person // of another site
	made int
	kept map[string]string
}

// everyScope is what a token may be allowed.
var everyScope = []string{"profile", "read", "write", "follow", "push", "admin:read", "admin:write"}

func newWorld(t *testing.T) *world {
	t.Helper()
	n := New(t, "elm.example", "oak.example")
	w := &world{t: t, n: n, kept: map[string]string{}}
	w.ann, w.bob, w.cleo, w.root = w.person("ann"), w.person("bob"), w.person("cleo"), w.person("rhea")
	w.osk = n.Person("oskar", "oak.example")
	w.osk.Token = w.token(w.osk, everyScope...)
	w.role(w.root, skein.Owner)
	w.ann.Follow(w.bob)
	w.bob.Follow(w.ann)
	for _, p := range []*Person{w.ann, w.bob, w.cleo} {
		w.do(p, "PATCH", "/api/v1/accounts/update_credentials", m{"discoverable": true, "indexable": true})
	}
	return w
}

// person is somebody of the first site whose token may do everything.
func (w *world) person(name string) *Person {
	w.t.Helper()
	p := w.n.Person(name, "elm.example")
	p.Token = w.token(p, everyScope...)
	return p
}

func (w *world) token(p *Person, scopes ...string) string {
	w.t.Helper()
	id, _ := skein.ParseID(p.ID)
	app, _, err := w.n.Server.Identity.CreateApp(w.t.Context(), p.Site.ID, identity.NewApp{Name: "Tests", RedirectURIs: []string{identity.OOB}, Scopes: scopes})
	if err != nil {
		w.t.Fatal(err)
	}
	token, err := w.n.Server.Identity.NewToken(w.t.Context(), p.Site.ID, id, app.ID, scopes)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// appToken is a client program's own.
func (w *world) appToken() string {
	w.t.Helper()
	site := w.ann.Site.ID
	app, secret, err := w.n.Server.Identity.CreateApp(w.t.Context(), site, identity.NewApp{Name: "Tests", RedirectURIs: []string{identity.OOB}, Scopes: everyScope})
	if err != nil {
		w.t.Fatal(err)
	}
	token, _, _, err := w.n.Server.Identity.ClientToken(w.t.Context(), site, app.ClientID, secret, everyScope)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

func (w *world) role(p *Person, role skein.Role) {
	w.t.Helper()
	id, _ := skein.ParseID(p.ID)
	err := w.n.Server.DB.Update(w.t.Context(), p.Site.ID, func(tx *store.Tx) error {
		u, err := tx.Person(id)
		if err != nil {
			return err
		}
		u.Role = role
		return tx.UpdatePerson(&u.User, u.Email)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// m is an object as a client sends it.
type m = map[string]any

// answer is what came back.
type answer struct {
	status int
	header map[string][]string
	body   []byte
}

func (a answer) json() any {
	var v any
	_ = json.Unmarshal(a.body, &v)
	return v
}

// spelling is how a body is sent.
type spelling int

const (
	inJSON spelling = iota
	inForm
	inParts
)

// send asks as somebody; nobody is a visitor. A body is sent in the form that is wanted; in a GET it is the query.
func (w *world) send(p *Person, as spelling, method, path string, body m, headers ...string) answer {
	w.t.Helper()
	site := w.ann.Site
	if p != nil && p.Site != nil {
		site = p.Site
	}
	var raw []byte
	kind := ""
	pairs := flat("", body)
	files := slices.ContainsFunc(pairs, func(kv [2]string) bool { return strings.HasPrefix(kv[1], isFile) })
	switch {
	case body == nil:
	case method == "GET" || method == "HEAD":
		q := url.Values{}
		for _, kv := range pairs {
			q.Add(kv[0], kv[1])
		}
		path += "?" + q.Encode()
	case as == inParts || files:
		var b bytes.Buffer
		out := multipart.NewWriter(&b)
		for _, kv := range pairs {
			if file, ok := strings.CutPrefix(kv[1], isFile); ok {
				part, _ := out.CreateFormFile(kv[0], "a.png")
				_, _ = part.Write([]byte(file))
			} else {
				_ = out.WriteField(kv[0], kv[1])
			}
		}
		_ = out.Close()
		raw, kind = b.Bytes(), out.FormDataContentType()
	case as == inForm:
		var parts []string
		for _, kv := range pairs {
			parts = append(parts, url.QueryEscape(kv[0])+"="+url.QueryEscape(kv[1]))
		}
		raw, kind = []byte(strings.Join(parts, "&")), "application/x-www-form-urlencoded"
	default:
		raw, _ = json.Marshal(body)
		kind = "application/json"
	}
	r := httptest.NewRequestWithContext(w.t.Context(), method, site.URL(path), bytes.NewReader(raw))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if p != nil && p.Token != "" {
		r.Header.Set("Authorization", "Bearer "+p.Token)
	}
	if p != nil && p.Cookie != "" {
		r.Header.Set("Cookie", p.Cookie)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	out := w.n.Raw(r)
	return answer{out.Code, out.Header(), out.Body.Bytes()}
}

// isFile marks a value that is the content of a file.
const isFile = "\x00file:"

// flat writes an object as the fields of a form: a[b][]=c.
func flat(name string, v any) [][2]string {
	under := func(key string) string {
		if name == "" {
			return key
		}
		return name + "[" + key + "]"
	}
	switch v := v.(type) {
	case m:
		var out [][2]string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, flat(under(k), v[k])...)
		}
		return out
	case []any:
		var out [][2]string
		for _, e := range v {
			out = append(out, flat(name+"[]", e)...)
		}
		return out
	case []string:
		var out [][2]string
		for _, e := range v {
			out = append(out, [2]string{name + "[]", e})
		}
		return out
	case nil:
		return nil
	}
	return [][2]string{{name, fmt.Sprint(v)}}
}

// do makes something.
func (w *world) do(p *Person, method, path string, body m) any {
	w.t.Helper()
	a := w.send(p, inJSON, method, path, body)
	if a.status/100 != 2 {
		w.t.Fatalf("%s %s %v as %s: %d %s", method, path, body, p.Name, a.status, a.body)
	}
	return a.json()
}

func (w *world) id(p *Person, method, path string, body m) string {
	w.t.Helper()
	id, _ := At(w.do(p, method, path, body), "id").(string)
	return id
}

// once keeps what an example may share with others.
func (w *world) once(name string, make func() string) string {
	if w.kept[name] == "" {
		w.kept[name] = make()
	}
	return w.kept[name]
}

// fresh is a name that nothing had.
func (w *world) fresh(name string) string {
	w.made++
	return fmt.Sprintf("%s%d", name, w.made)
}

// example calls a route in a way that works.
type example struct {
	as     *Person // ann if nobody is named; nobody at all with visitor
	path   []string
	body   m
	status int // 0: any of 200 to 299
}

// kind is how to come by what stands in a path.
type kind struct {
	prefix  string
	private bool // other people are not told that there is such a thing
	make    func(w *world) []string
}

func one(f func(w *world) string) func(w *world) []string {
	return func(w *world) []string { return []string{f(w)} }
}

// bring begins an import of ann's; there is one at a time.
func (w *world) bring() string {
	for _, old := range w.do(w.ann, "GET", "/api/skein/v1/imports", nil).([]any) {
		w.do(w.ann, "DELETE", "/api/skein/v1/imports/"+At(old, "id").(string), nil)
	}
	return w.id(w.ann, "POST", "/api/skein/v1/imports", m{"source": "blocks", "files": []any{m{"name": "blocks.csv", "size": 1000}}})
}

func bobsID(w *world) []string { return []string{w.bob.ID} }

// kinds, the more special ones after the more general ones.
var kinds = []kind{
	{"/api/v1/accounts/{id}", false, bobsID},
	{"/api/v1/statuses/{id}", false, one(func(w *world) string { return w.ann.Post(w.fresh("a post about #trees "), "public") })},
	{"/api/v1/statuses/{id}/quotes/{quoting}", false, func(w *world) []string {
		post := w.ann.Post("quote me", "public")
		return []string{post, w.id(w.bob, "POST", "/api/v1/statuses", m{"status": "so true", "quoted_status_id": post})}
	}},
	{"/api/v1/pleroma/statuses/{id}", false, func(w *world) []string { return []string{w.bob.Post("react", "public"), "👍"} }},
	{"/api/v1/polls/{id}", false, one(func(w *world) string {
		return At(w.do(w.bob, "POST", "/api/v1/statuses", m{"status": "which?", "poll": m{"options": []any{"one", "two"}, "expires_in": 3600}}), "poll", "id").(string)
	})},
	{"/api/skein/v1/security/sessions/{id}", true, one(func(w *world) string {
		list := At(w.send(w.browser(w.ann), inJSON, "GET", "/api/skein/v1/security", nil).json(), "sessions").([]any)
		return At(list[len(list)-1], "id").(string)
	})},
	{"/api/skein/v1/security/apps/{id}", true, one(func(w *world) string {
		w.token(w.ann, "read")
		return At(w.send(w.browser(w.ann), inJSON, "GET", "/api/skein/v1/security", nil).json(), "apps", 0, "id").(string)
	})},
	{"/api/skein/v1/imports/{id}", true, one((*world).bring)},
	{"/api/skein/v1/imports/{id}/files/{number}", true, func(w *world) []string { return []string{w.bring(), "0"} }},
	{"/api/skein/v1/security/passkeys/{id}", true, one(func(w *world) string {
		id, _ := skein.ParseID(w.ann.ID)
		k := &skein.Passkey{ID: w.n.Server.DB.NewID(), Account: id, Handle: []byte(w.fresh("handle")), Name: "Phone", Credential: []byte("{}"), CreatedAt: w.n.Server.Config.Clock()}
		if err := w.n.Server.DB.Update(w.t.Context(), w.ann.Site.ID, func(tx *store.Tx) error { _, err := tx.InsertPasskey(k); return err }); err != nil {
			w.t.Fatal(err)
		}
		return k.ID.String()
	})},
	{"/api/v1/lists/{id}", true, one((*world).list)},
	{"/api/v1/timelines/list/{id}", true, one((*world).list)},
	{"/api/v1/timelines/tag/{name}", false, one(func(*world) string { return "trees" })},
	{"/api/v2/filters/{id}", true, one((*world).filter)},
	{"/api/v2/filters/keywords/{id}", true, one(func(w *world) string {
		return w.id(w.ann, "POST", "/api/v2/filters/"+w.filter()+"/keywords", m{"keyword": w.fresh("word")})
	})},
	{"/api/v2/filters/statuses/{id}", true, one(func(w *world) string {
		return w.id(w.ann, "POST", "/api/v2/filters/"+w.filter()+"/statuses", m{"status_id": w.bob.Post("filter me", "public")})
	})},
	{"/api/v1/filters/{id}", true, one(func(w *world) string {
		return w.id(w.ann, "POST", "/api/v1/filters", m{"phrase": w.fresh("phrase"), "context": []any{"home"}})
	})},
	{"/api/v1/media/{id}", true, one((*world).picture)},
	{"/api/v1/scheduled_statuses/{id}", true, one(func(w *world) string {
		return w.id(w.ann, "POST", "/api/v1/statuses", m{"status": "later", "scheduled_at": "2099-01-01T00:00:00.000Z"})
	})},
	{"/api/v1/conversations/{id}", true, one(func(w *world) string {
		w.bob.Post(w.fresh("@ann a secret "), "direct")
		w.n.Settle()
		id, _ := At(w.do(w.ann, "GET", "/api/v1/conversations", nil), 0, "id").(string)
		if id == "" {
			w.t.Fatal("there are no conversations")
		}
		return id
	})},
	{"/api/v1/notifications/{id}", true, one(func(w *world) string { w.mention(); return w.newest("/api/v1/notifications", "id") })},
	{"/api/v2/notifications/{key}", true, one(func(w *world) string {
		w.mention()
		return At(w.do(w.ann, "GET", "/api/v2/notifications", nil), "notification_groups", 0, "group_key").(string)
	})},
	{"/api/v1/notifications/requests/{id}", true, one(func(w *world) string {
		w.do(w.ann, "PATCH", "/api/v2/notifications/policy", m{"for_not_following": "filter"})
		defer w.do(w.ann, "PATCH", "/api/v2/notifications/policy", m{"for_not_following": "accept"})
		stranger := w.person(w.fresh("stranger"))
		stranger.Post("@ann you do not know me", "public")
		w.n.Settle()
		return w.newest("/api/v1/notifications/requests", "id")
	})},
	{"/api/v1/follow_requests/{id}", false, one(func(w *world) string {
		w.do(w.ann, "PATCH", "/api/v1/accounts/update_credentials", m{"locked": true})
		fan := w.person(w.fresh("fan"))
		fan.Follow(w.ann)
		w.do(w.ann, "PATCH", "/api/v1/accounts/update_credentials", m{"locked": false})
		return fan.ID
	})},
	{"/api/v1/interaction_requests/{id}", true, one(func(w *world) string {
		post := w.id(w.ann, "POST", "/api/v1/statuses", m{"status": "ask before you like", "interaction_policy": m{"can_favourite": m{"always": []any{"author"}, "with_approval": []any{"public"}}}})
		w.do(w.bob, "POST", "/api/v1/statuses/"+post+"/favourite", nil)
		w.n.Settle()
		return w.newest("/api/v1/interaction_requests", "id")
	})},
	{"/api/v1/tags/{name}", false, one(func(*world) string { return "trees" })},
	{"/api/v1/featured_tags/{id}", true, one(func(w *world) string {
		w.do(w.ann, "POST", "/api/v1/tags/trees/unfeature", nil)
		return w.id(w.ann, "POST", "/api/v1/featured_tags", m{"name": "trees"})
	})},
	{"/api/v1/collections/{id}", false, func(w *world) []string {
		c := w.collection()
		item := At(w.do(w.ann, "POST", "/api/v1/collections/"+c+"/items", m{"account_id": w.bob.ID}), "collection_item", "id").(string)
		return []string{c, item}
	}},
	{"/api/v1.1/accounts/username/{name}", false, one(func(*world) string { return "bob" })},
	{"/api/v1.1/accounts/mutuals/{id}", false, bobsID},
	{"/api/v1.1/accounts/{id}", false, bobsID},
	{"/api/v1.1/collections/accounts/{id}", false, bobsID},
	{"/api/v1/suggestions/{id}", false, one(func(w *world) string {
		p := w.person(w.fresh("somebody"))
		w.do(p, "PATCH", "/api/v1/accounts/update_credentials", m{"discoverable": true})
		return p.ID
	})},
	{"/api/v1_alpha/async_refreshes/{id}", false, one(func(w *world) string {
		w.ann.Follow(w.osk)
		w.osk.Post(w.fresh("far away "), "public")
		w.n.Settle()
		post := w.newest("/api/v1/timelines/home", "id")
		w.n.Pass(10 * time.Minute) // what just came is whole
		header := w.send(w.ann, inJSON, http.MethodGet, "/api/v1/statuses/"+post+"/context", nil).header["Mastodon-Async-Refresh"]
		if len(header) == 0 {
			w.t.Fatal("nothing is fetched for the thread of another server")
		}
		_, rest, _ := strings.Cut(header[0], `id="`)
		id, _, _ := strings.Cut(rest, `"`)
		return id
	})},
	{"/api/v1/announcements/{id}", false, func(w *world) []string {
		a, err := w.n.Server.Sites.Announce(w.t.Context(), skein.Viewer{Site: w.ann.Site.ID, Account: w.ann.Site.Actor}, site.Announced{Text: w.fresh("news ")})
		if err != nil {
			w.t.Fatal(err)
		}
		w.do(w.ann, "PUT", "/api/v1/announcements/"+a.ID.String()+"/reactions/🎉", nil)
		return []string{a.ID.String(), "🎉"}
	}},
	{"/api/web/push_subscriptions/{key}", false, one(func(w *world) string { // only push services are told the key
		id := w.id(w.ann, "POST", "/api/v1/push/subscription", subscription())
		n, _ := skein.ParseID(id)
		return w.n.Server.Social.EndKey(w.ann.Site.ID, n)
	})},
	{"/api/v1/annual_reports/{year}", false, one(func(*world) string { return "2025" })},
	{"/api/v1/instance/terms_of_service/{date}", false, one(func(*world) string { return "2026-01-01" })},

	{"/api/v1/admin/accounts/{id}", true, one(func(w *world) string { return w.person(w.fresh("somebody")).ID })},
	{"/api/v1/admin/reports/{id}", true, one(func(w *world) string {
		return w.id(w.ann, "POST", "/api/v1/reports", m{"account_id": w.cleo.ID, "comment": w.fresh("complaint ")})
	})},
	{"/api/v1/admin/domain_allows/{id}", true, one(func(w *world) string {
		return w.id(w.root, "POST", "/api/v1/admin/domain_allows", m{"domain": w.fresh("allowed") + ".example"})
	})},
	{"/api/v1/admin/domain_blocks/{id}", true, one(func(w *world) string {
		return w.id(w.root, "POST", "/api/v1/admin/domain_blocks", m{"domain": w.fresh("blocked") + ".example", "severity": "silence"})
	})},
	{"/api/v1/admin/email_domain_blocks/{id}", true, one(func(w *world) string {
		return w.id(w.root, "POST", "/api/v1/admin/email_domain_blocks", m{"domain": w.fresh("mail") + ".example"})
	})},
	{"/api/v1/admin/ip_blocks/{id}", true, one(func(w *world) string {
		w.made++
		return w.id(w.root, "POST", "/api/v1/admin/ip_blocks", m{"ip": fmt.Sprintf("198.51.100.%d/32", w.made%250), "severity": "sign_up_block"})
	})},
	{"/api/v1/admin/canonical_email_blocks/{id}", true, one(func(w *world) string {
		return w.id(w.root, "POST", "/api/v1/admin/canonical_email_blocks", m{"email": w.fresh("spam") + "@mail.example"})
	})},
	{"/api/v1/admin/tags/{id}", true, one((*world).tagID)},
	{"/api/v1/admin/trends/tags/{id}", true, one((*world).tagID)},
	{"/api/v1/admin/trends/statuses/{id}", true, one(func(w *world) string { return w.bob.Post("trend", "public") })},
	{"/api/v1/admin/trends/links/{id}", true, one(func(w *world) string { return w.link().String() })},
	{"/api/v1/admin/trends/links/publishers/{id}", true, one(func(w *world) string { w.link(); return skein.NameID("news.example").String() })},
}

// link is a page that is talked about.
func (w *world) link() (id skein.ID) {
	w.t.Helper()
	if err := w.n.Server.DB.Update(w.t.Context(), w.ann.Site.ID, func(tx *store.Tx) error {
		c, err := tx.WantCard("https://news.example/"+w.fresh("story"), "news.example")
		if err != nil {
			return err
		}
		id, c.Ready = c.ID, true
		c.Data = skein.CardData{URL: c.URL, Title: "The story", Description: "About", Kind: skein.CardLink, Article: true, Image: "https://news.example/i.jpg"}
		if err := tx.UpdateCard(c); err != nil {
			return err
		}
		return tx.SetTrends(skein.TrendLink, []*skein.Trend{{Ref: id, Name: c.URL, Parent: skein.NameID("news.example"), Score: 5000}})
	}); err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) list() string {
	w.t.Helper()
	id := w.id(w.ann, "POST", "/api/v1/lists", m{"title": w.fresh("list "), "replies_policy": "list"})
	w.do(w.ann, "POST", "/api/v1/lists/"+id+"/accounts", m{"account_ids": []any{w.bob.ID}})
	return id
}

func (w *world) filter() string {
	w.t.Helper()
	return w.id(w.ann, "POST", "/api/v2/filters", m{"title": w.fresh("filter "), "context": []any{"home", "public"}, "filter_action": "warn",
		"keywords_attributes": []any{m{"keyword": w.fresh("nuisance"), "whole_word": true}}})
}

func (w *world) picture() string {
	w.t.Helper()
	return w.id(w.ann, "POST", "/api/v2/media", m{"file": isFile + onePixel, "description": "a dot"})
}

// onePixel is the smallest PNG.
const onePixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
	"\x00\x00\x00\rIDATx\xdac\xfc\xcf\xc0P\x0f\x00\x04\x85\x01\x80\x84\xa9\x8c!\x00\x00\x00\x00IEND\xaeB`\x82"

// collection is an empty one; the others go, since nobody may have many.
func (w *world) collection() string {
	w.t.Helper()
	all, _ := At(w.do(w.ann, "GET", "/api/v1/accounts/"+w.ann.ID+"/collections", nil), "collections").([]any)
	for _, old := range all {
		w.do(w.ann, "DELETE", "/api/v1/collections/"+At(old, "id").(string), nil)
	}
	return At(w.do(w.ann, "POST", "/api/v1/collections", m{"name": w.fresh("good people "), "discoverable": true}), "collection", "id").(string)
}

func (w *world) mention() {
	w.bob.Post(w.fresh("@ann hello "), "public")
	w.n.Settle()
}

func (w *world) newest(path, key string) string {
	w.t.Helper()
	id, _ := At(w.do(w.ann, "GET", path, nil), 0, key).(string)
	if id == "" {
		w.t.Fatalf("%s is empty", path)
	}
	return id
}

func (w *world) tagID() string {
	w.ann.Post("about #trees", "public")
	return At(w.do(w.ann, "GET", "/api/v1/tags/trees", nil), "id").(string)
}

// kindOf finds what stands in a route's path; nil when there is nothing to fill in.
func kindOf(r mastodon.Route) *kind {
	for _, k := range slices.Backward(kinds) {
		if r.Path == k.prefix || strings.HasPrefix(r.Path, k.prefix+"/") {
			return &k
		}
	}
	return nil
}

// filled puts values into a route's path.
func filled(r mastodon.Route, values []string) string {
	path := r.Path
	for i, name := range r.Params() {
		if i < len(values) {
			path = strings.Replace(path, "{"+name+"}", url.PathEscape(values[i]), 1)
		}
	}
	return path
}

// exampleOf makes an example of a route.
func (w *world) exampleOf(r mastodon.Route) (e example) {
	w.t.Helper()
	f := examples[r.Name()]
	if f != nil {
		e = f(w)
	}
	if e.path == nil && len(r.Params()) > 0 {
		k := kindOf(r)
		if k == nil {
			w.t.Fatalf("world_test.go has no kind for %s", r.Path)
		}
		e.path = k.make(w)
	}
	if f == nil && r.Method != "GET" && len(mastodon.Calls().Shape(r.Name()).Fields) > 0 && needs(r) {
		w.t.Fatalf("examples_test.go has no example of %s", r.Name())
	}
	if e.as == nil {
		e.as = w.ann
		if strings.Contains(r.Path, "/admin/") {
			e.as = w.root
		}
		if r.Browser {
			e.as = w.browser(e.as)
		}
	}
	return e
}

// browser is somebody who is signed in in a browser.
func (w *world) browser(p *Person) *Person {
	w.t.Helper()
	id, _ := skein.ParseID(p.ID)
	session, err := w.n.Server.Identity.Begin(w.t.Context(), p.Site.ID, id, identity.Browser{Agent: "Firefox/140.0 (X11; Linux x86_64)", Address: "192.0.2.1"})
	if err != nil {
		w.t.Fatal(err)
	}
	out := *p
	out.Token, out.Cookie = "", web.SessionName(p.Site.Base)+"-"+p.ID+"="+session
	return &out
}

// needs tells whether a call must bring something.
func needs(r mastodon.Route) bool {
	return slices.ContainsFunc(mastodon.Calls().Shape(r.Name()).Fields, func(f shapeField) bool { return !f.Optional })
}
