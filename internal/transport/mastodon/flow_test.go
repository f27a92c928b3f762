package mastodon

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/kit/limit"
)

func idsOf(list []map[string]any) []string {
	var ids []string
	for _, e := range list {
		ids = append(ids, e["id"].(string))
	}
	return ids
}

// The life of a post through the API, as an app sees it: mastodon-api.md 13.
func TestLifeOfAPost(t *testing.T) {
	w := newTown(t)
	ann, bob := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, w.person(w.site, "bob"))
	first := w.ask(w.site, "POST", "/api/v1/statuses", ann, url.Values{"status": {"Hello @bob #Tree"}, "spoiler_text": {"cw"}, "language": {"de"}}, "Idempotency-Key", "k1")
	again := w.ask(w.site, "POST", "/api/v1/statuses", ann, url.Values{"status": {"Hello @bob #Tree"}}, "Idempotency-Key", "k1")
	p := first.object(t)
	if first.status != 200 || again.status != 200 || again.object(t)["id"] != p["id"] {
		t.Fatalf("the repeated key made another: %s %s", first.body, again.body)
	}
	id := p["id"].(string)
	if p["sensitive"] != true || p["visibility"] != "public" || p["language"] != "de" || len(p["mentions"].([]any)) != 1 ||
		p["application"].(map[string]any)["name"] != "Tests" || p["favourited"] != false || p["pinned"] != false {
		t.Errorf("new post: %s", first.body)
	}
	path := "/api/v1/statuses/" + id
	for _, c := range []struct{ verb, flag, count string }{{"favourite", "favourited", "favourites_count"}, {"bookmark", "bookmarked", ""}} {
		for range 2 { // repeating changes nothing
			got := w.do(200, "POST", path+"/"+c.verb, bob, nil)
			if got[c.flag] != true || c.count != "" && got[c.count] != 1.0 {
				t.Errorf("%s: %v", c.verb, got)
			}
		}
	}
	boost := w.do(200, "POST", path+"/reblog", bob, nil)
	inner := boost["reblog"].(map[string]any)
	if boost["id"] == id || inner["id"] != id || inner["reblogged"] != true || boost["reblogged"] != true || inner["reblogs_count"] != 1.0 {
		t.Errorf("boost: %v", boost)
	}
	if same := w.do(200, "POST", path+"/reblog", bob, nil); same["id"] != boost["id"] {
		t.Error("a second boost is another")
	}
	if l, _ := w.list(path+"/reblogged_by", ""); len(l) != 1 || l[0]["username"] != "bob" {
		t.Errorf("reblogged_by %v", l)
	}
	if l, h := w.list("/api/v1/favourites", bob); len(l) != 1 || !strings.Contains(h.Get("Link"), `rel="prev"`) {
		t.Errorf("favourites %v", l)
	}
	if l, _ := w.list("/api/v1/bookmarks", bob); len(l) != 1 {
		t.Errorf("bookmarks %v", l)
	}
	reply := w.do(200, "POST", "/api/v1/statuses", bob, `{"status":"@ann hi","in_reply_to_id":`+id+`}`)
	if reply["in_reply_to_id"] != id || reply["in_reply_to_account_id"] != p["account"].(map[string]any)["id"] {
		t.Errorf("reply: %v", reply)
	}
	ctx := w.do(200, "GET", path+"/context", "", nil)
	if len(ctx["descendants"].([]any)) != 1 || len(ctx["ancestors"].([]any)) != 0 {
		t.Errorf("context: %v", ctx)
	}
	for _, verb := range []string{"pin", "mute"} {
		w.do(200, "POST", path+"/"+verb, ann, nil)
	}
	if l, _ := w.list("/api/v1/accounts/"+p["account"].(map[string]any)["id"].(string)+"/statuses?pinned=true", ""); len(l) != 1 {
		t.Errorf("pinned: %v", l)
	}
	w.do(422, "POST", path+"/pin", bob, nil)
	edited := w.do(200, "PUT", path, ann, `{"status":"Hello again","spoiler_text":""}`)
	if edited["edited_at"] == nil || !strings.Contains(edited["content"].(string), "again") {
		t.Errorf("edited: %v", edited)
	}
	w.do(404, "PUT", path, bob, `{"status":"mine"}`)
	w.do(404, "DELETE", path, bob, nil)
	if l, _ := w.list(path+"/history", ""); len(l) != 2 || !strings.Contains(l[0]["content"].(string), "Tree") {
		t.Errorf("history: %v", l)
	}
	if src := w.do(200, "GET", path+"/source", ann, nil); src["text"] != "Hello again" {
		t.Errorf("source: %v", src)
	}
	w.do(404, "GET", path+"/source", bob, nil)
	if got := w.do(200, "POST", path+"/unreblog", bob, nil); got["id"] != id || got["reblogged"] != false || got["reblogs_count"] != 0.0 {
		t.Errorf("unreblog: %v", got)
	}
	if got := w.do(200, "POST", path+"/unfavourite", bob, nil); got["favourites_count"] != 0.0 {
		t.Errorf("unfavourite: %v", got)
	}
	gone := w.do(200, "DELETE", path, ann, nil)
	if _, has := gone["content"]; has || gone["text"] != "Hello again" {
		t.Errorf("deleted: %v", gone)
	}
	w.do(404, "GET", path, ann, nil)
}

