package activitypub

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// compare holds our tree against encoding/json.
func compare(t *testing.T, v *value) {
	t.Helper()
	switch v.kind {
	case isString:
		var s string
		if err := json.Unmarshal(v.raw, &s); err != nil || s != v.text {
			t.Errorf("%s: %q, encoding/json has %q, %v", v.raw, v.text, s, err)
		}
	case isObject:
		var m map[string]json.RawMessage
		if err := json.Unmarshal(v.raw, &m); err != nil || len(m) != len(v.names) {
			t.Errorf("%s: %d members, encoding/json has %d, %v", v.raw, len(v.names), len(m), err)
		}
		for i, name := range v.names {
			if string(m[name]) != string(v.items[i].raw) {
				t.Errorf("%s: %s is %s, encoding/json has %s", v.raw, name, v.items[i].raw, m[name])
			}
		}
	default:
		if !json.Valid(v.raw) {
			t.Errorf("%s is no JSON", v.raw)
		}
	}
	for _, item := range v.items {
		compare(t, item)
	}
}

func ptr[T any](v T) *T { return &v }

// written are the things we send, one of each.
func written() map[string]any {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	const ana, bo = "https://elm.example/ap/users/7", "https://oak.example/users/bo"
	everybody := &Approval{Automatic: []string{Public}}
	note := &Note{
		ID: ana + "/statuses/1", Type: "Note", Summary: "food", Published: at, Updated: at.Add(time.Minute), URL: "https://elm.example/@ana/1", AttributedTo: ana,
		To: []string{Public}, Cc: []string{ana + "/followers", bo}, Sensitive: true, AtomURI: ana + "/statuses/1", Conversation: "https://elm.example/contexts/7-1",
		Context: "https://elm.example/contexts/7-1", Content: `<p>A pie & <a href="https://elm.example/tags/cake" class="mention hashtag" rel="tag">#<span>cake</span></a></p>`,
		ContentMap: map[string]string{"en": "<p>A pie</p>"},
		Attachment: []Attachment{
			{Type: "Document", MediaType: "image/jpeg", URL: "https://files.elm.example/a.jpg", Blurhash: "UEE", FocalPoint: []float64{0.5, -0.5}, Width: 1440, Height: 1080},
			{Type: "Document", MediaType: "video/mp4", URL: "https://files.elm.example/b.mp4", Name: "waves", Duration: 62.5, Icon: &Image{Type: "Image", URL: "https://files.elm.example/b.jpg"}},
			{Type: "Link", Href: "https://news.example/"}},
		Tag: []Tag{NewMention(bo, "@bo@oak.example"), NewHashtag("https://elm.example/tags/cake", "#cake"),
			NewEmoji("https://elm.example/emojis/2", ":pie:", "image/png", "https://files.elm.example/pie.png", at)},
		Replies: &Collection{ID: ana + "/statuses/1/replies", Type: "Collection",
			First: Embed("", &Collection{Type: "CollectionPage", PartOf: ana + "/statuses/1/replies", Next: ana + "/statuses/1/replies?page=true", Items: References{}})},
		Likes: &Collection{ID: ana + "/statuses/1/likes", Type: "Collection", TotalItems: ptr(0)}, Shares: &Collection{ID: ana + "/statuses/1/shares", Type: "Collection", TotalItems: ptr(2)},
		Policy: &Policy{CanQuote: everybody, CanReply: &Approval{Automatic: []string{ana + "/followers"}, Manual: []string{Public}}},
	}
	actor := &Actor{
		ID: ana, Type: "Person", PreferredUsername: "ana", Webfinger: "ana@elm.example", Inbox: ana + "/inbox", Outbox: ana + "/outbox", Followers: ana + "/followers",
		Following: ana + "/following", Featured: ana + "/collections/featured", FeaturedTags: ana + "/collections/tags", FeaturedCollections: ana + "/featured_collections",
		Endpoints: &Endpoints{SharedInbox: "https://elm.example/inbox"}, PublicKey: PublicKeys{{ana + "#main-key", ana, "-----BEGIN PUBLIC KEY-----\n"}},
		AssertionMethod: []Multikey{{ana + "#ed25519-key", "Multikey", ana, "z6Mk"}}, Name: "Ana", Summary: "<p>hi</p>", URL: "https://elm.example/@ana",
		Icon: &Image{Type: "Image", MediaType: "image/png", URL: "https://files.elm.example/ana.png", Alt: "Ana"}, Fields: []Field{{"Web", "<a>x</a>"}},
		Locked: true, Discoverable: true, Published: at.Truncate(24 * time.Hour), AlsoKnownAs: []string{bo}, AttributionDomains: []string{"news.example"},
		Policy: &Policy{CanFeature: everybody}, HidesPublic: ptr(false), KeyPackages: ana + "/keyPackages", More: map[string]any{"messages": ana + "/messages"},
	}
	return map[string]any{
		"actor":  actor,
		"server": &Actor{ID: "https://elm.example/actor", Type: "Application", PreferredUsername: "elm.example", Inbox: "https://elm.example/actor/inbox", Outbox: "https://elm.example/actor/outbox", Locked: true, URL: "https://elm.example/about"},
		"create": &Activity{ID: note.ID + "/activity", Type: "Create", Actor: ana, Published: at, To: note.To, Cc: note.Cc, Object: References{Embed(note.ID, note)}},
		"question": &Note{ID: ana + "/statuses/2", Type: "Question", Published: at, AttributedTo: ana, Content: "<p>Tea?</p>", OneOf: []Option{{"yes", 2}, {"no", 0}}, EndTime: at.Add(time.Hour),
			VotersCount: ptr(2)},
		"quote": &Note{ID: ana + "/statuses/3", Type: "Note", Published: at, AttributedTo: ana, To: []string{ana + "/followers"}, Content: "<p>so</p>", Quote: bo + "/1",
			QuoteAuthorization: bo + "/quote_authorizations/1", InReplyTo: bo + "/2", DirectMessage: ptr(false)},
		"quote_gone": &Note{ID: ana + "/statuses/4", Type: "Note", AttributedTo: ana, Content: "<p>so</p>", QuoteDeleted: true},
		"album": &Note{ID: ana + "/statuses/5", Type: "Note", AttributedTo: ana, Content: "", Attachment: []Attachment{{Type: "Image", MediaType: "image/jpeg", URL: "https://files.elm.example/1.jpg", Name: "a lake"}},
			Location: &Place{Type: "Place", Name: "Lake", Longitude: -122.18, Latitude: 37.45, Country: "USA"}, CommentsEnabled: ptr(true), Capabilities: &Capabilities{Public, Public, Public}},
		"announce":      &Activity{ID: ana + "/statuses/6/activity", Type: "Announce", Actor: ana, Published: at, To: []string{Public}, Cc: []string{ana + "/followers", bo}, Object: Refs(bo + "/1")},
		"like":          &Activity{ID: ana + "#likes/1", Type: "Like", Actor: ana, Object: Refs(bo + "/1")},
		"reaction":      &Activity{ID: ana + "#likes/2", Type: "Like", Actor: ana, Object: Refs(bo + "/1"), Content: "👍", Reaction: "👍"},
		"follow":        &Activity{ID: ana + "#follows/1", Type: "Follow", Actor: ana, Object: Refs(bo)},
		"accept":        &Activity{ID: ana + "#accepts/follows/1", Type: "Accept", Actor: ana, Object: References{EmbedRaw("x", json.RawMessage(`{"id":"https://oak.example/1","type":"Follow","actor":"`+bo+`","object":"`+ana+`"}`))}},
		"undo":          &Activity{ID: ana + "#announces/1/undo", Type: "Undo", Actor: ana, To: []string{Public}, Object: References{Embed("", &Activity{ID: ana + "#likes/1", Type: "Like", Actor: ana, Object: Refs(bo + "/1")})}},
		"delete":        &Activity{ID: note.ID + "#delete", Type: "Delete", Actor: ana, To: []string{Public}, Object: References{Embed(note.ID, NewTombstone(note.ID))}},
		"delete_actor":  &Activity{ID: ana + "#delete", Type: "Delete", Actor: ana, To: []string{Public}, Object: Refs(ana)},
		"add":           &Activity{Type: "Add", Actor: ana, Target: Ref(ana + "/collections/featured"), Object: Refs(note.ID)},
		"flag":          &Activity{ID: "https://elm.example/payloads/1", Type: "Flag", Actor: "https://elm.example/actor", Content: "spam", Object: Refs(bo, bo+"/1")},
		"move":          &Activity{ID: ana + "#moves/1", Type: "Move", Actor: ana, Object: Refs(ana), Target: Ref(bo)},
		"vote":          &Activity{ID: ana + "#votes/1/activity", Type: "Create", Actor: ana, To: []string{bo}, Object: References{Embed("", Vote{ana + "#votes/1", "Note", "yes", ana, bo + "/1", []string{bo}})}},
		"quote_request": &Activity{ID: ana + "/quote_requests/1", Type: "QuoteRequest", Actor: ana, Object: Refs(bo + "/1"), Instrument: Ref(ana + "/statuses/3")},
		"stamp":         &Stamp{ID: ana + "/quote_authorizations/1", Type: "QuoteAuthorization", AttributedTo: ana, InteractingObject: bo + "/1", InteractionTarget: note.ID},
		"followers":     &Collection{ID: ana + "/followers?page=1", Type: "OrderedCollectionPage", TotalItems: ptr(1), PartOf: ana + "/followers", Items: Refs(bo)},
		"hidden":        &Collection{ID: ana + "/followers", Type: "OrderedCollection", TotalItems: ptr(1)},
		"tags":          &Collection{ID: ana + "/collections/tags", Type: "Collection", TotalItems: ptr(1), Items: References{Embed("", NewHashtag("https://elm.example/tags/cake", "#cake"))}},
		"starter": &Collection{ID: ana + "/featured_collections/1", Type: "FeaturedCollection", Name: "Cooks", AttributedTo: ana, TotalItems: ptr(1), Topic: ptr(NewHashtag("https://elm.example/tags/cake", "#cake")),
			Items: References{Embed("", FeaturedItem{ID: ana + "/items/1", Type: "FeaturedItem", FeaturedObject: bo, FeatureAuthorization: bo + "/f/1"})}},
		"mls": &Activity{ID: ana + "/mls/1", Type: "Create", Actor: ana, To: []string{bo}, Object: References{Embed("", MLS{ID: ana + "/mls/1/object", Type: "PrivateMessage", AttributedTo: ana, To: []string{bo},
			MediaType: "message/mls", Encoding: "base64", Content: "AAEAAg==", Conversation: "https://elm.example/conversations/1"})}},
	}
}

