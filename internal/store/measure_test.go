package store_test

import (
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// Each number is counted on both engines, and what is old is summed up and not lost.
func TestNumbersOnBothEngines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		site := db.NewID()
		if err := db.Update(t.Context(), site, func(tx *store.Tx) error {
			_, err := tx.InsertSite(&skein.Site{ID: site, Domain: "elm.example", Base: "https://elm.example", Joining: skein.JoinOpen, CreatedAt: tx.Now()}, nil)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		today := db.Now().UnixMilli() / 86400000
		days := store.Days{First: today - 2, Last: today}
		err := db.Update(t.Context(), site, func(tx *store.Tx) error {
			a := &skein.Account{ID: tx.NewID(), Site: site, Kind: skein.Person, Username: "pat", Domain: "far.example", URI: "https://far.example/pat", CreatedAt: tx.Now()}
			if err := tx.InsertAccount(a); err != nil {
				return err
			}
			var posts []skein.ID
			for i := range 3 {
				p := &skein.Post{ID: tx.NewID(), Author: a.ID, URI: "https://far.example/" + string(rune('a'+i)), Language: "en", CreatedAt: tx.Now()}
				if _, err := tx.InsertPost(p); err != nil {
					return err
				}
				posts = append(posts, p.ID)
			}
			if _, _, err := tx.RemovePosts(posts[:1]); err != nil {
				return err
			}
			for range 2 {
				if err := tx.Tally(store.Interactions); err != nil {
					return err
				}
			}
			if err := tx.CountUses(skein.TrendTag, today, a.ID, posts[2], []store.TrendUse{{Ref: 7, Name: "x"}}); err != nil {
				return err
			}
			return tx.PersonSeen(a.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		check := func(when string) {
			t.Helper()
			err := db.View(t.Context(), site, func(tx *store.Tx) error {
				for name, x := range map[string]struct {
					f    func() (store.Sum, error)
					want int64
				}{
					"active":       {func() (store.Sum, error) { return tx.ActiveUsers(days) }, 1},
					"new":          {func() (store.Sum, error) { return tx.NewUsers(days) }, 0},
					"interactions": {func() (store.Sum, error) { return tx.Tallied(store.Interactions, days) }, 2},
					"opened":       {func() (store.Sum, error) { return tx.OpenedReports(days) }, 0},
					"resolved":     {func() (store.Sum, error) { return tx.ResolvedReports(days) }, 0},
					"tag uses":     {func() (store.Sum, error) { return tx.TagUses(7, days) }, 1},
					"tag accounts": {func() (store.Sum, error) { return tx.TagAccounts(7, days) }, 1},
					"tag servers":  {func() (store.Sum, error) { return tx.TagServers(7, days) }, 1},
					"accounts":     {func() (store.Sum, error) { return tx.ServerAccounts("far.example", days) }, 1},
					"media":        {func() (store.Sum, error) { return tx.ServerMedia("", days) }, 0},
					"reports":      {func() (store.Sum, error) { return tx.ServerReports("far.example", days) }, 0},
					"posts":        {func() (store.Sum, error) { return tx.ServerPosts("far.example", days) }, 2},
					"follows":      {func() (store.Sum, error) { return tx.ServerFollows("far.example", days) }, 0},
					"followers":    {func() (store.Sum, error) { return tx.ServerFollowers("far.example", days) }, 0},
				} {
					if s, err := x.f(); err != nil || s.Total != x.want && (when == "now" || name == "posts") {
						t.Errorf("%s, %s: got %d, %v; want %d", name, when, s.Total, err, x.want)
					}
				}
				for name, f := range map[string]func() ([]*store.Share, error){
					"locales":       func() ([]*store.Share, error) { return tx.Locales(days, 5) },
					"sources":       func() ([]*store.Share, error) { return tx.Sources(days, 5) },
					"servers":       func() ([]*store.Share, error) { return tx.Servers(days, 5) },
					"languages":     func() ([]*store.Share, error) { return tx.ServerLanguages("far.example", days, 5) },
					"followed":      func() ([]*store.Share, error) { return tx.Followed("far.example", 5) },
					"tag servers":   func() ([]*store.Share, error) { return tx.TagByServer(7, days, 5) },
					"tag languages": func() ([]*store.Share, error) { return tx.TagByLanguage(7, days, 5) },
				} {
					if _, err := f(); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
				if _, err := tx.Retention(days); err != nil {
					t.Error(err)
				}
				if n, err := tx.Size(); err != nil || n == 0 {
					t.Errorf("size: %d, %v", n, err)
				}
				if _, number, err := tx.Version(); err != nil || number == "" {
					t.Errorf("version: %q, %v", number, err)
				}
				_, err := tx.MediaBytes()
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		check("now")
		if err := db.Repeat(t.Context(), func(tx *store.Tx) (bool, error) { return tx.PruneTallies(db.Now().Add(72 * time.Hour)) }); err != nil {
			t.Fatal(err)
		}
		check("later")
		if err := db.Repeat(t.Context(), func(tx *store.Tx) (bool, error) { return tx.PruneUses(today+1, today+1) }); err != nil {
			t.Fatal(err)
		}
	})
}
