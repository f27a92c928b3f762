package federation

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/httpsig"
	"skein/internal/kit/queue"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// The corpus: testdata/corpus/<program>/ holds what a program sends, by our own samples. actor*.json and object*.json are
// what it serves; the rest are activities, delivered in the order of their names. Beside each stands what must have come
// of it in <name>.want.json: what is told there must be so, about the rest it says nothing. In all of them $ is the peer's
// base and $HOST its host, @ANN our person (who follows all actors), @POST her post, which everybody may quote, @BEN another
// person, who has asked by @FOLLOW1, @FOLLOW2, ... whether he may follow the actors, @SITE our base, @YEW the base of a third
// server with yan, who wrote one post, and yves, whom the actors may move to.

// wanted is an expected result.
type wantedState struct {
	Nothing   bool              `json:"nothing"`   // no row changes
	Posts     map[string]any    `json:"posts"`     // by URI; null: not here
	Accounts  map[string]any    `json:"accounts"`  // by URI; null: gone
	Follows   map[string]string `json:"follows"`   // "URI > URI": accepted, asked or none
	Blocks    map[string]bool   `json:"blocks"`    // "URI > URI"
	Sent      []any             `json:"sent"`      // our activities that go out for it
	Told      []any             `json:"told"`      // what ann hears of it
	Reports   []any             `json:"reports"`   // what moderators hear of it
	Approvals []any             `json:"approvals"` // what ann says, or has to say, to it
}

// corpusFile is one file of a program.
type corpusFile struct {
	program, name, body string
	want                *wantedState
}

// corpus reads the files of a program.
func corpus(t testing.TB, program string) (actors, objects, activities []corpusFile) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "corpus", program, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus of %s: %v", program, err)
	}
	slices.Sort(paths)
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		if strings.HasSuffix(name, ".want") {
			continue
		}
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f := corpusFile{program: program, name: name, body: string(body)}
		if want, err := os.ReadFile(strings.TrimSuffix(path, ".json") + ".want.json"); err == nil {
			d := json.NewDecoder(bytes.NewReader(want))
			d.DisallowUnknownFields()
			if err := d.Decode(&f.want); err != nil {
				t.Fatalf("%s/%s.want.json: %v", program, name, err)
			}
		}
		switch {
		case strings.HasPrefix(name, "actor"):
			actors = append(actors, f)
		case strings.HasPrefix(name, "object"):
			objects = append(objects, f)
		default:
			if f.want == nil {
				t.Errorf("%s/%s has no expected result", program, name)
			}
			activities = append(activities, f)
		}
	}
	return actors, objects, activities
}

