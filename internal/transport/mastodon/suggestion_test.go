package mastodon

import (
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func ids(list []map[string]any) string {
	out := []string{}
	for _, a := range list {
		if inner, ok := a["account"].(map[string]any); ok {
			a = inner
		}
		out = append(out, a["username"].(string))
	}
	return strings.Join(out, " ")
}

// change edits the account of a person.
func (w *town) change(id skein.ID, do func(a *skein.Account)) {
	w.t.Helper()
	w.must(w.db.Update(w.t.Context(), w.site.ID, func(tx *store.Tx) error {
		a, err := tx.LockAccount(id)
		if err != nil {
			return err
		}
		do(a)
		return tx.UpdateAccount(a)
	}))
}

func (w *town) follow(token string, who skein.ID) {
	w.t.Helper()
	w.do(200, "POST", "/api/v1/accounts/"+who.String()+"/follow", token, nil)
}

func TestEndorsements(t *testing.T) {
	w := newTown(t)
	a, b := w.person(w.site, "ada"), w.person(w.site, "bo")
	ada, bo := w.token(w.site, a), w.token(w.site, b)
	on := "/api/v1/accounts/" + b.String()
	w.do(422, "POST", on+"/endorse", ada, nil)
	w.follow(ada, b)
	for _, verb := range []string{"/endorse", "/endorse", "/pin"} {
		if r := w.do(200, "POST", on+verb, ada, nil); r["endorsed"] != true {
			t.Errorf("%s: %v", verb, r)
		}
	}
	for path, token := range map[string]string{"/api/v1/endorsements": ada, "/api/v1/accounts/" + a.String() + "/endorsements": ""} {
		if list, _ := w.list(path, token); ids(list) != "bo" {
			t.Errorf("%s: %s", path, ids(list))
		}
	}
	if r := w.do(200, "POST", on+"/unendorse", ada, nil); r["endorsed"] != false {
		t.Errorf("after unendorse: %v", r)
	}
	w.do(200, "POST", on+"/endorse", ada, nil)
	w.do(200, "POST", on+"/unfollow", ada, nil)
	if list, _ := w.list("/api/v1/endorsements", ada); len(list) != 0 {
		t.Errorf("who is not followed is endorsed: %s", ids(list))
	}
	w.follow(ada, b)
	w.do(200, "POST", on+"/endorse", ada, nil)
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/block", bo, nil)
	if list, _ := w.list("/api/v1/accounts/"+a.String()+"/endorsements", ""); len(list) != 0 {
		t.Errorf("after a block: %s", ids(list))
	}
	far := w.token(w.other, w.person(w.other, "far"))
	if r := w.ask(w.other, "POST", on+"/endorse", far, nil); r.status != 404 {
		t.Errorf("from another site: %d", r.status)
	}
}

func TestFamiliarFollowers(t *testing.T) {
	w := newTown(t)
	a, b, c, d := w.person(w.site, "ada"), w.person(w.site, "bo"), w.person(w.site, "cy"), w.person(w.site, "di")
	ada, bo, cy := w.token(w.site, a), w.token(w.site, b), w.token(w.site, c)
	w.follow(ada, b)
	w.follow(ada, c)
	w.follow(bo, d)
	w.follow(cy, d)
	w.change(c, func(a *skein.Account) { a.HideNetwork = true })
	look := func(token string) string {
		list, _ := w.list("/api/v1/accounts/familiar_followers?id[]="+d.String()+"&id[]="+b.String(), token)
		out := ""
		for _, f := range list {
			out += f["id"].(string) + ":"
			for _, a := range f["accounts"].([]any) {
				out += a.(map[string]any)["username"].(string)
			}
			out += " "
		}
		return out
	}
	if got, want := look(ada), d.String()+":bo "+b.String()+": "; got != want {
		t.Errorf("ada sees %q, want %q", got, want)
	}
	if got, want := look(bo), d.String()+": "+b.String()+": "; got != want {
		t.Errorf("bo sees %q, want %q", got, want)
	}
	w.change(d, func(a *skein.Account) { a.HideNetwork = true })
	if got, want := look(ada), d.String()+": "+b.String()+": "; got != want {
		t.Errorf("of a hidden network ada sees %q, want %q", got, want)
	}
	if got := w.do(200, "GET", "/api/v1/domain_blocks/preview?domain=oak.example", ada, nil); got["following_count"] != 0.0 || got["followers_count"] != 0.0 {
		t.Errorf("preview: %v", got)
	}
}

// Only who wants to be found is suggested, for a reason, and nobody whom the reader knows already.
func TestSuggestions(t *testing.T) {
	w := newTown(t)
	people := map[string]skein.ID{}
	for _, name := range []string{"ada", "bo", "cy", "friend", "shy", "moved", "limited", "blocked", "muted", "gone"} {
		people[name] = w.person(w.site, name)
		w.change(people[name], func(a *skein.Account) { a.Discoverable = name != "shy" })
	}
	ada, bo, cy := w.token(w.site, people["ada"]), w.token(w.site, people["bo"]), w.token(w.site, people["cy"])
	w.change(people["moved"], func(a *skein.Account) { a.MovedTo = people["bo"] })
	w.change(people["limited"], func(a *skein.Account) { a.SilencedAt = time.Now() })
	w.change(people["gone"], func(a *skein.Account) { a.SuspendedAt = time.Now() })
	w.follow(ada, people["bo"])
	w.follow(ada, people["cy"])
	for _, token := range []string{bo, cy} {
		for _, name := range []string{"ada", "friend", "shy", "blocked", "muted"} {
			w.follow(token, people[name])
		}
	}
	w.do(200, "POST", "/api/v1/accounts/"+people["blocked"].String()+"/block", ada, nil)
	w.do(200, "POST", "/api/v1/accounts/"+people["muted"].String()+"/mute", ada, nil)
	list, _ := w.list("/api/v2/suggestions", ada)
	if len(list) != 1 || ids(list) != "friend" || list[0]["source"] != "past_interactions" || list[0]["sources"].([]any)[0] != "friends_of_friends" {
		t.Fatalf("suggested: %v", list)
	}
	if list, _ := w.list("/api/v1/suggestions", ada); ids(list) != "friend" {
		t.Errorf("in the old shape: %s", ids(list))
	}
	if list, _ := w.list("/api/v2/suggestions?offset=1", ada); len(list) != 0 {
		t.Errorf("behind the end: %s", ids(list))
	}
	w.do(200, "DELETE", "/api/v1/suggestions/"+people["friend"].String(), ada, nil)
	if list, _ := w.list("/api/v2/suggestions", ada); len(list) != 0 {
		t.Errorf("though dismissed: %s", ids(list))
	}
	w.do(404, "DELETE", "/api/v1/suggestions/99", ada, nil)
}

func TestDirectory(t *testing.T) {
	w := newTown(t)
	for _, name := range []string{"ada", "bo", "shy", "silent"} {
		id := w.person(w.site, name)
		w.change(id, func(a *skein.Account) { a.Discoverable = name != "shy" })
		if name != "silent" {
			w.post(w.token(w.site, id), `{"status":"hi"}`)
		}
	}
	for query, want := range map[string]string{"": "bo ada", "?order=new&local=true": "silent bo ada", "?offset=1": "ada", "?limit=1": "bo"} {
		if list, _ := w.list("/api/v1/directory"+query, ""); ids(list) != want {
			t.Errorf("directory%s: %s, want %s", query, ids(list), want)
		}
	}
	bo := w.token(w.site, w.person(w.site, "reader"))
	list, _ := w.list("/api/v1/directory", bo)
	w.do(200, "POST", "/api/v1/accounts/"+list[0]["id"].(string)+"/block", bo, nil)
	if list, _ := w.list("/api/v1/directory", bo); ids(list) != "ada" {
		t.Errorf("after a block: %s", ids(list))
	}
	w.site.Extra.NoDirectory = true
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error { return tx.UpdateSite(w.site) }))
	if r := w.get("/api/v1/directory", ""); r.status != 404 {
		t.Errorf("switched off: %d", r.status)
	}
}
