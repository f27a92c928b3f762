package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"time"
)

// pack makes a ZIP of names and contents, in their order.
func pack(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err == nil {
			_, err = w.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// got is what a reader handed on.
type got struct {
	posts []*Post
	links []string
	bad   []string
	left  map[string]int
	name  string
	err   error
}

func (g *got) String() string {
	var b strings.Builder
	for _, p := range g.posts {
		fmt.Fprintf(&b, "%s %s %q", p.Kind, p.At.UTC().Format(time.RFC3339), p.Text+p.HTML)
		for _, m := range p.Media {
			fmt.Fprintf(&b, " %s", m.Path)
			if m.Lost {
				b.WriteString("!")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func read(t testing.TB, source string, files ...[]byte) *got {
	t.Helper()
	g := &got{left: map[string]int{}}
	var list []File
	for _, f := range files {
		list = append(list, File{bytes.NewReader(f), int64(len(f))})
	}
	set, err := Open(list)
	if err != nil {
		g.err = err
		return g
	}
	g.err = Readers[source](set, &Sink{
		Post:     func(p *Post) error { g.posts = append(g.posts, p); return nil },
		Link:     func(kind, uri string) error { g.links = append(g.links, kind+" "+uri); return nil },
		Bad:      func(place, why string) { g.bad = append(g.bad, place+": "+why) },
		Left:     func(kind string) { g.left[kind]++ },
		Username: func(name string) { g.name = name },
	})
	return g
}

const outbox = `{"@context":[],"id":"outbox.json","type":"OrderedCollection","totalItems":5,"orderedItems":[
	{"type":"Create","actor":"https://old.example/users/jane","object":{"id":"https://old.example/users/jane/statuses/1","type":"Note","content":"<p>One</p>",
		"contentMap":{"en":"<p>One</p>"},"published":"2019-03-01T10:00:00Z","to":["https://www.w3.org/ns/activitystreams#Public"],"cc":["https://old.example/users/jane/followers"],
		"attachment":[{"type":"Document","mediaType":"image/png","url":"/media_attachments/files/1/original/a.png","name":"A tree","focalPoint":[0.5,-0.5]},
			{"url":"/bucket/media_attachments/files/1/original/b.png"},{"url":"/media_attachments/gone.png"}]}},
	{"type":"Create","object":{"id":"https://old.example/users/jane/statuses/2","content":"<p>Two</p>","inReplyTo":"https://old.example/users/jane/statuses/1",
		"published":"2019-03-01T10:01:00Z","to":["https://old.example/users/jane/followers"],"cc":["https://www.w3.org/ns/activitystreams#Public"],"summary":"cw","sensitive":true}},
	{"type":"Create","object":{"id":"https://old.example/users/jane/statuses/3","content":"<p>Three</p>","inReplyTo":"https://far.example/p/9",
		"published":"2019-03-01T10:02:00Z","to":"https://old.example/users/jane/followers","cc":[]}},
	{"type":"Create","object":{"id":"https://old.example/users/jane/statuses/4","content":"secret","published":"2019-03-01T10:03:00Z","to":["https://far.example/users/bob"],"cc":[]}},
	{"type":"Announce","object":"https://far.example/p/1"}]}`

// TestMastodonArchive: visibility, threads, files with what is said of them; direct posts and boosts stay out.
func TestMastodonArchive(t *testing.T) {
	g := read(t, "mastodon", pack(t, "actor.json", `{"id":"https://old.example/users/jane","preferredUsername":"jane"}`, "outbox.json", outbox,
		"likes.json", `{"orderedItems":["https://far.example/p/2"]}`, "bookmarks.json", `{"orderedItems":["https://far.example/p/3"]}`,
		"media_attachments/files/1/original/a.png", "png", "media_attachments/files/1/original/b.png", "png"))
	want := `post 2019-03-01T10:00:00Z "<p>One</p>" media_attachments/files/1/original/a.png media_attachments/files/1/original/b.png media_attachments/gone.png!
post 2019-03-01T10:01:00Z "<p>Two</p>"
reply 2019-03-01T10:02:00Z "<p>Three</p>"
`
	if g.err != nil || g.String() != want || g.name != "jane" {
		t.Fatalf("%v %s:\n%s", g.err, g.name, g)
	}
	if p := g.posts; p[0].Visibility != "public" || p[1].Visibility != "unlisted" || p[2].Visibility != "private" || p[1].Parent != p[0].Key ||
		p[1].Warning != "cw" || !p[1].Sensitive || p[2].Elsewhere != "https://far.example/p/9" || p[0].Language != "en" {
		t.Errorf("%+v %+v %+v", *p[0], *p[1], *p[2])
	}
	if m := g.posts[0].Media[0]; m.Alt != "A tree" || m.X != 0.5 || m.Y != -0.5 {
		t.Errorf("%+v", m)
	}
	if g.left["direct"] != 1 || g.left["boost"] != 1 || len(g.links) != 2 {
		t.Errorf("left %v, links %v", g.left, g.links)
	}
}

const (
	classicPosts = `[{"media":[{"uri":"media/posts/202406/1.jpg","creation_timestamp":1718409600,"title":"Caf\u00c3\u00a9 #lake#sun"}]},
		{"media":[{"uri":"media/posts/202406/2.jpg","creation_timestamp":1718409700,"title":""},{"uri":"media/posts/202406/3.mp4","creation_timestamp":1718409701,"title":"x"},
			{"uri":"media/other/4.jpg"}],"title":"Album é","creation_timestamp":1718409700},
		{"media":[{"uri":"media/posts/202406/lost.jpg","creation_timestamp":1718409800,"title":"gone"}]}]`
	archivedPosts = `{"ig_archived_post_media":[{"media":[{"uri":"media/posts/202406/5.jpg","creation_timestamp":1718409900,"title":"hidden"}]}]}`
	reels         = `{"ig_reels_media":[{"media":[{"uri":"media/reels/6.mp4","creation_timestamp":1718410000,"title":"A reel"}]}]}`
	stories       = `{"ig_stories":[{"uri":"media/stories/7.jpg","creation_timestamp":1718410100,"title":""}]}`
	instagramWant = `archived 2024-06-15T00:05:00Z "hidden" ROOTmedia/posts/202406/5.jpg
post 2024-06-15T00:00:00Z "Café #lake #sun" ROOTmedia/posts/202406/1.jpg
post 2024-06-15T00:01:40Z "Album é" ROOTmedia/posts/202406/2.jpg ROOTmedia/posts/202406/3.mp4 ROOTmedia/other/4.jpg
post 2024-06-15T00:03:20Z "gone" media/posts/202406/lost.jpg!
clip 2024-06-15T00:06:40Z "A reel" ROOTmedia/reels/6.mp4
story 2024-06-15T00:08:20Z "" ROOTmedia/stories/7.jpg
`
)

var instagramFiles = []string{"media/posts/202406/1.jpg", "a", "media/posts/202406/2.jpg", "b", "media/posts/202406/3.mp4", "c", "media/other/4.jpg", "d",
	"media/posts/202406/5.jpg", "e", "media/reels/6.mp4", "f", "media/stories/7.jpg", "g"}

// TestInstagramLayouts: the layouts old and new, with a root folder and split into two files that overlap, come out the same.
func TestInstagramLayouts(t *testing.T) {
	const now, root = "your_instagram_activity/media/", "instagram-jane_doe-2024-07-01-abc/"
	with := func(prefix string, files ...string) (out []string) {
		for i, f := range files {
			if i%2 == 0 {
				f = prefix + f
			}
			out = append(out, f)
		}
		return out
	}
	data := []string{now + "posts_1.json", classicPosts, now + "archived_posts.json", archivedPosts, now + "reels.json", reels, now + "stories.json", stories}
	older := []string{"content/posts_1.json", classicPosts, "content/archived_posts.json", archivedPosts, "content/reels.json", reels, "content/stories.json", stories}
	// The newer shape of labels overlaps with the classic one.
	labels := `[{"timestamp":1718409600,"fbid":"1800","media":[],"label_values":[{"label":"Caption","value":"Café #lake #sun"},
		{"label":"Media","media":[{"uri":"media/posts/202406/1.jpg","creation_timestamp":1718409600,"title":""}]},{"title":"Owner","dict":[]}]}]`
	for name, files := range map[string][][]byte{
		"now":      {pack(t, append(data, instagramFiles...)...)},
		"older":    {pack(t, append(older, instagramFiles...)...)},
		"rooted":   {pack(t, with(root, append(data, instagramFiles...)...)...)},
		"in parts": {pack(t, with(root, append(data, instagramFiles[:6]...)...)...), pack(t, with(root, instagramFiles[4:]...)...)},
		"labels":   {pack(t, append(append(data, now+"posts.json", labels), instagramFiles...)...)},
	} {
		g := read(t, "instagram", files...)
		text := strings.ReplaceAll(instagramWant, "ROOT", map[bool]string{true: root}[name == "rooted" || name == "in parts"])
		if g.err != nil || g.String() != text {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, g.err, g, text)
		}
	}
	oldest := read(t, "instagram", pack(t, "media.json", `{"photos":[{"caption":"old","taken_at":"2018-05-01T10:00:00","path":"photos/201805/a.jpg"}],"videos":[],"stories":[]}`, "photos/201805/a.jpg", "x",
		"profile.json", `{"username":"jane"}`))
	if want := "post 2018-05-01T10:00:00Z \"old\" photos/201805/a.jpg\n"; oldest.err != nil || oldest.String() != want || oldest.name != "jane" {
		t.Errorf("oldest: %v %q %s", oldest.err, oldest.name, oldest)
	}
}

// TestInstagramNames: whose download it is stands under a label in the language of the account.
func TestInstagramNames(t *testing.T) {
	for _, label := range []string{"Username", "Nom d'utilisateur", "Benutzername", `\u00e3\u0083\u00a6\u00e3\u0083\u00bc\u00e3\u0082\u00b6\u00e3\u0083\u00bc\u00e3\u0083\u008d\u00e3\u0083\u00bc\u00e3\u0083\u00a0`} {
		g := read(t, "instagram", pack(t, "your_instagram_activity/media/posts_1.json", classicPosts, "personal_information/personal_information/personal_information.json",
			`{"profile_user":[{"string_map_data":{"Email":{"value":"x@example"},"`+label+`":{"value":"jane_doe"}}}]}`))
		if g.err != nil || g.name != "jane_doe" {
			t.Errorf("%s: %v %q", label, g.err, g.name)
		}
	}
}

// TestTextOfMeta is repaired when it came broken, and left when it did not.
func TestTextOfMeta(t *testing.T) {
	broken := func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			b.WriteRune(rune(s[i]))
		}
		return b.String()
	}
	for _, s := range []string{"Café 😀 שלום", "plain", "déjà vu", ""} {
		if got := fixMeta(broken(s)); got != s {
			t.Errorf("broken %q: %q", s, got)
		}
		if got := fixMeta(s); got != s {
			t.Errorf("right %q: %q", s, got)
		}
	}
}

func TestThreadsDownload(t *testing.T) {
	g := read(t, "threads", pack(t, "your_instagram_activity/threads/threads_and_replies.json",
		`{"text_post_app_text_posts":[{"media":[{"uri":"","creation_timestamp":1718409600,"title":"only text"}]},{"media":{"uri":"media/posts/1.jpg","creation_timestamp":1718409700,"title":"one"}}]}`,
		"media/posts/1.jpg", "x"))
	if want := "post 2024-06-15T00:00:00Z \"only text\"\npost 2024-06-15T00:01:40Z \"one\" media/posts/1.jpg\n"; g.err != nil || g.String() != want {
		t.Errorf("%v\n%s", g.err, g)
	}
}

// TestTwitterArchive: old and new names of its files, links written out, threads, long posts; reposts stay out.
func TestTwitterArchive(t *testing.T) {
	tweets := `[{"tweet":{"id_str":"20","created_at":"Wed Oct 10 20:19:24 +0000 2018","full_text":"Look &amp; see https://t.co/a https://t.co/m","lang":"en",
		"entities":{"urls":[{"url":"https://t.co/a","expanded_url":"https://site.example/long"}]},
		"extended_entities":{"media":[{"type":"photo","url":"https://t.co/m","media_url_https":"https://pbs.twimg.com/media/X.jpg","ext_alt_text":"alt"},
			{"type":"video","url":"https://t.co/m","video_info":{"variants":[{"bitrate":"100","content_type":"video/mp4","url":"https://v/low.mp4?t=1"},{"bitrate":"900","content_type":"video/mp4","url":"https://v/high.mp4?t=1"}]}}]}}},
		{"tweet":{"id_str":"21","created_at":"Wed Oct 10 20:20:24 +0000 2018","full_text":"and on…","in_reply_to_status_id_str":"20","in_reply_to_user_id_str":"7"}},
		{"tweet":{"id_str":"22","created_at":"Wed Oct 10 20:21:24 +0000 2018","full_text":"@bob yes","in_reply_to_status_id_str":"5","in_reply_to_user_id_str":"8"}},
		{"tweet":{"id_str":"23","created_at":"Wed Oct 10 20:22:24 +0000 2018","full_text":"RT @bob: no"}}]`
	want := `post 2018-10-10T20:19:24Z "Look & see https://site.example/long" data/tweets_media/20-X.jpg data/tweets_media/20-high.mp4
post 2018-10-10T20:20:24Z "and on and on and on"
reply 2018-10-10T20:21:24Z "@bob yes"
`
	for _, names := range []string{"data/tweet.js", "data/tweets.js"} {
		g := read(t, "twitter", pack(t, "data/account.js", `window.YTD.account.part0 = [{"account":{"accountId":"7","username":"jane"}}]`,
			names, "window.YTD.tweets.part0 = "+tweets+";",
			"data/note-tweet.js", `window.YTD.note_tweet.part0 = [{"noteTweet":{"noteTweetId":"1","createdAt":"2018-10-10T20:20:24.000Z","core":{"text":"and on and on and on"}}}]`,
			"data/tweets_media/20-X.jpg", "x", "data/tweets_media/20-high.mp4", "x", "data/direct-messages.js", "never read"))
		if g.err != nil || g.String() != want || g.name != "jane" || g.left["boost"] != 1 {
			t.Fatalf("%s: %v %v\n%s", names, g.err, g.left, g)
		}
		if g.posts[1].Parent != "20" || g.posts[2].Elsewhere != "https://x.com/i/status/5" || g.posts[0].Media[0].Alt != "alt" {
			t.Errorf("%+v", g.posts[1])
		}
	}
	parts := read(t, "twitter", pack(t, "data/tweets.js", "window.x = "+tweets, "data/tweets-part1.js",
		`window.x = [{"tweet":{"id_str":"30","created_at":"Wed Oct 10 20:30:24 +0000 2018","full_text":"part"}}]`))
	if len(parts.posts) != 4 {
		t.Errorf("in parts: %v\n%s", parts.err, parts)
	}
}

// enc writes DAG-CBOR.
func enc(v any) []byte {
	head := func(major byte, n int) []byte {
		if n < 24 {
			return []byte{major<<5 | byte(n)}
		}
		return binary.BigEndian.AppendUint32([]byte{major<<5 | 26}, uint32(n))
	}
	switch x := v.(type) {
	case string:
		return append(head(3, len(x)), x...)
	case int:
		return head(0, x)
	case []any:
		b := head(4, len(x))
		for _, e := range x {
			b = append(b, enc(e)...)
		}
		return b
	case map[string]any:
		b := head(5, len(x))
		for k, e := range x {
			b = append(append(b, enc(k)...), enc(e)...)
		}
		return b
	}
	panic("no such value")
}

func car(blocks ...any) []byte {
	head := enc(map[string]any{"version": 1, "roots": []any{}})
	b := append(binary.AppendUvarint(nil, uint64(len(head))), head...)
	for i, v := range blocks {
		body := enc(v)
		cid := append([]byte{1, 0x71, 0x12, 0x20}, make([]byte, 32)...)
		cid[35] = byte(i + 1)
		b = binary.AppendUvarint(b, uint64(len(cid)+len(body)))
		b = append(append(b, cid...), body...)
	}
	return b
}

// TestBlueskyRepository: links cover the right letters, whose places count bytes; own threads hang together.
func TestBlueskyRepository(t *testing.T) {
	type m = map[string]any
	text := "😀 see site.example/lo…"
	at := len("😀 see ")
	first, _, _ := splitCID(append(append([]byte{1, 0x71, 0x12, 0x20}, make([]byte, 31)...), 2))
	g := read(t, "bluesky", car(m{"did": "did:plc:me", "rev": "1", "version": 3},
		m{"$type": "app.bsky.feed.post", "text": text, "createdAt": "2024-01-02T03:04:05.000Z", "langs": []any{"en"},
			"facets": []any{m{"index": m{"byteStart": at, "byteEnd": len(text)}, "features": []any{m{"$type": "app.bsky.richtext.facet#link", "uri": "https://site.example/longer"}}}}},
		m{"$type": "app.bsky.feed.post", "text": "next", "createdAt": "2024-01-02T03:05:05Z", "reply": m{"parent": m{"uri": "at://did:plc:me/app.bsky.feed.post/1", "cid": first}}},
		m{"$type": "app.bsky.feed.post", "text": "to you", "createdAt": "2024-01-02T03:06:05Z", "reply": m{"parent": m{"uri": "at://did:plc:you/app.bsky.feed.post/1", "cid": "x"}},
			"embed": m{"$type": "app.bsky.embed.images", "images": []any{m{"alt": "a cat"}}}},
		m{"$type": "app.bsky.feed.repost"}))
	want := `post 2024-01-02T03:04:05Z "😀 see https://site.example/longer"
post 2024-01-02T03:05:05Z "next"
reply 2024-01-02T03:06:05Z "to you" picture!
`
	if g.err != nil || g.String() != want || g.left["boost"] != 1 {
		t.Fatalf("%v\n%s", g.err, g)
	}
	if p := g.posts; p[1].Parent != p[0].Key || p[2].Elsewhere != "https://bsky.app/profile/did:plc:you/post/1" {
		t.Errorf("%+v %+v", *p[1], *p[2])
	}
}

// TestT78_HostileArchivesAreRefusedWhole: nothing is read of an archive that is not built as archives are.
func TestT78_HostileArchivesAreRefusedWhole(t *testing.T) {
	bomb := strings.Repeat(" ", 3<<20) + "[]"
	link := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "outbox.json"}
		h.SetMode(fs.ModeSymlink | 0o777)
		w, _ := z.CreateHeader(h)
		_, _ = w.Write([]byte("/etc/passwd"))
		_ = z.Close()
		return b.Bytes()
	}
	liar := func(says uint64) []byte { // says another size than there is
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		body := []byte(outbox)
		w, _ := z.CreateRaw(&zip.FileHeader{Name: "outbox.json", Method: zip.Store, CRC32: crc32.ChecksumIEEE(body), CompressedSize64: uint64(len(body)), UncompressedSize64: says})
		_, _ = w.Write(body)
		_ = z.Close()
		return b.Bytes()
	}
	shared := func() []byte { // two members that share their bytes
		b := pack(t, "a.txt", strings.Repeat("x", 10), "outbox.json", outbox)
		i := bytes.LastIndex(b, []byte("PK\x01\x02"))
		binary.LittleEndian.PutUint32(b[i+20:], uint32(len(b)*2))
		return b
	}
	many := func() []byte { // a list of members alone
		var b []byte
		for i := range maxMembers + 1 {
			h := make([]byte, 46, 52)
			copy(h, "PK\x01\x02")
			h[28] = 6 // length of the name
			b = append(b, fmt.Appendf(h, "%06d", i)...)
		}
		size := len(b)
		end := make([]byte, 22)
		copy(end, "PK\x05\x06")
		binary.LittleEndian.PutUint16(end[8:], uint16((maxMembers+1)&0xffff))
		binary.LittleEndian.PutUint16(end[10:], uint16((maxMembers+1)&0xffff))
		binary.LittleEndian.PutUint32(end[12:], uint32(size))
		return append(b, end...)
	}
	for name, file := range map[string][]byte{
		"a name that climbs":     pack(t, "outbox.json", outbox, "../../etc/passwd", "x"),
		"a name from the root":   pack(t, "outbox.json", outbox, "/etc/passwd", "x"),
		"a name with backslash":  pack(t, "outbox.json", outbox, `..\x`, "x"),
		"a drive":                pack(t, "outbox.json", outbox, `C:x`, "x"),
		"two of one name":        pack(t, "outbox.json", outbox, "outbox.json", outbox),
		"a bomb":                 pack(t, "outbox.json", bomb),
		"a link":                 link(),
		"more than it says":      liar(100),
		"members that overlap":   shared(),
		"too many members":       many(),
		"a thing that never end": pack(t, "outbox.json", `{"orderedItems":[{"type":"`+noise(maxElement+1<<20)+`"}]}`),
	} {
		if g := read(t, "mastodon", file); !errors.Is(g.err, ErrHostile) {
			t.Errorf("%s: %v", name, g.err)
		}
	}
	for name, file := range map[string][]byte{
		"less than it says": liar(uint64(len(outbox)) + 5), "no archive": []byte("PK is not enough"), "another archive": pack(t, "a.txt", "x"),
		"no JSON": pack(t, "outbox.json", "{"), "cut": pack(t, "outbox.json", outbox)[:400],
	} {
		if g := read(t, "mastodon", file); !errors.Is(g.err, ErrFormat) && !errors.Is(g.err, ErrHostile) {
			t.Errorf("%s: %v", name, g.err)
		}
	}
	if g := read(t, "bluesky", car(map[string]any{"a": deep(100)})); !errors.Is(g.err, ErrHostile) {
		t.Errorf("a deep record: %v", g.err)
	}
}

func deep(n int) any {
	if n == 0 {
		return "x"
	}
	return []any{deep(n - 1)}
}

// noise is text that hardly shrinks.
func noise(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"[x>>26]
	}
	return string(b)
}

