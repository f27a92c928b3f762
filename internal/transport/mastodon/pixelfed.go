package mastodon

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"skein/internal/core/identity"
	"skein/internal/core/moderation"
	"skein/internal/core/social"
	"skein/internal/skein"
)

// pixelfedConfig tells Pixelfed's apps what to show, and how much may be sent.
func (a *API) pixelfedConfig(c *call) (*PixelfedConfig, error) {
	s, types := c.site, a.Media.Types()
	return &PixelfedConfig{
		Version:          a.version(),
		OpenRegistration: s.Joining == skein.JoinOpen || s.Joining == skein.JoinApproval,
		Uploader: PixelfedUploader{
			MaxPhotoSize: a.Media.PictureBytes >> 10, MaxCaptionLength: skein.MaxText, MaxAltLength: skein.MaxDescription,
			AlbumLimit: skein.MaxAttachments, MediaTypes: strings.Join(types, ","), MIMETypes: types,
		},
		ActivityPub: PixelfedFederation{Enabled: true, RemoteFollow: true},
		Site:        PixelfedSite{Name: s.Name, Domain: s.Domain, URL: s.Base, Description: s.Summary},
		Account:     PixelfedLimits{MaxBioLength: skein.MaxBio, MaxNameLength: skein.MaxDisplayName, MinPasswordLength: identity.MinPassword},
		Features: PixelfedFeatures{
			Timelines: PixelfedTimelines{Local: true, Network: true}, MobileAPIs: true, Video: slices.Contains(types, "video/mp4"),
		},
	}, nil
}

func (a *API) composeSettings(c *call) (*PixelfedComposeSettings, error) {
	out := &PixelfedComposeSettings{Scope: visibilityName[skein.Public], MaxAltLength: skein.MaxDescription}
	if u := c.grant.User; u != nil {
		out.Scope = visibilityName[u.Prefs.Visibility]
	}
	return out, nil
}

// accountNamed is lookup with the handle in the path.
func (a *API) accountNamed(c *call) (any, error) {
	handle := strings.TrimPrefix(strings.TrimSpace(c.params[0]), "@")
	if handle == "" || len(handle) > 1000 {
		return nil, skein.ErrNotFound
	}
	acc, err := a.Social.AccountByHandle(c, c.who, handle)
	if err != nil {
		return nil, err
	}
	return a.accountOf(c, acc)
}

// mutuals are those whom the reader follows and who follow an account.
func (a *API) mutuals(c *call) (people, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if _, err := a.Social.Account(c, c.who, id); err != nil {
		return nil, err
	}
	_, by, err := a.Social.FamiliarFollowers(c, c.who, []skein.ID{id})
	return by[id], err
}

// pictures is the grid of a profile: posts of an account that have files. Pixelfed wants the name besides, and shows nothing
// when it is another's.
func (a *API) pictures(c *call) (posts, error) {
	id, page, err := c.pageOf(20, 40)
	if err != nil {
		return nil, err
	}
	name, err := c.text("username")
	if err != nil {
		return nil, err
	}
	if name != "" {
		acc, err := a.Social.Account(c, c.who, id)
		if err != nil || !strings.EqualFold(acc.Username, name) && !strings.EqualFold(acc.Acct(), name) {
			return nil, err
		}
	}
	list, err := a.Social.AccountPosts(c, c.who, id, social.AccountFilter{OnlyMedia: true, NoBoosts: true}, page)
	if err != nil {
		return nil, err
	}
	c.linkPosts(list, page.Limit)
	return list, nil
}

// allTrends is more than a site ever has.
const allTrends = 1 << 20

// trendingPictures makes a handler of the posts with files that are talked about: local ones, or those of peers. What is
// talked about is counted over days only, so a longer range shows the same.
func trendingPictures(local bool) func(*API, *call) (posts, error) {
	return func(a *API, c *call) (posts, error) {
		span, err := c.text("range")
		if err != nil {
			return nil, err
		}
		switch span {
		case "", "daily", "monthly", "yearly":
		default:
			return nil, invalid("range must be daily, monthly or yearly.")
		}
		limit, err := c.limit(20, 40)
		if err != nil {
			return nil, err
		}
		list, err := a.Social.Trends(c, c.who, skein.TrendPost, 0, allTrends)
		if err != nil {
			return nil, err
		}
		out := posts{}
		for _, t := range list {
			if len(out) < limit && t.Post.Post.Local == local && len(t.Post.Post.Attachments) > 0 {
				out = append(out, t.Post)
			}
		}
		return out, nil
	}
}

