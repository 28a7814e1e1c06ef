// Package lockstep runs operations of a pg-lockstep model: lines of JSON in, lines of JSON out.
package lockstep

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
)

type Operation func(arguments []json.RawMessage) (any, error)

func Serve(operations map[string]Operation) {
	answers := json.NewEncoder(os.Stdout)
	os.Stdout = os.Stderr // whatever else is printed goes to standard error
	answers.Encode(map[string]any{"ready": true})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var request struct {
			ID        int
			Operation string
			Arguments []json.RawMessage
		}
		json.Unmarshal(lines.Bytes(), &request)
		result, err := operations[request.Operation](request.Arguments)
		answer := map[string]any{"id": request.ID, "result": result}
		if err != nil {
			answer["error"] = described(err)
		}
		answers.Encode(answer)
	}
}

func described(err error) map[string]any {
	found := map[string]any{"name": fmt.Sprintf("%T", err), "message": err.Error()}
	var database interface{ SQLState() string }
	if errors.As(err, &database) {
		found["sqlstate"] = database.SQLState()
		for _, name := range []string{"Constraint", "ConstraintName"} { // of lib/pq, and of pgx
			if field := reflect.Indirect(reflect.ValueOf(database)).FieldByName(name); field.IsValid() {
				found["constraint"] = field.String()
			}
		}
	}
	return found
}
