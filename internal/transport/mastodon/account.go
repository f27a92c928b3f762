package mastodon

import (
	"strings"

	"skein/internal/core/media"
	"skein/internal/core/social"
	"skein/internal/skein"
)

// me: https://docs.joinmastodon.org/methods/accounts/#verify_credentials
func (a *API) me(c *call) (*CredentialAccount, error) {
	acc, err := a.Social.Account(c, c.who, c.who.Account)
	if err != nil {
		return nil, err
	}
	return a.credential(c, acc, c.grant.User)
}

func (a *API) credential(c *call, acc *skein.Account, u *skein.User) (*CredentialAccount, error) {
	// Whoever is limited has to ask even those who let everybody follow, and what was asked of a locked account waits on.
	requests, err := a.Social.FollowRequestCount(c, c.who, 40)
	if err != nil {
		return nil, err
	}
	out := &CredentialAccount{Account: *account(c.site, acc), Role: roles[skein.Member]}
	if out.Moved, err = a.movedTo(c, acc); err != nil {
		return nil, err
	}
	out.FeatureApproval.CurrentUser = consentName[skein.Yes] // of oneself nobody needs to ask
	out.Source = Source{
		Privacy: visibilityName[skein.Public], Note: acc.BioText, Fields: typed(acc.Fields),
		FollowRequestsCount: requests, HideCollections: acc.HideNetwork,
		Discoverable: acc.Discoverable, Indexable: acc.Indexable,
		AttributionDomains: orEmptyList(acc.Extra.Attribution), QuotePolicy: "public",

		ChosenLanguages: []string{},
	}
	if c.pixelfed() {
		out.PixelfedAccount = pixelfedAccount(c.site, acc)
	}
	if u != nil {
		out.Role = roles[u.Role]
		out.Source.Privacy = visibilityName[u.Prefs.Visibility]
		out.Source.Sensitive = u.Prefs.Sensitive
		out.Source.Language = orNull(u.Prefs.Language)
		out.Source.QuotePolicy = quoters(u.Prefs)
		out.Source.ChosenLanguages = orEmptyList(u.Prefs.Reads)
	}
	return out, nil
}

// typed is the fields as their owner typed them.
func typed(list []skein.Field) []Field {
	out := make([]Field, len(list))
	for i, f := range list {
		out[i] = Field{Name: f.Name, Value: f.Text, VerifiedAt: when(f.VerifiedAt)}
	}
	return out
}

type profileForm struct {
	DisplayName *string       `form:"display_name"`
	Note        *string       `form:"note"`
	Avatar      *media.Upload `form:"avatar"`
	Header      *media.Upload `form:"header"`
	Locked      *bool         `form:"locked"`
	Bot         *bool         `form:"bot"`
	AvatarText  *string       `form:"avatar_description"`
	HeaderText  *string       `form:"header_description"`
	Attribution *[]string     `form:"attribution_domains"`
	Media       *bool         `form:"show_media"`
	Replies     *bool         `form:"show_media_replies"`
	Featured    *bool         `form:"show_featured"`
	Discover    *bool         `form:"discoverable"`
	Hide        *bool         `form:"hide_collections"`
	Indexable   *bool         `form:"indexable"`
	Fields      *[]fieldForm  `form:"fields_attributes"`
	TimeZone    *string       `form:"time_zone"`
	Locale      *string       `form:"locale"`
	Source      struct {
		Privacy   string  `form:"privacy"`
		Sensitive *bool   `form:"sensitive"`
		Language  *string `form:"language"`
		Quotes    *string `form:"quote_policy"`

		Reads *[]string `form:"chosen_languages"`

		// Ours: what GET /api/v1/preferences tells, so that it travels between devices.
		Media    *string `form:"expand_media"`
		Warnings *bool   `form:"expand_spoilers"`
		Autoplay *bool   `form:"autoplay_gifs"`
	} `form:"source"`
}

type fieldForm struct {
	Name  string `form:"name"`
	Value string `form:"value"`
}

// updateMe: https://docs.joinmastodon.org/methods/accounts/#update_credentials
func (a *API) updateMe(c *call) (*CredentialAccount, error) {
	acc, u, err := a.updateProfile(c)
	if err != nil {
		return nil, err
	}
	return a.credential(c, acc, u)
}