// TestManyPostsAreReadInLittleMemory: however many posts there are, they are never held together.
func TestManyPostsAreReadInLittleMemory(t *testing.T) {
	const posts = 20_000
	var b bytes.Buffer
	b.WriteString(`{"orderedItems":[`)
	for i := range posts {
		if i > 0 {
			b.WriteByte(',')
		}
		n := map[string]any{"type": "Create", "object": map[string]any{"id": fmt.Sprintf("https://old.example/users/jane/statuses/%d", i), "content": noise(300),
			"published": "2019-03-01T10:00:00Z", "to": []string{"as:Public"}}}
		raw, _ := json.Marshal(n)
		b.Write(raw)
	}
	b.WriteString(`]}`)
	file := pack(t, "outbox.json", b.String())
	b = bytes.Buffer{}
	set, err := Open([]File{{bytes.NewReader(file), int64(len(file))}})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	n, most := 0, uint64(0)
	err = Mastodon(set, &Sink{Post: func(*Post) error {
		if n++; n%4_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
		}
		return nil
	}, Bad: func(string, string) {}, Left: func(string) {}, Username: func(string) {}})
	if err != nil || n != posts || most > 4<<20 {
		t.Errorf("%v, %d posts, %d MB held", err, n, most>>20)
	}
}

// FuzzArchives: no file makes a reader fall.
func FuzzArchives(f *testing.F) {
	f.Add("mastodon", pack(f, "outbox.json", outbox))
	f.Add("instagram", pack(f, "content/posts_1.json", classicPosts))
	f.Add("twitter", pack(f, "data/tweets.js", "x = []"))
	f.Add("bluesky", car(map[string]any{"$type": "app.bsky.feed.post", "createdAt": "2024-01-02T03:04:05Z"}))
	f.Fuzz(func(t *testing.T, source string, file []byte) {
		if Readers[source] != nil {
			read(t, source, file)
		}
	})
}
