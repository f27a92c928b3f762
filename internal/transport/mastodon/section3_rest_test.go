package mastodon

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"skein/internal/kit/fetch"
	"skein/internal/skein"
)

// mastodon-api.md 3.10: files before a post has them.
func TestSection3_Media(t *testing.T) {
	w, vars := square(t)
	ann, file := vars["token ann"], map[string][]byte{"file": photo(t, 40, 20)}
	for _, path := range []string{"/api/v1/media", "/api/v2/media"} {
		for _, c := range []struct {
			name   string
			files  map[string][]byte
			words  map[string]string
			status int
			want   string
		}{
			{"a picture, ready at once", file, map[string]string{"description": "a field", "focus": "-1,0.5"}, 200, `"description":"a field"`},
			{"a focus outside of it", file, map[string]string{"focus": "1.5,0"}, 422, "Focus"},
			{"a focus that is none", file, map[string]string{"focus": "left"}, 422, "Focus"},
			{"a description that is too long", file, map[string]string{"description": strings.Repeat("x", skein.MaxDescription+1)}, 422, `"error"`},
			{"a thumbnail alone", map[string][]byte{"thumbnail": photo(t, 20, 20)}, nil, 422, "File can't be blank"},
			{"text", map[string][]byte{"file": []byte("hello")}, nil, 422, "File type of uploaded media could not be verified"},
			{"a thumbnail that is text", map[string][]byte{"file": file["file"], "thumbnail": []byte("hello")}, nil, 422, `"error"`},
		} {
			got := w.upload(w.site, "POST", path, ann, c.files, c.words)
			if got.status != c.status || !strings.Contains(string(got.body), c.want) {
				t.Errorf("%s to %s: %d %.300s, want %d %s", c.name, path, got.status, got.body, c.status, c.want)
			}
			if old := got.header.Get("Deprecation") != ""; old != (path == "/api/v1/media") {
				t.Errorf("%s to %s: Deprecation is sent: %v", c.name, path, old)
			}
			if c.status == 200 {
				vars["file"] = got.object(t)["id"].(string)
			}
		}
	}
	w.rules(vars, []rule{
		{name: "one's own", method: "GET", path: "/api/v1/media/{file}", token: "ann", status: 200, want: `"type":"image" … "text_url":null … "focus":{"x":-1,"y":0.5} … "size":"40x20"`},
		{name: "another's", method: "GET", path: "/api/v1/media/{file}", token: "bob", status: 404},
		{name: "described", method: "PUT", path: "/api/v1/media/{file}", token: "ann", body: url.Values{"description": {"rye"}}, status: 200, want: `"description":"rye" … "focus":{"x":-1,"y":0.5}`},
		{name: "a focus outside", method: "PUT", path: "/api/v1/media/{file}", token: "ann", body: `{"focus":"0,-2"}`, status: 422, want: `"error"`},
		{name: "deleted by another", method: "DELETE", path: "/api/v1/media/{file}", token: "bob", status: 404},
		{name: "deleted", method: "DELETE", path: "/api/v1/media/{file}", token: "ann", status: 200, want: "{}"},
		{name: "gone", method: "GET", path: "/api/v1/media/{file}", token: "ann", status: 404},
	})
}

