package social

import (
	"context"
	"fmt"
	"testing"

	"skein/internal/kit/stream"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// village is a site for benchmarks: one author, and people who follow them.
func village(b *testing.B, followers int) (s *Service, author skein.Viewer, readers []skein.Viewer) {
	b.Helper()
	db := storetest.SQLite(b)
	site := &skein.Site{ID: db.NewID(), Domain: "elm.example", Base: "https://elm.example", Joining: skein.JoinOpen, CreatedAt: db.Now()}
	s = &Service{DB: db, Hub: stream.New(stream.Options{}), Site: func(context.Context, skein.ID) (*skein.Site, error) { return site, nil }}
	s.Start()
	person := func(tx *store.Tx, name string) (skein.Viewer, error) {
		a := &skein.Account{Local: true, Kind: skein.Person, Username: name, URI: site.URL("/ap/users/" + name), URL: site.URL("/@" + name)}
		if err := tx.InsertAccount(a); err != nil {
			return skein.Viewer{}, err
		}
		now := tx.Now()
		return skein.Viewer{Site: site.ID, Account: a.ID}, tx.InsertPerson(&skein.User{Account: a.ID, Email: name, Role: skein.Member,
			CreatedAt: now, ConfirmedAt: now, ApprovedAt: now}, name, name)
	}
	err := db.Update(b.Context(), site.ID, func(tx *store.Tx) (err error) {
		if _, err := tx.InsertSite(site, nil); err != nil {
			return err
		}
		author, err = person(tx, "ann")
		return err
	})
	for i := 0; i < followers && err == nil; i++ {
		err = db.Update(b.Context(), site.ID, func(tx *store.Tx) error {
			r, err := person(tx, fmt.Sprint("reader", i))
			if err != nil {
				return err
			}
			readers = append(readers, r)
			_, err = tx.InsertFollow(&skein.Follow{Account: r.Account, Target: author.Account, Accepted: true, ShowBoosts: true})
			return err
		})
	}
	if err != nil {
		b.Fatal(err)
	}
	return s, author, readers
}

func BenchmarkHome(b *testing.B) {
	s, ann, readers := village(b, 1)
	who := readers[0]
	// Twenty people write and boost each other, so that a page holds twenty posts of twenty people.
	var writers []skein.Viewer
	err := s.DB.Update(b.Context(), ann.Site, func(tx *store.Tx) error {
		for i := range 20 {
			name := fmt.Sprint("writer", i)
			a := &skein.Account{Local: true, Kind: skein.Person, Username: name, URI: "https://elm.example/ap/users/" + name}
			if err := tx.InsertAccount(a); err != nil {
				return err
			}
			writers = append(writers, skein.Viewer{Site: ann.Site, Account: a.ID})
			if _, err := tx.InsertFollow(&skein.Follow{Account: who.Account, Target: a.ID, Accepted: true, ShowBoosts: true}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.KeepFeed(b.Context(), who); err != nil {
		b.Fatal(err)
	}
	for i := range 800 {
		v, err := s.CreatePost(b.Context(), writers[i%20], Draft{Text: fmt.Sprintf("post %d about #moss and other things, in a few words", i)})
		if err == nil && i%5 == 0 {
			v, err = s.Boost(b.Context(), writers[(i+7)%20], v.Post.ID, skein.Public)
		}
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Spread(b.Context(), skein.PostCreated{Site: ann.Site, Post: v.Post.ID}); err != nil {
			b.Fatal(err)
		}
	}
	list, err := s.Home(b.Context(), who, Page{Limit: 800})
	if err != nil || len(list) < 700 {
		b.Fatalf("%d posts, %v", len(list), err)
	}
	b.Run("first page", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			list, err := s.Home(b.Context(), who, Page{Limit: 20})
			if err != nil || len(list) != 20 {
				b.Fatalf("%d posts, %v", len(list), err)
			}
		}
	})
	b.Run("35th page", func(b *testing.B) {
		b.ReportAllocs()
		max := list[20*34].Post.ID
		for b.Loop() {
			list, err := s.Home(b.Context(), who, Page{Max: max, Limit: 20})
			if err != nil || len(list) != 20 {
				b.Fatalf("%d posts, %v", len(list), err)
			}
		}
	})
	b.Run("nothing cached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, v := range list[:25] {
				s.cache.forget(store.Change{Post: v.Post.ID, Account: v.Author.ID})
				if v.Original != nil {
					s.cache.forget(store.Change{Post: v.Original.Post.ID})
				}
			}
			if _, err := s.Home(b.Context(), who, Page{Limit: 20}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCreatePost(b *testing.B) {
	for _, n := range []int{12, 1000} {
		for _, kept := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d followers, feeds kept %v", n, kept), func(b *testing.B) {
				s, ann, readers := village(b, n)
				for _, r := range readers {
					if !kept {
						break
					}
					if err := s.KeepFeed(b.Context(), r); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportAllocs()
				for b.Loop() {
					v, err := s.CreatePost(b.Context(), ann, Draft{Text: "hello #moss, a few words more", Language: "en"})
					if err != nil {
						b.Fatal(err)
					}
					if err := s.Spread(b.Context(), skein.PostCreated{Site: ann.Site, Post: v.Post.ID}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
