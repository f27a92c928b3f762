package social

import (
	"testing"
	"time"

	"skein/internal/skein"
)

// A review is wanted once, is being made until its job has run, and is there after it, though the job runs twice.
func TestReviewIsMadeOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		now := w.DB.Now()
		if now.Month() != time.December {
			w.pass(time.Date(now.Year(), 12, 10, 0, 0, 0, 0, time.UTC).Sub(now))
		}
		ann, year := w.person("ann"), skein.AnnualYear(w.DB.Now())
		want := func(state skein.AnnualState) {
			t.Helper()
			if got, err := w.AnnualState(t.Context(), ann, year); got != state || err != nil {
				t.Errorf("state: got %s, %v; want %s", got, err, state)
			}
		}
		want(skein.AnnualIneligible)
		w.write(ann, Draft{Text: "of this year"})
		want(skein.AnnualEligible)
		w.events()
		for range 2 {
			if got, err := w.WantAnnual(t.Context(), ann, year); got != skein.AnnualGenerating || err != nil {
				t.Errorf("wanted: %s, %v", got, err)
			}
		}
		want(skein.AnnualGenerating)
		for range 2 {
			if err := w.CountAnnual(t.Context(), skein.AnnualWanted{Site: w.site, Account: ann.Account, Year: year}); err != nil {
				t.Fatal(err)
			}
			want(skein.AnnualAvailable)
		}
		if got, err := w.WantAnnual(t.Context(), ann, year); got != skein.AnnualAvailable || err != nil {
			t.Errorf("wanted again: %s, %v", got, err)
		}
	})
}
