package federation

import (
	"context"
	"strings"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// reactionOf reads the emoji of an EmojiReact, or of a Like as Misskey sends it (FEP-c0e0): of Unicode, or a custom one by
// its code and host, with the address of its picture. A heart in a Like is a like and nothing more.
func reactionOf(site *skein.Site, a *activitypub.Activity) (emoji, url string, ok bool) {
	content := a.Content
	if content == "" {
		content = a.Reaction
	}
	content = strings.TrimSpace(content)
	if e, is := text.OneEmoji(content); is {
		return e, "", a.Type != "Like" || e != "❤️"
	}
	// Some name the host in the code.
	code, _, _ := strings.Cut(strings.Trim(content, ":"), "@")
	if !validCode(code) {
		return "", "", false
	}
	for _, t := range a.Tag {
		name, _, _ := strings.Cut(strings.Trim(t.Name, ":"), "@")
		if t.Type != "Emoji" || name != code || t.Icon == nil || !activitypub.IsHTTP(t.Icon.URL) {
			continue
		}
		host := hostOf(t.ID)
		if host == "" {
			host = hostOf(a.Actor)
		}
		if host == site.Domain {
			return code, t.Icon.URL, true
		}
		return code + "@" + host, t.Icon.URL, true
	}
	return "", "", false
}

// reacted: a peer's account reacts to a post with an emoji. Of a post that is not here it concerns nobody.
func (s *Service) reacted(ctx context.Context, in *inbound) error {
	emoji, url, ok := reactionOf(in.site, in.activity)
	if !ok {
		return skein.Errorf(skein.Invalid, "This is no emoji.")
	}
	p, err := s.knownPost(ctx, in, in.activity.Object.First().ID)
	if err != nil {
		return err
	}
	if !p.Local && in.actor == nil {
		return nil
	}
	if err := s.meet(ctx, in); err != nil {
		return err
	}
	return s.Social.ReceiveReaction(ctx, in.site.ID, in.actor.ID, p.ID, in.id(), emoji, url)
}

// unreacted takes a reaction back that is named by its id.
func (s *Service) unreacted(ctx context.Context, in *inbound, uri, _ string) error {
	return s.Social.ReceiveUnreaction(ctx, in.site.ID, in.actor.ID, 0, uri, "")
}

// undoReaction takes back an EmojiReact, or a Like that may have been one; it tells whether that is all.
func (s *Service) undoReaction(ctx context.Context, in *inbound, doc *activitypub.Document, uri, object string) (done bool, err error) {
	emoji := ""
	if a, err := doc.Activity(); err == nil {
		emoji, _, done = reactionOf(in.site, a)
	}
	done = done || doc.Type() == "EmojiReact"
	if !done && uri == "" {
		return false, nil
	}
	post, err := s.postID(ctx, in, object)
	if err != nil {
		return done, err
	}
	return done, s.Social.ReceiveUnreaction(ctx, in.site.ID, in.actor.ID, post, uri, emoji)
}

// SendReaction tells the author of a post that one of ours reacted to it: nobody else.
func (s *Service) SendReaction(ctx context.Context, e skein.Reacted) error {
	return s.sendReaction(ctx, e, false)
}

// SendUnreaction takes it back.
func (s *Service) SendUnreaction(ctx context.Context, e skein.Unreacted) error {
	return s.sendReaction(ctx, skein.Reacted(e), true)
}

func (s *Service) sendReaction(ctx context.Context, e skein.Reacted, undo bool) error {
	home, a, err := s.sender(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	var p *skein.Post
	var author *skein.Account
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		if p, err = tx.Post(e.Post); err != nil || p.Local {
			return err
		}
		author, err = tx.Account(p.Author)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && p.Local {
		return nil
	}
	if err != nil {
		return err
	}
	activity := &activitypub.Activity{
		ID: a.URI + "#reactions/" + e.Reaction.String(), Type: "EmojiReact", Actor: a.URI, To: []string{author.URI},
		Object: activitypub.Refs(p.URI), Content: e.Emoji,
	}
	if e.URL != "" {
		code, host, theirs := strings.Cut(e.Emoji, "@")
		id := e.URL
		if theirs { // so that the receiver sees whose it is
			id = "https://" + host + "/emoji/" + code
		}
		activity.Content = ":" + code + ":"
		activity.Tag = []activitypub.Tag{activitypub.NewEmoji(id, activity.Content, mediaType(e.URL), e.URL, time.Time{})}
	}
	if undo {
		activity = undoOf(activity.ID, a.URI, activity)
	}
	return s.send(ctx, home, a.ID, activity, audience{accounts: []skein.ID{p.Author}})
}
