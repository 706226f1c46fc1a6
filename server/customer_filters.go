package server

import (
	"net/url"
	"strings"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/gen"
	"tarn/server/edge"
	"tarn/store"
)

// customerFilter reads the filters of the list of customers.
func customerFilter(tx *store.Tx, params gen.FindAllCustomersParams, query url.Values) (store.CustomerFilter, error) {
	filter := store.CustomerFilter{
		ExternalID:                 params.ExternalID,
		AccountTypes:               texts(params.AccountType),
		Countries:                  texts(params.Countries),
		States:                     all(params.States),
		Zipcodes:                   all(params.Zipcodes),
		Currencies:                 texts(params.Currencies),
		HasCustomerType:            params.HasCustomerType,
		HasTaxIdentificationNumber: params.HasTaxIdentificationNumber,
	}
	if params.SearchTerm != nil {
		filter.SearchTerm = strings.TrimSpace(*params.SearchTerm)
	}
	if params.CustomerType != nil {
		word := string(*params.CustomerType)
		filter.CustomerType = &word
	}
	if filter.CustomerType != nil && filter.HasCustomerType != nil && !*filter.HasCustomerType {
		return filter, fault.Invalid("customer_type", "must be nil when has_customer_type is false")
	}
	var err error
	if filter.Metadata, err = metadataFilter(query); err != nil {
		return filter, err
	}
	filter.BillingEntityIDs, err = billingEntityIDs(tx, all(params.BillingEntityCodes))
	return filter, err
}

// billingEntityIDs finds the billing entities of a filter. All must exist.
func billingEntityIDs(tx *store.Tx, codes []string) ([]uuid.UUID, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	entities, err := tx.BillingEntitiesByCode(codes)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(entities))
	ids := make([]uuid.UUID, len(entities))
	for i, entity := range entities {
		known[entity.Code], ids[i] = true, entity.ID
	}
	for _, code := range codes {
		if !known[code] {
			return nil, fault.Missing("billing_entity")
		}
	}
	return ids, nil
}

// metadataFilter reads the pairs that a list of customers is asked for.
func metadataFilter(query url.Values) (map[string]string, error) {
	pairs, nested := metadataPairs(query)
	if len(nested) == 0 {
		return pairs, nil
	}
	words := map[string][]string{}
	for _, key := range nested {
		words[key] = []string{"must be a string"}
	}
	return nil, fault.Details{"metadata": words}.Err()
}

// metadataPairs reads the parameters "metadata[key]=value", and names the keys
// whose values are nested. The generated code cannot: it drops what is sent twice
// or nested.
//
// Lago: of two values for one key the last one counts.
func metadataPairs(query url.Values) (pairs map[string]string, nested []string) {
	pairs = map[string]string{}
	for name, values := range query {
		key, isMetadata := strings.CutPrefix(name, "metadata[")
		key, closed := strings.CutSuffix(edge.Clean(key), "]")
		if !isMetadata || !closed || key == "" {
			continue
		}
		if outer, _, isNested := strings.Cut(key, "]["); isNested {
			nested = append(nested, outer)
			continue
		}
		pairs[key] = values[len(values)-1]
	}
	return pairs, nested
}
