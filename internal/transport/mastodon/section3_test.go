package mastodon

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// rule is one sentence of the reference, kept by one answer. In path, body and want {x} stands for what was stored as x; want holds
// parts that the answer must contain, not those that it must not; keep stores the id of the answer.
type rule struct {
	name, method, path, token string
	body                      any
	status                    int
	want, not                 string // parted by " … "
	keep                      string
}

// rules asks them in their order.
func (w *town) rules(vars map[string]string, list []rule) {
	w.t.Helper()
	fill := func(s string) string {
		return regexp.MustCompile(`\{[a-z0-9]+\}`).ReplaceAllStringFunc(s, func(name string) string {
			if v, ok := vars[strings.Trim(name, "{}")]; ok {
				return v
			}
			return name
		})
	}
	for _, r := range list {
		body := r.body
		switch b := body.(type) {
		case string:
			body = fill(b)
		case url.Values:
			filled := url.Values{}
			for k, vs := range b {
				for _, v := range vs {
					filled.Add(k, fill(v))
				}
			}
			body = filled
		}
		got := w.ask(w.site, r.method, fill(r.path), vars["token "+r.token], body)
		text := string(got.body) + " Link: " + got.header.Get("Link")
		if got.status != r.status {
			w.t.Errorf("%s: %s %s: %d %.400s, want %d", r.name, r.method, r.path, got.status, got.body, r.status)
			continue
		}
		for _, part := range strings.Split(r.want, " … ") {
			if !strings.Contains(text, fill(part)) {
				w.t.Errorf("%s: %s %s: %.900s, want %s", r.name, r.method, r.path, text, fill(part))
			}
		}
		for _, part := range strings.Split(r.not, " … ") {
			if part != "" && strings.Contains(text, fill(part)) {
				w.t.Errorf("%s: %s %s: %.900s, which has %s", r.name, r.method, r.path, text, fill(part))
			}
		}
		if r.keep != "" {
			id, _ := got.object(w.t)["id"].(string)
			if id == "" {
				w.t.Fatalf("%s: no id in %.300s", r.name, got.body)
			}
			vars[r.keep] = id
		}
		w.calm()
	}
}

// square is a town with ann, bob and eve, of whom ann follows bob, and a remote account on far.example.
func square(t *testing.T) (*town, map[string]string) {
	t.Helper()
	w := newTown(t)
	vars := map[string]string{"token ": "", "token app": w.token(w.site, 0)}
	for _, name := range []string{"ann", "bob", "eve"} {
		id := w.person(w.site, name)
		vars[name], vars["token "+name] = id.String(), w.token(w.site, id)
	}
	w.do(200, "POST", "/api/v1/accounts/"+vars["bob"]+"/follow", vars["token ann"], nil)
	w.calm()
	return w, vars
}

// many is a query with n ids.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "&id[]=%d", i+1)
	}
	return b.String()[1:]
}

