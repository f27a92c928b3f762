package activitypub

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// properties are all that is read anywhere.
var properties = []string{"@context", "id", "type", "actor", "object", "target", "origin", "instrument", "result", "to", "cc", "audience", "published", "updated",
	"content", "contentMap", "summary", "summaryMap", "name", "nameMap", "_misskey_reaction", "approvedBy", "tag", "expires", "inReplyTo", "url", "attributedTo",
	"sensitive", "atomUri", "conversation", "context", "mediaType", "source", "attachment", "replies", "likes", "shares", "oneOf", "anyOf", "endTime", "closed",
	"votersCount", "quote", "_misskey_quote", "quoteUrl", "quoteUri", "quoteAuthorization", "interactionPolicy", "directMessage", "image", "icon", "preview",
	"startTime", "duration", "location", "commentsEnabled", "capabilities", "language", "preferredUsername", "webfinger", "inbox", "outbox", "followers",
	"following", "featured", "featuredTags", "endpoints", "sharedInbox", "publicKey", "publicKeyPem", "owner", "assertionMethod", "manuallyApprovesFollowers",
	"discoverable", "alsoKnownAs", "movedTo", "attributionDomains", "keyPackages", "totalItems", "first", "last", "next", "prev", "partOf", "items",
	"orderedItems", "topic", "interactingObject", "interactionTarget", "encoding", "ciphersuite", "subject", "aliases", "links", "software", "usage", "metadata"}

// shapes are the ways in which a property may come.
var shapes = []string{`"https://a.example/x"`, `""`, `"Note"`, `7`, `-1.5e300`, `true`, `false`, `null`, `{}`, `[]`, `{"id":"https://a.example/x","type":"Note","url":"https://a.example/y"}`,
	`["https://a.example/x"]`, `[{"id":"https://a.example/x","type":"Link","href":"https://a.example/y","0":{"type":"Hashtag","name":"#x"}}]`,
	`["https://a.example/x",{"type":"Mention"},7,null,true,["deep",[{"id":["x"]}]]]`, `[[[[]]]]`, `[null]`, `{"id":{"id":{"id":7}},"type":["a",7,{}],"href":[],"url":{"url":{}}}`,
	`{"en":"x","7":8}`, `{"always":7,"canLike":{"automaticApproval":{}},"replies":[],"totalItems":"x"}`}

// readAll reads a document in every way.
func readAll(d *Document) {
	d.Activity()
	d.Actor()
	d.Note()
	d.Collection()
	d.MLS()
	d.Stamp()
	d.PublicKeys()
	d.asCollection()
	d.Types()
	for _, name := range properties {
		d.Text(name, 10)
		d.URIs(name, 10)
		d.Bool(name)
		d.Count(name)
		d.Time(name)
		d.Reference(name)
		d.Object(name)
	}
}

func TestT72_EveryShapeOfEveryProperty(t *testing.T) {
	base := `"id":"https://a.example/1","actor":"https://a.example/u","attributedTo":"https://a.example/u","inbox":"https://a.example/i","preferredUsername":"u"`
	for _, typ := range []string{"Create", "Person", "Note", "Question", "OrderedCollection", "Tombstone", "KeyPackage", "Recipe"} {
		for _, name := range properties {
			for _, shape := range shapes {
				members := []string{`"@context":"` + Namespace + `"`, `"type":"` + typ + `"`}
				members = append(members, strings.Split(base, ",")...)
				members = append(members, quote(name)+":"+shape)
				var kept []string
				for i, m := range members { // the last of a name stays
					key, _, _ := strings.Cut(m, ":")
					if i == len(members)-1 || key != quote(name) {
						kept = append(kept, m)
					}
				}
				text := "{" + strings.Join(kept, ",") + "}"
				d, err := Decode([]byte(text), arrival)
				if err != nil {
					if name != "@context" {
						t.Errorf("%s: %v", text, err)
					}
					continue
				}
				readAll(d)
				if n, err := d.Note(); err == nil {
					if _, err := Encode(n); err != nil {
						t.Errorf("%s: %v", text, err)
					}
				}
			}
		}
	}
	for _, name := range properties {
		for _, shape := range shapes {
			text := []byte(`{` + quote(name) + `:` + shape + `}`)
			if j, err := DecodeJRD(text); err == nil {
				j.Self()
			}
			DecodeNodeInfo(text)
			DecodeHostMeta(text)
		}
	}
}

