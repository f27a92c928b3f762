package federation

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"skein/internal/skein"
	"skein/internal/store"
)

func TestWebFingerNamesLocalAccountsAndTheSite(t *testing.T) {
	w := newWorld(t)
	gone := w.local("gone")
	gone.DeletedAt = w.clock()
	if err := w.DB.Update(t.Context(), w.site.ID, func(tx *store.Tx) error { return tx.UpdateAccount(gone) }); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		resource string
		code     int
		self     string
	}{
		{"acct:ann@elm.test", 200, w.ann.URI},
		{"acct:ANN@ELM.test", 200, w.ann.URI},
		{"ann@elm.test", 200, w.ann.URI},
		{"@ann@elm.test", 200, w.ann.URI},
		{w.ann.URI, 200, w.ann.URI},
		{"https://elm.test/@ann", 200, w.ann.URI},
		{"https://elm.test/users/ann", 200, w.ann.URI},
		{"https://elm.test", 200, "https://elm.test/actor"}, // FEP-d556
		{"https://elm.test/", 200, "https://elm.test/actor"},
		{"acct:elm.test@elm.test", 200, "https://elm.test/actor"},
		{"", 400, ""},
		{"acct:ann", 400, ""},
		{"acct:@elm.test", 400, ""},
		{"acct:ann@oak.test", 404, ""},
		{"acct:ann@elm.test@oak.test", 400, ""},
		{"https://oak.test/@ann", 404, ""},
		{"acct:nobody@elm.test", 404, ""},
		{"acct:gone@elm.test", 410, ""},
	} {
		got := w.get("/.well-known/webfinger?resource=" + url.QueryEscape(test.resource))
		if got.Code != test.code {
			t.Errorf("%q: got %d, want %d", test.resource, got.Code, test.code)
			continue
		}
		if test.code != 200 {
			continue
		}
		var j struct {
			Links []struct{ Rel, Href, Type string }
		}
		if err := json.Unmarshal(got.Body.Bytes(), &j); err != nil {
			t.Fatal(err)
		}
		self := ""
		for _, l := range j.Links {
			if l.Rel == "self" && l.Type == "application/activity+json" {
				self = l.Href
			}
		}
		if self != test.self {
			t.Errorf("%q: self is %q, want %q", test.resource, self, test.self)
		}
		if got.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.HasPrefix(got.Header().Get("Content-Type"), "application/jrd+json") {
			t.Errorf("%q: headers %v", test.resource, got.Header())
		}
	}
}

func TestHostMetaIsXMLUnlessJSONIsAskedFor(t *testing.T) {
	w := newWorld(t)
	if got := w.do(httptest.NewRequest("GET", "https://elm.test/.well-known/host-meta", nil)); !strings.Contains(got.Body.String(),
		`template="https://elm.test/.well-known/webfinger?resource={uri}"`) {
		t.Errorf("XML: %s", got.Body)
	}
	if got := w.do(httptest.NewRequest("GET", "https://elm.test/.well-known/host-meta.json", nil)); !strings.HasPrefix(got.Body.String(), "{") {
		t.Errorf("JSON: %s", got.Body)
	}
}

func TestNodeInfoNamesSkeinAndItsUpstream(t *testing.T) {
	w := newWorld(t)
	links := w.get("/.well-known/nodeinfo").Body.String()
	at20, at21 := strings.Index(links, "/nodeinfo/2.0"), strings.Index(links, "/nodeinfo/2.1")
	if at20 < 0 || at21 < at20 || !strings.Contains(links, "https://elm.test/actor") { // FEP-2677
		t.Errorf("links: %s", links)
	}
	for _, version := range []string{"2.0", "2.1"} {
		var n struct {
			Version  string
			Software struct{ Name, Version string }
			Metadata struct{ Upstream struct{ Name string } }
		}
		got := w.get("/nodeinfo/" + version)
		if err := json.Unmarshal(got.Body.Bytes(), &n); err != nil {
			t.Fatal(err)
		}
		if n.Version != version || n.Software.Name != "skein" || n.Software.Version != "1.2.3" || n.Metadata.Upstream.Name != "mastodon" {
			t.Errorf("%s: %s", version, got.Body)
		}
		if !strings.Contains(got.Header().Get("Content-Type"), version+"#") {
			t.Errorf("%s: %s", version, got.Header().Get("Content-Type"))
		}
	}
}

func TestPagesLeadToObjectsOnlyWhenThoseAreAskedFor(t *testing.T) {
	w := newWorld(t)
	page := httptest.NewRequest("GET", "https://elm.test/@ann", nil)
	page.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	if w.Owns(page) {
		t.Error("the profile page is taken away from browsers")
	}
	for path, want := range map[string]string{
		"/@ann":      w.ann.URI,
		"/users/ann": w.ann.URI,
		"/@ann/17":   w.ann.URI + "/statuses/17",
	} {
		if got := w.get(path); got.Code != http.StatusFound || got.Header().Get("Location") != want {
			t.Errorf("%s: got %d to %q, want a redirect to %s", path, got.Code, got.Header().Get("Location"), want)
		}
	}
	// mastodon-api.md 3.20: browsers are led to the page for good.
	for _, path := range []string{"/users/ann", "/ap/users/" + w.ann.ID.String()} {
		r := httptest.NewRequest("GET", "https://elm.test"+path, nil)
		r.Header.Set("Accept", page.Header.Get("Accept"))
		got := w.do(r)
		if h := got.Header(); got.Code != http.StatusMovedPermanently || h.Get("Location") != w.ann.URL || h.Get("Vary") != "Origin, Accept" {
			t.Errorf("%s: got %d to %q, Vary %q", path, got.Code, h.Get("Location"), h.Get("Vary"))
		}
	}
	for _, path := range []string{"/ap/users/x", "/ap/users/17", "/ap/users/" + w.ann.ID.String() + "/nothing", "/@nobody", "/ap//users"} {
		if got := w.get(path); got.Code != 404 && got.Code != 0 {
			t.Errorf("%s: got %d, want 404", path, got.Code)
		}
	}
	r := httptest.NewRequest("GET", "https://elm.test/inbox", nil)
	if got := w.do(r); got.Code != 405 || got.Header().Get("Allow") != "POST" {
		t.Errorf("GET /inbox: got %d", got.Code)
	}
}

func TestDeletedAndSuspendedActors(t *testing.T) {
	w := newWorld(t)
	set := func(change func(*skein.Account)) {
		t.Helper()
		err := w.DB.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
			a, err := tx.Account(w.ann.ID)
			if err != nil {
				return err
			}
			change(a)
			return tx.UpdateAccount(a)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	path := "/ap/users/" + w.ann.ID.String()
	set(func(a *skein.Account) { a.SuspendedAt = w.clock() })
	if got := w.get(path); got.Code != 200 || !strings.Contains(got.Body.String(), `"suspended":true`) || strings.Contains(got.Body.String(), "Ann") {
		t.Errorf("suspended: %d %s", got.Code, got.Body)
	}
	if got := w.get(path + "/outbox"); got.Code != 403 {
		t.Errorf("outbox of a suspended account: got %d, want 403", got.Code)
	}
	set(func(a *skein.Account) { a.DeletedAt = w.clock() })
	if got := w.get(path); got.Code != 410 {
		t.Errorf("deleted: got %d, want 410", got.Code)
	}
}
