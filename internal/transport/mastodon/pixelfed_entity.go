package mastodon

import (
	"strconv"
	"strings"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// What Pixelfed's apps read of posts, files and accounts beside what Mastodon's do. Other clients are not sent it. The reference
// (media-federation.md 2.4) names the fields of the three and the kinds of posts. It does not describe what is in liked_by, which
// words there are for orientation, what _v counts, nor anything of the entities further down and of those in pixelfed_person.go
// and pixelfed_direct.go: these are shaped after what Pixelfed's own programs send, as far as that is known, and not checked.

// PixelfedStatus is the rest of a Status for Pixelfed's apps.
type PixelfedStatus struct {
	Kind             string `json:"pf_type"`
	ContentText      string `json:"content_text"`
	CommentsDisabled bool   `json:"comments_disabled"`
	ReplyCount       int    `json:"reply_count"`
	Local            bool   `json:"local"`

	Shortcode    string        `json:"shortcode"`
	LikedBy      PixelfedLikes `json:"liked_by"`
	Place        *struct{}     `json:"place"`
	TaggedPeople []empty       `json:"taggedPeople"`
	Label        *struct{}     `json:"label"`
	Form         int           `json:"_v"`
}

// PixelfedLikes is how many like a post; nobody of them is singled out.
type PixelfedLikes struct {
	Username *string `json:"username"`
	URL      *string `json:"url"`
	Others   bool    `json:"others"`
	Total    int     `json:"total_count"`
	Pretty   string  `json:"total_count_pretty"`
}

// PixelfedMedia is the rest of a MediaAttachment.
type PixelfedMedia struct {
	MIME        string  `json:"mime"`
	Sensitive   bool    `json:"is_nsfw"`
	Orientation *string `json:"orientation"`

	License     *string `json:"license"`
	FilterName  *string `json:"filter_name"`
	FilterClass *string `json:"filter_class"`
	Optimized   *string `json:"optimized_url"`
	Stream      *string `json:"hls_manifest"`
}

// PixelfedAccount is the rest of an Account. Website, location and pronouns are the fields of the profile that are called so.
type PixelfedAccount struct {
	NoteText string   `json:"note_text"`
	Website  *string  `json:"website"`
	Location *string  `json:"location"`
	Pronouns []string `json:"pronouns"`
	Admin    bool     `json:"is_admin"`
	Local    bool     `json:"local"`
	HeaderBG *string  `json:"header_bg"`
}

func pixelfedStatus(p *skein.Post) *PixelfedStatus {
	likes := p.LikesShown()
	return &PixelfedStatus{
		Shortcode: p.ID.String(), LikedBy: PixelfedLikes{Others: likes > 0, Total: likes, Pretty: strconv.Itoa(likes)}, TaggedPeople: []empty{}, Form: 1,
		Kind: pixelfedKind(p), ContentText: text.Plain(p.HTMLShown()), CommentsDisabled: closed(p), ReplyCount: p.RepliesShown(), Local: p.Local,
	}
}

// pixelfedKind is Pixelfed's word for what a post holds.
func pixelfedKind(p *skein.Post) string {
	photos, videos := 0, 0
	for i := range p.Attachments {
		switch {
		case strings.HasPrefix(p.Attachments[i].Type, "image/"):
			photos++
		case isFilm(p.Attachments[i].Type):
			videos++
		}
	}
	switch {
	case p.BoostOf != 0:
		return "share"
	case photos > 0 && videos > 0:
		return "photo:video:album"
	case photos > 1:
		return "photo:album"
	case photos == 1:
		return "photo"
	case videos > 1:
		return "video:album"
	case videos == 1:
		return "video"
	case p.Extra.Poll != nil:
		return "poll"
	case p.ReplyTo != 0 || p.ReplyToURI != "":
		return "reply"
	}
	return "text"
}

// isFilm tells whether a file is one, or a list of the parts of one (HLS).
func isFilm(kind string) bool {
	return strings.HasPrefix(kind, "video/") || isPlaylist(kind)
}

func isPlaylist(kind string) bool {
	return strings.HasPrefix(kind, "application/") && strings.HasSuffix(strings.ToLower(kind), "mpegurl")
}

// closed tells whether nobody but the author may answer a post, asked or not.
func closed(p *skein.Post) bool {
	if p.Extra.Policy == nil || p.Extra.Policy.Reply == nil {
		return false
	}
	l := p.Extra.Policy.Reply
	for _, who := range l.Auto {
		if who != skein.WhoAuthor {
			return false
		}
	}
	return len(l.Manual) == 0
}

func pixelfedMedia(a *skein.Attachment, sensitive bool) *PixelfedMedia {
	m := &PixelfedMedia{MIME: a.Type, Sensitive: sensitive}
	if isPlaylist(a.Type) {
		m.Stream = orNull(a.URL)
	}
	switch {
	case a.Width <= 0 || a.Height <= 0:
	case a.Width > a.Height:
		m.Orientation = orNull("landscape")
	case a.Width < a.Height:
		m.Orientation = orNull("portrait")
	default:
		m.Orientation = orNull("square")
	}
	return m
}

func pixelfedAccount(site *skein.Site, a *skein.Account) *PixelfedAccount {
	out := &PixelfedAccount{Pronouns: []string{}, Local: a.Local, Admin: a.Local && site.Owner == a.ID}
	if a.Gone() {
		return out
	}
	out.NoteText = text.Plain(a.Bio)
	for _, f := range a.Fields {
		value := text.Plain(f.Value)
		if value == "" {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(f.Name)) {
		case "website", "web", "homepage":
			if out.Website == nil {
				out.Website = &value
			}
		case "location":
			if out.Location == nil {
				out.Location = &value
			}
		case "pronouns":
			for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == '/' || r == ',' || r == ' ' }) {
				out.Pronouns = append(out.Pronouns, word)
			}
		}
	}
	return out
}

