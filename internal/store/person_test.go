package store

import (
	"path/filepath"
	"testing"

	"skein/internal/skein"
)

// Of somebody who was not let in nothing stays, not even what staff was told of them.
func TestUnbornLeaveNothing(t *testing.T) {
	db, err := Open(t.Context(), Options{URL: filepath.Join(t.TempDir(), "skein.db"), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	site := db.NewID()
	if err := db.Update(t.Context(), site, func(tx *Tx) error {
		if _, err := tx.InsertSite(&skein.Site{ID: site, Domain: "elm.example", Base: "https://elm.example", CreatedAt: tx.Now()}, nil); err != nil {
			return err
		}
		ids := map[string]skein.ID{}
		for _, name := range []string{"boss", "bo"} {
			a := &skein.Account{Local: true, Kind: skein.Person, Username: name, URI: "https://elm.example/" + name, CreatedAt: tx.Now()}
			if err := tx.InsertAccount(a); err != nil {
				return err
			}
			ids[name] = a.ID
			if err := tx.InsertPerson(&skein.User{Account: a.ID, Site: site, Email: name + "@mail.test", Role: skein.Owner, CreatedAt: tx.Now()}, name, name+"@mail.test"); err != nil {
				return err
			}
		}
		added, err := tx.InsertNotifications([]skein.Notification{{Account: ids["boss"], Kind: skein.NotifySignUp, Actor: ids["bo"]}})
		if err != nil || len(added) != 1 {
			t.Fatalf("told: %v %v", added, err)
		}
		if err := tx.SeenFrom(ids["bo"], "192.0.2.1"); err != nil {
			return err
		}
		if err := tx.DeleteUnborn(ids["bo"]); err != nil {
			return err
		}
		for table, column := range map[string]string{"account": "id", "person": "account_id", "person_address": "account_id", "notification": "actor_id", "account_word": "account_id"} {
			if n, _, err := value[int](tx, table, `SELECT count(*) FROM `+table+` WHERE `+column+` = $1`, ids["bo"]); err != nil || n != 0 {
				t.Errorf("%s keeps %d rows: %v", table, n, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
