package federation

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/httpsig"
	"skein/internal/kit/proof"
	"skein/internal/skein"
	"skein/internal/store"
)

// ownKey are the keys of a local account, ready to sign.
type ownKey struct {
	key    httpsig.Key
	public string             // PEM
	ed     ed25519.PrivateKey // for proofs; nil: the account is gone and never had one
	edID   string
	old    *httpsig.Key // signs activities through oldThrough
	row    store.ActorKeys
	read   time.Time

	suspended time.Time // since when the account is; zero: it is not
}

// ownKeyAge is how long keys are used without a look at the table: another process may have rotated them.
const ownKeyAge = 10 * time.Second

// signs returns the key for an activity: what was queued before the keys were rotated is signed as its receivers expect.
func (k *ownKey) signs(activity skein.ID, now time.Time) httpsig.Key {
	if k.old != nil && activity <= k.row.OldThrough && now.Before(k.row.RotatedAt.Add(store.KeyGrace)) {
		return *k.old
	}
	return k.key
}

// ownKey returns the keys of a local account; those that are not there yet are made, once.
func (s *Service) ownKey(ctx context.Context, site, account skein.ID) (*ownKey, error) {
	name := account.String()
	old, known := s.own.get(name)
	if known && s.Clock().Sub(old.read) < ownKeyAge {
		return old, nil
	}
	v, err, _ := s.once.Do("own "+name, func() (any, error) {
		ctx := context.WithoutCancel(ctx) // others wait for this too
		a, row, err := s.keyRow(ctx, site, account)
		if err != nil {
			return nil, err
		}
		if known && *row == old.row {
			again := *old
			again.read, again.suspended = s.Clock(), a.SuspendedAt
			return &again, nil
		}
		return readKey(a, row, s.Clock())
	})
	if err != nil {
		return nil, fmt.Errorf("key of account %d: %w", account, err)
	}
	k := v.(*ownKey)
	s.own.set(name, k)
	return k, nil
}

// keyRow reads the keys of a local account and makes those that are missing: the instance actor's with its first
// signature, so that a new site is there at once, and the Ed25519 key of everybody (FEP-521a).
func (s *Service) keyRow(ctx context.Context, site, account skein.ID) (a *skein.Account, row *store.ActorKeys, err error) {
	read := func(tx *store.Tx) error {
		if a, err = tx.Account(account); err != nil {
			return err
		}
		row, err = tx.ActorKeys(account)
		return err
	}
	err = s.DB.View(ctx, site, read)
	missing := skein.KindOf(err) == skein.NotFound && a != nil
	if err != nil && !missing || a.Local && !a.DeletedAt.IsZero() || !missing && row.Ed25519 != "" {
		return a, row, err
	}
	if !a.Local {
		return nil, nil, skein.ErrNotFound
	}
	var private, public string
	if missing {
		if private, public, err = s.newRSA(); err != nil {
			return nil, nil, err
		}
	}
	second, err := httpsig.GenerateEd25519()
	if err != nil {
		return nil, nil, err
	}
	pem, err := httpsig.MarshalPrivateKey(second)
	if err != nil {
		return nil, nil, err
	}
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		if missing {
			if err := tx.InsertActorKey(account, private, public); err != nil {
				return err
			}
		}
		if err := tx.AddEd25519(account, pem); err != nil {
			return err
		}
		return read(tx) // another process may have been faster
	})
	return a, row, err
}

func (s *Service) newRSA() (private, public string, err error) {
	if s.NewKey != nil {
		return s.NewKey()
	}
	key, err := httpsig.GenerateRSA()
	if err != nil {
		return "", "", err
	}
	if private, err = httpsig.MarshalPrivateKey(key); err != nil {
		return "", "", err
	}
	public, err = httpsig.MarshalPublicKey(key.Public())
	return private, public, err
}