func TestT73_LanguageMaps(t *testing.T) {
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprintf(`"x%c%c":"%d"`, 'a'+i/26%26, 'a'+i%26, i))
	}
	many = many[:600]
	for members, want := range map[string][2]string{
		`"content":"b","contentMap":{"en":"a","de":"b"}`:          {"b", "de"},
		`"content":"c","contentMap":{"en":"a","de":"b"}`:          {"c", "en"},
		`"contentMap":{"de":"b","en":"a"}`:                        {"b", "de"},
		`"content":null,"contentMap":{"EN-gb":"a"}`:               {"a", "en-gb"},
		`"contentMap":{"und":"a"}`:                                {"a", ""},
		`"contentMap":{"not a tag":"a","fr":"b"}`:                 {"b", "fr"},
		`"contentMap":{"` + strings.Repeat("a", 300) + `":"a"}`:   {"", ""},
		`"contentMap":["a"]`:                                      {"", ""},
		`"contentMap":{"en":{"x":1},"fr":7}`:                      {"", ""},
		`"content":"a"`:                                           {"a", ""},
		`"contentMap":{` + strings.Join(many, ",") + `}`:          {"0", "xaa"},
		`"content":"a","language":{"identifier":"pt","name":"x"}`: {"a", "pt"},
	} {
		n := noteOf(t, decode(t, `"type":"Note","id":"https://a.example/1","attributedTo":"https://a.example/u",`+members))
		if n.Content != want[0] || !strings.EqualFold(n.Language, want[1]) || len(n.ContentMap) > maxLanguages {
			t.Errorf("%.60s: %q in %q (%d), want %q", members, n.Content, n.Language, len(n.ContentMap), want)
		}
	}
}

func TestT74_Dates(t *testing.T) {
	past := time.Date(2026, 10, 5, 15, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-10-05T15:00:00Z": past, "2026-10-05T15:00:00+0000": past, "2026-10-05T15:00:00.000Z": past, "2026-10-05T17:00:00+02:00": past,
		"2026-10-05 15:00:00Z": past, "2026-10-05T15:00:00": past, " 2026-10-05T15:00:00Z ": past, "2026-10-05T15:00Z": past, "2026-10-05 15:00:00 UTC": past,
		"2026-10-05T14:59:60Z": past.Add(-time.Second), "2026-10-05": past.Truncate(24 * time.Hour),
		"0000-01-01T00:00:00Z": arrival, "9999999-01-01T00:00:00Z": arrival, "9999-01-01T00:00:00Z": arrival, "2026-11-20T12:00:01Z": arrival,
		"1970-01-01T00:00:00Z": arrival, "yesterday": arrival, "": arrival, strings.Repeat("2", 100): arrival, "2026-13-45T00:00:00Z": arrival,
	} {
		n := noteOf(t, decode(t, `"type":"Note","id":"https://a.example/1","attributedTo":"https://a.example/u","published":`+quote(text)))
		if !n.Published.Equal(want) {
			t.Errorf("%q: %v, want %v", text, n.Published, want)
		}
	}
	n := noteOf(t, decode(t, `"type":"Note","id":"https://a.example/1","attributedTo":"https://a.example/u","updated":"2099-01-01T00:00:00Z","endTime":"2027-01-01T00:00:00Z"`))
	if !n.Updated.Equal(arrival) || n.EndTime.Year() != 2027 {
		t.Errorf("updated %v, ends %v", n.Updated, n.EndTime)
	}
}

