package engine

import (
	"tarn/invoicing"
	"tarn/jobs"
)

// Workers carry out the jobs of the engine, by the kinds of these.
func Workers() jobs.Workers {
	return jobs.Workers{
		KindRetainLogs:   {Run: retainLogs, Discarded: retainLogsLater},
		KindExpireCoupon: couponExpiryWorker(),

		KindActivateSubscription: subscriptionWorker(activationDue),
		KindEndSubscription:      subscriptionWorker(endDue),
		KindEndTrial:             subscriptionWorker(trialEndDue),
		KindExpireActivation:     subscriptionWorker(activationExpiryDue),
		KindBillSubscriptions:    billingWorker(),

		invoicing.KindMakeDocument: invoicing.DocumentWorker(),
		invoicing.KindMarkOverdue:  invoicing.OverdueWorker(),
	}
}
