package social

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func (w *town) pass(d time.Duration) { w.ahead.Add(int64(d)) }

// counts is the votes for each answer, and who voted.
func (w *town) counts(id skein.ID) string {
	w.t.Helper()
	poll := w.stored(id).Extra.Poll
	if poll == nil {
		return "none"
	}
	var b strings.Builder
	for _, o := range poll.Options {
		fmt.Fprintf(&b, "%s %d ", o.Text, o.Votes)
	}
	return fmt.Sprintf("%sof %d", b.String(), poll.Voters)
}

func (w *town) wantCounts(what string, id skein.ID, want string) {
	w.t.Helper()
	if got := w.counts(id); got != want {
		w.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func drinks(multiple bool) *PollDraft {
	return &PollDraft{Options: []string{"tea", "coffee", "water"}, Lasts: time.Hour, Multiple: multiple}
}

func TestPollLimits(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		for _, c := range []struct {
			name string
			d    PollDraft
			want string // empty: it is good
		}{
			{"as it should be", PollDraft{Options: []string{"a", "b"}, Lasts: 5 * time.Minute}, ""},
			{"as much as may be", PollDraft{Options: []string{"a", "b", "c", strings.Repeat("🧑‍🍳", 50)}, Lasts: skein.MaxPollTime}, ""},
			{"one answer", PollDraft{Options: []string{"a", " "}, Lasts: time.Hour}, "Options must have more than one item"},
			{"five answers", PollDraft{Options: []string{"a", "b", "c", "d", "e"}, Lasts: time.Hour}, "Options can't contain more than 4 items"},
			{"a long answer", PollDraft{Options: []string{"a", strings.Repeat("ä", 51)}, Lasts: time.Hour}, "Options can't be longer than 50 characters each"},
			{"twice the same", PollDraft{Options: []string{"a b", " a  b"}, Lasts: time.Hour}, "Options contain duplicate items"},
			{"too short", PollDraft{Options: []string{"a", "b"}, Lasts: 299 * time.Second}, "Expires at is too soon"},
			{"too long", PollDraft{Options: []string{"a", "b"}, Lasts: skein.MaxPollTime + time.Second}, "Expires at is too far into the future"},
			{"without end", PollDraft{Options: []string{"a", "b"}}, "Expires at is too far into the future"},
		} {
			v, err := w.CreatePost(t.Context(), ann, Draft{Poll: &c.d}) // a poll needs no text
			switch {
			case c.want == "" && (err != nil || v.Post.Extra.Poll == nil):
				t.Errorf("%s: %v", c.name, err)
			case c.want != "" && (err == nil || err.Error() != "Validation failed: "+c.want || skein.KindOf(err) != skein.Invalid):
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

// A vote counts once, in time, for answers that there are, and of those who may read the poll; authors have none (T97).
func TestT97_VotesCountOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat, far := w.person("ann"), w.person("bob"), w.person("cat"), w.personOf(w.other, "far")
		one := w.write(ann, Draft{Text: "?", Poll: drinks(false)}).Post.ID
		many := w.write(ann, Draft{Text: "??", Poll: drinks(true), Visibility: skein.Followers}).Post.ID
		w.follows(cat.Account, ann.Account)
		plain := w.write(ann, Draft{Text: "no poll"}).Post.ID
		for _, c := range []struct {
			name    string
			who     skein.Viewer
			post    skein.ID
			choices []int
			want    skein.Kind
		}{
			{"the author", ann, one, []int{0}, skein.Invalid},
			{"a visitor", skein.Viewer{Site: w.site}, one, []int{0}, skein.Unauthorized},
			{"another site", skein.Viewer{Site: w.other, Account: far.Account}, one, []int{0}, skein.NotFound},
			{"a stranger", bob, many, []int{0}, skein.NotFound},
			{"no poll", bob, plain, []int{0}, skein.NotFound},
			{"no answer", bob, one, nil, skein.Invalid},
			{"an answer beyond", bob, one, []int{3}, skein.Invalid},
			{"an answer below", bob, one, []int{-1}, skein.Invalid},
			{"two of one", bob, one, []int{0, 1}, skein.Invalid},
			{"one good, one bad", cat, many, []int{0, 9}, skein.Invalid},
		} {
			if _, err := w.Vote(t.Context(), c.who, c.post, c.choices); skein.KindOf(err) != c.want || err == nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		w.wantCounts("after nothing but faults", one, "tea 0 coffee 0 water 0 of 0")
		v, err := w.Vote(t.Context(), bob, one, []int{1})
		if err != nil || !slices.Equal(v.Marks.Votes, []int{1}) {
			t.Fatalf("vote: %+v, %v", v, err)
		}
		if _, err := w.Vote(t.Context(), bob, one, []int{0}); skein.KindOf(err) != skein.Invalid {
			t.Errorf("a second vote: %v", err)
		}
		if v, err = w.Vote(t.Context(), cat, many, []int{2, 0, 2}); err != nil || !slices.Equal(v.Marks.Votes, []int{0, 2}) {
			t.Errorf("several: %+v, %v", v, err)
		}
		w.wantCounts("one", one, "tea 0 coffee 1 water 0 of 1")
		w.wantCounts("many", many, "tea 1 coffee 0 water 1 of 1")
		w.pass(time.Hour)
		if _, err := w.Vote(t.Context(), cat, one, []int{0}); err == nil || err.Error() != errPollOver.Error() {
			t.Errorf("after the end: %v", err)
		}
		if v, _ := w.Poll(t.Context(), bob, one); v == nil || !v.Over || !slices.Equal(v.Marks.Votes, []int{1}) {
			t.Errorf("the poll at last: %+v", v)
		}
	})
}

// At the end author and voters are told, once; a poll whose end was put off has not ended.
func TestEndOfAPoll(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		id := w.write(ann, Draft{Text: "?", Poll: drinks(false)}).Post.ID
		if _, err := w.Vote(t.Context(), bob, id, []int{0}); err != nil {
			t.Fatal(err)
		}
		first := w.stored(id).Extra.Poll.EndsAt
		w.pass(30 * time.Minute)
		edit := Edit{Poll: drinks(false), SetPoll: true}
		edit.Poll.Lasts = 2 * time.Hour
		if _, err := w.EditPost(t.Context(), ann, id, edit); err != nil {
			t.Fatal(err)
		}
		w.wantCounts("with another end", id, "tea 1 coffee 0 water 0 of 1")
		w.pass(31 * time.Minute)
		end := func(at time.Time) {
			t.Helper()
			if err := w.EndPoll(t.Context(), skein.PollEnds{Site: w.site, Post: id, At: at}); err != nil {
				t.Fatal(err)
			}
		}
		end(first)
		if got := w.noteKinds(ann) + w.noteKinds(bob); strings.Contains(got, "poll") {
			t.Errorf("at the end that was put off: %s", got)
		}
		last := w.stored(id).Extra.Poll.EndsAt
		w.pass(2 * time.Hour)
		end(last)
		end(last)
		for name, who := range map[string]skein.Viewer{"author": ann, "voter": bob} {
			if got := w.noteKinds(who); strings.Count(got, "poll") != 1 {
				t.Errorf("%s is told %q", name, got)
			}
		}
		if got := w.noteKinds(cat); strings.Contains(got, "poll") {
			t.Errorf("who did not vote is told %q", got)
		}
		if !w.stored(id).Extra.Poll.Closed {
			t.Error("the poll is not closed")
		}
	})
}

// The text of a post can be changed when its poll is over: a poll that names no end keeps its own, its votes and what it hides.
func TestEditKeepsTheEndOfAPoll(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		poll := drinks(false)
		poll.HideTotals = true
		id := w.write(ann, Draft{Text: "?", Poll: poll}).Post.ID
		if _, err := w.Vote(t.Context(), bob, id, []int{0}); err != nil {
			t.Fatal(err)
		}
		was := w.stored(id).Extra.Poll
		w.pass(2 * time.Hour)
		if err := w.EndPoll(t.Context(), skein.PollEnds{Site: w.site, Post: id, At: was.EndsAt}); err != nil {
			t.Fatal(err)
		}
		text := "Tea, then?"
		same := &PollDraft{Options: poll.Options}
		if _, err := w.EditPost(t.Context(), ann, id, Edit{Text: &text, Poll: same, SetPoll: true}); err != nil {
			t.Fatal(err)
		}
		w.wantCounts("the same poll", id, "tea 1 coffee 0 water 0 of 1")
		got := w.stored(id)
		if p := got.Extra.Poll; got.Text != text || !p.EndsAt.Equal(was.EndsAt) || !p.HideTotals || !p.Closed {
			t.Errorf("after the edit: %q, %+v", got.Text, p)
		}
		other := &PollDraft{Options: []string{"beer", "wine"}}
		_, err := w.EditPost(t.Context(), ann, id, Edit{Poll: other, SetPoll: true})
		wantKind(t, "other answers in a poll that is over", err, skein.Invalid)
	})
}

