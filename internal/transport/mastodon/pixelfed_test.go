package mastodon

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// What Pixelfed's app does from the first start to an album and what others do with it; and what is not for everybody, nobody
// else is shown on any of its ways.
func TestPixelfedSession(t *testing.T) {
	w := newTown(t)
	if got := w.do(200, "GET", "/api/v2/config", "", nil); at(got, "site", "domain") != w.site.Domain || at(got, "uploader", "album_limit") != float64(skein.MaxAttachments) ||
		at(got, "features", "stories") != false || !strings.Contains(at(got, "uploader", "media_types").(string), "image/jpeg") {
		t.Errorf("config: %v", got)
	}
	app := w.do(200, "POST", "/api/v1/apps", "", url.Values{"client_name": {"Pixelfed for Android"}, "redirect_uris": {"pixelfed://login"}, "scopes": {"read write follow push"}})
	scopes := []string{"read", "write", "follow", "push"}
	token, _, _, err := w.api.Identity.ClientToken(t.Context(), w.site.ID, app["client_id"].(string), app["client_secret"].(string), scopes)
	w.must(err)
	ann := w.do(200, "POST", "/api/v1/accounts", token, `{"username":"ann","email":"ann@mail.example","password":"correct horse battery","agreement":true,"locale":"en"}`)["access_token"].(string)
	w.must(w.db.Update(context.Background(), w.site.ID, func(tx *store.Tx) error {
		a, err := tx.AccountByHandle("ann", "")
		if err != nil {
			return err
		}
		u, err := tx.Person(a.ID)
		if err != nil {
			return err
		}
		u.ConfirmedAt, u.ApprovedAt = time.Now(), time.Now()
		return tx.UpdatePerson(&u.User, u.Email)
	}))
	w.do(200, "PATCH", "/api/v1/accounts/update_credentials?note=Trees&discoverable=true&fields_attributes[0][name]=Pronouns&fields_attributes[0][value]=she/her", ann, nil)
	me := w.do(200, "GET", "/api/v1/accounts/verify_credentials?_pe=1", ann, nil)
	if me["note_text"] != "Trees" || fmt.Sprint(me["pronouns"]) != "[she her]" || me["local"] != true || me["is_admin"] != false {
		t.Errorf("me: %v", me)
	}
	id := me["id"].(string)
	if got := w.do(200, "GET", "/api/v1.1/compose/settings", ann, nil); got["default_scope"] != "public" || got["max_altext_length"] != float64(skein.MaxDescription) {
		t.Errorf("compose: %v", got)
	}

	picture := func(width, height int) string {
		t.Helper()
		r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, width, height)}, map[string]string{"description": fmt.Sprint(width)})
		if r.status != 200 {
			t.Fatalf("upload: %d %s", r.status, r.body)
		}
		return r.object(t)["id"].(string)
	}
	send := func(body map[string]any) string {
		t.Helper()
		b, _ := json.Marshal(body)
		return w.do(200, "POST", "/api/v1/statuses", ann, string(b))["id"].(string)
	}
	album := send(map[string]any{"status": "Two #trees and #birds", "media_ids": []string{picture(300, 200), picture(200, 300)}, "comments_disabled": true})
	secret := send(map[string]any{"status": "mine #trees #secret", "media_ids": []string{picture(100, 100)}, "visibility": "private"})
	send(map[string]any{"status": "only words #trees"})
	w.calm()

	got := w.do(200, "GET", "/api/v1/statuses/"+album+"?_pe=1", ann, nil)
	if got["pf_type"] != "photo:album" || got["content_text"] != "Two #trees and #birds" || got["comments_disabled"] != true || got["local"] != true || at(got, "account", "note_text") != "Trees" {
		t.Errorf("album: %v", got)
	}
	for i, want := range []string{"landscape", "portrait"} {
		if m := got["media_attachments"].([]any)[i].(map[string]any); m["orientation"] != want || m["mime"] != "image/jpeg" || m["is_nsfw"] != false {
			t.Errorf("picture %d: %v", i, m)
		}
	}
	if got := w.do(200, "GET", "/api/v1/statuses/"+album, ann, nil); got["pf_type"] != nil || at(got, "account", "note_text") != nil {
		t.Errorf("other clients get it too: %v", got)
	}

	bobID, eveID := w.person(w.site, "bob"), w.person(w.site, "eve")
	bob, eve := w.token(w.site, bobID), w.token(w.site, eveID)
	w.do(200, "POST", "/api/v1/accounts/"+id+"/follow", bob, nil)
	w.do(200, "POST", "/api/v1/accounts/"+bobID.String()+"/follow", eve, nil)
	w.calm()
	// The ways to pictures, for a follower, for a stranger and for a visitor; each also by Pixelfed's other names.
	for path, visitors := range map[string]bool{
		"/api/v1.1/accounts/" + id + "/posts?username=ann": true, "/api/pixelfed/v1/accounts/" + id + "/posts": true,
		"/api/v1/accounts/" + id + "/statuses?_pe=1&only_media=true": true,
		"/api/v1/timelines/public?_pe=1&only_media=true":             true, "/api/v1/timelines/home?_pe=1&limit=20": false,
	} {
		for reader, token := range map[string]string{"ann": ann, "bob": bob, "eve": eve, "": ""} {
			if token == "" && !visitors {
				continue
			}
			list, _ := w.list(path, token)
			seen := map[string]any{}
			for _, p := range list {
				seen[p["id"].(string)] = p["pf_type"]
			}
			theirs := reader == "ann" || reader == "bob"
			home, public := strings.Contains(path, "/home"), strings.Contains(path, "/public")
			if _, shown := seen[secret]; shown && !theirs || !shown && theirs && !public && !home {
				t.Errorf("%s for %q: the followers' picture is shown: %v", path, reader, shown)
			}
			if (seen[album] == "photo:album") == (home && !theirs) {
				t.Errorf("%s for %q: %v", path, reader, seen)
			}
		}
	}
	if list, _ := w.list("/api/v1.1/accounts/"+id+"/posts?username=bob", bob); len(list) != 0 {
		t.Errorf("posts of another name: %v", list)
	}
	for _, path := range []string{"/api/v1/discover/posts", "/api/v1/discover/posts?limit=1"} {
		posts := w.do(200, "GET", path, eve, nil)["posts"].([]any)
		if len(posts) != 1 || at(posts[0], "id") != album || at(posts[0], "pf_type") != "photo:album" {
			t.Errorf("%s: %v", path, posts)
		}
	}
	// Related hashtags come from posts that the reader may see.
	if list, _ := w.list("/api/v1/tags/trees/related", eve); len(list) != 1 || list[0]["name"] != "birds" || list[0]["related_count"] != 1.0 {
		t.Errorf("related: %v", list)
	}
	if got := w.do(200, "GET", "/api/v1.1/accounts/username/@Ann?_pe=1", eve, nil); got["id"] != id || got["note_text"] != "Trees" {
		t.Errorf("by name: %v", got)
	}
	w.do(404, "GET", "/api/v1.1/accounts/username/nobody", eve, nil)
	if list, _ := w.list("/api/v1.1/accounts/mutuals/"+id, eve); len(list) != 1 || list[0]["username"] != "bob" {
		t.Errorf("mutuals: %v", list)
	}
	if r := w.ask(w.other, "GET", "/api/v1.1/accounts/mutuals/"+id, w.token(w.other, w.person(w.other, "oskar")), nil); r.status != 404 {
		t.Errorf("mutuals of another site's account: %d %s", r.status, r.body)
	}

	// Likes, no comments, notifications, bookmarks.
	w.do(200, "POST", "/api/v1/statuses/"+album+"/favourite?_pe=1", bob, nil)
	w.do(200, "POST", "/api/v1/statuses/"+album+"/bookmark", bob, nil)
	if r := w.ask(w.site, "POST", "/api/v1/statuses?"+url.Values{"in_reply_to_id": {album}, "status": {"nice"}}.Encode(), bob, nil); r.status/100 != 4 {
		t.Errorf("a comment where none are wanted: %d %s", r.status, r.body)
	}
	w.calm()
	kinds := map[any]int{}
	notes, _ := w.list("/api/v1/notifications?_pe=1", ann)
	for _, n := range notes {
		kinds[n["type"]]++
	}
	if kinds["favourite"] != 1 || kinds["follow"] != 1 || len(kinds) != 2 {
		t.Errorf("notifications: %v", kinds)
	}
	if list, _ := w.list("/api/v1/bookmarks?_pe=1", bob); len(list) != 1 || list[0]["pf_type"] != "photo:album" {
		t.Errorf("bookmarks: %v", list)
	}
	for body, want := range map[string]int{
		`{"object_type":"post","report_type":"spam","object_id":"` + album + `"}`:  200,
		`{"object_type":"user","report_type":"scam","object_id":"` + id + `"}`:     200,
		`{"object_type":"post","report_type":"spam","object_id":"` + secret + `"}`: 404,
		`{"object_type":"post","report_type":"dull","object_id":"` + album + `"}`:  422,
		`{"object_type":"story","report_type":"spam","object_id":"1"}`:             422,
	} {
		w.do(want, "POST", "/api/v1.1/report", eve, body)
	}
}

