package mastodon

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

var elm = &skein.Site{ID: 1, Domain: "elm.example", Base: "https://elm.example", Name: "Elm", Summary: "A small place.",
	Description: "First.\n\nSecond <b>line</b>\nhere.", Contact: "root@elm.example", Owner: 7, Joining: skein.JoinApproval,
	Rules: []string{"Be kind."}, Languages: []string{"en", "de"}, CreatedAt: moment}

var moment = time.Date(2026, 1, 31, 12, 0, 0, 76_900_000, time.UTC)

func sampleAccount() *skein.Account {
	return &skein.Account{ID: 7, Local: true, Kind: skein.Person, Username: "ann", URI: "https://elm.example/ap/users/7",
		URL: "https://elm.example/@ann", DisplayName: `Ann <3 "&" :blob:`, Bio: "<p>Hi &amp; hello\u2028</p>", BioText: "Hi & hello",
		Fields: []skein.Field{{Name: "Web", Value: `<a href="https://ann.example" rel="me">ann.example</a>`, Text: "https://ann.example", VerifiedAt: moment},
			{Name: "Pronouns", Value: "she", Text: "she"}},
		Emojis: []skein.Emoji{{Code: "blob", URL: "https://elm.example/e/blob.png", StaticURL: "https://elm.example/e/blob-s.png", Category: "Blobs"}},
		Role:   skein.Owner, Locked: true, Discoverable: true, FollowerCount: 3, FollowingCount: 2, PostCount: 1, LastPostAt: moment, CreatedAt: moment}
}

func remoteAccount() *skein.Account {
	return &skein.Account{ID: 8, Kind: skein.Bot, Username: "Robot", Domain: "oak.example", URI: "https://oak.example/users/Robot",
		Avatar: "https://oak.example/a.png", Header: "https://oak.example/h.png", SilencedAt: moment, CreatedAt: moment}
}

func samplePost() *social.View {
	return &social.View{Author: sampleAccount(), App: &skein.App{Name: "Tusky", Website: "https://tusky.app"},
		Marks: skein.Marks{Liked: true, Pinned: true},
		Post: &skein.Post{ID: 100, Author: 7, Local: true, URI: "https://elm.example/ap/posts/100", URL: "https://elm.example/@ann/100",
			Text: "Hello @bob", HTML: `<p>Hello <a href="https://elm.example/@bob">@bob</a> &lt;3</p>`, Warning: "careful\n\"quoted\"\\", Sensitive: true,
			Language: "en", ReplyTo: 99, ReplyToAuthor: 8, LikeCount: 5, BoostCount: 4, ReplyCount: 3, CreatedAt: moment, EditedAt: moment.Add(time.Hour),
			Mentions: []skein.Mention{{Account: 9, Username: "bob", URL: "https://elm.example/@bob"}, {Account: 10, Username: "eve", Domain: "oak.example", Silent: true}},
			Tags:     []skein.Tag{{Name: "été", Display: "Été"}},
			Emojis:   []skein.Emoji{{Code: "blob", URL: "https://elm.example/e/blob.png"}},
			Attachments: []skein.Attachment{
				{Type: "image/webp", URL: "https://oak.example/1.webp", Description: "A tree", Blurhash: "LEHV6nWB2yk8", Width: 1600, Height: 900, FocusX: 0.5, FocusY: -0.25},
				{Type: "video/mp4", URL: "https://oak.example/2.mp4", FocusX: math.NaN()},
				{Type: "application/pdf", URL: "https://oak.example/3.pdf"}}}}
}

func sampleBoost() *social.View {
	return &social.View{Author: remoteAccount(), Original: samplePost(), Post: &skein.Post{ID: 101, Author: 8,
		URI: "https://oak.example/users/Robot/statuses/101/activity", BoostOf: 100, Visibility: skein.Unlisted, CreatedAt: moment}}
}

func bare() *social.View {
	return &social.View{Author: remoteAccount(), Post: &skein.Post{ID: 102, Author: 8, URI: "https://oak.example/102", Visibility: skein.Followers,
		ReplyToURI: "https://pine.example/1", CreatedAt: moment}}
}

