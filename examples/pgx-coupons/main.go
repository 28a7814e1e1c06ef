// Redeems coupons by pgx and its pool: looks how many uses are left, then takes one.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"

	"lockstep"
)

func main() {
	ctx := context.Background()
	pool, err := pgxpool.Connect(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	redeem := func(lock string) lockstep.Operation {
		return func(arguments []json.RawMessage) (any, error) {
			var code string
			if err := json.Unmarshal(arguments[0], &code); err != nil {
				return nil, err
			}
			return nil, pool.BeginFunc(ctx, func(tx pgx.Tx) error {
				var left int
				row := tx.QueryRow(ctx, "select uses_left from coupons where code = $1"+lock, code)
				if err := row.Scan(&left); err != nil {
					return err
				}
				if left == 0 {
					return errors.New("used up")
				}
				batch := &pgx.Batch{}
				batch.Queue("update coupons set uses_left = $1 where code = $2", left-1, code)
				batch.Queue("insert into redemptions (code) values ($1)", code)
				return tx.SendBatch(ctx, batch).Close()
			})
		}
	}
	lockstep.Serve(map[string]lockstep.Operation{"redeem": redeem(""), "redeemLocked": redeem(" for update")})
}
