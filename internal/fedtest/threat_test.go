package fedtest

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"skein/internal/server"
)

// What is not public is found by no search, no tag and no public timeline, on its own site and on others; and what is
// deleted or no longer there is not either.
func TestT160_OnlyPublicPostsAreFound(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, bob, oskar := n.Person("ann", "elm.example"), n.Person("bob", "elm.example"), n.Person("oskar", "oak.example")
		bob.Follow(ann)
		oskar.Follow(ann)
		ids := map[string]string{}
		for _, v := range []string{"public", "unlisted", "private", "direct"} {
			ids[v] = ann.Post("sentinel"+v+" #sentineltag", v)
		}
		n.Settle()
		ways := []string{"/api/v1/timelines/public", "/api/v1/timelines/public?local=true", "/api/v1/timelines/tag/sentineltag",
			"/api/v1/trends/statuses", "/api/v2/search?q=sentinelprivate+in:public", "/api/v2/search?q=%23sentineltag+in:public&type=statuses",
			"/api/v1/timelines/public?remote=true"}
		others := []string{"/api/v2/search?q=sentinelunlisted", "/api/v2/search?q=sentinelprivate", "/api/v2/search?q=sentineldirect",
			"/api/v2/search?q=%23sentineltag&type=statuses", "/api/v2/search?q=from:ann+has:link", "/api/v2/search?q=in:all+-nothing"}
		look := func(who *Person, hidden ...string) {
			t.Helper()
			list := ways
			if who != ann { // who wrote it finds it
				list = append(slices.Clip(ways), others...)
			}
			for _, way := range list {
				b, _ := json.Marshal(who.Do("GET", way, ""))
				for _, v := range hidden {
					if strings.Contains(string(b), "sentinel"+v) {
						t.Errorf("%s at %s: %s shows the %s post", who.Name, who.Site.Domain, way, v)
					}
				}
			}
		}
		for _, who := range []*Person{ann, bob, oskar} {
			look(who, "unlisted", "private", "direct")
			b, _ := json.Marshal(who.Do("GET", "/api/v1/timelines/tag/sentineltag", ""))
			if !strings.Contains(string(b), "sentinelpublic") {
				t.Errorf("%s at %s: the tag does not show the public post", who.Name, who.Site.Domain)
			}
		}
		ann.Do("DELETE", "/api/v1/statuses/"+ids["public"], "")
		n.Settle()
		for _, who := range []*Person{ann, bob, oskar} {
			look(who, "public")
		}
	})
}

// Whatever happens, no text of private posts and no token is in the log, however much is logged.
func TestT168_LogsKeepSecrets(t *testing.T) {
	logged := &lines{}
	n := start(t, server.Config{Place: server.Place{Data: t.TempDir()}, Log: slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))},
		[]string{"elm.example", "oak.example"})
	ann, oskar := n.Person("ann", "elm.example"), n.Person("oskar", "oak.example")
	oskar.Follow(ann)
	for _, v := range []string{"private", "direct"} {
		id := ann.Post("s3ntinel @oskar@oak.example", v)
		ann.Do("PUT", "/api/v1/statuses/"+id, `{"status":"s3ntinel again","spoiler_text":"s3ntinel"}`)
		n.Settle()
		ann.Do("DELETE", "/api/v1/statuses/"+id, "")
	}
	ann.Try("POST", "/api/v1/statuses", `{"status":"s3ntinel","in_reply_to_id":"99"}`)
	ann.Try("POST", "/api/v1/statuses", `{"status":["s3ntinel"]}`)
	ann.Try("GET", "/api/v1/timelines/home?access_token="+ann.Token, "")
	r := httptest.NewRequestWithContext(t.Context(), "GET", ann.Site.URL("/api/v1/streaming?stream=user&access_token="+ann.Token), nil)
	n.Raw(r)
	n.Settle()
	for _, secret := range []string{"s3ntinel", ann.Token, oskar.Token, "correct horse"} {
		if text := logged.take(); strings.Contains(text, secret) {
			i := strings.Index(text, secret)
			t.Errorf("the log tells: %.300s", text[max(0, i-150):])
		} else {
			logged.Write([]byte(text))
		}
	}
}

// A search made of wildcards, operators and quotation marks is a search for those letters, and costs no more than another.
func TestT94_SearchTakesNoOrders(t *testing.T) {
	Each(t, []string{"elm.example"}, func(t *testing.T, n *Net) {
		ann := n.Person("ann", "elm.example")
		ann.Post("something to be found", "public")
		n.Settle()
		for _, q := range []string{`%_%`, `%25%25%25`, `"`, `""""`, `NEAR(`, `*`, `a* OR b*`, strings.Repeat("OR ", 2000), strings.Repeat("%", 5000),
			`' OR 1=1 --`, `\`, `\\`, "(", ")(", "^", "-", "{a b}:c", strings.Repeat("a ", 3000), "\u0000", "@", "@@", "#", "https://", "from:me", "has:media from:"} {
			b, _ := json.Marshal(q)
			var text string
			_ = json.Unmarshal(b, &text)
			for _, way := range []string{"/api/v2/search?resolve=true&q=", "/api/v1/accounts/search?q="} {
				status, v := ann.Try("GET", way+escape(text), "")
				if status >= 500 {
					t.Errorf("%s%.40q: %d", way, q, status)
				}
				if got, _ := At(v, "accounts").([]any); len(got) > 0 {
					t.Errorf("%s%.40q finds %v", way, q, got)
				}
			}
		}
	})
}

func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		const hex = "0123456789ABCDEF"
		b.WriteByte('%')
		b.WriteByte(hex[s[i]>>4])
		b.WriteByte(hex[s[i]&15])
	}
	return b.String()
}
