// Sells from a stock by database/sql and lib/pq: looks whether there is enough, then takes it.
package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"os"

	_ "github.com/lib/pq"

	"lockstep"
)

func main() {
	db, err := sql.Open("postgres", os.Getenv("DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	sell := func(lock string) lockstep.Operation {
		return func(arguments []json.RawMessage) (any, error) {
			var pieces int
			if err := json.Unmarshal(arguments[0], &pieces); err != nil {
				return nil, err
			}
			tx, err := db.Begin()
			if err != nil {
				return nil, err
			}
			defer tx.Rollback()
			var left int
			if err := tx.QueryRow("select pieces from stock where id = 1" + lock).Scan(&left); err != nil {
				return nil, err
			}
			if left < pieces {
				return nil, errors.New("sold out")
			}
			if _, err := tx.Exec("update stock set pieces = $1 where id = 1", left-pieces); err != nil {
				return nil, err
			}
			return nil, tx.Commit()
		}
	}
	lockstep.Serve(map[string]lockstep.Operation{"sell": sell(""), "sellLocked": sell(" for update")})
}
