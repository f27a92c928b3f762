package federation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// alias serves an actor that names others as its own, and more.
func (p *peer) alias(name string, more string) string {
	p.actor(name)
	pem := strings.ReplaceAll(keyPairs()[2][1], "\n", `\n`)
	p.serve("/users/"+name, `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/`+name+`","type":"Person","preferredUsername":"`+name+`",
		"inbox":"$/users/`+name+`/inbox","followers":"$/users/`+name+`/followers","endpoints":{"sharedInbox":"$/inbox"},
		"publicKey":{"id":"$/users/`+name+`#main-key","owner":"$/users/`+name+`","publicKeyPem":"`+pem+`"},`+more+`}`)
	return p.base + "/users/" + name
}

func (w *world) accountAt(uri string) *skein.Account {
	w.t.Helper()
	a, err := w.Service.account(w.t.Context(), w.site.ID, uri)
	if err != nil || a == nil {
		w.t.Fatalf("%s: %v", uri, err)
	}
	return a
}

func (w *world) isFollowing(local *skein.Account, uri string) bool {
	w.t.Helper()
	a, err := w.Service.account(w.t.Context(), w.site.ID, uri)
	if err != nil {
		w.t.Fatal(err)
	}
	if a == nil {
		return false
	}
	list, err := w.Social.Relations(w.t.Context(), w.viewer(local), []skein.ID{a.ID})
	if err != nil || len(list) != 1 {
		w.t.Fatal(list, err)
	}
	return list[0].Following || list[0].Requested
}

// A Move counts only when the target, read anew at its own address, names the account that moved; when that account says so
// itself; for one hop, once a week, and not for whom we do not want (T187, T181, T175).
func TestT187_MoveTakeover(t *testing.T) {
	w := newWorld(t)
	oak, pine := w.peer("oak.test", "127.0.0.9"), w.peer("pine.test", "127.0.0.10")
	n := 0
	send := func(by, object, target string) {
		t.Helper()
		n++
		oak.send(by, fmt.Sprintf(`{"id":"$/moves/%d","type":"Move","object":"%s","target":"%s"}`, n, object, target))
	}
	follow := func(name string) *skein.Account {
		t.Helper()
		a := w.meets(oak.actor(name))
		w.follows(w.ann, a)
		return a
	}
	aka := func(uris ...string) string { return `"alsoKnownAs":["` + strings.Join(uris, `","`) + `"]` }
	bob := follow("bob")
	stays := func(what string) {
		t.Helper()
		if !w.isFollowing(w.ann, bob.URI) || w.accountAt(bob.URI).MovedTo != 0 {
			t.Errorf("%s: the followers went", what)
		}
	}
	send("bob", "$/users/bob", pine.actor("silent"))
	stays("the target knows nothing of it")
	pine.alias("other", aka(oak.base+"/users/somebody"))
	send("bob", "$/users/bob", pine.base+"/users/other")
	stays("the target names another")
	pine.alias("claims", aka(bob.URI))
	w.meets(pine.base + "/users/claims")
	stays("the target claims the account without a Move")
	mal := follow("mal")
	send("mal", bob.URI, pine.base+"/users/claims")
	stays("somebody else says so")
	_ = mal
	pine.alias("chain", aka(bob.URI)+`,"movedTo":"`+pine.base+`/users/further"`)
	send("bob", "$/users/bob", pine.base+"/users/chain")
	stays("the target has moved itself")
	send("bob", "$/users/bob", "$/users/bob")
	stays("it moves to itself")
	send("bob", "$/users/bob", w.ann.URI)
	stays("it moves to one of ours who does not know of it")
	pine.alias("gone", aka(bob.URI)+`,"suspended":true`)
	send("bob", "$/users/bob", pine.base+"/users/gone")
	stays("the target is suspended at home")
	w.set(w.meets(pine.alias("banned", `"name":"x"`)), func(a *skein.Account) { a.SuspendedAt = w.clock() })
	pine.alias("banned", aka(bob.URI))
	send("bob", "$/users/bob", pine.base+"/users/banned")
	stays("the target is suspended here")

	// The target was known before it named the old account: it is read anew.
	pine.actor("bobby")
	w.meets(pine.base + "/users/bobby")
	bobby := pine.alias("bobby", aka(bob.URI))
	send("bob", "$/users/bob", bobby)
	if w.isFollowing(w.ann, bob.URI) || !w.isFollowing(w.ann, bobby) {
		t.Error("a good Move does not take the followers along")
	}
	if got := w.accountAt(bob.URI); got.MovedTo != w.accountAt(bobby).ID {
		t.Errorf("moved to %d", got.MovedTo)
	}

	// Back, in a ring: bobby moves to bob, who has moved; and bob moves on within a week.
	oak.alias("bob", aka(bobby)+`,"movedTo":"`+bobby+`"`)
	pine.send("bobby", `{"id":"$/back","type":"Move","object":"$/users/bobby","target":"`+bob.URI+`"}`)
	if !w.isFollowing(w.ann, bobby) {
		t.Error("a ring of moves turns")
	}
	oak.alias("bob", aka(bobby))
	third := pine.alias("third", aka(bob.URI, bobby))
	w.follows(w.ann, w.accountAt(bob.URI))
	send("bob", "$/users/bob", third)
	if !w.isFollowing(w.ann, bob.URI) {
		t.Error("a second Move within a week counts")
	}
	w.pass(8 * 24 * time.Hour)
	send("bob", "$/users/bob", third)
	if w.isFollowing(w.ann, bob.URI) || !w.isFollowing(w.ann, third) {
		t.Error("a Move after a week does not count")
	}
}