// mastodon-api.md 3.3 and 3.4: accounts and the own profile.
func TestSection3_Accounts(t *testing.T) {
	w, vars := square(t)
	w.rules(vars, []rule{
		{name: "several", method: "GET", path: "/api/v1/accounts?id[]={ann}&id[]={bob}&id[]=1", status: 200, want: `"acct":"ann" … "acct":"bob"`},
		{name: "as many as there may be", method: "GET", path: "/api/v1/accounts?" + many(40), status: 200, want: "[]"},
		{name: "more", method: "GET", path: "/api/v1/accounts?" + many(41), status: 422, want: `"error"`},
		{name: "lookup", method: "GET", path: "/api/v1/accounts/lookup?acct=ann", status: 200, want: `"id":"{ann}"`},
		{name: "lookup with the own domain", method: "GET", path: "/api/v1/accounts/lookup?acct=@ann@elm.example", status: 200, want: `"id":"{ann}"`},
		{name: "lookup never asks another server", method: "GET", path: "/api/v1/accounts/lookup?acct=x@far.example", status: 404, want: "Record not found"},
		{name: "search without q", method: "GET", path: "/api/v1/accounts/search", token: "ann", status: 400, want: "param is missing or the value is empty or invalid: q"},
		{name: "search whom one follows", method: "GET", path: "/api/v1/accounts/search?q=e&following=true", token: "ann", status: 200, not: `"acct":"eve"`},
		{name: "a single id", method: "GET", path: "/api/v1/accounts/relationships?id={bob}", token: "ann", status: 200, want: `"id":"{bob}" … "following":true`},
		{name: "unknown ids are left out", method: "GET", path: "/api/v1/accounts/relationships?id[]=1&id[]={bob}", token: "ann", status: 200, want: `[{"id":"{bob}"`},
		{name: "familiar followers", method: "GET", path: "/api/v1/accounts/familiar_followers?id[]={bob}", token: "ann", status: 200, want: `[{"id":"{bob}","accounts":[]}]`},
		{name: "identity proofs", method: "GET", path: "/api/v1/accounts/{bob}/identity_proofs", token: "ann", status: 200, want: "[]"},
		{name: "no such", method: "GET", path: "/api/v1/accounts/{bob}/in_collections", token: "ann", status: 403, want: `"error"`},
		{name: "one's own", method: "GET", path: "/api/v1/accounts/{ann}/in_collections", token: "ann", status: 200, want: `{"collections":[]}`},

		{name: "nobody follows themselves", method: "POST", path: "/api/v1/accounts/{ann}/follow", token: "ann", status: 403, want: "This action is not allowed"},
		{name: "options of a follow", method: "POST", path: "/api/v1/accounts/{bob}/follow", token: "ann", body: url.Values{"reblogs": {"false"}, "notify": {"1"}, "languages[]": {"en", "de"}},
			status: 200, want: `"showing_reblogs":false … "notifying":true … "languages":["en","de"]`},
		{name: "unfollow", method: "POST", path: "/api/v1/accounts/{eve}/unfollow", token: "ann", status: 200, want: `"following":false`},
		{name: "remove from followers", method: "POST", path: "/api/v1/accounts/{ann}/remove_from_followers", token: "bob", status: 200, want: `"followed_by":false`},
		{name: "which is at once", method: "GET", path: "/api/v1/accounts/relationships?id[]={bob}", token: "ann", status: 200, want: `"following":false`},
		{name: "endorse only whom one follows", method: "POST", path: "/api/v1/accounts/{eve}/endorse", token: "ann", status: 422, want: `"error"`},
		{name: "follow again", method: "POST", path: "/api/v1/accounts/{bob}/follow", token: "ann", status: 200, want: `"following":true … "showing_reblogs":true`},
		{name: "endorse", method: "POST", path: "/api/v1/accounts/{bob}/endorse", token: "ann", status: 200, want: `"endorsed":true`},
		{name: "again", method: "POST", path: "/api/v1/accounts/{bob}/pin", token: "ann", status: 200, want: `"endorsed":true`},
		{name: "my endorsements", method: "GET", path: "/api/v1/endorsements", token: "ann", status: 200, want: `"acct":"bob" … rel="prev"`, not: `rel="next"`},
		{name: "on the profile", method: "GET", path: "/api/v1/accounts/{ann}/endorsements", status: 200, want: `"acct":"bob"`},
		{name: "unendorse", method: "POST", path: "/api/v1/accounts/{bob}/unpin", token: "ann", status: 200, want: `"endorsed":false`},
		{name: "note", method: "POST", path: "/api/v1/accounts/{bob}/note", token: "ann", body: `{"comment":"met in May"}`, status: 200, want: `"note":"met in May"`},
		{name: "a note of 2000", method: "POST", path: "/api/v1/accounts/{bob}/note", token: "ann", body: `{"comment":"` + strings.Repeat("x", 2001) + `"}`, status: 422, want: `"error"`},
		{name: "an empty one clears", method: "POST", path: "/api/v1/accounts/{bob}/note", token: "ann", body: `{"comment":""}`, status: 200, want: `"note":""`},
		{name: "mute for a time", method: "POST", path: "/api/v1/accounts/{eve}/mute", token: "ann", body: `{"duration":"3600","notifications":false}`, status: 200, want: `"muting":true … "muting_notifications":false … "muting_expires_at":"2`},
		{name: "muted", method: "GET", path: "/api/v1/mutes", token: "ann", status: 200, want: `"acct":"eve" … "mute_expires_at":"2`},
		{name: "mute for good", method: "POST", path: "/api/v1/accounts/{eve}/mute", token: "ann", body: `{}`, status: 200, want: `"muting_notifications":true … "muting_expires_at":null`},
		{name: "unmute", method: "POST", path: "/api/v1/accounts/{eve}/unmute", token: "ann", status: 200, want: `"muting":false`},
		{name: "block ends follows both ways", method: "POST", path: "/api/v1/accounts/{ann}/block", token: "bob", status: 200, want: `"blocking":true … "followed_by":false`},
		{name: "who is blocked does not follow", method: "POST", path: "/api/v1/accounts/{bob}/follow", token: "ann", status: 403, want: `"error"`},
		{name: "and sees an empty page", method: "GET", path: "/api/v1/accounts/{bob}/statuses", token: "ann", status: 200, want: "[]"},
		{name: "unblock", method: "POST", path: "/api/v1/accounts/{ann}/unblock", token: "bob", status: 200, want: `"blocking":false`},

		{name: "attribution domains", method: "PATCH", path: "/api/v1/accounts/update_credentials", token: "ann", body: `{"attribution_domains":["a.example","b.example"]}`, status: 200, want: `"attribution_domains":["a.example","b.example"]`},
		{name: "at most ten", method: "PATCH", path: "/api/v1/accounts/update_credentials", token: "ann", body: `{"attribution_domains":["a1.example","a2.example","a3.example","a4.example","a5.example","a6.example","a7.example","a8.example","a9.example","b1.example","b2.example"]}`, status: 422, want: `"details"`},
		{name: "fields by index", method: "PATCH", path: "/api/v1/accounts/update_credentials", token: "ann", body: url.Values{"fields_attributes[0][name]": {"a"}, "fields_attributes[0][value]": {"1"}, "fields_attributes[1][name]": {"b"}, "fields_attributes[1][value]": {"2"}},
			status: 200, want: `"name":"a","value":"1" … "name":"b","value":"2"`},
		{name: "all are replaced", method: "PATCH", path: "/api/v1/accounts/update_credentials", token: "ann", body: `{"fields_attributes":[{"name":"c","value":"3"}]}`, status: 200, want: `"name":"c"`, not: `"name":"a"`},
		{name: "source", method: "PATCH", path: "/api/v1/accounts/update_credentials", token: "ann", body: url.Values{"source[privacy]": {"unlisted"}, "source[sensitive]": {"true"}, "source[language]": {"de"}, "source[quote_policy]": {"nobody"}},
			status: 200, want: `"privacy":"unlisted","sensitive":true,"language":"de" … "quote_policy":"nobody"`},
		{name: "preferences", method: "GET", path: "/api/v1/preferences", token: "ann", status: 200,
			want: `"posting:default:visibility":"unlisted" … "posting:default:sensitive":true … "posting:default:language":"de" … "posting:default:quote_policy":"nobody" … "reading:expand:media":"default" … "reading:expand:spoilers":false … "reading:autoplay:gifs":`},
		{name: "a privacy that is none", method: "PATCH", path: "/api/v1/accounts/update_credentials", token: "ann", body: `{"source":{"privacy":"secret"}}`, status: 422, want: `"error"`},
		{name: "a name that is too long", method: "PATCH", path: "/api/v1/accounts/update_credentials", token: "ann", body: `{"display_name":"` + strings.Repeat("x", 400) + `"}`, status: 422, want: `"details":{"display_name":[{"error":"ERR_TOO_LONG"`},
		{name: "hidden network", method: "PATCH", path: "/api/v1/accounts/update_credentials", token: "bob", body: `{"hide_collections":true}`, status: 200, want: `"hide_collections":true`},
		{name: "bob is followed", method: "POST", path: "/api/v1/accounts/{bob}/follow", token: "eve", status: 200},
		{name: "nobody sees it", method: "GET", path: "/api/v1/accounts/{bob}/followers", token: "ann", status: 200, want: "[]"},
		{name: "but bob", method: "GET", path: "/api/v1/accounts/{bob}/followers", token: "bob", status: 200, want: `"acct":"eve"`},
		{name: "the raw profile", method: "GET", path: "/api/v1/profile", token: "ann", status: 200, want: `"fields":[{"name":"c","value":"3","verified_at":null}] … "formatted_fields" … "avatar":null … "featured_tags":[]`},
		{name: "what the profile shows", method: "PATCH", path: "/api/v1/profile", token: "ann", body: `{"show_media":false,"show_media_replies":false,"show_featured":false,"note":"hi"}`, status: 200, want: `"note":"hi" … "show_media":false,"show_media_replies":false,"show_featured":false`},
		{name: "a description of a picture", method: "PATCH", path: "/api/v1/profile", token: "ann", body: `{"avatar_description":"` + strings.Repeat("x", 151) + `"}`, status: 422, want: `"details"`},
		{name: "no avatar", method: "DELETE", path: "/api/v1/profile/avatar", token: "ann", status: 200, want: `"source"`},
		{name: "no header", method: "DELETE", path: "/api/v1/profile/header", token: "ann", status: 200, want: `missing.png`},
		{name: "mails of posts are not had here", method: "POST", path: "/api/v1/accounts/{ann}/email_subscriptions", body: `{"email":"a@mail.test"}`, status: 404, want: `"error"`},
		{name: "directory, newest", method: "GET", path: "/api/v1/directory?order=new&local=true&limit=1", status: 200, want: "["},
	})
}