// What is talked about on the site, and elsewhere; only with pictures.
func TestPixelfedTrends(t *testing.T) {
	w := newTown(t)
	mod, ann := w.person(w.site, "mod"), w.token(w.site, w.person(w.site, "ann"))
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		p, err := tx.Person(mod)
		if err != nil {
			return err
		}
		p.Role = skein.Admin
		return tx.UpdatePerson(&p.User, p.Email)
	}))
	w.do(200, "PATCH", "/api/v1/accounts/update_credentials", ann, `{"discoverable":true}`)
	r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, 100, 100)}, nil)
	shown := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"#walrus","language":"en","media_ids":["`+r.object(t)["id"].(string)+`"]}`)["id"].(string)
	words := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"#walrus indeed","language":"en"}`)["id"].(string)
	for i := range 6 {
		fan := w.token(w.site, w.person(w.site, fmt.Sprint("fan", i)))
		w.do(200, "POST", "/api/v1/statuses", fan, `{"status":"about #walrus","language":"en"}`)
		for _, id := range []string{shown, words} {
			w.do(200, "POST", "/api/v1/statuses/"+id+"/favourite", fan, nil)
		}
	}
	w.calm()
	w.must(w.api.Social.CountTrends(t.Context()))
	staff := skein.Viewer{Site: w.site.ID, Account: mod}
	for _, kind := range []skein.TrendKind{skein.TrendPost, skein.TrendTag} {
		list, err := w.api.Social.TrendsForReview(t.Context(), staff, kind, 0, 10)
		w.must(err)
		for _, one := range list {
			w.must(w.api.Social.ReviewTrend(t.Context(), staff, kind, one.Ref, true))
		}
	}
	for path, want := range map[string]int{"/api/v1/trends/statuses": 2, "/api/v1.1/discover/posts/trending?range=daily": 1, "/api/v1.1/discover/posts/network/trending": 0} {
		if list, _ := w.list(path, ann); len(list) != want || want == 1 && (list[0]["id"] != shown || list[0]["pf_type"] != "photo") {
			t.Errorf("%s: %v, want %d", path, list, want)
		}
	}
	if list, _ := w.list("/api/v1.1/discover/posts/hashtags", ann); len(list) != 1 || list[0]["hashtag"] != "walrus" || list[0]["total"] != 7.0 && list[0]["total"] != 8.0 {
		t.Errorf("hashtags: %v", list)
	}
	w.do(422, "GET", "/api/v1.1/discover/posts/trending?range=hourly", ann, nil)
}

func TestPixelfedKinds(t *testing.T) {
	file := func(kinds ...string) *skein.Post {
		p := &skein.Post{}
		for _, k := range kinds {
			p.Attachments = append(p.Attachments, skein.Attachment{Type: k})
		}
		return p
	}
	for want, p := range map[string]*skein.Post{
		"photo": file("image/png"), "photo:album": file("image/png", "image/webp"), "video": file("video/mp4"),
		"video:album": file("video/mp4", "application/x-mpegURL"), "photo:video:album": file("image/png", "video/mp4"),
		"text": file("audio/mpeg"), "reply": {ReplyToURI: "https://oak.example/1"}, "share": {BoostOf: 5}, "poll": {Extra: skein.PostExtra{Poll: &skein.Poll{}}},
	} {
		if got := pixelfedKind(p); got != want {
			t.Errorf("%v: got %s, want %s", p.Attachments, got, want)
		}
	}
}
