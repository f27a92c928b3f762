package social

import (
	"testing"

	"skein/internal/skein"
	"skein/internal/store"
)

func leave(auto ...string) *skein.Leave { return &skein.Leave{Auto: auto} }

// sees tells whether somebody may read a post.
func (w *town) sees(who skein.Viewer, id skein.ID) bool {
	w.t.Helper()
	_, err := w.Post(w.t.Context(), who, id)
	if err != nil && skein.KindOf(err) != skein.NotFound {
		w.t.Fatal(err)
	}
	return err == nil
}

// Where replies are disabled no peer gets one in, however it names its author, and it hears so; who is named in the post,
// or answered by it, may always reply.
func TestT62_RepliesDisabled(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, fan, cat := w.person("ann"), w.person("bob"), w.peer("fan", "fern.example"), w.peer("cat", "fern.example")
		w.follows(fan, ann.Account)
		shut := &skein.Policy{Reply: leave(skein.WhoAuthor)}
		post := w.write(ann, Draft{Text: "enough", Policy: shut})
		if _, err := w.CreatePost(t.Context(), bob, Draft{Text: "but", ReplyTo: post.Post.ID}); skein.KindOf(err) != skein.Denied {
			t.Errorf("a neighbour replies: %v", err)
		}
		w.write(ann, Draft{Text: "myself", ReplyTo: post.Post.ID})
		w.events()
		in := Incoming{URI: "https://fern.example/1", HTML: "<p>but</p>", ReplyToURI: post.Post.URI,
			Mentions: []skein.ID{ann.Account}, Named: []skein.ID{ann.Account}}
		for range 2 {
			if p, err := w.ReceivePost(t.Context(), w.site, fan, in); p != nil || err != nil {
				t.Errorf("a peer's reply is kept: %+v, %v", p, err)
			}
			if e := eventOf[skein.ApprovalAnswered](t, w.wantEvents("approval")[0]); e.Accepted || e.Asker != fan || e.Object != in.URI || e.Kind != skein.ApproveReply {
				t.Errorf("the answer %+v", e)
			}
		}
		in.Relevant = true
		if p, err := w.ReceivePost(t.Context(), w.site, fan, in); p != nil || skein.KindOf(err) != skein.NotFound {
			t.Errorf("looked up: %+v, %v", p, err)
		}
		if got := w.stored(post.Post.ID).ReplyCount; got != 1 {
			t.Errorf("%d replies counted", got)
		}
		if got := w.noteKinds(ann); got != "" {
			t.Errorf("the author is told of %q", got)
		}

		root := w.receive(cat, Incoming{URI: "https://fern.example/root", HTML: "<p>hello</p>", Mentions: []skein.ID{ann.Account}, Named: []skein.ID{ann.Account}})
		reply := w.write(ann, Draft{Text: "no more", ReplyTo: root.ID, Policy: shut})
		if p := w.receive(cat, Incoming{URI: "https://fern.example/2", ReplyToURI: reply.Post.URI}); p == nil || p.Held {
			t.Errorf("who is answered may not answer: %+v", p)
		}
	})
}

// A peer's reply to a post that wants to be asked is for the two of them; yes shows it, no takes it away for good, and
// neither can be said by others or twice.
func TestT62_RepliesByLeave(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.peer("cat", "fern.example")
		oak := w.personOf(w.other, "oak")
		post := w.write(ann, Draft{Text: "ask", Policy: &skein.Policy{Reply: &skein.Leave{Manual: []string{skein.WhoPublic}}}})
		all := []skein.ApprovalKind{skein.ApproveReply, skein.ApproveLike, skein.ApproveBoost, skein.ApproveQuote}
		ask := func(uri string) (*skein.Post, skein.ID) {
			t.Helper()
			p := w.receive(cat, Incoming{URI: uri, ReplyToURI: post.Post.URI})
			w.receive(cat, Incoming{URI: uri, ReplyToURI: post.Post.URI}) // twice
			list, err := w.Requests(t.Context(), ann, RequestFilter{Kinds: all}, Page{Limit: 10})
			if err != nil || len(list) != 1 || list[0].With == nil || list[0].With.Post.ID != p.ID {
				t.Fatalf("%d requests: %v", len(list), err)
			}
			return p, list[0].ID
		}
		p, id := ask("https://fern.example/1")
		if !w.sees(ann, p.ID) || w.sees(bob, p.ID) || w.sees(skein.Viewer{Site: w.site}, p.ID) {
			t.Error("a reply that waits is not for the two of them alone")
		}
		w.spread(p.ID)
		if got := w.noteKinds(ann); got != "pending_reply of cat" {
			t.Errorf("told of %q", got)
		}
		for _, who := range []skein.Viewer{bob, oak} {
			if _, err := w.Answer(t.Context(), who, id, true); skein.KindOf(err) != skein.NotFound {
				t.Errorf("an answer by somebody else: %v", err)
			}
			if list, err := w.Requests(t.Context(), who, RequestFilter{Kinds: all}, Page{Limit: 10}); err != nil || len(list) != 0 {
				t.Errorf("others see %d requests: %v", len(list), err)
			}
		}
		w.events()
		if _, err := w.Answer(t.Context(), ann, id, true); err != nil {
			t.Fatal(err)
		}
		if e := eventOf[skein.ApprovalAnswered](t, w.wantEvents("approval")[0]); !e.Accepted || e.Approval != id || e.Object != p.URI {
			t.Errorf("the answer %+v", e)
		}
		if _, err := w.Answer(t.Context(), ann, id, false); skein.KindOf(err) != skein.NotFound {
			t.Errorf("a second answer: %v", err)
		}
		if !w.sees(bob, p.ID) || w.stored(post.Post.ID).ReplyCount != 1 {
			t.Error("a reply with leave is not shown and counted")
		}

		p, id = ask("https://fern.example/2")
		if _, err := w.Answer(t.Context(), ann, id, false); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ReceivePost(t.Context(), w.site, cat, Incoming{URI: p.URI, ReplyToURI: post.Post.URI}); skein.KindOf(err) != skein.Gone {
			t.Errorf("a refused reply comes back: %v", err)
		}
		if got := w.stored(post.Post.ID).ReplyCount; got != 1 {
			t.Errorf("%d replies counted", got)
		}
	})
}

