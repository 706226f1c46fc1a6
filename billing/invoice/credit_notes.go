package invoice

import "github.com/shopspring/decimal"

// takeCreditNotes lets credit notes pay what is owed, one after the other.
func (c *computation) takeCreditNotes() {
	for _, note := range c.in.CreditNotes {
		left := c.SubTotalIncludingTaxesCents - c.CreditNotesCents
		if left <= 0 {
			return
		}
		paid := min(note.BalanceCents, left)
		if paid <= 0 {
			continue
		}
		c.payLines(decimal.NewFromInt(paid))
		c.CreditNotesCents += paid
		c.CreditNotes = append(c.CreditNotes, CreditNoteDraw{ID: note.ID, Cents: paid, BalanceCents: note.BalanceCents - paid})
	}
}

// payLines spreads what a credit note pays over the lines, by what each still
// costs with its rounded taxes.
func (c *computation) payLines(amount decimal.Decimal) {
	owed, whole := make([]decimal.Decimal, len(c.Lines)), decimal.Zero
	for i, line := range c.Lines {
		owed[i] = c.net(i).Add(decimal.NewFromInt(line.TaxesCents)).Sub(line.CreditNotesCents)
		whole = whole.Add(owed[i])
	}
	if whole.IsZero() {
		return
	}
	for i := range c.Lines {
		paid := decimal.Min(owed[i], share(amount, owed[i], whole))
		c.Lines[i].CreditNotesCents = c.Lines[i].CreditNotesCents.Add(paid)
	}
}