// mastodon-api.md 3.5: posts.
func TestSection3_Statuses(t *testing.T) {
	w, vars := square(t)
	vars["soon"] = time.Now().Add(4 * time.Minute).UTC().Format(time.RFC3339)
	w.rules(vars, []rule{
		{name: "a post", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"hello #tree"}`, status: 200, keep: "post"},
		{name: "several", method: "GET", path: "/api/v1/statuses?id[]={post}&id[]=1", status: 200, want: `[{"id":"{post}"`},
		{name: "too many", method: "GET", path: "/api/v1/statuses?" + many(21), status: 422, want: `"error"`},
		{name: "twenty", method: "GET", path: "/api/v1/statuses?" + many(20), status: 200, want: "[]"},
		{name: "a warning alone", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"spoiler_text":"only this"}`, status: 200, want: `"sensitive":true … <p>only this</p>`},
		{name: "nothing at all", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":" "}`, status: 422, want: `Validation failed: Text can't be blank`},
		{name: "no such parent", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"re","in_reply_to_id":"1"}`, status: 404, want: `"error"`},
		{name: "no such quoted post", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"re","quoted_status_id":"1"}`, status: 404, want: `"error"`},
		{name: "somebody beside those named", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"@ann @eve look","allowed_mentions":["{ann}"]}`, status: 422, want: `"unexpected_accounts":[{"id":"{eve}"`},
		{name: "those that were named", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"@ann look","allowed_mentions":["{ann}"],"visibility":"direct"}`, status: 200},
		{name: "a time that is past", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"late","scheduled_at":"2020-01-01T00:00:00Z"}`, status: 200, want: `"content"`},
		{name: "a time that is too near", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"soon","scheduled_at":"{soon}"}`, status: 422, want: `"error"`},
		{name: "a quote", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"this","quoted_status_id":"{post}"}`, status: 200, want: `"quote":{"state":"accepted","quoted_status":{"id":"{post}" … quote-inline`, keep: "quote"},
		{name: "a quote in a direct post names the author", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"this","quoted_status_id":"{post}","visibility":"direct"}`, status: 422, want: `"error"`},
		{name: "named", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"@bob this","quoted_status_id":"{post}","visibility":"direct"}`, status: 200},
		{name: "who quotes", method: "GET", path: "/api/v1/statuses/{post}/quotes", token: "bob", status: 200, want: `"id":"{quote}"`},
		{name: "quotes are for people", method: "GET", path: "/api/v1/statuses/{post}/quotes", status: 401},
		{name: "only the quoted revokes", method: "POST", path: "/api/v1/statuses/{post}/quotes/{quote}/revoke", token: "eve", status: 403, want: `"error"`},
		{name: "revoked", method: "POST", path: "/api/v1/statuses/{post}/quotes/{quote}/revoke", token: "bob", status: 200, want: `"id":"{quote}" … "state":"revoked"`},
		{name: "who may quote", method: "PUT", path: "/api/v1/statuses/{post}/interaction_policy", token: "bob", body: `{"quote_approval_policy":"nobody"}`, status: 200, want: `"quote_approval":{"automatic":[],"manual":[],"current_user":"automatic"}`},
		{name: "nobody does", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"this","quoted_status_id":"{post}"}`, status: 403, want: `"error"`},

		{name: "favourite", method: "POST", path: "/api/v1/statuses/{post}/favourite", token: "ann", status: 200, want: `"favourites_count":1 … "favourited":true`},
		{name: "again", method: "POST", path: "/api/v1/statuses/{post}/favourite", token: "ann", status: 200, want: `"favourites_count":1`},
		{name: "by whom", method: "GET", path: "/api/v1/statuses/{post}/favourited_by", status: 200, want: `"acct":"ann"`},
		{name: "mine", method: "GET", path: "/api/v1/favourites", token: "ann", status: 200, want: `"id":"{post}" … rel="prev"`},
		{name: "unfavourite shows the lowered count", method: "POST", path: "/api/v1/statuses/{post}/unfavourite", token: "ann", status: 200, want: `"favourites_count":0 … "favourited":false`},
		{name: "boost", method: "POST", path: "/api/v1/statuses/{post}/reblog", token: "ann", status: 200, want: `"reblog":{"id":"{post}" … "reblogged":true`, keep: "boost"},
		{name: "the same once more", method: "POST", path: "/api/v1/statuses/{post}/reblog", token: "ann", status: 200, want: `{"id":"{boost}"`},
		{name: "by whom", method: "GET", path: "/api/v1/statuses/{post}/reblogged_by", status: 200, want: `"acct":"ann"`},
		{name: "unboost by the original", method: "POST", path: "/api/v1/statuses/{post}/unreblog", token: "ann", status: 200, want: `{"id":"{post}" … "reblogged":false`},
		{name: "private", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"us","visibility":"private"}`, status: 200, keep: "private"},
		{name: "its author boosts it", method: "POST", path: "/api/v1/statuses/{private}/reblog", token: "bob", status: 200, want: `"visibility":"private"`},
		{name: "a follower does not", method: "POST", path: "/api/v1/statuses/{private}/reblog", token: "ann", status: 404},
		{name: "a stranger knows nothing of it", method: "POST", path: "/api/v1/statuses/{private}/reblog", token: "eve", status: 404},
		{name: "a visibility that no boost has", method: "POST", path: "/api/v1/statuses/{post}/reblog", token: "eve", body: `{"visibility":"direct"}`, status: 422},
		{name: "bookmark", method: "POST", path: "/api/v1/statuses/{post}/bookmark", token: "ann", status: 200, want: `"bookmarked":true`},
		{name: "kept", method: "GET", path: "/api/v1/bookmarks", token: "ann", status: 200, want: `"id":"{post}"`},
		{name: "unbookmark", method: "POST", path: "/api/v1/statuses/{post}/unbookmark", token: "ann", status: 200, want: `"bookmarked":false`},
		{name: "mute the thread", method: "POST", path: "/api/v1/statuses/{post}/mute", token: "ann", status: 200, want: `"muted":true`},
		{name: "unmute", method: "POST", path: "/api/v1/statuses/{post}/unmute", token: "ann", status: 200, want: `"muted":false`},
		{name: "pin", method: "POST", path: "/api/v1/statuses/{post}/pin", token: "bob", status: 200, want: `"pinned":true`},
		{name: "not another's", method: "POST", path: "/api/v1/statuses/{post}/pin", token: "ann", status: 422},
		{name: "pinned", method: "GET", path: "/api/v1/accounts/{bob}/statuses?pinned=true", status: 200, want: `[{"id":"{post}"`},
		{name: "unpin", method: "POST", path: "/api/v1/statuses/{post}/unpin", token: "bob", status: 200, want: `"pinned":false`},
		{name: "never edited, one entry", method: "GET", path: "/api/v1/statuses/{post}/history", status: 200, want: `[{"account"`, not: `},{"account"`},
		{name: "edit", method: "PUT", path: "/api/v1/statuses/{post}", token: "bob", body: `{"status":"hello anew"}`, status: 200, want: `"edited_at":"2`},
		{name: "two entries, oldest first", method: "GET", path: "/api/v1/statuses/{post}/history", status: 200, want: `hello <a … ,{"account" … hello anew`},
		{name: "a quoting post's history shows the quote", method: "GET", path: "/api/v1/statuses/{quote}/history", status: 200, want: `"quote":{"state":"revoked"`},
		{name: "source", method: "GET", path: "/api/v1/statuses/{post}/source", token: "bob", status: 200, want: `{"id":"{post}","text":"hello anew","spoiler_text":""}`},
		{name: "another's post", method: "PUT", path: "/api/v1/statuses/{post}", token: "ann", body: `{"status":"mine"}`, status: 404},
		{name: "translate without a service", method: "POST", path: "/api/v1/statuses/{post}/translate", token: "ann", status: 404},
		{name: "context", method: "GET", path: "/api/v1/statuses/{post}/context", status: 200, want: `{"ancestors":[],"descendants":[]}`},
		{name: "delete gives the source", method: "DELETE", path: "/api/v1/statuses/{post}", token: "bob", status: 200, want: `"text":"hello anew"`, not: `"content":`},
		{name: "gone", method: "GET", path: "/api/v1/statuses/{post}", status: 404},
	})
}

// mastodon-api.md 3.6 and 3.7: timelines and lists.
func TestSection3_TimelinesAndLists(t *testing.T) {
	w, vars := square(t)
	w.rules(vars, []rule{
		{name: "bob asks", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"why #tree #oak"}`, status: 200, keep: "post"},
		{name: "bob answers himself", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"because","in_reply_to_id":"{post}"}`, status: 200, keep: "self"},
		{name: "eve answers", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"well","in_reply_to_id":"{post}"}`, status: 200, keep: "reply"},
		{name: "bob answers eve", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"@eve hm","in_reply_to_id":"{reply}"}`, status: 200, keep: "back"},
		{name: "eve boosts", method: "POST", path: "/api/v1/statuses/{post}/reblog", token: "eve", status: 200, keep: "boost"},
		{name: "public: self-replies, no boosts, no answers to others", method: "GET", path: "/api/v1/timelines/public", status: 200, want: `"id":"{post}" … "id":"{self}"`, not: `"id":"{reply}" … "id":"{boost}" … "id":"{back}"`},
		{name: "home: who is followed, and their answers to themselves", method: "GET", path: "/api/v1/timelines/home", token: "ann", status: 200, want: `"id":"{post}" … "id":"{self}"`, not: `"id":"{reply}" … {"id":"{back}"`},
		{name: "one's own posts are at home", method: "GET", path: "/api/v1/timelines/home", token: "eve", status: 200, want: `"id":"{reply}" … "id":"{boost}"`},
		{name: "a hashtag", method: "GET", path: "/api/v1/timelines/tag/TREE", status: 200, want: `"id":"{post}"`},
		{name: "and all of these", method: "GET", path: "/api/v1/timelines/tag/tree?all[]=oak", status: 200, want: `"id":"{post}"`},
		{name: "and none of those", method: "GET", path: "/api/v1/timelines/tag/tree?none[]=oak", status: 200, want: "[]"},
		{name: "or any", method: "GET", path: "/api/v1/timelines/tag/elm?any[]=oak", status: 200, want: `"id":"{post}"`},
		{name: "an unknown hashtag", method: "GET", path: "/api/v1/timelines/tag/nothing", status: 200, want: "[]"},
		{name: "with files", method: "GET", path: "/api/v1/timelines/public?only_media=true", status: 200, want: "[]"},
		{name: "from elsewhere", method: "GET", path: "/api/v1/timelines/public?remote=true", status: 200, want: "[]"},
		{name: "a link that nobody talks about", method: "GET", path: "/api/v1/timelines/link?url=https://a.example/", status: 404},

		{name: "a list without a title", method: "POST", path: "/api/v1/lists", token: "ann", body: `{}`, status: 422, want: `"error"`},
		{name: "a policy that is none", method: "POST", path: "/api/v1/lists", token: "ann", body: `{"title":"x","replies_policy":"all"}`, status: 422},
		{name: "a title of 257", method: "POST", path: "/api/v1/lists", token: "ann", body: `{"title":"` + strings.Repeat("x", 257) + `"}`, status: 422},
		{name: "a list", method: "POST", path: "/api/v1/lists", token: "ann", body: `{"title":"friends"}`, status: 200, want: `"title":"friends","replies_policy":"list","exclusive":false`, keep: "list"},
		{name: "who is followed", method: "POST", path: "/api/v1/lists/{list}/accounts", token: "ann", body: `{"account_ids":["{bob}"]}`, status: 200, want: "{}"},
		{name: "oneself", method: "POST", path: "/api/v1/lists/{list}/accounts", token: "ann", body: `{"account_ids":["{ann}"]}`, status: 200},
		{name: "who is not", method: "POST", path: "/api/v1/lists/{list}/accounts", token: "ann", body: `{"account_ids":["{eve}"]}`, status: 422},
		{name: "who is in it", method: "POST", path: "/api/v1/lists/{list}/accounts", token: "ann", body: `{"account_ids":["{bob}"]}`, status: 422},
		{name: "nobody", method: "POST", path: "/api/v1/lists/{list}/accounts", token: "ann", body: `{"account_ids":["1"]}`, status: 404},
		{name: "members", method: "GET", path: "/api/v1/lists/{list}/accounts?limit=1", token: "ann", status: 200, want: `rel="next"`},
		{name: "all of them", method: "GET", path: "/api/v1/lists/{list}/accounts?limit=0", token: "ann", status: 200, want: `"acct":"ann" … "acct":"bob"`, not: "rel="},
		{name: "the lists with somebody", method: "GET", path: "/api/v1/accounts/{bob}/lists", token: "ann", status: 200, want: `[{"id":"{list}"`},
		{name: "its timeline", method: "GET", path: "/api/v1/timelines/list/{list}", token: "ann", status: 200, want: `"id":"{post}" … "id":"{self}"`, not: `{"id":"{back}"`},
		{name: "another's list", method: "GET", path: "/api/v1/timelines/list/{list}", token: "bob", status: 404},
		{name: "exclusive", method: "PUT", path: "/api/v1/lists/{list}", token: "ann", body: `{"exclusive":true,"replies_policy":"none"}`, status: 200, want: `"replies_policy":"none","exclusive":true`},
		{name: "a new post", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"later"}`, status: 200, keep: "later"},
		{name: "is not at home", method: "GET", path: "/api/v1/timelines/home", token: "ann", status: 200, not: `"id":"{later}"`},
		{name: "but in the list", method: "GET", path: "/api/v1/timelines/list/{list}", token: "ann", status: 200, want: `"id":"{later}"`},
		{name: "out of it", method: "DELETE", path: "/api/v1/lists/{list}/accounts?account_ids[]={bob}", token: "ann", status: 200, want: "{}"},
		{name: "no list any more", method: "DELETE", path: "/api/v1/lists/{list}", token: "ann", status: 200, want: "{}"},
		{name: "gone", method: "GET", path: "/api/v1/lists/{list}", token: "ann", status: 404},
	})
}

// mastodon-api.md 3.8 and 3.9: notifications.
func TestSection3_Notifications(t *testing.T) {
	w, vars := square(t)
	w.rules(vars, []rule{
		{name: "a post of ann's", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"hello"}`, status: 200, keep: "post"},
		{name: "liked by bob", method: "POST", path: "/api/v1/statuses/{post}/favourite", token: "bob", status: 200},
		{name: "and by eve", method: "POST", path: "/api/v1/statuses/{post}/favourite", token: "eve", status: 200},
		{name: "named by eve", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"@ann hi"}`, status: 200, keep: "mention"},
		{name: "whispered by eve, whom nobody knows", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"@ann psst","visibility":"direct"}`, status: 200, keep: "whisper"},
		{name: "one by one", method: "GET", path: "/api/v1/notifications", token: "ann", status: 200, want: `"type":"mention" … "type":"favourite" … "group_key":"favourite-{post}-`, not: `"id":"{whisper}"`},
		{name: "next on each page", method: "GET", path: "/api/v1/notifications?limit=2", token: "ann", status: 200, want: `rel="next" … rel="prev"`},
		{name: "also on the last", method: "GET", path: "/api/v1/notifications?limit=80", token: "ann", status: 200, want: `rel="next"`},
		{name: "of one kind", method: "GET", path: "/api/v1/notifications?types[]=mention", token: "ann", status: 200, want: `"type":"mention"`, not: `"type":"favourite"`},
		{name: "but one kind", method: "GET", path: "/api/v1/notifications?exclude_types[]=mention", token: "ann", status: 200, want: `"type":"favourite"`, not: `"type":"mention"`},
		{name: "of one person", method: "GET", path: "/api/v1/notifications?account_id={bob}", token: "ann", status: 200, want: `"acct":"bob"`, not: `"type":"mention"`},
		{name: "with those held back", method: "GET", path: "/api/v1/notifications?include_filtered=true", token: "ann", status: 200, want: `"filtered":true … "id":"{whisper}"`},
		{name: "unread", method: "GET", path: "/api/v1/notifications/unread_count", token: "ann", status: 200, want: `{"count":3}`},
		{name: "counted up to", method: "GET", path: "/api/v1/notifications/unread_count?limit=2", token: "ann", status: 200, want: `{"count":2}`},
		{name: "groups", method: "GET", path: "/api/v2/notifications", token: "ann", status: 200, want: `"notification_groups":[{"group_key":"ungrouped- … "notifications_count":2,"type":"favourite" … "page_min_id":" … "latest_page_notification_at":"2 … "status_id":"{post}"`, not: `"partial_accounts"`},
		{name: "no groups of likes", method: "GET", path: "/api/v2/notifications?grouped_types[]=follow", token: "ann", status: 200, want: `"notifications_count":1`, not: `"notifications_count":2`},
		{name: "small accounts", method: "GET", path: "/api/v2/notifications?expand_accounts=partial_avatars", token: "ann", status: 200, want: `"partial_accounts":[`},
		{name: "no such size", method: "GET", path: "/api/v2/notifications?expand_accounts=some", token: "ann", status: 400, want: `"error"`},
		{name: "unread groups", method: "GET", path: "/api/v2/notifications/unread_count", token: "ann", status: 200, want: `{"count":2}`},
		{name: "the old policy", method: "GET", path: "/api/v1/notifications/policy", token: "ann", status: 200, want: `"filter_private_mentions":true`},
		{name: "the policy as it begins", method: "GET", path: "/api/v2/notifications/policy", token: "ann", status: 200,
			want: `{"for_not_following":"accept","for_not_followers":"accept","for_new_accounts":"accept","for_private_mentions":"filter","for_limited_accounts":"filter","for_bots":"accept","summary":{"pending_requests_count":1,"pending_notifications_count":1}}`},
		{name: "a word that is none", method: "PATCH", path: "/api/v2/notifications/policy", token: "ann", body: `{"for_bots":"maybe"}`, status: 422},
		{name: "changed", method: "PATCH", path: "/api/v2/notifications/policy", token: "ann", body: `{"for_not_following":"drop"}`, status: 200, want: `"for_not_following":"drop"`},
		{name: "dropped", method: "POST", path: "/api/v1/statuses", token: "eve", body: `{"status":"@ann again"}`, status: 200, keep: "dropped"},
		{name: "is not even held", method: "GET", path: "/api/v1/notifications?include_filtered=true", token: "ann", status: 200, not: `"id":"{dropped}"`},
		{name: "who is held back", method: "GET", path: "/api/v1/notifications/requests", token: "ann", status: 200, want: `"notifications_count":"1" … "acct":"eve" … "last_status":{"id":"{whisper}"`},
		{name: "another's are another's", method: "GET", path: "/api/v1/notifications/requests", token: "bob", status: 200, want: "[]"},
		{name: "merged", method: "GET", path: "/api/v1/notifications/requests/merged", token: "ann", status: 200, want: `{"merged":true}`},
		{name: "clear", method: "POST", path: "/api/v2/notifications/clear", token: "ann", status: 200, want: "{}"},
		{name: "nothing", method: "GET", path: "/api/v1/notifications", token: "ann", status: 200, want: "[]", not: "rel="},
		{name: "no such", method: "GET", path: "/api/v1/notifications/1", token: "ann", status: 404},
		{name: "no such group", method: "GET", path: "/api/v2/notifications/ungrouped-1", token: "ann", status: 404},
		{name: "the alpha path is gone", method: "GET", path: "/api/v2_alpha/notifications", token: "ann", status: 404},
	})
}

// mastodon-api.md 3.10 to 3.14: files, searches, filters, polls and the rest of what people keep.
func TestSection3_WhatPeopleKeep(t *testing.T) {
	w, vars := square(t)
	vars["later"] = time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	vars["soon"] = time.Now().Add(4 * time.Minute).UTC().Format(time.RFC3339)
	w.rules(vars, []rule{
		{name: "a search without q", method: "GET", path: "/api/v2/search", token: "ann", status: 400, want: "param is missing or the value is empty or invalid: q"},
		{name: "a visitor who wants it resolved", method: "GET", path: "/api/v2/search?q=x&resolve=true", status: 401},
		{name: "a visitor who wants more", method: "GET", path: "/api/v2/search?q=x&type=accounts&offset=20", status: 401},
		{name: "all kinds", method: "GET", path: "/api/v2/search?q=bob", token: "ann", status: 200, want: `"accounts":[{ … "statuses":[ … "hashtags":[ … "collections":[`},
		{name: "a bad date", method: "GET", path: "/api/v2/search?q=before:never&type=statuses", token: "ann", status: 422},
		{name: "the old search", method: "GET", path: "/api/v1/search?q=x", token: "ann", status: 404, want: "Not Found"},
		{name: "peers", method: "GET", path: "/api/v1/peers/search?q=fa", status: 200, want: "[]"},

		{name: "a filter without a title", method: "POST", path: "/api/v2/filters", token: "ann", body: `{"context":["home"]}`, status: 422},
		{name: "without a context", method: "POST", path: "/api/v2/filters", token: "ann", body: `{"title":"x"}`, status: 422},
		{name: "in a place that is none", method: "POST", path: "/api/v2/filters", token: "ann", body: `{"title":"x","context":["attic"]}`, status: 422},
		{name: "blur", method: "POST", path: "/api/v2/filters", token: "ann", body: url.Values{"title": {"x"}, "context[]": {"home", "public"}, "filter_action": {"blur"}, "expires_in": {"60"}, "keywords_attributes[][keyword]": {"wasp"}, "keywords_attributes[][whole_word]": {"true"}},
			status: 200, want: `"title":"x","context":["home","public"],"expires_at":"2 … "filter_action":"blur","keywords":[{"id":" … "keyword":"wasp","whole_word":true … "statuses":[]`, keep: "filter"},
		{name: "absent keywords stay", method: "PUT", path: "/api/v2/filters/{filter}", token: "ann", body: `{"title":"y","expires_in":""}`, status: 200, want: `"title":"y" … "expires_at":null … "keyword":"wasp"`},
		{name: "a keyword of 513", method: "POST", path: "/api/v2/filters/{filter}/keywords", token: "ann", body: `{"keyword":"` + strings.Repeat("x", 513) + `"}`, status: 422},
		{name: "a keyword", method: "POST", path: "/api/v2/filters/{filter}/keywords", token: "ann", body: `{"keyword":"hornet"}`, status: 200, want: `"whole_word":true`, keep: "word"},
		{name: "the old shape of it", method: "GET", path: "/api/v1/filters/{word}", token: "ann", status: 200, want: `{"id":"{word}","phrase":"hornet"`},
		{name: "which cannot change the group", method: "PUT", path: "/api/v1/filters/{word}", token: "ann", body: `{"phrase":"hornet","context":["thread"]}`, status: 422},
		{name: "a post", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"a wasp","poll":{"options":["yes","no"],"expires_in":"3600"}}`, status: 200, keep: "post"},
		{name: "is marked", method: "GET", path: "/api/v1/statuses/{post}", token: "ann", status: 200, want: `"filtered":[{"filter":{"id":"{filter}" … "keyword_matches":["wasp"]`, not: `"keywords":`},
		{name: "by itself", method: "POST", path: "/api/v2/filters/{filter}/statuses", token: "ann", body: `{"status_id":"{post}"}`, status: 200, want: `"status_id":"{post}"`, keep: "meant"},
		{name: "no more", method: "DELETE", path: "/api/v2/filters/statuses/{meant}", token: "ann", status: 200, want: "{}"},
		{name: "no keyword", method: "DELETE", path: "/api/v2/filters/keywords/{word}", token: "ann", status: 200, want: "{}"},
		{name: "no filter", method: "DELETE", path: "/api/v2/filters/{filter}", token: "ann", status: 200, want: "{}"},

		{name: "a poll", method: "GET", path: "/api/v1/polls/{post}", status: 200, want: `"expired":false,"multiple":false,"votes_count":0,"voters_count":0,"options":[{"title":"yes","votes_count":0}`, not: `"voted"`},
		{name: "bad index", method: "POST", path: "/api/v1/polls/{post}/votes", token: "ann", body: `{"choices":["7"]}`, status: 422},
		{name: "too many choices", method: "POST", path: "/api/v1/polls/{post}/votes", token: "ann", body: `{"choices":["0","1"]}`, status: 422},
		{name: "one's own", method: "POST", path: "/api/v1/polls/{post}/votes", token: "bob", body: `{"choices":[0]}`, status: 422},
		{name: "a vote", method: "POST", path: "/api/v1/polls/{post}/votes", token: "ann", body: `{"choices":["1"]}`, status: 200, want: `"voted":true,"own_votes":[1]`},
		{name: "twice", method: "POST", path: "/api/v1/polls/{post}/votes", token: "ann", body: `{"choices":["1"]}`, status: 422},
		{name: "the author counts as voted", method: "GET", path: "/api/v1/polls/{post}", token: "bob", status: 200, want: `"voted":true`},

		{name: "later", method: "POST", path: "/api/v1/statuses", token: "ann", body: `{"status":"later","scheduled_at":"{later}","in_reply_to_id":"{post}"}`, status: 200,
			want: `"scheduled_at":"2 … "text":"later" … "in_reply_to_id":"{post}" … "scheduled_at":null … "idempotency":null … "with_rate_limit":false … "media_attachments":[]`, keep: "waits"},
		{name: "too soon", method: "PUT", path: "/api/v1/scheduled_statuses/{waits}", token: "ann", body: `{"scheduled_at":"{soon}"}`, status: 422},
		{name: "another's", method: "GET", path: "/api/v1/scheduled_statuses/{waits}", token: "bob", status: 404},
		{name: "listed", method: "GET", path: "/api/v1/scheduled_statuses", token: "ann", status: 200, want: `"id":"{waits}"`},
		{name: "cancelled", method: "DELETE", path: "/api/v1/scheduled_statuses/{waits}", token: "ann", status: 200, want: "{}"},

		{name: "no markers", method: "GET", path: "/api/v1/markers?timeline[]=home", token: "ann", status: 200, want: "{}"},
		{name: "a marker", method: "POST", path: "/api/v1/markers", token: "ann", body: url.Values{"home[last_read_id]": {"{post}"}}, status: 200, want: `{"home":{"last_read_id":"{post}","version":`},
		{name: "marked", method: "GET", path: "/api/v1/markers?timeline[]=home&timeline[]=notifications", token: "ann", status: 200, want: `"last_read_id":"{post}"`, not: `"notifications"`},

		{name: "a whisper", method: "POST", path: "/api/v1/statuses", token: "bob", body: `{"status":"@ann psst","visibility":"direct"}`, status: 200, keep: "whisper"},
		{name: "conversations go by their last posts", method: "GET", path: "/api/v1/conversations?limit=1", token: "ann", status: 200, want: `"unread":true … "acct":"bob" … "last_status":{"id":"{whisper}" … max_id={whisper}>`},

		{name: "a domain", method: "POST", path: "/api/v1/domain_blocks", token: "ann", body: `{"domain":"FAR.example"}`, status: 200, want: "{}"},
		{name: "blocked", method: "GET", path: "/api/v1/domain_blocks", token: "ann", status: 200, want: `["far.example"]`},
		{name: "what would be lost", method: "GET", path: "/api/v1/domain_blocks/preview?domain=far.example", token: "ann", status: 200, want: `{"following_count":0,"followers_count":0}`},
		{name: "an unknown hashtag", method: "GET", path: "/api/v1/tags/nobody", status: 200, want: `"name":"nobody" … "history":[{"day":"`, not: `"following"`},
		{name: "no hashtag", method: "GET", path: "/api/v1/tags/12", status: 404},
		{name: "follow it", method: "POST", path: "/api/v1/tags/elm/follow", token: "ann", status: 200, want: `"following":true,"featuring":false`},
		{name: "followed", method: "GET", path: "/api/v1/followed_tags", token: "ann", status: 200, want: `"name":"elm"`},
		{name: "unfollow it", method: "POST", path: "/api/v1/tags/elm/unfollow", token: "ann", status: 200, want: `"following":false`},
		{name: "feature it", method: "POST", path: "/api/v1/featured_tags", token: "ann", body: `{"name":"Elm"}`, status: 200, want: `"name":"Elm" … "statuses_count":"0","last_status_at":null`, keep: "featured"},
		{name: "on the profile", method: "GET", path: "/api/v1/accounts/{ann}/featured_tags", status: 200, want: `/@ann/tagged/elm`},
		{name: "no more of it", method: "DELETE", path: "/api/v1/featured_tags/{featured}", token: "ann", status: 200, want: "{}"},

		{name: "a report of nobody", method: "POST", path: "/api/v1/reports", token: "ann", body: `{}`, status: 404},
		{name: "of no category", method: "POST", path: "/api/v1/reports", token: "ann", body: `{"account_id":"{bob}","category":"boring"}`, status: 422},
		{name: "a comment of 1001", method: "POST", path: "/api/v1/reports", token: "ann", body: `{"account_id":"{bob}","comment":"` + strings.Repeat("x", 1001) + `"}`, status: 422},
		{name: "a report", method: "POST", path: "/api/v1/reports", token: "ann", body: `{"account_id":"{bob}","status_ids":["{post}"],"category":"spam","comment":"look"}`, status: 200,
			want: `"action_taken":false,"action_taken_at":null,"category":"spam","comment":"look","forwarded":false … "status_ids":["{post}"],"rule_ids":[] … "target_account":{"id":"{bob}"`},
	})
}
