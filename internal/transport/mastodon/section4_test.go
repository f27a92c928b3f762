package mastodon

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// mastodon-api.md 4.1 and 4.11: what is left to be seen of who was suspended, and who still hears how they stand to them.
func TestSection4_SuspendedAccounts(t *testing.T) {
	w := newTown(t)
	mod, _ := w.with(w.site, "mod", skein.Moderator)
	other := w.person(w.site, "bob")
	ann := w.token(w.site, w.person(w.site, "ann"))
	w.follow(ann, mod)
	path := "/api/v1/accounts/" + mod.String()
	if roles := w.do(200, "GET", path, ann, nil)["roles"].([]any); len(roles) != 1 || roles[0].(map[string]any)["name"] != "Moderator" {
		t.Errorf("roles of a moderator: %v", roles)
	}
	w.change(mod, func(a *skein.Account) { a.SuspendedAt = time.Now() })
	if a := w.do(200, "GET", path, ann, nil); a["suspended"] != true || a["display_name"] != "" || len(a["roles"].([]any)) != 0 {
		t.Errorf("a moderator who was suspended: %v", a)
	}
	query := "/api/v1/accounts/relationships?id[]=" + mod.String() + "&id[]=" + other.String()
	for more, want := range map[string]string{"": other.String(), "&with_suspended=false": other.String(), "&with_suspended=true": mod.String() + " " + other.String()} {
		list, _ := w.list(query+more, ann)
		var got []string
		for _, r := range list {
			got = append(got, r["id"].(string))
			if r["id"] == mod.String() && r["following"] != true {
				t.Errorf("with %q: %v", more, r)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("relationships with %q: %v, want %s", more, got, want)
		}
	}
}

// mastodon-api.md 4.1: one's own account tells where it went to, one level deep, and who waits for leave, which those who are
// limited do before a door that is open for others.
func TestSection4_OwnAccount(t *testing.T) {
	w := newTown(t)
	a, b, c := w.person(w.site, "ann"), w.person(w.site, "bob"), w.person(w.site, "cy")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	me := func() map[string]any { return w.do(200, "GET", "/api/v1/accounts/verify_credentials", ann, nil) }
	source := func() map[string]any { return me()["source"].(map[string]any) }
	if m := me(); m["moved"] != nil || source()["follow_requests_count"] != 0.0 {
		t.Errorf("at first: %v", m)
	}
	w.change(b, func(a *skein.Account) { a.SilencedAt = time.Now() })
	if r := w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/follow", bob, nil); r["requested"] != true {
		t.Fatalf("who is limited follows at once: %v", r)
	}
	if got := source()["follow_requests_count"]; got != 1.0 {
		t.Errorf("follow_requests_count of an account that is not locked: %v, want 1", got)
	}
	w.change(a, func(x *skein.Account) { x.MovedTo = b })
	w.change(b, func(x *skein.Account) { x.MovedTo = c })
	for _, m := range []map[string]any{me(), w.do(200, "GET", "/api/v1/accounts/"+a.String(), "", nil)} {
		to, _ := m["moved"].(map[string]any)
		if _, twice := to["moved"]; to["username"] != "bob" || twice {
			t.Errorf("moved: %v", to)
		}
	}
	w.change(b, func(x *skein.Account) { x.SuspendedAt = time.Now() })
	if to, _ := me()["moved"].(map[string]any); to["suspended"] != true || to["display_name"] != "" {
		t.Errorf("moved to who was suspended: %v", to)
	}
}

// mastodon-api.md 4.5: what an account says to those who want to put it into a collection is said to each by who they are.
func TestSection4_FeatureApproval(t *testing.T) {
	w := newTown(t)
	a, open := w.person(w.site, "ann"), w.person(w.site, "open")
	ann, bob := w.token(w.site, a), w.token(w.site, w.person(w.site, "bob"))
	silent, some, asks := w.from("far.example", "silent"), w.from("far.example", "some"), w.from("far.example", "asks")
	w.change(open, func(a *skein.Account) { a.Discoverable = true })
	w.change(some, func(a *skein.Account) { a.Extra.Feature = &skein.Leave{Auto: []string{skein.WhoFollowers}} })
	w.change(asks, func(a *skein.Account) { a.Extra.Feature = &skein.Leave{Manual: []string{skein.WhoFollowers}} })
	for _, id := range []skein.ID{some, asks} {
		w.follow(ann, id)
		w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
			f, err := tx.FollowBetween(a, id)
			if err == nil {
				_, err = tx.AcceptFollow(f)
			}
			return err
		}))
	}
	for _, c := range []struct {
		name            string
		id              skein.ID
		ann, bob, other string
	}{
		{"one of ours who wants to be found", open, "automatic", "automatic", "automatic"},
		{"oneself", a, "automatic", "denied", "denied"},
		{"whose server says nothing", silent, "missing", "missing", "missing"},
		{"who allows it to followers", some, "automatic", "denied", "denied"},
		{"whom followers ask", asks, "manual", "denied", "denied"},
	} {
		for token, want := range map[string]string{ann: c.ann, bob: c.bob, "": c.other} {
			m := w.do(200, "GET", "/api/v1/accounts/"+c.id.String(), token, nil)["feature_approval"].(map[string]any)
			if m["current_user"] != want {
				t.Errorf("%s: %v, want %s", c.name, m, want)
			}
		}
	}
}