// T189: an edit that asks something else takes the votes away, and what was asked stands in the history.
func TestT189_OtherAnswersTakeVotesAway(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		id := w.write(ann, Draft{Text: "?", Poll: drinks(false)}).Post.ID
		vote := func() {
			t.Helper()
			if _, err := w.Vote(t.Context(), bob, id, []int{0}); err != nil {
				t.Fatal(err)
			}
		}
		vote()
		other := drinks(false)
		other.Options[0] = "beer"
		if _, err := w.EditPost(t.Context(), ann, id, Edit{Poll: other, SetPoll: true}); err != nil {
			t.Fatal(err)
		}
		w.wantCounts("other answers", id, "beer 0 coffee 0 water 0 of 0")
		vote()
		if _, err := w.EditPost(t.Context(), ann, id, Edit{Poll: &PollDraft{Options: other.Options, Lasts: time.Hour, Multiple: true}, SetPoll: true}); err != nil {
			t.Fatal(err)
		}
		w.wantCounts("several answers", id, "beer 0 coffee 0 water 0 of 0")
		vote()
		text := "!"
		if _, err := w.EditPost(t.Context(), ann, id, Edit{Text: &text}); err != nil {
			t.Fatal(err)
		}
		w.wantCounts("other text", id, "beer 1 coffee 0 water 0 of 1")
		if _, err := w.EditPost(t.Context(), ann, id, Edit{SetPoll: true}); err != nil {
			t.Fatal(err)
		}
		w.wantCounts("no poll", id, "none")
		list, _, err := w.History(t.Context(), bob, id)
		if err != nil || len(list) != 5 || list[0].Poll[0] != "tea" || list[1].Poll[0] != "beer" || list[4].Poll != nil {
			t.Errorf("history: %+v, %v", list, err)
		}
		w.update(w.site, func(tx *store.Tx) error {
			votes, err := tx.Votes(id, bob.Account)
			if len(votes) != 0 {
				t.Errorf("votes in no poll: %v", votes)
			}
			return err
		})
	})
}