// mastodon-api.md 3.16: push, trends, suggestions, announcements and the rest.
func TestSection3_PushTrendsAndTheRest(t *testing.T) {
	w, vars := square(t)
	w.api.Fetch = fetch.New(fetch.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(w.api.Fetch.Close)
	ann, _ := skein.ParseID(vars["ann"])
	vars["token narrow"] = w.token(w.site, ann, "read:statuses")
	const keys = `"keys":{"p256dh":"AAAA","auth":"AAAAAAAAAAAAAAAAAAAAAA"}`
	w.rules(vars, []rule{
		{name: "no subscription", method: "GET", path: "/api/v1/push/subscription", token: "ann", status: 404},
		{name: "to change", method: "PUT", path: "/api/v1/push/subscription", token: "ann", body: `{"data":{"policy":"none"}}`, status: 404},
		{name: "nor to end", method: "DELETE", path: "/api/v1/push/subscription", token: "ann", status: 200, want: "{}"},
		{name: "nothing named", method: "POST", path: "/api/v1/push/subscription", token: "ann", body: `{}`, status: 400, want: "subscription"},
		{name: "without keys", method: "POST", path: "/api/v1/push/subscription", token: "ann", body: `{"subscription":{"endpoint":"https://127.0.0.1/p"}}`, status: 400, want: "keys"},
		{name: "a bad address", method: "POST", path: "/api/v1/push/subscription", token: "ann", body: `{"subscription":{"endpoint":"nonsense",` + keys + `}}`, status: 422, want: "Endpoint is not a valid URL"},
		{name: "a bad key", method: "POST", path: "/api/v1/push/subscription", token: "ann", body: `{"subscription":{"endpoint":"https://127.0.0.1/p",` + keys + `}}`, status: 422, want: "p256dh"},
		{name: "a bad policy", method: "POST", path: "/api/v1/push/subscription", token: "ann", body: `{"subscription":{"endpoint":"https://127.0.0.1/p",` + keys + `},"data":{"policy":"some"}}`, status: 422, want: "Policy"},
		{name: "without the scope", method: "GET", path: "/api/v1/push/subscription", token: "narrow", status: 403, want: "This action is outside the authorized scopes"},

		{name: "hashtags", method: "GET", path: "/api/v1/trends/tags", status: 200, want: "[]", not: "rel="},
		{name: "back from where none are", method: "GET", path: "/api/v1/trends/tags?offset=20", status: 200, want: `trends/tags?limit=10&offset=10>; rel="prev"`, not: `rel="next"`},
		{name: "posts", method: "GET", path: "/api/v1/trends/statuses?offset=40", status: 200, want: `trends/statuses?limit=20&offset=20>; rel="prev"`},
		{name: "no more than forty", method: "GET", path: "/api/v1/trends/statuses?offset=80&limit=100", status: 200, want: `limit=40&offset=40>; rel="prev"`},
		{name: "links", method: "GET", path: "/api/v1/trends/links?offset=10", status: 200, want: `trends/links?limit=10&offset=0>; rel="prev"`},

		{name: "suggestions are for people", method: "GET", path: "/api/v2/suggestions", status: 401},
		{name: "of the old shape too", method: "GET", path: "/api/v1/suggestions", token: "ann", status: 200, want: "["},
		{name: "dismissed", method: "DELETE", path: "/api/v1/suggestions/{eve}", token: "ann", status: 200, want: "{}"},
		{name: "emoji", method: "GET", path: "/api/v1/custom_emojis", status: 200, want: "[]"},
		{name: "an announcement of nobody", method: "POST", path: "/api/v1/announcements/1/dismiss", token: "ann", status: 404},

		{name: "a refresh of nothing", method: "GET", path: "/api/v1_alpha/async_refreshes/nothing", token: "ann", status: 404},
		{name: "without the scope for all", method: "GET", path: "/api/v1_alpha/async_refreshes/nothing", token: "narrow", status: 403},
		{name: "no reviews", method: "GET", path: "/api/v1/annual_reports", token: "ann", status: 200, want: `{"annual_reports":[],"accounts":[],"statuses":[]}`},
		{name: "none of that year", method: "GET", path: "/api/v1/annual_reports/1999", token: "ann", status: 404},
		{name: "nor will there be", method: "GET", path: "/api/v1/annual_reports/1999/state", token: "ann", status: 200, want: `{"state":"ineligible"}`},
		{name: "none is made", method: "POST", path: "/api/v1/annual_reports/1999/generate", token: "ann", status: 404},
		{name: "nor read", method: "POST", path: "/api/v1/annual_reports/1999/read", token: "ann", status: 404},
		{name: "no year", method: "GET", path: "/api/v1/annual_reports/last/state", token: "ann", status: 404},
		{name: "nobody asks for money", method: "GET", path: "/api/v1/donation_campaigns", token: "ann", status: 204},
		{name: "a frame of nothing", method: "GET", path: "/api/oembed", status: 400, want: "url"},
		{name: "of what is not here", method: "GET", path: "/api/oembed?url=https://far.example/@x/1", status: 404},
	})
	if old, now := w.get("/api/v1/trends", ""), w.get("/api/v1/trends/tags", ""); old.status != 200 || old.header.Get("Deprecation") == "" || now.header.Get("Deprecation") != "" {
		t.Errorf("the old name of trends: %d %v", old.status, old.header)
	}
	path := "/api/v1/announcements/" + w.announce("hello") + "/reactions/"
	for i, emoji := range []string{"🎉", "🌳", "🍎", "🍐", "🍋", "🍇", "🍉", "🍌", "🍒"} {
		want := 200
		if i == skein.MaxAnnouncedEmoji {
			want = 422
		}
		w.do(want, "PUT", path+url.PathEscape(emoji), vars["token ann"], nil)
	}
	w.do(200, "PUT", path+url.PathEscape("🎉"), vars["token bob"], nil) // one that is there already
	for _, path := range []string{"/health", "/api/v1/streaming/health"} {
		if got := w.get(path, ""); got.status != 200 || string(got.body) != "OK" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %q %v", path, got.status, got.body, got.header)
		}
	}
}

