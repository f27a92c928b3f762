package mastodon

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"skein/internal/core/site"
	"skein/internal/skein"
	"skein/internal/store"
)

// set changes the first site.
func (w *town) set(in site.Settings) {
	w.t.Helper()
	one, err := w.api.Sites.Update(w.t.Context(), w.site.ID, in)
	w.must(err)
	w.site = one
}

func ptr[T any](v T) *T { return &v }

// mastodon-api.md 2: where visitors are shown nothing, or few servers are federated with, every public route but those of the
// lobby asks for a person. The lobby is said here once more, so that no route gets into it by a slip.
func TestClosedSitesAskWhoReads(t *testing.T) {
	w := newTown(t)
	user, app := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, 0)
	waiting := w.token(w.site, w.add(w.site, "wanda", time.Time{}))
	lobby := func(r Route) bool {
		return r.Path == "/api/v1/apps" || strings.HasPrefix(r.Path, "/api/v1/instance") || r.Path == "/api/v2/instance" ||
			r.Path == "/health" || r.Path == "/api/v1/streaming/health" || r.Path == "/api/openapi.json" ||
			r.Path == "/api/web/push_subscriptions/{key}" // the key says who
	}
	for name, in := range map[string][2]site.Settings{
		"closed API":         {{ClosedAPI: ptr(true)}, {ClosedAPI: ptr(false)}},
		"limited federation": {{AllowListOnly: ptr(true)}, {AllowListOnly: ptr(false)}},
	} {
		w.set(in[0])
		for _, r := range Routes() {
			if r.Auth != Open && r.Auth != Public {
				continue
			}
			for who, token := range map[string]string{"a visitor": "", "a program": app} {
				got := w.ask(w.site, r.Method, filled(r), token, nil)
				if lobby(r) {
					if got.status == 401 {
						t.Errorf("%s: %s is shut out of %s: %s", name, who, r.Name(), got.body)
					}
				} else if got.status != 401 || !strings.Contains(string(got.body), "This method requires an authenticated user") {
					t.Errorf("%s: %s at %s: %d %.200s", name, who, r.Name(), got.status, got.body)
				}
			}
			if lobby(r) {
				continue
			}
			if got := w.ask(w.site, r.Method, filled(r), user, nil); got.status == 401 || got.status == 403 || got.header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s: a person at %s: %d %.200s %q", name, r.Name(), got.status, got.body, got.header.Get("Cache-Control"))
			}
			if got := w.ask(w.site, r.Method, filled(r), waiting, nil); got.status != 403 {
				t.Errorf("%s: somebody who waits at %s: %d %.200s", name, r.Name(), got.status, got.body)
			}
		}
		if conf := w.do(200, "GET", "/api/v2/instance", "", nil)["configuration"].(map[string]any); conf["limited_federation"] != w.site.AllowListOnly {
			t.Errorf("%s: limited_federation is %v", name, conf["limited_federation"])
		}
		w.set(in[1])
		if got := w.get("/api/v1/timelines/public", ""); got.status != 200 {
			t.Errorf("%s, taken back: %d %s", name, got.status, got.body)
		}
	}
}

