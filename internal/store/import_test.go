package store_test

import (
	"slices"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// TestImportsAreKept: items come and are settled once, posts know their origin once, and nothing is left when an import goes.
func TestImportsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		site := db.NewID()
		ann := &skein.Account{Local: true, Kind: skein.Person, Username: "ann", URI: "https://elm.example/ann"}
		far := &skein.Account{Kind: skein.Person, Username: "Far", Domain: "oak.example", URI: "https://oak.example/far"}
		do := func(fn func(tx *store.Tx) error) {
			t.Helper()
			if err := db.Update(t.Context(), site, fn); err != nil {
				t.Fatal(err)
			}
		}
		i := &skein.Import{Source: skein.FromMastodon, State: skein.ImportSending, Files: []skein.ImportFile{{Name: "a", Size: 9}}, CreatedAt: db.Now(), ExpiresAt: db.Now()}
		do(func(tx *store.Tx) error {
			if _, err := tx.InsertSite(&skein.Site{ID: site, Domain: "elm.example", Base: "https://elm.example", CreatedAt: tx.Now()}, nil); err != nil {
				return err
			}
			for _, a := range []*skein.Account{ann, far} {
				if err := tx.InsertAccount(a); err != nil {
					return err
				}
			}
			i.Account = ann.ID
			return tx.InsertImport(i)
		})
		do(func(tx *store.Tx) error {
			i.State, i.Turn, i.Preview = skein.ImportReady, 2, &skein.ImportPreview{Unread: 3}
			if err := tx.UpdateImport(i); err != nil {
				return err
			}
			got, err := tx.LockImport(i.ID)
			if err != nil || got.State != skein.ImportReady || got.Preview == nil || got.Preview.Unread != 3 || got.Files[0].Size != 9 || got.Turn != 2 {
				t.Errorf("%+v, %v", got, err)
			}
			if list, err := tx.Imports(ann.ID); err != nil || len(list) != 1 {
				t.Errorf("%v, %v", list, err)
			}
			return tx.CountImport(i.ID, 2, 1, 1)
		})
		do(func(tx *store.Tx) error {
			items := []*skein.ImportItem{{Number: 1, Kind: "post", Key: "a", Data: "{}", New: true}, {Number: 2, Kind: "post", Key: "b", Data: "{}"}, {Number: 3, Kind: "reply", Key: "c", Data: "{}"},
				{Number: 4, Kind: "post", Key: "a", Data: "{}"}}
			if n, err := tx.InsertImportItems(i.ID, items); err != nil || n != 3 {
				t.Errorf("%d items, %v", n, err)
			}
			kinds := []string{"post"}
			if list, err := tx.ImportItems(i.ID, skein.ItemWaiting, kinds, 0, 10); err != nil || len(list) != 2 || !list[0].New || list[1].New {
				t.Errorf("%v, %v", list, err)
			}
			if it, err := tx.WaitingImportItem(i.ID, kinds, "b"); err != nil || it.Number != 2 {
				t.Errorf("%v, %v", it, err)
			}
			for try := range 2 { // once
				if isNew, err := tx.SettleImportItem(i.ID, 1, skein.ItemFailed, "why"); err != nil || isNew != (try == 0) {
					t.Errorf("settled: %v, %v", isNew, err)
				}
			}
			if err := tx.KeepImportItem(i.ID, 2, `{"a":1}`); err != nil {
				return err
			}
			n, err := tx.CountImportItems(i.ID, kinds)
			last, err2 := tx.LastImportItem(i.ID)
			keys, err3 := tx.ImportKeys(i.ID, "post", "", 10)
			report, err4 := tx.ImportReport(i.ID, 0, 10)
			if n != 1 || last != 3 || !slices.Equal(keys, []string{"a", "b"}) || len(report) != 1 || report[0].Why != "why" {
				t.Errorf("%d %d %v %v; %v %v %v %v", n, last, keys, report, err, err2, err3, err4)
			}
			return nil
		})
		do(func(tx *store.Tx) error {
			for try := range 2 {
				if isNew, err := tx.InsertOrigin(ann.ID, i.Source, "a", skein.ID(5+try), i.ID); err != nil || isNew != (try == 0) {
					t.Errorf("origin: %v, %v", isNew, err)
				}
			}
			if known, err := tx.Origins(ann.ID, i.Source, []string{"a", "b"}); err != nil || len(known) != 1 || known["a"] != 5 {
				t.Errorf("%v, %v", known, err)
			}
			if posts, err := tx.BroughtBy(i.ID, 10); err != nil || !slices.Equal(posts, []skein.ID{5}) {
				t.Errorf("%v, %v", posts, err)
			}
			if err := tx.ForgetOrigins([]skein.ID{5}); err != nil {
				return err
			}
			if _, err := tx.InsertFollow(&skein.Follow{ID: tx.NewID(), Account: ann.ID, Target: far.ID, URI: "https://elm.example/f"}); err != nil {
				return err
			}
			l := &skein.List{Account: ann.ID, Title: "friends", Replies: skein.RepliesList}
			if _, err := tx.InsertList(l, 5); err != nil {
				return err
			}
			if _, err := tx.InsertMembers(l, []skein.ID{far.ID, ann.ID}); err != nil {
				return err
			}
			for source, want := range map[skein.ImportSource][]string{
				skein.ImportFollowing: {"far@oak.example"}, skein.ImportLists: {"friends\nann", "friends\nfar@oak.example"}, skein.ImportBlocks: nil,
				skein.ImportMutes: nil, skein.ImportDomains: nil, skein.ImportBookmarks: nil, skein.ImportFilters: nil,
			} {
				got, err := tx.HasAlready(ann.ID, source, 10)
				if slices.Sort(got); err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: %q, %v", source, got, err)
				}
			}
			return nil
		})
		do(func(tx *store.Tx) error {
			for try := range 2 {
				if isNew, err := tx.InsertImportPart(i.ID, &store.ImportPart{Bytes: 9, Key: "ikey"}); err != nil || isNew != (try == 0) {
					t.Errorf("part: %v, %v", isNew, err)
				}
			}
			if parts, err := tx.ImportParts(i.ID); err != nil || len(parts) != 1 || parts[0].Bytes != 9 {
				t.Errorf("%v, %v", parts, err)
			}
			if keys, err := tx.KnownImportParts([]string{"ikey", "other"}); err != nil || len(keys) != 1 {
				t.Errorf("%v, %v", keys, err)
			}
			list, err := tx.ExpiredImports(tx.Now().Add(time.Hour), 10)
			if err != nil || len(list) != 1 || list[0].Done != 2 {
				t.Errorf("%v, %v", list, err)
			}
			if more, err := tx.RemoveImportItems(i.ID, 10); err != nil || more {
				t.Errorf("%v, %v", more, err)
			}
			return tx.DeleteImport(i.ID)
		})
		do(func(tx *store.Tx) error {
			if _, err := tx.Import(i.ID); skein.KindOf(err) != skein.NotFound {
				t.Errorf("after its end: %v", err)
			}
			return nil
		})
	})
}
