package store

import (
	"fmt"
	"sync"

	"github.com/google/uuid"
)

// NewUsage is the use of a metric that an event tells of which is being added.
type NewUsage struct {
	ExternalSubscriptionID string
	Code                   string
	BillableMetricID       uuid.UUID
	// Day is the day of UTC that has the event, such as 2024-02-29.
	Day string
	// Counting is the job that counts what is marked, as MetricsOfEvents has seen it; nil
	// where none waits.
	Counting *uuid.UUID
}

// MarkUsage marks the days whose usage is to be counted anew, for a transaction that
// Ingests. What the process has marked already, for the job that waits still, it does not
// mark again: until that job has taken the marks, or its metric is another one, they are
// there, and whoever takes marks waits for those that add events (TakeUsageMarks).
func (tx *Tx) MarkUsage(used []NewUsage) error {
	missing := tx.store.marked.missing(tx.org.ID, used)
	if len(missing) == 0 {
		return nil
	}
	marks := make([]UsageMark, len(missing))
	for i, one := range missing {
		marks[i] = UsageMark{ExternalSubscriptionID: one.ExternalSubscriptionID, Code: one.Code, Day: one.Day}
	}
	if err := tx.db.CreateInBatches(marks, batchSize).Error; err != nil {
		return fmt.Errorf("mark the usage of events: %w", err)
	}
	tx.afterCommit = append(tx.afterCommit, func() { tx.store.marked.remember(tx.org.ID, missing) })
	return nil
}

// markedUsage remembers which marks there are. Its zero value knows none.
type markedUsage struct {
	mu    sync.Mutex
	of    map[uuid.UUID]*marksOfJob
	count int
}

// marksOfJob are the marks of an organization that wait for a job.
type marksOfJob struct {
	job    uuid.UUID
	places map[markedPlace]bool
}

// markedPlace is what a mark is of.
type markedPlace struct {
	subscription, code, day string
	metric                  uuid.UUID
}

func (n NewUsage) place() markedPlace {
	return markedPlace{n.ExternalSubscriptionID, n.Code, n.Day, n.BillableMetricID}
}

// mostMarked is how many marks are remembered of all organizations together. Beyond, all
// are forgotten, and made again.
const mostMarked = 100_000

// missing are those, each once, of which no mark is known to be there.
func (m *markedUsage) missing(organization uuid.UUID, used []NewUsage) []NewUsage {
	m.mu.Lock()
	defer m.mu.Unlock()
	known, seen := m.of[organization], map[markedPlace]bool{}
	var missing []NewUsage
	for _, one := range used {
		place := one.place()
		if seen[place] || known != nil && one.Counting != nil && known.job == *one.Counting && known.places[place] {
			continue
		}
		seen[place], missing = true, append(missing, one)
	}
	return missing
}

// remember keeps that there are marks, if a job waits that will take them.
func (m *markedUsage) remember(organization uuid.UUID, used []NewUsage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.count += len(used); m.of == nil || m.count > mostMarked {
		m.of, m.count = map[uuid.UUID]*marksOfJob{}, len(used)
	}
	for _, one := range used {
		if one.Counting == nil {
			continue
		}
		known := m.of[organization]
		if known == nil || known.job != *one.Counting {
			known = &marksOfJob{job: *one.Counting, places: map[markedPlace]bool{}}
			m.of[organization] = known
		}
		known.places[one.place()] = true
	}
}
