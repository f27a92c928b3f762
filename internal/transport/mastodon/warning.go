package mastodon

import "skein/internal/skein"

// AccountWarning is what those who look after the site told somebody. https://docs.joinmastodon.org/entities/AccountWarning/
type AccountWarning struct {
	ID            string   `json:"id"`
	Action        string   `json:"action"`
	Text          string   `json:"text"`
	StatusIDs     []string `json:"status_ids"`
	TargetAccount *Account `json:"target_account"`
	Appeal        *empty   `json:"appeal"` // people write to those who run the site instead
	CreatedAt     stamp    `json:"created_at"`
}

// warning is nil without a strike.
func warning(site *skein.Site, s *skein.Strike, target *skein.Account) *AccountWarning {
	if s == nil {
		return nil
	}
	out := &AccountWarning{
		ID: s.ID.String(), Text: s.Text, StatusIDs: idTexts(s.Posts), TargetAccount: account(site, target), CreatedAt: stamp(s.CreatedAt),
	}
	for name, m := range measureOf {
		if m == s.Measure {
			out.Action = name
		}
	}
	return out
}
