package engine

import (
	"maps"

	"tarn/alerting"
	"tarn/invoicing"
	"tarn/jobs"
	"tarn/payments"
	"tarn/wallets"
)

// Workers carry out the jobs of the engine and of the rooms below it, by the
// kinds of these.
func Workers() jobs.Workers {
	workers := jobs.Workers{
		KindRetainLogs:   {Run: retainLogs, Discarded: retainLogsLater},
		KindReportEvents: jobs.Handle(reportEvents),
		KindExpireCoupon: couponExpiryWorker(),
		KindCountUsage:   jobs.Handle(countUsage),

		KindActivateSubscription: subscriptionWorker(activationDue),
		KindEndSubscription:      subscriptionWorker(endDue),
		KindEndTrial:             subscriptionWorker(trialEndDue),
		KindAlertTermination:     subscriptionWorker(terminationAlertDue),
		KindExpireActivation:     subscriptionWorker(activationExpiryDue),
		KindBillSubscriptions:    billingWorker(),
	}
	maps.Copy(workers, invoicing.Workers())
	maps.Copy(workers, alerting.Workers())
	maps.Copy(workers, wallets.Workers())
	maps.Copy(workers, payments.Workers())
	maps.Copy(workers, reactions())
	return workers
}
