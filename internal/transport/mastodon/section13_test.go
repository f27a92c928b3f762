package mastodon

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
)

// mastodon-api.md 12: what apps of the forks look for, as far as it is had here.
func TestSection12_Forks(t *testing.T) {
	w, vars := square(t)
	vars["party"] = url.PathEscape("🎉")
	w.rules(vars, []rule{
		{name: "limits by their older names", method: "GET", path: "/api/v1/instance", status: 200,
			want: `"max_toot_chars":5000,"poll_limits":{"max_options":4,"max_option_chars":50,"min_expiration":300,"max_expiration":2629746} … "polls":{"max_options":4,"max_characters_per_option":50,"min_expiration":300,"max_expiration":2629746}`},
		{name: "a post", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"hello"}`, status: 200, not: `"emoji_reactions"`, keep: "post"},
		{name: "an emoji", method: "PUT", path: "/api/v1/pleroma/statuses/{post}/reactions/{party}", token: "ann", status: 200, want: `"emoji_reactions":[{"name":"🎉","count":1 … "reactions":[{"name":"🎉"`},
		{name: "by whom", method: "GET", path: "/api/v1/pleroma/statuses/{post}/reactions", status: 200, want: `"name":"🎉" … "acct":"ann"`},
		{name: "taken back", method: "DELETE", path: "/api/v1/pleroma/statuses/{post}/reactions/{party}", token: "ann", status: 200, not: `"emoji_reactions"`},
		{name: "a direct post", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"@ann psst","visibility":"direct"}`, status: 200, keep: "whisper"},
		{name: "direct posts", method: "GET", path: "/api/v1/timelines/direct", token: "ann", status: 200, want: `"id":"{whisper}"`, not: `"id":"{post}"`},
		{name: "of whom they name", method: "GET", path: "/api/v1/timelines/direct", token: "eve", status: 200, want: "[]"},
		{name: "who may answer", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"mine","interaction_policy":{"can_reply":{"always":["author"]}}}`, status: 200, want: `"interaction_policy":{`, keep: "closed"},
		{name: "who may not say so", method: "PUT", path: "/api/v1/statuses/{closed}/interaction_policy", token: "eve", body: `{"interaction_policy":{"can_reply":{"always":["public"]}}}`, status: 404, want: `"error"`},
		{name: "nobody else does", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"re","in_reply_to_id":"{closed}"}`, status: 403, want: `"error"`},
		{name: "from now on all may", method: "PUT", path: "/api/v1/statuses/{closed}/interaction_policy", token: "bob", body: `{"interaction_policy":{"can_reply":{"always":["public"]}}}`, status: 200, want: `"content":"<p>mine</p>"`},
		{name: "then they do", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"re","in_reply_to_id":"{closed}"}`, status: 200, want: `"in_reply_to_id":"{closed}"`},
	})
}

// mastodon-api.md 13: the HTML of a post, to the letter, since clients find their way in it by its classes.
func TestSection13_HTML(t *testing.T) {
	w, vars := square(t)
	for _, c := range []struct{ text, want string }{
		{"Hi @bob, see #Tree\nline\n\nhttps://www.elm.example/a/very/long/path/that/goes/on?x=1&y=2",
			`<p>Hi <span class="h-card" translate="no"><a href="https://elm.example/@bob" class="u-url mention">@<span>bob</span></a></span>, ` +
				`see <a href="https://elm.example/tags/tree" class="mention hashtag" rel="tag">#<span>Tree</span></a><br />line</p>` +
				`<p><a href="https://www.elm.example/a/very/long/path/that/goes/on?x=1&amp;y=2" target="_blank" rel="nofollow noopener" translate="no">` +
				`<span class="invisible">https://www.</span><span class="ellipsis">elm.example/a/very/long/path/t</span><span class="invisible">hat/goes/on?x=1&amp;y=2</span></a></p>`},
		{"https://oak.example/short", `<p><a href="https://oak.example/short" target="_blank" rel="nofollow noopener" translate="no">` +
			`<span class="invisible">https://</span><span class="">oak.example/short</span><span class="invisible"></span></a></p>`},
		{"a@bob =@bob /@bob @nobody #2026 <b>", "<p>a@bob =@bob /@bob @nobody #2026 &lt;b&gt;</p>"},
	} {
		got := w.do(200, "POST", "/api/v1/statuses", vars["token ann"], url.Values{"status": {c.text}})
		if got["content"] != c.want {
			t.Errorf("%q:\ngot  %v\nwant %s", c.text, got["content"], c.want)
		}
	}
	quoted := w.post(vars["token bob"], `{"status":"quote me"}`)
	got := w.post(vars["token ann"], `{"status":"so","quoted_status_id":"`+quoted["id"].(string)+`"}`)
	if want := regexp.MustCompile(`^<p class="quote-inline">RE: <a href="` + regexp.QuoteMeta(quoted["url"].(string)) + `"[^>]*>.*</a></p><p>so</p>$`); !want.MatchString(got["content"].(string)) {
		t.Errorf("a quote: %v", got["content"])
	}
}

// mastodon-api.md 13: what is written becomes of what was sent and of who sends it.
func TestSection13_Posting(t *testing.T) {
	w, vars := square(t)
	ann := vars["token ann"]
	upload := func() string {
		t.Helper()
		return w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, 80, 80)}, nil).object(t)["id"].(string)
	}
	vars["picture"], vars["second"] = upload(), upload()
	eve, _ := skein.ParseID(vars["eve"])
	w.change(eve, func(a *skein.Account) { a.SilencedAt = time.Now() })
	w.rules(vars, []rule{
		{name: "a preference", method: "PATCH", path: "/api/v1/accounts/update_credentials", token: "bob", body: `{"source":{"privacy":"private"}}`, status: 200},
		{name: "is how posts begin", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"us"}`, status: 200, want: `"visibility":"private"`, keep: "private"},
		{name: "unless they say otherwise", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"all","visibility":"public"}`, status: 200, want: `"visibility":"public"`, keep: "public"},
		{name: "of limited people public is unlisted", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"x","visibility":"public"}`, status: 200, want: `"visibility":"unlisted"`},
		{name: "a warning makes sensitive", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"x","spoiler_text":"y","sensitive":false}`, status: 200, want: `"sensitive":true`},
		{name: "a file that is not there", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"x","media_ids":["{picture}","1"]}`, status: 422, want: `"error"`},
		{name: "another's file", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"x","media_ids":["{picture}"]}`, status: 422, want: `"error"`},
		{name: "a file and a warning, no text", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":" ","spoiler_text":"y","media_ids":["{picture}"]}`, status: 200, want: `"spoiler_text":"y" … <p>🖼</p>`},
		{name: "a file that is used", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"x","media_ids":["{picture}"]}`, status: 422, want: `"error"`},
		{name: "a file alone", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"media_ids":["{second}"]}`, status: 200, want: `"content":"" … "id":"{second}"`},
		{name: "who quotes their own for followers", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"see","quoted_status_id":"{private}","visibility":"public"}`, status: 200, want: `"visibility":"private" … "state":"accepted"`},
		{name: "nobody quotes what is private", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"us","visibility":"private","quote_approval_policy":"public"}`, status: 200, want: `"quote_approval":{"automatic":[],"manual":[]`, keep: "closed"},
		{name: "whatever it says", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"see","quoted_status_id":"{closed}"}`, status: 403, want: `"error"`},

		{name: "sent as it was", method: "PUT", path: "/api/v1/statuses/{public}", token: "bob", body: `{"status":"all"}`, status: 200, want: `"edited_at":null`},
		{name: "another language", method: "PUT", path: "/api/v1/statuses/{public}", token: "bob", body: `{"status":"all","language":"de"}`, status: 200, want: `"language":"de" … "edited_at":null`},
		{name: "ann boosts", method: "POST", path: "/api/v1/statuses/{public}/reblog", token: "ann", status: 200, want: `"reblog":{"id":"{public}" … "reblogged":true`},
		{name: "ann quotes", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"this","quoted_status_id":"{public}"}`, status: 200, keep: "quote"},
		{name: "another text", method: "PUT", path: "/api/v1/statuses/{public}", token: "bob", body: `{"status":"everybody"}`, status: 200, want: `"edited_at":"2`},
		{name: "who boosted hears of it", method: "GET", path: "/api/v1/notifications?types[]=update", token: "ann", status: 200, want: `"type":"update" … "id":"{public}"`},
		{name: "and who quoted", method: "GET", path: "/api/v1/notifications?types[]=quoted_update", token: "ann", status: 200, want: `"type":"quoted_update" … "id":"{quote}"`},
		{name: "bob deletes", method: "DELETE", path: "/api/v1/statuses/{public}", token: "bob", status: 200},
		{name: "gone", method: "GET", path: "/api/v1/statuses/{public}", token: "ann", status: 404, want: "Record not found"},
	})
}

