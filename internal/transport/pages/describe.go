package pages

import (
	"encoding/json"
	"html/template"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// preview is what a page tells other programs of itself: Open Graph (https://ogp.me), Twitter's cards, and structured data.
type preview struct {
	Card                string // summary, summary_large_image or player
	Images              []illustration
	Film, Sound         *clip
	Player              *clip // the page for frames
	Published, Modified string
	Author              string // address of the profile of who wrote it
	Tags                []string
	Username            string      // of a profile
	Data                template.JS // schema.org, as JSON-LD: docs/decisions/0033
}

type illustration struct {
	URL, Text     string
	Width, Height int
}

type clip struct {
	URL, Type     string
	Width, Height int
}

// alternate is a feed: rss or atom.
type alternate struct{ Kind, URL, Title string }

const maxPreviews = 4

// portrait is the picture of who wrote it, for what has no picture that may be shown.
func portrait(p person, a *skein.Account) []illustration {
	if p.Picture == "" {
		return nil
	}
	return []illustration{{URL: p.Picture, Text: a.Extra.AvatarText, Width: 400, Height: 400}}
}

// describePost tells of a post what can be told anywhere: of one with a warning the warning alone, and no file that is to be
// asked for first, whatever program looks (T159).
func (s *Service) describePost(site *skein.Site, v *social.View, one *post) preview {
	p := v.Post
	out := preview{Card: "summary", Published: one.Stamp, Author: v.Author.URL}
	if !p.EditedAt.IsZero() {
		out.Modified = p.EditedAt.UTC().Format(time.RFC3339)
	}
	if p.Warning == "" {
		for _, t := range p.Tags {
			out.Tags = append(out.Tags, t.Name)
		}
	}
	if p.Local && p.Warning == "" && !p.Sensitive {
		for i := range p.Attachments {
			a := &p.Attachments[i]
			file, small := a.Shown(site, p.Author, p.Open(), s.Clock())
			kind, _, _ := strings.Cut(a.Type, "/")
			switch {
			case file == "":
			case kind == "image" && len(out.Images) < maxPreviews:
				out.Images, out.Card = append(out.Images, illustration{file, a.Description, a.Width, a.Height}), "summary_large_image"
			case kind == "video" && out.Film == nil:
				out.Film, out.Card = &clip{file, a.Type, a.Width, a.Height}, "player"
				out.Player = &clip{URL: p.URL + "/embed", Width: 480, Height: 480}
				if small != "" && len(out.Images) < maxPreviews {
					out.Images = append(out.Images, illustration{small, a.Description, a.SmallWidth, a.SmallHeight})
				}
			case kind == "audio" && out.Sound == nil:
				out.Sound = &clip{URL: file, Type: a.Type}
			}
		}
	}
	if len(out.Images) == 0 {
		out.Images = portrait(one.Author, v.Author)
	}
	return out
}

// thing is a piece of schema.org.
type thing map[string]any

func (t thing) put(name string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	case []thing:
		if len(v) == 0 {
			return
		}
	}
	t[name] = value
}

// counter is how often something was done. https://schema.org/InteractionCounter
func counter(what string, n int) thing {
	return thing{"@type": "InteractionCounter", "interactionType": "https://schema.org/" + what, "userInteractionCount": n}
}

func author(site *skein.Site, a *skein.Account) thing {
	t := thing{"@type": "Person", "name": personOf(site, a).Name, "url": a.URL}
	if a.Kind == skein.Organization {
		t["@type"] = "Organization"
	}
	t.put("alternateName", "@"+fullHandle(site, a))
	return t
}

func fullHandle(site *skein.Site, a *skein.Account) string {
	if a.Domain == "" {
		return a.Username + "@" + site.Domain
	}
	return a.Acct()
}