// T181: a suspended account takes nobody along, and who names it as its own shares its fate; so does who names one that is
// limited. The end of the suspension brings no follow back.
func TestT181_SuspensionFollowsTheMove(t *testing.T) {
	w := newWorld(t)
	oak, pine := w.peer("oak.test", "127.0.0.9"), w.peer("pine.test", "127.0.0.10")
	bad := w.meets(oak.actor("bad"))
	loud := w.meets(oak.actor("loud"))
	w.follows(w.ann, bad)
	w.set(bad, func(a *skein.Account) { a.SuspendedAt = w.clock() })
	w.set(loud, func(a *skein.Account) { a.SilencedAt = w.clock() })
	fresh := pine.alias("fresh", `"alsoKnownAs":"`+bad.URI+`"`)
	if got := oak.deliver("bad", `{"id":"$/m","type":"Move","object":"$/users/bad","target":"`+fresh+`"}`); got != 403 {
		t.Errorf("a suspended account's Move is answered with %d", got)
	}
	w.settle()
	if w.isFollowing(w.ann, fresh) {
		t.Error("a suspended account took its followers along")
	}
	if a, err := w.FindAccount(t.Context(), w.site.ID, fresh); err == nil && a.SuspendedAt.IsZero() {
		t.Error("a new account of somebody suspended is welcome")
	}
	if a := w.meets(pine.alias("louder", `"alsoKnownAs":"`+loud.URI+`"`)); a.SilencedAt.IsZero() {
		t.Error("a new account of somebody limited is not limited")
	}
	// What a policy did to all of a peer's accounts is nobody's own: who leaves a blocked server is free of it.
	left, lowly := w.meets(oak.actor("left")), w.meets(oak.actor("lowly"))
	both := w.meets(oak.actor("both"))
	w.set(both, func(a *skein.Account) { a.SuspendedAt = w.clock() })
	if err := w.DB.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		return errors.Join(tx.MarkPeerAccount(left.ID, 2), tx.MarkPeerAccount(lowly.ID, 1), tx.MarkPeerAccount(both.ID, 1))
	}); err != nil {
		t.Fatal(err)
	}
	if a := w.meets(pine.alias("free", `"alsoKnownAs":["`+left.URI+`","`+lowly.URI+`"]`)); !a.SuspendedAt.IsZero() || !a.SilencedAt.IsZero() {
		t.Errorf("who left a blocked server is suspended (%v) or limited (%v)", a.SuspendedAt, a.SilencedAt)
	}
	bound := pine.alias("bound", `"alsoKnownAs":"`+both.URI+`"`)
	_, _ = w.FindAccount(t.Context(), w.site.ID, bound)
	if a := w.accountAt(bound); a.SuspendedAt.IsZero() || !a.SilencedAt.IsZero() {
		t.Errorf("suspended for itself on a limited server: suspended %v, limited %v", a.SuspendedAt, a.SilencedAt)
	}
	// Moderators may decide otherwise: the claim alone does not undo that.
	w.set(w.accountAt(fresh), func(a *skein.Account) { a.SuspendedAt = time.Time{} })
	if err := w.RefreshAccount(t.Context(), skein.AccountStale{Site: w.site.ID, URI: fresh}); err != nil {
		t.Fatal(err)
	}
	if !w.accountAt(fresh).SuspendedAt.IsZero() {
		t.Error("the suspension came back by itself")
	}
	if w.isFollowing(w.ann, fresh) {
		t.Error("a follow came back by itself")
	}
}

// T85: actors whose movedTo, alsoKnownAs and featured point to each other cost a few requests, however long the ring is.
func TestT85_RingsOfActors(t *testing.T) {
	w := newWorld(t)
	oak := w.peer("oak.test", "127.0.0.9")
	const ring = 50
	for i := range ring {
		next := fmt.Sprintf("$/users/r%d", (i+1)%ring)
		oak.alias(fmt.Sprintf("r%d", i), `"alsoKnownAs":["`+next+`","$/users/r7"],"movedTo":"`+next+`","featured":"`+next+`",
			"featuredCollections":"`+next+`","outbox":"`+next+`","following":"`+next+`"`)
	}
	first := w.meets(oak.base + "/users/r0")
	w.follows(w.ann, first)
	if n := oak.total(); n > 20 {
		t.Errorf("one look-up costs %d requests", n)
	}
	before := oak.total()
	oak.send("r0", `{"id":"$/m","type":"Move","object":"$/users/r0","target":"$/users/r1"}`)
	if n := oak.total() - before; n > 20 {
		t.Errorf("one Move costs %d requests", n)
	}
	if !w.isFollowing(w.ann, first.URI) {
		t.Error("followers went round in the ring")
	}
}

