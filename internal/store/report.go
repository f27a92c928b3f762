package store

import (
	"strconv"
	"time"

	"skein/internal/skein"
)

const reportColumns = `id, account_id, target_id, post_ids, collection_ids, comment, category, rule_ids, forwarded, uri,
	assigned_id, action_taken_at, action_by_id, created_at, updated_at`

func reportFields(r *skein.Report) []any {
	return []any{&r.ID, &r.Account, &r.Target, asJSON(&r.Posts), asJSON(&r.Collections), &r.Comment, &r.Category,
		asJSON(&r.Rules), &r.Forwarded, &r.URI, &r.Assigned, asTime(&r.ActionTakenAt), &r.ActionBy, asTime(&r.CreatedAt),
		asTime(&r.UpdatedAt)}
}

// InsertReport stores a report. It answers false when one of the same URI about the same account is there.
func (tx *Tx) InsertReport(r *skein.Report) (isNew bool, err error) {
	if r.ID == 0 {
		r.ID = tx.NewID()
	}
	r.CreatedAt = tx.Now()
	n, err := tx.exec("insert report", `
		INSERT INTO report (id, site_id, account_id, target_id, post_ids, collection_ids, comment, category, rule_ids,
			forwarded, uri, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT DO NOTHING`,
		r.ID, tx.site, r.Account, r.Target, toJSON(r.Posts), toJSON(r.Collections), r.Comment, string(r.Category),
		toJSON(r.Rules), r.Forwarded, r.URI, ms(r.CreatedAt))
	return n == 1, err
}

// Report returns a report.
func (tx *Tx) Report(id skein.ID) (*skein.Report, error) {
	return one(tx, "report", reportFields, `SELECT `+reportColumns+` FROM report WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// ReportsByID returns those of the reports that there are, in no order.
func (tx *Tx) ReportsByID(ids []skein.ID) ([]*skein.Report, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "reports", reportFields, `SELECT `+reportColumns+` FROM report WHERE id IN LIST($2) AND site_id = $1`,
		tx.site, tx.list(ids))
}

// ReportFilter says which reports are wanted.
type ReportFilter struct {
	Open, Closed    bool     // both or neither: all
	Account, Target skein.ID // 0: any
}

// Reports returns a page of a site's reports, newest first.
func (tx *Tx) Reports(f ReportFilter, p Page) ([]*skein.Report, error) {
	where, args := "", []any{tx.site}
	switch {
	case f.Open && !f.Closed:
		where = ` AND action_taken_at = 0`
	case f.Closed && !f.Open:
		where = ` AND action_taken_at <> 0`
	}
	if f.Account != 0 {
		args = append(args, f.Account)
		where += ` AND account_id = $` + strconv.Itoa(len(args))
	}
	if f.Target != 0 {
		args = append(args, f.Target)
		where += ` AND target_id = $` + strconv.Itoa(len(args))
	}
	return pageOf(tx, "reports", reportFields, p, "id", `SELECT `+reportColumns+` FROM report WHERE site_id = $1`+where, args...)
}

// OpenReportsBy returns the open reports of one account about another since a moment, newest first.
func (tx *Tx) OpenReportsBy(account, target skein.ID, since time.Time, limit int) ([]*skein.Report, error) {
	return many(tx, "open reports", reportFields, `
		SELECT `+reportColumns+` FROM report
		WHERE site_id = $1 AND account_id = $2 AND target_id = $3 AND action_taken_at = 0 AND created_at > $4
		ORDER BY id DESC LIMIT $5`, tx.site, account, target, ms(since), limit)
}

// ResolveReport closes a report, or opens it again; it answers whether that changed anything.
func (tx *Tx) ResolveReport(id, by skein.ID, resolved bool) (bool, error) {
	at, was := int64(0), `<> 0`
	if resolved {
		at, was = ms(tx.Now()), `= 0`
	}
	n, err := tx.exec("resolve report", `
		UPDATE report SET action_taken_at = $3, action_by_id = $4, updated_at = $5
		WHERE site_id = $1 AND id = $2 AND action_taken_at `+was, tx.site, id, at, by, ms(tx.Now()))
	return n == 1, err
}

// ResolveReportsAbout closes all open reports about an account.
func (tx *Tx) ResolveReportsAbout(target, by skein.ID) error {
	now := ms(tx.Now())
	_, err := tx.exec("resolve reports", `
		UPDATE report SET action_taken_at = $3, action_by_id = $4, updated_at = $3
		WHERE site_id = $1 AND target_id = $2 AND action_taken_at = 0`, tx.site, target, now, by)
	return err
}

// ChangeReport stores who looks after a report, its category and its rules.
func (tx *Tx) ChangeReport(r *skein.Report) error {
	r.UpdatedAt = tx.Now()
	_, err := tx.exec("change report", `
		UPDATE report SET assigned_id = $3, category = $4, rule_ids = $5, updated_at = $6 WHERE site_id = $1 AND id = $2`,
		tx.site, r.ID, r.Assigned, string(r.Category), toJSON(r.Rules), ms(r.UpdatedAt))
	return err
}

// Staff returns who may do something on the site.
func (tx *Tx) Staff(may skein.Rights, limit int) ([]skein.ID, error) {
	var roles []string
	for _, r := range skein.Roles {
		if r.May(may) {
			roles = append(roles, string(r))
		}
	}
	return column[skein.ID](tx, "staff", `
		SELECT account_id FROM person
		WHERE site_id = $1 AND role <> 'member' AND role IN TEXTS($2) AND disabled_at = 0 ORDER BY account_id LIMIT $3`,
		tx.site, tx.textList(roles), limit)
}

// FollowedFrom tells whether anybody of a peer follows an account.
func (tx *Tx) FollowedFrom(account skein.ID, domain string) (bool, error) {
	_, ok, err := value[int](tx, "followers of peer", `
		SELECT 1 FROM follow JOIN account ON account.id = follow.account_id
		WHERE follow.site_id = $1 AND follow.target_id = $2 AND follow.accepted AND follow.remote AND account.domain = $3 LIMIT 1`,
		tx.site, account, domain)
	return ok, err
}

// PostsByURI returns those of the posts that the site knows, in no order.
func (tx *Tx) PostsByURI(uris []string) ([]*skein.Post, error) {
	if len(uris) == 0 {
		return nil, nil
	}
	return many(tx, "posts", postFields, `
		SELECT `+postColumns+` FROM post WHERE post.site_id = $1 AND post.uri IN TEXTS($2)`, tx.site, tx.textList(uris))
}
