package mastodon

import (
	"html"
	"slices"
	"strings"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/kit/words"
	"skein/internal/skein"
)

// told says what happened, by the kind of notification: internal/kit/words has it in other languages.
var told = map[skein.NotificationKind]string{
	skein.NotifyMention:        "{name} mentioned you",
	skein.NotifyLike:           "{name} favourited your post",
	skein.NotifyBoost:          "{name} boosted your post",
	skein.NotifyFollow:         "{name} followed you",
	skein.NotifyFollowRequest:  "{name} asks to follow you",
	skein.NotifyPost:           "{name} posted",
	skein.NotifyEdit:           "{name} edited a post that you boosted",
	skein.NotifyPoll:           "A poll by {name} has ended",
	skein.NotifyQuote:          "{name} quoted your post",
	skein.NotifyQuotedEdit:     "{name} edited a post that you quoted",
	skein.NotifyReaction:       "{name} reacted to your post",
	skein.NotifySignUp:         "{name} signed up",
	skein.NotifyReport:         "{name} filed a report",
	skein.NotifyCollected:      "{name} added you to a collection",
	skein.NotifyCollectionEdit: "{name} changed a collection that you are in",
	skein.NotifyPendingReply:   "{name} asks to reply to your post",
	skein.NotifyPendingLike:    "{name} asks to favourite your post",
	skein.NotifyPendingBoost:   "{name} asks to boost your post",
	skein.NotifySevered:        "You lost connections because of a moderation decision",
	skein.NotifyWarning:        "You received a message from the moderators",
	skein.NotifyAnnual:         "Your review of the year is ready",
}

// sentence says what a notification tells, in a language.
func sentence(n *social.Note, locale string) string {
	name := ""
	if n.Account != nil {
		if name = n.Account.DisplayName; strings.TrimSpace(name) == "" {
			name = n.Account.Username
		}
	}
	return words.In(locale).T(told[n.Notification.Kind], "name", name)
}

// maxPreview is how many characters of a post are shown in passing.
const maxPreview = 140

// preview is the beginning of what a notification is about, as plain text: a warning hides what is behind it.
func preview(n *social.Note) string {
	switch {
	case n.Post == nil:
		return ""
	case n.Post.Post.Warning != "":
		return text.Excerpt(n.Post.Post.Warning, maxPreview)
	}
	return text.Excerpt(strings.TrimSpace(text.Plain(n.Post.Post.HTMLShown())), maxPreview)
}

// NotificationFallback is what a client shows of a notification of a type that it does not know.
type NotificationFallback struct {
	Title       string  `json:"title"`
	Summary     *string `json:"summary"`
	Description *string `json:"description"`
}

// alwaysKnown are the types that are older than the question which ones a client supports.
var alwaysKnown = []string{"mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "admin.sign_up",
	"admin.report", "severed_relationships", "moderation_warning", "annual_report", "quote", "quoted_update"}

// fallback is given to a client that says which types it knows, when it does not know this one.
func fallback(n *social.Note, known map[string]bool) *NotificationFallback {
	name := notificationName[n.Notification.Kind]
	if known == nil || known[name] || slices.Contains(alwaysKnown, name) {
		return nil
	}
	f := &NotificationFallback{Title: html.EscapeString(sentence(n, ""))}
	if n.Collection != nil {
		f.Summary = orNull(html.EscapeString(n.Collection.Name))
	} else if p := preview(n); p != "" {
		f.Summary = orNull(html.EscapeString(p))
	}
	return f
}
