package mastodon

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// sentences say what happened, by language and kind of notification; %s is who did it. English has all.
var sentences = map[string]map[skein.NotificationKind]string{
	"en": {
		skein.NotifyMention:        "%s mentioned you",
		skein.NotifyLike:           "%s favourited your post",
		skein.NotifyBoost:          "%s boosted your post",
		skein.NotifyFollow:         "%s followed you",
		skein.NotifyFollowRequest:  "%s asks to follow you",
		skein.NotifyPost:           "%s posted",
		skein.NotifyEdit:           "%s edited a post that you boosted",
		skein.NotifyPoll:           "A poll by %s has ended",
		skein.NotifyQuote:          "%s quoted your post",
		skein.NotifyQuotedEdit:     "%s edited a post that you quoted",
		skein.NotifyReaction:       "%s reacted to your post",
		skein.NotifySignUp:         "%s signed up",
		skein.NotifyReport:         "%s filed a report",
		skein.NotifyCollected:      "%s added you to a collection",
		skein.NotifyCollectionEdit: "%s changed a collection that you are in",
		skein.NotifyPendingReply:   "%s asks to reply to your post",
		skein.NotifyPendingLike:    "%s asks to favourite your post",
		skein.NotifyPendingBoost:   "%s asks to boost your post",
		skein.NotifySevered:        "You lost connections because of a moderation decision",
		skein.NotifyWarning:        "You received a message from the moderators",
		skein.NotifyAnnual:         "Your review of the year is ready",
	},
	"de": {
		skein.NotifyMention:        "%s hat dich erwähnt",
		skein.NotifyLike:           "%s hat deinen Beitrag favorisiert",
		skein.NotifyBoost:          "%s hat deinen Beitrag geteilt",
		skein.NotifyFollow:         "%s folgt dir jetzt",
		skein.NotifyFollowRequest:  "%s möchte dir folgen",
		skein.NotifyPost:           "%s hat etwas geschrieben",
		skein.NotifyEdit:           "%s hat einen Beitrag bearbeitet, den du geteilt hast",
		skein.NotifyPoll:           "Eine Umfrage von %s ist beendet",
		skein.NotifyQuote:          "%s hat deinen Beitrag zitiert",
		skein.NotifyQuotedEdit:     "%s hat einen Beitrag bearbeitet, den du zitiert hast",
		skein.NotifyReaction:       "%s hat auf deinen Beitrag reagiert",
		skein.NotifySignUp:         "%s hat sich registriert",
		skein.NotifyReport:         "%s hat eine Meldung eingereicht",
		skein.NotifyCollected:      "%s hat dich in eine Sammlung aufgenommen",
		skein.NotifyCollectionEdit: "%s hat eine Sammlung geändert, in der du bist",
		skein.NotifyPendingReply:   "%s möchte auf deinen Beitrag antworten",
		skein.NotifyPendingLike:    "%s möchte deinen Beitrag favorisieren",
		skein.NotifyPendingBoost:   "%s möchte deinen Beitrag teilen",
		skein.NotifySevered:        "Durch eine Moderationsentscheidung gingen Verbindungen verloren",
		skein.NotifyWarning:        "Du hast eine Nachricht der Moderation bekommen",
		skein.NotifyAnnual:         "Dein Jahresrückblick ist fertig",
	},
	"fr": {
		skein.NotifyMention:        "%s vous a mentionné",
		skein.NotifyLike:           "%s a ajouté votre message à ses favoris",
		skein.NotifyBoost:          "%s a partagé votre message",
		skein.NotifyFollow:         "%s vous suit",
		skein.NotifyFollowRequest:  "%s demande à vous suivre",
		skein.NotifyPost:           "%s a publié un message",
		skein.NotifyEdit:           "%s a modifié un message que vous avez partagé",
		skein.NotifyPoll:           "Un sondage de %s est terminé",
		skein.NotifyQuote:          "%s a cité votre message",
		skein.NotifyQuotedEdit:     "%s a modifié un message que vous avez cité",
		skein.NotifyReaction:       "%s a réagi à votre message",
		skein.NotifySignUp:         "%s s’est inscrit",
		skein.NotifyReport:         "%s a envoyé un signalement",
		skein.NotifyCollected:      "%s vous a ajouté à une collection",
		skein.NotifyCollectionEdit: "%s a modifié une collection où vous êtes",
		skein.NotifyPendingReply:   "%s demande à répondre à votre message",
		skein.NotifyPendingLike:    "%s demande à ajouter votre message à ses favoris",
		skein.NotifyPendingBoost:   "%s demande à partager votre message",
		skein.NotifySevered:        "Une décision de modération vous a fait perdre des relations",
		skein.NotifyWarning:        "Vous avez reçu un message de la modération",
		skein.NotifyAnnual:         "Votre bilan de l’année est prêt",
	},
	"es": {
		skein.NotifyMention:        "%s te mencionó",
		skein.NotifyLike:           "%s marcó tu publicación como favorita",
		skein.NotifyBoost:          "%s impulsó tu publicación",
		skein.NotifyFollow:         "%s te sigue",
		skein.NotifyFollowRequest:  "%s quiere seguirte",
		skein.NotifyPost:           "%s publicó algo",
		skein.NotifyEdit:           "%s editó una publicación que impulsaste",
		skein.NotifyPoll:           "Una encuesta de %s ha terminado",
		skein.NotifyQuote:          "%s citó tu publicación",
		skein.NotifyQuotedEdit:     "%s editó una publicación que citaste",
		skein.NotifyReaction:       "%s reaccionó a tu publicación",
		skein.NotifySignUp:         "%s se registró",
		skein.NotifyReport:         "%s envió un informe",
		skein.NotifyCollected:      "%s te añadió a una colección",
		skein.NotifyCollectionEdit: "%s cambió una colección en la que estás",
		skein.NotifyPendingReply:   "%s quiere responder a tu publicación",
		skein.NotifyPendingLike:    "%s quiere marcar tu publicación como favorita",
		skein.NotifyPendingBoost:   "%s quiere impulsar tu publicación",
		skein.NotifySevered:        "Perdiste conexiones por una decisión de moderación",
		skein.NotifyWarning:        "Recibiste un mensaje de la moderación",
		skein.NotifyAnnual:         "Tu resumen del año está listo",
	},
}

// language is the one that we have a person's sentences in.
func language(locale string) string {
	short, _, _ := strings.Cut(strings.ToLower(locale), "-")
	short, _, _ = strings.Cut(short, "_")
	if sentences[short] != nil {
		return short
	}
	return "en"
}

// sentence says what a notification tells.
func sentence(n *social.Note, locale string) string {
	s := sentences[language(locale)][n.Notification.Kind]
	if !strings.Contains(s, "%s") {
		return s
	}
	name := n.Account.DisplayName
	if strings.TrimSpace(name) == "" {
		name = n.Account.Username
	}
	return fmt.Sprintf(s, name)
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
