package social

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"skein/internal/skein"
)

// quoteOf makes a peer's post that quotes another.
func (w *town) quoteOf(author skein.ID, uri, quoted, stamp string) *skein.Post {
	w.t.Helper()
	return w.receive(author, Incoming{URI: uri, HTML: "<p>q</p>", Quote: &IncomingQuote{URI: quoted, Stamp: stamp}})
}

func (w *town) wantQuote(what string, who skein.Viewer, id skein.ID, want skein.QuoteState) {
	w.t.Helper()
	v, err := w.Post(w.t.Context(), who, id)
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
	if v.Quote == nil || v.Quote.State != want || (v.Quote.Post != nil) != (want == skein.QuoteAccepted) {
		w.t.Errorf("%s: quote %+v, want %s", what, v.Quote, want)
	}
}

// A quote among peers is shown only while a stamp of the quoted author's own host proves it.
func TestT190_StampsOfPeers(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, cat, dan, eve := w.person("ann"), w.peer("cat", "fern.example"), w.peer("dan", "moss.example"), w.peer("eve", "weed.example")
		const quoted, stamp = "https://fern.example/1", "https://fern.example/stamps/1"
		original := w.receive(cat, Incoming{URI: quoted, HTML: "<p>words</p>"})
		resolve := func(p *skein.Post, stamp string, proof QuoteProof) {
			t.Helper()
			if err := w.ResolveQuote(t.Context(), w.site, p.ID, quoted, stamp, original.ID, proof); err != nil {
				t.Fatal(err)
			}
		}
		count := func(want int) {
			t.Helper()
			if p, err := w.PostByURI(t.Context(), w.site, quoted); err != nil || p.QuoteCount != want {
				t.Errorf("%d quotes counted, want %d (%v)", p.QuoteCount, want, err)
			}
		}

		w.wantQuote("no stamp", ann, w.quoteOf(dan, "https://moss.example/0", quoted, "").ID, skein.QuotePending)
		forged := w.quoteOf(dan, "https://moss.example/1", quoted, "https://moss.example/stamps/1")
		w.wantQuote("a stamp of the quoter's own host", ann, forged.ID, skein.QuoteRejected)

		p := w.quoteOf(dan, "https://moss.example/2", quoted, stamp)
		w.wantQuote("not looked at yet", ann, p.ID, skein.QuotePending)
		resolve(p, "https://fern.example/stamps/2", QuoteProven)
		w.wantQuote("the proof of another stamp", ann, p.ID, skein.QuotePending)
		resolve(p, stamp, QuoteProven)
		resolve(p, stamp, QuoteProven) // once is enough
		w.wantQuote("proven", ann, p.ID, skein.QuoteAccepted)
		count(1)

		// Only who gave a stamp takes it back, and then it is gone for good.
		if err := w.ReceiveStampRevoked(t.Context(), w.site, eve, stamp); err == nil {
			t.Error("a stranger took a stamp back")
		}
		if err := w.ReceiveStampRevoked(t.Context(), w.site, w.peer("cow", "fern.example"), stamp); err != nil {
			t.Fatal(err)
		}
		w.wantQuote("taken back by somebody else of the host", ann, p.ID, skein.QuoteAccepted)
		if err := w.ReceiveStampRevoked(t.Context(), w.site, cat, stamp); err != nil {
			t.Fatal(err)
		}
		w.wantQuote("taken back", ann, p.ID, skein.QuoteRevoked)
		count(0)
		resolve(p, stamp, QuoteProven)
		w.wantQuote("a look that began before", ann, p.ID, skein.QuoteRevoked)
		late := w.quoteOf(eve, "https://weed.example/1", quoted, stamp)
		w.wantQuote("a quote that comes after its stamp was taken back (T184)", ann, late.ID, skein.QuoteRevoked)

		p = w.quoteOf(dan, "https://moss.example/3", quoted, "https://fern.example/stamps/3")
		resolve(p, "https://fern.example/stamps/3", QuoteProven)
		resolve(p, "https://fern.example/stamps/3", QuoteDisproven)
		w.wantQuote("a stamp that is no longer there", ann, p.ID, skein.QuoteRevoked)
		count(0)
	})
}

// An account that its own server suspended takes its stamps back; one that moderators here suspended does nothing (T37).
func TestT190_StampOfSomebodySuspended(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, cat, dan := w.person("ann"), w.peer("cat", "fern.example"), w.peer("dan", "moss.example")
		const quoted, stamp = "https://fern.example/1", "https://fern.example/stamps/1"
		original := w.receive(cat, Incoming{URI: quoted, HTML: "<p>words</p>"})
		p := w.quoteOf(dan, "https://moss.example/1", quoted, stamp)
		if err := w.ResolveQuote(t.Context(), w.site, p.ID, quoted, stamp, original.ID, QuoteProven); err != nil {
			t.Fatal(err)
		}
		w.set(cat, func(a *skein.Account) { a.SuspendedAt = w.DB.Now() })
		wantKind(t, "a stamp of somebody suspended here", w.ReceiveStampRevoked(t.Context(), w.site, cat, stamp), skein.Denied)
		w.set(cat, func(a *skein.Account) { a.Extra.SuspendedThere = true })
		if err := w.ReceiveStampRevoked(t.Context(), w.site, cat, stamp); err != nil {
			t.Errorf("a stamp of somebody suspended at home: %v", err)
		}
		w.set(cat, func(a *skein.Account) { a.SuspendedAt, a.Extra.SuspendedThere = time.Time{}, false })
		w.wantQuote("taken back while suspended at home", ann, p.ID, skein.QuoteRevoked)
	})
}