// readKey parses what the table holds.
func readKey(a *skein.Account, row *store.ActorKeys, now time.Time) (*ownKey, error) {
	main := a.URI + "#main-key"
	k := &ownKey{public: row.Public, key: httpsig.Key{ID: main}, edID: a.URI + "#ed25519-key", row: *row, read: now, suspended: a.SuspendedAt}
	var err error
	if k.key.Private, err = httpsig.ParsePrivateKey(row.Private); err != nil {
		return nil, err
	}
	if row.Ed25519 != "" {
		signer, err := httpsig.ParsePrivateKey(row.Ed25519)
		if err != nil {
			return nil, err
		}
		var ok bool
		if k.ed, ok = signer.(ed25519.PrivateKey); !ok {
			return nil, errors.New("the second key is not Ed25519")
		}
	}
	if row.OldPrivate != "" {
		k.old = &httpsig.Key{ID: main}
		if k.old.Private, err = httpsig.ParsePrivateKey(row.OldPrivate); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// staleKey has the keys of an account looked at again before they are used.
func (s *Service) staleKey(account skein.ID) {
	if k, ok := s.own.get(account.String()); ok {
		again := *k
		again.read = time.Time{}
		s.own.set(account.String(), &again)
	}
}

// silenced tells whether an activity is not sent any more because its actor was suspended after it was queued. What takes
// something back is sent all the same, and so is what the suspension itself has to say.
func (k *ownKey) silenced(activity skein.ID, body []byte) bool {
	if k.suspended.IsZero() || !activity.Time().Before(k.suspended) {
		return false
	}
	var a struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(body, &a) != nil {
		return true
	}
	switch a.Type {
	case "Delete", "Undo", "Reject", "Remove", "Block":
		return false
	}
	return true
}

// listKeys puts an account's keys into its actor: the RSA key where everybody looks, and both as Multikeys (FEP-521a).
func listKeys(doc *activitypub.Actor, k *ownKey) error {
	doc.PublicKey = activitypub.PublicKeys{{ID: k.key.ID, Owner: doc.ID, PEM: k.public}}
	multikey, err := httpsig.MarshalMultikey(k.key.Private.Public())
	if err != nil {
		return err
	}
	doc.AssertionMethod = []activitypub.Multikey{{ID: k.key.ID, Type: "Multikey", Controller: doc.ID, Key: multikey}}
	if k.ed == nil {
		return nil
	}
	if multikey, err = httpsig.MarshalMultikey(k.ed.Public()); err != nil {
		return err
	}
	doc.AssertionMethod = append(doc.AssertionMethod, activitypub.Multikey{ID: k.edID, Type: "Multikey", Controller: doc.ID, Key: multikey})
	return nil
}

// proven puts a proof of its actor into a public activity, so that whoever gets it passed on can believe it (FEP-8b32).
func (s *Service) proven(ctx context.Context, site *skein.Site, account skein.ID, activity *activitypub.Activity) ([]byte, error) {
	k, err := s.ownKey(ctx, site.ID, account)
	if err != nil {
		return nil, err
	}
	if k.ed == nil {
		return activitypub.Encode(activity)
	}
	body, err := activitypub.EncodeToProve(activity)
	if err != nil {
		return nil, err
	}
	return proof.Sign(body, k.ed, k.edID, s.Clock())
}

// SendKeys tells every peer that the site knows of a local account's new keys. The activity is the last that the old key
// signs (T194).
func (s *Service) SendKeys(ctx context.Context, e skein.KeysRotated) error {
	s.own.drop(e.Account.String())
	site, a, err := s.sender(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	doc, err := s.actorOf(ctx, site, a)
	if err != nil {
		return err
	}
	update := &activitypub.Activity{
		ID:     a.URI + "#updates/keys/" + strconv.FormatInt(s.Clock().UnixMilli(), 10),
		Type:   "Update",
		Actor:  a.URI,
		To:     []string{activitypub.Public},
		Object: activitypub.References{activitypub.Embed(a.URI, doc)},
	}
	inboxes, err := s.inboxes(ctx, site, audience{everybody: true})
	if err != nil {
		return err
	}
	body, err := s.proven(ctx, site, a.ID, update)
	if err != nil {
		return err
	}
	err = s.DB.Update(ctx, site.ID, func(tx *store.Tx) error {
		id := tx.NewID()
		if err := tx.SettleRotation(a.ID, id); err != nil {
			return err
		}
		return tx.InsertDeliveries(id, a.ID, body, inboxes)
	})
	s.own.drop(e.Account.String())
	return err
}