// sampleQuote quotes a post that quotes another.
func sampleQuote() *social.View {
	v := bare()
	v.Post.QuoteOf = 100
	v.Post.HTML = `<p class="quote-inline">RE: <a href="https://elm.example/@ann/100">x</a></p><p>so true</p>`
	v.Post.Extra = skein.PostExtra{Quote: &skein.Quote{URI: "https://elm.example/ap/posts/100", State: skein.QuoteAccepted},
		Policy: &skein.Policy{Quote: &skein.Leave{Auto: []string{skein.WhoFollowers, "https://oak.example/mutuals"}}}}
	v.Post.Visibility = skein.Public
	v.Quotable = skein.Unknown
	v.Quote = &social.Quoted{State: social.QuoteMutedAccount, ID: 100, Post: samplePost()}
	v.Quote.Post.Quote = &social.Quoted{State: skein.QuoteAccepted, ID: 99}
	v.Quote.Post.Post.QuoteCount = 1
	return v
}

// sampleFiltered meets a filter by words and another as such.
func sampleFiltered() *social.View {
	v := samplePost()
	f := &skein.Filter{ID: 40, Title: "Été <3", Contexts: []skein.FilterContext{skein.FilterHome, skein.FilterThread}, Action: skein.FilterHide,
		Keywords: []skein.FilterKeyword{{ID: 41, Filter: 40, Text: "été", Whole: true}}, Posts: []skein.FilterPost{{ID: 42, Filter: 40, Post: 100}}}
	g := &skein.Filter{ID: 43, Title: "g", Contexts: []skein.FilterContext{skein.FilterPublic}, Action: skein.FilterWarn, ExpiresAt: moment}
	v.Filtered = []skein.FilterMatch{{Filter: f, Keywords: []string{"été"}}, {Filter: g, Posts: []skein.ID{100}}}
	return v
}

func TestGoldenEntities(t *testing.T) {
	ann, visitor := skein.Viewer{Site: 1, Account: 7}, skein.Viewer{Site: 1}
	paint := newPainter()
	show := func(name string, v any) { t.Helper(); golden(t, name, mustEncode(v)) }
	gone := sampleAccount()
	gone.SuspendedAt = moment
	show("account", account(elm, sampleAccount()))
	show("account_remote", account(elm, remoteAccount()))
	show("account_suspended", account(elm, gone))
	show("profile", profileEntity(sampleAccount(), []FeaturedTag{featuredTag(elm, sampleAccount(), &skein.FeaturedTag{ID: 9, Tag: skein.Tag{Name: "été", Display: "Été"}, Uses: 3, Last: skein.At(moment)})}))
	show("status", status(elm, samplePost(), ann))
	show("status_visitor", status(elm, bare(), visitor))
	show("status_quote", status(elm, sampleQuote(), ann))
	show("status_boost", status(elm, sampleBoost(), ann))
	show("filter_results", filterResults(sampleFiltered().Filtered))
	show("filter", filter(sampleFiltered().Filtered[0].Filter))
	show("filter_v1", filterV1(sampleFiltered().Filtered[0].Filter, &sampleFiltered().Filtered[0].Filter.Keywords[0]))
	asked := samplePost()
	asked.Post.Extra.Poll = &skein.Poll{Options: []skein.PollOption{{Text: "tea :blob:", Votes: 2}, {Text: "coffee", Votes: 1}}, Multiple: true, EndsAt: moment, Voters: 2}
	asked.Marks.Votes = []int{0}
	show("poll", poll(elm, asked, skein.Viewer{Site: 1, Account: 8}))
	asked.Post.Extra.Poll.HideTotals = true
	show("poll_hidden", poll(elm, asked, visitor))
	show("relationship", relationship(&skein.Relation{Account: 8, Following: true, ShowBoosts: true, Languages: []string{"en"}, Muting: true, MutedUntil: moment}))
	show("relationship_none", relationship(&skein.Relation{Account: 8}))
	n := &social.Note{Notification: &skein.Notification{ID: 55, Kind: skein.NotifyLike, CreatedAt: moment}, Account: remoteAccount(), Post: bare()}
	show("notification", notification(elm, n, ann, nil))
	golden(t, "notification_groups", groups{list: []*social.NoteGroup{{Key: "favourite-1-489000", Newest: n, Sample: []*skein.Account{n.Account}, Count: 3, Low: n.Notification.ID - 1, Top: n.Notification.ID}}, paged: true}.draw(nil, paint, elm, ann))
	yes, no, hashtag := true, false, tag(elm, skein.Tag{Name: "été", Display: "Été"})
	hashtag.Following, hashtag.Featuring = &yes, &no
	show("tag", hashtag)
	show("markers", markers([]*skein.Marker{{Timeline: "home", LastRead: 100, Version: 2, UpdatedAt: moment}}))
	show("application", CredentialApplication{Application: appEntity(&skein.App{ID: 3, Name: "Tusky", Scopes: []string{"read"}, RedirectURIs: []string{"a:b", "c:d"}}, ""), ClientID: "id", ClientSecret: "secret"})
	golden(t, "search", found{tagged: []Tag{tag(elm, skein.Tag{Name: "x"})}}.draw(nil, paint, elm, visitor))
	golden(t, "context", thread{after: []*social.View{bare()}}.draw(nil, paint, elm, visitor))
}