// posting is a post as https://schema.org/DiscussionForumPosting, or an answer to it as Comment.
func posting(site *skein.Site, v *social.View, kind string, seen preview) thing {
	p := v.Post
	t := thing{"@type": kind, "url": p.URL, "author": author(site, v.Author), "datePublished": p.CreatedAt.UTC().Format(time.RFC3339),
		"interactionStatistic": []thing{counter("LikeAction", p.LikesShown()), counter("ShareAction", p.BoostsShown()), counter("CommentAction", p.RepliesShown())}}
	plain := text.Plain(p.HTMLShown())
	if p.Warning != "" {
		plain = p.Warning
	}
	t.put("text", plain)
	t.put("inLanguage", p.Language)
	t.put("keywords", seen.Tags)
	t.put("dateModified", seen.Modified)
	if seen.Card != "summary" { // files of the post, not the face of its author
		var pictures []thing
		for _, i := range seen.Images {
			one := thing{"@type": "ImageObject", "url": i.URL}
			one.put("caption", i.Text)
			pictures = append(pictures, one)
		}
		t.put("image", pictures)
	}
	if f := seen.Film; f != nil {
		film := thing{"@type": "VideoObject", "contentUrl": f.URL, "encodingFormat": f.Type, "name": text.Excerpt(plain, 60), "uploadDate": t["datePublished"]}
		if len(seen.Images) > 0 {
			film["thumbnailUrl"] = seen.Images[0].URL
		}
		t["video"] = film
	}
	return t
}

// data is structured data as a page holds it. Marshal escapes what would end the element.
func data(t thing) template.JS {
	t["@context"] = "https://schema.org"
	b, err := json.Marshal(t)
	if err != nil {
		return ""
	}
	return template.JS(b) //nolint:gosec // JSON
}

// postData describes a post and the answers under it whose authors agreed to be found.
func (s *Service) postData(site *skein.Site, v *social.View, seen preview, answers []*social.View) template.JS {
	t := posting(site, v, "DiscussionForumPosting", seen)
	t["headline"] = headline(v)
	t["mainEntityOfPage"] = v.Post.URL
	t["isPartOf"] = thing{"@type": "WebSite", "name": site.Name, "url": site.URL("/")}
	var comments []thing
	for _, a := range answers {
		if a.Post.Visibility == skein.Public && a.Author.Indexable {
			comments = append(comments, posting(site, a, "Comment", preview{Card: "summary"}))
		}
	}
	t.put("comment", comments)
	return data(t)
}

// headline is what a post is called where it has no title.
func headline(v *social.View) string {
	plain := text.Plain(v.Post.HTMLShown())
	if v.Post.Warning != "" {
		plain = v.Post.Warning // what is folded on the page is not in previews either
	}
	return text.Excerpt(plain, 60)
}

// profileData describes a profile. https://schema.org/ProfilePage
func profileData(site *skein.Site, a *skein.Account, p person) template.JS {
	who := author(site, a)
	who["identifier"] = a.URI
	who.put("description", text.Excerpt(text.Plain(a.Bio), 500))
	who.put("image", p.Picture)
	var same []string
	for _, f := range a.Fields {
		if link := firstLink(f); !f.VerifiedAt.IsZero() && link != "" {
			same = append(same, link)
		}
	}
	who.put("sameAs", same)
	who["interactionStatistic"] = []thing{counter("FollowAction", a.FollowerCount)}
	who["agentInteractionStatistic"] = counter("WriteAction", a.PostCount)
	return data(thing{"@type": "ProfilePage", "url": a.URL, "dateCreated": a.CreatedAt.UTC().Format(time.RFC3339), "mainEntity": who})
}

// firstLink is the address that a proven field names.
func firstLink(f skein.Field) string {
	if links := text.Links(f.Value, 1); len(links) > 0 {
		return links[0]
	}
	return ""
}

// feeds names the feeds of a list.
func feeds(path, title string) []alternate {
	return []alternate{{"rss", path + ".rss", title}, {"atom", path + ".atom", title}}
}