// mastodon-api.md 13: a hashtag is one whatever its capitals and widths, and written as the first post wrote it, or as moderators
// chose.
func TestSection13_Hashtags(t *testing.T) {
	w, vars := square(t)
	_, vars["token mod"] = w.with(w.site, "mod", skein.Moderator)
	vars["tree"], vars["wide"] = skein.NameID("treetop").String(), url.PathEscape("ＴreeＴop")
	w.rules(vars, []rule{
		{name: "nobody has used it", method: "GET", path: "/api/v1/tags/TREEtop", status: 200, want: `"name":"TREEtop"`},
		{name: "the first", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"#TreeTop"}`, status: 200, want: `"tags":[{"name":"treetop"`, keep: "one"},
		{name: "another", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"#treetop"}`, status: 200, keep: "two"},
		{name: "a wide one", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"＃ＴＲＥＥtop"}`, status: 200, want: `"tags":[{"name":"treetop"`, keep: "three"},
		{name: "all are one", method: "GET", path: "/api/v1/timelines/tag/{wide}", status: 200, want: `"id":"{one}" … "id":"{two}" … "id":"{three}"`},
		{name: "shown", method: "GET", path: "/api/v1/tags/TREETOP", status: 200, want: `"name":"TreeTop"`},
		{name: "to people", method: "GET", path: "/api/v1/tags/treetop", token: "ann", status: 200, want: `"name":"TreeTop" … "following":false`},
		{name: "followed", method: "POST", path: "/api/v1/tags/{wide}/follow", token: "ann", status: 200, want: `"name":"TreeTop" … "following":true`},
		{name: "those followed", method: "GET", path: "/api/v1/followed_tags", token: "ann", status: 200, want: `"name":"TreeTop"`},
		{name: "found", method: "GET", path: "/api/v2/search?q=treet&type=hashtags", token: "ann", status: 200, want: `"name":"TreeTop"`},
		{name: "moderators choose", method: "PUT", path: "/api/v1/admin/tags/{tree}", token: "mod", body: `{"display_name":"TREEtop"}`, status: 200, want: `"name":"TREEtop"`},
		{name: "for everybody", method: "GET", path: "/api/v1/tags/treetop", status: 200, want: `"name":"TREEtop"`},
		{name: "and everywhere", method: "GET", path: "/api/v1/followed_tags", token: "ann", status: 200, want: `"name":"TREEtop"`},
	})
	if got := w.ask(w.other, "GET", "/api/v1/tags/treetop", "", nil).object(t); got["name"] != "treetop" {
		t.Errorf("another site writes it as this one does: %v", got["name"])
	}
}

// mastodon-api.md 13: who is muted is not seen, and heard only where that is wanted; a muted thread is silent; what one has to do
// with somebody is true at once.
func TestSection13_MutesAndRelations(t *testing.T) {
	w, vars := square(t)
	w.rules(vars, []rule{
		{name: "bob writes", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"before"}`, status: 200, keep: "before"},
		{name: "ann mutes his posts", method: "POST", path: "/api/v1/accounts/{bob}/mute", token: "ann", body: `{"notifications":false}`, status: 200, want: `"muting":true,"muting_notifications":false`},
		{name: "bob names her", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"@ann hello"}`, status: 200, keep: "hello"},
		{name: "she is told", method: "GET", path: "/api/v1/notifications?types[]=mention", token: "ann", status: 200, want: `"id":"{hello}"`},
		{name: "home hides him", method: "GET", path: "/api/v1/timelines/home", token: "ann", status: 200, not: `"id":"{hello}" … "id":"{before}"`},
		{name: "so does the public timeline", method: "GET", path: "/api/v1/timelines/public", token: "ann", status: 200, not: `"id":"{hello}" … "id":"{before}"`},
		{name: "all of him", method: "POST", path: "/api/v1/accounts/{bob}/mute", token: "ann", body: `{}`, status: 200, want: `"muting_notifications":true`},
		{name: "again", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"@ann hello again"}`, status: 200, keep: "again"},
		{name: "nothing is heard", method: "GET", path: "/api/v1/notifications", token: "ann", status: 200, not: `"id":"{again}"`},
		{name: "unmuted", method: "POST", path: "/api/v1/accounts/{bob}/unmute", token: "ann", status: 200, want: `"muting":false`},
		{name: "ann asks", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"why?"}`, status: 200, keep: "why"},
		{name: "and hears no more of it", method: "POST", path: "/api/v1/statuses/{why}/mute", token: "ann", status: 200, want: `"muted":true`},
		{name: "eve answers", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"@ann because","in_reply_to_id":"{why}"}`, status: 200, keep: "because"},
		{name: "and likes it", method: "POST", path: "/api/v1/statuses/{why}/favourite", token: "eve", status: 200},
		{name: "silence", method: "GET", path: "/api/v1/notifications", token: "ann", status: 200, not: `"id":"{because}" … "type":"favourite"`},
	})
	for _, c := range []struct{ verb, body, want string }{
		{"follow", `{}`, `"following":true`}, {"follow", `{"reblogs":false}`, `"showing_reblogs":false`}, {"follow", `{"notify":true}`, `"notifying":true`},
		{"endorse", "", `"endorsed":true`}, {"unendorse", "", `"endorsed":false`}, {"note", `{"comment":"met"}`, `"note":"met"`},
		{"mute", `{}`, `"muting":true`}, {"unmute", "", `"muting":false`}, {"unfollow", "", `"following":false`},
		{"block", "", `"blocking":true`}, {"unblock", "", `"blocking":false`},
	} {
		var body any
		if c.body != "" {
			body = c.body
		}
		said := w.ask(w.site, "POST", "/api/v1/accounts/"+vars["eve"]+"/"+c.verb, vars["token ann"], body)
		seen := w.get("/api/v1/accounts/relationships?id[]="+vars["eve"], vars["token ann"])
		if said.status != 200 || !strings.Contains(string(said.body), c.want) || string(seen.body) != "["+string(said.body)+"]" || !strings.Contains(string(seen.body), c.want) {
			t.Errorf("%s: %d %s\nthen %s, want %s", c.verb, said.status, said.body, seen.body, c.want)
		}
	}
}
