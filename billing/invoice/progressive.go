package invoice

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// takeProgressive takes off what progressive invoices have billed of the usage:
// no more than the lines of the same charges cost.
//
// Lago: each line is relieved of the whole amount that was billed of its usage,
// also where less than that is taken over in all.
func (c *computation) takeProgressive() {
	for _, billed := range c.in.Progressive {
		if billed.AvailableCents <= 0 {
			continue
		}
		taken := min(billed.AvailableCents, c.billedAgain(billed))
		c.ProgressiveCents += taken
		c.Progressive = append(c.Progressive, ProgressiveDraw{
			ID: billed.ID, Cents: taken, ExcessCents: billed.AvailableCents - taken,
		})
		c.relieve(billed)
	}
}

// billedAgain is what lines cost whose charges a progressive invoice has billed.
func (c *computation) billedAgain(billed Progressive) int64 {
	charges := map[uuid.UUID]bool{}
	for _, fee := range billed.Fees {
		charges[fee.Usage.Charge] = true
	}
	var cents int64
	for i, line := range c.in.Lines {
		if line.Subscription == billed.Subscription && line.Kind == KindCharge && charges[line.Usage.Charge] {
			cents += c.net(i).IntPart()
		}
	}
	return cents
}

// relieve takes off the lines what was billed of the same usage.
func (c *computation) relieve(billed Progressive) {
	for _, fee := range billed.Fees {
		for i, line := range c.in.Lines {
			if line.Subscription == billed.Subscription && line.Kind == KindCharge && line.Usage == fee.Usage {
				c.takeOff(i, decimal.NewFromInt(fee.AmountCents))
				break
			}
		}
	}
}