// A frame is no larger than the page that it is for allows (mastodon-api.md 3.16, https://oembed.com 2.3.4).
func TestSection3_OEmbedFits(t *testing.T) {
	w, vars := square(t)
	post := w.do(200, "POST", "/api/v1/statuses", vars["token bob"], `{"status":"hello"}`)["url"].(string)
	for query, want := range map[string][2]float64{
		"": {400, 480}, "&maxwidth=300": {300, 480}, "&maxheight=200": {400, 200}, "&maxwidth=60&maxheight=40": {60, 40},
		"&maxwidth=1000&maxheight=2000": {1000, 480}, "&maxwidth=0&maxheight=-1": {400, 480}, "&maxwidth=1000000": {4000, 480},
	} {
		got := w.do(200, "GET", "/api/oembed?url="+url.QueryEscape(post)+query, "", nil)
		size := fmt.Sprintf(`width="%v" height="%v"`, want[0], want[1])
		if got["width"] != want[0] || got["height"] != want[1] || !strings.Contains(got["html"].(string), size) {
			t.Errorf("%q: %v by %v, %v, want %s", query, got["width"], got["height"], got["html"], size)
		}
	}
}

// mastodon-api.md 3.17 and 3.18: the site, and streams that are not opened.
func TestSection3_InstanceAndStreaming(t *testing.T) {
	w, vars := square(t)
	w.rules(vars, []rule{
		{name: "the site", method: "GET", path: "/api/v2/instance", status: 200, want: `"domain":"elm.example" … "streaming":"wss://elm.example" … "limited_federation":false … "api_versions":{"mastodon":`},
		{name: "as it was", method: "GET", path: "/api/v1/instance", status: 200, want: `"uri":"elm.example" … "streaming_api":"wss://elm.example" … "invites_enabled":`},
		{name: "peers", method: "GET", path: "/api/v1/instance/peers", status: 200, want: "[]"},
		{name: "rules", method: "GET", path: "/api/v1/instance/rules", status: 200, want: "[]"},
		{name: "nothing is said", method: "GET", path: "/api/v1/instance/extended_description", status: 200, want: `{"updated_at":null,"content":""}`},
		{name: "a policy there always is", method: "GET", path: "/api/v1/instance/privacy_policy", status: 200, want: `"updated_at":"2 … "content":"`},
		{name: "no terms", method: "GET", path: "/api/v1/instance/terms_of_service", status: 404},
		{name: "nor of a day", method: "GET", path: "/api/v1/instance/terms_of_service/2026-01-01", status: 404},
		{name: "no translation", method: "GET", path: "/api/v1/instance/translation_languages", status: 200, want: "{}"},
		{name: "languages", method: "GET", path: "/api/v1/instance/languages", status: 200, want: `{"code":"de","name":`},

		{name: "a socket without an upgrade", method: "GET", path: "/api/v1/streaming", token: "ann", status: 404, want: "Not Found"},
		{name: "a visitor", method: "GET", path: "/api/v1/streaming/public", status: 401},
		{name: "an app", method: "GET", path: "/api/v1/streaming/user", token: "app", status: 422},
		{name: "no hashtag", method: "GET", path: "/api/v1/streaming/hashtag", token: "ann", status: 400, want: "Missing tag name parameter"},
		{name: "no local hashtag", method: "GET", path: "/api/v1/streaming/hashtag/local", token: "ann", status: 400, want: "Missing tag name parameter"},
		{name: "no list", method: "GET", path: "/api/v1/streaming/list", token: "ann", status: 400, want: "Missing list name parameter"},
		{name: "nobody's list", method: "GET", path: "/api/v1/streaming/list?list=5", token: "ann", status: 401, want: "Not authorized to stream this list"},
		{name: "no such stream", method: "GET", path: "/api/v1/streaming/everything", token: "ann", status: 404, want: "Not Found"},
	})
	weeks, _ := w.list("/api/v1/instance/activity", "")
	if len(weeks) != 12 {
		t.Fatalf("%d weeks", len(weeks))
	}
	for _, key := range []string{"week", "statuses", "logins", "registrations"} {
		if _, text := weeks[0][key].(string); !text {
			t.Errorf("%s of a week: %v", key, weeks[0])
		}
	}
}