// mastodon-api.md 4.26: the pictures that stand for a site are there, in the size that is said, and apps can draw them.
func TestSection4_PicturesOfTheInstance(t *testing.T) {
	w := newTown(t)
	v2 := w.do(200, "GET", "/api/v2/instance", "", nil)
	pictures := v2["icon"].([]any)
	if len(pictures) == 0 {
		t.Error("no icon")
	}
	thumbnail := v2["thumbnail"].(map[string]any)["url"]
	if got := w.do(200, "GET", "/api/v1/instance", "", nil)["thumbnail"]; got != thumbnail {
		t.Errorf("thumbnail %v, and %v of old", thumbnail, got)
	}
	for _, p := range append(pictures, map[string]any{"src": thumbnail, "size": "512x512"}) {
		p := p.(map[string]any)
		name, ok := strings.CutPrefix(p["src"].(string), w.site.Base)
		file, err := os.ReadFile("../../../web/public" + name)
		w.must(err)
		size, err := png.DecodeConfig(bytes.NewReader(file))
		if got := fmt.Sprintf("%dx%d", size.Width, size.Height); !ok || err != nil || got != p["size"] {
			t.Errorf("%v: %s %v", p, got, err)
		}
	}
}

// mastodon-api.md 4.4: who deletes a post is told what it quoted, whatever became of the quote, unless it is none of theirs.
func TestSection4_QuoteOfWhatIsDeleted(t *testing.T) {
	w := newTown(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	quoted := w.post(bob, `{"status":"said"}`)["id"].(string)
	quote := func() string {
		id := w.post(ann, `{"status":"so true","quoted_status_id":"`+quoted+`"}`)["id"].(string)
		w.do(200, "POST", "/api/v1/statuses/"+quoted+"/quotes/"+id+"/revoke", bob, nil)
		if q := w.do(200, "GET", "/api/v1/statuses/"+id, ann, nil)["quote"].(map[string]any); q["state"] != "revoked" || q["quoted_status"] != nil {
			t.Errorf("a quote that was revoked: %v", q)
		}
		return id
	}
	first, second := quote(), quote()
	q := w.do(200, "DELETE", "/api/v1/statuses/"+first, ann, nil)["quote"].(map[string]any)
	if said, _ := q["quoted_status"].(map[string]any); q["state"] != "revoked" || said["id"] != quoted {
		t.Errorf("in the answer to a deletion: %v", q)
	}
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/block", bob, nil)
	if q := w.do(200, "DELETE", "/api/v1/statuses/"+second, ann, nil)["quote"].(map[string]any); q["quoted_status"] != nil {
		t.Errorf("of somebody who blocks the reader: %v", q)
	}
}

// mastodon-api.md 4.10: a hashtag is named as it was first spelled here, whoever asks for it and how.
func TestSection4_SpellingOfHashtags(t *testing.T) {
	w := newTown(t)
	mod, _ := w.with(w.site, "mod", skein.Moderator)
	ann, staff := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, mod)
	w.post(ann, `{"status":"#SummerFern"}`)
	w.post(ann, `{"status":"#summerfern #SUMMERFERN"}`)
	w.calm()
	check := func(want string) {
		t.Helper()
		got := map[string]any{
			"shown":    w.do(200, "GET", "/api/v1/tags/summerFERN", "", nil)["name"],
			"followed": w.do(200, "POST", "/api/v1/tags/summerferN/follow", ann, nil)["name"],
			"found":    w.do(200, "GET", "/api/v2/search?q=summerfer&type=hashtags", ann, nil)["hashtags"].([]any)[0].(map[string]any)["name"],
		}
		list, _ := w.list("/api/v1/followed_tags", ann)
		got["listed"] = list[0]["name"]
		for what, name := range got {
			if name != want {
				t.Errorf("%s: %v, want %s", what, name, want)
			}
		}
	}
	check("SummerFern")
	id := w.do(200, "GET", "/api/v1/tags/summerfern", "", nil)["id"].(string)
	w.do(200, "PUT", "/api/v1/admin/tags/"+id, staff, `{"display_name":"SummerFERN"}`)
	check("SummerFERN")
	if got := w.do(200, "GET", "/api/v1/tags/NeverUsed", "", nil)["name"]; got != "NeverUsed" {
		t.Errorf("one that nobody used: %v", got)
	}
}
