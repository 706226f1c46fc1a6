package notify

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"tarn/clock"
	"tarn/jobs"
	"tarn/store"
)

// KindDeliver is the job that sends an endpoint what waits for it.
const KindDeliver = "webhooks.deliver"

const (
	// afterAll lets deliveries wait for everything else that is due at their instant.
	afterAll = 100
	// atOnce is how many deliveries a job takes, sideBySide how many of them it sends at
	// a time.
	atOnce     = 100
	sideBySide = 8
	// mostAttempts is how often a delivery is tried.
	mostAttempts = 3
	// overTime is what a round may take beside two time-outs.
	overTime = time.Second
)

// DefaultTimeout is how long an endpoint may take for an answer unless said otherwise.
const DefaultTimeout = 30 * time.Second

// Options are the settings of deliveries.
type Options struct {
	// Timeout is how long an endpoint may take for an answer; zero is DefaultTimeout.
	Timeout time.Duration
	// AllowPrivate lets webhooks go to addresses that are not of the public internet.
	AllowPrivate bool
	// Wait is for how long a request on a frozen clock, or a clock that moves, waits for
	// an endpoint. Zero leaves all deliveries to the runner.
	Wait time.Duration
}

// Sender sends webhooks.
type Sender struct {
	options Options
	client  *http.Client
}

// NewSender makes a sender.
func NewSender(options Options) *Sender {
	if options.Timeout <= 0 {
		options.Timeout = DefaultTimeout
	}
	return &Sender{options: options, client: newClient(options)}
}

// Workers carry out the jobs of this room, by their kinds.
func (s *Sender) Workers() jobs.Workers {
	return jobs.Workers{KindDeliver: {
		Outside: &jobs.Outside{
			Limit: 2*s.options.Timeout + overTime, Patience: &s.options.Wait, Begin: jobs.Beginning(s.begin),
		},
		Discarded: jobs.NextDay,
	}}
}

// deliverArgs names an endpoint.
type deliverArgs struct {
	EndpointID uuid.UUID `json:"endpoint_id"`
}

// deliverAt lets an endpoint get what waits for it at an instant at the latest.
func deliverAt(tx *store.Tx, endpoint uuid.UUID, at time.Time) error {
	return jobs.Hasten(tx, jobs.Job{
		Kind: KindDeliver, Args: deliverArgs{EndpointID: endpoint}, At: at, Priority: afterAll,
		UniqueKey: KindDeliver + ":" + endpoint.String(),
	})
}

// scheduleDelivery lets an endpoint get what waits for it next, when it is due.
func scheduleDelivery(tx *store.Tx, endpoint uuid.UUID) error {
	next, err := tx.NextWebhookAt(endpoint)
	if err != nil || next == nil {
		return err
	}
	return deliverAt(tx, endpoint, *next)
}

// round are deliveries to an endpoint that are sent together.
type round struct {
	endpoint   store.WebhookEndpoint
	signer     signer
	deliveries []store.WebhookDelivery
	events     map[uuid.UUID]store.WebhookEvent
	outcomes   []outcome
}

// begin takes what is due for an endpoint.
func (s *Sender) begin(tx *store.Tx, args deliverArgs) (jobs.Call, error) {
	endpoint, err := tx.WebhookEndpoint(args.EndpointID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, tx.DeleteWaitingWebhooks(args.EndpointID)
	}
	if err != nil {
		return nil, err
	}
	r := &round{endpoint: endpoint}
	if r.deliveries, r.events, err = tx.DueWebhooks(endpoint.ID, atOnce); err != nil {
		return nil, err
	}
	if len(r.deliveries) == 0 {
		return nil, scheduleDelivery(tx, endpoint.ID)
	}
	if r.signer, err = signerFor(tx, endpoint); err != nil {
		return nil, err
	}
	return func(ctx context.Context) (func(*store.Tx) error, error) {
		s.sendRound(ctx, r)
		return r.keep, nil
	}, nil
}

