package federation

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"skein/internal/core/moderation"
	"skein/internal/core/social"
	"skein/internal/skein"
)

func (w *world) reports() []*skein.Report {
	w.t.Helper()
	list, err := w.Reports.Reports(w.t.Context(), skein.Viewer{Site: w.site.ID, Account: w.site.Actor}, moderation.ReportFilter{}, social.Page{Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	var rows []*skein.Report
	for _, o := range list {
		rows = append(rows, o.Report)
	}
	return rows
}

// Reports of peers: in whatever shape they come they are taken once; what they name that is not there, not ours, or for
// nobody of their server to see, is left out without a word; and no peer fills the table (T179, T177).
func TestT179_FalseReports(t *testing.T) {
	w := newWorld(t)
	oak := w.peer("oak.test", "127.0.0.9")
	oak.actor("bob")
	bert := w.local("bert")
	post := map[string]string{}
	for name, v := range map[string]skein.Visibility{"public": skein.Public, "followers": skein.Followers, "direct": skein.Direct} {
		view, err := w.Social.CreatePost(t.Context(), w.viewer(w.ann), social.Draft{Text: name, Visibility: v})
		if err != nil {
			t.Fatal(err)
		}
		post[name] = view.Post.URI
	}
	theirs, err := w.Social.CreatePost(t.Context(), w.viewer(bert), social.Draft{Text: "x"})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	send := func(comment string, objects ...string) int {
		t.Helper()
		n++
		got := oak.deliver("bob", fmt.Sprintf(`{"id":"$/flags/%d","type":"Flag","content":%q,"object":["%s"]}`, n, comment, strings.Join(objects, `","`)))
		w.settle()
		return got
	}
	if got := send("nobody", w.site.URL("/ap/users/4242"), post["public"]+"0"); got != 202 || len(w.reports()) != 0 {
		t.Errorf("about nobody: %d, %v", got, w.reports())
	}
	if got := send("of a server", w.site.URL("/actor")); got != 202 || len(w.reports()) != 0 {
		t.Errorf("about the site: %d", got)
	}
	oak.send("bob", `{"id":"$/flags/alone","type":"Flag","content":"one address alone","object":"@ANN"}`)
	if got := send("all", w.ann.URI, post["public"], post["followers"], post["direct"], theirs.Post.URI, oak.base+"/notes/1", w.site.URL("/none")); got != 202 {
		t.Errorf("answered %d", got)
	}
	list := w.reports()
	if len(list) != 2 || len(list[0].Posts) != 1 || list[0].Target != w.ann.ID || list[1].Comment != "one address alone" {
		t.Fatalf("kept %+v", list)
	}
	// The same again, under another id, is nothing new. One that names no category is of the other kind.
	send("all", w.ann.URI, post["public"])
	if len(w.reports()) != 2 || list[0].Category != skein.ReportOther {
		t.Errorf("%d reports after the same came again", len(w.reports()))
	}
	send(strings.Repeat("é", 9000), w.ann.URI)
	if got := len([]rune(w.reports()[0].Comment)); got != skein.MaxFlagComment {
		t.Errorf("a comment of %d characters", got)
	}
	many := []string{w.ann.URI}
	for i := range 900 {
		many = append(many, fmt.Sprintf("%s/%d", w.ann.URI, i))
	}
	send("ten thousand", many...)
	for i := range 30 {
		send(fmt.Sprint("flood ", i), w.ann.URI)
	}
	if got := len(w.reports()); got != 10 {
		t.Errorf("one peer left %d open reports about one account in a day", got)
	}
	before := len(w.reports())
	w.Peers = func(context.Context, skein.ID) (*skein.PeerRules, error) {
		return skein.NewPeerRules([]*skein.PeerPolicy{{Domain: "oak.test", RejectReports: true}}, false), nil
	}
	send("unwanted", bert.URI)
	if len(w.reports()) != before {
		t.Error("a report was taken though the site wants none of this peer")
	}
}

// A forwarded report goes out from the site, with the addresses and nothing of who reported.
func TestOutgoingFlag(t *testing.T) {
	w := newWorld(t)
	bob := w.stranger("bob", "oak.test")
	p, err := w.Social.ReceivePost(t.Context(), w.site.ID, bob.ID, social.Incoming{URI: "https://oak.test/notes/1", HTML: "x", Relevant: true, CreatedAt: w.clock()})
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := w.Reports.Report(t.Context(), w.viewer(w.ann), moderation.Complaint{Account: bob.ID, Posts: []skein.ID{p.ID}, Comment: "bad", Forward: true})
	if err != nil {
		t.Fatal(err)
	}
	w.settle()
	body := w.only("report", "https://oak.test/inbox")
	if strings.Contains(string(body), w.ann.ID.String()) || strings.Contains(string(body), r.ID.String()) {
		t.Errorf("tells who reported: %s", body)
	}
	name := body[strings.Index(string(body), "#flags/")+len("#flags/"):]
	w.golden("flag", body, string(name[:strings.IndexByte(string(name), '"')]), "NAME")
}
