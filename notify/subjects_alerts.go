package notify

import (
	"tarn/store"
	"tarn/wire"
)

// AlertTriggered tells that what an alert watches has crossed thresholds.
func AlertTriggered(row store.TriggeredAlert) Subject {
	return Subject{Type: "alert.triggered", ObjectType: "triggered_alert", ObjectID: row.ID, Object: rendered(row, wire.TriggeredAlert)}
}
