package invoicing

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tarn/store"
)

// CustomerArgs say which customer a job is for.
type CustomerArgs struct {
	CustomerID uuid.UUID `json:"customer_id"`
}

// CustomersOf are the customers that jobs are for, in the order of the jobs. It
// fails where arguments cannot be read.
func CustomersOf(due []store.Job) ([]uuid.UUID, error) {
	customers := make([]uuid.UUID, len(due))
	for i, job := range due {
		var args CustomerArgs
		if err := json.Unmarshal(job.Args, &args); err != nil {
			return nil, fmt.Errorf("read the arguments: %w", err)
		}
		customers[i] = args.CustomerID
	}
	return customers, nil
}

// LockFreeCustomers locks the customers of jobs that nobody else has locked, and
// returns the jobs of these. It waits for nobody.
func LockFreeCustomers(tx *store.Tx, due []store.Job) ([]store.Job, error) {
	customers, err := CustomersOf(due)
	if err != nil {
		return nil, err
	}
	free, err := tx.LockFreeCustomers(customers)
	if err != nil {
		return nil, err
	}
	var locked []store.Job
	for i, job := range due {
		if slices.Contains(free, customers[i]) {
			locked = append(locked, job)
		}
	}
	return locked, nil
}
