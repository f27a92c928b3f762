package federation

import (
	"context"
	"slices"
	"time"

	"skein/internal/core/moderation"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// flagsHour is how many reports one registrable domain may send in an hour (T179).
const flagsHour = 60

// flagged: a peer reports accounts of ours, and perhaps their posts. What is ours of it is for core to say; the sender learns
// nothing (T179). Peers whose reports the site does not want are not heard.
func (s *Service) flagged(ctx context.Context, in *inbound) error {
	var ours []string
	for _, uri := range in.activity.Object.IDs() {
		if isOwn(in.site, uri) && len(ours) < 2*skein.MaxReportPosts && !slices.Contains(ours, uri) {
			ours = append(ours, uri)
		}
	}
	if len(ours) == 0 {
		return nil
	}
	host := hostOf(in.activity.Actor)
	rules, err := s.rules(ctx, in.site.ID)
	if err != nil {
		return err
	}
	if rules.For(host).RejectReports { // T177
		return skein.Errorf(skein.Denied, "Reports of this peer are not taken.")
	}
	if !s.Unlimited && !s.abuse.Take("flag/"+registrable(host), flagsHour, time.Hour).OK {
		return skein.Errorf(skein.Denied, "Too many reports come from this peer.")
	}
	if err := s.meet(ctx, in); err != nil {
		return err
	}
	return s.Reports.ReceiveFlag(ctx, in.site.ID, in.actor.ID, moderation.Flag{
		URI: in.id(), Comment: in.activity.Content, Objects: ours,
	})
}

// SendReport forwards a report to the servers that are to hear of it: by the instance actor, which never says who reported
// (T178), with the addresses of the account and of the posts.
func (s *Service) SendReport(ctx context.Context, e skein.ReportForwarded) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	r, err := s.Reports.Flagged(ctx, e.Site, e.Report)
	if skein.KindOf(err) == skein.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	for _, id := range e.To { // each server by itself: whom else it went to is nobody's business
		var to *skein.Account
		err := s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
			to, err = tx.Account(id)
			return err
		})
		if skein.KindOf(err) == skein.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		// Not under the reported account's eyes, where there is another way: to its server.
		if err := s.send(ctx, site, site.Actor, flagOf(site, e.Name, r.Comment, r.Objects), audience{accounts: []skein.ID{to.ID}}); err != nil {
			return err
		}
	}
	return nil
}

func flagOf(site *skein.Site, name, comment string, objects []string) *activitypub.Activity {
	actor := site.URL("/actor")
	return &activitypub.Activity{ID: actor + "#flags/" + name, Type: "Flag", Actor: actor, Content: comment, Object: activitypub.Refs(objects...)}
}