func asked(n ...int) *skein.Poll {
	p := &skein.Poll{}
	for i, votes := range n {
		p.Options = append(p.Options, skein.PollOption{Text: string(rune('a' + i)), Votes: votes})
		p.Voters += votes
	}
	return p
}

// T97, T216: counts of a peer's poll are what the peer says, within bounds; another question in an implicit update is none.
func TestT97_CountsOfPeersAreBounded(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		cat := w.peer("cat", "fern.example")
		uri := "https://fern.example/polls/1"
		in := Incoming{URI: uri, HTML: "?", Relevant: true, CreatedAt: w.DB.Now(), Poll: asked(1, 0)}
		in.Poll.EndsAt = w.DB.Now().Add(time.Hour)
		id := w.receive(cat, in).ID
		edit := func(p *skein.Poll, at time.Time) {
			t.Helper()
			if p != nil {
				p.EndsAt = in.Poll.EndsAt
			}
			if err := w.ReceiveEdit(t.Context(), w.site, cat, Incoming{URI: uri, HTML: "?", Poll: p, EditedAt: at}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Vote(t.Context(), ann, id, []int{1}); err != nil {
			t.Fatal(err)
		}
		w.wantCounts("with a vote of ours", id, "a 1 b 1 of 2")
		edit(asked(5, 2), time.Time{})
		w.wantCounts("told", id, "a 5 b 2 of 7")
		mad := asked(-3, 1<<40)
		mad.Voters = -1
		edit(mad, time.Time{})
		w.wantCounts("beyond all bounds", id, "a 0 b 1073741824 of 0")
		edit(asked(1, 1, 1), time.Time{})
		edit(nil, time.Time{})
		w.wantCounts("another question, quietly", id, "a 0 b 1073741824 of 0")
		if v, _ := w.Poll(t.Context(), ann, id); len(v.Marks.Votes) != 1 {
			t.Errorf("own vote: %+v", v.Marks)
		}
		w.pass(time.Minute)
		edit(asked(1, 1, 1), w.DB.Now())
		w.wantCounts("another question", id, "a 1 b 1 c 1 of 3")
		if v, _ := w.Poll(t.Context(), ann, id); len(v.Marks.Votes) != 0 {
			t.Errorf("a vote in what was asked before: %+v", v.Marks)
		}
		many := make([]int, 100_000) // T82
		edit(asked(many...), w.DB.Now().Add(time.Second))
		w.pass(time.Minute)
		edit(asked(many...), w.DB.Now())
		if n := len(w.stored(id).Extra.Poll.Options); n != maxPollPeer {
			t.Errorf("%d answers are kept", n)
		}
	})
}

