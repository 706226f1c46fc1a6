package payments

import (
	"maps"

	"tarn/jobs"
)

// Workers carry out the jobs of payments, by the kinds of these.
func Workers() jobs.Workers {
	workers := jobs.Workers{KindCollect: collectWorker()}
	maps.Copy(workers, receiptWorkers())
	return workers
}