func TestT77_HostMeta(t *testing.T) {
	good := "https://web.oak.example/.well-known/webfinger?resource={uri}"
	for text, want := range map[string]string{
		string(HostMeta("https://web.oak.example")): good,
		`<XRD><Link rel="other" template="x"/><Link rel="lrdd" type="application/xrd+xml" template="` + good + `"/></XRD>`: good,
		`{"links":[{"rel":"lrdd","template":"` + good + `"}]}`:                                                             good,
		`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><XRD><Link rel="lrdd" template="` + good + `"/></XRD>`:      "",
		`<!DOCTYPE lolz [<!ENTITY a "aa">]><XRD>&a;</XRD>`:                                                                 "",
		`<XRD><Link rel="lrdd" template="javascript:{uri}"/></XRD>`:                                                        "",
		`<XRD><Link rel="lrdd" template="https://a.example/"/></XRD>`:                                                      "",
		`<XRD>`: "", ``: "", `{}`: "", `{"links":7}`: "", strings.Repeat("<a>", 100): "", "<a>" + strings.Repeat("x", 70000): "", "<XRD>&unknown;</XRD>": "",
	} {
		got, err := DecodeHostMeta([]byte(text))
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%.60s: %q, %v", text, got, err)
		}
	}
	if b, err := HostMetaJSON("https://web.oak.example"); err != nil || !strings.Contains(string(b), good) {
		t.Errorf("%s, %v", b, err)
	}
	if got := string(HostMeta(`https://a.example/"><x`)); strings.Contains(got, `"><x`) {
		t.Errorf("not escaped: %s", got)
	}
}

