package fedtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

func (p *Person) viewer() skein.Viewer {
	id, _ := skein.ParseID(p.ID)
	return skein.Viewer{Site: p.Site.ID, Account: id}
}

func (p *Person) sure() skein.Sure {
	return skein.Sure{Account: p.viewer().Account, At: p.Net.Server.Config.Clock()}
}

// follows tells whether the person follows somebody, by handle.
func (p *Person) follows(handle string) bool {
	p.Net.t.Helper()
	at := p.Do("GET", "/api/v1/accounts/relationships?id[]="+p.Find(handle), "")
	return At(at, 0, "following") == true
}

// Somebody moves from one site to another: the followers go along, wherever they are, and what people had against the old
// account holds for the new one. Who has moved writes and follows no more until the move is taken back.
func TestMove(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example", "pine.example"}, func(t *testing.T, n *Net) {
		ann, anna := n.Person("ann", "elm.example"), n.Person("anna", "oak.example")
		bob, eve := n.Person("bob", "elm.example"), n.Person("eve", "elm.example")
		olga, pia, pat := n.Person("olga", "oak.example"), n.Person("pia", "pine.example"), n.Person("pat", "pine.example")
		for _, p := range []*Person{bob, olga, pia} {
			p.Follow(ann)
		}
		newOne := map[*Person]string{eve: eve.Find("anna@oak.example"), pat: pat.Find("anna@oak.example"), pia: pia.Find("anna@oak.example")}
		eve.Do("POST", "/api/v1/accounts/"+ann.ID+"/block", "")
		there := pat.Find("ann@elm.example")
		pat.Do("POST", "/api/v1/accounts/"+there+"/mute", "")
		pia.Do("POST", "/api/v1/accounts/"+pia.Find("ann@elm.example")+"/note", `{"comment":"owes me a book"}`)
		pat.Follow(bob) // somebody of pine has to do with elm
		n.Settle()

		social := n.Server.Social
		move := func(to string) error {
			_, err := social.MoveAccount(t.Context(), ann.viewer(), ann.sure(), to)
			return err
		}
		if err := move("anna@oak.example"); skein.KindOf(err) != skein.Invalid {
			t.Fatalf("a move to an account that does not know of it: %v", err)
		}
		if _, err := social.AddAlias(t.Context(), anna.viewer(), "ann@elm.example"); err != nil {
			t.Fatal(err)
		}
		n.Settle()
		if err := move("anna@oak.example"); err != nil {
			t.Fatal(err)
		}
		n.Settle()
		for _, p := range []*Person{bob, olga, pia} {
			if p.follows("ann@elm.example") || !p.follows("anna@oak.example") {
				t.Errorf("%s: follows the old one %v, the new one %v", p.Name, p.follows("ann@elm.example"), p.follows("anna@oak.example"))
			}
		}
		for _, c := range []struct {
			who  *Person
			what string
			want any
		}{{eve, "blocking", true}, {pat, "muting", true}, {pia, "note", "owes me a book"}} {
			at := c.who.Do("GET", "/api/v1/accounts/relationships?id[]="+newOne[c.who], "")
			if got := At(at, 0, c.what); got != c.want {
				t.Errorf("%s and the new account: %s is %v, want %v", c.who.Name, c.what, got, c.want)
			}
		}
		for _, p := range []*Person{bob, olga, pia} {
			got := At(p.Do("GET", "/api/v1/accounts/"+p.Find("ann@elm.example"), ""), "moved", "username")
			if got != "anna" {
				t.Errorf("%s sees that ann moved to %v", p.Name, got)
			}
		}
		// The old account rests.
		if status, _ := ann.Try("POST", "/api/v1/statuses", `{"status":"still here"}`); status != 403 {
			t.Errorf("who moved writes: %d", status)
		}
		if status, _ := ann.Try("POST", "/api/v1/accounts/"+bob.ID+"/follow", ""); status != 403 {
			t.Errorf("who moved follows: %d", status)
		}
		if status, _ := n.Person("new", "elm.example").Try("POST", "/api/v1/accounts/"+ann.ID+"/follow", ""); status != 403 {
			t.Errorf("who moved is followed: %d", status)
		}
		if err := move("anna@oak.example"); skein.KindOf(err) != skein.Conflict {
			t.Errorf("a second move: %v", err)
		}
		// And comes back, without the followers; but may not move again for a while.
		if err := social.UndoMove(t.Context(), ann.viewer()); err != nil {
			t.Fatal(err)
		}
		n.Settle()
		ann.Post("back again", "public")
		if err := move("anna@oak.example"); skein.KindOf(err) != skein.Conflict {
			t.Errorf("a move within 30 days: %v", err)
		}
		if got := At(olga.Do("GET", "/api/v1/accounts/"+olga.Find("ann@elm.example"), ""), "moved"); got != nil {
			t.Errorf("a move that was taken back still shows: %v", got)
		}
		if bob.follows("ann@elm.example") {
			t.Error("followers came back by themselves")
		}
	})
}

// T188: who moves an account shows that they know its password, is told by mail, and can take it back.
func TestT188_MoveNeedsThePassword(t *testing.T) {
	n := New(t, "elm.example")
	ann, bob := n.Person("ann", "elm.example"), n.Person("bob", "elm.example")
	if _, err := n.Server.Social.AddAlias(t.Context(), bob.viewer(), "ann"); err == nil {
		t.Fatal("a name without a host is taken for a handle")
	}
	if _, err := n.Server.Social.AddAlias(t.Context(), bob.viewer(), "ann@elm.example"); err != nil {
		t.Fatal(err)
	}
	for what, sure := range map[string]skein.Sure{
		"without a proof":  {},
		"another's proof":  bob.sure(),
		"a proof of old":   {Account: ann.viewer().Account, At: n.Server.Config.Clock().Add(-10 * time.Minute)},
		"one not yet made": {Account: ann.viewer().Account, At: n.Server.Config.Clock().Add(10 * time.Minute)},
	} {
		if _, err := n.Server.Social.MoveAccount(t.Context(), ann.viewer(), sure, "bob@elm.example"); skein.KindOf(err) != skein.Denied {
			t.Errorf("a move with %s: %v", what, err)
		}
	}
	if _, err := n.Server.Identity.ProvePassword(t.Context(), ann.viewer(), "wrong horse battery", identity.Browser{}); err == nil {
		t.Error("a wrong password is proof")
	}
	sure, err := n.Server.Identity.ProvePassword(t.Context(), ann.viewer(), "correct horse battery", identity.Browser{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Server.Social.MoveAccount(t.Context(), ann.viewer(), sure, "bob@elm.example"); err != nil {
		t.Fatal(err)
	}
	n.Settle()
	letters, _ := filepath.Glob(filepath.Join(n.Server.Config.Data, "mail", "*"))
	told := false
	for _, file := range letters {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		told = told || strings.Contains(string(b), "ann@mail.test") && strings.Contains(string(b), "has moved")
	}
	if !told {
		t.Errorf("no letter tells of the move: %v", letters)
	}
	b, _ := json.Marshal(bob.Do("GET", "/api/v1/accounts/"+ann.ID, ""))
	if !strings.Contains(string(b), `"moved":{`) {
		t.Errorf("the move does not show: %s", b)
	}
}