// The pieces that lists are put together from are what encoding/json makes of the structs, byte for byte, first from the
// post and then from the cache.
func TestAppendIsEncode(t *testing.T) {
	paint := newPainter()
	pending := bare()
	pending.Quote = &social.Quoted{State: skein.QuotePending}
	views := []*social.View{samplePost(), sampleBoost(), bare(), sampleQuote(), pending, sampleFiltered()}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		views = append(views, randomView(rng, true))
	}
	whos := []skein.Viewer{{Site: 1}, {Site: 1, Account: 7}, {Site: 1, Account: 8}}
	for i, v := range views {
		for p := v; p != nil; p = p.Original {
			p.Post.Load, p.Author.Load = uint64(2*i+1), uint64(2*i+1)
			if p != v {
				p.Post.Load, p.Author.Load = p.Post.Load+1, p.Author.Load+1
			}
		}
		for range 2 {
			for _, who := range whos {
				want := mustEncode(status(elm, v, who))
				if got := paint.appendStatus(nil, elm, v, who); !bytes.Equal(got, want) {
					t.Fatalf("post of %+v:\ngot  %s\nwant %s", who, got, want)
				}
				n := &social.Note{Notification: &skein.Notification{ID: 5, Kind: skein.NotifyBoost, CreatedAt: moment}, Account: v.Author, Post: v}
				if got, want := paint.appendNotification(nil, elm, n, who, nil), mustEncode(notification(elm, n, who, nil)); !bytes.Equal(got, want) {
					t.Fatalf("notification:\ngot  %s\nwant %s", got, want)
				}
				t1 := &social.Talk{Conversation: &skein.Conversation{ID: 9, Unread: true}, People: []*skein.Account{v.Author}, Post: v}
				c := Conversation{ID: "9", Unread: true, Accounts: []Account{*account(elm, v.Author)}, LastStatus: status(elm, v, who)}
				if got, want := paint.appendTalk(nil, elm, t1, who), mustEncode(c); !bytes.Equal(got, want) {
					t.Fatalf("conversation:\ngot  %s\nwant %s", got, want)
				}
			}
			if got, want := paint.appendAccount(nil, elm, v.Author), mustEncode(account(elm, v.Author)); !bytes.Equal(got, want) {
				t.Fatalf("account:\ngot  %s\nwant %s", got, want)
			}
		}
	}
	// A new load is a new piece: nothing old is shown.
	v := samplePost()
	v.Post.Load, v.Author.Load = 9001, 9001
	first := paint.appendStatus(nil, elm, v, whos[0])
	v.Post.LikeCount, v.Post.Load = 77, 9002
	if second := paint.appendStatus(nil, elm, v, whos[0]); bytes.Equal(first, second) || !bytes.Contains(second, []byte(`"favourites_count":77`)) {
		t.Error("a post that was loaded again is shown as it was")
	}
}

