package mastodon

import (
	"strings"

	"skein/internal/kit/text"
)

// TranslatedStatus is a post in another language. https://docs.joinmastodon.org/entities/Translation/
type TranslatedStatus struct {
	Content          string            `json:"content"`
	SpoilerText      string            `json:"spoiler_text"`
	Language         string            `json:"language"`
	DetectedLanguage string            `json:"detected_source_language"`
	Provider         string            `json:"provider"`
	Poll             *TranslatedPoll   `json:"poll"`
	MediaAttachments []TranslatedMedia `json:"media_attachments"`
}

// TranslatedPoll is the poll of a post in another language.
type TranslatedPoll struct {
	ID      string             `json:"id"`
	Options []TranslatedOption `json:"options"`
}

// TranslatedOption is an answer of a poll in another language.
type TranslatedOption struct {
	Title string `json:"title"`
}

// TranslatedMedia is what a file shows, in another language.
type TranslatedMedia struct {
	ID          string `json:"id"`
	Description string `json:"description"`
}

// translate: https://docs.joinmastodon.org/methods/statuses/#translate
func (a *API) translate(c *call) (*TranslatedStatus, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	lang, err := c.text("lang")
	if err != nil {
		return nil, err
	}
	if lang = strings.TrimSpace(lang); lang == "" && c.grant.User != nil {
		if lang = c.grant.User.Prefs.Language; lang == "" {
			lang = c.grant.User.Locale
		}
	}
	if lang == "" {
		lang = "en"
	}
	tag, ok := text.Language(lang)
	if !ok {
		return nil, invalid("There is no such language.")
	}
	v, t, err := a.Social.Translate(c, c.who, id, tag)
	if err != nil {
		return nil, err
	}
	out := &TranslatedStatus{Content: t.HTML, SpoilerText: t.Warning, Language: t.Language, DetectedLanguage: t.Source, Provider: t.Provider,
		MediaAttachments: []TranslatedMedia{}}
	if v.Post.Extra.Poll != nil {
		out.Poll = &TranslatedPoll{ID: v.Post.ID.String(), Options: []TranslatedOption{}}
		for _, o := range t.Poll {
			out.Poll.Options = append(out.Poll.Options, TranslatedOption{o})
		}
	}
	files := attachments(c.site, v.Post, v.Post.Attachments, a.Clock())
	for i, d := range t.Descriptions {
		if i < len(files) {
			out.MediaAttachments = append(out.MediaAttachments, TranslatedMedia{files[i].ID, d})
		}
	}
	return out, nil
}

// translationLanguages: https://docs.joinmastodon.org/methods/instance/#translation_languages
func (a *API) translationLanguages(c *call) (map[string][]string, error) {
	list, err := a.Social.Languages(c)
	if err != nil {
		c.log(err)
		return map[string][]string{}, nil // the rest of the site goes on
	}
	return list, nil
}
