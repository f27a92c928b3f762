package social

import (
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func TestWhoIsThere(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, oak, zoe := w.person("ann"), w.person("bob"), w.personOf(w.other, "oak"), w.peer("Zoe", "far.example")
		visitor := skein.Viewer{Site: w.site}
		for _, c := range []struct {
			acct string
			want skein.ID
		}{
			{"ann", ann.Account}, {"@Ann", ann.Account}, {"ann@ELM.example", ann.Account}, {"ann@elm.example.", ann.Account},
			{"zoe@far.example", zoe}, {"@zoe@far.example:443", zoe}, {"zoe@FAR.EXAMPLE", zoe},
			{"zoe", 0}, {"zoe@elm.example", 0}, {"ann@far.example", 0}, {"oak", 0}, {"oak@oak.example", 0},
			{"", 0}, {"@", 0}, {"@@far.example", 0}, {"zoe@far.example@elm.example", 0}, {"zoe@", 0},
		} {
			a, err := w.AccountByHandle(t.Context(), visitor, c.acct)
			if c.want == 0 {
				wantKind(t, c.acct, err, skein.NotFound)
			} else if err != nil || a.ID != c.want {
				t.Errorf("%s: %+v, %v", c.acct, a, err)
			}
		}
		_, err := w.Account(t.Context(), visitor, oak.Account)
		wantKind(t, "another site's", err, skein.NotFound)
		// Read through the cache, then change: nobody sees what was before.
		for _, change := range []struct {
			what         string
			do           func()
			others, self bool
		}{
			{"as it is", func() {}, true, true},
			{"suspended", func() { w.set(bob.Account, func(a *skein.Account) { a.SuspendedAt = time.Now() }) }, true, true},
			{"waiting", func() {
				w.update(w.site, func(tx *store.Tx) error {
					u, err := tx.Person(bob.Account)
					if err == nil {
						u.ConfirmedAt = time.Time{}
						err = tx.UpdatePerson(&u.User, "b")
					}
					return err
				})
			}, false, true},
			{"deleted", func() { w.set(bob.Account, func(a *skein.Account) { a.DeletedAt = time.Now() }) }, false, false},
		} {
			change.do()
			for _, who := range []skein.Viewer{visitor, ann, bob} {
				want := change.others
				if who == bob {
					want = change.self
				}
				_, err := w.Account(t.Context(), who, bob.Account)
				if (err == nil) != want {
					t.Errorf("%s: %+v: %v", change.what, who, err)
				}
				if _, err := w.AccountByHandle(t.Context(), who, "bob"); (err == nil) != want {
					t.Errorf("%s by handle: %+v: %v", change.what, who, err)
				}
			}
			if _, err := w.AccountByURI(t.Context(), w.site, "https://elm.example/ap/users/bob"); (err == nil) != change.others {
				t.Errorf("%s by URI: %v", change.what, err)
			}
		}
		list, err := w.Accounts(t.Context(), visitor, []skein.ID{zoe, 3, bob.Account, oak.Account, ann.Account, zoe})
		if err != nil || len(list) != 2 || list[0].ID != zoe || list[1].ID != ann.Account {
			t.Errorf("several: %+v, %v", list, err)
		}
	})
}

func TestT56_NamesTakeNobodyOver(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, zoe := w.person("ann"), w.peer("zoe", "far.example")
		// Another actor with the same name, in another case, is a record of its own.
		p := remote("ZOE", "far.example")
		p.URI = "https://far.example/users/2"
		second, err := w.ReceiveAccount(t.Context(), w.site, p)
		if err != nil || second.ID == zoe {
			t.Fatalf("a second actor of one name: %+v, %v", second, err)
		}
		// An actor that changes its name keeps its record, and takes nobody's.
		p = remote("zoe", "far.example")
		p.Username = "ann"
		if a, err := w.ReceiveAccount(t.Context(), w.site, p); err != nil || a.ID != zoe || a.Acct() != "ann@far.example" {
			t.Errorf("new name: %+v, %v", a, err)
		}
		if a, err := w.AccountByHandle(t.Context(), skein.Viewer{Site: w.site}, "ann"); err != nil || a.ID != ann.Account {
			t.Errorf("ann: %+v, %v", a, err)
		}
		if a, err := w.AccountByHandle(t.Context(), skein.Viewer{Site: w.site}, "zoe@far.example"); err != nil || a.ID != second.ID {
			t.Errorf("zoe: %+v, %v", a, err)
		}
	})
}

