package store

import (
	"slices"
	"strconv"

	"skein/internal/skein"
)

// Page is which part of a list is wanted, by IDs as the list counts them. Zero fields do not limit.
type Page struct {
	Max   skein.ID // only below
	Since skein.ID // only above, counted from the newest
	Min   skein.ID // the ones directly above; the answer is newest first all the same. Wins over Since
	Limit int
}

// sql returns what ends a query for the page, and the arguments with those of its own.
func (p Page) sql(column string, args []any) (string, []any) {
	q := ""
	add := func(text string, v any) {
		args = append(args, v)
		q += text + "$" + strconv.Itoa(len(args))
	}
	if p.Max != 0 {
		add(" AND "+column+" < ", p.Max)
	}
	if p.Min != 0 {
		add(" AND "+column+" > ", p.Min)
		q += " ORDER BY " + column
	} else {
		if p.Since != 0 {
			add(" AND "+column+" > ", p.Since)
		}
		q += " ORDER BY " + column + " DESC"
	}
	add(" LIMIT ", p.Limit)
	return q, args
}

// pageOf reads a page: query must go on with AND.
func pageOf[T any](tx *Tx, what string, fields func(*T) []any, p Page, column, query string, args ...any) ([]*T, error) {
	end, args := p.sql(column, args)
	list, err := many(tx, what, fields, query+end, args...)
	if p.Min != 0 {
		slices.Reverse(list)
	}
	return list, err
}