// sendRound sends deliveries, a few at a time. As long as none waits for an answer too
// long, all are sent; what has not begun when a time-out is over is left for the next
// round, so that a job takes no longer than its limit.
func (s *Sender) sendRound(ctx context.Context, r *round) {
	r.outcomes = make([]outcome, len(r.deliveries))
	begun := clock.Monotonic()
	var sending sync.WaitGroup
	next := make(chan int)
	for range min(sideBySide, len(r.deliveries)) {
		sending.Go(func() {
			for i := range next {
				delivery := r.deliveries[i]
				r.outcomes[i] = s.send(ctx, r.endpoint.WebhookURL, r.signer, delivery.ID, r.events[delivery.EventID].Body)
			}
		})
	}
	for i := range r.deliveries {
		if clock.Since(begun) >= s.options.Timeout {
			break
		}
		next <- i
	}
	close(next)
	sending.Wait()
}

// keep stores what a round has come to. Deliveries that are gone, because their endpoint
// is, are left alone; one that shall be sent again meanwhile keeps to that.
func (r *round) keep(tx *store.Tx) error {
	ids := make([]uuid.UUID, len(r.deliveries))
	for i, delivery := range r.deliveries {
		ids[i] = delivery.ID
	}
	present, err := tx.WebhookDeliveriesForUpdate(ids)
	if err != nil {
		return err
	}
	var changed []store.WebhookDelivery
	var attempts []store.WebhookAttempt
	for i, delivery := range r.deliveries {
		current, there := present[delivery.ID]
		if !there || !r.outcomes[i].sent {
			continue
		}
		attempts = append(attempts, r.attempt(tx.Now(), delivery.ID, r.outcomes[i]))
		if current.Status == delivery.Status && current.Failures == delivery.Failures && current.UpdatedAt.Equal(delivery.UpdatedAt) {
			changed = append(changed, concluded(current, r.outcomes[i], tx.Now(), chance(tx)))
		}
	}
	if err := tx.SaveWebhookDeliveries(changed); err != nil {
		return err
	}
	if err := tx.InsertWebhookAttempts(attempts); err != nil {
		return err
	}
	return scheduleDelivery(tx, r.endpoint.ID)
}

// attempt is what is kept of an attempt.
func (r *round) attempt(now time.Time, delivery uuid.UUID, result outcome) store.WebhookAttempt {
	row := store.WebhookAttempt{
		ID: store.NewID(), DeliveryID: delivery, WebhookURL: r.endpoint.WebhookURL, SignatureAlgo: r.signer.algorithm,
		ResponseStatus: result.status, ResponseBody: result.body, AttemptedAt: now,
	}
	if result.failure != "" {
		row.Error = &result.failure
	}
	return row
}

// chance spreads what is sent again, so that it does not come all at once. While a clock is
// frozen nothing does, and the same requests lead to the same attempts each time.
func chance(tx *store.Tx) float64 {
	if tx.Organization().FrozenAt != nil {
		return 0
	}
	return rand.Float64() //nolint:gosec // no secret
}

// concluded is a delivery after an attempt.
func concluded(delivery store.WebhookDelivery, result outcome, now time.Time, chance float64) store.WebhookDelivery {
	delivery.NextAttemptAt, delivery.UpdatedAt = nil, now
	if result.failure == "" {
		delivery.Status = store.WebhookSucceeded
		return delivery
	}
	delivery.Failures++
	if delivery.Failures >= mostAttempts {
		delivery.Status = store.WebhookFailed
		return delivery
	}
	next := clock.Normalize(now.Add(pause(delivery.Failures, chance)))
	delivery.Status, delivery.NextAttemptAt = store.WebhookRetrying, &next
	return delivery
}

// pause is how long a delivery waits after so many failures: the fourth power of their
// number in seconds, up to 15 % more by chance, and two seconds.
func pause(failures int, chance float64) time.Duration {
	const jitter = 0.15
	base := math.Pow(float64(failures), 4)
	return time.Duration((base*(1+jitter*chance) + 2) * float64(time.Second))
}
