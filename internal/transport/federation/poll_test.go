package federation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// ask makes ann ask what to drink.
func (w *world) ask(d social.PollDraft) *skein.Post {
	w.t.Helper()
	d.Options, d.Lasts = []string{"tea", "coffee"}, time.Hour
	v, err := w.Social.CreatePost(w.t.Context(), w.viewer(w.ann), social.Draft{Text: "Which?", Language: "en", Poll: &d})
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Post
}

// counts is the votes for each answer, and of how many.
func (w *world) counts(uri string) string {
	w.t.Helper()
	p := w.stored(uri)
	if p == nil || p.Extra.Poll == nil {
		return "none"
	}
	var b strings.Builder
	for _, o := range p.Extra.Poll.Options {
		fmt.Fprintf(&b, "%d ", o.Votes)
	}
	return fmt.Sprintf("%sof %d", b.String(), p.Extra.Poll.Voters)
}

func (w *world) wantCounts(what, uri, want string) {
	w.t.Helper()
	if got := w.counts(uri); got != want {
		w.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// TestOutgoingPoll keeps the shapes of polls and votes in golden files, and who gets them (reference, sections 11 and 16).
func TestOutgoingPoll(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	bob, cat := w.stranger("bob", "oak.test"), w.stranger("cat", "ash.test")
	oak, ash := "https://oak.test/inbox", "https://ash.test/inbox"
	w.follows(bob, w.ann)
	p := w.ask(social.PollDraft{})
	w.golden("create_question", w.only("poll", oak), p.ID.String(), "POST")

	if _, err := w.Social.ReceiveVote(ctx, w.site.ID, cat.ID, "https://ash.test/votes/1", p.URI, "coffee"); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if sent := w.sent(); len(sent) != 0 {
		t.Errorf("totals are told at once: %v", sent)
	}
	w.pass(pollEvery)
	w.golden("update_question", w.only("totals", oak, ash), p.ID.String(), "POST")
	w.pass(time.Hour)
	w.golden("update_question_closed", w.only("the end", oak, ash), p.ID.String(), "POST")

	hidden := w.ask(social.PollDraft{Multiple: true, HideTotals: true})
	w.only("hidden poll", oak)
	if _, err := w.Social.ReceiveVote(ctx, w.site.ID, cat.ID, "https://ash.test/votes/2", hidden.URI, "tea"); err != nil {
		t.Fatal(err)
	}
	w.pass(pollEvery)
	w.settle()
	if sent := w.sent(); len(sent) != 0 {
		t.Errorf("hidden totals are told: %v", sent)
	}
	w.golden("question_hidden", w.get("/ap/users/"+w.ann.ID.String()+"/statuses/"+hidden.ID.String()).Body.Bytes(), hidden.ID.String(), "POST")

	theirs, err := w.Social.ReceivePost(ctx, w.site.ID, cat.ID, social.Incoming{URI: "https://ash.test/polls/1", HTML: "?", CreatedAt: w.clock(),
		Relevant: true, Poll: &skein.Poll{Options: []skein.PollOption{{Text: "yes"}, {Text: "no"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Social.Vote(ctx, w.viewer(w.ann), theirs.ID, []int{1}); err != nil {
		t.Fatal(err)
	}
	vote := w.only("vote", ash)
	id := strings.TrimSuffix(string(vote), "/activity")
	id = id[strings.Index(id, "#votes/")+len("#votes/"):]
	w.golden("vote", vote, id[:strings.IndexAny(id, `/"`)], "VOTE")
}

const pollEvery = 3*time.Minute + 2*time.Second

// Votes as programs send them: one by one, or several in one Create (reference, section 26). A vote is never a post, and
// what is no answer is a post only if it says something.
func TestVotesAreRead(t *testing.T) {
	w := newWorld(t)
	oak := w.peer("oak.test", "127.0.0.11")
	oak.actor("bob")
	oak.actor("eve")
	p := w.ask(social.PollDraft{Multiple: true})
	note := func(by string, n int, more string) string {
		return fmt.Sprintf(`{"id":"$/votes/%d","type":"Note","attributedTo":"$/users/%s","to":"@ANN","inReplyTo":%q%s}`, n, by, p.URI, more)
	}
	create := func(by string, n int, object string) {
		oak.send(by, fmt.Sprintf(`{"id":"$/a/%d","type":"Create","to":"@ANN","object":%s}`, n, object))
	}
	create("bob", 1, note("bob", 1, `,"name":"tea"`))
	create("bob", 2, note("bob", 2, `,"name":"tea"`))
	w.wantCounts("one", p.URI, "1 0 of 1")
	create("eve", 3, "["+note("eve", 3, `,"name":"tea"`)+","+note("eve", 4, `,"name":"coffee"`)+"]")
	w.wantCounts("an array", p.URI, "2 1 of 2")
	create("bob", 5, note("bob", 5, `,"name":"beer"`))
	create("bob", 6, note("bob", 6, `,"name":"beer","content":"I would like beer"`))
	create("bob", 7, note("eve", 7, `,"name":"coffee"`)) // T52: of somebody else
	w.wantCounts("no votes", p.URI, "2 1 of 2")
	for n := 1; n <= 7; n++ {
		got := w.stored(fmt.Sprintf("%s/votes/%d", oak.base, n))
		if (got != nil) != (n == 6) || got != nil && got.ReplyTo != p.ID {
			t.Errorf("post %d: %+v", n, got)
		}
	}
}

// A Question that changes: counts alone, other answers, and what is read again from its origin when somebody looks.
func TestPollOfPeerFollowsItsOrigin(t *testing.T) {
	w, oak, _, _ := twoPeers(t)
	question := func(a, b, more string) string {
		return fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"$/polls/1","type":"Question","attributedTo":"$/users/bob",
			"to":"https://www.w3.org/ns/activitystreams#Public","content":"?","published":"2026-10-05T11:00:00Z","endTime":"2026-10-05T14:00:00Z",
			"oneOf":[{"type":"Note","name":"yes","replies":{"type":"Collection","totalItems":%s}},
			{"type":"Note","name":"no","replies":{"type":"Collection","totalItems":%s}}]%s}`, a, b, more)
	}
	uri := oak.base + "/polls/1"
	oak.send("bob", `{"id":"$/a/1","type":"Create","object":`+question("0", "0", "")+`}`)
	oak.send("bob", `{"id":"$/a/2","type":"Update","object":`+question("3", "2", `,"votersCount":5`)+`}`)
	w.wantCounts("implicit", uri, "3 2 of 5")
	oak.send("bob", `{"id":"$/a/3","type":"Update","object":`+question(`-1`, `"x"`, `,"votersCount":-7`)+`}`)
	w.wantCounts("T97: below zero", uri, "0 0 of 0")
	me := w.viewer(w.ann)
	id := w.stored(uri).ID
	oak.serve("/polls/1", question("8", "1", `,"votersCount":9`))
	look := func() {
		t.Helper()
		if _, err := w.Social.Poll(t.Context(), me, id); err != nil {
			t.Fatal(err)
		}
		w.settle()
	}
	look()
	if oak.hits["/polls/1"] != 0 {
		t.Error("a poll that has just come is read again")
	}
	w.pass(61 * time.Second)
	look()
	look()
	if oak.hits["/polls/1"] != 1 {
		t.Errorf("read %d times in a minute", oak.hits["/polls/1"])
	}
	w.wantCounts("read again", uri, "8 1 of 9")
	w.pass(4 * time.Hour)
	oak.serve("/polls/1", question("10", "1", `,"votersCount":11,"closed":"2026-10-05T14:00:00Z"`))
	look()
	w.pass(time.Hour)
	look()
	if oak.hits["/polls/1"] != 2 {
		t.Errorf("read %d times, want once after the end", oak.hits["/polls/1"])
	}
	w.wantCounts("at the end", uri, "10 1 of 11")
}
