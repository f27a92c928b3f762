package identity

import (
	"skein/internal/kit/words"
	"skein/internal/skein"
	"skein/internal/store"
)

// happened are the first sentences of letters about what happened to how somebody signs in.
var happened = map[skein.SecurityKind]string{
	skein.SecurityNewBrowser:      "Somebody signed in to your account {name} on {site} with a browser that was not seen here before.",
	skein.SecurityPasskeyAdded:    "The passkey “{passkey}” was added to your account {name} on {site}. It signs in without a password.",
	skein.SecurityPasskeyRemoved:  "The passkey “{passkey}” was removed from your account {name} on {site}.",
	skein.SecurityPasskeyRefused:  "Somebody tried to sign in to your account {name} on {site} with what looks like a copy of your passkey “{passkey}”, and was not let in. Remove that passkey.",
	skein.SecurityStepOn:          "Signing in to your account {name} on {site} takes a second step from now on, and every other browser and app was signed out.",
	skein.SecurityStepOff:         "Signing in to your account {name} on {site} takes no second step any more.",
	skein.SecurityCodesMade:       "New recovery codes were made for your account {name} on {site}. The old ones work no more.",
	skein.SecurityCodeUsed:        "Somebody signed in to your account {name} on {site} with one of its recovery codes.",
	skein.SecurityFactorsReset:    "Those who run {site} switched off the second step of your account {name}, and every browser and app was signed out.",
	skein.SecurityRecoveryAsked:   "Somebody who can read this mailbox wants to get back the account {name} on {site} without its second step.",
	skein.SecurityRecoveryStopped: "Getting back the account {name} on {site} without its second step was stopped. Nothing changes.",
}

// securityLetter is the text of a letter about the safety of an account.
func securityLetter(l skein.Letter, st *skein.Site, p *store.PersonState, token string, e *skein.SecurityEvent, wait *skein.Recovery) (subject string, lines []string) {
	w := words.In(p.Locale)
	site := oneLine(st.Name)
	slots := []string{"site", st.Domain, "name", "@" + p.Username}
	switch {
	case l == skein.LetterRecover:
		return w.T("Get back your account on {site}", "site", site), []string{
			w.T("Somebody, most likely you, wants to get back the account {name} on {site} without its second step.", slots...),
			w.T("To begin, open this link within an hour:"),
			st.URL("/recover/begin?token=" + token),
			w.T("If it was not you, do nothing: nothing changes."),
		}
	case l == skein.LetterReady && token == "":
		return w.T("Get back your account on {site}", "site", site), []string{
			w.T("The wait for the account {name} on {site} is not over yet.", slots...),
			w.T("It ends on {day}; we write to you then.", "day", w.Moment(wait.ReadyAt)),
		}
	case l == skein.LetterReady:
		return w.T("Get back your account on {site}", "site", site), []string{
			w.T("The wait for the account {name} on {site} is over.", slots...),
			w.T("To choose a new password, open this link within an hour:"),
			st.URL("/recover/new?token=" + token),
			w.T("If that is too short, ask for another link here:") + " " + st.URL("/recover"),
		}
	}
	first := happened[e.Kind]
	if first == "" {
		return "", nil
	}
	lines = []string{w.T(first, append(slots, "passkey", e.Name)...)}
	if e.Agent != "" || e.Address != "" {
		lines = append(lines, w.T("It came from {browser}, {address}, on {when}.", "browser", e.Agent, "address", e.Address, "when", w.Moment(e.CreatedAt)))
	}
	if wait != nil {
		return w.T("Your account on {site} is about to be taken back", "site", site), append(lines,
			w.T("That will be possible from {day} on. Until then you can stop it, here or in any browser that is signed in.", "day", w.Moment(wait.ReadyAt)),
			w.T("To stop it, open this link:"),
			st.URL("/recover/stop?token="+token))
	}
	return w.T("About the safety of your account on {site}", "site", site), append(lines,
		w.T("If it was you, there is nothing to do."),
		w.T("If it was not you, change your password now:")+" "+st.URL("/reset"))
}
