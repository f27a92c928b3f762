package social

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func (w *town) receive(author skein.ID, in Incoming) *skein.Post {
	w.t.Helper()
	in.Relevant = true
	p, err := w.ReceivePost(w.t.Context(), w.site, author, in)
	if err != nil {
		w.t.Fatalf("%s: %v", in.URI, err)
	}
	return p
}

func TestReceivePost(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		cat := w.peer("cat", "fern.example")
		at := w.DB.Now().Add(-time.Hour).Truncate(time.Millisecond)
		p := w.receive(cat, Incoming{URI: "https://fern.example/1", HTML: `<p onclick="x()">hi<script>x</script></p>`, Warning: "a\nb", Language: "pt-br",
			Mentions: []skein.ID{ann.Account, bob.Account, cat, 99}, Named: []skein.ID{ann.Account}, CreatedAt: at})
		if p.HTML != "<p>hi</p>" || p.Warning != "a b" || !p.Sensitive || p.Language != "pt-BR" || p.URL != p.URI || p.Local {
			t.Errorf("post %+v", p)
		}
		if got := p.ID.Time(); !got.Equal(at) || !p.CreatedAt.Equal(at) {
			t.Errorf("an ID of %v for a post of %v", got, at)
		}
		if len(p.Mentions) != 2 || p.Mentions[0].Silent || !p.Mentions[1].Silent {
			t.Errorf("mentions %+v", p.Mentions)
		}
		if p := w.receive(cat, Incoming{URI: "https://fern.example/2", CreatedAt: w.DB.Now().AddDate(1, 0, 0)}); p.CreatedAt.After(w.DB.Now()) {
			t.Errorf("a post of the future: %v", p.CreatedAt)
		}
		if a := w.account(cat); a.PostCount != 2 {
			t.Errorf("%d posts", a.PostCount)
		}
		for name, c := range map[string]struct {
			site, author skein.ID
			uri          string
		}{
			"another host":           {w.site, cat, "https://oak.example/1"},
			"no URL":                 {w.site, cat, "x"},
			"another site":           {w.other, cat, "https://fern.example/3"},
			"one of our own people":  {w.site, ann.Account, "https://elm.example/3"},
			"somebody never seen":    {w.site, 99, "https://fern.example/3"},
			"our own URI by a peer":  {w.site, cat, "https://elm.example/ap/users/1/statuses/1"},
			"a host in another case": {w.site, cat, "https://fern.example.evil.example/3"},
		} {
			if p, err := w.ReceivePost(t.Context(), c.site, c.author, Incoming{URI: c.uri, Relevant: true}); err == nil {
				t.Errorf("%s: %+v", name, p)
			}
		}
		w.set(cat, func(a *skein.Account) { a.SuspendedAt = w.DB.Now() })
		if _, err := w.ReceivePost(t.Context(), w.site, cat, Incoming{URI: "https://fern.example/4", Relevant: true}); err == nil {
			t.Error("somebody suspended writes")
		}
	})
}

// T49, T216: what is known stays as it is, whoever sends it again and however.
func TestT49_T216_KnownPostStays(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		cat, dan := w.peer("cat", "fern.example"), w.peer("dan", "fern.example")
		const uri = "https://fern.example/1"
		p := w.receive(cat, Incoming{URI: uri, HTML: "<p>one</p>", Visibility: skein.Followers})
		for _, who := range []skein.ID{cat, dan} {
			again := w.receive(who, Incoming{URI: uri, HTML: "<p>two</p>", Visibility: skein.Public, Mentions: []skein.ID{ann.Account},
				Attachments: make([]skein.Attachment, 9)})
			if again.ID != p.ID || again.Author != cat || again.HTML != "<p>one</p>" || again.Visibility != skein.Followers || len(again.Mentions)+len(again.Attachments) != 0 {
				t.Errorf("again: %+v", again)
			}
		}
		_, err := w.Post(t.Context(), ann, p.ID)
		wantKind(t, "ann reads", err, skein.NotFound)
	})
}

