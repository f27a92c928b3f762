package mastodon

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/fetch"
	"skein/internal/kit/push"
	"skein/internal/kit/queue"
	"skein/internal/skein"
	"skein/internal/store"
)

// WebPushSubscription is where an app wants to be told. https://docs.joinmastodon.org/entities/WebPushSubscription/
type WebPushSubscription struct {
	ID        string          `json:"id"`
	Endpoint  string          `json:"endpoint"`
	Standard  bool            `json:"standard"`
	Alerts    map[string]bool `json:"alerts"`
	Policy    string          `json:"policy"`
	ServerKey string          `json:"server_key"`
}

func (a *API) pushEntity(c *call, p *skein.PushSubscription) (*WebPushSubscription, error) {
	key, err := a.vapid(c, c.site.ID)
	if err != nil {
		return nil, err
	}
	out := &WebPushSubscription{ID: p.ID.String(), Endpoint: p.Endpoint, Standard: p.Standard, Policy: string(p.Policy),
		ServerKey: key, Alerts: map[string]bool{}}
	for k, on := range p.Alerts {
		out.Alerts[notificationName[k]] = on
	}
	return out, nil
}

// vapid is the public key of a site as clients want it: with the padding that Mastodon shows.
func (a *API) vapid(ctx context.Context, site skein.ID) (string, error) {
	key, err := a.Social.PushKey(ctx, site)
	if err != nil {
		return "", err
	}
	return base64.URLEncoding.EncodeToString(key.Public()), nil
}

type pushForm struct {
	Subscription *struct {
		Endpoint string `form:"endpoint"`
		Standard bool   `form:"standard"`
		Keys     *struct {
			P256dh string `form:"p256dh"`
			Auth   string `form:"auth"`
		} `form:"keys"`
	} `form:"subscription"`
	Data *struct {
		Policy *string `form:"policy"`
	} `form:"data"`
	Policy *string `form:"policy"` // where the documentation has it
}

// maxEndpoint is longer than those of any service.
const maxEndpoint = 2048

// bytesOf reads bytes as clients write them: base64url or plain base64, padded or not.
func bytesOf(s string) []byte {
	s = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(strings.TrimSpace(s), "="))
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return b
}

// alerts reads which types the client wants to hear of; nil: it does not say.
func (c *call) alerts() (map[skein.NotificationKind]bool, error) {
	in, err := c.input()
	if err != nil {
		return nil, err
	}
	data := in.get("data")
	if data == nil || data.kind != isMap {
		return nil, nil
	}
	list := data.get("alerts")
	if list == nil || list.kind != isMap {
		return nil, nil
	}
	out := map[skein.NotificationKind]bool{}
	for name, kind := range notificationOf {
		if n := list.get(name); n != nil && n.text != "" {
			out[kind] = truth(n.text)
		}
	}
	return out, nil
}

// pushPolicy reads of whom the client wants to hear; empty: it does not say.
func (in *pushForm) pushPolicy() (skein.PushPolicy, error) {
	word := in.Policy
	if in.Data != nil && in.Data.Policy != nil {
		word = in.Data.Policy
	}
	if word == nil || *word == "" {
		return "", nil
	}
	switch p := skein.PushPolicy(*word); p {
	case skein.PushAll, skein.PushFollowed, skein.PushFollower, skein.PushNone:
		return p, nil
	}
	return "", invalid("Validation failed: Policy must be all, followed, follower or none")
}

