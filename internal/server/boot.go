package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"skein/internal/kit/web"
	"skein/internal/skein"
)

// boot returns what the web app needs for its first paint: who is signed in, the site, and the first page of the screen's
// data. It asks our own API in-process with the same cookie, so that the app gets what it would have fetched and nothing
// is rendered by a second piece of code. An empty answer means that nobody is signed in.
func (s *Server) boot(r *http.Request, site *skein.Site) map[string]any {
	get := func(path string) (json.RawMessage, http.Header) {
		u, err := url.Parse(path)
		if err != nil {
			return nil, nil
		}
		in := r.Clone(r.Context())
		in.Method, in.URL, in.RequestURI, in.Body = http.MethodGet, u, path, http.NoBody
		in.Header = http.Header{"Cookie": r.Header["Cookie"], "Sec-Fetch-Site": {"same-origin"}}
		var out answer
		s.Mastodon.ServeSite(&out, in, site)
		if out.status != 0 && out.status != http.StatusOK {
			return nil, nil
		}
		return json.RawMessage(bytes.TrimSpace(out.body.Bytes())), out.header
	}
	account, _ := get("/api/v1/accounts/verify_credentials")
	if account == nil {
		return nil
	}
	boot := map[string]any{"account": account, "path": r.URL.RequestURI()}
	if v, _ := get("/api/v1/preferences"); v != nil {
		boot["preferences"] = v
	}
	if v, _ := get("/api/v2/instance"); v != nil {
		boot["instance"] = v
	}
	if len(web.Sessions(r, site.Base)) > 1 {
		if v, _ := get("/api/skein/v1/browser/accounts"); v != nil {
			boot["accounts"] = v
		}
	}
	page, links := map[string]any{}, map[string]any{}
	list := func(name, path string) {
		v, h := get(path)
		if v == nil {
			return
		}
		page[name] = v
		links["next"] = next(h.Get("Link"))
	}
	path := strings.TrimSuffix(r.URL.Path, "/")
	switch {
	case path == "" || path == "/home":
		list("home", "/api/v1/timelines/home?limit=20")
	case path == "/notifications":
		list("notifications", "/api/v2/notifications?limit=20")
	case path == "/notifications/mentions":
		list("notifications", "/api/v2/notifications?limit=20&types[]=mention")
	case path == "/saved/bookmarks":
		list("statuses", "/api/v1/bookmarks?limit=20")
	case path == "/saved/likes":
		list("statuses", "/api/v1/favourites?limit=20")
	case strings.HasPrefix(path, "/tags/"):
		list("statuses", "/api/v1/timelines/tag/"+url.PathEscape(path[len("/tags/"):])+"?limit=20")
	case path == "/explore" || path == "/public" || path == "/public/local":
		list("public", "/api/v1/timelines/public?limit=20&local="+map[bool]string{true: "false", false: "true"}[path == "/public"])
	case strings.HasPrefix(path, "/@"):
		s.bootProfile(strings.Split(path[2:], "/"), get, list, page)
	}
	if len(page) > 0 {
		boot["page"], boot["links"] = page, links
	}
	return boot
}

func (s *Server) bootProfile(part []string, get func(string) (json.RawMessage, http.Header), list func(name, path string), page map[string]any) {
	if len(part) == 2 {
		if id, ok := skein.ParseID(part[1]); ok {
			if v, _ := get("/api/v1/statuses/" + id.String()); v != nil {
				page["status"] = v
				if v, h := get("/api/v1/statuses/" + id.String() + "/context"); v != nil {
					page["context"] = v
					// Our own call was the look that has the rest fetched: only it is told so.
					if refresh := h.Get("Mastodon-Async-Refresh"); refresh != "" {
						page["refresh"] = refresh
					}
				}
			}
			return
		}
	}
	profile, _ := get("/api/v1/accounts/lookup?acct=" + url.QueryEscape(part[0]))
	if profile == nil {
		return
	}
	page["profile"] = profile
	var a struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(profile, &a) != nil || a.ID == "" {
		return
	}
	switch {
	case len(part) == 1:
		list("statuses", "/api/v1/accounts/"+a.ID+"/statuses?limit=20&exclude_replies=true")
	case part[1] == "replies":
		list("statuses", "/api/v1/accounts/"+a.ID+"/statuses?limit=20")
	}
	if v, _ := get("/api/v1/accounts/relationships?id[]=" + a.ID); v != nil {
		var one []json.RawMessage
		if json.Unmarshal(v, &one) == nil && len(one) == 1 {
			page["relationship"] = one[0]
		}
	}
}

// next returns the URL of rel="next" in a Link header, nil when there is none.
func next(link string) any {
	for part := range strings.SplitSeq(link, ",") {
		if u, rel, ok := strings.Cut(part, ";"); ok && strings.Contains(rel, `rel="next"`) {
			return strings.Trim(strings.TrimSpace(u), "<>")
		}
	}
	return nil
}

// answer is a ResponseWriter that keeps what is written.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header {
	if a.header == nil {
		a.header = http.Header{}
	}
	return a.header
}
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
