package social

import (
	"slices"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Limits of what few peers say of their actors.
const (
	maxAliases     = 20
	maxAttribution = 100
)

// keepExtra puts together what is kept of a peer's account n beside its profile: what it says now, and what this site
// knows of it from before (old).
//
// An account that is suspended at home is suspended here until its server takes that back (reference, section 3); what is
// shown of it then stays what it was. Who newly names an account as its own that moderators here suspended or limited is
// treated as that one (T181): the claim can hurt nobody else. What the policy towards a peer did to its accounts stays with
// that peer: who leaves it is free of it.
func keepExtra(tx *store.Tx, n, old *skein.Account, suspended bool) error {
	e := &n.Extra
	e.MovedAt, e.OutboxAt, e.SuspendedThere = old.Extra.MovedAt, old.Extra.OutboxAt, old.Extra.SuspendedThere
	e.AlsoKnownAs = e.AlsoKnownAs[:min(len(e.AlsoKnownAs), maxAliases)]
	e.Attribution = e.Attribution[:min(len(e.Attribution), maxAttribution)]
	switch {
	case suspended && n.SuspendedAt.IsZero():
		n.SuspendedAt, e.SuspendedThere = tx.Now(), true
	case !suspended && e.SuspendedThere:
		n.SuspendedAt, e.SuspendedThere = time.Time{}, false
	}
	if suspended && old.ID != 0 {
		n.DisplayName, n.Bio, n.Fields, n.Emojis = old.DisplayName, old.Bio, old.Fields, old.Emojis
		n.Avatar, n.Header = old.Avatar, old.Header
	}
	fresh := slices.DeleteFunc(slices.Clone(e.AlsoKnownAs), func(uri string) bool {
		return uri == n.URI || slices.Contains(old.Extra.AlsoKnownAs, uri)
	})
	judged, err := tx.JudgedByURI(fresh)
	for _, o := range judged {
		if n.SuspendedAt.IsZero() && o.Suspended && !o.Extra.SuspendedThere {
			n.SuspendedAt = tx.Now()
		}
		if n.SilencedAt.IsZero() && o.Silenced {
			n.SilencedAt = tx.Now()
		}
	}
	return err
}