func repeat(n int, item func(i int) string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = item(i)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func TestT81_ManyThings(t *testing.T) {
	tags := func(typ string, n int) string {
		return repeat(n, func(i int) string {
			return fmt.Sprintf(`{"type":%q,"href":"https://a.example/%d","name":"x%d","icon":{"url":"https://a.example/%d"}}`, typ, i, i, i)
		})
	}
	post := `"type":"Note","id":"https://a.example/1","attributedTo":"https://a.example/u",`
	for typ, want := range map[string]int{"Mention": 100, "Hashtag": 64, "Emoji": 100, "Link": 32, "Strange": 32} {
		start := time.Now()
		n := noteOf(t, decode(t, post+`"tag":`+tags(typ, 8000)))
		if len(n.Tag) != want {
			t.Errorf("%d of %s, want %d", len(n.Tag), typ, want)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s takes %v", typ, took)
		}
	}
	n := noteOf(t, decode(t, post+`"attachment":`+repeat(10000, func(i int) string { return fmt.Sprintf(`{"type":"Image","url":"https://a.example/%d"}`, i) })+
		`,"to":`+repeat(9000, func(i int) string { return fmt.Sprintf(`"https://a.example/%d"`, i) })))
	if len(n.Attachment) != 32 || len(n.To) != maxAudience {
		t.Errorf("%d attachments, %d recipients", len(n.Attachment), len(n.To))
	}
	same := noteOf(t, decode(t, post+`"to":["as:Public","as:Public","https://a.example/f","https://a.example/f"]`))
	if len(same.To) != 2 {
		t.Errorf("to %q", same.To)
	}
}

func TestT82_LongTexts(t *testing.T) {
	long := strings.Repeat("é", 50000)
	person := `"type":"Person","id":"https://a.example/u","inbox":"https://a.example/i",`
	d := decode(t, person+`"preferredUsername":"u","name":"`+long+`","summary":"`+long+`","alsoKnownAs":`+repeat(10000, func(i int) string { return fmt.Sprintf(`"https://a.example/%d"`, i) })+
		`,"attachment":`+repeat(80, func(i int) string { return `{"type":"PropertyValue","name":"` + long[:5000] + `","value":"x"}` }))
	a, err := d.Actor()
	if err != nil {
		t.Fatal(err)
	}
	check(t,
		fact{"name", utf8.RuneCountInString(a.Name), maxName}, fact{"bio fits", len(a.Summary) <= maxBio && utf8.ValidString(a.Summary), true},
		fact{"aliases", len(a.AlsoKnownAs), maxAliases}, fact{"fields", len(a.Fields), maxFields}, fact{"field", utf8.RuneCountInString(a.Fields[0].Name), maxField},
	)
	if _, err := decode(t, person+`"preferredUsername":"`+strings.Repeat("a", 2049)+`"`).Actor(); err == nil {
		t.Error("a name of 2049 bytes is taken")
	}
	post := `"type":"Question","id":"https://a.example/1","attributedTo":"https://a.example/u",`
	n := noteOf(t, decode(t, post+`"oneOf":`+repeat(20000, func(i int) string { return fmt.Sprintf(`{"name":"option %d"}`, i) })+
		`,"attachment":{"url":"https://a.example/x","name":"`+long+`"}`))
	check(t, fact{"options", len(n.OneOf), maxOptions}, fact{"alt", utf8.RuneCountInString(n.Attachment[0].Name), maxAlt})
	f := activityOf(t, decode(t, `"type":"Flag","actor":"https://a.example/u","content":"`+long+`"`))
	check(t, fact{"comment", utf8.RuneCountInString(f.Content), maxComment})
}

func TestT84_Collections(t *testing.T) {
	c, err := decode(t, `"type":"OrderedCollectionPage","id":"https://a.example/c","next":"https://a.example/c","totalItems":-1,"orderedItems":`+
		repeat(30000, func(i int) string { return fmt.Sprintf(`"https://a.example/%d"`, i) })).Collection()
	if err != nil || len(c.Items) != maxItems || *c.TotalItems != 0 {
		t.Errorf("%d items, total %v, %v", len(c.Items), c.TotalItems, err)
	}
}

func TestT59_OnlyWebAddresses(t *testing.T) {
	for _, url := range []string{"javascript:alert(1)", "data:text/html,x", "//evil.example", "/x", "https://a.example/\u0001", "https://user@a.example/", "https://", "ftp://a.example", `https:\\a.example`, "x"} {
		n := noteOf(t, decode(t, `"type":"Note","id":"https://a.example/1","attributedTo":"https://a.example/u","url":`+quote(url)+`,"attachment":[{"type":"Image","url":`+quote(url)+`}],"image":`+quote(url)))
		if n.URL != "" || len(n.Attachment) != 0 || n.Image != nil {
			t.Errorf("%s: %q, %v, %v", url, n.URL, n.Attachment, n.Image)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"mastodon_note", "mastodon_actor", "pixelfed_reply", "peertube_video", "lemmy_announce", "question"} {
		f.Add([]byte(sample(f, name).Raw()))
	}
	f.Add([]byte(`{"@context":["https://www.w3.org/ns/activitystreams",{"a":{"@id":"as:b"}}],"type":["Note"]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Decode(data, arrival)
		if err != nil {
			return
		}
		readAll(d)
		if n, err := d.Note(); err == nil {
			out, err := Encode(n)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Decode(out, arrival)
			if err != nil {
				t.Fatalf("what we write we cannot read: %v\n%s", err, out)
			}
			if _, err := again.Note(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		if a, err := d.Actor(); err == nil {
			if _, err := Encode(a); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// What Check takes, encoding/json takes too, and means the same by it.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"\u00e9\ud83d\ude00",null,true,{}]}`, `"x"`, ` [ ] `, `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := scan(data)
		if err != nil {
			return
		}
		compare(t, v)
	})
}

func BenchmarkDecode(b *testing.B) {
	data := sample(b, "mastodon_note").Raw()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		d, err := Decode(data, arrival)
		if err != nil {
			b.Fatal(err)
		}
		a, _ := d.Activity()
		if _, err := a.Object.First().Document().Note(); err != nil {
			b.Fatal(err)
		}
	}
}
