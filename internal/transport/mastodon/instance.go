package mastodon

import (
	"html"
	"strconv"
	"strings"
	"time"

	"skein/internal/core/media"
	"skein/internal/core/site"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// apiVersion is the highest of Mastodon's numbers all of whose features work here: mastodon-api.md 14.
const apiVersion = 11

// compatible is the version of Mastodon that old clients may take us for.
const compatible = "4.5.0"

func (a *API) version() string { return compatible + " (compatible; Skein " + a.Version + ")" }

func streaming(site *skein.Site) string { return "ws" + strings.TrimPrefix(site.Base, "http") }

func (a *API) configuration(site *skein.Site) Configuration {
	privacy := site.URL("/privacy")
	return Configuration{
		URLs: InstanceURLs{Streaming: streaming(site), Status: orNull(site.Extra.StatusURL), About: site.URL("/about"), PrivacyPolicy: &privacy},
		Accounts: AccountLimits{
			MaxPinnedStatuses: skein.MaxPins, MaxDisplayNameLength: skein.MaxDisplayName, MaxNoteLength: skein.MaxBio,
			MaxProfileFields: skein.MaxFields, ProfileFieldNameLimit: skein.MaxFieldText, ProfileFieldValueLimit: skein.MaxFieldText,
			MaxFeaturedTags: skein.MaxFeaturedTags, MaxAvatarDescriptionLength: skein.MaxPictureText, MaxHeaderDescriptionLength: skein.MaxPictureText,
		},
		Statuses: StatusLimits{MaxCharacters: skein.MaxText, MaxMediaAttachments: skein.MaxAttachments, CharactersReservedPerURL: 23},
		MediaAttachments: MediaLimits{
			DescriptionLimit: skein.MaxDescription, ImageMatrixLimit: media.Pixels, ImageSizeLimit: int(a.Media.PictureBytes),
			SupportedMimeTypes: a.Media.Types(), VideoFrameRateLimit: media.FilmRate, VideoMatrixLimit: media.FilmMatrix, VideoSizeLimit: int(a.Media.ClipBytes),
		},
		Polls: PollLimits{
			MaxOptions: skein.MaxPollOptions, MaxCharactersPerOption: skein.MaxPollOption,
			MinExpiration: int(skein.MinPollTime / time.Second), MaxExpiration: int(skein.MaxPollTime / time.Second),
		},
		Translation: Translation{Enabled: a.Social.Translator != nil},
		TimelinesAccess: TimelinesAccess{
			LiveFeeds:         feedAccess(site.Extra.Feeds.LiveLocal, site.Extra.Feeds.LiveRemote),
			HashtagFeeds:      feedAccess(site.Extra.Feeds.TagLocal, site.Extra.Feeds.TagRemote),
			TrendingLinkFeeds: feedAccess(site.Extra.Feeds.LinkLocal, site.Extra.Feeds.LinkRemote),
		},
		Limited: site.AllowListOnly,
	}
}

// thumbnail is the site's picture, in a form that apps can draw: few know SVG.
func thumbnail(site *skein.Site) string { return site.URL("/icon-512.png") }

// icons are those of the manifest by which browsers install the site.
func icons(site *skein.Site) []Icon {
	out := []Icon{}
	for _, size := range []string{"192", "512"} {
		out = append(out, Icon{Src: site.URL("/icon-" + size + ".png"), Size: size + "x" + size})
	}
	return out
}

func feedAccess(local, remote skein.FeedAccess) FeedAccess {
	word := func(a skein.FeedAccess) string {
		if a == skein.FeedPublic {
			return "public"
		}
		return string(a)
	}
	return FeedAccess{word(local), word(remote)}
}

// registrations tells who can sign up, and what else there is to do for those who cannot.
func registrations(s *skein.Site) Registrations {
	out := Registrations{
		Enabled:          s.Joining == skein.JoinOpen || s.Joining == skein.JoinApproval,
		ApprovalRequired: s.Joining == skein.JoinApproval,
		ReasonRequired:   s.Joining == skein.JoinApproval,
	}
	if !out.Enabled {
		out.Message, out.URL = orNull(paragraphs(s.Extra.JoinMessage)), orNull(s.Extra.JoinURL)
	}
	if s.Extra.MinAge > 0 {
		out.MinAge = &s.Extra.MinAge
	}
	return out
}

func rules(site *skein.Site) []Rule {
	out := make([]Rule, len(site.Rules))
	for i, r := range site.Rules {
		out[i] = Rule{ID: strconv.Itoa(i + 1), Text: r, Translations: map[string]struct{}{}}
	}
	return out
}

// contact is the owner's account, nil while the site has none.
func (a *API) contact(c *call) (*Account, error) {
	if c.site.Owner == 0 {
		return nil, nil
	}
	acc, err := a.Social.Account(c, skein.Viewer{Site: c.site.ID}, c.site.Owner)
	if skein.KindOf(err) == skein.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return account(c.site, acc), nil
}

// instance: https://docs.joinmastodon.org/methods/instance/#v2
func (a *API) instance(c *call) (*Instance, error) {
	st, err := a.Sites.Stats(c, c.site.ID)
	if err != nil {
		return nil, err
	}
	owner, err := a.contact(c)
	if err != nil {
		return nil, err
	}
	s, source := c.site, a.Source
	if source == "" {
		source = s.URL("/about")
	}
	out := &Instance{
		Domain: s.Domain, Title: s.Name, Version: a.version(), SourceURL: source, Description: s.Summary,
		Thumbnail: Thumbnail{URL: thumbnail(s)}, Icon: icons(s), Languages: notNil(s.Languages),
		Configuration: a.configuration(s),
		Registrations: registrations(s),
		APIVersions:   map[string]int{"mastodon": apiVersion},
		Contact:       Contact{Email: s.Contact, Account: owner},
		Rules:         rules(s),
	}
	if out.Configuration.Vapid.PublicKey, err = a.vapid(c, s.ID); err != nil {
		return nil, err
	}
	terms, err := a.Sites.HasTerms(c, s.ID)
	if err != nil {
		return nil, err
	}
	if terms {
		out.Configuration.URLs.TermsOfService = orNull(s.URL("/terms"))
	}
	if year := skein.AnnualYear(a.Sites.DB.Now()); year != 0 {
		out.Wrapstodon = &year
	}
	out.Usage.Users.ActiveMonth = st.ActiveMonth
	return out, nil
}

// instanceV1: https://docs.joinmastodon.org/methods/instance/#v1
func (a *API) instanceV1(c *call) (*InstanceV1, error) {
	st, err := a.Sites.Stats(c, c.site.ID)
	if err != nil {
		return nil, err
	}
	owner, err := a.contact(c)
	if err != nil {
		return nil, err
	}
	s, conf := c.site, a.configuration(c.site)
	picture := thumbnail(s)
	return &InstanceV1{
		URI: s.Domain, Title: s.Name, ShortDescription: s.Summary, Description: s.Summary, Email: s.Contact, Version: a.version(),
		URLs:      InstanceV1URLs{StreamingAPI: streaming(s)},
		Stats:     InstanceStats{UserCount: st.Users, StatusCount: st.Posts, DomainCount: st.Peers},
		Thumbnail: &picture, Languages: notNil(s.Languages),
		Registrations:    s.Joining == skein.JoinOpen || s.Joining == skein.JoinApproval,
		ApprovalRequired: s.Joining == skein.JoinApproval,
		InvitesEnabled:   s.Joining != skein.JoinClosed,
		MaxTootChars:     skein.MaxText,
		PollLimits: PollLimitsV1{MaxOptions: conf.Polls.MaxOptions, MaxOptionChars: conf.Polls.MaxCharactersPerOption,
			MinExpiration: conf.Polls.MinExpiration, MaxExpiration: conf.Polls.MaxExpiration},
		Configuration:  ConfigurationV1{conf.Accounts, conf.Statuses, conf.MediaAttachments, conf.Polls},
		ContactAccount: owner, Rules: rules(s),
	}, nil
}

// peers: https://docs.joinmastodon.org/methods/instance/#peers
func (a *API) peers(c *call) ([]string, error) {
	if c.site.Extra.NoPeers {
		return nil, errNotFound
	}
	list, err := a.Sites.Peers(c, c.site.ID)
	return notNil(list), err
}

// searchPeers completes a domain.
func (a *API) searchPeers(c *call) ([]string, error) {
	if c.site.Extra.NoPeers {
		return nil, errNotFound
	}
	q, err := c.text("q")
	if err != nil {
		return nil, err
	}
	q = strings.ToLower(strings.TrimSpace(q))
	out := []string{}
	if q == "" || len(q) > 253 {
		return out, nil
	}
	list, err := a.Sites.Peers(c, c.site.ID)
	if err != nil {
		return nil, err
	}
	for _, domain := range list {
		if strings.HasPrefix(domain, q) {
			if out = append(out, domain); len(out) == 10 {
				break
			}
		}
	}
	return out, nil
}

// rules: https://docs.joinmastodon.org/methods/instance/#rules
func (a *API) rules(c *call) ([]Rule, error) { return rules(c.site), nil }

// description: https://docs.joinmastodon.org/methods/instance/#extended_description
func (a *API) description(c *call) (*Document, error) {
	out := &Document{Content: paragraphs(c.site.Description)}
	if out.Content != "" {
		out.UpdatedAt = changed(c.site, c.site.Extra.DescribedAt)
	}
	return out, nil
}

// changed is when a text of the site was last changed: as old as the site, until then.
func changed(site *skein.Site, at time.Time) *stamp {
	if at.IsZero() {
		at = site.CreatedAt
	}
	return when(at)
}

// privacyPolicy: https://docs.joinmastodon.org/methods/instance/#privacy_policy
func (a *API) privacyPolicy(c *call) (*Document, error) {
	if own := c.site.Extra.Privacy; own != "" {
		return &Document{UpdatedAt: changed(c.site, c.site.Extra.PrivacyAt), Content: paragraphs(own)}, nil
	}
	link := html.EscapeString(c.site.URL("/privacy"))
	return &Document{
		UpdatedAt: when(c.site.CreatedAt),
		Content:   `<p>What this site keeps of you, and how you take it away: <a href="` + link + `">` + link + `</a></p>`,
	}, nil
}

// paragraphs makes HTML of plain text with blank lines between its parts.
func paragraphs(plain string) string {
	var b strings.Builder
	for _, p := range strings.Split(strings.ReplaceAll(plain, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>")
		}
	}
	return b.String()
}

// activity: https://docs.joinmastodon.org/methods/instance/#activity
func (a *API) activity(c *call) ([]Activity, error) {
	if c.site.Extra.NoActivity {
		return nil, errNotFound
	}
	weeks, err := a.Sites.Activity(c, c.site.ID)
	if err != nil {
		return nil, err
	}
	out := []Activity{}
	for _, w := range weeks {
		out = append(out, activity(w))
	}
	return out, nil
}

func activity(w site.Week) Activity {
	return Activity{
		Week: strconv.FormatInt(w.Start.Unix(), 10), Statuses: strconv.Itoa(w.Posts),
		Logins: strconv.Itoa(w.Active), Registrations: strconv.Itoa(w.Joined),
	}
}

// customEmojis: https://docs.joinmastodon.org/methods/custom_emojis/#get
func (a *API) customEmojis(c *call) ([]CustomEmoji, error) {
	list, err := a.Sites.Emojis(c, c.site.ID)
	if err != nil {
		return nil, err
	}
	return emojis(c.site, "", list), nil
}

// maxFrameWidth is wider than any page.
const maxFrameWidth = 4000

// oembed: https://docs.joinmastodon.org/methods/oembed/#get
func (a *API) oembed(c *call) (*OEmbed, error) {
	url, err := c.text("url")
	if err != nil {
		return nil, err
	}
	if url == "" {
		return nil, missing("url")
	}
	width, err := c.number("maxwidth", web.FrameWidth)
	if err != nil {
		return nil, err
	}
	if width < 1 {
		width = web.FrameWidth
	}
	height, err := c.number("maxheight", web.FrameHeight)
	if err != nil {
		return nil, err
	}
	if height < 1 {
		height = web.FrameHeight
	}
	// No larger than the page allows (https://oembed.com 2.3.4); as wide as that, and never taller than what is shown needs.
	width, height = min(width, maxFrameWidth), min(height, web.FrameHeight)
	id, err := ownPost(c.site, url)
	if err != nil {
		return nil, err
	}
	// As a visitor sees it, and only what is meant for everybody.
	v, err := a.Social.Post(c, skein.Viewer{Site: c.site.ID}, id)
	if err != nil {
		return nil, err
	}
	if !v.Post.Local || v.Original != nil {
		return nil, errNotFound
	}
	author := v.Author.DisplayName
	if author == "" {
		author = v.Author.Username
	}
	return &OEmbed{
		Type: "rich", Version: "1.0", AuthorName: author, AuthorURL: v.Author.URL,
		ProviderName: c.site.Domain, ProviderURL: c.site.URL("/"), CacheAge: 86400, Width: width, Height: &height,
		HTML: web.Frame(v.Post.URL, author+" (@"+v.Author.Username+"@"+c.site.Domain+")", width, height),
	}, nil
}

// ownPost reads the ID out of the address of a post of this site: /@name/<id>, /users/name/statuses/<id>.
func ownPost(site *skein.Site, url string) (skein.ID, error) {
	path, ok := strings.CutPrefix(url, site.Base+"/")
	if !ok {
		return 0, errNotFound
	}
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	parts := strings.Split(strings.TrimSuffix(path, "/embed"), "/")
	if len(parts) < 2 {
		return 0, errNotFound
	}
	id, ok := skein.ParseID(parts[len(parts)-1])
	if !ok {
		return 0, errNotFound
	}
	return id, nil
}
