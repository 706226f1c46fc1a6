package engine

import "tarn/jobs"

// Workers are the jobs that the engine does.
func Workers() jobs.Workers {
	return jobs.Workers{
		KindRetainLogs:   {Run: retainLogs, Discarded: retainLogsLater},
		KindExpireCoupon: couponExpiryWorker(),

		KindActivateSubscription: subscriptionWorker(activateSubscription),
		KindEndSubscription:      subscriptionWorker(endSubscription),
		KindEndTrial:             subscriptionWorker(endTrial),
		KindExpireActivation:     subscriptionWorker(expireActivation),
		KindBillSubscriptions:    billingWorker(),
	}
}
