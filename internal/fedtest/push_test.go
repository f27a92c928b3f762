package fedtest

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"skein/internal/kit/fetch"
	"skein/internal/kit/push/pushtest"
)

// T158: nothing is pushed to anybody that is not for them; who is named or writes it is told, and nobody else.
func TestT158_PrivacyMatrixOfPushes(t *testing.T) {
	x := newMatrix(t)
	out := fetch.New(fetch.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(out.Close)
	x.n.Server.Mastodon.Fetch = out
	alerts := m{}
	for _, kind := range []string{"mention", "status", "reblog", "follow", "favourite", "poll", "update", "quote", "quoted_update"} {
		alerts[kind] = true
	}
	phones := map[*Person]*pushtest.Device{}
	for _, r := range x.readers {
		if r.ID == "" || r.Site != x.ann.Site {
			continue
		}
		phones[r.Person] = pushtest.New(t)
		x.do(r.Person, "POST", "/api/v1/push/subscription", m{"subscription": phones[r.Person].Subscription(true), "data": m{"alerts": alerts, "policy": "all"}})
		x.do(r.Person, "PATCH", "/api/v2/notifications/policy", m{"for_private_mentions": "accept"}) // also of strangers
		if r.may(sentinel{vis: "private"}) && r.Person != x.ann {
			x.do(r.Person, "POST", "/api/v1/accounts/"+x.ann.ID+"/follow", m{"notify": true}) // told of each post
		}
	}
	x.write()
	x.ann.Post("@mia and all: sentinelend", "public")
	x.n.Settle()
	for _, r := range x.readers {
		d := phones[r.Person]
		if d == nil {
			continue
		}
		var told []byte
		for len(d.Got) > 0 {
			b, err := json.Marshal(<-d.Got)
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, b...)
		}
		x.leaks(r, "a push", told)
		want := ""
		switch r.Name {
		case "mia":
			want = "sentineldirectreply"
		case "bob":
			want = "sentinelprivatereply"
		}
		if !strings.Contains(string(told), want) {
			t.Errorf("%s is told: %s", r.Name, told)
		}
		if strings.Contains("zed cleo fay gil", r.Name) && strings.Contains(string(told), "sentinel") {
			t.Errorf("%s is told: %s", r.Name, told)
		}
	}
}