// Golden files: what leaves us, as reviewed. `go test -update` rewrites them.
func TestWritten(t *testing.T) {
	for name, object := range written() {
		got, err := Encode(object)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var pretty bytes.Buffer
		json.Indent(&pretty, got, "", "  ")
		pretty.WriteByte('\n')
		file := filepath.Join("testdata", "write", name+".json")
		if *update {
			if err := os.WriteFile(file, pretty.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(pretty.Bytes(), want) {
			t.Errorf("%s is now\n%s", file, pretty.Bytes())
		}
		if _, err := Decode(got, arrival.AddDate(1, 0, 0)); err != nil {
			t.Errorf("%s: we refuse it ourselves: %v", name, err)
		}
	}
}

// Some servers drop documents with a word unexplained: every name that is not ActivityStreams' own stands in the context.
func TestContextExplainsEveryTerm(t *testing.T) {
	own := map[string]bool{}
	for _, word := range strings.Fields(`@context id type actor object target origin instrument result to cc audience published updated content contentMap summary summaryMap
		name nameMap tag inReplyTo url attributedTo context mediaType source attachment replies likes shares oneOf anyOf endTime closed image icon preview startTime
		duration location preferredUsername inbox outbox followers following endpoints sharedInbox totalItems first last next prev partOf items orderedItems href rel
		hreflang width height latitude longitude formerType deleted oauthAuthorizationEndpoint oauthTokenEndpoint en
		Person Application Note Question Document Image Link Mention Collection CollectionPage OrderedCollection OrderedCollectionPage Create Announce Like
		Follow Accept Undo Delete Tombstone Add Flag Move Place`) {
		own[word] = true
	}
	// What the named contexts explain.
	byContext := map[string]string{
		"publicKey": "security/v1", "owner": "security/v1", "publicKeyPem": "security/v1", "webfinger": "webfinger", "assertionMethod": "did/v1",
		"controller": "multikey/v1", "publicKeyMultibase": "multikey/v1", "Multikey": "multikey/v1", "keyPackages": "socialweb/mls", "messages": "socialweb/mls",
		"PrivateMessage": "socialweb/mls", "encoding": "socialweb/mls", "conversation": "socialweb/mls",
	}
	for name, object := range written() {
		data, err := Encode(object)
		if err != nil {
			t.Fatal(err)
		}
		v, err := scan(data)
		if err != nil {
			t.Fatal(err)
		}
		context := v.get("@context")
		used := map[string]bool{}
		collectTerms(v, used)
		delete(used, "")
		for word := range used {
			explained := own[word]
			for _, c := range list(context) {
				explained = explained || c.get(word) != nil || byContext[word] != "" && c.kind == isString && strings.HasSuffix(c.text, byContext[word])
			}
			if !explained {
				t.Errorf("%s: %q is not explained by %s", name, word, context.raw)
			}
		}
		// And each prefix is there.
		for _, c := range list(context) {
			for i, word := range c.names {
				meaning := meaningOf(c.items[i])
				prefix, _, _ := strings.Cut(meaning, ":")
				if prefix != "as" && !strings.Contains(meaning, "://") && c.get(prefix) == nil {
					t.Errorf("%s: prefix of %s: %s", name, word, meaning)
				}
			}
		}
	}
}

func TestRoundTrip(t *testing.T) {
	out := written()
	data, err := Encode(out["create"])
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode(data, arrival.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	n := noteOf(t, activityOf(t, d).Object.First().Document())
	again, err := Encode(&Activity{ID: n.ID + "/activity", Type: "Create", Actor: n.AttributedTo, Published: n.Published, To: n.To, Cc: n.Cc, Object: References{Embed(n.ID, n)}})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, again) {
		t.Errorf("first\n%s\nthen\n%s", data, again)
	}
}

func TestEmbeddedRawTravelsUnchanged(t *testing.T) {
	d := decode(t, `"type":"Follow","id":"https://oak.example/1","actor":"https://oak.example/u","object":"https://elm.example/u","odd":"<&>\u00e9"`)
	out, err := Encode(&Activity{Type: "Accept", Actor: "https://elm.example/u", Object: References{EmbedRaw(d.ID(), d.Raw())}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), `"odd":"<&>\u00e9"`) {
		t.Errorf("%s", out)
	}
}

func TestWebFinger(t *testing.T) {
	j, err := DecodeJRD([]byte(`{"subject":"acct:ana@oak.example","aliases":["https://oak.example/@ana",7],"properties":{},"links":[
		{"rel":"http://webfinger.net/rel/profile-page","type":"text/html","href":"https://oak.example/@ana"},
		{"rel":"self","type":"text/html","href":"https://oak.example/wrong"},
		{"rel":"self","type":"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"","href":"https://oak.example/users/ana"},
		{"rel":"http://ostatus.org/schema/1.0/subscribe","template":"https://oak.example/authorize_interaction?uri={uri}"}]}`))
	if err != nil || j.Self() != "https://oak.example/users/ana" || j.Subject != "acct:ana@oak.example" || j.Template(RelSubscribe) == "" || len(j.Aliases) != 1 {
		t.Errorf("%+v, %v", j, err)
	}
	b, err := j.Encode()
	if err != nil || !strings.Contains(string(b), `"rel":"self"`) {
		t.Errorf("%s, %v", b, err)
	}
	for handle, want := range map[string][2]string{
		"ana@oak.example": {"ana", "oak.example"}, "@ana@oak.example": {"ana", "oak.example"}, "acct:a.n-a_1@oak.localhost:8080": {"a.n-a_1", "oak.localhost:8080"},
		"ana": {}, "@ana": {}, "ana@": {}, "a b@oak.example": {}, "ana@oak@fir": {}, "-ana@oak.example": {}, "ana@oak/x": {}, "": {},
	} {
		user, domain, ok := SplitHandle(handle)
		if user != want[0] || domain != want[1] || ok != (want[0] != "") {
			t.Errorf("SplitHandle(%q) = %q, %q, %v", handle, user, domain, ok)
		}
	}
	if got := WebFingerPath("acct:a+b@oak.example"); got != "/.well-known/webfinger?resource=acct%3Aa%2Bb%40oak.example" {
		t.Error(got)
	}
}

func TestNodeInfo(t *testing.T) {
	n := &NodeInfo{Version: "2.0", Software: Software{Name: "skein", Version: "1", Homepage: "https://x.example"}, Protocols: []string{"activitypub"}, Usage: NodeInfoUsage{Users: NodeInfoUsers{Total: 3}}}
	b, err := n.Encode()
	if err != nil || strings.Contains(string(b), "homepage") || strings.Contains(string(b), "null") {
		t.Errorf("%s, %v", b, err)
	}
	back, err := DecodeNodeInfo(b)
	if err != nil || back.Software.Name != "skein" || back.Usage.Users.Total != 3 {
		t.Errorf("%+v, %v", back, err)
	}
	links, err := NodeInfoLinks("https://elm.example", "https://elm.example/actor")
	if err != nil || !strings.HasPrefix(string(links), `{"links":[{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0"`) {
		t.Errorf("%s, %v", links, err)
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]Seconds{"PT1145S": 1145, "PT1H2M3.5S": 3723.5, "P1DT1S": 86401, "12.5": 12.5, "12": 12, "": 0, "P": 0, "PT": 0, "-PT5S": 0, "-5": 0, "NaN": 0, "Inf": 0, "x": 0, "PT99999999999S": 0} {
		if got := secondsOf(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