// T48: only its author edits a post, only forwards, and never who may read it.
func TestT48_ReceiveEdit(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		cat, dan := w.peer("cat", "fern.example"), w.peer("dan", "fern.example")
		const uri = "https://fern.example/1"
		now := w.DB.Now()
		p := w.receive(cat, Incoming{URI: uri, HTML: "<p>1</p>", Visibility: skein.Followers, CreatedAt: now.Add(-time.Hour)})
		edit := func(who skein.ID, html string, at time.Time) error {
			return w.ReceiveEdit(t.Context(), w.site, who, Incoming{URI: uri, HTML: html, EditedAt: at, Visibility: skein.Public, Attachments: make([]skein.Attachment, 99)})
		}
		wantKind(t, "another of the same host", edit(dan, "<p>x</p>", now), skein.Denied)
		for _, c := range []struct {
			html, want string
			at         time.Time
		}{
			{"<p>no time</p>", "<p>1</p>", time.Time{}},
			{"<p>2</p>", "<p>2</p>", now.Add(-30 * time.Minute)},
			{"<p>older</p>", "<p>2</p>", now.Add(-40 * time.Minute)},
			{"<p>as old</p>", "<p>2</p>", now.Add(-30 * time.Minute)},
			{"<p>3</p>", "<p>3</p>", now.Add(100 * time.Hour)}, // the future counts as now
		} {
			if err := edit(cat, c.html, c.at); err != nil {
				t.Fatal(err)
			}
			got := w.stored(p.ID)
			if got.HTML != c.want || got.Visibility != skein.Followers || len(got.Attachments) > maxRemoteAttachments || got.EditedAt.After(w.DB.Now()) {
				t.Errorf("after %s: %+v", c.html, got)
			}
		}
		w.update(w.site, func(tx *store.Tx) error {
			list, err := tx.Revisions(p.ID)
			if len(list) != 2 || list[0].HTML != "<p>1</p>" || list[1].HTML != "<p>2</p>" {
				t.Errorf("%d revisions", len(list))
			}
			return err
		})
		own := w.write(ann, Draft{Text: "mine"})
		err := w.ReceiveEdit(t.Context(), w.site, cat, Incoming{URI: own.Post.URI, HTML: "<p>x</p>", EditedAt: now})
		if err == nil || w.stored(own.Post.ID).Text != "mine" {
			t.Errorf("a peer edits ours: %v", err)
		}
	})
}

// T51: nobody likes or boosts what they may not read; T162: nor boosts what is not theirs to pass on.
func TestT51_ReactionsOfPeers(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		cat, fan, foe := w.peer("cat", "fern.example"), w.peer("fan", "fern.example"), w.peer("foe", "fern.example")
		w.follows(fan, ann.Account)
		w.blocks(ann.Account, foe)
		n := 0
		for v := skein.Public; v <= skein.Direct; v++ {
			post := w.write(ann, Draft{Text: "@cat@fern.example", Visibility: v})
			for who, may := range map[skein.ID][2]bool{ // like, boost
				cat: {true, v <= skein.Unlisted}, fan: {v <= skein.Followers, v <= skein.Unlisted}, foe: {},
			} {
				likes, boosts := w.stored(post.Post.ID).LikeCount, w.stored(post.Post.ID).BoostCount
				for range 2 { // twice the same
					if err := w.ReceiveLike(t.Context(), w.site, who, post.Post.ID, fmt.Sprint("https://fern.example/like/", n)); err != nil {
						t.Fatal(err)
					}
					if err := w.ReceiveBoost(t.Context(), w.site, who, fmt.Sprint("https://fern.example/boost/", n), post.Post.ID, skein.Public, time.Time{}); err != nil {
						t.Fatal(err)
					}
				}
				n++
				got := w.stored(post.Post.ID)
				if (got.LikeCount > likes) != may[0] || (got.BoostCount > boosts) != may[1] || got.LikeCount > likes+1 || got.BoostCount > boosts+1 {
					t.Errorf("visibility %d, account %d: %d likes, %d boosts more", v, who, got.LikeCount-likes, got.BoostCount-boosts)
				}
			}
		}
		for name, site := range map[string]skein.ID{"another site": w.other} {
			if err := w.ReceiveLike(t.Context(), site, cat, 1, ""); err == nil {
				t.Errorf("%s: liked", name)
			}
		}
	})
}