// An actor that its own server suspends is suspended here, and comes back with its server's word; that lifts nothing that
// moderators here decided. What it says of its posts on the open web is kept.
func TestSuspendedAtHome(t *testing.T) {
	w := newWorld(t)
	oak := w.peer("oak.test", "127.0.0.9")
	bob := w.meets(oak.alias("bob", `"name":"Bob","memorial":true,"attributionDomains":["blog.test","no host"],"hidesToPublicFromUnauthedWeb":true`))
	if e := bob.Extra; !e.Memorial || len(e.Attribution) != 1 || !bob.Hides(skein.Public) || bob.Hides(skein.Unlisted) {
		t.Errorf("kept %+v", e)
	}
	update := func(n int, more string) {
		t.Helper()
		oak.send("bob", fmt.Sprintf(`{"id":"$/u/%d","type":"Update","object":{"id":"$/users/bob","type":"Person","preferredUsername":"bob",
			"inbox":"$/users/bob/inbox"%s}}`, n, more))
	}
	w.follows(w.ann, bob)
	oak.send("bob", createNote("bob", "before", ""))
	if w.stored(oak.base+"/notes/before") == nil {
		t.Fatal("the post is not here")
	}
	update(1, `,"suspended":true`)
	if a := w.accountAt(bob.URI); a.SuspendedAt.IsZero() || a.DisplayName != "Bob" {
		t.Errorf("suspended at home: %v, called %q", a.SuspendedAt, a.DisplayName)
	}
	if got := oak.deliver("bob", createNote("bob", "while", "")); got != 403 {
		t.Errorf("a post of somebody suspended at home: got %d", got)
	}
	oak.send("bob", `{"id":"$/d","type":"Delete","object":"$/notes/before"}`) // section 9: its server may end what was
	update(2, `,"name":"Bob again"`)
	if w.stored(oak.base+"/notes/before") != nil {
		t.Error("a Delete by bare id, of somebody suspended at home, has no effect")
	}
	if a := w.accountAt(bob.URI); !a.SuspendedAt.IsZero() || a.DisplayName != "Bob again" {
		t.Errorf("back: %v, called %q", a.SuspendedAt, a.DisplayName)
	}
	w.set(w.accountAt(bob.URI), func(a *skein.Account) { a.SuspendedAt = w.clock() })
	if got := oak.deliver("bob", `{"id":"$/u/3","type":"Update","object":{"id":"$/users/bob","type":"Person","preferredUsername":"bob","inbox":"$/users/bob/inbox"}}`); got != 403 {
		t.Errorf("somebody suspended here updates: got %d", got)
	}
}

// set changes an account behind the rules' back.
func (w *world) set(of *skein.Account, fn func(a *skein.Account)) {
	w.t.Helper()
	if err := w.DB.Update(w.t.Context(), w.site.ID, func(tx *store.Tx) error {
		a, err := tx.Account(of.ID)
		if err != nil {
			return err
		}
		fn(a)
		return tx.UpdateAccount(a)
	}); err != nil {
		w.t.Fatal(err)
	}
}

// What goes out when one of ours moves: the new profile and the Move, to followers and to the servers of those who block.
func TestOutgoingMove(t *testing.T) {
	w := newWorld(t)
	bob, cat, anna := w.stranger("bob", "oak.test"), w.stranger("cat", "ash.test"), w.stranger("anna", "yew.test")
	w.follows(bob, w.ann)
	if err := w.Social.ReceiveBlock(t.Context(), w.site.ID, cat.ID, w.ann.ID, "https://ash.test/blocks/1"); err != nil {
		t.Fatal(err)
	}
	w.set(anna, func(a *skein.Account) { a.Extra.AlsoKnownAs = []string{w.ann.URI} })
	w.Social.FreshAccount = func(context.Context, skein.ID, string) (*skein.Account, error) { return w.accountAt(anna.URI), nil }
	if _, err := w.Social.AddAlias(t.Context(), w.viewer(w.ann), "https://oak.test/users/bob"); err != nil {
		t.Fatal(err)
	}
	w.golden("actor_alias", w.get("/ap/users/"+w.ann.ID.String()).Body.Bytes())
	w.settle()
	w.sent()
	sure := skein.Sure{Account: w.ann.ID, At: w.clock()}
	if _, err := w.Social.MoveAccount(t.Context(), w.viewer(w.ann), sure, anna.URI); err != nil {
		t.Fatal(err)
	}
	w.settle()
	sent := w.sent()
	if len(sent["https://oak.test/inbox"]) != 2 || len(sent["https://ash.test/inbox"]) != 1 || len(sent["https://yew.test/inbox"]) != 0 {
		t.Fatalf("sent %v", sent)
	}
	w.golden("move", sent["https://ash.test/inbox"][0], lastID(sent["https://ash.test/inbox"][0]), "MOVE")
}
