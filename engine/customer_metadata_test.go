package engine_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// pairs is metadata with these keys, without ids.
func pairs(keys ...string) form.Optional[[]engine.CustomerMetadataInput] {
	list := make([]engine.CustomerMetadataInput, len(keys))
	for i, key := range keys {
		list[i] = pair(key, "value")
	}
	return set(list)
}

func pair(key, value string) engine.CustomerMetadataInput {
	return engine.CustomerMetadataInput{Pair: form.Pair{Key: key, Value: value}}
}

func pairOf(id uuid.UUID, key, value string) engine.CustomerMetadataInput {
	return engine.CustomerMetadataInput{Pair: form.Pair{ID: set(id), Key: key, Value: value}}
}

// describe shows metadata as "key=value", in its order.
func describe(customer store.Customer) []string {
	list := []string{}
	for _, row := range customer.Metadata {
		list = append(list, row.Key+"="+row.Value)
	}
	return list
}

func TestUpsertCustomer_ReplacesMetadata(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		upsert := func(list ...engine.CustomerMetadataInput) store.Customer {
			t.Helper()
			customer := w.upsert(t, engine.CustomerInput{ExternalID: "c-1", Metadata: set(list)})
			requireSame(t, customer, w.customer(t, "c-1"))
			return customer
		}
		created := upsert(engine.CustomerMetadataInput{Pair: form.Pair{Key: "vip", Value: "yes"}, DisplayInInvoice: set(true)}, pair("tier", "gold"))
		require.Equal(t, []string{"vip=yes", "tier=gold"}, describe(created))
		require.True(t, created.Metadata[0].DisplayInInvoice)
		vip, tier := created.Metadata[0].ID, created.Metadata[1].ID

		// A known id changes its pair, what is new comes last, what is left out goes.
		changed := upsert(pair("new", "1"), pairOf(tier, "tier", "silver"))
		require.Equal(t, []string{"tier=silver", "new=1"}, describe(changed))
		require.Equal(t, tier, changed.Metadata[0].ID)

		// A key that was renamed away is free for a pair after it.
		moved := upsert(pairOf(tier, "rank", "silver"), pair("tier", "gold"))
		require.Equal(t, []string{"rank=silver", "tier=gold"}, describe(moved))

		// An id that is gone, or was never there, makes a new pair with an id of our own.
		fresh := upsert(pairOf(tier, "rank", "silver"), pairOf(moved.Metadata[1].ID, "tier", "gold"), pairOf(vip, "vip", "no"))
		require.Equal(t, []string{"rank=silver", "tier=gold", "vip=no"}, describe(fresh))
		require.NotEqual(t, vip, fresh.Metadata[2].ID)

		kept := w.upsert(t, engine.CustomerInput{ExternalID: "c-1", Metadata: null[[]engine.CustomerMetadataInput]()})
		require.Len(t, kept.Metadata, 3)
		require.Empty(t, upsert().Metadata)
	})
}

func TestUpsertCustomer_MetadataRules(t *testing.T) {
	t.Parallel()
	taken, mandatory, tooLong := codes("value_already_exist"), codes("value_is_mandatory"), codes("value_is_too_long")
	cases := map[string]struct {
		metadata func(vip, tier uuid.UUID) []engine.CustomerMetadataInput
		refused  fault.Details
	}{
		"no key": {func(_, _ uuid.UUID) []engine.CustomerMetadataInput {
			return []engine.CustomerMetadataInput{pair(" ", "x")}
		}, fault.Details{"key": mandatory}},
		"no value": {func(_, _ uuid.UUID) []engine.CustomerMetadataInput {
			return []engine.CustomerMetadataInput{pair("x", "")}
		}, fault.Details{"value": mandatory}},
		"key of 20 characters and value of 100": {func(_, _ uuid.UUID) []engine.CustomerMetadataInput {
			return []engine.CustomerMetadataInput{pair(strings.Repeat("é", 20), strings.Repeat("é", 100))}
		}, nil},
		"key of 21 and value of 101": {func(_, _ uuid.UUID) []engine.CustomerMetadataInput {
			return []engine.CustomerMetadataInput{pair(strings.Repeat("k", 21), strings.Repeat("v", 101))}
		}, fault.Details{"key": tooLong, "value": tooLong}},
		"one key twice": {func(_, _ uuid.UUID) []engine.CustomerMetadataInput {
			return []engine.CustomerMetadataInput{pair("a", "1"), pair("a", "2")}
		}, fault.Details{"key": taken}},
		"only the first bad pair": {func(_, _ uuid.UUID) []engine.CustomerMetadataInput {
			return []engine.CustomerMetadataInput{pair("a", ""), pair("", "x")}
		}, fault.Details{"value": mandatory}},
		"key sent again without its id": {func(_, _ uuid.UUID) []engine.CustomerMetadataInput {
			return []engine.CustomerMetadataInput{pair("vip", "yes")}
		}, fault.Details{"key": taken}},
		"keys that change places": {func(vip, tier uuid.UUID) []engine.CustomerMetadataInput {
			return []engine.CustomerMetadataInput{pairOf(vip, "tier", "x"), pairOf(tier, "vip", "x")}
		}, fault.Details{"key": taken}},
		"keys differ by case": {func(vip, _ uuid.UUID) []engine.CustomerMetadataInput {
			return []engine.CustomerMetadataInput{pairOf(vip, "vip", "x"), pair("VIP", "x")}
		}, nil},
	}
	onEveryDialect(t, func(t *testing.T, w *world) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				before := w.upsert(t, engine.CustomerInput{ExternalID: name, Metadata: pairs("vip", "tier")})
				in := engine.CustomerInput{ExternalID: name, Metadata: set(c.metadata(before.Metadata[0].ID, before.Metadata[1].ID))}
				if c.refused != nil {
					requireInvalid(t, w.refuse(t, in), c.refused)
					require.Equal(t, []string{"vip=value", "tier=value"}, describe(w.customer(t, name)))
					return
				}
				w.upsert(t, in)
			})
		}
	})
}

func TestUpsertCustomer_MetadataOfAnotherCustomerIsUnknown(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		other := w.upsert(t, engine.CustomerInput{ExternalID: "c-1", Metadata: pairs("vip")})

		mine := w.upsert(t, engine.CustomerInput{
			ExternalID: "c-2", Metadata: set([]engine.CustomerMetadataInput{pairOf(other.Metadata[0].ID, "mine", "x")}),
		})

		require.NotEqual(t, other.Metadata[0].ID, mine.Metadata[0].ID)
		require.Equal(t, []string{"vip=value"}, describe(w.customer(t, "c-1")))
	})
}
