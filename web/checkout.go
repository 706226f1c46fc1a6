package web

import (
	_ "embed"
	"io"
	"net/http"

	"tarn/locale"
)

//go:embed checkout.html
var checkoutTemplates string

//go:embed checkout.css
var checkoutStyle string

// Checkout makes the pages of the simulated payment providers, where customers pay
// invoices and leave ways to pay.
type Checkout struct{ page page }

// CheckoutState is how far a page has come.
type CheckoutState string

// The states of pages.
const (
	// CheckoutOpen waits for the customer.
	CheckoutOpen CheckoutState = "open"
	// CheckoutProcessing waits for the provider.
	CheckoutProcessing CheckoutState = "processing"
	// CheckoutDone has what it wanted: the invoice is paid, or there is a way to pay.
	CheckoutDone CheckoutState = "done"
	// CheckoutOver wants nothing any more: nobody owes the invoice, or the customer has
	// no provider.
	CheckoutOver CheckoutState = "over"
	// CheckoutLeft was left by the customer, who may come back.
	CheckoutLeft CheckoutState = "left"
)

// CheckoutPage is what a customer sees. Its texts are shown as they are: the caller has
// put dates and amounts into the words of the language.
type CheckoutPage struct {
	Language locale.Language
	// Seller and Customer are the names of both sides.
	Seller   string
	Customer string
	// Provider is the kind of provider that is simulated.
	Provider string
	State    CheckoutState
	// Declined says that the customer has refused before.
	Declined bool
	// Amount is what is to be paid; empty where a way to pay is left.
	Amount string
	// Invoice is the number of the invoice, IssuedOn and DueOn its days. What is empty is
	// not shown.
	Invoice  string
	IssuedOn string
	DueOn    string
	// ExpiresAt is until when the link opens the page.
	ExpiresAt string
	// Page is the address of the page itself, from which Pay, Decline and Leave lead on.
	Page, Pay, Decline, Leave string
}

// NewCheckout reads the embedded pages. It fails only if they are not well-formed
// templates.
func NewCheckout() (*Checkout, error) {
	page, err := newPage("checkout", checkoutTemplates, checkoutStyle, "'self'")
	if err != nil {
		return nil, err
	}
	return &Checkout{page: page}, nil
}

// SetHeaders sets the headers of the pages. They allow a page its own style and its own
// forms and nothing else, keep the address, which pays for whoever has it, from other
// sites, and let nobody store what is shown.
func (c *Checkout) SetHeaders(header http.Header) { c.page.setPrivateHeaders(header) }

// WritePage writes the page in its state.
func (c *Checkout) WritePage(w io.Writer, page CheckoutPage) error {
	return c.page.write(w, "page", inWords(page.Language, checkoutWordsOf(page.Language), page))
}
