package mastodon

import (
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// ScheduledStatus is a post that waits for its time. https://docs.joinmastodon.org/entities/ScheduledStatus/
type ScheduledStatus struct {
	ID               string            `json:"id"`
	ScheduledAt      stamp             `json:"scheduled_at"`
	Params           ScheduledParams   `json:"params"`
	MediaAttachments []MediaAttachment `json:"media_attachments"`
}

// ScheduledParams are what the post was written with. IDs are texts: ours are too long for JavaScript's numbers.
type ScheduledParams struct {
	Text                string         `json:"text"`
	Poll                *ScheduledPoll `json:"poll"`
	MediaIDs            []string       `json:"media_ids"`
	Sensitive           bool           `json:"sensitive"`
	SpoilerText         *string        `json:"spoiler_text"`
	Visibility          string         `json:"visibility"`
	InReplyToID         *string        `json:"in_reply_to_id"`
	Language            *string        `json:"language"`
	ApplicationID       *string        `json:"application_id"`
	ScheduledAt         *stamp         `json:"scheduled_at"` // always null, as the next two
	Idempotency         *string        `json:"idempotency"`
	AllowedMentions     *[]string      `json:"allowed_mentions"`
	WithRateLimit       bool           `json:"with_rate_limit"`
	QuotedStatusID      *string        `json:"quoted_status_id"`
	QuoteApprovalPolicy string         `json:"quote_approval_policy"`
}

// ScheduledPoll is the poll of a post that waits.
type ScheduledPoll struct {
	Options    []string `json:"options"`
	ExpiresIn  int      `json:"expires_in"`
	Multiple   bool     `json:"multiple"`
	HideTotals bool     `json:"hide_totals"`
}

func (c *call) scheduled(s *social.Scheduled) *ScheduledStatus {
	d := s.Draft
	id := func(id skein.ID) *string {
		if id == 0 {
			return nil
		}
		return orNull(id.String())
	}
	out := &ScheduledStatus{ID: s.ID.String(), ScheduledAt: stamp(s.At), MediaAttachments: []MediaAttachment{}, Params: ScheduledParams{
		Text: d.Text, Sensitive: d.Sensitive, SpoilerText: orNull(d.Warning), Visibility: visibilityName[d.Visibility], InReplyToID: id(d.ReplyTo),
		Language: orNull(d.Language), ApplicationID: id(d.App), QuotedStatusID: id(d.Quote), QuoteApprovalPolicy: "public",
	}}
	if p := d.Poll; p != nil {
		out.Params.Poll = &ScheduledPoll{Options: p.Options, ExpiresIn: int(p.Lasts / time.Second), Multiple: p.Multiple, HideTotals: p.HideTotals}
	}
	if d.Policy != nil {
		out.Params.QuoteApprovalPolicy = quotersOf(d.Policy.Quote)
	}
	for _, f := range s.Files {
		out.Params.MediaIDs = append(out.Params.MediaIDs, f.ID.String())
		out.MediaAttachments = append(out.MediaAttachments, *freeMedia(c.site, f, c.api.Clock()))
	}
	return out
}

// quotersOf is what clients call a leave to quote.
func quotersOf(l *skein.Leave) string {
	switch {
	case l == nil || len(l.Auto) > 0 && l.Auto[0] == skein.WhoPublic:
		return "public"
	case len(l.Auto) > 0 && l.Auto[0] == skein.WhoFollowers:
		return "followers"
	}
	return "nobody"
}

// scheduledPosts: https://docs.joinmastodon.org/methods/scheduled_statuses/#get
func (a *API) scheduledPosts(c *call) ([]*ScheduledStatus, error) {
	page, err := c.page(20, 40)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.ScheduledPosts(c, c.who, page)
	if err != nil {
		return nil, err
	}
	out := make([]*ScheduledStatus, len(list))
	for i, s := range list {
		out[i] = c.scheduled(s)
	}
	if n := len(list); n > 0 {
		c.link(byFullPage, n, page.Limit, list[0].ID, list[n-1].ID)
	}
	return out, nil
}

// scheduledPost: https://docs.joinmastodon.org/methods/scheduled_statuses/#get-one
func (a *API) scheduledPost(c *call) (*ScheduledStatus, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	s, err := a.Social.ScheduledPost(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return c.scheduled(s), nil
}

type scheduleForm struct {
	At *time.Time `form:"scheduled_at"`
}

// reschedule: https://docs.joinmastodon.org/methods/scheduled_statuses/#update
func (a *API) reschedule(c *call) (*ScheduledStatus, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[scheduleForm](c)
	if err != nil {
		return nil, err
	}
	var at time.Time // none is one that is past
	set(&at, in.At)
	s, err := a.Social.Reschedule(c, c.who, id, at)
	if err != nil {
		return nil, err
	}
	return c.scheduled(s), nil
}

// unschedule: https://docs.joinmastodon.org/methods/scheduled_statuses/#cancel
func (a *API) unschedule(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.Unschedule(c, c.who, id)
}
