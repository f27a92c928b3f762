package store

import (
	"context"
	"strconv"
)

// pruneBatch is how many rows of a table go in one transaction: others want to write, too.
const pruneBatch = 5000

// pruning is what is old in a table: its key, and a condition with one argument, $1.
type pruning struct {
	table, key, where string
	arg               any
}

// pruneAll removes some of what is old, and answers whether there may be more.
func (tx *Tx) pruneAll(list ...pruning) (more bool, err error) {
	for _, p := range list {
		n, err := tx.exec("prune "+p.table, `
			DELETE FROM `+p.table+` WHERE (`+p.key+`) IN (
				SELECT `+p.key+` FROM `+p.table+` WHERE `+p.where+` LIMIT `+strconv.Itoa(pruneBatch)+`)`, p.arg)
		if err != nil {
			return false, err
		}
		more = more || n >= pruneBatch
	}
	return more, nil
}

// Repeat calls fn, each time in a transaction of its own for no site, until it says that there is no more.
func (db *DB) Repeat(ctx context.Context, fn func(tx *Tx) (more bool, err error)) error {
	for more := true; more; {
		err := db.Update(ctx, 0, func(tx *Tx) (err error) {
			more, err = fn(tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
