package social

import (
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// What is decided about an account while its profile is being changed stays decided (T183).
func TestT183_ProfileChangesLoseNoDecision(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.peer("bob", "fern.example"), w.peer("cat", "fern.example")
		// race decides about an account and lets change come in between.
		race := func(id skein.ID, decide func(tx *store.Tx, a *skein.Account) error, change func() error) (err error) {
			done := make(chan struct{})
			w.update(w.site, func(tx *store.Tx) error {
				a, fault := tx.LockAccount(id)
				if fault == nil {
					fault = decide(tx, a)
				}
				if fault != nil {
					return fault
				}
				go func() {
					defer close(done)
					err = change()
				}()
				select { // it cannot end before this does; what it reads too early it reads by now
				case <-done:
				case <-time.After(200 * time.Millisecond):
				}
				return nil
			})
			<-done
			return err
		}
		receive := func(name string) func() error {
			return func() error {
				p := remote(name, "fern.example")
				p.DisplayName = "changed"
				_, err := w.ReceiveAccount(t.Context(), w.site, p)
				return err
			}
		}

		err := race(bob, func(tx *store.Tx, a *skein.Account) error {
			a.Extra.MovedAt = w.DB.Now().UTC().Truncate(time.Second)
			if _, err := tx.ChangeAccount(bob, func(c *skein.Account) bool { c.Extra.MovedAt = a.Extra.MovedAt; return true }); err != nil {
				return err
			}
			return tx.MarkPeerAccount(bob, 2)
		}, receive("bob"))
		if a := w.account(bob); err != nil || a.SuspendedAt.IsZero() || a.Extra.MovedAt.IsZero() || a.DisplayName != "changed" {
			t.Errorf("after a refresh: suspended %v, moved %v, called %q (%v)", a.SuspendedAt, a.Extra.MovedAt, a.DisplayName, err)
		}
		err = race(cat, bury, receive("cat"))
		wantKind(t, "a refresh of somebody deleted", err, skein.Gone)
		if w.account(cat).DeletedAt.IsZero() {
			t.Error("a refresh brings a deleted account back")
		}
		name := "changed"
		err = race(ann.Account, func(tx *store.Tx, a *skein.Account) error {
			a.SuspendedAt = w.DB.Now()
			return tx.UpdateAccount(a)
		}, func() error {
			_, _, err := w.UpdateProfile(t.Context(), ann, Profile{DisplayName: &name})
			return err
		})
		wantKind(t, "a new profile of somebody suspended", err, skein.Denied)
		if w.account(ann.Account).SuspendedAt.IsZero() {
			t.Error("a new profile ends a suspension")
		}
	})
}