func TestT31_OurOwnAreNeverReceived(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		for what, change := range map[string]func(p *RemoteProfile){
			"our URI":       func(p *RemoteProfile) { p.URI = "https://elm.example/ap/users/ann" },
			"our new URI":   func(p *RemoteProfile) { p.URI = "https://elm.example/ap/users/new" },
			"our domain":    func(p *RemoteProfile) { p.Domain = "elm.example" },
			"no domain":     func(p *RemoteProfile) { p.Domain = "" },
			"no name":       func(p *RemoteProfile) { p.Username = "" },
			"no URI":        func(p *RemoteProfile) { p.URI = "" },
			"no inbox":      func(p *RemoteProfile) { p.Inbox = "" },
			"a name of 10k": func(p *RemoteProfile) { p.Username = strings.Repeat("x", 10<<10) },
		} {
			p := remote("mal", "far.example")
			p.DisplayName = "mal"
			change(&p)
			_, err := w.ReceiveAccount(t.Context(), w.site, p)
			wantKind(t, what, err, skein.Invalid)
		}
		if a := w.account(ann.Account); a.DisplayName != "ann" || !a.Local {
			t.Errorf("ann: %+v", a)
		}
	})
}

func TestT82_RemoteProfilesAreCut(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := remote("zoe", "far.example")
		p.DisplayName = "a\u202eb" + strings.Repeat("x", 1<<20)
		p.Bio = "<p onclick=x>hi<script>bad()</script></p>" + strings.Repeat("<p>x</p>", 1<<17)
		for range 1000 {
			p.Fields = append(p.Fields, skein.Field{Name: strings.Repeat("n", 1<<13), Value: "<b onclick=x>v</b>"})
			p.Emojis = append(p.Emojis, skein.Emoji{Code: "x"})
		}
		p.FollowerCount, p.FollowingCount, p.PostCount = 7, -1, 3
		p.Local, p.SuspendedAt, p.BioText = true, time.Now(), "x"
		a, err := w.ReceiveAccount(t.Context(), w.site, p)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(a.DisplayName, "abxxx") || len(a.DisplayName) != maxRemoteName || len(a.Bio) > 2*maxRemoteBio ||
			strings.Contains(a.Bio, "onclick") || strings.Contains(a.Bio, "bad") || len(a.Fields) != maxRemoteFields ||
			len(a.Fields[0].Name) != maxRemoteField || strings.Contains(a.Fields[0].Value, "onclick") || len(a.Emojis) != maxRemoteEmojis {
			t.Errorf("kept: %d, %d, %d, %.60q", len(a.DisplayName), len(a.Bio), len(a.Fields), a.Bio)
		}
		if a.Local || !a.SuspendedAt.IsZero() || a.BioText != "" || a.FollowerCount != 7 || a.FollowingCount != 0 || a.PostCount != 3 {
			t.Errorf("what a peer may not say: %+v", a)
		}
		// A refresh keeps what we decided, and counts that the peer no longer tells.
		w.set(a.ID, func(a *skein.Account) { a.SilencedAt = time.Now() })
		b, err := w.ReceiveAccount(t.Context(), w.site, remote("zoe", "far.example"))
		if err != nil || b.ID != a.ID || b.SilencedAt.IsZero() || b.FollowerCount != 7 || b.DisplayName != "" || b.Fields != nil {
			t.Errorf("refreshed: %+v, %v", b, err)
		}
	})
}