func TestPostRefusals(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	for _, body := range []string{`{}`, `{"status":"  "}`, `{"status":"x","visibility":"everyone"}`, `{"status":"x","media_ids":["1"]}`,
		`{"status":"x","poll":{"options":["a","b"]}}`, `{"status":"x","scheduled_at":"soon"}`,
		`{"status":"x","quote_approval_policy":"friends"}`, `{"status":"` + strings.Repeat("x", 5001) + `"}`} {
		w.do(422, "POST", "/api/v1/statuses", ann, body)
	}
	w.do(404, "POST", "/api/v1/statuses", ann, `{"status":"x","in_reply_to_id":"77"}`)
	w.do(404, "POST", "/api/v1/statuses", ann, `{"status":"x","in_reply_to_id":"seven"}`)
	w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"x","scheduled_at":"2020-01-01T00:00:00Z"}`) // past: at once
	if l, _ := w.list("/api/v1/timelines/home", ann); len(l) != 1 {
		t.Errorf("half done: %d posts", len(l))
	}
	w.do(422, "GET", "/api/v1/statuses?"+strings.Repeat("id[]=1&", 21), ann, nil)
	w.do(422, "GET", "/api/v1/accounts?"+strings.Repeat("id[]=1&", 41), ann, nil)
	for _, form := range []url.Values{{"avatar": {"data:image/png;base64,AAAA"}}} {
		if r := w.ask(w.site, "PATCH", "/api/v1/accounts/update_credentials", ann, form); r.status != 422 || !strings.Contains(string(r.body), "must be a file") {
			t.Errorf("avatar: %d %s", r.status, r.body)
		}
	}
}

// mastodon-api.md 5.
func TestPagination(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	var all []string
	for i := range 5 {
		all = append(all, w.do(200, "POST", "/api/v1/statuses", ann, fmt.Sprintf(`{"status":"%d"}`, i))["id"].(string))
	}
	slices.Reverse(all)
	for _, base := range []string{"/api/v1/timelines/home", "/api/v1/timelines/public?local=true"} {
		sep := "?"
		if strings.Contains(base, "?") {
			sep = "&"
		}
		page, h := w.list(base+sep+"limit=2&access_token=secret", ann)
		if !slices.Equal(idsOf(page), all[:2]) {
			t.Fatalf("%s: %v", base, idsOf(page))
		}
		link := h.Get("Link")
		if strings.Contains(link, "secret") || !strings.HasPrefix(link, "<https://elm.example/api/v1/timelines/") ||
			!strings.Contains(link, "max_id="+all[1]+`>; rel="next"`) || !strings.Contains(link, "min_id="+all[0]+`>; rel="prev"`) || !strings.Contains(link, "limit=2") {
			t.Errorf("%s: Link %s", base, link)
		}
		for query, want := range map[string][]string{
			"max_id=" + all[1]:                       all[2:],
			"since_id=" + all[3]:                     all[:3],
			"since_id=" + all[3] + "&limit=1":        all[:1],
			"min_id=" + all[3] + "&limit=1":          all[2:3],
			"min_id=0&limit=2":                       all[3:],
			"min_id=" + all[4] + "&max_id=" + all[1]: all[2:4],
			"limit=-2":                               all[:2],
			"limit=100000":                           all,
			"max_id=99999999999999999999999":         all,
			"max_id=0":                               nil,
		} {
			if got, _ := w.list(base+sep+query, ann); !slices.Equal(idsOf(got), want) {
				t.Errorf("%s %s: got %v, want %v", base, query, idsOf(got), want)
			}
		}
		if got, h := w.list(base+sep+"max_id=1", ann); len(got) != 0 || h.Get("Link") != "" {
			t.Errorf("%s: an empty page with %q", base, h.Get("Link"))
		}
		if got := w.get(base+sep+"max_id=abc", ann); got.status != 400 {
			t.Errorf("%s: max_id=abc: %d", base, got.status)
		}
	}
}

func TestPeople(t *testing.T) {
	w := newTown(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	path := "/api/v1/accounts/" + b.String()
	if got := w.do(200, "POST", path+"/follow", ann, `{"reblogs":"false","notify":1,"languages":["en"]}`); got["following"] != true || got["showing_reblogs"] != false || got["notifying"] != true {
		t.Errorf("follow: %v", got)
	}
	if l, _ := w.list("/api/v1/accounts/relationships?id="+b.String(), ann); len(l) != 1 || l[0]["following"] != true {
		t.Errorf("relationship by a single id: %v", l)
	}
	if l, _ := w.list("/api/v1/accounts/relationships?id[]="+b.String()+"&id[]=999&id[]="+b.String(), ann); len(l) != 1 {
		t.Errorf("relationships: %v", l)
	}
	if l, h := w.list(path+"/followers?limit=1", ""); len(l) != 1 || !strings.Contains(h.Get("Link"), `rel="next"`) || !strings.Contains(h.Get("Link"), "since_id=") {
		t.Errorf("followers: %v %s", l, h.Get("Link"))
	}
	if got := w.do(200, "POST", path+"/mute?duration=3600&notifications=false", ann, nil); got["muting"] != true || got["muting_notifications"] != false || got["muting_expires_at"] == nil {
		t.Errorf("mute: %v", got)
	}
	if l, _ := w.list("/api/v1/mutes", ann); len(l) != 1 || l[0]["mute_expires_at"] == nil {
		t.Errorf("mutes: %v", l)
	}
	w.do(422, "POST", path+"/mute", ann, `{"duration":-5}`)
	if got := w.do(200, "POST", path+"/note", ann, `{"comment":"met in June"}`); got["note"] != "met in June" {
		t.Errorf("note: %v", got)
	}
	if got := w.do(200, "POST", path+"/block", ann, nil); got["blocking"] != true || got["following"] != false {
		t.Errorf("block: %v", got)
	}
	if l, _ := w.list("/api/v1/blocks", ann); len(l) != 1 {
		t.Errorf("blocks: %v", l)
	}
	w.do(403, "POST", "/api/v1/accounts/"+a.String()+"/follow", ann, nil) // oneself
	w.do(200, "POST", "/api/v1/domain_blocks", ann, `{"domain":"spam.example"}`)
	if r := w.get("/api/v1/domain_blocks", ann); string(r.body) != `["spam.example"]` {
		t.Errorf("domain blocks: %s", r.body)
	}
	w.do(200, "DELETE", "/api/v1/domain_blocks?domain=spam.example", ann, nil)
	for _, acct := range []string{"bob", "@bob", "bob@elm.example"} {
		if got := w.do(200, "GET", "/api/v1/accounts/lookup?acct="+url.QueryEscape(acct), "", nil); got["acct"] != "bob" {
			t.Errorf("lookup %s: %v", acct, got)
		}
	}
	me := w.do(200, "PATCH", "/api/v1/accounts/update_credentials", bob, url.Values{"display_name": {"Bob B."}, "note": {"hi"}, "locked": {"true"}, "source[privacy]": {"private"},
		"source[language]": {"de"}, "fields_attributes[0][name]": {"Web"}, "fields_attributes[0][value]": {"https://bob.example"}, "role": {"owner"}, "followers_count": {"1000"}})
	src := me["source"].(map[string]any)
	if me["display_name"] != "Bob B." || me["locked"] != true || src["privacy"] != "private" || src["language"] != "de" || src["note"] != "hi" ||
		len(src["fields"].([]any)) != 1 || me["role"].(map[string]any)["id"] != "-99" || me["followers_count"] == 1000.0 {
		t.Errorf("update_credentials: %v", me)
	}
	if got := w.do(200, "GET", "/api/v1/preferences", bob, nil); got["posting:default:visibility"] != "private" {
		t.Errorf("preferences: %v", got)
	}
	if got := w.do(200, "POST", "/api/v1/statuses", bob, `{"status":"as I like it"}`); got["visibility"] != "private" || got["language"] != "de" {
		t.Errorf("defaults of a post: %v", got)
	}
	cee := w.token(w.site, w.person(w.site, "cee"))
	if got := w.do(200, "POST", path+"/follow", cee, nil); got["requested"] != true {
		t.Errorf("follow of a locked account: %v", got)
	}
	l, _ := w.list("/api/v1/follow_requests", bob)
	if len(l) != 1 || l[0]["username"] != "cee" {
		t.Fatalf("follow requests: %v", l)
	}
	if got := w.do(200, "POST", "/api/v1/follow_requests/"+l[0]["id"].(string)+"/authorize", bob, nil); got["followed_by"] != true {
		t.Errorf("authorize: %v", got)
	}
	w.do(400, "GET", "/api/v2/search", ann, nil)
	w.do(401, "GET", "/api/v2/search?q=x&resolve=true", "", nil)
	if got := w.do(200, "GET", "/api/v2/search?q=ce&type=accounts", ann, nil); len(got["accounts"].([]any)) != 1 || got["hashtags"] == nil {
		t.Errorf("search: %v", got)
	}
}

func TestTagsAndMarkers(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"#Été here"}`)
	name := url.PathEscape("ÉTÉ")
	if l, _ := w.list("/api/v1/timelines/tag/"+name, ""); len(l) != 1 {
		t.Errorf("tag timeline: %v", l)
	}
	if l, _ := w.list("/api/v1/timelines/tag/123", ""); len(l) != 0 {
		t.Errorf("no tag: %v", l)
	}
	if got := w.do(200, "POST", "/api/v1/tags/"+name+"/follow", ann, nil); got["following"] != true {
		t.Errorf("follow: %v", got)
	}
	if l, _ := w.list("/api/v1/followed_tags", ann); len(l) != 1 || l[0]["following"] != true {
		t.Errorf("followed: %v", l)
	}
	if got := w.do(200, "GET", "/api/v1/tags/"+name, "", nil); got["following"] != nil || len(got["history"].([]any)) != 0 && len(got["history"].([]any)) != 7 {
		t.Errorf("tag: %v", got)
	}
	w.do(404, "GET", "/api/v1/tags/a%20b", "", nil)
	set := w.do(200, "POST", "/api/v1/markers", ann, url.Values{"home[last_read_id]": {"123"}})
	if set["home"].(map[string]any)["last_read_id"] != "123" {
		t.Errorf("markers: %v", set)
	}
	got := w.do(200, "GET", "/api/v1/markers?timeline[]=home&timeline[]=notifications", ann, nil)
	if len(got) != 1 || got["home"].(map[string]any)["updated_at"] == nil {
		t.Errorf("markers: %v", got)
	}
}

