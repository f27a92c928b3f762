package identity

import (
	"context"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Speak changes the language that letters and pushes to somebody are written in. Who waits to be let in may choose too: a letter
// is on its way to them.
func (s *Service) Speak(ctx context.Context, who skein.Viewer, language string) error {
	if who.Visitor() {
		return ErrToken
	}
	tag, ok := text.Language(language)
	if !ok {
		return &skein.Error{Kind: skein.Invalid, Text: "There is no such language.",
			Fields: []skein.FieldError{{Field: "locale", Code: "invalid", Text: "There is no such language."}}}
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error { return tx.SetLocale(who.Account, tag) })
}
