package fedtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"skein/internal/transport/mastodon"
)

// mastodon-api.md 3.16: in December people may look back on their year; it is counted once, by a job, of what they did.
func TestReviewOfTheYear(t *testing.T) {
	w := newWorld(t)
	ask := func(p *Person, status int, method, path string) any {
		t.Helper()
		got := w.send(p, inJSON, method, path, nil)
		if got.status != status {
			t.Fatalf("%s %s: got %d %s, want %d", method, path, got.status, got.body, status)
		}
		return got.json()
	}
	now := w.n.Server.Config.Clock().UTC()
	day := time.Date(now.Year(), 12, 15, 0, 0, 0, 0, time.UTC)
	if now.After(day.AddDate(0, 0, -6)) {
		day = day.AddDate(1, 0, 0)
	}
	early := fmt.Sprintf("/api/v1/annual_reports/%d", now.Year())
	if now.Month() < 12 {
		w.ann.Post("too early", "public")
		if s := At(ask(w.ann, 200, "GET", early+"/state"), "state"); s != "ineligible" {
			t.Errorf("before December: %v", s)
		}
		ask(w.ann, 404, "POST", early+"/generate")
	}
	w.n.Pass(day.Sub(now))
	path := fmt.Sprintf("/api/v1/annual_reports/%d", day.Year())
	if got := At(ask(visitor, 200, "GET", "/api/v2/instance"), "wrapstodon"); got != float64(day.Year()) {
		t.Errorf("wrapstodon: %v", got)
	}
	if s := At(ask(w.cleo, 200, "GET", path+"/state"), "state"); s != "ineligible" {
		t.Errorf("nothing was written: %v", s)
	}
	ask(w.cleo, 404, "POST", path+"/generate")
	liked, plain := w.ann.Post("about #trees", "public"), w.ann.Post("more #trees and #birds", "public")
	secret := w.ann.Post("psst", "private")
	for _, p := range []*Person{w.bob, w.root} {
		w.do(p, "POST", "/api/v1/statuses/"+liked+"/favourite", nil)
	}
	w.do(w.bob, "POST", "/api/v1/statuses/"+secret+"/favourite", nil)
	w.do(w.bob, "POST", "/api/v1/statuses/"+plain+"/reblog", nil)
	w.n.Settle()
	if s := At(ask(w.ann, 200, "GET", path+"/state"), "state"); s != "eligible" {
		t.Errorf("in December: %v", s)
	}
	ask(w.ann, 404, "GET", path)
	ask(w.ann, 404, "POST", path+"/read")
	for range 2 { // asked for twice, made once
		got := w.send(w.ann, inJSON, "POST", path+"/generate", nil)
		if id := strings.Join(got.header["Mastodon-Async-Refresh"], ""); got.status != 202 || !strings.HasPrefix(id, `id="annual-`) {
			t.Errorf("generate: %d %s %v", got.status, got.body, got.header)
		}
	}
	refresh := fmt.Sprintf("/api/v1_alpha/async_refreshes/annual-%d", day.Year())
	// The job may have run by now: social.TestReviewIsMadeOnce holds it.
	before := At(ask(w.ann, 200, "GET", refresh), "async_refresh", "status")
	if s := At(ask(w.ann, 200, "GET", path+"/state"), "state"); s != "available" && (s != "generating" || before != "running") {
		t.Errorf("asked for: %v, refresh: %v", s, before)
	}
	w.n.Settle()
	if s := At(ask(w.ann, 200, "GET", path+"/state"), "state"); s != "available" {
		t.Errorf("made: %v", s)
	}
	if s := At(ask(w.ann, 200, "GET", refresh), "async_refresh", "status"); s != "finished" {
		t.Errorf("refresh: %v", s)
	}
	// mastodon-api.md 4.12: who asked is told once, in the grouped shape.
	told := ask(w.ann, 200, "GET", "/api/v2/notifications?types[]=annual_report")
	if groups, _ := At(told, "notification_groups").([]any); len(groups) != 1 || At(groups[0], "annual_report", "year") != float64(day.Year()) ||
		At(groups[0], "sample_account_ids", 0) != w.ann.ID {
		t.Errorf("told: %v", told)
	}
	if list := fmt.Sprint(ask(w.ann, 200, "GET", "/api/v1/notifications")); strings.Contains(list, "annual_report") || !strings.Contains(list, "favourite") {
		t.Errorf("one by one: %s", list)
	}
	ask(w.bob, 404, "GET", refresh)
	ask(w.bob, 404, "GET", path)
	for _, at := range []string{path, "/api/v1/annual_reports"} {
		got := w.send(w.ann, inJSON, "GET", at, nil)
		for _, f := range mastodon.Entities().Check(got.body, must(mastodon.Entities().Type("WrappedAnnualReports")), true) {
			t.Errorf("%s: %s", at, f)
		}
		data := At(got.json(), "annual_reports", 0, "data")
		if At(data, "archetype") != "lurker" || At(data, "time_series", 11, "statuses") != 3.0 || At(data, "time_series", 0, "statuses") != 0.0 ||
			At(data, "top_hashtags", 0, "name") != "trees" || At(data, "top_hashtags", 0, "count") != 2.0 ||
			At(data, "top_statuses", "by_favourites") != liked || At(data, "top_statuses", "by_reblogs") != plain || At(data, "top_statuses", "by_replies") != nil {
			t.Errorf("%s: %s", at, got.body)
		}
		if list, _ := At(got.json(), "statuses").([]any); len(list) != 2 || At(got.json(), "accounts", 0, "id") != w.ann.ID || strings.Contains(string(got.body), "psst") {
			t.Errorf("%s: %s", at, got.body)
		}
	}
	ask(w.ann, 200, "POST", path+"/read")
	if list, _ := At(ask(w.ann, 200, "GET", "/api/v1/annual_reports"), "annual_reports").([]any); len(list) != 0 {
		t.Errorf("read, and still shown: %v", list)
	}
	ask(w.ann, 200, "GET", path)
}