// subscribePush: https://docs.joinmastodon.org/methods/push/#create
func (a *API) subscribePush(c *call) (*WebPushSubscription, error) {
	in, err := decode[pushForm](c)
	if err != nil {
		return nil, err
	}
	switch s := in.Subscription; {
	case s == nil || s.Endpoint == "":
		return nil, missing("subscription")
	case s.Keys == nil:
		return nil, missing("keys")
	case len(s.Endpoint) > maxEndpoint:
		return nil, invalid("Validation failed: Endpoint is too long")
	}
	var refused *fetch.Refused
	if a.Fetch == nil {
		return nil, skein.Errorf(skein.Busy, "Push notifications are not set up on this server.")
	}
	if err := a.Fetch.Check(c, in.Subscription.Endpoint); errors.As(err, &refused) {
		return nil, invalid("Validation failed: Endpoint is not a valid URL")
	}
	p := skein.PushSubscription{
		Endpoint: in.Subscription.Endpoint, Standard: in.Subscription.Standard,
		P256dh: bytesOf(in.Subscription.Keys.P256dh), Auth: bytesOf(in.Subscription.Keys.Auth),
	}
	if p.Policy, err = in.pushPolicy(); err != nil {
		return nil, err
	}
	if p.Policy == "" {
		p.Policy = skein.PushAll
	}
	if p.Alerts, err = c.alerts(); err != nil {
		return nil, err
	}
	if p.Alerts == nil {
		p.Alerts = map[skein.NotificationKind]bool{}
	}
	token := ""
	if !c.cookie {
		if token, err = bearer(c); err != nil {
			return nil, err
		}
	}
	var beside []skein.ID // sessions of the same browser, which has one address for all
	if c.cookie {
		held, err := c.held()
		if err != nil {
			return nil, err
		}
		for _, g := range held {
			beside = append(beside, g.Session)
		}
	}
	made, err := a.Social.Subscribe(c, c.grant, token, p, beside...)
	if err != nil {
		return nil, err
	}
	return a.pushEntity(c, made)
}

// pushSubscription: https://docs.joinmastodon.org/methods/push/#get
func (a *API) pushSubscription(c *call) (*WebPushSubscription, error) {
	p, err := a.Social.Subscription(c, c.grant)
	if err != nil {
		return nil, err
	}
	return a.pushEntity(c, p)
}

// changePush: https://docs.joinmastodon.org/methods/push/#update
func (a *API) changePush(c *call) (*WebPushSubscription, error) {
	in, err := decode[pushForm](c)
	if err != nil {
		return nil, err
	}
	policy, err := in.pushPolicy()
	if err != nil {
		return nil, err
	}
	alerts, err := c.alerts()
	if err != nil {
		return nil, err
	}
	p, err := a.Social.ChangeSubscription(c, c.grant, func(p *skein.PushSubscription) {
		if policy != "" {
			p.Policy = policy
		}
		if alerts != nil {
			p.Alerts = alerts
		}
	})
	if err != nil {
		return nil, err
	}
	return a.pushEntity(c, p)
}

// unsubscribePush: https://docs.joinmastodon.org/methods/push/#delete
func (a *API) unsubscribePush(c *call) (empty, error) {
	return empty{}, a.Social.Unsubscribe(c, c.grant)
}

// How pushes are sent: so many lanes at once, so often, so long.
const (
	pushHosts = 32
	pushTries = 5
	pushTime  = 8 * time.Second
	pushRest  = time.Hour // the longest that a push service in trouble is left alone
	pushTTL   = "172800"
)

// pushPayload is what an app decrypts.
type pushPayload struct {
	AccessToken      string `json:"access_token"`
	PreferredLocale  string `json:"preferred_locale"`
	NotificationID   string `json:"notification_id"` // a text: as a number it would lose digits in JavaScript
	NotificationType string `json:"notification_type"`
	Icon             string `json:"icon"`
	Title            string `json:"title"`
	Body             string `json:"body"`
	Account          string `json:"account,omitempty"` // for which of a browser's accounts it is; apps know by their token
}

// PushLanes are the lanes in which pushes wait. Each push service has a few of its own, so that one that is slow, or in trouble,
// holds up nobody but itself.
func (a *API) PushLanes() queue.Lanes {
	return queue.Lanes{Kind: store.PushLane, Hosts: pushHosts, Keep: skein.PushAge, Rest: pushRest, Counts: true, Send: a.SendPush}
}

