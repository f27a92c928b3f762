package site_test

import (
	"testing"
	"time"

	"skein/internal/core/site"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// The terms that count are the latest whose day has come; before any has, the first that will.
func TestTermsCountFromTheirDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		elm, oak := create(t, s, "https://elm.example"), create(t, s, "https://oak.example")
		staff := skein.Viewer{Site: elm.ID, Account: elm.Actor}
		day := func(n int) string { return db.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }
		put := func(n int) {
			t.Helper()
			if err := s.SetTerms(t.Context(), staff, skein.Terms{Effective: day(n), Text: day(n)}); err != nil {
				t.Fatal(err)
			}
		}
		want := func(ask, effective string, counts bool, next string) {
			t.Helper()
			got, err := s.Terms(t.Context(), elm.ID, ask)
			if err != nil || got.Effective != effective || got.Counts != counts || got.Next != next {
				t.Errorf("terms of %q: %+v %v", ask, got, err)
			}
		}
		put(20)
		put(10)
		want("", day(10), false, day(20))
		put(-10)
		put(-20)
		want("", day(-10), true, day(10))
		want(day(-20), day(-20), true, day(-10))
		want(day(20), day(20), false, "")
		for _, ask := range []string{day(1), "x"} {
			if _, err := s.Terms(t.Context(), elm.ID, ask); skein.KindOf(err) != skein.NotFound {
				t.Errorf("terms of %q: %v", ask, err)
			}
		}
		if _, err := s.Terms(t.Context(), oak.ID, ""); skein.KindOf(err) != skein.NotFound {
			t.Errorf("another site's: %v", err)
		}
		if err := s.SetTerms(t.Context(), person(t, db, elm, "ann", skein.Member), skein.Terms{Effective: day(0), Text: "x"}); skein.KindOf(err) != skein.Denied {
			t.Errorf("a member sets them: %v", err)
		}
	})
}

// Which peers are limited, and why, only those see whom the site tells.
func TestLimitedPeersAreShownToWhomTheSiteSays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		elm := create(t, s, "https://elm.example")
		ann, visitor := person(t, db, elm, "ann", skein.Member), skein.Viewer{Site: elm.ID}
		if err := db.Update(t.Context(), elm.ID, func(tx *store.Tx) error {
			return tx.SetPeerPolicy(&skein.PeerPolicy{Domain: "bad.example", Severity: skein.Suspended, PublicComment: "spam"})
		}); err != nil {
			t.Fatal(err)
		}
		for _, show := range []skein.Audience{skein.ForNobody, skein.ForPeople, skein.ForAll} {
			people := skein.ForPeople
			if _, err := s.Update(t.Context(), elm.ID, site.Settings{ShowBlocks: &show, ShowReasons: &people}); err != nil {
				t.Fatal(err)
			}
			for who, may := range map[skein.Viewer]bool{ann: show != skein.ForNobody, visitor: show == skein.ForAll} {
				list, reasons, err := s.LimitedPeers(t.Context(), who)
				if !may {
					if skein.KindOf(err) != skein.NotFound {
						t.Errorf("%q to %v: %v %v", show, who, list, err)
					}
					continue
				}
				if err != nil || len(list) != 1 || reasons == who.Visitor() || (list[0].PublicComment == "spam") != reasons {
					t.Errorf("%q to %v: %v %v %v", show, who, list, reasons, err)
				}
			}
		}
	})
}