// Section 3.1 and 3.2: an app registers, signs somebody up, and the new token waits for the mail.
func TestSignUp(t *testing.T) {
	w := newTown(t)
	app := w.do(200, "POST", "/api/v1/apps", "", url.Values{"client_name": {"Tusky"}, "redirect_uris": {"tusky://cb\nurn:ietf:wg:oauth:2.0:oob"}, "scopes": {"read write"}})
	if app["client_secret"] == "" || app["client_secret_expires_at"] != 0.0 || len(app["redirect_uris"].([]any)) != 2 {
		t.Fatalf("app: %v", app)
	}
	for _, bad := range []string{`{}`, `{"client_name":"x"}`, `{"client_name":"x","redirect_uris":"javascript:alert(1)"}`, `{"client_name":"x","redirect_uris":"a://b","scopes":"everything"}`} {
		w.do(422, "POST", "/api/v1/apps", "", bad)
	}
	token, _, _, err := w.api.Identity.ClientToken(t.Context(), w.site.ID, app["client_id"].(string), app["client_secret"].(string), []string{"read", "write"})
	w.must(err)
	if got := w.do(200, "GET", "/api/v1/apps/verify_credentials", token, nil); got["name"] != "Tusky" {
		t.Errorf("verify: %v", got)
	}
	bad := w.do(422, "POST", "/api/v1/accounts", token, `{"username":"no spaces","email":"x","password":"1","agreement":false,"locale":"en"}`)
	if d := bad["details"].(map[string]any); d["username"] == nil || d["agreement"].([]any)[0].(map[string]any)["error"] != "ERR_ACCEPTED" {
		t.Errorf("details: %v", bad)
	}
	got := w.do(200, "POST", "/api/v1/accounts", token, `{"username":"dora","email":"dora@mail.example","password":"correct horse battery","agreement":true,"locale":"en","role":"owner","confirmed":true}`)
	user, ok := got["access_token"].(string)
	if !ok || got["token_type"] != "Bearer" || got["scope"] != "read write" || got["created_at"].(float64) < 1e9 {
		t.Fatalf("token: %v", got)
	}
	w.do(403, "GET", "/api/v1/accounts/verify_credentials", user, nil)
	if r := w.get("/api/v1/emails/check_confirmation", user); r.status != 200 || string(r.body) != "false" {
		t.Errorf("check_confirmation: %d %s", r.status, r.body)
	}
	w.do(200, "POST", "/api/v1/emails/confirmations", user, nil)
	w.do(403, "POST", "/api/v1/emails/confirmations", w.token(w.site, w.person(w.site, "ann")), nil)
}