func (a *API) updateProfile(c *call) (*skein.Account, *skein.User, error) {
	in, err := decode[profileForm](c)
	if err != nil {
		return nil, nil, err
	}
	p := social.Profile{
		DisplayName: in.DisplayName, Bio: in.Note, Locked: in.Locked, Bot: in.Bot, Discoverable: in.Discover,
		Indexable: in.Indexable, HideNetwork: in.Hide, Sensitive: in.Source.Sensitive, Language: in.Source.Language,
		Quotes: in.Source.Quotes, AvatarText: in.AvatarText, HeaderText: in.HeaderText, Attribution: in.Attribution,
		ShowMedia: in.Media, ShowMediaReplies: in.Replies, ShowFeatured: in.Featured, TimeZone: in.TimeZone,

		Reads: in.Source.Reads, ExpandMedia: in.Source.Media, ExpandWarnings: in.Source.Warnings, AutoplayGIFs: in.Source.Autoplay,
	}
	if in.Source.Privacy != "" {
		v, ok := visibilityOf[in.Source.Privacy]
		if !ok {
			return nil, nil, invalid("Validation failed: Posting privacy must be public, unlisted, private or direct")
		}
		p.Visibility = &v
	}
	if in.Fields != nil {
		list := make([]skein.Field, len(*in.Fields))
		for i, f := range *in.Fields {
			list[i] = skein.Field{Name: f.Name, Text: f.Value}
		}
		p.Fields = &list
	}
	if p.Avatar, p.Header, err = a.portraits(c, in.Avatar, in.Header); err != nil {
		return nil, nil, err
	}
	acc, u, err := a.Social.UpdateProfile(c, c.who, p)
	if err != nil {
		a.Media.Forget(c, p.Avatar, p.Header)
		return nil, nil, err
	}
	if in.Locale != nil {
		if err := a.Identity.Speak(c, c.who, *in.Locale); err != nil {
			return nil, nil, err
		}
	}
	if u == nil {
		u = c.grant.User
	}
	return acc, u, nil
}

// profile: https://docs.joinmastodon.org/methods/profile/#get
func (a *API) profile(c *call) (*Profile, error) {
	acc, err := a.Social.Account(c, c.who, c.who.Account)
	if err != nil {
		return nil, err
	}
	tags, err := a.featuredTagsOf(c, acc.ID)
	return profileEntity(acc, tags), err
}

func (a *API) editProfile(c *call) (*Profile, error) {
	acc, _, err := a.updateProfile(c)
	if err != nil {
		return nil, err
	}
	tags, err := a.featuredTagsOf(c, acc.ID)
	return profileEntity(acc, tags), err
}

func profileEntity(acc *skein.Account, tags []FeaturedTag) *Profile {
	avatar, header := acc.Still()
	return &Profile{
		ID: acc.ID.String(), DisplayName: acc.DisplayName, Note: acc.BioText, Fields: typed(acc.Fields),
		FormattedNote: acc.Bio, FormattedFields: fields(acc.Fields),
		Avatar: orNull(acc.Avatar), AvatarStatic: orNull(avatar), Header: orNull(acc.Header), HeaderStatic: orNull(header),
		Locked: acc.Locked, Bot: acc.Kind == skein.Bot, HideCollections: acc.HideNetwork,
		Discoverable: acc.Discoverable, Indexable: acc.Indexable, ShowMedia: !acc.Extra.HideMedia, ShowMediaReplies: !acc.Extra.HideMediaReplies, ShowFeatured: !acc.Extra.HideFeatured,
		AttributionDomains: orEmptyList(acc.Extra.Attribution), FeaturedTags: tags,

		AvatarDescription: acc.Extra.AvatarText, HeaderDescription: acc.Extra.HeaderText,
	}
}

