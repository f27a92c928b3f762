package store

import "skein/internal/skein"

// relationRow is one fact between the viewer and another account.
type relationRow struct {
	what      string
	other     skein.ID
	a, b, c   bool
	languages string
	at        int64
	text      string
}

// Relations tells how a viewer and other accounts stand to each other, in one query for any number of them. Accounts
// that the site does not know, or that are deleted, are left out. A visitor stands in no relation.
func (tx *Tx) Relations(viewer skein.ID, ids []skein.ID) (map[skein.ID]*skein.Relation, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := many(tx, "relations", func(r *relationRow) []any {
		return []any{&r.what, &r.other, &r.a, &r.b, &r.c, &r.languages, &r.at, &r.text}
	}, `
		SELECT 'known', id, suspended_at <> 0, FALSE, FALSE, '', CAST(0 AS BIGINT), ''
		FROM account WHERE id IN LIST($3) AND site_id = $1 AND deleted_at = 0
		UNION ALL
		SELECT 'follows', target_id, accepted, show_boosts, notify, languages, 0, ''
		FROM follow WHERE site_id = $1 AND account_id = $2 AND target_id IN LIST($3)
		UNION ALL
		SELECT 'followed', account_id, accepted, FALSE, FALSE, '', 0, ''
		FROM follow WHERE site_id = $1 AND target_id = $2 AND account_id IN LIST($3)
		UNION ALL
		SELECT 'blocks', target_id, FALSE, FALSE, FALSE, '', 0, ''
		FROM block WHERE site_id = $1 AND account_id = $2 AND target_id IN LIST($3)
		UNION ALL
		SELECT 'blocked', account_id, FALSE, FALSE, FALSE, '', 0, ''
		FROM block WHERE site_id = $1 AND target_id = $2 AND account_id IN LIST($3)
		UNION ALL
		SELECT 'mutes', target_id, notifications, FALSE, FALSE, '', expires_at, ''
		FROM mute WHERE site_id = $1 AND account_id = $2 AND target_id IN LIST($3) AND `+muteCounts+`$4)
		UNION ALL
		SELECT 'domain', account.id, FALSE, FALSE, FALSE, '', 0, ''
		FROM domain_block d JOIN account ON account.domain = d.domain
		WHERE d.site_id = $1 AND d.account_id = $2 AND account.id IN LIST($3)
		UNION ALL
		SELECT 'note', target_id, FALSE, FALSE, FALSE, '', 0, text
		FROM account_note WHERE account_id = $2 AND site_id = $1 AND target_id IN LIST($3)
		UNION ALL
		SELECT 'endorses', target_id, FALSE, FALSE, FALSE, '', 0, ''
		FROM endorsement WHERE site_id = $1 AND account_id = $2 AND target_id IN LIST($3)`,
		tx.site, viewer, tx.list(ids), ms(tx.Now()))
	if err != nil {
		return nil, err
	}
	all := make(map[skein.ID]*skein.Relation, len(ids))
	for _, r := range rows { // the known ones come first
		rel := all[r.other]
		if rel == nil {
			if r.what != "known" {
				continue
			}
			all[r.other] = &skein.Relation{Account: r.other, Suspended: r.a}
			continue
		}
		switch r.what {
		case "follows":
			rel.Following, rel.Requested = r.a, !r.a
			rel.ShowBoosts, rel.Notify = r.b, r.c
			if err := asJSON(&rel.Languages).Scan(r.languages); err != nil {
				return nil, err
			}
		case "followed":
			rel.FollowedBy, rel.RequestedBy = r.a, !r.a
		case "blocks":
			rel.Blocking = true
		case "blocked":
			rel.BlockedBy = true
		case "mutes":
			rel.Muting, rel.MutingNotes = true, r.a
			_ = asTime(&rel.MutedUntil).Scan(r.at) // of an int64 it never fails
		case "domain":
			rel.DomainBlocks = true
		case "note":
			rel.Note = r.text
		case "endorses":
			rel.Endorsed = true
		}
	}
	return all, nil
}
