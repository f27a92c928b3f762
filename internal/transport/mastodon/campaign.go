package mastodon

// DonationCampaign is what the site asks its people for. mastodon-api.md 3.16
type DonationCampaign struct {
	ID            string          `json:"id"`
	BannerMessage string          `json:"banner_message"`
	BannerButton  string          `json:"banner_button_text"`
	Message       string          `json:"donation_message"`
	Button        string          `json:"donation_button_text"`
	SuccessPost   string          `json:"donation_success_post"`
	URL           string          `json:"donation_url"`
	Currency      string          `json:"default_currency"`
	Amounts       DonationAmounts `json:"amounts"`
}

// DonationAmounts are what may be given, by currency, in its smallest unit.
type DonationAmounts struct {
	Once    map[string][]int `json:"one_time,omitempty"`
	Monthly map[string][]int `json:"monthly"`
	Yearly  map[string][]int `json:"yearly,omitempty"`
}

// campaign answers with the campaign of the site's own owner, to people who have been here for a while; no other server is
// asked. Who dismissed it their client remembers, by the id.
func (a *API) campaign(c *call) error {
	k := c.site.Extra.Campaign
	if c.grant.User == nil || !k.Asks(c.grant.User.CreatedAt, a.Clock()) {
		return nothing(a, c)
	}
	return c.write(&DonationCampaign{
		ID: k.ID, BannerMessage: k.Banner, BannerButton: k.BannerButton, Message: k.Text, Button: k.Button, SuccessPost: k.Thanks,
		URL: k.URL, Currency: k.Currency, Amounts: DonationAmounts{k.Once, k.Monthly, k.Yearly},
	})
}
