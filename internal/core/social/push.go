package social

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"skein/internal/kit/push"
	"skein/internal/skein"
	"skein/internal/store"
)

// PushKey returns the key by which push services know a site; it is made when it is first asked for, and stays.
func (s *Service) PushKey(ctx context.Context, site skein.ID) (*push.Key, error) {
	load := func(ctx context.Context, site skein.ID) (*push.Key, error) {
		var raw []byte
		err := s.DB.View(ctx, site, func(tx *store.Tx) (err error) {
			raw, err = tx.PushKey()
			return err
		})
		if err != nil {
			return nil, err
		}
		if raw == nil {
			key, err := push.NewKey()
			if err != nil {
				return nil, err
			}
			fresh, err := key.Bytes()
			if err != nil {
				return nil, err
			}
			if err := s.DB.Update(ctx, site, func(tx *store.Tx) error {
				if err := tx.AddPushKey(fresh); err != nil {
					return err
				}
				raw, err = tx.PushKey() // another may have been first
				return err
			}); err != nil {
				return nil, err
			}
		}
		return push.ParseKey(raw)
	}
	if s.cache == nil {
		return load(ctx, site)
	}
	return s.cache.pushKeys.Load(ctx, site, load)
}

// place is what a token is sealed for: one site and account.
func place(who skein.Viewer) string { return fmt.Sprintf("push %d %d", who.Site, who.Account) }

// errNoSeal: the operator runs the core without a key file.
var errNoSeal = skein.Errorf(skein.Busy, "Push notifications are not set up on this server.")

// Subscribe stores where an app wants to hear of notifications, in place of what it said before. token is the access token
// that it shows, which it needs to know the account by; it is kept sealed (T158).
func (s *Service) Subscribe(ctx context.Context, g *skein.Grant, token string, p skein.PushSubscription, beside ...skein.ID) (*skein.PushSubscription, error) {
	if s.Seal == nil {
		return nil, errNoSeal
	}
	t := push.Target{Endpoint: p.Endpoint, Public: p.P256dh, Auth: p.Auth}
	switch err := t.Check(); {
	case errors.Is(err, push.ErrPublic):
		return nil, skein.Errorf(skein.Invalid, "Validation failed: Key p256dh is not a public key on the curve P-256")
	case err != nil:
		return nil, skein.Errorf(skein.Invalid, "Validation failed: Key auth must have 16 bytes")
	}
	p.ID, p.Account, p.Token, p.Session, p.CreatedAt = s.DB.NewID(), g.Viewer.Account, g.Token, g.Session, s.DB.Now()
	p.Sealed = s.Seal.Seal([]byte(token), place(g.Viewer))
	err := s.DB.Update(ctx, g.Viewer.Site, func(tx *store.Tx) error {
		if _, err := me(tx, g.Viewer); err != nil {
			return err
		}
		return tx.SetPush(&p, beside)
	})
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// Subscription returns what Subscribe stored for this token or session.
func (s *Service) Subscription(ctx context.Context, g *skein.Grant) (p *skein.PushSubscription, err error) {
	err = s.DB.View(ctx, g.Viewer.Site, func(tx *store.Tx) error {
		p, err = tx.PushOf(g.Viewer.Account, g.Token, g.Session)
		return err
	})
	return p, err
}

// ChangeSubscription changes what the app wants to hear of.
func (s *Service) ChangeSubscription(ctx context.Context, g *skein.Grant, change func(*skein.PushSubscription)) (p *skein.PushSubscription, err error) {
	err = s.DB.Update(ctx, g.Viewer.Site, func(tx *store.Tx) error {
		if p, err = tx.PushOf(g.Viewer.Account, g.Token, g.Session); err != nil {
			return err
		}
		change(p)
		return tx.ChangePush(p)
	})
	return p, err
}

// Unsubscribe ends it. None is no error.
func (s *Service) Unsubscribe(ctx context.Context, g *skein.Grant) error {
	return s.DB.Update(ctx, g.Viewer.Site, func(tx *store.Tx) error {
		p, err := tx.PushOf(g.Viewer.Account, g.Token, g.Session)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.DeletePush(p.ID)
	})
}

// EndSubscription removes a subscription that its push service no longer knows.
func (s *Service) EndSubscription(ctx context.Context, site, id skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error { return tx.DeletePush(id) })
}

