package mastodon

import (
	"net/http"
	"net/url"
	"sort"
	"strings"
)

// router finds routes by method and path. http.ServeMux will not do: Mastodon has patterns of which neither is the more
// special one (filters/{id}/keywords and filters/keywords/{id}), and the mux answers with redirects and plain text. Here a
// literal segment goes before a wildcard, from left to right.
type router struct{ root *branch }

type branch struct {
	next    map[string]*branch
	any     *branch
	methods map[string]*Route
	rest    map[string]*Route // {name...}: this and all below
}

func newRouter(routes []Route) *router {
	t := &router{root: &branch{}}
	for i := range routes {
		r := &routes[i]
		at := t.root
		parts := strings.Split(strings.Trim(r.Path, "/"), "/")
		rest := false
		for _, part := range parts {
			switch {
			case strings.HasSuffix(part, "...}"):
				rest = true
			case strings.HasPrefix(part, "{"):
				if at.any == nil {
					at.any = &branch{}
				}
				at = at.any
			default:
				if at.next == nil {
					at.next = map[string]*branch{}
				}
				if at.next[part] == nil {
					at.next[part] = &branch{}
				}
				at = at.next[part]
			}
		}
		set := &at.methods
		if rest {
			set = &at.rest
		}
		if *set == nil {
			*set = map[string]*Route{}
		}
		for _, m := range methodsOf(r.Method) {
			if (*set)[m] != nil {
				panic("mastodon: two routes for " + m + " " + r.Path)
			}
			(*set)[m] = r
		}
	}
	return t
}

// methodsOf: PUT and PATCH are the same, and HEAD is a GET without a body.
func methodsOf(m string) []string {
	switch m {
	case http.MethodPut, http.MethodPatch:
		return []string{http.MethodPut, http.MethodPatch}
	case http.MethodGet:
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{m}
}

// find gives the route and what stands for its wildcards, or the methods that the path knows.
func (t *router) find(method, path string) (route *Route, params []string, allowed string) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) > 12 {
		return nil, nil, ""
	}
	known := map[string]bool(nil)
	var walk func(b *branch, i int, params []string) (*Route, []string)
	walk = func(b *branch, i int, params []string) (*Route, []string) {
		if i == len(parts) {
			if r := b.methods[method]; r != nil {
				return r, params
			}
			for m := range b.methods {
				if known == nil {
					known = map[string]bool{}
				}
				known[m] = true
			}
		} else {
			if n := b.next[parts[i]]; n != nil {
				if r, p := walk(n, i+1, params); r != nil {
					return r, p
				}
			}
			if b.any != nil {
				if value, err := url.PathUnescape(parts[i]); err == nil && value != "" {
					if r, p := walk(b.any, i+1, append(params, clean(value))); r != nil {
						return r, p
					}
				}
			}
		}
		if r := b.rest[method]; r != nil {
			return r, params
		}
		return nil, nil
	}
	if r, p := walk(t.root, 0, nil); r != nil {
		return r, p, ""
	}
	list := make([]string, 0, len(known))
	for m := range known {
		list = append(list, m)
	}
	sort.Strings(list)
	return nil, nil, strings.Join(list, ", ")
}
