package identity

import (
	"context"

	"skein/internal/kit/httpsig"
	"skein/internal/skein"
	"skein/internal/store"
)

// keys are key pairs made in advance: making one takes a tenth of a second and more, and nobody should wait for it, least
// of all a transaction. None are made before the first person looks at the sign-up page.
type keys struct {
	make  func() (private, public string, err error)
	ready chan keyPair
	wake  chan struct{}
}

type keyPair struct{ private, public string }

// keysAhead is how many lie ready.
const keysAhead = 2

func newKeys(make_ func() (private, public string, err error)) *keys {
	if make_ == nil {
		make_ = newRSA
	}
	return &keys{make: make_, ready: make(chan keyPair, keysAhead), wake: make(chan struct{}, 1)}
}

func newRSA() (private, public string, err error) {
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

func (k *keys) want() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// take returns a ready key, or makes one.
func (k *keys) take() (keyPair, error) {
	select {
	case p := <-k.ready:
		k.want()
		return p, nil
	default:
	}
	private, public, err := k.make()
	return keyPair{private, public}, err
}

func (k *keys) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-k.wake:
		}
		for len(k.ready) < cap(k.ready) && ctx.Err() == nil {
			private, public, err := k.make()
			if err != nil {
				return err
			}
			k.ready <- keyPair{private, public} // only this goroutine fills it: there is room
		}
	}
}

// RotateKeys gives a local account new keys, for when the old ones may be known to others. Peers are told; what waits to be
// delivered is still signed with the old one (T194).
func (s *Service) RotateKeys(ctx context.Context, site, account skein.ID) error {
	pair, err := s.keys.take()
	if err != nil {
		return err
	}
	second, err := httpsig.GenerateEd25519()
	if err != nil {
		return err
	}
	pem, err := httpsig.MarshalPrivateKey(second)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		a, err := tx.Account(account)
		if err != nil {
			return err
		}
		if !a.Local || !a.DeletedAt.IsZero() {
			return skein.ErrNotFound
		}
		if err := tx.RotateActorKeys(account, pair.private, pair.public, pem); err != nil {
			return err
		}
		return tx.Emit(skein.KeysRotated{Site: site, Account: account})
	})
}
