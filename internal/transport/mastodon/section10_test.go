package mastodon

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// from makes an account of another server.
func (w *town) from(domain, name string) skein.ID {
	w.t.Helper()
	a := &skein.Account{Kind: skein.Person, Username: name, Domain: domain, DisplayName: name, CreatedAt: time.Now(),
		URI: "https://" + domain + "/users/" + name, URL: "https://" + domain + "/@" + name, Inbox: "https://" + domain + "/inbox"}
	w.must(w.db.Update(w.t.Context(), w.site.ID, func(tx *store.Tx) error { return tx.InsertAccount(a) }))
	return a.ID
}

// receive takes in a public post of somebody elsewhere.
func (w *town) receive(author skein.ID, in social.Incoming) string {
	w.t.Helper()
	in.URI, in.CreatedAt, in.Relevant = fmt.Sprintf("https://far.example/%d", w.db.NewID()), time.Now(), true
	p, err := w.api.Social.ReceivePost(w.t.Context(), w.site.ID, author, in)
	w.must(err)
	w.calm()
	return p.ID.String()
}

// mastodon-api.md 10: which post is heard on which stream, over both transports, and in the languages that somebody chose.
func TestSection10_WhatEachStreamCarries(t *testing.T) {
	w, server := serve(t)
	a, far := w.person(w.site, "ann"), w.from("far.example", "far")
	ann, bob := w.token(w.site, a), w.token(w.site, w.person(w.site, "bob"))
	list := w.do(200, "POST", "/api/v1/lists", ann, `{"title":"me"}`)["id"].(string)
	w.do(200, "POST", "/api/v1/lists/"+list+"/accounts", ann, `{"account_ids":["`+a.String()+`"]}`)
	w.do(200, "POST", "/api/v1/accounts/"+far.String()+"/follow", ann, nil)
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		f, err := tx.FollowBetween(a, far)
		if err == nil {
			_, err = tx.AcceptFollow(f)
		}
		return err
	}))

	// L and l are ann's posts with a file and without, R and r those from elsewhere.
	streams := map[string]string{
		"user": "lLrR", "list&list=" + list: "lL", "direct": "", "user:notification": "",
		"public": "lLrR", "public:local": "lL", "public:remote": "rR",
		"public:media": "LR", "public:local:media": "L", "public:remote:media": "R",
		"hashtag&tag=tree": "lLrR", "hashtag:local&tag=Tree": "lL",
	}
	paths := map[string]string{
		"user": "lLrR", "list?list=" + list: "lL", "direct": "", "user/notification": "",
		"public": "lLrR", "public/local": "lL", "public/remote": "rR", "public?only_media=true": "LR",
		"public/local?only_media=true": "L", "public/remote?only_media=true": "R",
		"hashtag?tag=tree": "lLrR", "hashtag/local?tag=tree": "lL",
	}
	ears, want := map[string]*ear{}, map[string]string{}
	for s, hears := range streams {
		ears["socket "+s], want["socket "+s] = mustDial(t, server, ann, "?stream="+s), hears
	}
	for p, hears := range paths {
		ears["events "+p], want["events "+p] = listen(t, server, ann, p), hears
	}
	file := func() string {
		var out map[string]any
		w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, 40, 30)}, nil).json(t, &out)
		return out["id"].(string)
	}
	tags := []skein.Tag{{Name: "tree", Display: "tree"}}
	posts := map[string]string{"l": w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"one #tree","language":"de"}`)["id"].(string)}
	w.calm() // one after the other
	posts["L"] = w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"two #tree","language":"de","media_ids":["`+file()+`"]}`)["id"].(string)
	w.calm()
	posts["r"] = w.receive(far, social.Incoming{HTML: "<p>three</p>", Language: "fr", Tags: tags})
	posts["R"] = w.receive(far, social.Incoming{HTML: "<p>four</p>", Language: "fr", Tags: tags, Attachments: []skein.Attachment{{Type: "image/png", URL: "https://far.example/a.png"}}})
	for name, e := range ears {
		heard := ""
		for range want[name] {
			h := e.next()
			for letter, id := range posts {
				if h.Event == "update" && strings.HasPrefix(h.Payload, `{"id":"`+id+`"`) {
					heard += letter
				}
			}
		}
		if heard != want[name] {
			t.Errorf("%s: heard %s, want %s", name, heard, want[name])
		}
		select {
		case h := <-e.events:
			t.Errorf("%s: and %s %.120s", name, h.Event, h.Payload)
		default:
		}
	}

	// The languages that somebody chose to read hold for feeds of the site and the network, not for whom one follows.
	reads := func(want string, languages ...string) {
		t.Helper()
		got := w.ask(w.site, "PATCH", "/api/v1/accounts/update_credentials", bob, url.Values{"source[chosen_languages][]": languages})
		if got.status != 200 || !strings.Contains(string(got.body), `"chosen_languages":[`+want+`]`) {
			t.Fatalf("%v: %d %s", languages, got.status, got.body)
		}
	}
	reads(`"de"`, "de", "")
	w.do(422, "PATCH", "/api/v1/accounts/update_credentials", bob, `{"source":{"chosen_languages":["klingonese!"]}}`)
	w.do(200, "POST", "/api/v1/accounts/"+far.String()+"/follow", bob, nil)
	if list, _ := w.list("/api/v1/timelines/public", bob); len(list) != 2 || list[0]["id"] != posts["L"] || list[1]["id"] != posts["l"] {
		t.Errorf("the feed in German: %v", idsOf(list))
	}
	if list, _ := w.list("/api/v1/timelines/public", ann); len(list) != 4 {
		t.Errorf("somebody else's: %v", idsOf(list))
	}
	// A new socket may be told again what an older one of the same token has not confirmed yet.
	hears := func(e *ear, text, not string) {
		t.Helper()
		for h := (heard{}); !strings.Contains(h.Payload, text); {
			if h = e.next(); not != "" && strings.Contains(h.Payload, not) {
				t.Errorf("heard %.200s", h.Payload)
			}
		}
	}
	public, shared := mustDial(t, server, bob, "?stream=public"), mustDial(t, server, ann, "?stream=public")
	w.receive(far, social.Incoming{HTML: "<p>cinq</p>", Language: "fr"})
	hears(shared, "cinq", "")
	w.receive(far, social.Incoming{HTML: "<p>?</p>"}) // of no language that it says
	hears(public, "<p>?</p>", "cinq")
	own := w.do(200, "POST", "/api/v1/statuses", bob, `{"status":"moi","language":"fr"}`)["id"].(string)
	hears(public, own, "cinq")
	reads("", "")
	again := mustDial(t, server, bob, "?stream=public")
	w.receive(far, social.Incoming{HTML: "<p>six</p>", Language: "fr"})
	hears(again, "six", "cinq")
	if list, _ := w.list("/api/v1/timelines/public", bob); len(list) != 8 {
		t.Errorf("all languages again: %v", idsOf(list))
	}
}