// mastodon-api.md 3.19: who may ask, what must be said, and what a removal answers. What is done is tested by area (TestAdmin…,
// TestT152_…, TestT176_…, TestT181_…, TestModeratorsDecideWhatTrends, TestMeasuresCountWhatHappened).
func TestSection3_Admin(t *testing.T) {
	w, vars := square(t)
	id, token := w.with(w.site, "ada", skein.Admin)
	vars["ada"], vars["token ada"] = id.String(), token
	vars["token reader"] = w.token(w.site, id, "admin:read")
	vars["token user"] = w.token(w.site, id, "read", "write")
	w.rules(vars, []rule{
		{name: "a role without the permission", method: "GET", path: "/api/v1/admin/accounts", token: "ann", status: 403, want: "This action is not allowed"},
		{name: "a token without the scope", method: "GET", path: "/api/v1/admin/accounts", token: "user", status: 403, want: "This action is outside the authorized scopes"},
		{name: "reading is not writing", method: "POST", path: "/api/v1/admin/domain_blocks", token: "reader", body: `{"domain":"bad.example"}`, status: 403, want: "This action is outside the authorized scopes"},
		{name: "an account", method: "GET", path: "/api/v1/admin/accounts/{bob}", token: "reader", status: 200,
			want: `"username":"bob","domain":null … "email":"bob@mail.example" … "invite_request":null … "confirmed":true,"approved":true,"disabled":false,"sensitized":false,"silenced":false,"suspended":false,"account":{"id":"{bob}"`},
		{name: "nobody", method: "GET", path: "/api/v1/admin/accounts/1", token: "ada", status: 404},
		{name: "who is not suspended is not erased", method: "DELETE", path: "/api/v1/admin/accounts/{bob}", token: "ada", status: 403},
		{name: "suspended", method: "POST", path: "/api/v1/admin/accounts/{eve}/action", token: "ada", body: `{"type":"suspend"}`, status: 200, want: "{}"},
		{name: "erased", method: "DELETE", path: "/api/v1/admin/accounts/{eve}", token: "ada", status: 200, want: "{}"},
		{name: "which is for good", method: "POST", path: "/api/v1/admin/accounts/{eve}/unsuspend", token: "ada", status: 403},

		{name: "reports", method: "GET", path: "/api/v1/admin/reports", token: "ada", status: 200, want: "[]"},
		{name: "no report", method: "POST", path: "/api/v1/admin/reports/1/resolve", token: "ada", status: 404},

		{name: "silence is what is meant", method: "POST", path: "/api/v1/admin/domain_blocks", token: "ada", body: `{"domain":"bad.example"}`, status: 200,
			want: `"domain":"bad.example" … "severity":"silence","reject_media":false,"reject_reports":false,"private_comment":null,"public_comment":null,"obfuscate":false`, keep: "block"},
		{name: "one that is there", method: "POST", path: "/api/v1/admin/domain_blocks", token: "ada", body: `{"domain":"bad.example","severity":"suspend"}`, status: 422, want: `"existing_domain_block":{"id":"{block}"`},
		{name: "listed", method: "GET", path: "/api/v1/admin/domain_blocks?limit=1", token: "reader", status: 200, want: `[{"id":"{block}" … max_id={block}>; rel="next"`},
		{name: "lifted", method: "DELETE", path: "/api/v1/admin/domain_blocks/{block}", token: "ada", status: 200, want: "{}"},
		{name: "allowed", method: "POST", path: "/api/v1/admin/domain_allows", token: "ada", body: `{"domain":"good.example"}`, status: 200, keep: "allow"},
		{name: "no more", method: "DELETE", path: "/api/v1/admin/domain_allows/{allow}", token: "ada", status: 200, want: "{}"},
		{name: "a provider of mail", method: "POST", path: "/api/v1/admin/email_domain_blocks", token: "ada", body: `{"domain":"trash.example"}`, status: 200, want: `"allow_with_approval":false`, keep: "mail"},
		{name: "free", method: "DELETE", path: "/api/v1/admin/email_domain_blocks/{mail}", token: "ada", status: 200, want: "{}"},
		{name: "an address", method: "POST", path: "/api/v1/admin/ip_blocks", token: "ada", body: `{"ip":"198.51.100.7","severity":"sign_up_block"}`, status: 200, want: `"ip":"198.51.100.7/32" … "expires_at":null`, keep: "ip"},
		{name: "free again", method: "DELETE", path: "/api/v1/admin/ip_blocks/{ip}", token: "ada", status: 200, want: "{}"},
		{name: "a mailbox", method: "POST", path: "/api/v1/admin/canonical_email_blocks", token: "ada", body: `{"email":"x@mail.example"}`, status: 200, want: `"canonical_email_hash":"`, keep: "box"},
		{name: "tried", method: "POST", path: "/api/v1/admin/canonical_email_blocks/test", token: "reader", body: `{"email":"X+1@mail.example"}`, status: 200, want: `[{"id":"{box}"`},
		{name: "free as well", method: "DELETE", path: "/api/v1/admin/canonical_email_blocks/{box}", token: "ada", status: 200, want: "{}"},

		{name: "nothing trends", method: "GET", path: "/api/v1/admin/trends/links/publishers", token: "reader", status: 200, want: "[]"},
		{name: "nothing to approve", method: "POST", path: "/api/v1/admin/trends/tags/1/approve", token: "ada", status: 404},
		{name: "no hashtag", method: "PUT", path: "/api/v1/admin/tags/1", token: "ada", body: `{"usable":false}`, status: 404},

		{name: "numbers of nothing", method: "POST", path: "/api/v1/admin/measures", token: "reader", body: `{"start_at":"2026-01-01","end_at":"2026-01-07"}`, status: 400, want: "keys"},
		{name: "of no time", method: "POST", path: "/api/v1/admin/measures", token: "reader", body: `{"keys":["new_users"]}`, status: 400, want: "start_at"},
		{name: "of a bad time", method: "POST", path: "/api/v1/admin/measures", token: "reader", body: `{"keys":["new_users"],"start_at":"soon","end_at":"2026-01-07"}`, status: 422, want: "Invalid date supplied"},
		{name: "of no hashtag", method: "POST", path: "/api/v1/admin/measures", token: "reader", body: `{"keys":["tag_uses"],"start_at":"2026-01-01","end_at":"2026-01-07"}`, status: 400, want: "tag_uses[id]"},
		{name: "numbers", method: "POST", path: "/api/v1/admin/measures", token: "reader", body: `{"keys":["opened_reports"],"start_at":"2026-01-01","end_at":"2026-01-02"}`, status: 200, want: `"key":"opened_reports","unit":null,"total":"0" … "data":[{"date":"2026-01-01`},
		{name: "parts without a time", method: "POST", path: "/api/v1/admin/dimensions", token: "reader", body: `{"keys":["software_versions"]}`, status: 200, want: `"key":"software_versions"`},
		{name: "cohorts", method: "POST", path: "/api/v1/admin/retention", token: "reader", body: `{"start_at":"2026-01-01","end_at":"2026-01-02","frequency":"week"}`, status: 422, want: "Frequency"},
	})
}

