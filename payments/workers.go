package payments

import (
	"maps"

	"tarn/invoicing"
	"tarn/jobs"
)

// Workers carry out the jobs of payments, by the kinds of these.
func Workers() jobs.Workers {
	workers := jobs.Workers{KindCollect: collectWorker(), invoicing.KindDun: dunningWorker(), KindAnnounceCheckout: jobs.Handle(announceCheckout)}
	maps.Copy(workers, receiptWorkers())
	return workers
}