// SendPush tells one app of one notification. What the push service no longer knows is removed; when it is in trouble, it is
// left alone for a while; a push that it cannot take is tried again by itself.
func (a *API) SendPush(ctx context.Context, d queue.Delivery) (queue.Result, time.Duration) {
	id, ok := skein.ParseID(d.Inbox)
	if a.Fetch == nil || !ok || d.Attempt >= pushTries {
		return queue.Refused, 0
	}
	e := skein.PushDue{Site: skein.ID(d.Site), Notification: skein.ID(d.Activity), Subscription: id, Try: d.Attempt}
	err := a.sendPush(ctx, e)
	var answer *fetch.Status
	var refused *fetch.Refused
	switch {
	case err == nil:
		return queue.Delivered, 0
	case errors.As(err, &refused): // an address that is not to be reached, now at least (T13)
		return queue.Refused, 0
	case errors.As(err, &answer):
		switch code := answer.Code; {
		case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
			return queue.HostDown, fetch.RetryAfter(err)
		case code >= 400 && code < 500:
			err = a.Social.EndSubscription(ctx, e.Site, id)
		default:
			if e.Try++; e.Try >= pushTries {
				return queue.Refused, 0
			}
			err = a.Social.PushLater(ctx, e, 15*time.Second<<(2*e.Try))
		}
		if err == nil {
			return queue.Refused, 0
		}
	}
	a.Log.Info("push put off", "host", d.Host, "err", err)
	return queue.HostDown, 0
}

// sendPush sends what there is to be told.
func (a *API) sendPush(ctx context.Context, e skein.PushDue) error {
	p, err := a.Social.Pushed(ctx, e)
	if err != nil || p == nil {
		return err
	}
	site, err := a.Sites.ByID(ctx, e.Site)
	if err != nil {
		return err
	}
	key, err := a.Social.PushKey(ctx, e.Site)
	if err != nil {
		return err
	}
	subject := site.Base
	if site.Contact != "" {
		subject = "mailto:" + site.Contact
	}
	m, err := push.New(key, push.Target{Endpoint: p.To.Endpoint, Public: p.To.P256dh, Auth: p.To.Auth, Standard: p.To.Standard},
		subject, a.pushText(site, p), a.Clock())
	if err != nil {
		return err
	}
	h := http.Header{"Ttl": {pushTTL}, "Urgency": {"normal"}}
	for name, value := range m.Header {
		h.Set(name, value)
	}
	if p.To.Standard {
		h.Set("Unsubscribe-URL", site.URL("/api/web/push_subscriptions/"+a.Social.EndKey(e.Site, p.To.ID)))
	}
	_, err = a.Fetch.Post(ctx, fetch.Request{URL: p.To.Endpoint, ContentType: "application/octet-stream", Header: h, Body: m.Body, Timeout: pushTime})
	return err
}

// pushText is the payload; it always fits.
func (a *API) pushText(site *skein.Site, p *social.Pushed) []byte {
	locale := p.Locale
	if locale == "" {
		locale = "en"
	}
	out := pushPayload{
		AccessToken: p.Token, PreferredLocale: locale, NotificationID: p.Notification.ID.String(),
		NotificationType: notificationName[p.Notification.Kind], Icon: account(site, p.Account).AvatarStatic,
		Title: sentence(p.Note, p.Locale), Body: preview(p.Note),
	}
	if p.To.Session != 0 {
		out.Account = p.Viewer.Account.String()
	}
	b := mustEncode(out)
	for _, dear := range []*string{&out.Body, &out.Icon, &out.Title} { // characters of many bytes, escapes
		if len(b) <= push.MaxPlain {
			break
		}
		*dear = ""
		b = mustEncode(out)
	}
	return b
}

// endPush ends a subscription by the address that the push service was given with each message.
func endPush(a *API, c *call) error {
	if err := a.Social.EndByKey(c, c.site.ID, c.params[0]); err != nil {
		return err
	}
	return nothing(a, c)
}