// pixelfedTags are hashtags that are talked about, with Pixelfed's second name for each.
func (a *API) pixelfedTags(c *call) ([]PixelfedTag, error) {
	list, err := a.trendingTags(c)
	out := make([]PixelfedTag, len(list))
	for i, t := range list {
		out[i] = PixelfedTag{Tag: t, Hashtag: t.Name}
		for _, d := range t.History {
			n, _ := strconv.Atoi(d.Uses)
			out[i].Total += n
		}
	}
	return out, err
}

// discover shows what was posted last with files, from everywhere.
func (a *API) discover(c *call) (discovered, error) {
	page, err := c.page(20, 40)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.Public(c, c.who, social.PublicFilter{OnlyMedia: true}, page)
	if err != nil {
		return nil, err
	}
	c.linkPosts(list, page.Limit)
	return discovered(list), nil
}

// Of how many posts related hashtags are taken, and how many are named.
const (
	relatedPosts = 40
	maxRelated   = 10
)

// relatedTags are the hashtags that stand beside one in the last posts with it, as far as the reader may see these.
func (a *API) relatedTags(c *call) ([]PixelfedRelatedTag, error) {
	t, err := c.named()
	if err != nil {
		return nil, err
	}
	list, err := a.Social.Tag(c, c.who, social.TagFilter{Tag: t.Name}, social.Page{Limit: relatedPosts})
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	out := []PixelfedRelatedTag{}
	for _, v := range list {
		for _, other := range v.Post.Tags {
			i, seen := at[other.Name]
			switch {
			case other.Name == t.Name:
			case seen:
				out[i].Count++
			default:
				at[other.Name] = len(out)
				out = append(out, PixelfedRelatedTag{Name: other.Name, URL: tagURL(c.site, other.Name), Count: 1})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b PixelfedRelatedTag) int { return cmp.Compare(b.Count, a.Count) })
	return out[:min(len(out), maxRelated)], nil
}

// reportedAs is the category for each of Pixelfed's reasons.
var reportedAs = map[string]skein.ReportCategory{
	"spam": skein.ReportSpam, "scam": skein.ReportSpam, "copyright": skein.ReportLegal, "underage": skein.ReportLegal,
	"terrorism": skein.ReportLegal, "sensitive": skein.ReportOther, "abusive": skein.ReportOther, "violence": skein.ReportOther,
	"impersonation": skein.ReportOther,
}

type pixelfedReportForm struct {
	Reason string   `form:"report_type"`
	ID     skein.ID `form:"object_id"`
	Kind   string   `form:"object_type"`
}

// pixelfedReport tells the moderators of a post or an account, in Pixelfed's words.
func (a *API) pixelfedReport(c *call) (*PixelfedDone, error) {
	in, err := decode[pixelfedReportForm](c)
	if err != nil {
		return nil, err
	}
	category, ok := reportedAs[in.Reason]
	if !ok {
		return nil, invalid("report_type must be spam, sensitive, abusive, underage, violence, copyright, impersonation, scam or terrorism.")
	}
	said := moderation.Complaint{Account: in.ID, Category: category, Comment: in.Reason}
	switch in.Kind {
	case "user":
	case "post":
		v, err := a.Social.Post(c, c.who, in.ID)
		if err != nil {
			return nil, err
		}
		if v.Original != nil {
			v = v.Original
		}
		said.Account, said.Posts = v.Post.Author, []skein.ID{v.Post.ID}
	default:
		return nil, invalid("object_type must be post or user.")
	}
	if _, _, err := a.Reports.Report(c, c.who, said); err != nil {
		return nil, err
	}
	return &PixelfedDone{Message: "Successfully sent report", Code: http.StatusOK}, nil
}