// Only the author of a quoted post answers for it (T52), and only for the post that asked; the second answer changes nothing.
func TestT190_AnswersToOurQuotes(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, cat, eve := w.person("ann"), w.peer("cat", "fern.example"), w.peer("eve", "fern.example")
		open := &skein.Policy{Quote: &skein.Leave{Auto: []string{skein.WhoPublic}}}
		original := w.receive(cat, Incoming{URI: "https://fern.example/1", Policy: open})
		shut := w.receive(cat, Incoming{URI: "https://fern.example/2"})
		if _, err := w.CreatePost(t.Context(), ann, Draft{Text: "q", Quote: shut.ID}); skein.KindOf(err) != skein.Denied {
			t.Errorf("a quote of what nobody may quote: %v", err)
		}
		v, err := w.CreatePost(t.Context(), ann, Draft{Text: "q", Quote: original.ID})
		if err != nil {
			t.Fatal(err)
		}
		id := v.Post.ID
		answer := func(from skein.ID, ok bool, stamp string) error {
			return w.ReceiveQuoteAnswer(t.Context(), w.site, from, id, ok, stamp)
		}
		const stamp = "https://fern.example/stamps/1"
		if answer(eve, true, stamp) == nil || answer(cat, true, "https://weed.example/stamps/1") == nil || answer(cat, true, "") == nil {
			t.Error("an answer of another, or with a stamp of another host, or without one, counted")
		}
		w.wantQuote("no answer yet", ann, id, skein.QuotePending)
		for range 2 {
			if err := answer(cat, true, stamp); err != nil {
				t.Fatal(err)
			}
		}
		w.wantQuote("accepted", ann, id, skein.QuoteAccepted)
		if p, _ := w.PostByURI(t.Context(), w.site, original.URI); p.QuoteCount != 1 {
			t.Errorf("%d quotes counted after two answers", p.QuoteCount)
		}
		if err := answer(cat, false, ""); err != nil {
			t.Fatal(err)
		}
		w.wantQuote("refused after all", ann, id, skein.QuoteRevoked)

		// A no is final: each answer that counted would go to all followers.
		w.events()
		for range 2 {
			if err := errors.Join(answer(cat, true, stamp), answer(cat, true, stamp+"0"), answer(cat, false, "")); err != nil {
				t.Fatal(err)
			}
		}
		w.wantQuote("allowed after a no", ann, id, skein.QuoteRevoked)
		if v, err = w.CreatePost(t.Context(), ann, Draft{Text: "q", Quote: original.ID}); err != nil {
			t.Fatal(err)
		}
		id = v.Post.ID
		w.wantEvents()
		for range 2 {
			if err := errors.Join(answer(cat, false, ""), answer(cat, true, stamp+"1")); err != nil {
				t.Fatal(err)
			}
		}
		w.wantQuote("refused, then allowed", ann, id, skein.QuoteRejected)
		w.wantEvents("edited")
	})
}

// Who may not read a post learns nothing by asking to quote it (T51), and gets no stamp; neither does the quote of another.
func TestT51_QuoteOfWhatIsNotTheirs(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, cat, dan := w.person("ann"), w.peer("cat", "fern.example"), w.peer("dan", "moss.example")
		private, public := w.post(ann.Account, skein.Followers), w.post(ann.Account, skein.Public)
		w.events()
		ask := func(by, post skein.ID, object string) error {
			return w.ReceiveQuoteRequest(t.Context(), w.site, by, post, object, object+"/ask")
		}
		if err := ask(cat, private, "https://fern.example/1"); err != nil {
			t.Fatal(err)
		}
		if names, _ := w.events(); len(names) != 0 {
			t.Errorf("a question about a hidden post is answered: %q", names)
		}
		if err := ask(cat, public, "https://moss.example/1"); err == nil {
			t.Error("somebody asked for a post of another host")
		}
		v, err := w.Post(t.Context(), ann, public)
		if err != nil {
			t.Fatal(err)
		}
		// What dan wrote is not shown by what cat was allowed.
		if err := ask(cat, public, "https://fern.example/2"); err != nil {
			t.Fatal(err)
		}
		if e := eventOf[skein.ApprovalAnswered](t, w.wantEvents("approval")[0]); !e.Accepted || e.Approval == 0 || e.Asker != cat {
			t.Errorf("the answer %+v", e)
		}
		p := w.quoteOf(dan, "https://moss.example/2", v.Post.URI, stampOf(v.Author, &skein.Approval{ID: 1, Kind: skein.ApproveQuote}))
		w.wantQuote("an invented stamp of ours", ann, p.ID, skein.QuotePending)
		q := w.quoteOf(cat, "https://fern.example/2", v.Post.URI, "")
		w.wantQuote("asked before it came (T184)", ann, q.ID, skein.QuoteAccepted)
	})
}