func TestUpdateProfile(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, _ := w.person("ann"), w.person("bob")
		w.update(w.site, func(tx *store.Tx) error {
			return tx.PutEmoji(&skein.Emoji{Code: "blob", URL: "https://elm.example/blob.png"})
		})
		name, bio := " Ann\u202e :blob: ", "Hi @bob, @none\n#Go https://ann.example"
		fields := []skein.Field{{Name: "Web", Text: "https://ann.example"}, {}}
		yes, unlisted, language := true, skein.Unlisted, "de"
		a, u, err := w.UpdateProfile(t.Context(), ann, Profile{DisplayName: &name, Bio: &bio, Fields: &fields, Locked: &yes,
			Bot: &yes, Visibility: &unlisted, Language: &language})
		if err != nil {
			t.Fatal(err)
		}
		want := `<p>Hi <span class="h-card" translate="no"><a href="https://elm.example/@bob" class="u-url mention">@<span>bob</span></a></span>, @none<br />` +
			`<a href="https://elm.example/tags/go" class="mention hashtag" rel="tag">#<span>Go</span></a> `
		if a.DisplayName != "Ann :blob:" || !strings.HasPrefix(a.Bio, want) || a.BioText != bio || !a.Locked || a.Kind != skein.Bot {
			t.Errorf("account: %+v", a)
		}
		if len(a.Emojis) != 1 || len(a.Fields) != 1 || !strings.Contains(a.Fields[0].Value, `rel="nofollow noopener me"`) {
			t.Errorf("emoji, fields: %+v, %+v", a.Emojis, a.Fields)
		}
		if u.Prefs.Visibility != skein.Unlisted || u.Prefs.Language != "de" {
			t.Errorf("preferences: %+v", u.Prefs)
		}
		w.wantEvents("profile")
		// What is stored is what was answered; the same again, and settings alone, are no news for peers.
		got, err := w.Account(t.Context(), ann, ann.Account)
		if err != nil || got.Bio != a.Bio || got.Fields[0] != a.Fields[0] {
			t.Errorf("stored: %+v, %v", got, err)
		}
		w.set(ann.Account, func(a *skein.Account) { a.Fields[0].VerifiedAt = time.UnixMilli(5e11).UTC() })
		followers := skein.Followers
		a, u, err = w.UpdateProfile(t.Context(), ann, Profile{DisplayName: &name, Bio: &bio, Fields: &fields, Visibility: &followers})
		if err != nil || a.Fields[0].VerifiedAt.IsZero() || u.Prefs.Visibility != skein.Followers || u.Prefs.Language != "de" {
			t.Errorf("again: %+v, %+v, %v", a.Fields, u.Prefs, err)
		}
		w.wantEvents()

		long := func(n int) *string { s := strings.Repeat("ä", n); return &s }
		five := make([]skein.Field, 5)
		for i := range five {
			five[i] = skein.Field{Name: "a", Text: "b"}
		}
		blank, nonsense, none := []skein.Field{{Text: "x"}}, "klingon!", skein.Visibility(9)
		for what, p := range map[string]Profile{
			"name":       {DisplayName: long(skein.MaxDisplayName + 1)},
			"bio":        {Bio: long(skein.MaxBio + 1)},
			"fields":     {Fields: &five},
			"field":      {Fields: &[]skein.Field{{Name: "a", Text: *long(skein.MaxFieldText + 1)}}},
			"blank":      {Fields: &blank},
			"language":   {Language: &nonsense},
			"visibility": {Visibility: &none},
		} {
			_, _, err := w.UpdateProfile(t.Context(), ann, p)
			wantKind(t, what, err, skein.Invalid)
		}
		if _, _, err := w.UpdateProfile(t.Context(), ann, Profile{DisplayName: long(skein.MaxDisplayName), Bio: long(skein.MaxBio)}); err != nil {
			t.Error(err)
		}
		_, _, err = w.UpdateProfile(t.Context(), skein.Viewer{Site: w.other, Account: ann.Account}, Profile{Locked: &yes})
		wantKind(t, "another site", err, skein.Unauthorized)
	})
}

