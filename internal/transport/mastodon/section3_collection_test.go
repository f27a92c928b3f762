package mastodon

import (
	"fmt"
	"strings"
	"testing"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// mastodon-api.md 3.15: collections on one site; fedtest has those of two.
func TestSection3_Collections(t *testing.T) {
	w, vars := square(t)
	for _, name := range []string{"ann", "bob"} {
		w.do(200, "PATCH", "/api/v1/accounts/update_credentials", vars["token "+name], `{"discoverable":true}`)
	}
	crowd := make([]string, skein.MaxCollectionItems+1)
	for i := range crowd {
		crowd[i] = fmt.Sprintf(`"%d"`, i+1)
	}
	made := w.ask(w.site, "POST", "/api/v1/collections", vars["token ann"],
		`{"name":"`+strings.Repeat("n", 40)+`","description":"`+strings.Repeat("d", 100)+`","language":"en","tag_name":"#Tree","discoverable":true,"account_ids":["`+vars["bob"]+`"]}`)
	vars["set"], vars["item"] = made.text(t, "collection.id"), made.text(t, "collection.items.0.id")
	if made.status != 200 || made.at(t, "collection.item_count") != 1.0 || made.text(t, "collection.account_id") != vars["ann"] ||
		made.text(t, "collection.tag.name") != "tree" || made.at(t, "collection.local") != true {
		t.Fatalf("made: %d %s", made.status, made.body)
	}
	w.rules(vars, []rule{
		{name: "without a name", method: "POST", path: "/api/v1/collections", token: "ann", body: `{}`, status: 422, want: `"details":{"name":[{"error":"ERR_BLANK"`},
		{name: "a name of 41", method: "POST", path: "/api/v1/collections", token: "ann", body: `{"name":"` + strings.Repeat("n", 41) + `"}`, status: 422, want: `"details":{"name":[{"error":"ERR_TOO_LONG"`},
		{name: "a description of 101", method: "PATCH", path: "/api/v1/collections/{set}", token: "ann", body: `{"description":"` + strings.Repeat("d", 101) + `"}`, status: 422, want: `"description":[{"error":"ERR_TOO_LONG"`},
		{name: "more than 25", method: "POST", path: "/api/v1/collections", token: "ann", body: `{"name":"x","account_ids":[` + strings.Join(crowd, ",") + `]}`, status: 422, want: `"error"`},
		{name: "for visitors, the owner first", method: "GET", path: "/api/v1/collections/{set}", status: 200, want: `"accounts":[{"id":"{ann}" … {"id":"{bob}"`},
		{name: "edited, without whom it names", method: "PATCH", path: "/api/v1/collections/{set}", token: "ann", body: `{"name":"friends","sensitive":true,"account_ids":["{eve}"]}`, status: 200,
			want: `{"collection":{"id":"{set}" … "name":"friends" … "sensitive":true … "item_count":1`, not: `"{eve}"`},
		{name: "edited by another", method: "PATCH", path: "/api/v1/collections/{set}", token: "bob", body: `{"name":"mine"}`, status: 404},
		{name: "who does not want it", method: "POST", path: "/api/v1/collections/{set}/items", token: "ann", body: `{"account_id":"{eve}"}`, status: 403, want: "This action is not allowed"},
		{name: "nobody named", method: "POST", path: "/api/v1/collections/{set}/items", token: "ann", body: `{}`, status: 400, want: "account_id"},
		{name: "nobody known", method: "POST", path: "/api/v1/collections/{set}/items", token: "ann", body: `{"account_id":"1"}`, status: 404},
		{name: "oneself", method: "POST", path: "/api/v1/collections/{set}/items", token: "ann", body: `{"account_id":"{ann}"}`, status: 200, want: `{"collection_item":{"id":" … "state":"accepted" … "account_id":"{ann}"`},
		{name: "oneself again", method: "POST", path: "/api/v1/collections/{set}/items", token: "ann", body: `{"account_id":"{ann}"}`, status: 200, want: `"account_id":"{ann}"`},
		{name: "on the profile", method: "GET", path: "/api/v1/accounts/{ann}/collections", status: 200, want: `{"collections":[{"id":"{set}"`},
		{name: "who is in it knows", method: "GET", path: "/api/v1/accounts/{bob}/in_collections", token: "bob", status: 200, want: `{"collections":[{"id":"{set}"`},
		{name: "taken out by a stranger", method: "DELETE", path: "/api/v1/collections/{set}/items/{item}", token: "eve", status: 404},
		{name: "left by a stranger", method: "POST", path: "/api/v1/collections/{set}/items/{item}/revoke", token: "eve", status: 404},
		{name: "bob leaves", method: "POST", path: "/api/v1/collections/{set}/items/{item}/revoke", token: "bob", status: 200},
		{name: "and is not put back", method: "POST", path: "/api/v1/collections/{set}/items", token: "ann", body: `{"account_id":"{bob}"}`, status: 403},
		{name: "which removing what is left of it does not change", method: "DELETE", path: "/api/v1/collections/{set}/items/{item}", token: "ann", status: 200},
		{name: "still not put back", method: "POST", path: "/api/v1/collections/{set}/items", token: "ann", body: `{"account_id":"{bob}"}`, status: 403},
		{name: "nor shown", method: "GET", path: "/api/v1/collections/{set}", status: 200, not: `{"id":"{bob}"`},
	})
	// What removes something answers with nothing.
	for _, path := range []string{"/items/" + vars["item"], ""} {
		if got := w.ask(w.site, "DELETE", "/api/v1/collections/"+vars["set"]+path, vars["token ann"], nil); got.status != 200 || len(got.body) != 0 {
			t.Errorf("DELETE %s: %d %q", path, got.status, got.body)
		}
	}
	w.do(404, "GET", "/api/v1/collections/"+vars["set"], "", nil)
}

// Who left a collection of another server stays out of it, also after that server took them out and asks anew.
func TestSection3_WhoLeftACollectionStaysOut(t *testing.T) {
	w, vars := square(t)
	w.do(200, "PATCH", "/api/v1/accounts/update_credentials", vars["token bob"], `{"discoverable":true}`)
	far := w.from("far.example", "far")
	bob, _ := skein.ParseID(vars["bob"])
	in := social.IncomingCollection{URI: "https://far.example/sets/1", Name: "friends", Discoverable: true}
	const item = "https://far.example/sets/1/items/1"
	asked := func(request string) {
		w.must(w.api.Social.ReceiveFeatureRequest(t.Context(), w.site.ID, far, bob, request, in))
		w.calm()
	}
	asked("https://far.example/requests/1")
	whole := in
	whole.Items = []social.IncomingItem{{URI: item, Account: bob}}
	_, err := w.api.Social.ReceiveCollection(t.Context(), w.site.ID, far, whole)
	w.must(err)
	path := "/api/v1/accounts/" + vars["bob"] + "/in_collections"
	got := w.get(path, vars["token bob"])
	if got.text(t, "collections.0.items.0.account_id") != vars["bob"] {
		t.Fatalf("bob is in %s", got.body)
	}
	w.do(200, "POST", "/api/v1/collections/"+got.text(t, "collections.0.id")+"/items/"+got.text(t, "collections.0.items.0.id")+"/revoke", vars["token bob"], nil)
	w.must(w.api.Social.ReceiveCollectionGone(t.Context(), w.site.ID, far, in.URI, item))
	asked("https://far.example/requests/2")
	if got := w.get(path, vars["token bob"]); got.status != 200 || string(got.body) != `{"collections":[]}` {
		t.Errorf("bob is in it again: %d %s", got.status, got.body)
	}
}
