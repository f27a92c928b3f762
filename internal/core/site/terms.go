package site

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

const maxTerms = 100_000 // characters

// TermsView are terms as people read them.
type TermsView struct {
	skein.Terms
	Counts bool   // already
	Next   string // the day from which on others count; empty: none are known
}

// SetTerms stores what counts from a day (YYYY-MM-DD) on.
func (s *Service) SetTerms(ctx context.Context, who skein.Viewer, t skein.Terms) error {
	if _, err := time.Parse(time.DateOnly, t.Effective); err != nil {
		return skein.Errorf(skein.Invalid, "%q is no day such as 2026-05-01.", t.Effective)
	}
	t.Text = strings.TrimSpace(text.Clean(t.Text, maxTerms+1))
	if n := utf8.RuneCountInString(t.Text); n == 0 || n > maxTerms {
		return skein.Errorf(skein.Invalid, "Terms have 1 to %d characters.", maxTerms)
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := manages(tx, who, skein.ManageSettings); err != nil {
			return err
		}
		return tx.PutTerms(&t)
	})
}

// HasTerms tells whether a site has terms, now or from a day on.
func (s *Service) HasTerms(ctx context.Context, site skein.ID) (has bool, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		has, err = tx.HasTerms()
		return err
	})
	return has, err
}

// Terms returns the terms of a day, or, with an empty day, those that count now; else the first that will.
func (s *Service) Terms(ctx context.Context, site skein.ID, day string) (*TermsView, error) {
	var list []*skein.Terms
	err := s.DB.View(ctx, site, func(tx *store.Tx) (err error) {
		list, err = tx.Terms()
		return err
	})
	if err != nil {
		return nil, err
	}
	today := s.DB.Now().UTC().Format(time.DateOnly)
	var found *TermsView
	next := ""
	for _, t := range list { // from the future to the past
		v := &TermsView{Terms: *t, Counts: t.Effective <= today, Next: next}
		next = t.Effective
		if day == "" || day == t.Effective {
			found = v
			if v.Counts || day != "" {
				break
			}
		}
	}
	if found == nil {
		return nil, skein.ErrNotFound
	}
	return found, nil
}