func randomView(r *rand.Rand, boost bool) *social.View {
	text := func() string {
		const some = "ab<>&\"\\\n\t\u2028\u2029é😀\x7f'/"
		var b strings.Builder
		runes := []rune(some)
		for range r.IntN(12) {
			b.WriteRune(runes[r.IntN(len(runes))])
		}
		return b.String()
	}
	flip := func() bool { return r.IntN(2) == 0 }
	when := func() time.Time {
		if flip() {
			return time.Time{}
		}
		return time.UnixMilli(r.Int64N(4e12)).UTC()
	}
	a := &skein.Account{ID: skein.ID(r.IntN(3) + 6), Local: flip(), Username: text(), DisplayName: text(), Bio: text(), Locked: flip(), SuspendedAt: when(), SilencedAt: when(),
		LastPostAt: when(), CreatedAt: when(), Indexable: flip(), FollowerCount: r.IntN(9)}
	for range r.IntN(3) {
		a.Fields = append(a.Fields, skein.Field{Name: text(), Value: text(), VerifiedAt: when()})
	}
	p := &skein.Post{ID: skein.ID(r.Int64N(math.MaxInt64-9) + 1), Author: a.ID, URI: text(), URL: text(), HTML: text(), Warning: text(), Language: text(), Sensitive: flip(),
		Visibility: skein.Visibility(r.IntN(4)), ReplyTo: skein.ID(r.IntN(2)), ReplyToAuthor: skein.ID(r.IntN(2)), CreatedAt: when(), EditedAt: when(), LikeCount: r.IntN(3)}
	for range r.IntN(3) {
		p.Tags = append(p.Tags, skein.Tag{Name: text()})
		p.Mentions = append(p.Mentions, skein.Mention{Account: 5, Username: text(), Silent: flip()})
		p.Attachments = append(p.Attachments, skein.Attachment{Type: text(), URL: text(), Width: r.IntN(3), Height: r.IntN(3), FocusX: r.Float64()})
	}
	v := &social.View{Post: p, Author: a, Marks: skein.Marks{Liked: flip(), Boosted: flip(), Bookmarked: flip(), Muted: flip(), Pinned: flip()}}
	if flip() {
		v.App = &skein.App{Name: text(), Website: text()}
	}
	if flip() {
		p.Extra.Poll = &skein.Poll{Options: []skein.PollOption{{Text: text(), Votes: r.IntN(3)}, {Text: text()}}, Multiple: flip(), HideTotals: flip(), EndsAt: when(), Voters: r.IntN(3)}
		p.Extra.Reactions = []skein.Reaction{{Emoji: text(), Count: r.IntN(3)}, {Emoji: "blob", URL: text(), Count: 1}}
		v.Marks.Reactions = []string{"blob"}[:r.IntN(2)]
		v.Over, v.Marks.Votes = flip(), []int{0, 1}[:r.IntN(3)]
	}
	if boost && flip() {
		p.BoostOf, v.Original = 5, randomView(r, false)
	}
	return v
}

// A number that JSON cannot hold must not come so far (T66); all times have three fraction digits (mastodon-api.md 8).
func TestTimesHaveThreeFractionDigits(t *testing.T) {
	form := regexp.MustCompile(`_at":"([^"]*)"`)
	good := regexp.MustCompile(`^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z)?$`)
	for _, ms := range []int64{0, 1, 10, 100, 999, 1000} {
		v := samplePost()
		v.Post.CreatedAt = time.UnixMilli(ms).In(time.FixedZone("", 3600))
		for _, m := range form.FindAllSubmatch(mustEncode(status(elm, v, skein.Viewer{})), -1) {
			if !good.Match(m[1]) {
				t.Errorf("time %s", m[1])
			}
		}
	}
}

func TestInstance(t *testing.T) {
	w := newTown(t)
	w.must(nil)
	for _, path := range []string{"/api/v2/instance", "/api/v1/instance"} {
		r := w.get(path, "")
		r.body = regexp.MustCompile(`"(created_at|last_status_at)":"[^"]*"`).ReplaceAll(r.body, []byte(`"$1":"-"`))
		r.body = regexp.MustCompile(`"public_key":"B[\w-]{86}="`).ReplaceAll(r.body, []byte(`"public_key":""`)) // another for each site
		golden(t, strings.ReplaceAll(strings.Trim(path, "/"), "/", "_"), r.body)
	}
	var langs []Language
	w.get("/api/v1/instance/languages", "").json(t, &langs)
	if len(langs) < 180 {
		t.Errorf("%d languages", len(langs))
	}
	for _, l := range langs {
		if l.Code == "" || l.Name == "" || strings.ContainsAny(l.Code+l.Name, "\n;") {
			t.Errorf("language %+v", l)
		}
	}
	var weeks []Activity
	w.get("/api/v1/instance/activity", "").json(t, &weeks)
	if len(weeks) != 12 {
		t.Errorf("%d weeks", len(weeks))
	}
	if got := w.get("/api/v2/instance", "nonsense"); got.status != http.StatusOK {
		t.Errorf("instance with a bad token: %d", got.status)
	}
	var doc Document
	if json.Unmarshal(mustEncode(Document{Content: paragraphs(elm.Description)}), &doc) != nil ||
		doc.Content != "<p>First.</p><p>Second &lt;b&gt;line&lt;/b&gt;<br>here.</p>" {
		t.Errorf("description %q", doc.Content)
	}
}
