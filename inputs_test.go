package tools_test

import (
	"fmt"
	"go/types"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
	"tarn/openapi/openapitest"
)

// contracts are the documents, and who answers for each.
var contracts = []struct {
	handlers string
	load     func() (*openapi3.T, error)
}{
	{"Server", openapi.Lago}, {"requestLogServer", openapi.RequestLogs}, {"adminServer", openapi.Admin},
}

// byHand are the functions that hand a request to its handler as it was sent. Whoever
// calls them reads members by their names.
var byHand = []string{
	"(*tarn/server/edge.Exchange).Query", "(*tarn/server/edge.Exchange).Body", "(*tarn/server/edge.Exchange).Input", "(*tarn/server/edge.Exchange).Batch",
}

// rooted is how code that reads a body by hand asks for the member that holds its object.
const rooted = "(*tarn/server/edge.Exchange).Root"

// TestInputs_AreRead looks, for every operation, for code on the way from its handler
// that reads each parameter and each member of the body.
func TestInputs_AreRead(t *testing.T) {
	t.Parallel()
	s := sourceOf(t)
	var unread []string
	for _, contract := range contracts {
		doc, err := contract.load()
		require.NoError(t, err)
		for _, item := range doc.Paths.Map() {
			for _, operation := range item.Operations() {
				unread = append(unread, s.unread(t, contract.handlers, item, operation)...)
			}
		}
	}
	excused, err := openapitest.Excused("docs/architecture.md", "Nobody reads:")
	require.NoError(t, err)
	slices.Sort(unread)
	require.Equal(t, excused, unread, "what nobody reads stands in docs/architecture.md with the reason, and nothing else")
}

// TestInputs_ArriveSomewhere looks for code below the handlers that reads each member of
// the inputs that handlers hand on.
func TestInputs_ArriveSomewhere(t *testing.T) {
	t.Parallel()
	s := sourceOf(t)
	handed, below := map[string]bool{}, []string{}
	for name, p := range s.parts {
		if !strings.Contains(name, "tarn/server.") {
			below = append(below, name)
			continue
		}
		for member := range p.writes {
			if room := roomOf(member[:strings.Index(member, ".")]); slices.Contains(inputRooms, room) {
				handed[member] = true
			}
		}
	}
	require.NotEmpty(t, handed)
	read := s.from(below...)
	for _, member := range slices.Sorted(maps.Keys(handed)) {
		dot := strings.LastIndex(member, ".")
		if !read.readsMember(member[:dot], member[dot+1:]) {
			t.Errorf("handlers fill %s, and nobody reads it", member)
		}
	}
}

// inputRooms are the rooms whose types handlers fill with inputs.
var inputRooms = []string{"form", "metering", "wallets", "payments", "invoicing", "alerting", "engine", "notify", "store"}

// unread lists what of an operation's inputs its handler does not read.
func (s *source) unread(t *testing.T, handlers string, item *openapi3.PathItem, operation *openapi3.Operation) []string {
	t.Helper()
	handler := s.handler(handlers, operation.OperationID)
	require.NotNil(t, handler, "%s has no handler", operation.OperationID)
	if strings.Contains(handler.FullName(), ".pending)") {
		return nil
	}
	roots := []string{handler.FullName()}
	if ingests, _ := operation.Extensions["x-tarn-ingests"].(bool); ingests {
		roots = append(roots, "(tarn/server.ingester).Read")
	}
	look := inputReader{reading: s.from(roots...), operation: operation.OperationID}
	look.byHand = slices.ContainsFunc(byHand, func(name string) bool { return look.parts[name] })
	request, _ := structOf(handler.Signature().Params().At(1).Type())
	parameters := look.typeOf(request, "Params")
	for _, name := range openapitest.QueryInputs(item, operation) {
		plain := strings.TrimPrefix(name, "?")
		spread := strings.TrimSuffix(plain, "[]")
		look.note(parameters, plain, name, spread)
	}
	if schema := openapitest.BodySchema(operation); schema != nil {
		look.members(schema, look.typeOf(request, "Body"), "", nil)
	}
	return look.found
}