// PixelfedTag is a hashtag that is talked about.
type PixelfedTag struct {
	Tag
	Hashtag string `json:"hashtag"`
	Total   int    `json:"total"` // uses in the last week
}

// PixelfedRelatedTag is a hashtag that is used together with another.
type PixelfedRelatedTag struct {
	Name  string `json:"name"`
	URL   string `json:"url"`
	Count int    `json:"related_count"`
}

// PixelfedDone tells that something was done.
type PixelfedDone struct {
	Message string `json:"msg"`
	Code    int    `json:"code"`
}

// PixelfedComposeSettings is how new posts begin.
type PixelfedComposeSettings struct {
	Scope        string `json:"default_scope"`
	MaxAltLength int    `json:"max_altext_length"`
}

// PixelfedConfig is what a server can do, and its limits.
type PixelfedConfig struct {
	Version          string             `json:"version"`
	OpenRegistration bool               `json:"open_registration"`
	Uploader         PixelfedUploader   `json:"uploader"`
	ActivityPub      PixelfedFederation `json:"activitypub"`
	Site             PixelfedSite       `json:"site"`
	Account          PixelfedLimits     `json:"account"`
	Features         PixelfedFeatures   `json:"features"`
}

// PixelfedUploader is what a post may hold. Sizes are in kilobytes.
type PixelfedUploader struct {
	MaxPhotoSize     int64    `json:"max_photo_size"`
	MaxCaptionLength int      `json:"max_caption_length"`
	MaxAltLength     int      `json:"max_altext_length"`
	AlbumLimit       int      `json:"album_limit"`
	MediaTypes       string   `json:"media_types"`
	MIMETypes        []string `json:"mime_types"`
}

// PixelfedFederation says whether other servers are reached.
type PixelfedFederation struct {
	Enabled      bool `json:"enabled"`
	RemoteFollow bool `json:"remote_follow"`
}

// PixelfedSite is what the site says of itself.
type PixelfedSite struct {
	Name        string `json:"name"`
	Domain      string `json:"domain"`
	URL         string `json:"url"`
	Description string `json:"description"`
}

// PixelfedLimits are the bounds of profiles.
type PixelfedLimits struct {
	MaxBioLength      int `json:"max_bio_length"`
	MaxNameLength     int `json:"max_name_length"`
	MinPasswordLength int `json:"min_password_length"`
}

// PixelfedFeatures tells apps which parts of them to show.
type PixelfedFeatures struct {
	Timelines          PixelfedTimelines `json:"timelines"`
	MobileAPIs         bool              `json:"mobile_apis"`
	MobileRegistration bool              `json:"mobile_registration"` // by Pixelfed's own way, which is not here
	Stories            bool              `json:"stories"`
	Video              bool              `json:"video"`
	Groups             bool              `json:"groups"`
}

// PixelfedTimelines tells which public timelines there are.
type PixelfedTimelines struct {
	Local   bool `json:"local"`
	Network bool `json:"network"`
}

// discovered is {posts: Status[]}.
type discovered []*social.View

func (l discovered) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	b = append(b, `{"posts":`...)
	return append(t.appendStatuses(b, site, l, who), '}')
}