// An answer among peers that the policy does not let at once is shown only with a stamp of the answered author's host, in
// whatever order the two posts and the stamp come (T184), and while that holds.
func TestT190_AnswersAmongPeers(t *testing.T) {
	for _, parentFirst := range []bool{true, false} {
		inTown(t, func(t *testing.T, w *town) {
			ann, cat, dan := w.person("ann"), w.peer("cat", "fern.example"), w.peer("dan", "moss.example")
			w.follows(ann.Account, cat)
			w.follows(ann.Account, dan)
			const stamp = "https://fern.example/stamps/1"
			shut := &skein.Policy{Reply: &skein.Leave{Auto: []string{skein.WhoFollowers}, Manual: []string{skein.WhoPublic}}}
			root := Incoming{URI: "https://fern.example/1", HTML: "<p>words</p>", Policy: shut}
			reply := Incoming{URI: "https://moss.example/1", ReplyToURI: root.URI, ApprovedBy: stamp}
			forged := Incoming{URI: "https://moss.example/2", ReplyToURI: root.URI, ApprovedBy: "https://moss.example/stamps/1"}
			bare := Incoming{URI: "https://moss.example/3", ReplyToURI: root.URI}
			var original *skein.Post
			if parentFirst {
				original = w.receive(cat, root)
			}
			list := []*skein.Post{w.receive(dan, reply), w.receive(dan, forged), w.receive(dan, bare)}
			if !parentFirst {
				original = w.receive(cat, root)
			}
			resolve := func(p *skein.Post, uri string) {
				t.Helper()
				if err := w.ResolveReply(t.Context(), w.site, p.ID, uri, false); err != nil {
					t.Fatal(err)
				}
			}
			want := func(what string, shown bool, replies int) {
				t.Helper()
				if got := w.sees(ann, list[0].ID); got != shown {
					t.Errorf("%s: shown %v, want %v", what, got, shown)
				}
				if got := w.stored(original.ID).ReplyCount; got != replies {
					t.Errorf("%s: %d replies counted, want %d", what, got, replies)
				}
			}
			want("unproven", false, 0)
			resolve(list[0], "https://fern.example/stamps/2")
			resolve(list[1], forged.ApprovedBy)
			resolve(list[2], "")
			want("other stamps", false, 0)
			if w.sees(ann, list[1].ID) || w.sees(ann, list[2].ID) {
				t.Error("a forged stamp, or none, counts")
			}
			resolve(list[0], stamp)
			resolve(list[0], stamp)
			want("proven", true, 1)
			if err := w.ReceiveStampRevoked(t.Context(), w.site, cat, stamp); err != nil {
				t.Fatal(err)
			}
			want("taken back", false, 0)
			resolve(list[0], stamp)
			want("a look that began before", false, 0)

			// The stamp may come later, with the same post once more or with an edit of nothing.
			const late = "https://fern.example/stamps/3"
			bare.ApprovedBy = late
			w.receive(dan, bare)
			if got := w.stored(list[2].ID).Extra.Approval; got != late {
				t.Errorf("the stamp that came later: %q", got)
			}
			w.update(w.site, func(tx *store.Tx) error { return tx.BuryUnknown(late, "https://fern.example/users/cat") })
			resolve(list[2], late)
			if w.sees(ann, list[2].ID) {
				t.Error("a stamp that was taken back before it came counts")
			}
		})
	}
}