// mastodon-api.md 3.6, 4.26: timelines_access says what is so, in lists and streams.
func TestFeedsAreForWhomTheSiteSays(t *testing.T) {
	w := newTown(t)
	owner := w.person(w.site, "olga")
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		u, err := tx.Person(owner)
		if err != nil {
			return err
		}
		u.Role = skein.Owner
		return tx.UpdatePerson(&u.User, u.Email)
	}))
	ann, staff := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, owner)
	w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"hello #tree"}`)
	for _, c := range []struct {
		feeds skein.Feeds
		path  string
		who   string
		want  int // posts; -1: refused
	}{
		{skein.Feeds{}, "/api/v1/timelines/public", "", 1},
		{skein.Feeds{LiveRemote: skein.FeedPeople}, "/api/v1/timelines/public", "", -1},
		{skein.Feeds{LiveRemote: skein.FeedPeople}, "/api/v1/timelines/public?local=true", "", 1},
		{skein.Feeds{LiveRemote: skein.FeedPeople}, "/api/v1/timelines/public", ann, 1},
		{skein.Feeds{LiveLocal: skein.FeedPeople}, "/api/v1/timelines/public?local=true", "", -1},
		{skein.Feeds{LiveLocal: skein.FeedPeople}, "/api/v1/timelines/public?remote=true", "", 0},
		{skein.Feeds{LiveLocal: skein.FeedDisabled}, "/api/v1/timelines/public", "", -1},
		{skein.Feeds{LiveLocal: skein.FeedDisabled}, "/api/v1/timelines/public", ann, 0},
		{skein.Feeds{LiveLocal: skein.FeedDisabled}, "/api/v1/timelines/public?local=true", ann, 0},
		{skein.Feeds{LiveLocal: skein.FeedDisabled}, "/api/v1/timelines/public?local=true", staff, 1},
		{skein.Feeds{LiveLocal: skein.FeedDisabled, LiveRemote: skein.FeedDisabled}, "/api/v1/timelines/public", ann, 0},
		{skein.Feeds{LiveLocal: skein.FeedDisabled, LiveRemote: skein.FeedDisabled}, "/api/v1/timelines/public", staff, 1},
		{skein.Feeds{LiveLocal: skein.FeedDisabled}, "/api/v1/timelines/tag/tree", "", 1},
		{skein.Feeds{TagLocal: skein.FeedPeople}, "/api/v1/timelines/tag/tree", "", -1},
		{skein.Feeds{TagLocal: skein.FeedPeople}, "/api/v1/timelines/tag/tree", ann, 1},
		{skein.Feeds{TagRemote: skein.FeedDisabled}, "/api/v1/timelines/tag/tree?remote=true", ann, 0},
		{skein.Feeds{LinkLocal: skein.FeedPeople}, "/api/v1/timelines/link?url=https://a.example", "", -1},
	} {
		w.set(site.Settings{Feeds: &c.feeds})
		got := w.get(c.path, c.who)
		var list []any
		if got.status == 200 {
			got.json(t, &list)
		}
		if c.want < 0 && (got.status != 422 || !strings.Contains(string(got.body), "This method requires an authenticated user")) ||
			c.want >= 0 && (got.status != 200 || len(list) != c.want) {
			t.Errorf("%+v: %s: %d %.200s, want %d", c.feeds, c.path, got.status, got.body, c.want)
		}
	}
	for _, c := range []struct {
		feeds  skein.Feeds
		stream string
		topic  string // empty: refused
	}{
		{skein.Feeds{}, "public", "public/"},
		{skein.Feeds{LiveRemote: skein.FeedDisabled}, "public", "local/"},
		{skein.Feeds{LiveRemote: skein.FeedDisabled}, "public:remote", ""},
		{skein.Feeds{LiveLocal: skein.FeedDisabled}, "public:media", "remote/"},
		{skein.Feeds{LiveLocal: skein.FeedDisabled}, "public:local", ""},
		{skein.Feeds{LiveLocal: skein.FeedDisabled, LiveRemote: skein.FeedDisabled}, "public", ""},
		{skein.Feeds{TagRemote: skein.FeedDisabled}, "hashtag", "localtag/"},
		{skein.Feeds{TagRemote: skein.FeedPeople}, "hashtag", "tag/"},
	} {
		w.set(site.Settings{Feeds: &c.feeds})
		g, err := w.api.Identity.ByToken(t.Context(), w.site.ID, ann)
		w.must(err)
		call := &call{Context: t.Context(), api: w.api, site: w.site, who: g.Viewer, grant: g}
		f, err := call.feedOf(c.stream, "tree", "", false)
		if (err == nil) != (c.topic != "") || err == nil && !strings.HasPrefix(f.topic, c.topic) {
			t.Errorf("%+v: stream %s listens to %q, %v; want %q", c.feeds, c.stream, f.topic, err, c.topic)
		}
	}
	w.set(site.Settings{Feeds: &skein.Feeds{LiveLocal: skein.FeedPeople, LiveRemote: skein.FeedDisabled}})
	said := w.do(200, "GET", "/api/v2/instance", "", nil)["configuration"].(map[string]any)["timelines_access"].(map[string]any)
	if live := said["live_feeds"].(map[string]any); live["local"] != "authenticated" || live["remote"] != "disabled" || said["hashtag_feeds"].(map[string]any)["local"] != "public" {
		t.Errorf("timelines_access: %v", said)
	}
	if _, err := w.api.Sites.Update(t.Context(), w.site.ID, site.Settings{Feeds: &skein.Feeds{TagLocal: skein.FeedDisabled}}); skein.KindOf(err) != skein.Invalid {
		t.Errorf("a feed that cannot be disabled: %v", err)
	}
}

// mastodon-api.md 4.26: what a site says of itself is what its operator set, and counts.
func TestInstanceTellsWhatIsSet(t *testing.T) {
	w := newTown(t)
	instance := func() (conf, join map[string]any) {
		v := w.do(200, "GET", "/api/v2/instance", "", nil)
		return v["configuration"].(map[string]any)["urls"].(map[string]any), v["registrations"].(map[string]any)
	}
	urls, join := instance()
	if urls["status"] != nil || urls["terms_of_service"] != nil || join["enabled"] != true || join["message"] != nil || join["min_age"] != nil || join["url"] != nil {
		t.Errorf("nothing is set: %v %v", urls, join)
	}
	w.set(site.Settings{Joining: ptr(skein.JoinClosed), JoinMessage: ptr("Next <year>."), JoinURL: ptr("https://join.example/elm"), StatusURL: ptr("https://status.example"),
		MinAge: ptr(16), Description: ptr("All about trees."), Privacy: ptr("We keep little.")})
	w.must(w.api.Sites.SetTerms(t.Context(), skein.Viewer{Site: w.site.ID, Account: w.site.Actor}, skein.Terms{Effective: "2024-05-01", Text: "Be kind."}))
	urls, join = instance()
	if urls["status"] != "https://status.example" || urls["terms_of_service"] != w.site.URL("/terms") {
		t.Errorf("urls: %v", urls)
	}
	if join["enabled"] != false || join["message"] != "<p>Next &lt;year&gt;.</p>" || join["min_age"] != 16.0 || join["url"] != "https://join.example/elm" {
		t.Errorf("registrations: %v", join)
	}
	if got := w.do(200, "GET", "/api/v1/instance/privacy_policy", "", nil); got["content"] != "<p>We keep little.</p>" || got["updated_at"] == nil {
		t.Errorf("privacy policy: %v", got)
	}
	if got := w.do(200, "GET", "/api/v1/instance/extended_description", "", nil); got["content"] != "<p>All about trees.</p>" || got["updated_at"] == nil {
		t.Errorf("extended description: %v", got)
	}
	terms := w.do(200, "GET", "/api/v1/instance/terms_of_service", "", nil)
	if terms["effective_date"] != "2024-05-01" || terms["effective"] != true || terms["content"] != "<p>Be kind.</p>" || terms["succeeded_by"] != nil {
		t.Errorf("terms: %v", terms)
	}
	w.do(200, "GET", "/api/v1/instance/terms_of_service/2024-05-01", "", nil)
	w.do(404, "GET", "/api/v1/instance/terms_of_service/2024-05-02", "", nil)
	if got := w.ask(w.other, "GET", "/api/v1/instance/terms_of_service", "", nil); got.status != 404 {
		t.Errorf("another site has terms: %d %s", got.status, got.body)
	}
	for name, bad := range map[string]site.Settings{"status URL": {StatusURL: ptr("javascript:alert(1)")}, "join URL": {JoinURL: ptr("here")}, "age": {MinAge: ptr(200)}} {
		if _, err := w.api.Sites.Update(t.Context(), w.site.ID, bad); skein.KindOf(err) != skein.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// mastodon-api.md 3.2: where there is an age limit, the day of birth is asked for.
func TestSignUpAsksForTheAge(t *testing.T) {
	w := newTown(t)
	w.set(site.Settings{MinAge: ptr(16)})
	app := w.token(w.site, 0)
	form := func(name, born string) string {
		return `{"username":"` + name + `","email":"` + name + `@mail.example","password":"correct horse battery","agreement":true,"locale":"en","date_of_birth":"` + born + `"}`
	}
	for born, code := range map[string]string{"": "ERR_BLANK", "soon": "ERR_INVALID", "2999-01-01": "ERR_INVALID", time.Now().UTC().AddDate(-16, 0, 2).Format(time.DateOnly): "ERR_BELOW_LIMIT"} {
		got := w.do(422, "POST", "/api/v1/accounts", app, form("dora", born))
		if d := got["details"].(map[string]any)["date_of_birth"].([]any)[0].(map[string]any); d["error"] != code {
			t.Errorf("born %q: %v", born, got)
		}
	}
	w.do(200, "POST", "/api/v1/accounts", app, form("dora", time.Now().UTC().AddDate(-16, 0, -1).Format(time.DateOnly)))
}

// mastodon-api.md 3.17: what is hidden is not there.
func TestSitesHideWhatTheySay(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	for path, in := range map[string][2]site.Settings{
		"/api/v1/directory":         {{Directory: ptr(false)}, {Directory: ptr(true)}},
		"/api/v1/instance/peers":    {{Peers: ptr(false)}, {Peers: ptr(true)}},
		"/api/v1/peers/search?q=a":  {{Peers: ptr(false)}, {Peers: ptr(true)}},
		"/api/v1/instance/activity": {{Activity: ptr(false)}, {Activity: ptr(true)}},
	} {
		for i, want := range []int{404, 200} {
			w.set(in[i])
			if got := w.get(path, ann); got.status != want {
				t.Errorf("%s: %d %s, want %d", path, got.status, got.body, want)
			}
		}
	}
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		for _, p := range []skein.PeerPolicy{{Domain: "bad.example", Severity: skein.Suspended, PublicComment: "spam", PrivateComment: "secret", Obfuscate: true},
			{Domain: "dull.example", Severity: skein.Limited}, {Domain: "noop.example", Severity: skein.Unrestricted, PublicComment: "fine"}} {
			if err := tx.SetPeerPolicy(&p); err != nil {
				return err
			}
		}
		return nil
	}))
	const path = "/api/v1/instance/domain_blocks"
	for _, c := range []struct {
		blocks, reasons skein.Audience
		token           string
		status          int
		comment         any
	}{
		{skein.ForNobody, skein.ForAll, ann, 404, nil}, {skein.ForPeople, skein.ForAll, "", 404, nil}, {skein.ForPeople, skein.ForPeople, ann, 200, "spam"},
		{skein.ForAll, skein.ForPeople, "", 200, nil}, {skein.ForAll, skein.ForNobody, ann, 200, nil}, {skein.ForAll, skein.ForAll, "", 200, "spam"},
	} {
		w.set(site.Settings{ShowBlocks: &c.blocks, ShowReasons: &c.reasons})
		got := w.get(path, c.token)
		if got.status != c.status {
			t.Errorf("%+v: %d %s", c, got.status, got.body)
			continue
		}
		if c.status != http.StatusOK {
			continue
		}
		var list []map[string]any
		got.json(t, &list)
		digest := sha256.Sum256([]byte("bad.example"))
		if len(list) != 2 || list[0]["severity"] != "suspend" || list[0]["domain"] == "bad.example" || list[0]["digest"] != hex.EncodeToString(digest[:]) ||
			list[0]["comment"] != c.comment || list[1]["domain"] != "dull.example" || list[1]["severity"] != "silence" || strings.Contains(string(got.body), "secret") {
			t.Errorf("%+v: %s", c, got.body)
		}
	}
}

// mastodon-api.md 3.16: a campaign is the owner's own, and asks whom it may.
func TestCampaignAsksWhoIsHereForLong(t *testing.T) {
	w := newTown(t)
	now := time.Now()
	w.api.Clock = func() time.Time { return now }
	ann := w.token(w.site, w.person(w.site, "ann"))
	good := skein.Campaign{Banner: "We need a server.", BannerButton: "Help", Text: "It costs.", Button: "Give", Thanks: "I gave!", URL: "https://give.example",
		Currency: "EUR", Monthly: map[string][]int{"EUR": {300, 500}}, Once: map[string][]int{"EUR": {1000}}, Starts: now.AddDate(0, 0, 20)}
	const path = "/api/v1/donation_campaigns"
	ask := func(days, status int) map[string]any {
		t.Helper()
		now = time.Now().AddDate(0, 0, days)
		return w.do(status, "GET", path, ann, nil)
	}
	ask(29, 204)
	w.set(site.Settings{Campaign: &good})
	ask(19, 204) // not begun
	ask(21, 204) // ann is too new
	now = time.Now().AddDate(0, 0, 29)
	got := w.get(path, ann)
	want, err := Entities().Type("DonationCampaign")
	w.must(err)
	if faults := Entities().Check(got.body, want, true); got.status != 200 || len(faults) > 0 {
		t.Errorf("campaign: %d %s %q", got.status, got.body, faults)
	}
	if c := got.object(t); c["donation_url"] != "https://give.example" || c["default_currency"] != "EUR" || c["amounts"].(map[string]any)["monthly"].(map[string]any)["EUR"].([]any)[0] != 300.0 {
		t.Errorf("campaign: %v", c)
	}
	ask(35, 204) // over
	for name, change := range map[string]func(c *skein.Campaign){
		"an address that is none":   func(c *skein.Campaign) { c.URL = "javascript:x" },
		"three weeks":               func(c *skein.Campaign) { c.Ends = c.Starts.AddDate(0, 0, 21) },
		"no amounts":                func(c *skein.Campaign) { c.Monthly = nil },
		"an amount that is none":    func(c *skein.Campaign) { c.Once = map[string][]int{"EUR": {0}} },
		"a currency that is none":   func(c *skein.Campaign) { c.Once = map[string][]int{"Euro": {1}} },
		"a button without a word":   func(c *skein.Campaign) { c.Button = " " },
		"a banner like a newspaper": func(c *skein.Campaign) { c.Banner = strings.Repeat("x", 1001) },
	} {
		bad := good
		change(&bad)
		if _, err := w.api.Sites.Update(t.Context(), w.site.ID, site.Settings{Campaign: &bad}); skein.KindOf(err) != skein.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.set(site.Settings{Campaign: &skein.Campaign{}})
	ask(29, 204)
}