// A stamp that comes while what is quoted is still looked for is looked at too: that is how Mastodon sends it, a Create and
// then an Update. The same word twice is one look (T184).
func TestT184_StampWhileQuoteIsFetched(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		dan := w.peer("dan", "moss.example")
		const quoted, stamp = "https://fern.example/1", "https://fern.example/stamps/1"
		p := w.quoteOf(dan, "https://moss.example/1", quoted, "")
		for range 2 {
			in := Incoming{URI: p.URI, HTML: "<p>q</p>", Relevant: true, Quote: &IncomingQuote{URI: quoted, Stamp: stamp}}
			if err := w.ReceiveEdit(t.Context(), w.site, dan, in); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		names, jobs := w.events()
		for i, name := range names {
			if name == "check-quote" {
				got = append(got, eventOf[skein.QuoteUnproven](t, jobs[i]).Stamp)
			}
		}
		if !slices.Equal(got, []string{"", stamp}) {
			t.Errorf("looks at a quote for the stamps %q", got)
		}
	})
}

// An edit by which a peer's post quotes another is an edit like any other: its poll is another, and who is named now is told.
func TestRequotingEdit(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, cat := w.person("ann"), w.peer("cat", "fern.example")
		first := w.receive(cat, Incoming{URI: "https://fern.example/1", HTML: "<p>1</p>"})
		second := w.receive(cat, Incoming{URI: "https://fern.example/2", HTML: "<p>2</p>"})
		poll := func(options ...string) *skein.Poll {
			out := &skein.Poll{EndsAt: w.DB.Now().Add(time.Hour)}
			for _, o := range options {
				out.Options = append(out.Options, skein.PollOption{Text: o})
			}
			return out
		}
		in := Incoming{URI: "https://fern.example/3", HTML: "<p>q</p>", Quote: &IncomingQuote{URI: first.URI}, Poll: poll("a", "b")}
		p := w.receive(cat, in)
		w.events()
		in.Quote, in.Poll, in.EditedAt = &IncomingQuote{URI: second.URI}, poll("c", "d"), w.DB.Now()
		in.Mentions, in.Named = []skein.ID{ann.Account}, []skein.ID{ann.Account}
		if err := w.ReceiveEdit(t.Context(), w.site, cat, in); err != nil {
			t.Fatal(err)
		}
		now := w.stored(p.ID)
		if now.QuoteOf != second.ID || now.Extra.Quote.State != skein.QuoteAccepted || now.EditedAt.IsZero() || now.Extra.Poll.Options[0].Text != "c" {
			t.Errorf("after the edit: quote of %v %+v, edited %v, poll %+v", now.QuoteOf, now.Extra.Quote, now.EditedAt, now.Extra.Poll)
		}
		one, two := w.stored(first.ID).QuoteCount, w.stored(second.ID).QuoteCount
		if one != 0 || two != 1 {
			t.Errorf("%d and %d quotes counted, want 0 and 1", one, two)
		}
		names, jobs := w.events()
		i := slices.Index(names, "edited")
		if i < 0 {
			t.Fatalf("told: %q", names)
		}
		if e := eventOf[skein.PostEdited](t, jobs[i]); !e.Content || !slices.Equal(e.Mentioned, []skein.ID{ann.Account}) {
			t.Errorf("told: %+v", e)
		}
	})
}

// An account is given leave for so many posts that nobody here has seen and no more, whatever names it invents; what it was
// given stands, and posts that are here do not count.
func TestQuotesByInventedPosts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, cat, dan := w.person("ann"), w.peer("cat", "fern.example"), w.peer("dan", "moss.example")
		id := w.post(ann.Account, skein.Public)
		w.events()
		ask := func(by skein.ID, object string, want bool) {
			t.Helper()
			if err := w.ReceiveQuoteRequest(t.Context(), w.site, by, id, object, object+"/ask"); err != nil {
				t.Fatal(err)
			}
			names, jobs := w.events()
			i := slices.Index(names, "approval")
			if i < 0 {
				t.Fatalf("%s: told %q", object, names)
			}
			if e := eventOf[skein.ApprovalAnswered](t, jobs[i]); e.Accepted != want {
				t.Errorf("%s: leave given %v, want %v", object, e.Accepted, want)
			}
		}
		for i := range maxUnseenQuotes + 2 {
			ask(cat, fmt.Sprint("https://fern.example/", i), i < maxUnseenQuotes)
		}
		ask(cat, "https://fern.example/0", true)
		w.quoteOf(cat, "https://fern.example/seen", w.stored(id).URI, "")
		ask(cat, "https://fern.example/seen", true)
		ask(dan, "https://moss.example/1", true)
	})
}
