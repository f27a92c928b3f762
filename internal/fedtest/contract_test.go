package fedtest

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/transport/mastodon"
)

// The tests of this file are made from the route table: what is said here holds for every call of the client API.

func isStream(r mastodon.Route) bool {
	return strings.HasPrefix(r.Path, "/api/v1/streaming") && r.Auth == mastodon.User
}

// waiting is somebody who asked to be let in and was not yet.
func (w *world) waiting(name string) string {
	w.t.Helper()
	p := w.n.Person(name, "elm.example")
	id, _ := skein.ParseID(p.ID)
	err := w.n.Server.DB.Update(w.t.Context(), p.Site.ID, func(tx *store.Tx) error {
		u, err := tx.Person(id)
		if err != nil {
			return err
		}
		u.ApprovedAt = time.Time{}
		return tx.UpdatePerson(&u.User, u.Email)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return p.ID
}

// forms are the ways in which a call may be sent (mastodon-api.md 1): reads have one.
func forms(r mastodon.Route, e example) []spelling {
	if r.Method == "GET" || e.body == nil {
		return []spelling{inJSON}
	}
	return []spelling{inJSON, inForm, inParts}
}

// judge says in which ways an answer is not what a route gives.
func judge(t *testing.T, r mastodon.Route, e example, got answer) {
	t.Helper()
	switch {
	case e.status != 0 && got.status != e.status, e.status == 0 && got.status/100 != 2:
		t.Errorf("%s %v: got %d %.300s", r.Name(), e.body, got.status, got.body)
		return
	case got.status/100 != 2:
		if faults := mastodon.Entities().Check(got.body, must(mastodon.Entities().Type("Error")), false); len(faults) > 0 {
			t.Errorf("%s: the error %s: %q", r.Name(), got.body, faults)
		}
		return
	case got.status == http.StatusNoContent:
		return
	}
	want, err := r.Answer()
	if err != nil {
		t.Fatal(err)
	}
	if want == nil {
		if r.Gives == "" && len(got.body) > 0 {
			t.Errorf("%s should answer with nothing: %s", r.Name(), got.body)
		}
		return
	}
	if kind := got.header["Content-Type"]; len(kind) != 1 || kind[0] != "application/json; charset=utf-8" {
		t.Errorf("%s: Content-Type %q", r.Name(), kind)
	}
	signed := e.as.Token+e.as.Cookie != "" && r.Auth != mastodon.Open
	for _, f := range mastodon.Entities().Check(got.body, want, signed) {
		t.Errorf("%s: %s", r.Name(), f)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Every call that makes sense is answered with the entity that the specification names, field by field; to people who are
// signed in and, where they are let in, to visitors; by JSON, form and parts.
func TestEveryRouteGivesItsEntity(t *testing.T) {
	w := newWorld(t)
	for _, r := range mastodon.Routes() {
		if isStream(r) || strings.Contains(r.Path, "...}") {
			continue
		}
		t.Run(strings.ReplaceAll(r.Name(), "/", "·"), func(t *testing.T) {
			w.t, w.n.t = t, t
			e := w.exampleOf(r)
			for i, as := range forms(r, e) {
				if i > 0 {
					e = w.exampleOf(r)
				}
				got := w.send(e.as, as, r.Method, filled(r, e.path), e.body)
				judge(t, r, e, got)
			}
			if r.Method != "GET" {
				return
			}
			if r.Auth == mastodon.Public && e.as != visitor && e.status == 0 && anonymous(e) {
				visit := e
				visit.as = visitor
				judge(t, r, visit, w.send(visitor, inJSON, r.Method, filled(r, e.path), e.body))
			}
			// HEAD is GET without a body.
			full := w.send(e.as, inJSON, "GET", filled(r, e.path), e.body)
			head := w.send(e.as, inJSON, "HEAD", filled(r, e.path), e.body)
			if head.status != full.status || strings.Join(head.header["Content-Type"], "") != strings.Join(full.header["Content-Type"], "") {
				t.Errorf("HEAD: %d %v, GET: %d %v", head.status, head.header, full.status, full.header)
			}
		})
	}
	w.t, w.n.t = t, t
}

// anonymous: what only people who are signed in may ask for is left out (mastodon-api.md 3.11).
func anonymous(e example) bool { return e.body["resolve"] == nil && e.body["offset"] == nil }

// What nothing has is not found, whatever else is right about the call (T141, T154).
func TestT141_T154_UnknownIDsAreNotFound(t *testing.T) {
	w := newWorld(t)
	lenient := map[string]bool{ // nothing is undone, whether it was there or not: no oracle
		"GET /api/v2/notifications/{key}": true, "POST /api/v2/notifications/{key}/dismiss": true, "GET /api/v2/notifications/{key}/accounts": true,
	}
	for _, r := range mastodon.Routes() {
		if len(r.Params()) == 0 || isStream(r) || lenient[r.Name()] {
			continue
		}
		k := kindOf(r)
		if k == nil || !strings.HasSuffix(k.prefix, "{id}") && !strings.Contains(k.prefix, "{id}/") {
			continue
		}
		t.Run(strings.ReplaceAll(r.Name(), "/", "·"), func(t *testing.T) {
			w.t, w.n.t = t, t
			e := w.exampleOf(r)
			path := append([]string{"4242"}, e.path[1:]...)
			for _, as := range []*Person{e.as, visitor} {
				if as == visitor && r.Auth != mastodon.Public {
					continue
				}
				got := w.send(as, inJSON, r.Method, filled(r, path), e.body)
				if got.status != http.StatusNotFound {
					t.Errorf("id 4242: got %d %.200s", got.status, got.body)
				}
			}
		})
	}
	w.t, w.n.t = t, t
}

// Every id that somebody has is tried by somebody else, by another site's person, by a visitor and by a program; what is
// private does not even exist for them, what is another site's exists for nobody (T141, T196).
func TestT141_T196_OtherPeoplesIDs(t *testing.T) {
	w := newWorld(t)
	app := &Person{Name: "app", Site: w.ann.Site, Token: w.appToken()}
	fake := *w.osk // knows elm's ids, asks his own site
	for _, r := range mastodon.Routes() {
		k := kindOf(r)
		if len(r.Params()) == 0 || isStream(r) || k == nil || !strings.Contains(k.prefix, "{id}") {
			continue
		}
		t.Run(strings.ReplaceAll(r.Name(), "/", "·"), func(t *testing.T) {
			w.t, w.n.t = t, t
			e := w.exampleOf(r)
			if e.status != 0 {
				return // nothing is there that others could have
			}
			path := filled(r, e.path)
			fake := fake
			if r.Browser {
				fake = *w.browser(&fake)
			}
			got := w.send(&fake, inJSON, r.Method, path, e.body)
			if got.status != 404 && !strings.Contains(r.Path, "/admin/") || got.status/100 != 4 {
				t.Errorf("another site finds it: %d %.200s", got.status, got.body)
			}
			elsewhere := w.osk.Token
			if got := w.send(&Person{Site: w.ann.Site, Token: elsewhere}, inJSON, r.Method, path, e.body); got.status != 401 {
				t.Errorf("the token of another site: %d %.200s", got.status, got.body)
			}
			if r.Auth == mastodon.User {
				if got := w.send(app, inJSON, r.Method, path, e.body); got.status != 422 {
					t.Errorf("a program's token: %d %.200s", got.status, got.body)
				}
				if got := w.send(visitor, inJSON, r.Method, path, e.body); got.status != 401 && (len(r.Scopes) > 0 || got.status != 422) {
					t.Errorf("a visitor: %d %.200s", got.status, got.body)
				}
			}
			if !k.private {
				return
			}
			want := 404
			if strings.Contains(r.Path, "/admin/") {
				want = 403
			}
			for _, other := range []*Person{w.cleo, w.bob} {
				if r.Browser {
					other = w.browser(other)
				}
				if got := w.send(other, inJSON, r.Method, path, e.body); got.status != want {
					t.Errorf("%s: got %d %.200s, want %d", other.Name, got.status, got.body, want)
				}
			}
			// What others tried changed nothing.
			if r.Method != "GET" {
				for _, read := range mastodon.Routes() {
					if read.Method == "GET" && read.Path == k.prefix {
						if got := w.send(e.as, inJSON, "GET", filled(read, e.path), nil); got.status != 200 {
							t.Errorf("gone after others tried: %d %s", got.status, got.body)
						}
					}
				}
			}
		})
	}
	w.t, w.n.t = t, t
}

// A scope that does not suffice never does, each alone; and the calls of moderators need the role besides (T137, T152).
func TestT137_EachScopeAlone(t *testing.T) {
	w := newWorld(t)
	tokens := map[string]*Person{}
	for _, s := range identity.Scopes {
		tokens[s] = &Person{Name: s, Site: w.ann.Site, Token: w.token(w.ann, s)}
	}
	for _, r := range mastodon.Routes() {
		if len(r.Scopes) == 0 || r.Auth == mastodon.AppOnly {
			continue
		}
		path := filled(r, slices.Repeat([]string{"4242"}, 3))
		for _, s := range identity.Scopes {
			allowed := identity.Allows(&skein.Grant{Token: 1, Scopes: []string{s}}, r.Scopes...)
			if allowed && isStream(r) {
				continue // it would not end
			}
			got := w.send(tokens[s], inJSON, r.Method, path, nil)
			refused := got.status == 403 && bytes.Contains(got.body, []byte("outside the authorized scopes"))
			if refused == allowed {
				t.Errorf("%s with %s alone: got %d %.100s", r.Name(), s, got.status, got.body)
			}
		}
		if strings.Contains(r.Path, "/admin/") {
			if got := w.send(w.ann, inJSON, r.Method, path, nil); got.status != 403 {
				t.Errorf("%s as a member: got %d %.100s", r.Name(), got.status, got.body)
			}
		}
	}
}

// A parameter that must be there is asked for, and one of the wrong sort breaks nothing (T66).
func TestT66_EveryParameterOfEveryRoute(t *testing.T) {
	w := newWorld(t)
	wrong := []any{m{"a": m{"b": 1}}, []any{[]any{1}, m{"x": 2}}, "nonsense", "", -1, 1e300, true, strings.Repeat("x", 6000)}
	for _, r := range mastodon.Routes() {
		call := mastodon.Calls().Shape(r.Name())
		if call == nil || len(call.Fields) == 0 || isStream(r) || r.Auth == mastodon.AppOnly { // signing up costs a hash each time
			continue
		}
		t.Run(strings.ReplaceAll(r.Name(), "/", "·"), func(t *testing.T) {
			w.t, w.n.t = t, t
			e := w.exampleOf(r)
			path := filled(r, e.path)
			for _, f := range call.Fields {
				if _, given := e.body[f.Name]; given && !f.Optional && e.status == 0 {
					body := maps.Clone(e.body)
					delete(body, f.Name)
					got := w.send(e.as, inJSON, r.Method, path, body)
					if got.status != 400 && got.status != 404 && got.status != 422 {
						t.Errorf("without %s: got %d %.200s", f.Name, got.status, got.body)
					}
				}
				for _, v := range wrong {
					body := maps.Clone(e.body)
					if body == nil {
						body = m{}
					}
					body[f.Name] = v
					got := w.send(e.as, inJSON, r.Method, path, body)
					if got.status >= 500 {
						t.Errorf("%s = %.50v: got %d %.200s", f.Name, v, got.status, got.body)
					}
					if got.status/100 == 4 {
						for _, fault := range mastodon.Entities().Check(got.body, must(mastodon.Entities().Type("Error")), false) {
							t.Errorf("%s = %.50v: the error %s: %s", f.Name, v, got.body, fault)
						}
					}
				}
			}
		})
	}
	w.t, w.n.t = t, t
}

// T142: whatever else a call brings changes nothing about who somebody is.
func TestT142_MassAssignment(t *testing.T) {
	w := newWorld(t)
	extra := m{"role": "owner", "role_id": "1", "admin": true, "moderator": true, "confirmed": true, "confirmed_at": "2020-01-01T00:00:00Z", "approved": true,
		"tenant_id": 2, "site_id": 2, "site": 2, "local": false, "created_at": "2001-01-01T00:00:00.000Z", "followers_count": 987654321, "following_count": 987654321,
		"statuses_count": 987654321, "username": "root", "acct": "root", "uri": "https://evil.example/x", "verified_at": "2001-01-01T00:00:00.000Z",
		"user": m{"role": "owner"}, "account": m{"followers_count": 987654321}, "silenced": false, "suspended": false}
	before := w.identity(w.ann)
	for _, r := range mastodon.Routes() {
		if r.Method == "GET" || isStream(r) || strings.Contains(r.Path, "/admin/") || r.Name() == "POST /api/v1/accounts" {
			continue
		}
		t.Run(strings.ReplaceAll(r.Name(), "/", "·"), func(t *testing.T) {
			w.t, w.n.t = t, t
			for _, as := range []spelling{inJSON, inForm} {
				e := w.exampleOf(r)
				body := maps.Clone(extra)
				call := mastodon.Calls().Shape(r.Name())
				if call == nil {
					t.Fatal("calls.txt does not describe it")
				}
				for _, f := range call.Fields {
					delete(body, f.Name)
				}
				maps.Copy(body, e.body)
				got := w.send(e.as, as, r.Method, filled(r, e.path), body)
				for _, trace := range []string{"987654321", "2001-01-01", "evil.example", `"owner"`} {
					if bytes.Contains(got.body, []byte(trace)) {
						t.Errorf("%s took over: %.300s", trace, got.body)
					}
				}
			}
			if after := w.identity(w.ann); after != before {
				t.Errorf("ann was %+v and is %+v", before, after)
			}
		})
	}
	w.t, w.n.t = t, t
}

// who is what nobody may change about themselves.
type who struct {
	username  string
	role      skein.Role
	local     bool
	site      skein.ID
	created   int64
	confirmed int64
}

func (w *world) identity(p *Person) who {
	w.t.Helper()
	id, _ := skein.ParseID(p.ID)
	var out who
	err := w.n.Server.DB.View(w.t.Context(), p.Site.ID, func(tx *store.Tx) error {
		u, err := tx.Person(id)
		if err != nil {
			return err
		}
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		out = who{a.Username, u.Role, a.Local, p.Site.ID, a.CreatedAt.UnixMilli(), u.ConfirmedAt.UnixMilli()}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}
