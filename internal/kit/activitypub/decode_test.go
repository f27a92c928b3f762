package activitypub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var arrival = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// sample reads one of our own samples in the shape of other software.
func sample(t testing.TB, name string) *Document {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "read", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode(data, arrival)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// must ends the test on an error.
func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func activityOf(t testing.TB, d *Document) *Activity {
	t.Helper()
	a, err := d.Activity()
	return must(t, a, err)
}

func noteOf(t testing.TB, d *Document) *Note {
	t.Helper()
	n, err := d.Note()
	return must(t, n, err)
}

// fact is one thing that a sample must be read as.
type fact struct {
	what      string
	got, want any
}

func check(t *testing.T, facts ...fact) {
	t.Helper()
	for _, f := range facts {
		if got, want := fmt.Sprint(f.got), fmt.Sprint(f.want); got != want {
			t.Errorf("%s is %q, want %q", f.what, got, want)
		}
	}
}

func TestMastodonNote(t *testing.T) {
	a := activityOf(t, sample(t, "mastodon_note"))
	n := noteOf(t, a.Object.First().Document())
	check(t,
		fact{"type", a.Type, "Create"}, fact{"actor", a.Actor, "https://oak.example/users/ana"}, fact{"object", a.Object.First().ID, n.ID},
		fact{"published", n.Published.Format(time.RFC3339), "2026-11-19T08:00:00Z"}, fact{"updated", n.Updated.Format(time.RFC3339), "2026-11-19T09:00:00Z"},
		fact{"summary", n.Summary, "food"}, fact{"parent", n.InReplyTo, "https://elm.example/ap/users/7/statuses/3"},
		fact{"language", n.Language, "en"}, fact{"context", n.Context, "https://oak.example/contexts/1-1"},
		fact{"to", n.To, []string{Public}}, fact{"cc", len(n.Cc), 2}, fact{"page", n.URL, "https://oak.example/@ana/1"},
		fact{"alt", n.Attachment[0].Name, "A pie"}, fact{"focus", n.Attachment[0].FocalPoint, []float64{0.5, -1}}, fact{"width", n.Attachment[0].Width, 1440},
		fact{"mention", n.Tag[0].Href, "https://elm.example/ap/users/7"}, fact{"hashtag", n.Tag[1].Name, "#cake"},
		fact{"emoji", n.Tag[2].Icon.URL, "https://files.oak.example/pie.png"},
		fact{"likes", *n.Likes.TotalItems, 4}, fact{"shares", *n.Shares.TotalItems, 0},
		fact{"may quote", n.Policy.CanQuote.Automatic, []string{Public}}, fact{"may like", n.Policy.CanLike == nil, true},
	)
	page, err := n.Replies.First.Document().Collection()
	if err != nil || page.Items.First().ID != "https://oak.example/users/ana/statuses/2" || page.Next == "" {
		t.Errorf("replies: %+v, %v", page, err)
	}
}

func TestMastodonActor(t *testing.T) {
	d := sample(t, "mastodon_actor")
	a, err := d.Actor()
	if err != nil {
		t.Fatal(err)
	}
	check(t,
		fact{"name", a.Name, "Ana"}, fact{"locked", a.Locked, true}, fact{"discoverable", a.Discoverable, true}, fact{"indexable", a.Indexable, false},
		fact{"shared inbox", a.Endpoints.SharedInbox, "https://oak.example/inbox"}, fact{"alias", a.AlsoKnownAs, []string{"https://fir.example/users/ana"}},
		fact{"field", a.Fields[0].Name, "Web"}, fact{"avatar", a.Icon.Alt, "Ana at sea"}, fact{"key", a.PublicKey[0].Owner, a.ID},
		fact{"joined", a.Published.Format(time.DateOnly), "2020-02-29"}, fact{"kind", d.Kind(), KindActor},
	)
	if _, err := d.Note(); err == nil {
		t.Error("an actor is read as a post")
	}
	if _, err := d.Activity(); err == nil {
		t.Error("an actor is read as an activity")
	}
	if _, err := d.Collection(); err == nil {
		t.Error("an actor is read as a collection")
	}
}

func TestGoToSocial(t *testing.T) {
	a := activityOf(t, sample(t, "gotosocial_votes"))
	if len(a.Object) != 2 {
		t.Fatalf("%d votes", len(a.Object))
	}
	for i, want := range []string{"tea", "coffee"} {
		if n := noteOf(t, a.Object[i].Document()); !n.IsVote() || n.Name != want {
			t.Errorf("vote %d: %+v", i, n)
		}
	}
	stub := sample(t, "gotosocial_key")
	if keys := stub.PublicKeys(); len(keys) != 1 || keys[0].ID != "https://gts.example/users/cy/main-key" || keys[0].Owner != "https://gts.example/users/cy" {
		t.Errorf("keys of the stub: %+v", keys)
	}
	if _, err := stub.Actor(); err == nil {
		t.Error("a stub without inbox is an actor")
	}
	n := noteOf(t, sample(t, "gotosocial_note"))
	check(t,
		fact{"language", n.Language, "de-AT"}, fact{"published", n.Published.Format(time.RFC3339), "2026-11-19T08:00:00Z"},
		fact{"boost", n.Policy.CanAnnounce.Automatic, []string{Public}}, fact{"like", n.Policy.CanLike.Automatic, []string{Public}},
		fact{"reply", n.Policy.CanReply.Manual, []string{Public}}, fact{"cc", IsPublic(n.Cc[0]), true}, fact{"vote", n.IsVote(), false},
	)
}

func TestMisskey(t *testing.T) {
	n := noteOf(t, sample(t, "misskey_note"))
	check(t,
		fact{"quote", n.Quote, "https://oak.example/users/ana/statuses/1"}, fact{"legacy", n.QuoteLegacy, true},
		fact{"parent", n.InReplyTo, "https://mk.example/notes/9aaa"}, fact{"source", n.Source.Content, "look"},
		fact{"warning", n.Summary, "\u200b"}, fact{"emoji", n.Tag[0].Icon.URL, "https://mk.example/blob.png"},
	)
	a := activityOf(t, sample(t, "misskey_like"))
	check(t, fact{"reaction", a.Reaction, ":blob:"}, fact{"content", a.Content, ":blob:"}, fact{"emoji", a.Tag[0].Name, ":blob:"})
	e := activityOf(t, sample(t, "pleroma_react"))
	check(t, fact{"type", e.Type, "EmojiReact"}, fact{"content", e.Content, "🔥"}, fact{"object", e.Object.First().ID, "https://elm.example/ap/users/7/statuses/3"})
}

func TestLemmyAnnounce(t *testing.T) {
	a := activityOf(t, sample(t, "lemmy_announce"))
	inner := activityOf(t, a.Object.First().Document())
	n := noteOf(t, inner.Object.First().Document())
	check(t,
		fact{"group", a.Actor, "https://lm.example/c/cats"}, fact{"author", inner.Actor, n.AttributedTo}, fact{"type", n.Type, "Page"},
		fact{"title", n.Name, "My cat"}, fact{"link", n.Attachment[0].Href, "https://pictures.example/cat"}, fact{"image", n.Image.URL, "https://lm.example/cat.png"},
		fact{"audience", n.Audience, []string{"https://lm.example/c/cats"}}, fact{"language", n.Language, "fr"}, fact{"pinned", *n.Document.Bool("stickied"), true},
	)
}

func TestThreads(t *testing.T) {
	a := activityOf(t, sample(t, "threads_note"))
	n := noteOf(t, a.Object.First().Document())
	check(t,
		fact{"id", n.ID, "https://threads.example/ap/users/1784/post/18/"}, fact{"page", n.URL, "https://www.threads.example/@frank/post/C8abc"},
		fact{"public", IsPublic(n.To[0]), true}, fact{"published", n.Published.Format(time.RFC3339), "2026-10-05T15:00:00Z"},
		fact{"media", n.Attachment[0].URL, "https://cdn.threads.example/1.mp4?x=1&y=2"},
	)
}

func TestPixelfed(t *testing.T) {
	n := noteOf(t, sample(t, "pixelfed_reply"))
	check(t,
		fact{"album", len(n.Attachment), 2}, fact{"tags", len(n.Tag), 2}, fact{"hashtag", n.Tag[1].Name, "#lake"},
		fact{"comments", *n.CommentsEnabled, false}, fact{"may reply", n.Capabilities.Reply, ""}, fact{"may like", n.Capabilities.Like, Public},
		fact{"latitude", n.Location.Latitude, 37.45}, fact{"country", n.Location.Country, "USA"}, fact{"alt", n.Attachment[0].Name, ""},
	)
}

func TestPeerTube(t *testing.T) {
	n := noteOf(t, sample(t, "peertube_video"))
	check(t,
		fact{"author", n.AttributedTo, "https://pt.example/accounts/gil"}, fact{"channel", n.Channel, "https://pt.example/video-channels/bees"},
		fact{"duration", n.Duration, 1145}, fact{"page", n.URL, "https://pt.example/w/1"}, fact{"links", len(n.Links), 3},
		fact{"mp4", n.Links[1].Height, 720}, fact{"inside HLS", n.Links[2].Tag[0].Href, "https://pt.example/1-f.mp4"},
		fact{"likes", n.Likes.ID, "https://pt.example/videos/watch/1/likes"}, fact{"markdown", n.MediaType, "text/markdown"}, fact{"language", n.Language, "en"},
	)
}

func TestOtherShapes(t *testing.T) {
	n := noteOf(t, sample(t, "ghost_article"))
	check(t, fact{"title", n.Name, "On soup"}, fact{"cover", n.Image.URL, "https://gh.example/soup.jpg"}, fact{"excerpt", n.Excerpt.Content, "Soup is warm."}, fact{"to", IsPublic(n.To[0]), true})
	n = noteOf(t, sample(t, "question"))
	check(t, fact{"options", n.OneOf, []Option{{"yes", 2}, {"no", 1}}}, fact{"voters", *n.VotersCount, 3}, fact{"closed", n.Closed, arrival}, fact{"end", n.EndTime.Day(), 25})
	n = noteOf(t, sample(t, "loops_video"))
	check(t, fact{"content", n.Content, ""}, fact{"poster", n.Preview.URL, "https://lo.example/9.jpg"}, fact{"quote is gone", n.QuoteDeleted, true}, fact{"quote", n.Quote, ""})
	n = noteOf(t, sample(t, "unknown"))
	check(t, fact{"title", n.Name, "Bread"}, fact{"type", n.Type, "Recipe"}, fact{"image", n.Image.Alt, "a loaf"}, fact{"language", n.Language, "en"}, fact{"published", n.Published, arrival})
	f := activityOf(t, sample(t, "flag"))
	check(t, fact{"objects", f.Object.IDs(), []string{"https://elm.example/ap/users/7", "https://elm.example/ap/users/7/statuses/3"}}, fact{"comment", f.Content, "spam"})
	c, err := sample(t, "collection").Collection()
	if err != nil {
		t.Fatal(err)
	}
	check(t, fact{"total", *c.TotalItems, 2147483647}, fact{"items", len(c.Items), 2}, fact{"embedded", c.Items[1].Type(), "Note"})
}

func TestT43_IDsAreExact(t *testing.T) {
	for _, id := range []string{"https://a.example/u/", "https://a.example/u", "https://A.example/u", "https://a.example/u#x", "https://a.example/%7Eu"} {
		d := decode(t, `"id":`+quote(id))
		if d.ID() != id {
			t.Errorf("%s is read as %s", id, d.ID())
		}
	}
	for _, id := range []string{"https://a.example/ u", "https://a.example/\n", "https://a.example/" + strings.Repeat("a", maxURI)} {
		if got := decode(t, `"id":`+quote(id)).ID(); got != "" {
			t.Errorf("%.40q is an id", got)
		}
	}
}

func TestT45_ContentTypes(t *testing.T) {
	for contentType, want := range map[string]bool{
		"application/activity+json":                                                                    true,
		"application/activity+json; charset=utf-8":                                                     true,
		"Application/Activity+JSON":                                                                    true,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`:                         true,
		`application/ld+json; charset=utf-8; profile="http://x https://www.w3.org/ns/activitystreams"`: true,
		"application/ld+json":                                                                          false,
		`application/ld+json; profile="https://evil.example"`:                                          false,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreamsx"`:                        false,
		"application/json":                                                                             false, "text/html": false, "text/plain": false, "image/png": false, "": false, "multipart/mixed; boundary=application/activity+json": false,
		"application/activity+json, text/html": false, "text/html; x=application/activity+json": false, "application/activity+jsonx": false,
	} {
		if got := IsActivityType(contentType); got != want {
			t.Errorf("IsActivityType(%q) = %v", contentType, got)
		}
	}
	for accept, want := range map[string]bool{
		"application/activity+json": true, AcceptHeader: true, "application/ld+json": true, "application/json": true,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`: true,
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8":      false,
		"*/*": false, "": false, "text/html, application/json;q=0.9": false, "application/activity+json, text/html": true,
		"text/html, application/activity+json": false, "text/html;q=0.5, application/activity+json": true, "application/activity+json;q=0": false,
		"APPLICATION/ACTIVITY+JSON ; q=1": true, "application/activity+json;q=x": false,
	} {
		if got := WantsActivity(accept); got != want {
			t.Errorf("WantsActivity(%q) = %v", accept, got)
		}
	}
}

func TestT63_TwoKindsAtOnce(t *testing.T) {
	for types, want := range map[string]Kind{
		`"Note"`: KindPost, `["Note"]`: KindPost, `["Note","Article"]`: KindPost, `["Recipe","Note"]`: KindPost, `["Person","Note"]`: KindUnknown,
		`["Note","Create"]`: KindUnknown, `["Create","Person"]`: KindUnknown, `null`: KindUnknown, `7`: KindUnknown, `{}`: KindUnknown, `[]`: KindUnknown,
		`["Object","PrivateMessage"]`: KindMLS, `"mls:KeyPackage"`: KindMLS, `"note"`: KindUnknown, `"Tombstone"`: KindTombstone,
	} {
		d := decode(t, `"id":"https://a.example/1","actor":"https://a.example/u","attributedTo":"https://a.example/u","inbox":"https://a.example/i","preferredUsername":"u","type":`+types)
		if d.Kind() != want {
			t.Errorf("%s: kind %d, want %d", types, d.Kind(), want)
		}
		_, asActor := d.Actor()
		_, asNote := d.Note()
		_, asActivity := d.Activity()
		read := 0
		for _, err := range []error{asActor, asNote, asActivity} {
			if err == nil {
				read++
			}
		}
		if strings.Contains(types, ",") && want == KindUnknown && read > 0 {
			t.Errorf("%s is read: %v %v %v", types, asActor, asNote, asActivity)
		}
	}
}

func quote(s string) string { b, _ := json.Marshal(s); return string(b) }

// decode reads an object with these members.
func decode(t testing.TB, members string) *Document {
	t.Helper()
	d, err := Decode([]byte(`{"@context":"`+Namespace+`",`+members+`}`), arrival)
	return must(t, d, err)
}

func TestT65_DepthBombs(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("[", 100000), strings.Repeat(`{"a":`, 10000), strings.Repeat("[", 33) + strings.Repeat("]", 33),
		strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33),
	} {
		start := time.Now()
		if err := Check([]byte(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.20s: %v", text, err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("%.20s takes %v", text, took)
		}
	}
	if err := Check([]byte(strings.Repeat("[", 32) + strings.Repeat("]", 32))); err != nil {
		t.Errorf("32 deep: %v", err)
	}
	if err := Check(bytes.Repeat([]byte(" "), maxSize+1)); !errors.Is(err, ErrMalformed) {
		t.Errorf("large: %v", err)
	}
}

func TestT66_Numbers(t *testing.T) {
	for _, text := range []string{"1e999", "-1e999", strings.Repeat("9", 400), "NaN", "Infinity", "-", "+1", "01", "1.", ".5", "1e", "0x10", "1_000", "--1"} {
		if err := Check([]byte(`{"a":` + text + `}`)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.20s: %v", text, err)
		}
	}
	for _, text := range []string{"0", "-0", "1e308", "-1.5E+3", "9007199254740993"} {
		if err := Check([]byte(`{"a":` + text + `}`)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]int{"-1": 0, "1e308": 1<<31 - 1, "1e18": 1<<31 - 1, "2.9": 2, "-0": 0, `"12"`: 12} {
		if got := decode(t, `"n":`+text).Count("n"); got == nil || *got != want {
			t.Errorf("Count(%s) = %v, want %d", text, got, want)
		}
	}
	for _, text := range []string{`"x"`, "null", "true", "{}", "[]"} {
		if got := decode(t, `"n":`+text).Count("n"); got != nil {
			t.Errorf("Count(%s) = %d", text, *got)
		}
	}
	a := decode(t, `"type":"Note","id":"https://a.example/1","attributedTo":"https://a.example/u","attachment":{"url":"https://a.example/x","width":1e308,"height":-3,"focalPoint":[1e300,"x"]}`)
	if n := noteOf(t, a); n.Attachment[0].Width != 0 || n.Attachment[0].Height != 0 || n.Attachment[0].FocalPoint != nil {
		t.Errorf("%+v", n.Attachment[0])
	}
}

func TestT67_DuplicateKeys(t *testing.T) {
	many := `{`
	for i := range 200 {
		many += fmt.Sprintf(`"k%d":1,`, i)
	}
	for _, text := range []string{
		`{"actor":"a","actor":"b"}`, `{"actor":"a","\u0061ctor":"b"}`, `{"x":{"a":1,"b":2,"a":3}}`, `[{"a":1,"a":1}]`, many + `"k3":1}`, many + `"k199":1}`,
		many + `"\u006b40":1}`, `{"":1,"":2}`, `{"é":1,"\u00e9":2}`,
	} {
		if err := Check([]byte(text)); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "twice") {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	for _, text := range []string{`{"a":1,"A":1}`, many + `"z":1}`, `{"a":{"a":{"a":1}}}`} {
		if err := Check([]byte(text)); err != nil {
			t.Errorf("%.60s: %v", text, err)
		}
	}
}

func TestT68_Encodings(t *testing.T) {
	for name, text := range map[string]string{
		"invalid UTF-8": "{\"a\":\"\xff\"}", "overlong": "{\"a\":\"\xc0\xaf\"}", "UTF-8 surrogate": "{\"a\":\"\xed\xa0\x80\"}", "lone high": `{"a":"\ud800"}`,
		"lone low": `{"a":"\udc00"}`, "high, then text": `{"a":"\ud800x"}`, "two highs": `{"a":"\ud800\ud800"}`, "high, then end": `"\ud800\`,
		"NUL": `{"a":"\u0000"}`, "raw NUL": "{\"a\":\"\x00\"}", "NUL in a name": `{"\u0000":1}`, "BOM": "\ufeff{}", "UTF-16": "\xff\xfe{\x00}\x00",
		"control": "{\"a\":\"\n\"}", "bad escape": `{"a":"\x41"}`, "short escape": `{"a":"\u12"}`, "trailing comma": `{"a":1,}`, "two documents": `{} {}`,
		"comment": `{/**/}`, "single quotes": `{'a':1}`, "nothing": "", "blanks": " \n", "open": `{"a":`, "open text": `{"a":"`, "no colon": `{"a" 1}`,
		"tru": "tru", "form feed": "{\f}",
	} {
		if err := Check([]byte(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := decode(t, `"a":"\ud83d\ude00 \u2028 \/\"\\\b\f\n\r\t\u00e9 é","b":"x"`)
	if got, want := d.Text("a", 100), "😀 \u2028 /\"\\\b\f\n\r\té é"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Every property of every sample, spelled in capitals, is another property.
func TestT69_ExactCase(t *testing.T) {
	files, _ := filepath.Glob("testdata/read/*.json")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := scan(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range v.names {
			if name == "@context" {
				continue
			}
			for _, other := range []string{strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:], name + "\u017f"} {
				if other == name {
					continue
				}
				changed := bytes.Replace(data, []byte(quote(name)+":"), []byte(quote(other)+":"), 1)
				d, err := Decode(changed, arrival)
				if err != nil {
					continue // the same name stands deeper too
				}
				if !bytes.Equal(changed, data) && d.v.names[indexOf(v.names, name)] == other && d.Has(name) {
					t.Errorf("%s: %s is read as %s", file, other, name)
				}
			}
		}
	}
	d := decode(t, `"type":"Create","Actor":"https://evil.example/u","ACTOR":"https://evil.example/u"`)
	if _, err := d.Activity(); err == nil {
		t.Error("Actor is read as actor")
	}
}

func indexOf(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return 0
}

func TestT71_Contexts(t *testing.T) {
	for context, ok := range map[string]bool{
		`"https://www.w3.org/ns/activitystreams"`:                                                                                      true,
		`["https://www.w3.org/ns/activitystreams"]`:                                                                                    true,
		`["https://evil.example/unknown","https://www.w3.org/ns/activitystreams"]`:                                                     true,
		`["https://www.w3.org/ns/activitystreams",{"@language":"und"}]`:                                                                true,
		`["https://www.w3.org/ns/activitystreams",{"id":"@id","type":"@type"}]`:                                                        true,
		`["https://www.w3.org/ns/activitystreams",{"to":{"@type":"@id"}}]`:                                                             true,
		`["https://www.w3.org/ns/activitystreams",{"content":"as:content"}]`:                                                           true,
		`["https://www.w3.org/ns/activitystreams",{"inbox":"ldp:inbox"}]`:                                                              true,
		`["https://www.w3.org/ns/activitystreams",{"s":"https://w3id.org/security#","publicKey":{"@id":"s:publicKey","@type":"@id"}}]`: true,
		`["https://www.w3.org/ns/activitystreams",{"expires":"as:endTime","icons":"as:icon"}]`:                                         true,
		`"https://www.w3.org/ns/activitystreams#"`:                                                                                     false, `"http://www.w3.org/ns/activitystreams"`: false, `null`: false, `[]`: false, `{}`: false, `7`: false,
		`"https://evil.example/"`: false,
		`["https://www.w3.org/ns/activitystreams",{"actor":"as:object"}]`:                                                false,
		`["https://www.w3.org/ns/activitystreams",{"actor":"object"}]`:                                                   false,
		`["https://www.w3.org/ns/activitystreams",{"actor":{"@id":"https://www.w3.org/ns/activitystreams#object"}}]`:     false,
		`["https://www.w3.org/ns/activitystreams",{"id":"attributedTo"}]`:                                                false,
		`["https://www.w3.org/ns/activitystreams",{"id":"as:url"}]`:                                                      false,
		`["https://www.w3.org/ns/activitystreams",{"text":"as:content"}]`:                                                false,
		`["https://www.w3.org/ns/activitystreams",{"text":"content"}]`:                                                   false,
		`["https://www.w3.org/ns/activitystreams",{"x":"https://www.w3.org/ns/activitystreams#","who":"x:actor"}]`:       false,
		`["https://www.w3.org/ns/activitystreams",{"who":{"@id":"as:actor","@type":"@id"}}]`:                             false,
		`["https://www.w3.org/ns/activitystreams",{"who":{"@reverse":"as:actor"}}]`:                                      false,
		`["https://www.w3.org/ns/activitystreams",{"actor":{"@reverse":"as:object"}}]`:                                   false,
		`["https://www.w3.org/ns/activitystreams",{"as":"https://evil.example/"}]`:                                       false,
		`["https://www.w3.org/ns/activitystreams",{"key":"@id"}]`:                                                        false,
		`["https://www.w3.org/ns/activitystreams",{"actor":"@id"}]`:                                                      false,
		`["https://www.w3.org/ns/activitystreams",{"content":null}]`:                                                     false,
		`["https://www.w3.org/ns/activitystreams",{"content":"https://evil.example/#content"}]`:                          false,
		`["https://www.w3.org/ns/activitystreams",{"x":{"@id":"https://e.example/x","@context":{"actor":"as:object"}}}]`: false,
		`["https://www.w3.org/ns/activitystreams",null]`:                                                                 false,
		`["https://www.w3.org/ns/activitystreams",[{"actor":"as:object"}]]`:                                              false,
	} {
		_, err := Decode([]byte(`{"@context":`+context+`,"type":"Note"}`), arrival)
		if ok != (err == nil) || err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", context, err)
		}
		if !strings.HasPrefix(context, `["https://www.w3.org/ns/activitystreams",`) {
			continue
		}
		_, err = Decode([]byte(`{"@context":"`+Namespace+`","type":"Create","object":{"@context":`+context+`}}`), arrival)
		if ok != (err == nil) {
			t.Errorf("inside, %s: %v", context, err)
		}
	}
	if _, err := Decode([]byte(`{"type":"Note"}`), arrival); err == nil {
		t.Error("no context is fine")
	}
	key := `{"@context":"https://w3id.org/security/v1","id":"https://a.example/k","owner":"https://a.example/u","publicKeyPem":"x"}`
	d, err := Decode([]byte(key), arrival)
	if err != nil || d.Kind() != KindKey || d.PublicKeys()[0].Owner != "https://a.example/u" {
		t.Errorf("a key alone: %v", err)
	}
	for _, text := range []string{`[]`, `"x"`, `7`, `null`} {
		if _, err := Decode([]byte(text), arrival); err == nil {
			t.Errorf("%s is a document", text)
		}
	}
}
