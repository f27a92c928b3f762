package mastodon

import (
	"skein/internal/core/social"
	"skein/internal/skein"
)

// PreviewCard is what a page that a post links to says of itself. https://docs.joinmastodon.org/entities/PreviewCard/
type PreviewCard struct {
	URL              string       `json:"url"`
	Title            string       `json:"title"`
	Description      string       `json:"description"`
	Language         *string      `json:"language"`
	Type             string       `json:"type"`
	AuthorName       string       `json:"author_name"`
	AuthorURL        string       `json:"author_url"`
	ProviderName     string       `json:"provider_name"`
	ProviderURL      string       `json:"provider_url"`
	HTML             string       `json:"html"`
	Width            int          `json:"width"`
	Height           int          `json:"height"`
	Image            *string      `json:"image"`
	ImageDescription string       `json:"image_description"`
	EmbedURL         string       `json:"embed_url"`
	Blurhash         *string      `json:"blurhash"`
	PublishedAt      *stamp       `json:"published_at"`
	Authors          []CardAuthor `json:"authors"`
	// Only for people who are signed in.
	MissingAttribution *bool `json:"missing_attribution,omitempty"`
}

// CardAuthor is who wrote a page. https://docs.joinmastodon.org/entities/PreviewCardAuthor/
type CardAuthor struct {
	Name    string   `json:"name"`
	URL     string   `json:"url"`
	Account *Account `json:"account"`
}

func previewCard(site *skein.Site, v *social.CardView, who skein.Viewer) *PreviewCard {
	if v == nil {
		return nil
	}
	d := &v.Data
	out := &PreviewCard{
		URL: d.URL, Title: d.Title, Description: d.Description, Language: orNull(d.Language), Type: string(d.Kind),
		AuthorName: d.AuthorName, AuthorURL: d.AuthorURL, ProviderName: d.Provider, ProviderURL: d.ProviderURL,
		HTML: d.HTML, Width: d.Width, Height: d.Height, Image: orNull(cardImage(site, v.Card)), ImageDescription: d.ImageText,
		EmbedURL: d.Embed, PublishedAt: when(d.PublishedAt), Authors: []CardAuthor{},
	}
	switch {
	case v.Author != nil:
		a := account(site, v.Author)
		name := a.DisplayName
		if name == "" {
			name = a.Username
		}
		// Who agrees is named by the account, as Mastodon does: the page may call them anything.
		out.AuthorName, out.AuthorURL = name, a.URL
		out.Authors = append(out.Authors, CardAuthor{Name: name, URL: a.URL, Account: a})
	case d.AuthorName != "":
		out.Authors = append(out.Authors, CardAuthor{Name: d.AuthorName, URL: d.AuthorURL})
	}
	if !who.Visitor() {
		out.MissingAttribution = &v.Unattributed
	}
	return out
}

// cardImage is where the picture of a card is shown from.
func cardImage(site *skein.Site, c *skein.Card) string {
	return site.Mirror(skein.MirrorPicture, "", c.Data.Image)
}