// T62: an answer to what its author may not read is kept, but tells nothing of it.
func TestT62_AnswerToHidden(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		cat, fan, foe := w.peer("cat", "fern.example"), w.peer("fan", "fern.example"), w.peer("foe", "fern.example")
		w.follows(fan, ann.Account)
		w.blocks(ann.Account, foe)
		hidden := w.write(ann, Draft{Text: "hidden", Visibility: skein.Followers})
		open := w.write(ann, Draft{Text: "open"})
		for _, c := range []struct {
			who  skein.ID
			to   *View
			link bool
		}{{cat, hidden, false}, {fan, hidden, true}, {foe, open, false}, {cat, open, true}} {
			p := w.receive(c.who, Incoming{URI: fmt.Sprintf("https://fern.example/%d/%d", c.who, c.to.Post.ID), ReplyToURI: c.to.Post.URI})
			if (p.ReplyTo == c.to.Post.ID) != c.link || p.Listed() {
				t.Errorf("%d answers %q: %+v", c.who, c.to.Post.Text, p)
			}
		}
		if a, b := w.stored(hidden.Post.ID).ReplyCount, w.stored(open.Post.ID).ReplyCount; a != 1 || b != 1 {
			t.Errorf("%d and %d replies", a, b)
		}
	})
}

// T81: what is too much is left out, without a statement for each.
func TestT81_TooMuch(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		cat := w.peer("cat", "fern.example")
		var people []skein.ID
		for i := range 120 {
			people = append(people, w.person(fmt.Sprint("p", i)).Account)
		}
		in := Incoming{URI: "https://fern.example/1", Mentions: people, Named: people}
		for i := range 10_000 {
			in.Mentions = append(in.Mentions, skein.ID(i+1))
			in.Tags = append(in.Tags, skein.Tag{Name: fmt.Sprint("t", i)})
			in.Emojis = append(in.Emojis, skein.Emoji{Code: fmt.Sprint("e", i)})
			in.Attachments = append(in.Attachments, skein.Attachment{URL: "u", Description: strings.Repeat("x", 100)})
		}
		p := w.receive(cat, in)
		if len(p.Mentions) != skein.MaxMentions || len(p.Tags) != skein.MaxTags || len(p.Emojis) != maxEmojis || len(p.Attachments) != maxRemoteAttachments {
			t.Errorf("%d mentions, %d hashtags, %d emoji, %d attachments", len(p.Mentions), len(p.Tags), len(p.Emojis), len(p.Attachments))
		}
		w.spread(p.ID)
		told := 0
		for _, id := range people {
			n, err := w.UnreadNotifications(t.Context(), skein.Viewer{Site: w.site, Account: id}, NoteFilter{}, 9)
			if err != nil {
				t.Fatal(err)
			}
			told += n
		}
		if told != maxNotified {
			t.Errorf("%d people are told", told)
		}
	})
}

// T165: who is addressed but not named may read, and is not told; who is named but not addressed gets nothing.
func TestT165_NamedAndAddressed(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		both, silent, named := w.person("both"), w.person("silent"), w.person("named")
		cat := w.peer("cat", "fern.example")
		for _, who := range []skein.Viewer{both, silent, named} { // strangers may write to them
			w.policy(who, func(*skein.NotificationPolicy) {})
		}
		p := w.receive(cat, Incoming{URI: "https://fern.example/1", Visibility: skein.Direct,
			Mentions: []skein.ID{both.Account, silent.Account}, Named: []skein.ID{both.Account, named.Account}})
		w.spread(p.ID)
		for _, c := range []struct {
			who   skein.Viewer
			reads bool
			told  string
		}{{both, true, "mention of cat"}, {silent, true, ""}, {named, false, ""}} {
			_, err := w.Post(t.Context(), c.who, p.ID)
			if c.reads != (err == nil) {
				t.Errorf("%d reads: %v", c.who.Account, err)
			}
			if got := w.noteKinds(c.who); got != c.told {
				t.Errorf("%d is told %q", c.who.Account, got)
			}
		}
	})
}

