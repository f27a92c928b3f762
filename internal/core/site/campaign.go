package site

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"skein/internal/kit/text"
	"skein/internal/skein"
)

// Bounds of a campaign. Nobody is asked for longer than two weeks.
const (
	maxCampaign        = 14 * 24 * time.Hour
	maxCampaignText    = 1000
	maxCampaignButton  = 50
	maxCampaignAmounts = 10
	maxCurrencies      = 20
)

var currency = regexp.MustCompile(`^[A-Z]{3}$`) // ISO 4217

// campaign puts a campaign in place of another, or ends it.
func (in Settings) campaign(site *skein.Site, now time.Time) error {
	c := *in.Campaign
	if c.URL == "" && c.Banner == "" && c.Text == "" {
		site.Extra.Campaign = nil
		return nil
	}
	bad := func(what string, args ...any) error {
		return skein.Errorf(skein.Invalid, "The campaign's "+what, args...)
	}
	for _, t := range []struct {
		name string
		text *string
		most int
		must bool
	}{{"banner", &c.Banner, maxCampaignText, true}, {"banner_button", &c.BannerButton, maxCampaignButton, true}, {"text", &c.Text, maxCampaignText, true},
		{"button", &c.Button, maxCampaignButton, true}, {"thanks", &c.Thanks, maxCampaignText, false}} {
		*t.text = strings.TrimSpace(text.Clean(*t.text, 10*t.most))
		if n := utf8.RuneCountInString(*t.text); n > t.most || t.must && n == 0 {
			return bad("%s has 1 to %d characters.", t.name, t.most)
		}
	}
	if !isAddress(c.URL) {
		return bad("url is no address of the web such as https://example.org/give.")
	}
	for name, amounts := range map[string]map[string][]int{"once": c.Once, "monthly": c.Monthly, "yearly": c.Yearly} {
		if len(amounts) > maxCurrencies {
			return bad("%s has more than %d currencies.", name, maxCurrencies)
		}
		for code, list := range amounts {
			if !currency.MatchString(code) || len(list) == 0 || len(list) > maxCampaignAmounts {
				return bad("%s gives 1 to %d amounts for each currency such as EUR.", name, maxCampaignAmounts)
			}
			for _, n := range list {
				if n <= 0 || n > 1e9 {
					return bad("%s has an amount that nobody can give.", name)
				}
			}
		}
	}
	if len(c.Monthly[c.Currency]) == 0 {
		return bad("currency is one that monthly has amounts for.")
	}
	if c.Starts.IsZero() {
		c.Starts = now
	}
	if c.Ends.IsZero() {
		c.Ends = c.Starts.Add(maxCampaign)
	}
	if !c.Ends.After(c.Starts) || c.Ends.Sub(c.Starts) > maxCampaign {
		return bad("end is after its start, and two weeks at most.")
	}
	if c.ID == "" {
		c.ID = c.Starts.UTC().Format("2006-01-02") // clients remember by it that somebody does not want to see it again
	}
	if len(c.ID) > 100 {
		return bad("id has 100 characters at most.")
	}
	site.Extra.Campaign = &c
	return nil
}
