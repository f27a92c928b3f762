package federation

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/httpsig"
	"skein/internal/kit/queue"
	"skein/internal/skein"
	"skein/internal/store"
)

var update = flag.Bool("update", false, "rewrite golden files")

// freshEd25519 finds keys that are made when first used, and what they sign.
var freshEd25519 = regexp.MustCompile(`("publicKeyMultibase":\s*"|"proofValue":\s*")z[1-9A-Za-z]{40,100}"`)

// golden compares JSON with a file. Names stand for what differs from run to run.
func (w *world) golden(name string, body []byte, names ...string) {
	w.t.Helper()
	text := string(body)
	names = append(names, w.ann.ID.String(), "ANN")
	for _, pair := range keyPairs() {
		public, err := httpsig.ParsePublicKey(pair[1])
		if err != nil {
			w.t.Fatal(err)
		}
		multikey, err := httpsig.MarshalMultikey(public)
		if err != nil {
			w.t.Fatal(err)
		}
		names = append(names, strings.ReplaceAll(pair[1], "\n", `\n`), "PEM", multikey, "MULTIKEY")
	}
	text = strings.NewReplacer(names...).Replace(text)
	text = freshEd25519.ReplaceAllString(text, `${1}ED25519"`)
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(text), "", "\t"); err != nil {
		w.t.Fatalf("%s: %v in %s", name, err, body)
	}
	pretty.WriteByte('\n')
	file := filepath.Join("testdata", "outgoing", name+".json")
	if *update {
		if err := os.WriteFile(file, pretty.Bytes(), 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	if !bytes.Equal(pretty.Bytes(), want) {
		w.t.Errorf("%s: got\n%s\nwant\n%s", name, pretty.Bytes(), want)
	}
}

// sent takes the deliveries that wait: inbox -> bodies.
func (w *world) sent() map[string][][]byte {
	w.t.Helper()
	out := map[string][][]byte{}
	ctx := w.t.Context()
	hosts, err := w.DB.Shared().ClaimHosts(ctx, "", "test", w.clock(), w.clock(), 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, h := range hosts {
		list, err := w.DB.Shared().Deliveries(ctx, []string{h.Name}, 100)
		if err != nil {
			w.t.Fatal(err)
		}
		r := queue.HostResult{Host: h.Name, Last: true}
		for _, d := range list[h.Name] {
			_, _, body, err := w.DB.Shared().Activity(ctx, skein.ID(d.Activity))
			if err != nil {
				w.t.Fatal(err)
			}
			out[d.Inbox] = append(out[d.Inbox], body)
			r.Finished = append(r.Finished, d.ID)
		}
		if err := w.DB.Shared().SettleHosts(ctx, []queue.HostResult{r}, w.clock(), w.clock()); err != nil {
			w.t.Fatal(err)
		}
	}
	return out
}

// only returns the one activity that was sent, and demands that it went to these inboxes and no others (T163).
func (w *world) only(what string, inboxes ...string) []byte {
	w.t.Helper()
	w.settle()
	sent := w.sent()
	var body []byte
	for _, in := range inboxes {
		if len(sent[in]) != 1 {
			w.t.Fatalf("%s: %d activities for %s, want 1; all: %v", what, len(sent[in]), in, sent)
		}
		body = sent[in][0]
		delete(sent, in)
	}
	for in := range sent {
		w.t.Errorf("%s: also went to %s", what, in)
	}
	return body
}

// lastID returns the number at the end of an activity's id.
func lastID(body []byte) string {
	var a struct{ ID string }
	_ = json.Unmarshal(body, &a)
	return a.ID[strings.LastIndexByte(a.ID, '/')+1:]
}

// stranger makes a remote account without any network.
func (w *world) stranger(name, host string) *skein.Account {
	w.t.Helper()
	uri := "https://" + host + "/users/" + name
	a, err := w.Social.ReceiveAccount(w.t.Context(), w.site.ID, social.RemoteProfile{Account: skein.Account{
		Kind: skein.Person, Username: name, Domain: host, URI: uri, URL: "https://" + host + "/@" + name,
		Inbox: uri + "/inbox", SharedInbox: "https://" + host + "/inbox", Followers: uri + "/followers",
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// TestOutgoing keeps what peers get to read from us, and who gets it, in golden files (reference, sections 3, 4, 11, 12).
func TestOutgoing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	me := w.viewer(w.ann)
	bob, cat, dan := w.stranger("bob", "oak.test"), w.stranger("cat", "ash.test"), w.stranger("dan", "yew.test")
	oak, ash := "https://oak.test/inbox", "https://ash.test/inbox"
	w.follows(bob, w.ann)

	w.golden("actor", w.get("/ap/users/"+w.ann.ID.String()).Body.Bytes())
	w.golden("instance_actor", w.get("/actor").Body.Bytes())

	v, err := w.Social.CreatePost(ctx, me, social.Draft{Text: "Hello @cat@ash.test, see #GoLang", Warning: "tea", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	post := v.Post.ID.String()
	w.golden("create", w.only("public post", oak, ash), post, "POST")
	w.golden("note", w.get("/ap/users/"+w.ann.ID.String()+"/statuses/"+post).Body.Bytes(), post, "POST")

	w.pass(time.Minute)
	text := "Hello again"
	if _, err := w.Social.EditPost(ctx, me, v.Post.ID, social.Edit{Text: &text}); err != nil {
		t.Fatal(err)
	}
	w.settle()
	sent := w.sent()
	if len(sent[oak]) != 1 {
		t.Fatalf("edit: %v", sent)
	}
	w.golden("update", sent[oak][0], post, "POST")

	quiet, err := w.Social.CreatePost(ctx, me, social.Draft{Text: "quiet", Visibility: skein.Followers, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	w.golden("create_followers", w.only("followers-only post", oak), quiet.Post.ID.String(), "POST")
	direct, err := w.Social.CreatePost(ctx, me, social.Draft{Text: "@cat@ash.test psst", Visibility: skein.Direct, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	w.golden("create_direct", w.only("direct post", ash), direct.Post.ID.String(), "POST")
	if _, err := w.Social.DeletePost(ctx, me, direct.Post.ID); err != nil {
		t.Fatal(err)
	}
	w.golden("delete", w.only("end of a direct post", ash), direct.Post.ID.String(), "POST")

	theirs, err := w.Social.ReceivePost(ctx, w.site.ID, cat.ID, social.Incoming{URI: "https://ash.test/notes/1", HTML: "<p>hi</p>", CreatedAt: w.clock(), Relevant: true})
	if err != nil {
		t.Fatal(err)
	}
	boost, err := w.Social.Boost(ctx, me, theirs.ID, skein.Public)
	if err != nil {
		t.Fatal(err)
	}
	w.golden("announce", w.only("boost", oak, ash), boost.Post.ID.String(), "BOOST")
	if _, err := w.Social.Unboost(ctx, me, theirs.ID); err != nil {
		t.Fatal(err)
	}
	w.golden("undo_announce", w.only("undone boost", oak, ash), boost.Post.ID.String(), "BOOST")

	if _, err := w.Social.Like(ctx, me, theirs.ID); err != nil {
		t.Fatal(err)
	}
	like := w.only("like", ash)
	number := lastID(like)
	w.golden("like", like, number, "LIKE")
	if _, err := w.Social.Unlike(ctx, me, theirs.ID); err != nil {
		t.Fatal(err)
	}
	w.golden("undo_like", w.only("undone like", ash), number, "LIKE")

	if _, err := w.Social.Follow(ctx, me, dan.ID, social.FollowOptions{}); err != nil {
		t.Fatal(err)
	}
	var f *skein.Follow
	if err := w.DB.View(ctx, w.site.ID, func(tx *store.Tx) error { f, err = tx.FollowBetween(w.ann.ID, dan.ID); return err }); err != nil {
		t.Fatal(err)
	}
	yew := "https://yew.test/inbox"
	w.golden("follow", w.only("follow", yew), f.ID.String(), "FOLLOW")
	if _, err := w.Social.Unfollow(ctx, me, dan.ID); err != nil {
		t.Fatal(err)
	}
	w.golden("undo_follow", w.only("unfollow", yew), f.ID.String(), "FOLLOW")

	if err := w.Social.ReceiveFollow(ctx, w.site.ID, dan.ID, w.ann.ID, "https://yew.test/follows/7"); err != nil {
		t.Fatal(err)
	}
	answer := w.only("accept", yew)
	w.golden("accept", answer, lastID(answer), "FOLLOW")
	if _, err := w.Social.RemoveFollower(ctx, me, dan.ID); err != nil {
		t.Fatal(err)
	}
	answer = w.only("reject", yew)
	w.golden("reject", answer, lastID(answer), "FOLLOW")

	if _, err := w.Social.Block(ctx, me, dan.ID); err != nil {
		t.Fatal(err)
	}
	block := w.only("block", yew)
	number = lastID(block)
	w.golden("block", block, number, "BLOCK")
	if _, err := w.Social.Unblock(ctx, me, dan.ID); err != nil {
		t.Fatal(err)
	}
	w.golden("undo_block", w.only("unblock", yew), number, "BLOCK")

	name := "Ann of Elm"
	if _, _, err := w.Social.UpdateProfile(ctx, me, social.Profile{DisplayName: &name}); err != nil {
		t.Fatal(err)
	}
	w.golden("update_actor", w.only("profile", oak))
	w.golden("outbox", w.get("/ap/users/"+w.ann.ID.String()+"/outbox").Body.Bytes())
	w.golden("followers", w.get("/ap/users/"+w.ann.ID.String()+"/followers?page=true").Body.Bytes())
	w.golden("replies", w.get("/ap/users/"+w.ann.ID.String()+"/statuses/"+post+"/replies?page=true").Body.Bytes(), post, "POST")

	if err := w.Social.DeleteAccount(ctx, w.site.ID, w.ann.ID); err != nil {
		t.Fatal(err)
	}
	w.golden("delete_actor", w.only("end of an account", oak, ash, yew))
}

func TestT87_OneDomainGetsABoundedNumber(t *testing.T) {
	site := &skein.Site{Domain: "elm.test", Base: "https://elm.test"}
	var list []store.Inbox
	for i := range 3000 {
		host := "h" + string(rune('a'+i%26)) + strings.Repeat("x", i/26) + ".victim.example"
		list = append(list, store.Inbox{Host: host, URL: "https://" + host + "/inbox"})
	}
	list = append(list, store.Inbox{Host: "oak.test", URL: "https://oak.test/inbox"}, store.Inbox{Host: "elm.test", URL: "https://elm.test/inbox"})
	got := bounded(site, list)
	if len(got) != maxInboxes+1 || got[len(got)-1].Host != "oak.test" {
		t.Errorf("%d inboxes, the last at %s; want %d and oak.test", len(got), got[len(got)-1].Host, maxInboxes+1)
	}
}