// T184: whatever order things arrive in, the end is the same. T183: and what was deleted stays so.
func TestT183_T184_AnyOrder(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		w.follows(ann.Account, w.peer("cat", "fern.example"))
		cat, dan := w.peer("cat", "fern.example"), w.peer("dan", "fern.example")
		now := w.DB.Now()
		n := 0
		type step struct {
			name string
			do   func(uri string) error
		}
		ctx := t.Context()
		old := Incoming{HTML: "<p>old</p>", CreatedAt: now.Add(-time.Hour), Relevant: true}
		create := step{"create", func(uri string) error {
			in := old
			in.URI = uri
			_, err := w.ReceivePost(ctx, w.site, cat, in)
			return err
		}}
		edit := func(html string, ago time.Duration) step {
			return step{"edit " + html, func(uri string) error {
				in := old
				in.URI, in.HTML, in.EditedAt = uri, html, now.Add(-ago)
				return w.ReceiveEdit(ctx, w.site, cat, in)
			}}
		}
		remove := step{"delete", func(uri string) error { return w.ReceiveDelete(ctx, w.site, cat, uri) }}
		forged := step{"delete by another", func(uri string) error { return w.ReceiveDelete(ctx, w.site, dan, uri) }}

		mine := w.write(ann, Draft{Text: "mine"})
		like := step{"like", func(uri string) error { return w.ReceiveLike(ctx, w.site, cat, mine.Post.ID, uri) }}
		unlike := step{"unlike", func(uri string) error { return w.ReceiveUnlike(ctx, w.site, cat, mine.Post.ID, uri) }}
		boost := step{"boost", func(uri string) error { return w.ReceiveBoost(ctx, w.site, cat, uri, mine.Post.ID, 0, now) }}
		unboost := step{"unboost", func(uri string) error { return w.ReceiveUnboost(ctx, w.site, cat, uri, mine.Post.ID) }}
		unboostBare := step{"unboost by its URI", func(uri string) error { return w.ReceiveUnboost(ctx, w.site, cat, uri, 0) }}
		unlikeBare := step{"unlike by its URI", func(uri string) error { return w.ReceiveUnlike(ctx, w.site, cat, 0, uri) }}

		for _, c := range []struct {
			steps []step
			want  string // HTML of the post, or "gone"
		}{
			{[]step{create, edit("<p>a</p>", 20*time.Minute), edit("<p>b</p>", 10*time.Minute), forged}, "<p>b</p>"},
			{[]step{create, create, edit("<p>a</p>", 20*time.Minute), remove}, "gone"},
			{[]step{create, remove, remove, forged}, "gone"},
			{[]step{like, unlike, like}, "gone"},
			{[]step{like, unlikeBare}, "gone"},
			{[]step{boost, boost, unboost}, "gone"},
			{[]step{boost, unboostBare}, "gone"},
		} {
			digits := strings.Split("012345"[:len(c.steps)], "")
			for _, order := range permutations(digits...) {
				n++
				uri := fmt.Sprint("https://fern.example/order/", n)
				var names []string
				for _, digit := range order {
					i := digit[0] - '0'
					names = append(names, c.steps[i].name)
					err := c.steps[i].do(uri)
					if kind := skein.KindOf(err); err != nil && kind != skein.Gone && kind != skein.Denied {
						t.Fatalf("%q: %v", names, err)
					}
				}
				got := "gone"
				p, err := w.PostByURI(ctx, w.site, uri)
				if err == nil {
					got = p.HTML
				} else if !errors.Is(err, skein.ErrNotFound) {
					t.Fatal(err)
				}
				if got != c.want {
					t.Errorf("%q: %s, want %s", names, got, c.want)
				}
				if p := w.stored(mine.Post.ID); p.LikeCount != 0 || p.BoostCount != 0 {
					t.Errorf("%q: %d likes, %d boosts", names, p.LikeCount, p.BoostCount)
				}
			}
		}
	})
}

