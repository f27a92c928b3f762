package site_test

import (
	"testing"
	"time"

	"skein/internal/core/site"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

func TestActivityCountsByWeek(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := &site.Service{DB: db}
		s.Start()
		elm, _, err := s.Create(t.Context(), site.New{URL: "https://elm.example"})
		if err != nil {
			t.Fatal(err)
		}
		oak, _, err := s.Create(t.Context(), site.New{URL: "https://oak.example"})
		if err != nil {
			t.Fatal(err)
		}
		now := db.Now()
		err = db.Update(t.Context(), elm.ID, func(tx *store.Tx) error {
			for i, days := range []int{0, 7, 7, 400} {
				p := &skein.Post{ID: skein.At(now.AddDate(0, 0, -days)) + skein.ID(i), Site: elm.ID, Author: 1, Local: true,
					URI: "https://elm.example/" + string(rune('a'+i)), CreatedAt: now.AddDate(0, 0, -days)}
				if _, err := tx.InsertPost(p); err != nil {
					return err
				}
			}
			return tx.InsertPerson(&skein.User{Account: 5, Email: "a@mail.example", Role: skein.Member,
				CreatedAt: now, ConfirmedAt: now, ApprovedAt: now, SeenAt: now}, "a", "a@mail.example")
		})
		if err != nil {
			t.Fatal(err)
		}
		weeks, err := s.Activity(t.Context(), elm.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(weeks) != 12 || weeks[0].Start.Weekday() != time.Monday || weeks[0].Posts != 1 || weeks[1].Posts != 2 || weeks[2].Posts != 0 || weeks[0].Joined != 1 {
			t.Errorf("weeks %+v", weeks)
		}
		if weeks, err = s.Activity(t.Context(), oak.ID); err != nil || weeks[0].Posts+weeks[0].Joined != 0 {
			t.Errorf("another site tells of it: %+v, %v", weeks, err)
		}
	})
}