// mastodon-api.md 7.
func TestRateLimits(t *testing.T) {
	w := newTown(t)
	now := time.Unix(1_800_000_000, 0)
	w.api.Limit = limit.New(func() time.Time { return now })
	ann := w.token(w.site, w.person(w.site, "ann"))
	r := w.get("/api/v1/timelines/home", ann)
	if r.header.Get("X-RateLimit-Limit") != "300" || r.header.Get("X-RateLimit-Remaining") != "299" || r.header.Get("X-RateLimit-Reset") != "2027-01-15T08:05:00.000000Z" {
		t.Errorf("headers: %v", r.header)
	}
	for range 5 {
		w.ask(w.site, "POST", "/api/v1/apps", "", `{}`)
	}
	if r := w.ask(w.site, "POST", "/api/v1/apps", "", `{}`); r.status != 429 || r.header.Get("X-RateLimit-Remaining") != "0" || string(r.body) != `{"error":"Too many requests"}` {
		t.Errorf("sixth app: %d %s %v", r.status, r.body, r.header)
	}
	for i := range 400 {
		if r := w.get("/api/v1/timelines/home", "guess"+fmt.Sprint(i)); r.status == 429 {
			if i < 200 {
				t.Errorf("stopped after %d guesses", i)
			}
			break
		} else if i == 399 {
			t.Error("tokens can be guessed without end")
		}
	}
	if r := w.get("/api/v1/preferences", ann); r.status != 429 {
		t.Errorf("an address that guesses goes on: %d", r.status)
	}
	now = now.Add(5 * time.Minute)
	if r := w.get("/api/v1/preferences", ann); r.status != 200 {
		t.Errorf("after the window: %d", r.status)
	}
}