// T97: votes of peers' people count once, in time, and only of who may read the poll.
func TestT97_VotesOfPeers(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		one := w.write(ann, Draft{Text: "?", Poll: drinks(false)}).Post
		many := w.write(ann, Draft{Text: "??", Poll: drinks(true)}).Post
		secret := w.write(ann, Draft{Text: "???", Poll: drinks(false), Visibility: skein.Followers}).Post
		cat, dan := w.peer("cat", "fern.example"), w.peer("dan", "fern.example")
		n := 0
		vote := func(by skein.ID, p *skein.Post, answer string) bool {
			t.Helper()
			n++
			is, err := w.ReceiveVote(t.Context(), w.site, by, fmt.Sprintf("https://fern.example/votes/%d", n), p.URI, answer)
			if err != nil {
				t.Fatal(err)
			}
			return is
		}
		for _, answer := range []string{"tea", "tea", "coffee"} {
			if !vote(cat, one, answer) || !vote(cat, many, answer) {
				t.Errorf("%s is no vote", answer)
			}
		}
		if vote(cat, one, "beer") || vote(cat, &skein.Post{URI: "https://elm.example/none"}, "tea") {
			t.Error("an answer that there is not is a vote")
		}
		vote(cat, secret, "tea")
		w.blocks(ann.Account, dan)
		vote(dan, one, "tea")
		w.wantCounts("one", one.ID, "tea 1 coffee 0 water 0 of 1")
		w.wantCounts("many", many.ID, "tea 1 coffee 1 water 0 of 1")
		w.wantCounts("of a stranger", secret.ID, "tea 0 coffee 0 water 0 of 0")
		if _, err := w.ReceiveVote(t.Context(), w.site, cat, "https://other.example/v", one.URI, "tea"); skein.KindOf(err) != skein.Invalid {
			t.Errorf("a vote with a name on another host: %v", err)
		}
		if _, err := w.ReceiveVote(t.Context(), w.site, bob.Account, "", one.URI, "tea"); err == nil {
			t.Error("one of ours votes as a peer")
		}
		w.pass(time.Hour)
		vote(w.peer("eve", "fern.example"), one, "tea")
		w.wantCounts("after the end", one.ID, "tea 1 coffee 0 water 0 of 1")
	})
}

// A peer's poll is read again at most once a minute while it is open, and once after its end.
// A copy that was read before the end, and comes after what the author told at the end, takes nothing back.
func TestFinalTotalsStay(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		cat := w.peer("cat", "fern.example")
		in := Incoming{URI: "https://fern.example/polls/1", HTML: "?", Relevant: true, CreatedAt: w.DB.Now(), Poll: asked(0, 0)}
		in.Poll.EndsAt = w.DB.Now().Add(time.Hour)
		id := w.receive(cat, in).ID
		tell := func(final bool, votes ...int) {
			t.Helper()
			again := in
			again.Poll = asked(votes...)
			again.Poll.EndsAt, again.Poll.Final = in.Poll.EndsAt, final
			if err := w.ReceiveEdit(t.Context(), w.site, cat, again); err != nil {
				t.Fatal(err)
			}
		}
		tell(true, 9, 9) // closed before its end, says a liar: the next word counts
		tell(false, 1, 0)
		w.wantCounts("open", id, "a 1 b 0 of 1")
		w.pass(2 * time.Hour)
		tell(true, 3, 4)
		tell(false, 1, 0)
		w.wantCounts("over", id, "a 3 b 4 of 7")
		w.pass(time.Minute)
		if p, _, err := w.StalePoll(t.Context(), w.site, id); p != nil || err != nil {
			t.Errorf("final totals are read again: %v, %v", p, err)
		}
		tell(true, 3, 5) // its author may still correct itself
		w.wantCounts("corrected", id, "a 3 b 5 of 8")
	})
}

func TestPollOfPeerIsReadAgain(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		cat := w.peer("cat", "fern.example")
		in := Incoming{URI: "https://fern.example/polls/1", HTML: "?", Relevant: true, CreatedAt: w.DB.Now(), Poll: asked(1, 0)}
		in.Poll.EndsAt = w.DB.Now().Add(time.Hour)
		id := w.receive(cat, in).ID
		due := func(what string, want bool) {
			t.Helper()
			p, _, err := w.StalePoll(t.Context(), w.site, id)
			if err != nil || (p != nil) != want {
				t.Errorf("%s: %v, %v; want %v", what, p, err, want)
			}
		}
		due("just come", false)
		w.pass(61 * time.Second)
		due("a minute later", true)
		due("at once again", false)
		w.pass(2 * time.Hour)
		due("after the end", true)
		w.pass(2 * time.Hour)
		due("long after the end", false)
		due("long after the end", false)
	})
}