// orEmptyList is a list that leaves as [] when it is none.
func orEmptyList(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// preferences: https://docs.joinmastodon.org/methods/preferences/#get
func (a *API) preferences(c *call) (*Preferences, error) {
	p := Preferences{Visibility: visibilityName[skein.Public], QuotePolicy: "public", ExpandMedia: "default"}
	if u := c.grant.User; u != nil {
		p.Visibility = visibilityName[u.Prefs.Visibility]
		p.Sensitive = u.Prefs.Sensitive
		p.Language = orNull(u.Prefs.Language)
		p.QuotePolicy = quoters(u.Prefs)
		p.ExpandSpoilers = u.Prefs.ExpandWarnings
		p.AutoplayGIFs = u.Prefs.AutoplayGIFs
		if u.Prefs.ExpandMedia != "" {
			p.ExpandMedia = u.Prefs.ExpandMedia
		}
	}
	return &p, nil
}

// accountOf is an account with whom it moved to, and what it says to the reader in particular, which only profiles show.
func (a *API) accountOf(c *call, acc *skein.Account) (any, error) {
	to, err := a.movedTo(c, acc)
	if err != nil {
		return nil, err
	}
	said, err := a.consentToFeature(c, acc)
	if err != nil {
		return nil, err
	}
	if to == nil && said == "" {
		return person{acc}, nil
	}
	out := account(c.site, acc)
	if c.pixelfed() {
		out.PixelfedAccount = pixelfedAccount(c.site, acc)
	}
	if out.Moved = to; said != "" {
		out.FeatureApproval.CurrentUser = said
	}
	return out, nil
}

// movedTo is the account that another moved to; nil: none that the reader can see.
func (a *API) movedTo(c *call, acc *skein.Account) (*Account, error) {
	if acc.MovedTo == 0 || acc.Gone() {
		return nil, nil
	}
	to, err := a.Social.Account(c, c.who, acc.MovedTo)
	if skein.KindOf(err) == skein.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return account(c.site, to), nil
}

// account: https://docs.joinmastodon.org/methods/accounts/#get
func (a *API) account(c *call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	acc, err := a.Social.Account(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return a.accountOf(c, acc)
}

// accounts: https://docs.joinmastodon.org/methods/accounts/#index
func (a *API) accounts(c *call) (people, error) {
	ids, err := c.ids("id", 40)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return a.Social.Accounts(c, c.who, ids)
}

// lookup: https://docs.joinmastodon.org/methods/accounts/#lookup
func (a *API) lookup(c *call) (any, error) {
	acct, err := c.text("acct")
	if err != nil {
		return nil, err
	}
	acct = strings.TrimPrefix(strings.TrimSpace(acct), "@")
	if acct == "" || len(acct) > 1000 {
		return nil, skein.ErrNotFound
	}
	acc, err := a.Social.AccountByHandle(c, c.who, acct)
	if err != nil {
		return nil, err
	}
	return a.accountOf(c, acc)
}

// accountPosts: https://docs.joinmastodon.org/methods/accounts/#statuses
func (a *API) accountPosts(c *call) (posts, error) {
	id, page, err := c.pageOf(20, 40)
	if err != nil {
		return nil, err
	}
	var f social.AccountFilter
	if err := c.flags(map[string]*bool{"only_media": &f.OnlyMedia, "exclude_replies": &f.NoReplies,
		"exclude_reblogs": &f.NoBoosts, "exclude_direct": &f.NoDirect, "pinned": &f.Pinned}); err != nil {
		return nil, err
	}
	if f.Tag, err = c.text("tagged"); err != nil {
		return nil, err
	}
	list, err := a.Social.AccountPosts(c, c.who, id, f, page)
	if err != nil {
		return nil, err
	}
	if !f.Pinned { // pins are few, and in an order of their own
		c.linkPosts(list, page.Limit)
	}
	return list, nil
}

// followers: https://docs.joinmastodon.org/methods/accounts/#followers
func (a *API) followers(c *call) (people, error) {
	id, page, err := c.pageOf(40, 80)
	if err != nil {
		return nil, err
	}
	rows, err := a.Social.Followers(c, c.who, id, page)
	if err != nil {
		return nil, err
	}
	return linkRows(c, byCursor, rows, page.Limit), nil
}

// following: https://docs.joinmastodon.org/methods/accounts/#following
func (a *API) following(c *call) (people, error) {
	id, page, err := c.pageOf(40, 80)
	if err != nil {
		return nil, err
	}
	rows, err := a.Social.Following(c, c.who, id, page)
	if err != nil {
		return nil, err
	}
	return linkRows(c, byCursor, rows, page.Limit), nil
}

// accountList answers with an empty list for an account that is there.
func (a *API) accountList(c *call) ([]empty, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if _, err := a.Social.Account(c, c.who, id); err != nil {
		return nil, err
	}
	return []empty{}, nil
}