// push puts each notification into the lanes to the apps that want to hear of it. Nothing is remembered of who has such an app:
// the first one is told at once, and to look costs what it costs to remember.
func (s *Service) push(tx *store.Tx, list []skein.Notification) error {
	readers := make([]skein.ID, len(list))
	for i, n := range list {
		readers[i] = n.Account
	}
	subs, err := tx.Pushes(once(readers))
	if err != nil || len(subs) == 0 {
		return err
	}
	var out []store.Push
	for _, n := range list {
		for _, p := range subs {
			if p.Account == n.Account && p.Wants(n.Kind) {
				out = append(out, store.Push{Notification: n.ID, Subscription: p.ID, Host: pushHost(p)})
			}
		}
	}
	return tx.InsertPushes(out)
}

// pushHost is where an app's push service is: its ports count as one (T87).
func pushHost(p *skein.PushSubscription) string {
	u, err := url.Parse(p.Endpoint)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// Push puts a push that failed into its lane again, as an effect of PushDue.
func (s *Service) Push(ctx context.Context, e skein.PushDue) error {
	err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		p, err := tx.Push(e.Subscription)
		if err != nil {
			return err
		}
		return tx.InsertPushes([]store.Push{{Notification: e.Notification, Subscription: p.ID, Host: pushHost(p), Tries: e.Try}})
	})
	return gone(err)
}

// Pushed is a notification on its way to an app.
type Pushed struct {
	*Note
	To     *skein.PushSubscription
	Token  string // that the app knows the account by
	Locale string
	Viewer skein.Viewer
}

// Pushed returns what a PushDue is about, as its reader may see it now (T158): nil when there is nothing to be sent any more.
func (s *Service) Pushed(ctx context.Context, e skein.PushDue) (*Pushed, error) {
	if s.Seal == nil {
		return nil, nil
	}
	p := &Pushed{}
	err := s.DB.View(ctx, e.Site, func(tx *store.Tx) (err error) {
		if p.To, err = tx.Push(e.Subscription); err != nil {
			return err
		}
		person, err := tx.Person(p.To.Account)
		if err != nil {
			return err
		}
		p.Locale = person.Locale
		return person.Ready()
	})
	if err != nil {
		return nil, gone(err)
	}
	p.Viewer = skein.Viewer{Site: e.Site, Account: p.To.Account}
	if p.Note, err = s.Notification(ctx, p.Viewer, e.Notification); err != nil {
		return nil, gone(err)
	}
	n := p.Notification
	if n.Filtered || !p.To.Wants(n.Kind) || s.DB.Now().Sub(n.CreatedAt) > skein.PushAge {
		return nil, nil
	}
	if p.Post != nil && skein.Hidden(p.Post.Filtered, skein.FilterNotifications) { // T180
		return nil, nil
	}
	if (p.To.Policy == skein.PushFollowed || p.To.Policy == skein.PushFollower) && n.Actor != n.Account {
		list, err := s.Relations(ctx, p.Viewer, []skein.ID{n.Actor})
		if err != nil {
			return nil, err
		}
		if len(list) == 0 || p.To.Policy == skein.PushFollowed && !list[0].Following || p.To.Policy == skein.PushFollower && !list[0].FollowedBy {
			return nil, nil
		}
	}
	token, err := s.Seal.Open(p.To.Sealed, place(p.Viewer))
	if err != nil { // sealed with a key that is lost: the app will come back with another subscription
		return nil, s.EndSubscription(ctx, e.Site, p.To.ID)
	}
	p.Token = string(token)
	return p, nil
}

// gone makes nothing of what is not there any more, or not for this reader.
func gone(err error) error {
	switch skein.KindOf(err) {
	case skein.NotFound, skein.Gone, skein.Denied, skein.Unauthorized:
		return nil
	}
	return err
}

// PushLater puts a push off.
func (s *Service) PushLater(ctx context.Context, e skein.PushDue, wait time.Duration) error {
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error { return tx.EmitAt(tx.Now().Add(wait), e) })
}

func endPlace(site skein.ID) string { return fmt.Sprintf("end of push %d", site) }

// EndKey is a word by which whoever holds it may end a subscription, and nothing else.
func (s *Service) EndKey(site, id skein.ID) string {
	return base64.RawURLEncoding.EncodeToString(s.Seal.Seal([]byte(id.String()), endPlace(site)))
}

// EndByKey ends the subscription that a word of EndKey names.
func (s *Service) EndByKey(ctx context.Context, site skein.ID, key string) error {
	sealed, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil || s.Seal == nil {
		return skein.ErrNotFound
	}
	plain, err := s.Seal.Open(sealed, endPlace(site))
	if err != nil {
		return skein.ErrNotFound
	}
	id, ok := skein.ParseID(string(plain))
	if !ok {
		return skein.ErrNotFound
	}
	return s.EndSubscription(ctx, site, id)
}