// T185: nobody deletes what is another's, nor hinders it from coming.
func TestT185_DeleteByAnother(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		cat, dan, oak := w.peer("cat", "fern.example"), w.peer("dan", "fern.example"), w.peer("oak", "oak.example")
		own := w.write(ann, Draft{Text: "mine"})
		theirs := w.receive(cat, Incoming{URI: "https://fern.example/1"})
		for _, who := range []skein.ID{dan, oak} {
			for _, uri := range []string{own.Post.URI, theirs.URI, "https://fern.example/later"} {
				_ = w.ReceiveDelete(t.Context(), w.site, who, uri)
				_ = w.ReceiveUnboost(t.Context(), w.site, who, uri, own.Post.ID)
			}
		}
		w.stored(own.Post.ID)
		w.stored(theirs.ID)
		w.receive(cat, Incoming{URI: "https://fern.example/later"})
	})
}

// T215: what is pushed at us and concerns nobody leaves nothing behind.
func TestT215_Relevance(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		idol, cat, dan := w.peer("idol", "fern.example"), w.peer("cat", "fern.example"), w.peer("dan", "fern.example")
		w.follows(ann.Account, idol)
		w.follows(cat, ann.Account) // following us is no reason
		own := w.write(ann, Draft{Text: "mine"})
		idols := w.receive(idol, Incoming{URI: "https://fern.example/idol"})
		dans := w.receive(dan, Incoming{URI: "https://fern.example/dan"})
		n := 0
		for _, c := range []struct {
			name string
			who  skein.ID
			in   Incoming
			kept bool
		}{
			{"of nobody followed", cat, Incoming{}, false},
			{"an answer to a stranger", cat, Incoming{ReplyToURI: dans.URI}, false},
			{"an answer to something unknown", cat, Incoming{ReplyToURI: "https://fern.example/none"}, false},
			{"a message to somebody else", idol, Incoming{Visibility: skein.Direct, Mentions: []skein.ID{dan}}, false},
			{"for followers, of nobody followed", cat, Incoming{Visibility: skein.Followers, ReplyToURI: own.Post.URI}, false},
			{"of somebody followed", idol, Incoming{}, true},
			{"for followers, of somebody followed", idol, Incoming{Visibility: skein.Followers}, true},
			{"an answer to one of us", cat, Incoming{ReplyToURI: own.Post.URI}, true},
			{"an answer to somebody followed", cat, Incoming{ReplyToURI: idols.URI}, true},
			{"to one of us", cat, Incoming{Mentions: []skein.ID{ann.Account}}, true},
			{"a message to one of us", cat, Incoming{Visibility: skein.Direct, Mentions: []skein.ID{ann.Account}}, true},
			{"asked for", cat, Incoming{Relevant: true}, true},
		} {
			n++
			c.in.URI = fmt.Sprint("https://fern.example/relevance/", n)
			p, err := w.ReceivePost(t.Context(), w.site, c.who, c.in)
			if err != nil || (p != nil) != c.kept {
				t.Errorf("%s: %+v, %v", c.name, p, err)
			}
			if _, err := w.PostByURI(t.Context(), w.site, c.in.URI); (err == nil) != c.kept {
				t.Errorf("%s: stored: %v", c.name, err)
			}
		}
		for who, kept := range map[skein.ID]bool{idol: true, cat: false} {
			uri := fmt.Sprint("https://fern.example/boost/", who)
			if err := w.ReceiveBoost(t.Context(), w.site, who, uri, dans.ID, 0, time.Time{}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.PostByURI(t.Context(), w.site, uri); (err == nil) != kept {
				t.Errorf("boost by %d: %v", who, err)
			}
		}
	})
}

// The collection of answers that peers read names none that its author still waits for leave to give.
func TestHeldRepliesAreNotListed(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, cat := w.person("ann"), w.peer("cat", "fern.example")
		id := w.post(ann.Account, skein.Public)
		reply := w.receive(cat, Incoming{URI: "https://fern.example/1", HTML: "<p>hi</p>", ReplyToURI: w.stored(id).URI})
		for _, held := range []bool{false, true} {
			w.update(w.site, func(tx *store.Tx) error {
				if _, err := tx.ChangePost(reply.ID, func(p *skein.Post) bool { p.Held = held; return true }); err != nil {
					return err
				}
				list, err := tx.PublicReplies(id, ann.Account, false, 0, 10)
				if want := map[bool]int{false: 1}[held]; len(list) != want {
					t.Errorf("held %v: %d answers listed, want %d", held, len(list), want)
				}
				return err
			})
		}
	})
}
