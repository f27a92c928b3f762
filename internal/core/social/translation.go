package social

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"slices"
	"strings"
	"sync"
	"time"

	"skein/internal/kit/text"
	"skein/internal/kit/translate"
	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of translation.
const (
	maxTranslated    = 64 << 10 // bytes of one post
	translatesAtOnce = 4        // of a process; who comes then is told to come again
	translationTime  = 7 * 24 * time.Hour
	languagesTime    = 24 * time.Hour
)

// Translator puts texts into other languages.
type Translator interface {
	Name() string
	Languages(ctx context.Context) (map[string][]string, error)
	Translate(ctx context.Context, pieces []string, from, to string) (out []string, source string, err error)
}

// Translation is a post in another language.
type Translation struct {
	HTML, Warning string
	Language      string
	Source        string // the language that it was in
	Provider      string
	Poll          []string // the answers
	Descriptions  []string // of the files, in their order
}

// languages remembers into what the translator translates.
type languages struct {
	mu    sync.Mutex
	known map[string][]string
	until time.Time
	busy  chan struct{}
}

// Languages returns into what posts can be translated, by their language, "und" when that is not known; none without a
// translator.
func (s *Service) Languages(ctx context.Context) (map[string][]string, error) {
	if s.Translator == nil {
		return map[string][]string{}, nil
	}
	s.languages.mu.Lock()
	known, fresh := s.languages.known, s.DB.Now().Before(s.languages.until)
	s.languages.mu.Unlock()
	if known != nil && fresh {
		return known, nil
	}
	list, err := s.Translator.Languages(ctx)
	if err != nil {
		if known != nil {
			return known, nil // what was true yesterday is better than nothing
		}
		return nil, untranslated(err)
	}
	s.languages.mu.Lock()
	s.languages.known, s.languages.until = list, s.DB.Now().Add(languagesTime)
	s.languages.mu.Unlock()
	return list, nil
}

// untranslated says why a translator does not answer.
func untranslated(err error) error {
	switch {
	case errors.Is(err, translate.ErrQuota):
		return skein.Errorf(skein.Busy, "The server-wide usage quota for the translation service has been exceeded.")
	case errors.Is(err, translate.ErrCrowded):
		return skein.Errorf(skein.Busy, "There have been too many requests to the translation service recently.")
	}
	return skein.Errorf(skein.Busy, "The translation service cannot be reached now. Try again later.")
}

// Translate returns a post in another language. Only what everybody may read leaves the house for it.
func (s *Service) Translate(ctx context.Context, who skein.Viewer, id skein.ID, to string) (*View, *Translation, error) {
	if who.Visitor() {
		return nil, nil, errVisitor
	}
	if s.Translator == nil {
		return nil, nil, skein.ErrNotFound
	}
	v, err := s.Post(ctx, who, id)
	if err != nil {
		return nil, nil, err
	}
	if v.Original != nil {
		v = v.Original
	}
	if v.Post.Visibility > skein.Unlisted || v.Post.Held || v.Author.Hides(v.Post.Visibility) {
		return nil, nil, errDenied
	}
	known, err := s.Languages(ctx)
	if err != nil {
		return nil, nil, err
	}
	from, _, _ := strings.Cut(strings.ToLower(v.Post.Language), "-")
	to = strings.ToLower(to)
	if !slices.Contains(known[from], to) {
		if base, _, ok := strings.Cut(to, "-"); ok {
			to = base
		}
	}
	if from != "" && known[from] == nil {
		from = "" // it may find out
	}
	if !slices.Contains(known[orUnd(from)], to) {
		return nil, nil, errDenied
	}
	var kept string
	var ok bool
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		kept, ok, err = tx.Translation(v.Post, to)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	t := &Translation{}
	if ok {
		if err := json.Unmarshal([]byte(kept), t); err != nil {
			return nil, nil, fmt.Errorf("read translation: %w", err)
		}
		return v, t, nil
	}
	if t, err = s.translate(ctx, v.Post, from, to); err != nil {
		return nil, nil, err
	}
	body, err := json.Marshal(t)
	if err != nil {
		return nil, nil, fmt.Errorf("write translation: %w", err)
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error { return tx.SetTranslation(v.Post, to, string(body)) })
	return v, t, err
}

func orUnd(language string) string {
	if language == "" {
		return "und"
	}
	return language
}

// translate asks for all texts of a post at once. What comes back is not trusted more than what a peer sends.
func (s *Service) translate(ctx context.Context, p *skein.Post, from, to string) (*Translation, error) {
	pieces := []string{p.HTML, html.EscapeString(p.Warning)}
	if p.Extra.Poll != nil {
		for _, o := range p.Extra.Poll.Options {
			pieces = append(pieces, html.EscapeString(o.Text))
		}
	}
	for _, a := range p.Attachments {
		pieces = append(pieces, html.EscapeString(a.Description))
	}
	var asked []string
	n := 0
	for _, piece := range pieces {
		if n += len(piece); strings.TrimSpace(piece) != "" {
			asked = append(asked, piece)
		}
	}
	if n > maxTranslated {
		return nil, skein.Errorf(skein.Invalid, "This post is too long to be translated.")
	}
	select {
	case s.languages.busy <- struct{}{}:
		defer func() { <-s.languages.busy }()
	default:
		return nil, untranslated(translate.ErrCrowded)
	}
	t := &Translation{Language: to, Source: from, Provider: s.Translator.Name()}
	var out []string
	if len(asked) > 0 {
		var source string
		var err error
		if out, source, err = s.Translator.Translate(ctx, asked, from, to); err != nil {
			if s.Log != nil {
				s.Log.Warn("translation", "err", err)
			}
			return nil, untranslated(err)
		}
		if source != "" {
			t.Source = source
		}
	}
	next := func(piece string) string {
		if strings.TrimSpace(piece) == "" {
			return ""
		}
		said := out[0]
		out = out[1:]
		return said
	}
	plain := func(piece string) string { return text.Clean(html.UnescapeString(next(piece)), maxTranslated) }
	t.HTML = text.Sanitize(cutBytes(next(pieces[0]), 4*maxTranslated))
	t.Warning = plain(pieces[1])
	for i, piece := range pieces[2:] {
		if p.Extra.Poll != nil && i < len(p.Extra.Poll.Options) {
			t.Poll = append(t.Poll, plain(piece))
		} else {
			t.Descriptions = append(t.Descriptions, plain(piece))
		}
	}
	return t, nil
}
