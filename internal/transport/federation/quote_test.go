package federation

import (
	"net/http"
	"strings"
	"testing"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
)

// T156: a stamp names the post that quotes. When not everybody may read that, only its server is shown the stamp, and told
// when it is taken back.
func TestT156_StampsOfPrivateQuotes(t *testing.T) {
	for _, v := range []skein.Visibility{skein.Public, skein.Followers} {
		w := newWorld(t)
		oak, ash := w.peer("oak.test", "127.0.0.11"), w.peer("ash.test", "127.0.0.12")
		bob, eve := w.meets(oak.actor("bob")), w.meets(ash.actor("eve"))
		w.follows(eve, w.ann)
		me := w.viewer(w.ann)
		quoted, err := w.Social.CreatePost(t.Context(), me, social.Draft{Text: "words"})
		if err != nil {
			t.Fatal(err)
		}
		q, err := w.Social.ReceivePost(t.Context(), w.site.ID, bob.ID, social.Incoming{URI: oak.base + "/notes/1", HTML: "q", Visibility: v,
			Mentions: []skein.ID{w.ann.ID}, CreatedAt: w.clock(), Quote: &social.IncomingQuote{URI: quoted.Post.URI}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Social.ReceiveQuoteRequest(t.Context(), w.site.ID, bob.ID, quoted.Post.ID, q.URI, q.URI+"/ask"); err != nil {
			t.Fatal(err)
		}
		w.settle()
		w.sent()
		path := strings.TrimPrefix(w.stored(q.URI).Extra.Quote.Stamp, w.site.Base)
		open := http.StatusOK
		if v == skein.Followers {
			open = http.StatusNotFound
		}
		if got := oak.ask(path, "bob"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), q.URI) {
			t.Errorf("visibility %d: the quoting server gets %d %s", v, got.Code, got.Body)
		}
		if a, b := w.get(path).Code, ash.ask(path, "eve").Code; a != open || b != open {
			t.Errorf("visibility %d: a visitor gets %d, a stranger %d, want %d", v, a, b, open)
		}
		if _, err := w.Social.RevokeQuote(t.Context(), me, quoted.Post.ID, q.ID); err != nil {
			t.Fatal(err)
		}
		w.settle()
		told := map[bool]string{}
		for inbox, list := range w.sent() {
			for _, body := range list {
				told[strings.HasPrefix(inbox, oak.base)] += string(body)
			}
		}
		if !strings.Contains(told[true], q.URI) || strings.Contains(told[false], q.URI) != (v == skein.Public) ||
			strings.Contains(told[true], activitypub.Public) != (v == skein.Public) {
			t.Errorf("visibility %d: taken back, the quoting server is told %q, others %q", v, told[true], told[false])
		}
	}
}
