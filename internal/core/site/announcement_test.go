package site_test

import (
	"slices"
	"testing"
	"time"

	"skein/internal/core/site"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// An announcement waits for its time, ends with its last day, and is each site's own.
func TestAnnouncementsWaitAndEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		elm, oak := create(t, s, "https://elm.example"), create(t, s, "https://oak.example")
		ann, eve := person(t, db, elm, "ann", skein.Member), person(t, db, oak, "eve", skein.Member)
		staff := skein.Viewer{Site: elm.ID, Account: elm.Actor}
		now := db.Now()
		today := now.UTC().Truncate(24 * time.Hour)
		shown := func(who skein.Viewer) (ids []skein.ID) {
			t.Helper()
			list, err := s.Announcements(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range list {
				ids = append(ids, a.ID)
			}
			return ids
		}
		if _, err := s.Announce(t.Context(), ann, site.Announced{Text: "me"}); skein.KindOf(err) != skein.Denied {
			t.Errorf("a member announces: %v", err)
		}
		for name, in := range map[string]site.Announced{
			"blank":      {Text: " \n"},
			"backwards":  {Text: "x", StartsAt: now.Add(2 * time.Hour), EndsAt: now.Add(time.Hour)},
			"over":       {Text: "x", EndsAt: now.Add(-time.Hour)},
			"over later": {Text: "x", EndsAt: now.Add(time.Hour), At: now.Add(2 * time.Hour)},
			"no day":     {Text: "x", AllDay: true},
		} {
			if _, err := s.Announce(t.Context(), staff, in); skein.KindOf(err) != skein.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		day, err := s.Announce(t.Context(), staff, site.Announced{Text: "all of today", AllDay: true, StartsAt: now, EndsAt: now})
		if err != nil {
			t.Fatal(err)
		}
		if !day.StartsAt.Equal(today) || !day.Over().Equal(today.AddDate(0, 0, 1)) {
			t.Errorf("the day is %v to %v", day.StartsAt, day.Over())
		}
		waits, err := s.Announce(t.Context(), staff, site.Announced{Text: "later", At: now.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SpreadAnnouncement(t.Context(), skein.AnnouncementMoved{Site: elm.ID, Announcement: waits.ID}); err != nil {
			t.Fatal(err)
		}
		if got := shown(ann); !slices.Equal(got, []skein.ID{day.ID}) {
			t.Errorf("shown: %v", got)
		}
		if got := shown(eve); len(got) != 0 {
			t.Errorf("on another site: %v", got)
		}
		for name, do := range map[string]func() error{
			"wait":  func() error { return s.DismissAnnouncement(t.Context(), ann, waits.ID) },
			"read":  func() error { return s.DismissAnnouncement(t.Context(), eve, day.ID) },
			"react": func() error { return s.ReactAnnouncement(t.Context(), eve, day.ID, "🎉") },
			"remove": func() error {
				return s.RemoveAnnouncement(t.Context(), skein.Viewer{Site: oak.ID, Account: oak.Actor}, day.ID)
			},
		} {
			if err := do(); skein.KindOf(err) != skein.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.DismissAnnouncement(t.Context(), skein.Viewer{Site: elm.ID}, day.ID); skein.KindOf(err) != skein.Unauthorized {
			t.Errorf("a visitor: %v", err)
		}
	})
}

// Eight sorts of emoji stand at an announcement, whoever they are by; more of one of them is no new sort.
func TestAnnouncementsShowEightReactions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		elm := create(t, s, "https://elm.example")
		ann, bob := person(t, db, elm, "ann", skein.Member), person(t, db, elm, "bob", skein.Member)
		staff := skein.Viewer{Site: elm.ID, Account: elm.Actor}
		a, err := s.Announce(t.Context(), staff, site.Announced{Text: "hello @ann #News :blob:"})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Mentions) != 1 || a.Mentions[0].Account != ann.Account || len(a.Tags) != 1 || a.Tags[0].Name != "news" {
			t.Errorf("named: %+v %+v", a.Mentions, a.Tags)
		}
		if err := db.Update(t.Context(), elm.ID, func(tx *store.Tx) error {
			return tx.PutEmoji(&skein.Emoji{Code: "blob", URL: "https://elm.example/blob.png"})
		}); err != nil {
			t.Fatal(err)
		}
		react := func(who skein.Viewer, name string) skein.Kind {
			return skein.KindOf(s.ReactAnnouncement(t.Context(), who, a.ID, name))
		}
		for i, name := range []string{"blob", "🎉", "👍", "😀", "🐸", "🌳", "🚲", "🥐"} {
			who := ann
			if i%2 == 0 {
				who = bob
			}
			if err := s.ReactAnnouncement(t.Context(), who, a.ID, name); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if react(ann, "🍎") != skein.Invalid || react(ann, "nothing") != skein.Invalid {
			t.Error("a ninth emoji, or one that is none, is taken")
		}
		for range 2 {
			if err := s.ReactAnnouncement(t.Context(), ann, a.ID, ":blob:"); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Announcement(t.Context(), ann, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		first := skein.AnnouncementReaction{Name: "blob", Count: 2, Mine: true, URL: "https://elm.example/blob.png", StaticURL: "https://elm.example/blob.png"}
		if len(got.Reactions) != 8 || got.Reactions[0] != first || got.Reactions[2].Mine {
			t.Errorf("reactions: %+v", got.Reactions)
		}
		if err := s.UnreactAnnouncement(t.Context(), ann, a.ID, "🎉"); err != nil {
			t.Fatal(err)
		}
		if err := s.ReactAnnouncement(t.Context(), bob, a.ID, "🍎"); err != nil {
			t.Errorf("there is room again: %v", err)
		}
		if err := s.DismissAnnouncement(t.Context(), ann, a.ID); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[skein.Viewer]bool{ann: true, bob: false} {
			if got, err := s.Announcement(t.Context(), who, a.ID); err != nil || got.Read != want {
				t.Errorf("read: %v %v", got.Read, err)
			}
		}
		if err := s.RemoveAnnouncement(t.Context(), staff, a.ID); err != nil {
			t.Fatal(err)
		}
		if react(ann, "🎉") != skein.NotFound {
			t.Error("what was removed is still there")
		}
	})
}
