package store

import "skein/internal/skein"

const auditColumns = `id, by_id, action, kind, target_id, name, detail, created_at`

func auditFields(d *skein.Deed) []any {
	return []any{&d.ID, &d.By, &d.Action, &d.Kind, &d.Target, &d.Name, &d.Detail, asTime(&d.CreatedAt)}
}

// Audit writes down who decided what.
func (tx *Tx) Audit(d skein.Deed) error {
	_, err := tx.exec("write audit log", `
		INSERT INTO audit (id, site_id, by_id, action, kind, target_id, name, detail, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.NewID(), tx.site, d.By, d.Action, d.Kind, d.Target, d.Name, d.Detail, ms(tx.Now()))
	return err
}

// Deeds returns a page of the audit log, newest first; of one actor only, unless by is 0.
func (tx *Tx) Deeds(by skein.ID, p Page) ([]*skein.Deed, error) {
	where, args := "", []any{tx.site}
	if by != 0 {
		where, args = ` AND by_id = $2`, append(args, by)
	}
	return pageOf(tx, "audit log", auditFields, p, "id",
		`SELECT `+auditColumns+` FROM audit WHERE site_id = $1`+where, args...)
}