// programs are the folders of the corpus.
func programs(t testing.TB) []string {
	t.Helper()
	list, err := os.ReadDir(filepath.Join("testdata", "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	if len(names) < 12 {
		t.Fatalf("the corpus has %d programs, want at least 12", len(names))
	}
	return names
}

// scene is a world in which one program has been met.
type scene struct {
	*world
	peer, yew *peer
	post      *skein.Post
	db        *sql.DB // past the store, for fingerprints
	keys      map[string]string
	names     *strings.Replacer
	people    *strings.Replacer
	queries   []string
}

// newScene serves a program's actors and objects, and lets ann follow them.
func newScene(t testing.TB, program string) (*scene, []corpusFile, []corpusFile) {
	t.Helper()
	actors, objects, activities := corpus(t, program)
	w := newWorld(t)
	w.Unlimited, w.hosts = true, nil
	s := &scene{world: w, peer: w.peer(program+".test", "127.0.0.11"), yew: w.peer("yew.test", "127.0.0.12"), keys: map[string]string{}}
	queue.On(w.queue, "check-quote", w.CheckQuote)
	queue.On(w.queue, "send-approval", w.SendApproval)
	queue.On(w.queue, "spread", w.Social.Spread)
	queue.On(w.queue, "spread-like", w.Social.SpreadLike)
	queue.On(w.queue, "spread-reaction", w.Social.SpreadReaction)
	queue.On(w.queue, "spread-follow", w.Social.SpreadFollow)
	v, err := w.Social.CreatePost(t.Context(), w.viewer(w.ann), social.Draft{Text: "tea", Language: "en",
		Policy: &skein.Policy{Quote: &skein.Leave{Auto: []string{skein.WhoPublic}}}})
	if err != nil {
		t.Fatal(err)
	}
	s.post = v.Post
	if s.db, err = sql.Open("sqlite", w.path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.db.Close() })
	pem, _ := json.Marshal(keyPairs()[2][1])
	public, err := httpsig.ParsePublicKey(keyPairs()[2][1])
	if err != nil {
		t.Fatal(err)
	}
	multikey, err := httpsig.MarshalMultikey(public)
	if err != nil {
		t.Fatal(err)
	}
	s.names = strings.NewReplacer("$HOST", s.peer.host, "$", s.peer.base, `"@PEM"`, string(pem), "@MULTIKEY", multikey, "@POST", s.post.URI, "@ANN", w.ann.URI,
		"@SITE", w.site.Base, "@YEWHOST", s.yew.host, "@YEW", s.yew.base)
	s.yew.actor("yan")
	aliases := []string{} // of yves, who is everybody
	for _, f := range actors {
		var a struct{ ID string }
		_ = json.Unmarshal([]byte(s.text(f.body)), &a)
		aliases = append(aliases, a.ID)
	}
	also, _ := json.Marshal(aliases)
	s.yew.actor("yves")
	s.yew.serve("/users/yves", strings.TrimSuffix(s.yew.actorDoc("yves"), "}")+`,"alsoKnownAs":`+string(also)+`}`)
	s.yew.serve("/notes/1", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/notes/1","type":"Note","attributedTo":"$/users/yan",
		"to":"https://www.w3.org/ns/activitystreams#Public","content":"<p>from the yew</p>","published":"2026-10-05T09:00:00Z"}`)
	for _, f := range append(actors, objects...) {
		s.serve(t, s.text(f.body))
	}
	ben := w.local("ben")
	names := []string{"@BEN", ben.URI}
	asked := make([]skein.ID, len(actors))
	for i := range actors {
		asked[i] = w.DB.NewID()
		names = append(names, fmt.Sprintf("@FOLLOW%d", i+1), ownFollow(ben, asked[i]))
	}
	s.people = strings.NewReplacer(names...)
	for i, f := range actors {
		doc, err := activitypub.Decode([]byte(s.text(f.body)), w.clock())
		if err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		a := w.meets(doc.ID())
		w.follows(w.ann, a)
		err = w.DB.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
			_, err := tx.InsertFollow(&skein.Follow{ID: asked[i], Account: ben.ID, Target: a.ID, URI: ownFollow(ben, asked[i])})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s, actors, activities
}

func (s *scene) text(body string) string {
	if s.people != nil {
		body = s.people.Replace(body)
	}
	return s.names.Replace(body)
}

// serve puts a document at its id, and an actor into WebFinger.
func (s *scene) serve(t testing.TB, body string) {
	t.Helper()
	doc, err := activitypub.Decode([]byte(body), s.clock())
	if err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	path := strings.TrimPrefix(doc.ID(), s.peer.base)
	s.peer.answer(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", activitypub.ContentType)
		_, _ = io.WriteString(w, body)
	})
	if doc.Kind() != activitypub.KindActor {
		return
	}
	a, err := doc.Actor()
	if err != nil {
		t.Fatal(err)
	}
	key := a.PublicKey[0].ID
	s.keys[a.ID] = key
	if keyPath := strings.TrimPrefix(withoutFragment(key), s.peer.base); keyPath != path { // GoToSocial: a stub stands beside the actor
		stub := fmt.Sprintf(`{"@context":["https://w3id.org/security/v1","https://www.w3.org/ns/activitystreams"],"id":%q,"preferredUsername":%q,"publicKey":{"id":%q,"owner":%q,"publicKeyPem":%s},"type":"Person"}`,
			a.ID, a.PreferredUsername, key, a.ID, s.names.Replace(`"@PEM"`))
		s.peer.answer(keyPath, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", activitypub.ContentType)
			_, _ = io.WriteString(w, stub)
		})
	}
	resource := "acct%3A" + a.PreferredUsername + "%40" + strings.Replace(s.peer.host, ":", "%3A", 1)
	s.peer.serveAs("/.well-known/webfinger?resource="+resource, "application/jrd+json",
		`{"subject":"acct:`+a.PreferredUsername+`@`+s.peer.host+`","links":[{"rel":"self","type":"application/activity+json","href":"`+a.ID+`"}]}`)
}

// deliverRaw signs a body as its actor and puts it into the shared inbox.
func (s *scene) deliverRaw(t testing.TB, body string) int {
	t.Helper()
	var a struct{ Actor string }
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatal(err)
	}
	key := s.keys[a.Actor]
	if key == "" {
		t.Fatalf("no key of %s", a.Actor)
	}
	return s.do(s.peer.post("/inbox", key, body)).Code
}

// TestCorpus sends what each program sends through the inbox and looks at what came of it.
func TestCorpus(t *testing.T) {
	for _, program := range programs(t) {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			s, actors, activities := newScene(t, program)
			for _, f := range actors {
				if f.want != nil {
					t.Run(f.name, func(t *testing.T) { s.check(t, f.want) })
				}
			}
			for _, f := range activities {
				if f.want == nil {
					continue
				}
				t.Run(f.name, func(t *testing.T) {
					before, heard := "", s.heard(t)
					if f.want.Nothing {
						before = s.fingerprint(t, "")
					}
					if got := s.deliverRaw(t, s.text(f.body)); got != http.StatusAccepted {
						t.Fatalf("got %d, want 202", got)
					}
					s.settle()
					if f.want.Nothing && s.fingerprint(t, "") != before {
						t.Error("something changed")
					}
					s.check(t, f.want)
					for name, all := range s.heard(t) {
						want := map[string][]any{"sent": f.want.Sent, "told": f.want.Told, "reports": f.want.Reports, "approvals": f.want.Approvals}[name]
						if got := slices.DeleteFunc(all, func(v any) bool { return slices.Contains(ids(heard[name]), v.(map[string]any)["id"]) }); want != nil {
							if name == "sent" { // by jobs that run at once: in no order
								got, want = byType(got), byType(want)
							}
							s.compare(t, name, got, want)
						} else if testing.Verbose() && len(got) > 0 {
							t.Logf("%s: %v", name, got)
						}
					}
					s.pass(time.Minute)
				})
			}
		})
	}
}

// byType puts activities in an order of their own.
func byType(list []any) []any {
	return slices.SortedStableFunc(slices.Values(list), func(a, b any) int {
		return strings.Compare(fmt.Sprint(a.(map[string]any)["type"]), fmt.Sprint(b.(map[string]any)["type"]))
	})
}

// check compares a state with what is wanted.
func (s *scene) check(t *testing.T, want *wantedState) {
	t.Helper()
	for uri, w := range want.Posts {
		s.compare(t, uri, s.shownPost(t, s.text(uri)), w)
	}
	for uri, w := range want.Accounts {
		s.compare(t, uri, s.shownAccount(t, s.text(uri)), w)
	}
	for pair, w := range want.Follows {
		from, to, _ := strings.Cut(s.text(pair), " > ")
		if got := s.followState(t, from, to); got != w {
			t.Errorf("%s: got %s, want %s", pair, got, w)
		}
	}
	for pair, w := range want.Blocks {
		from, to, _ := strings.Cut(s.text(pair), " > ")
		got := s.rows(t, `SELECT 1 FROM block JOIN account a ON a.id = account_id JOIN account b ON b.id = target_id WHERE a.uri = ? AND b.uri = ?`, from, to)
		if (len(got) == 1) != w {
			t.Errorf("%s: a block is %t, want %t", pair, !w, w)
		}
	}
}

// compare tells what is wanted and not so.
func (s *scene) compare(t *testing.T, what string, got, want any) {
	t.Helper()
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(b, &got)
	if w, err := json.Marshal(want); err == nil {
		quoted, _ := json.Marshal(s.text(string(w)))
		var whole string
		_ = json.Unmarshal(quoted, &whole)
		_ = json.Unmarshal([]byte(whole), &want)
	}
	for _, fault := range differ(what, got, want) {
		t.Error(fault)
	}
	if t.Failed() && testing.Verbose() {
		t.Logf("%s is %s", what, b)
	}
}

// differ compares what is there with what is wanted: of objects what is named, lists by length and one by one; a name that
// ends in ~ wants each of its texts within, one in !~ none of them.
func differ(path string, got, want any) (faults []string) {
	switch want := want.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: got %v, want %v", path, got, want)}
		}
		for name, w := range want {
			if within, ok := strings.CutSuffix(name, "~"); ok {
				within, not := strings.CutSuffix(within, "!")
				for _, piece := range w.([]any) {
					if text, _ := have[within].(string); strings.Contains(text, piece.(string)) == not {
						faults = append(faults, fmt.Sprintf("%s.%s: %q in it is %t: %q", path, within, piece, !not, text))
					}
				}
				continue
			}
			g, there := have[name]
			if !there {
				faults = append(faults, fmt.Sprintf("%s: nothing is told of %q", path, name))
				continue
			}
			faults = append(faults, differ(path+"."+name, g, w)...)
		}
		return faults
	case []any:
		have, _ := got.([]any)
		if len(have) != len(want) {
			return []string{fmt.Sprintf("%s: got %v, want %v", path, got, want)}
		}
		for i := range want {
			faults = append(faults, differ(fmt.Sprintf("%s[%d]", path, i), have[i], want[i])...)
		}
		return faults
	}
	if !reflect.DeepEqual(got, want) {
		return []string{fmt.Sprintf("%s: got %#v, want %#v", path, got, want)}
	}
	return nil
}

var visibilityNames = map[skein.Visibility]string{skein.Public: "public", skein.Unlisted: "unlisted", skein.Followers: "followers", skein.Direct: "direct"}

// shownPost is a post in the words of expected results; nil when it is not here.
func (s *scene) shownPost(t testing.TB, uri string) any {
	t.Helper()
	p := s.stored(uri)
	if p == nil {
		return nil
	}
	var author *skein.Account
	var of, to *skein.Post
	err := s.DB.View(t.Context(), s.site.ID, func(tx *store.Tx) (err error) {
		if author, err = tx.Account(p.Author); err != nil {
			return err
		}
		if p.BoostOf != 0 {
			if of, err = tx.Post(p.BoostOf); err != nil {
				return err
			}
		}
		if p.ReplyTo != 0 {
			to, err = tx.Post(p.ReplyTo)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]any{
		"author": author.Acct(), "visibility": visibilityNames[p.Visibility], "warning": p.Warning, "sensitive": p.Sensitive, "language": p.Language,
		"html": p.HTML, "text": text.Plain(p.HTML), "url": p.URL, "created": p.CreatedAt.UTC(), "edited": nil, "likes": p.LikeCount, "boosts": p.BoostCount,
		"replies": p.ReplyCount, "quotes": p.QuoteCount, "boost_of": nil, "reply_to": nil, "poll": nil, "quote": nil, "policy": p.Extra.Policy, "held": p.Held, "group": nil,
	}
	if !p.EditedAt.IsZero() {
		shown["edited"] = p.EditedAt.UTC()
	}
	if of != nil {
		shown["boost_of"] = of.URI
	}
	if to != nil {
		shown["reply_to"] = to.URI
	} else if p.ReplyToURI != "" {
		shown["reply_to"] = p.ReplyToURI
	}
	mentions, tags, emojis, media, reactions := []string{}, []string{}, []string{}, []any{}, []any{}
	for _, m := range p.Mentions {
		if !m.Silent {
			mentions = append(mentions, m.Acct())
		}
	}
	for _, g := range p.Tags {
		tags = append(tags, g.Name)
	}
	for _, e := range p.Emojis {
		emojis = append(emojis, e.Code)
	}
	for _, a := range p.Attachments {
		kind, _, _ := strings.Cut(a.Type, "/")
		if strings.HasSuffix(a.Type, "mpegURL") {
			kind = "video"
		}
		media = append(media, map[string]any{"kind": kind, "type": a.Type, "url": a.URL, "alt": a.Description, "width": a.Width, "height": a.Height,
			"preview": a.Preview, "seconds": a.Seconds, "focus": []float64{a.FocusX, a.FocusY}, "blurhash": a.Blurhash})
	}
	for _, r := range p.Extra.Reactions {
		reactions = append(reactions, map[string]any{"emoji": r.Emoji, "url": r.URL, "count": r.Count})
	}
	shown["mentions"], shown["tags"], shown["emojis"], shown["attachments"], shown["reactions"] = mentions, tags, emojis, media, reactions
	if poll := p.Extra.Poll; poll != nil {
		options, votes := []string{}, []int{}
		for _, o := range poll.Options {
			options, votes = append(options, o.Text), append(votes, o.Votes)
		}
		shown["poll"] = map[string]any{"options": options, "votes": votes, "voters": poll.Voters, "multiple": poll.Multiple, "ends": poll.EndsAt.UTC(), "over": poll.Over(s.clock())}
	}
	if q := p.Extra.Quote; q != nil {
		shown["quote"] = map[string]any{"uri": q.URI, "state": string(q.State), "legacy": q.Legacy, "stamped": q.Stamp != "", "shown": p.QuoteOf != 0}
	}
	if p.Extra.Group != 0 {
		_ = s.DB.View(t.Context(), s.site.ID, func(tx *store.Tx) error {
			g, err := tx.Account(p.Extra.Group)
			if err == nil {
				shown["group"] = g.Acct()
			}
			return err
		})
	}
	pinned := false
	if err := s.db.QueryRowContext(t.Context(), `SELECT count(*) > 0 FROM pin WHERE post_id = ? AND account_id = ?`, int64(p.ID), int64(p.Author)).Scan(&pinned); err != nil {
		t.Fatal(err)
	}
	shown["pinned"] = pinned
	return shown
}

// shownAccount is an account in the words of expected results; nil when it is not here or gone.
func (s *scene) shownAccount(t testing.TB, uri string) any {
	t.Helper()
	a, err := s.account(t.Context(), s.site.ID, uri)
	if err != nil {
		t.Fatal(err)
	}
	if a == nil || !a.DeletedAt.IsZero() {
		return nil
	}
	fields, emojis := []any{}, []string{}
	for _, f := range a.Fields {
		fields = append(fields, map[string]any{"name": f.Name, "value": text.Plain(f.Value)})
	}
	for _, e := range a.Emojis {
		emojis = append(emojis, e.Code)
	}
	moved := s.rows(t, `SELECT uri FROM account WHERE id = ?`, int64(a.MovedTo))
	return map[string]any{
		"handle": a.Acct(), "name": a.DisplayName, "kind": string(a.Kind), "bio": text.Plain(a.Bio), "url": a.URL, "avatar": a.Avatar, "header": a.Header,
		"locked": a.Locked, "discoverable": a.Discoverable, "indexable": a.Indexable, "fields": fields, "emojis": emojis, "aliases": a.Extra.AlsoKnownAs,
		"moved": strings.Join(moved, " "), "memorial": a.Extra.Memorial,
		"tags": s.rows(t, `SELECT display FROM featured_tag WHERE account_id = ? ORDER BY id`, int64(a.ID)),
	}
}

// followState says how one account follows another.
func (s *scene) followState(t testing.TB, from, to string) string {
	t.Helper()
	state := "none"
	err := s.DB.View(t.Context(), s.site.ID, func(tx *store.Tx) error {
		a, err := tx.AccountByURI(from)
		if err != nil {
			return err
		}
		b, err := tx.AccountByURI(to)
		if err != nil {
			return err
		}
		f, err := tx.FollowBetween(a.ID, b.ID)
		if skein.KindOf(err) == skein.NotFound {
			return nil
		}
		if err == nil && f.Accepted {
			state = "accepted"
		} else if err == nil {
			state = "asked"
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// heard is all that has gone out, or has been told to somebody, so far.
func (s *scene) heard(t testing.TB) map[string][]any {
	t.Helper()
	out := map[string][]any{}
	for name, query := range map[string]string{
		"sent": `SELECT json_object('id', id || '', 'type', body ->> 'type', 'object', coalesce(body ->> '$.object.id', body ->> 'object'), 'stamped', coalesce(body ->> 'result', '') <> '')
			FROM activity ORDER BY id`,
		"told": `SELECT json_object('id', n.id || '', 'kind', n.kind, 'by', a.uri, 'post', coalesce(p.uri, ''))
			FROM notification n JOIN account a ON a.id = n.actor_id LEFT JOIN post p ON p.id = n.post_id
			WHERE n.account_id = (SELECT id FROM account WHERE local AND username = 'ann') ORDER BY n.id`,
		"reports": `SELECT json_object('id', r.id || '', 'by', a.uri, 'target', b.uri, 'comment', comment, 'uri', r.uri,
				'posts', (SELECT json_group_array(p.uri) FROM post p JOIN json_each(r.post_ids) j ON j.value = p.id))
			FROM report r JOIN account a ON a.id = r.account_id JOIN account b ON b.id = r.target_id ORDER BY r.id`,
		"approvals": `SELECT json_object('id', approval.id || '', 'kind', approval.kind, 'state', state, 'by', a.uri, 'object', object_uri, 'post', p.uri)
			FROM approval JOIN account a ON a.id = asker_id JOIN post p ON p.id = post_id ORDER BY approval.id`,
	} {
		out[name] = []any{}
		for _, row := range s.rows(t, query) {
			var v any
			if err := json.Unmarshal([]byte(row), &v); err != nil {
				t.Fatal(err)
			}
			out[name] = append(out[name], v)
		}
	}
	return out
}

// ids tells rows of heard apart.
func ids(list []any) (out []any) {
	for _, v := range list {
		out = append(out, v.(map[string]any)["id"])
	}
	return out
}
