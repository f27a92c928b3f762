package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"skein/internal/skein"
)

// one returns the only row of a query; none is skein.ErrNotFound.
func one[T any](tx *Tx, what string, fields func(*T) []any, query string, args ...any) (*T, error) {
	list, err := many(tx, what, fields, query, args...)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, skein.ErrNotFound
	}
	return list[0], nil
}

// many returns all rows of a query.
func many[T any](tx *Tx, what string, fields func(*T) []any, query string, args ...any) ([]*T, error) {
	rows, err := tx.conn.QueryContext(tx.ctx, tx.db.text(query), args...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()
	var list []*T
	for rows.Next() {
		v := new(T)
		if err := rows.Scan(fields(v)...); err != nil {
			return nil, fmt.Errorf("read %s: %w", what, err)
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return list, nil
}

// column returns the first column of all rows.
func column[T any](tx *Tx, what, query string, args ...any) ([]T, error) {
	rows, err := tx.conn.QueryContext(tx.ctx, tx.db.text(query), args...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, fmt.Errorf("read %s: %w", what, err)
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return list, nil
}

// value returns the one value of a query, and false when there is no row.
func value[T any](tx *Tx, what, query string, args ...any) (v T, ok bool, err error) {
	list, err := column[T](tx, what, query, args...)
	if err != nil || len(list) == 0 {
		return v, false, err
	}
	return list[0], true, nil
}

// ms returns a time as stored: milliseconds since 1970, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// asTime scans a stored time.
func asTime(t *time.Time) sql.Scanner { return timeScan{t} }

type timeScan struct{ t *time.Time }

func (s timeScan) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a time is %T", src)
	}
	if n == 0 {
		*s.t = time.Time{}
		return nil
	}
	*s.t = time.UnixMilli(n).UTC()
	return nil
}

// asJSON scans stored JSON into *v. An empty list or object costs nothing.
func asJSON(v any) sql.Scanner { return jsonScan{v} }

type jsonScan struct{ v any }

func (s jsonScan) Scan(src any) error {
	switch b := src.(type) {
	case string:
		if b == "[]" || b == "{}" || b == "" {
			return nil
		}
		return json.Unmarshal([]byte(b), s.v)
	case []byte:
		if len(b) <= 2 {
			return nil
		}
		return json.Unmarshal(b, s.v)
	}
	return fmt.Errorf("JSON is %T", src)
}

// toJSON returns v as stored JSON; an empty list is [].
func toJSON[T any](list []T) string {
	if len(list) == 0 {
		return "[]"
	}
	return object(list)
}

// object returns v as stored JSON.
func object(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("store: %T is not for JSON: %v", v, err)) // a fault of the program, not of the data
	}
	return string(b)
}