// media-federation.md 2.4: the calls of Pixelfed's apps, on each of their three paths, and the fields that they read. What nobody
// has here — stories, collections of posts, an archive, places — cannot be made, and the configuration says so.
func TestSection24_PixelfedCalls(t *testing.T) {
	w, vars := square(t)
	ann := vars["token ann"]
	fill := strings.NewReplacer("{ann}", vars["ann"], "{bob}", vars["bob"])
	for _, path := range []string{"/api/v1/instance", "/api/v2/config", "/api/v1/discover/posts", "/api/v1/tags/tree/related"} {
		w.do(200, "GET", path, ann, nil)
	}
	for _, call := range []string{
		"app/settings", "compose/settings", "push/state", "discover/accounts/popular", "discover/posts/trending?range=daily", "discover/posts/hashtags",
		"stories/carousel", "stories/self-carousel", "collections/accounts/{ann}", "direct/thread?pid={bob}", "archive/list", "compose/search/location?q=elm",
		"accounts/{ann}/posts", "accounts/mutuals/{bob}", "accounts/login-activity", "accounts/two-factor", "accounts/apps-and-applications",
	} {
		for _, root := range []string{"/api/v1.1/", "/api/v1.2/", "/api/pixelfed/v1/"} {
			if got := w.get(root+fill.Replace(call), ann); got.status != 200 {
				t.Errorf("GET %s%s: %d %s", root, call, got.status, got.body)
			}
		}
	}
	for _, call := range [][2]string{
		{"POST", "stories/add"}, {"POST", "stories/publish"}, {"POST", "stories/seen"}, {"POST", "stories/self-expire/1"}, {"POST", "stories/comment"}, {"GET", "stories/viewers"},
		{"GET", "collections/items/1"}, {"GET", "collections/view/1"}, {"POST", "collections/add"}, {"POST", "collections/update/1"}, {"POST", "collections/remove"},
		{"DELETE", "collections/delete/1"}, {"POST", "archive/add/1"}, {"POST", "archive/remove/1"}, {"GET", "places/posts/1/elm"},
	} {
		if got := w.do(404, call[0], "/api/v1.1/"+call[1], ann, nil); got["error"] == nil {
			t.Errorf("%s %s: %v", call[0], call[1], got)
		}
	}
	if got := w.do(200, "GET", "/api/v2/config", "", nil); at(got, "features", "stories") != false || at(got, "features", "groups") != false {
		t.Errorf("config: %v", got)
	}

	file := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, 40, 20)}, nil).object(t)["id"].(string)
	post := w.do(200, "POST", "/api/v1/statuses", ann, url.Values{"status": {"hi"}, "media_ids[]": {file}, "place_id": {"1"}, "collection_ids[]": {"1"}, "comments_disabled": {"1"}})["id"].(string)
	got := w.get("/api/v1/statuses/"+post+"?_pe=1", ann)
	for _, fields := range []struct {
		of    any
		names string
	}{
		{got.object(t), "pf_type shortcode content_text comments_disabled place taggedPeople liked_by reply_count label local _v"},
		{got.at(t, "media_attachments.0"), "license is_nsfw orientation filter_name filter_class mime optimized_url hls_manifest remote_url"},
		{got.at(t, "account"), "note_text website pronouns location is_admin header_bg local"},
	} {
		for name := range strings.FieldsSeq(fields.names) {
			of, _ := fields.of.(map[string]any)
			if _, there := of[name]; !there {
				t.Errorf("%s is missing in %v", name, fields.of)
			}
		}
	}
	if got.at(t, "comments_disabled") != true || got.text(t, "pf_type") != "photo" {
		t.Errorf("posted: %s", got.body)
	}
}