func TestOEmbed(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	p := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"<b>hi</b>"}`)
	secret := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"psst","visibility":"private"}`)
	got := w.do(200, "GET", "/api/oembed?url="+url.QueryEscape(p["url"].(string)), "", nil)
	if got["type"] != "rich" || got["author_name"] != "ann" || got["html"] != `<iframe src="`+p["url"].(string)+`/embed" title="ann (@ann@`+w.site.Domain+`)" width="400" height="480" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>` {
		t.Errorf("oembed: %v", got)
	}
	for _, u := range []string{secret["url"].(string), "https://oak.example/@ann/1", "nonsense", w.site.URL("/@ann")} {
		w.do(404, "GET", "/api/oembed?url="+url.QueryEscape(u), ann, nil)
	}
}

// Sections 3.8 and 3.9: the same notifications in both shapes.
func TestNotifications(t *testing.T) {
	w := newTown(t)
	a := w.person(w.site, "ann")
	ann, bob := w.token(w.site, a), w.token(w.site, w.person(w.site, "bob"))
	id := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"hi"}`)["id"].(string)
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/follow", bob, nil)
	w.do(200, "POST", "/api/v1/statuses/"+id+"/favourite", bob, nil)
	w.do(200, "POST", "/api/v1/statuses/"+id+"/reblog", bob, nil)
	w.do(200, "POST", "/api/v1/statuses", bob, `{"status":"@ann hello"}`)
	var list []map[string]any
	for range 100 { // they are made behind the answer
		if list, _ = w.list("/api/v1/notifications", ann); len(list) == 4 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	kinds := map[string]string{}
	for _, n := range list {
		kinds[n["type"].(string)] = n["id"].(string)
		alone := n["group_key"] == "ungrouped-"+n["id"].(string)
		if _, about := n["status"]; about == (n["type"] == "follow") || alone != (n["type"] == "mention") {
			t.Errorf("notification: %v", n)
		}
	}
	if len(kinds) != 4 || kinds["follow"] == "" || kinds["favourite"] == "" || kinds["reblog"] == "" || kinds["mention"] == "" {
		t.Fatalf("kinds: %v", kinds)
	}
	for query, want := range map[string]int{"types[]=mention&types[]=reblog": 2, "exclude_types[]=mention": 3, "types[]=poll": 0, "limit=1": 1, "account_id=77": 0} {
		if l, _ := w.list("/api/v1/notifications?"+query, ann); len(l) != want {
			t.Errorf("%s: %d, want %d", query, len(l), want)
		}
	}
	if got := w.do(200, "GET", "/api/v1/notifications/unread_count", ann, nil); got["count"] != 4.0 {
		t.Errorf("unread: %v", got)
	}
	groups := w.do(200, "GET", "/api/v2/notifications?limit=10", ann, nil)
	if len(groups["notification_groups"].([]any)) != 4 || len(groups["accounts"].([]any)) != 1 || len(groups["statuses"].([]any)) != 2 {
		t.Errorf("groups: %v", groups)
	}
	key := "/api/v2/notifications/ungrouped-" + kinds["mention"]
	if g := w.do(200, "GET", key, ann, nil)["notification_groups"].([]any); len(g) != 1 || g[0].(map[string]any)["page_max_id"] != nil {
		t.Errorf("group: %v", g)
	}
	w.do(400, "GET", "/api/v2/notifications?expand_accounts=half", ann, nil)
	w.do(404, "GET", key, bob, nil) // T141: somebody else's
	w.do(404, "POST", "/api/v1/notifications/"+kinds["mention"]+"/dismiss", bob, nil)
	w.do(200, "POST", key+"/dismiss", ann, nil)
	w.do(404, "GET", "/api/v1/notifications/"+kinds["mention"], ann, nil)
	w.do(200, "DELETE", "/api/v1/notifications/destroy_multiple?ids[]="+kinds["follow"]+"&ids[]=5", ann, nil)
	w.do(200, "POST", "/api/v1/notifications/clear", ann, nil)
	if l, _ := w.list("/api/v1/notifications", ann); len(l) != 0 {
		t.Errorf("cleared: %v", l)
	}
}

// A picture is refused as a whole: the name beside it does not change.
func TestPicturesAreRefusedWhole(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	for _, size := range []int{10, 3 << 20} {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		_ = m.WriteField("display_name", "Changed")
		f, err := m.CreateFormFile("avatar", "a.png")
		w.must(err)
		_, _ = f.Write(make([]byte, size))
		_ = m.Close()
		r := httptest.NewRequest("PATCH", w.site.URL("/api/v1/accounts/update_credentials"), &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Header.Set("Authorization", "Bearer "+ann)
		out := httptest.NewRecorder()
		w.api.ServeSite(out, r, w.site)
		if out.Code != 422 || !strings.Contains(out.Body.String(), "could not be verified") {
			t.Errorf("%d bytes: %d %s", size, out.Code, out.Body)
		}
	}
	if me := w.do(200, "GET", "/api/v1/accounts/verify_credentials", ann, nil); me["display_name"] != "ann" {
		t.Errorf("half done: %v", me["display_name"])
	}
}
