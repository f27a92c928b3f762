package mastodon

import (
	"net/url"
	"strconv"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// visibilityName is what clients call a visibility; visibilityOf the way back.
var visibilityName = map[skein.Visibility]string{
	skein.Public:    "public",
	skein.Unlisted:  "unlisted",
	skein.Followers: "private",
	skein.Direct:    "direct",
}

var visibilityOf = map[string]skein.Visibility{
	"public":   skein.Public,
	"unlisted": skein.Unlisted,
	"private":  skein.Followers,
	"direct":   skein.Direct,
}

// nobody may quote or feature, since neither is there.
var nobody = []string{}

const (
	defaultAvatar = "/avatars/original/missing.png"
	defaultHeader = "/headers/original/missing.png" // clients look for this name
)

func account(site *skein.Site, a *skein.Account) *Account {
	out := &Account{
		ID:              a.ID.String(),
		Username:        a.Username,
		Acct:            a.Acct(),
		CreatedAt:       stamp(a.CreatedAt.UTC().Truncate(24 * 3600e9)),
		URL:             a.URL,
		URI:             a.URI,
		Avatar:          site.URL(defaultAvatar),
		AvatarStatic:    site.URL(defaultAvatar),
		Header:          site.URL(defaultHeader),
		HeaderStatic:    site.URL(defaultHeader),
		FollowersCount:  a.FollowerCount,
		FollowingCount:  a.FollowingCount,
		StatusesCount:   a.PostCount,
		LastStatusAt:    dayOf(a.LastPostAt),
		Roles:           []AccountRole{},
		Emojis:          []CustomEmoji{},
		Fields:          []Field{},
		FeatureApproval: featureApproval(a),
	}
	if out.URL == "" {
		out.URL = a.URI
	}
	if a.Gone() {
		out.Suspended = true
	} else {
		out.DisplayName = a.DisplayName
		out.Locked = a.Locked
		out.Bot = a.Kind == skein.Bot || a.Kind == skein.Application
		out.Group = a.Kind == skein.Group
		out.Discoverable = a.Discoverable
		out.Indexable = a.Indexable
		out.Note = a.Bio
		out.HideCollections = a.HideNetwork
		out.ShowMedia, out.ShowMediaReplies, out.ShowFeatured = !a.Extra.HideMedia, !a.Extra.HideMediaReplies, !a.Extra.HideFeatured
		out.Limited = !a.SilencedAt.IsZero()
		out.Emojis = emojis(site, a.Domain, a.Emojis)
		out.Fields = fields(a.Fields)
		avatar, still, header, headerStill := site.Pictures(a)
		if avatar != "" {
			out.Avatar, out.AvatarStatic, out.AvatarDescription = avatar, still, a.Extra.AvatarText
		}
		if header != "" {
			out.Header, out.HeaderStatic, out.HeaderDescription = header, headerStill, a.Extra.HeaderText
		}
	}
	out.Memorial = a.Extra.Memorial
	if a.Local {
		hidden := !a.Indexable
		out.NoIndex = &hidden
		if r := roles[a.Role]; r.Highlighted && !a.Gone() {
			out.Roles = append(out.Roles, AccountRole{ID: r.ID, Name: r.Name, Color: r.Color})
		}
	}
	return out
}

func fields(list []skein.Field) []Field {
	out := make([]Field, len(list))
	for i, f := range list {
		out[i] = Field{Name: f.Name, Value: f.Value, VerifiedAt: when(f.VerifiedAt)}
	}
	return out
}

// emojis are custom emoji, of a peer or of the site itself.
func emojis(site *skein.Site, owner string, list []skein.Emoji) []CustomEmoji {
	out := make([]CustomEmoji, len(list))
	for i, e := range list {
		out[i] = CustomEmoji{
			Shortcode: e.Code, URL: site.Mirror(skein.MirrorPicture, owner, e.URL), StaticURL: e.StaticURL,
			VisibleInPicker: !e.Hidden, Category: e.Category,
		}
		if e.StaticURL == "" || e.StaticURL == e.URL {
			out[i].StaticURL = site.MirrorStill(owner, e.URL)
		}
	}
	return out
}

// body is the part of a Status that is the same for everybody; links in it that end count from at.
func body(site *skein.Site, p *skein.Post, at time.Time) *statusBody {
	html := p.HTML // with the line that stands in for a quote: who shows quotes hides it by its class (mastodon-api.md 13)
	b := &statusBody{
		ID:               p.ID.String(),
		URI:              p.URI,
		URL:              orNull(p.URL),
		CreatedAt:        stamp(p.CreatedAt),
		EditedAt:         when(p.EditedAt),
		Sensitive:        p.Sensitive,
		SpoilerText:      p.Warning,
		Visibility:       visibilityName[p.Visibility],
		Language:         orNull(p.Language),
		Content:          &html,
		RepliesCount:     p.RepliesShown(),
		ReblogsCount:     p.BoostsShown(),
		FavouritesCount:  p.LikesShown(),
		QuotesCount:      p.QuoteCount,
		MediaAttachments: attachments(site, p, p.Attachments, at),
		Mentions:         []Mention{},
		Tags:             make([]ShallowTag, len(p.Tags)),
		Emojis:           emojis(site, "", p.Emojis),
	}
	if p.ReplyTo != 0 {
		b.InReplyToID = orNull(p.ReplyTo.String())
		if p.ReplyToAuthor != 0 {
			b.InReplyToAccountID = orNull(p.ReplyToAuthor.String())
		}
	}
	for _, m := range p.Mentions {
		if !m.Silent {
			b.Mentions = append(b.Mentions, Mention{ID: m.Account.String(), Username: m.Username, URL: m.URL, Acct: m.Acct()})
		}
	}
	for i, t := range p.Tags {
		b.Tags[i] = ShallowTag{Name: t.Name, URL: tagURL(site, t.Name)}
	}
	return b
}

func tagURL(site *skein.Site, name string) string { return site.URL("/tags/" + url.PathEscape(name)) }

// status is a post as the reader sees it. appendStatus writes the same without making it.
func status(site *skein.Site, v *social.View, who skein.Viewer) *Status {
	s := &Status{
		statusBody:  *body(site, v.Post, v.At),
		Account:     *account(site, v.Author),
		Application: application(v.App),
	}
	if v.Post.Extra.Poll != nil {
		s.Poll = poll(site, v, who)
	}
	s.Card = previewCard(site, v.Card, who)
	s.TaggedCollections = collectionsOf(site, v.Collections)
	s.Quote, s.QuoteApproval = quote(site, v, who), quoteApproval(v, who)
	s.InteractionPolicy = interactionPolicy(v.Post)
	s.EmojiReactions = emojiReactions(site, v)
	s.Reactions = s.EmojiReactions
	marks := v.Marks
	if v.Original != nil {
		s.Reblog = status(site, v.Original, who)
		marks = v.Original.Marks // a boost shows what was done with the original
	}
	if !who.Visitor() {
		s.Favourited = &marks.Liked
		s.Reblogged = &marks.Boosted
		s.Muted = &marks.Muted
		s.Bookmarked = &marks.Bookmarked
		if pinnable(v.Post, who) {
			s.Pinned = &v.Marks.Pinned
		}
	}
	if !who.Visitor() || v.Filtered != nil {
		results := filterResults(v.Filtered)
		s.Filtered = &results
	}
	return s
}

func pinnable(p *skein.Post, who skein.Viewer) bool {
	return p.Author == who.Account && p.BoostOf == 0 && p.Visibility != skein.Direct
}

func application(a *skein.App) *StatusApplication {
	if a == nil {
		return nil
	}
	return &StatusApplication{Name: a.Name, Website: orNull(a.Website)}
}

// notificationName is what clients call a kind of notification.
var notificationName = map[skein.NotificationKind]string{
	skein.NotifyMention:        "mention",
	skein.NotifyLike:           "favourite",
	skein.NotifyBoost:          "reblog",
	skein.NotifyFollow:         "follow",
	skein.NotifyFollowRequest:  "follow_request",
	skein.NotifyPost:           "status",
	skein.NotifyEdit:           "update",
	skein.NotifyPoll:           "poll",
	skein.NotifyQuote:          "quote",
	skein.NotifyQuotedEdit:     "quoted_update",
	skein.NotifyReaction:       "favourite", // clients that know no other word must not break
	skein.NotifySignUp:         "admin.sign_up",
	skein.NotifyCollected:      "added_to_collection",
	skein.NotifyCollectionEdit: "collection_update",
	skein.NotifyReport:         "admin.report",
	skein.NotifyPendingReply:   "pending.reply", // GoToSocial's words
	skein.NotifyPendingLike:    "pending.favourite",
	skein.NotifyPendingBoost:   "pending.reblog",

	skein.NotifySevered: "severed_relationships",
	skein.NotifyWarning: "moderation_warning",
	skein.NotifyAnnual:  "annual_report",
}

var notificationOf = func() map[string]skein.NotificationKind {
	m := map[string]skein.NotificationKind{}
	for k, name := range notificationName {
		if k != skein.NotifyReaction { // comes with likes, see noteFilter
			m[name] = k
		}
	}
	return m
}()

func notification(site *skein.Site, n *social.Note, who skein.Viewer, known map[string]bool) *Notification {
	id := n.Notification.ID.String()
	out := &Notification{
		ID:        id,
		Type:      notificationName[n.Notification.Kind],
		CreatedAt: stamp(n.Notification.CreatedAt),
		GroupKey:  n.Notification.Group,
		Account:   *account(site, n.Account),
		Event:     severance(n.Severance),
		Warning:   warning(site, n.Strike, n.Account),
		Filtered:  n.Notification.Filtered,
		Fallback:  fallback(n, known),
	}
	if out.GroupKey == "" {
		out.GroupKey = ungrouped + id
	}
	if n.Post != nil {
		out.Status = status(site, n.Post, who)
	}
	if n.Report != nil {
		out.Report = report(site, n.Report, n.Target)
	}
	if n.Collection != nil {
		out.Collection = collection(site, n.Collection)
	}
	return out
}

// ungrouped begins the key of a notification that is alone in its group.
const ungrouped = "ungrouped-"

func relationship(r *skein.Relation) *Relationship {
	out := &Relationship{
		ID:                  r.Account.String(),
		Following:           r.Following,
		ShowingReblogs:      r.ShowBoosts,
		Notifying:           r.Notify,
		FollowedBy:          r.FollowedBy,
		Blocking:            r.Blocking,
		BlockedBy:           r.BlockedBy,
		Muting:              r.Muting,
		MutingNotifications: r.MutingNotes,
		MutingExpiresAt:     when(r.MutedUntil),
		Requested:           r.Requested,
		RequestedBy:         r.RequestedBy,
		DomainBlocking:      r.DomainBlocks,
		Endorsed:            r.Endorsed,
		Note:                r.Note,
	}
	if len(r.Languages) > 0 {
		out.Languages = r.Languages
	}
	return out
}

// roles are shown with Mastodon's permission bits, which are ours: mastodon-api.md 4.25.
var roles = func() map[skein.Role]Role {
	m := map[skein.Role]Role{
		skein.Owner:     {ID: "3", Name: "Owner", Highlighted: true},
		skein.Admin:     {ID: "2", Name: "Admin", Highlighted: true},
		skein.Moderator: {ID: "1", Name: "Moderator", Highlighted: true},
		skein.Member:    {ID: "-99"},
	}
	for name, r := range m {
		r.Permissions, r.CollectionLimit = strconv.FormatUint(uint64(name.Rights()), 10), skein.MaxCollections
		m[name] = r
	}
	return m
}()