func TestT186_DeleteAccount(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, zoe := w.person("ann"), w.person("bob"), w.peer("zoe", "far.example")
		w.follow(ann, bob)
		w.follow(bob, ann)
		w.ReceiveFollow(t.Context(), w.site, zoe, ann.Account, "https://far.example/1")
		w.tell()
		post := w.post(bob.Account, skein.Public)
		w.post(ann.Account, skein.Public)
		w.update(w.site, func(tx *store.Tx) error {
			_, err := tx.InsertLike(&store.Like{ID: tx.NewID(), Post: post, Account: ann.Account})
			return err
		})
		w.tellOf(skein.Notification{Account: bob.Account, Kind: skein.NotifyLike, Actor: ann.Account, Post: post})
		for range 2 {
			if err := w.DeleteAccount(t.Context(), w.site, ann.Account); err != nil {
				t.Fatal(err)
			}
		}
		jobs := w.wantEvents("deleted", "purge")
		_, err := w.Account(t.Context(), bob, ann.Account)
		wantKind(t, "the account", err, skein.NotFound)
		_, err = w.Follow(t.Context(), bob, ann.Account, FollowOptions{})
		wantKind(t, "follow", err, skein.NotFound)
		if got := w.noteKinds(bob) + w.found(bob, "ann"); got != "" {
			t.Errorf("still seen: %s", got)
		}
		for range 2 {
			if err := w.Purge(t.Context(), eventOf[skein.Purge](t, jobs[1])); err != nil {
				t.Fatal(err)
			}
		}
		w.wantEvents()
		if b, z := w.account(bob.Account), w.account(zoe); b.FollowerCount+b.FollowingCount+z.FollowingCount != 0 {
			t.Errorf("counts of others: %+v, %+v", b, z)
		}
		if a := w.account(ann.Account); a.PostCount+a.FollowerCount != 0 || a.DisplayName != "" || a.DeletedAt.IsZero() {
			t.Errorf("what is left: %+v", a)
		}
		if v, err := w.Post(t.Context(), bob, post); err != nil || v.Post.LikeCount != 0 {
			t.Errorf("a liked post: %+v, %v", v, err)
		}
		// The name is not given again.
		err = w.DB.Update(t.Context(), w.site, func(tx *store.Tx) error {
			return tx.InsertAccount(&skein.Account{Local: true, Kind: skein.Person, Username: "ANN", URI: "https://elm.example/ap/users/9"})
		})
		wantKind(t, "the name", err, skein.Conflict)
		wantKind(t, "a peer's", w.DeleteAccount(t.Context(), w.site, zoe), skein.NotFound)
		wantKind(t, "another site's", w.DeleteAccount(t.Context(), w.other, bob.Account), skein.NotFound)
		w.update(w.site, func(tx *store.Tx) error {
			s, err := tx.SiteRow()
			if err == nil {
				s.Owner = bob.Account
				err = tx.UpdateSite(s)
			}
			return err
		})
		wantKind(t, "the owner", w.DeleteAccount(t.Context(), w.site, bob.Account), skein.Conflict)
	})
}

func TestReceiveAccountGone(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, zoe := w.person("ann"), w.peer("zoe", "far.example")
		w.Follow(t.Context(), ann, zoe, FollowOptions{})
		w.ReceiveAccept(t.Context(), w.site, zoe, "", ann.Account)
		w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyFollow, Actor: zoe})
		w.events()
		for range 2 {
			if err := w.ReceiveAccountGone(t.Context(), w.site, "https://far.example/users/zoe"); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Purge(t.Context(), eventOf[skein.Purge](t, w.wantEvents("purge")[0])); err != nil {
			t.Fatal(err)
		}
		if a := w.account(ann.Account); a.FollowingCount != 0 || w.noteKinds(ann) != "" {
			t.Errorf("what is left: %+v", a)
		}
		_, err := w.Account(t.Context(), ann, zoe)
		wantKind(t, "gone", err, skein.NotFound)
		_, err = w.ReceiveAccount(t.Context(), w.site, remote("zoe", "far.example"))
		wantKind(t, "received again", err, skein.Gone)
		// Of our own people, and of those we never met, no peer says so.
		for _, uri := range []string{"https://elm.example/ap/users/ann", "https://far.example/users/none"} {
			if err := w.ReceiveAccountGone(t.Context(), w.site, uri); err != nil {
				t.Error(err)
			}
		}
		if !w.account(ann.Account).DeletedAt.IsZero() {
			t.Error("a peer deleted one of our own")
		}
		w.wantEvents()
	})
}