// handler is the method that answers an operation.
func (s *source) handler(handlers, operation string) *types.Func {
	set := types.NewMethodSet(types.NewPointer(s.server.Scope().Lookup(handlers).Type()))
	for method := range set.Methods() {
		if strings.EqualFold(method.Obj().Name(), operation) {
			return method.Obj().(*types.Func) //nolint:forcetypeassert // what a method set holds
		}
	}
	return nil
}

// inputReader looks for who reads the inputs of one operation.
type inputReader struct {
	reading
	operation string
	byHand    bool
	found     []string
}

// typeOf is the type of a member of a request; nil where it has none.
func (r *inputReader) typeOf(request *types.Struct, name string) types.Type {
	for field := range request.Fields() {
		if field.Name() == name {
			return bare(field.Type())
		}
	}
	return nil
}

// members notes the members of a schema that nobody reads, and looks into the others.
// What has no struct in Go is read by the names of its members.
func (r *inputReader) members(schema *openapi3.Schema, t types.Type, at string, around []*openapi3.Schema) {
	if slices.Contains(around, schema) {
		return
	}
	around = append(slices.Clip(around), schema)
	if items := openapitest.ItemsOf(schema); items != nil {
		var entry types.Type
		if list, isList := t.(*types.Slice); isList {
			entry = bare(list.Elem())
		}
		r.members(items, entry, at+"[]", around)
	}
	members := openapitest.MembersOf(schema)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		below := name
		if at != "" {
			below = at + "." + name
		}
		if slices.Contains(around, members[name]) || at == "" && r.parts[rooted] {
			r.members(members[name], nil, below, around) // the edge takes the object out of it
			continue
		}
		if member, isRead := r.note(t, name, below, name); isRead {
			r.members(members[name], member, below, around)
		}
	}
}

// note looks for who reads a member, by one of its names, and notes it under a name
// where nobody does. It returns the member's type; nil where it has no struct.
func (r *inputReader) note(t types.Type, name, as string, written string) (types.Type, bool) {
	field := fieldFor(t, name, written)
	switch {
	case field != nil && r.readsMember(typeName(t), field.Name()):
		return bare(field.Type()), true
	case (field == nil || r.byHand) && r.spells(name, written):
		return nil, true
	}
	r.found = append(r.found, fmt.Sprint(openapitest.Input{Operation: r.operation, Name: as}))
	return nil, false
}

// spells reports whether code on the way spells one of the names of an input, as a whole
// or in two parts: the beginning of the names "created_at_from" and "created_at_to", or
// the bracket behind the name of a parameter that is spread over the query.
func (r *inputReader) spells(names ...string) bool {
	for _, name := range names {
		if r.words[name] || r.words[name+"["] {
			return true
		}
		for at := range name {
			if name[at] == '_' && r.words[name[:at]] && r.words[name[at:]] {
				return true
			}
		}
	}
	return false
}

// fieldFor is the field of a generated struct for a member or a parameter; nil where the
// type is no struct that has it.
func fieldFor(t types.Type, names ...string) *types.Var {
	if t == nil {
		return nil
	}
	structure, isStruct := structOf(t)
	if !isStruct {
		return nil
	}
	for _, name := range names {
		for i := range structure.NumFields() {
			if tag, _, _ := strings.Cut(reflect.StructTag(structure.Tag(i)).Get("json"), ","); tag == name {
				return structure.Field(i)
			}
		}
	}
	return nil
}

// bare is a type without what makes it optional.
func bare(t types.Type) types.Type {
	for {
		t = types.Unalias(t)
		if pointer, isPointer := t.(*types.Pointer); isPointer {
			t = pointer.Elem()
			continue
		}
		named, isNamed := t.(*types.Named)
		switch {
		case isNamed && named.TypeArgs().Len() == 1 && named.Obj().Name() == "Nullable":
			t = named.TypeArgs().At(0)
		case isNamed && named.Obj().Pkg() != nil && !strings.HasPrefix(named.Obj().Pkg().Path(), "tarn/"):
			return nil
		case isNamed:
			if slice, isSlice := named.Underlying().(*types.Slice); isSlice {
				return slice
			}
			return t
		default:
			return t
		}
	}
}
