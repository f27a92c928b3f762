package federation

import (
	"context"
	"mime"
	"path"
	"strconv"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// actorType is what the kinds of account are called on the wire, and back.
var (
	actorType = map[skein.AccountKind]string{
		skein.Person: "Person", skein.Bot: "Service", skein.Group: "Group", skein.Organization: "Organization",
		skein.Application: "Application",
	}
	accountKind = map[string]skein.AccountKind{
		"Person": skein.Person, "Service": skein.Bot, "Group": skein.Group, "Organization": skein.Organization,
		"Application": skein.Application,
	}
)

// localByID returns a local account that may be shown; one that was deleted is Gone.
func (s *Service) localByID(c *call, id skein.ID) (*skein.Account, error) {
	return s.local(c, func(tx *store.Tx) (*skein.Account, error) { return tx.Account(id) })
}

// localByName is localByID for a name.
func (s *Service) localByName(c *call, name string) (*skein.Account, error) {
	return s.local(c, func(tx *store.Tx) (*skein.Account, error) { return tx.AccountByHandle(name, "") })
}

func (s *Service) local(c *call, read func(*store.Tx) (*skein.Account, error)) (a *skein.Account, err error) {
	err = s.DB.View(c.r.Context(), c.site.ID, func(tx *store.Tx) error {
		a, err = read(tx)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case !a.Local || a.Pending:
		return nil, skein.ErrNotFound
	case !a.DeletedAt.IsZero():
		return nil, skein.Errorf(skein.Gone, "This account was deleted.")
	}
	return a, nil
}

// owner returns the account that a path names, for all but its actor: of a suspended one nothing else is served.
func (s *Service) owner(c *call) (*skein.Account, error) {
	id, ok := skein.ParseID(c.vars["id"])
	if !ok {
		return nil, skein.ErrNotFound
	}
	a, err := s.localByID(c, id)
	switch {
	case err != nil:
		return nil, err
	case a.Kind == skein.Application: // the site's own actor is elsewhere
		return nil, skein.ErrNotFound
	case !a.SuspendedAt.IsZero():
		return nil, skein.Errorf(skein.Denied, "This account is suspended.")
	}
	return a, nil
}

// actor serves a local person's actor. It is open to everybody, signed or not.
func (s *Service) actor(c *call) error {
	id, ok := skein.ParseID(c.vars["id"])
	if !ok {
		return skein.ErrNotFound
	}
	a, err := s.localByID(c, id)
	if err != nil {
		return err
	}
	if c.isBrowser() {
		return c.toPage(a.URL)
	}
	if a.ID == c.site.Actor { // every object is served at its id
		return c.redirect(a.URI)
	}
	return s.serveActor(c, a)
}

// instanceActor serves the actor of the site itself, without which nobody could verify our requests.
func (s *Service) instanceActor(c *call) error {
	a, err := s.localByID(c, c.site.Actor)
	if err != nil {
		return err
	}
	return s.serveActor(c, a)
}

func (s *Service) serveActor(c *call, a *skein.Account) error {
	doc, err := s.actorOf(c.r.Context(), c.site, a)
	if err != nil {
		return err
	}
	return c.activity(doc, objectAge)
}

// actorOf returns the actor document of a local account, with its key.
func (s *Service) actorOf(ctx context.Context, site *skein.Site, a *skein.Account) (*activitypub.Actor, error) {
	k, err := s.ownKey(ctx, site.ID, a.ID)
	if err != nil {
		return nil, err
	}
	doc := actor(site, a)
	if err := listKeys(doc, k); err != nil {
		return nil, err
	}
	if a.MovedTo != 0 {
		err = s.DB.View(ctx, site.ID, func(tx *store.Tx) error {
			to, err := tx.Account(a.MovedTo)
			if err == nil {
				doc.MovedTo = to.URI
			}
			return err
		})
	}
	return doc, err
}

// actor is a local account as peers know it, without its key. Reference, section 3.
func actor(site *skein.Site, a *skein.Account) *activitypub.Actor {
	doc := &activitypub.Actor{
		ID:                a.URI,
		Type:              actorType[a.Kind],
		PreferredUsername: a.Username,
		Inbox:             a.Inbox,
		Outbox:            a.Outbox,
		Endpoints:         &activitypub.Endpoints{SharedInbox: site.URL("/inbox")},
		URL:               a.URL,
		Locked:            a.Locked,
		Suspended:         !a.SuspendedAt.IsZero(),
	}
	if a.Kind == skein.Application {
		doc.Name = site.Name
		return doc
	}
	doc.Webfinger = a.Username + "@" + site.Domain // FEP-2c59
	doc.Followers, doc.Following = a.Followers, a.Following
	doc.Featured, doc.FeaturedTags = a.URI+"/collections/featured", a.URI+"/collections/tags"
	if doc.Suspended { // nothing of the profile is shown
		return doc
	}
	doc.Name, doc.Summary = a.DisplayName, a.Bio
	doc.Discoverable, doc.Indexable = a.Discoverable, a.Indexable
	doc.Published = a.CreatedAt.UTC().Truncate(24 * time.Hour)
	doc.Icon, doc.Image = image(a.Avatar, a.Extra.AvatarText), image(a.Header, a.Extra.HeaderText)
	for _, f := range a.Fields {
		doc.Fields = append(doc.Fields, activitypub.Field{Name: f.Name, Value: f.Value})
	}
	doc.Tag = emojiTags(a.Emojis)
	doc.AlsoKnownAs = a.Extra.AlsoKnownAs
	doc.FeaturedCollections = a.URI + featuredCollections
	doc.Policy = &activitypub.Policy{CanFeature: featurePolicy(a)}
	doc.Memorial, doc.AttributionDomains = a.Extra.Memorial, a.Extra.Attribution
	featured, media, replies := !a.Extra.HideFeatured, !a.Extra.HideMedia, !a.Extra.HideMediaReplies
	doc.ShowFeatured, doc.ShowMedia, doc.ShowRepliesInMedia = &featured, &media, &replies
	// What our own pages show to people who are not signed in (GoToSocial; reference, section 26).
	open := false
	doc.HidesPublic, doc.HidesUnlisted = &open, &open
	return doc
}

func image(url, said string) *activitypub.Image {
	if url == "" {
		return nil
	}
	return &activitypub.Image{Type: "Image", MediaType: mediaType(url), URL: url, Alt: said}
}

// mediaType guesses what is at an address by its ending.
func mediaType(url string) string {
	url, _, _ = strings.Cut(url, "?")
	t, _, _ := strings.Cut(mime.TypeByExtension(path.Ext(url)), ";")
	return t
}

func emojiTags(list []skein.Emoji) []activitypub.Tag {
	var tags []activitypub.Tag
	for _, e := range list {
		tags = append(tags, activitypub.NewEmoji(e.URL, ":"+e.Code+":", mediaType(e.URL), e.URL, time.Time{}))
	}
	return tags
}

// Caps on what is kept of remote profiles (T82; reference, section 21).
const (
	maxName      = 500
	maxFields    = 50
	maxFieldName = 255
	maxEmojis    = 100
	maxCode      = 100

	maxPictureText = 1500
)

// profile is a peer's actor as a site keeps it: pure; core cleans its HTML. domain is what WebFinger confirmed, or the
// actor's own host.
func profile(doc *activitypub.Actor, domain string) (social.RemoteProfile, error) {
	host := hostOf(doc.ID)
	switch {
	case host == "":
		return social.RemoteProfile{}, skein.Errorf(skein.Invalid, "The id of this actor is no address.")
	case !sharesDomain(doc.Inbox, doc.ID): // T57
		return social.RemoteProfile{}, skein.Errorf(skein.Invalid, "The inbox of this actor is somebody else's.")
	}
	name := doc.PreferredUsername
	if user, _, ok := activitypub.SplitHandle(doc.Webfinger); name == "" && ok {
		name = user
	}
	if !activitypub.ValidUsername(name) {
		return social.RemoteProfile{}, skein.Errorf(skein.Invalid, "The name of this actor is none.")
	}
	own := func(uri string) string { // only what is on the actor's own host is its own (T57, T58)
		if sameHost(uri, doc.ID) {
			return uri
		}
		return ""
	}
	p := social.RemoteProfile{Account: skein.Account{
		Kind:         accountKind[doc.Type],
		Username:     name,
		Domain:       domain,
		URI:          doc.ID,
		DisplayName:  text.DisplayName(doc.Name, maxName),
		Bio:          doc.Summary,
		Emojis:       emojis(doc.Tag),
		Locked:       doc.Locked,
		Discoverable: doc.Discoverable,
		Indexable:    doc.Indexable,
		Inbox:        doc.Inbox,
		Outbox:       own(doc.Outbox),
		Followers:    own(doc.Followers),
		Following:    own(doc.Following),
		Featured:     own(doc.Featured),
		CreatedAt:    doc.Published,
	}}
	if doc.Endpoints != nil && sharesDomain(doc.Endpoints.SharedInbox, doc.ID) {
		p.SharedInbox = doc.Endpoints.SharedInbox
	}
	p.Extra, p.Suspended = peerExtra(doc), doc.Suspended
	if p.URL = doc.URL; !sharesDomain(doc.URL, doc.ID) { // T59; Threads' pages are on www.
		p.URL = doc.ID
	}
	if doc.Icon != nil {
		p.Avatar, p.Extra.AvatarText = doc.Icon.URL, text.DisplayName(doc.Icon.Alt, maxPictureText)
	}
	if doc.Image != nil {
		p.Header, p.Extra.HeaderText = doc.Image.URL, text.DisplayName(doc.Image.Alt, maxPictureText)
	}
	for _, f := range doc.Fields {
		if len(p.Fields) == maxFields {
			break
		}
		if name := text.DisplayName(f.Name, maxFieldName); name != "" {
			p.Fields = append(p.Fields, skein.Field{Name: name, Value: f.Value})
		}
	}
	return p, nil
}

// emojis keeps the custom emoji among tags.
func emojis(tags []activitypub.Tag) []skein.Emoji {
	var list []skein.Emoji
	for _, t := range tags {
		code := strings.Trim(t.Name, ":")
		if t.Type != "Emoji" || t.Icon == nil || len(list) == maxEmojis || !validCode(code) || !activitypub.IsHTTP(t.Icon.URL) {
			continue
		}
		list = append(list, skein.Emoji{Code: code, URL: t.Icon.URL, StaticURL: t.Icon.URL})
	}
	return list
}

func validCode(code string) bool {
	if code == "" || len(code) > maxCode {
		return false
	}
	for i := range len(code) {
		c := code[i]
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// updateActor takes over a profile from an Update by its owner. The handle is asked for only when the name is another.
func (s *Service) updateActor(ctx context.Context, in *inbound, doc *activitypub.Document) error {
	if doc.ID() != in.actor.URI {
		return skein.Errorf(skein.Denied, "Only its owner changes a profile.")
	}
	if err := s.renewKeys(ctx, doc); err != nil {
		return err
	}
	_, err := s.keepActor(ctx, in.site, doc, in.actor, nil)
	return err
}

// SendProfile tells peers of a local account's new profile.
func (s *Service) SendProfile(ctx context.Context, e skein.ProfileChanged) error {
	return s.sendProfile(ctx, e.Site, e.Account, audience{followersOf: []skein.ID{e.Account}})
}

// SendJudged tells every peer that the site knows that a local account is suspended, or is no longer: whoever has it in a
// cache, and not only who follows it.
func (s *Service) SendJudged(ctx context.Context, e skein.AccountJudged) error {
	site, a, err := s.parting(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	return s.sendActor(ctx, site, a, audience{everybody: true})
}

func (s *Service) sendProfile(ctx context.Context, home, account skein.ID, to audience) error {
	site, a, err := s.sender(ctx, home, account)
	if a == nil || err != nil {
		return err
	}
	return s.sendActor(ctx, site, a, to)
}

func (s *Service) sendActor(ctx context.Context, site *skein.Site, a *skein.Account, to audience) error {
	doc, err := s.actorOf(ctx, site, a)
	if err != nil {
		return err
	}
	update := &activitypub.Activity{
		ID:     a.URI + "#updates/" + strconv.FormatInt(s.Clock().UnixMilli(), 10),
		Type:   "Update",
		Actor:  a.URI,
		To:     []string{activitypub.Public},
		Object: activitypub.References{activitypub.Embed(a.URI, doc)},
	}
	return s.send(ctx, site, a.ID, update, to)
}

// SendAccountGone tells every peer that the site knows that a local account is gone for good (T186).
func (s *Service) SendAccountGone(ctx context.Context, e skein.AccountDeleted) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	var a *skein.Account
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		a, err = tx.Account(e.Account)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && !a.Local {
		return nil
	}
	if err != nil {
		return err
	}
	gone := &activitypub.Activity{
		ID:     a.URI + "#delete",
		Type:   "Delete",
		Actor:  a.URI,
		To:     []string{activitypub.Public},
		Object: activitypub.Refs(a.URI),
	}
	return s.send(ctx, site, a.ID, gone, audience{everybody: true})
}