// Only the author of the answered post decides over a held answer of ours (T52), in any order and twice.
func TestT52_LeaveForOurReplies(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat, eve := w.person("ann"), w.person("bob"), w.peer("cat", "fern.example"), w.peer("eve", "fern.example")
		post := w.receive(cat, Incoming{URI: "https://fern.example/1", Policy: &skein.Policy{
			Reply: &skein.Leave{Manual: []string{skein.WhoPublic}}, Boost: &skein.Leave{Manual: []string{skein.WhoPublic}}}})
		reply := w.write(ann, Draft{Text: "may I", ReplyTo: post.ID}).Post.ID
		b, err := w.Boost(t.Context(), ann, post.ID, skein.Public)
		if err != nil {
			t.Fatal(err)
		}
		said := func(from, id skein.ID, ok bool, stamp string) error {
			return w.ReceiveLeave(t.Context(), w.site, from, id, ok, stamp)
		}
		const stamp = "https://fern.example/stamps/1"
		if said(eve, reply, true, stamp) == nil || said(cat, reply, true, "https://weed.example/1") == nil || said(cat, reply, true, "") == nil {
			t.Error("an answer of another, or with a stamp of another host, or without one, counted")
		}
		if !w.sees(ann, reply) || w.sees(bob, reply) || w.sees(bob, b.Post.ID) {
			t.Error("what waits is not for its author alone")
		}
		for range 2 {
			if err := said(cat, reply, true, stamp); err != nil {
				t.Fatal(err)
			}
			if err := said(cat, b.Post.ID, true, stamp+"b"); err != nil {
				t.Fatal(err)
			}
		}
		if p := w.stored(post.ID); !w.sees(bob, reply) || !w.sees(bob, b.Post.ID) || p.ReplyCount != 1 || p.BoostCount != 1 {
			t.Errorf("with leave: %d replies, %d boosts", p.ReplyCount, p.BoostCount)
		}
		if got := w.stored(reply).Extra.Approval; got != stamp {
			t.Errorf("the stamp of the reply: %q", got)
		}
		for range 2 {
			if err := said(cat, reply, false, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := said(cat, b.Post.ID, false, ""); err != nil {
			t.Fatal(err)
		}
		if p := w.stored(post.ID); w.sees(bob, reply) || !w.sees(ann, reply) || w.sees(ann, b.Post.ID) || p.ReplyCount != 0 || p.BoostCount != 0 {
			t.Errorf("without leave after all: %d replies, %d boosts", p.ReplyCount, p.BoostCount)
		}
	})
}

// A like that was taken back before anybody answered is not stored by the answer, nor one that comes after its end (T184).
func TestT184_LikesByLeave(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, cat := w.person("ann"), w.peer("cat", "fern.example")
		post := w.write(ann, Draft{Text: "ask", Policy: &skein.Policy{Like: &skein.Leave{Manual: []string{skein.WhoPublic}}}}).Post.ID
		waiting := func() []*Request {
			t.Helper()
			list, err := w.Requests(t.Context(), ann, RequestFilter{Kinds: []skein.ApprovalKind{skein.ApproveLike}}, Page{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		like := func(uri string) {
			t.Helper()
			if err := w.ReceiveLike(t.Context(), w.site, cat, post, uri); err != nil {
				t.Fatal(err)
			}
		}
		like("https://fern.example/like/1")
		like("https://fern.example/like/2") // one question at a time
		if n := len(waiting()); n != 1 || w.stored(post).LikeCount != 0 {
			t.Fatalf("%d wait", n)
		}
		if err := w.ReceiveUnlike(t.Context(), w.site, cat, 0, "https://fern.example/like/2"); err != nil {
			t.Fatal(err)
		}
		like("https://fern.example/like/2")
		if n := len(waiting()); n != 0 {
			t.Fatalf("%d wait after it was taken back", n)
		}
		like("https://fern.example/like/3")
		if _, err := w.Answer(t.Context(), ann, waiting()[0].ID, true); err != nil {
			t.Fatal(err)
		}
		like("https://fern.example/like/3")
		if n := len(waiting()); n != 0 || w.stored(post).LikeCount != 1 {
			t.Errorf("%d wait and %d like", n, w.stored(post).LikeCount)
		}
		if err := w.ReceiveUnlike(t.Context(), w.site, cat, 0, "https://fern.example/like/3"); err != nil || w.stored(post).LikeCount != 0 {
			t.Errorf("taken back: %v, %d like", err, w.stored(post).LikeCount)
		}
	})
}
