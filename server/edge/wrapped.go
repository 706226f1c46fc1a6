package edge

import "tarn/fault"

// wrappers are the operations whose body the document shows bare and Lago's own
// server takes under a root key. Clients send both.
var wrappers = map[string]string{"updateBillingEntity": "billing_entity"}

// unwrap takes a body out of its wrapper, if it has one. The error of an empty
// body is an incomplete.
//
// Lago: the record is looked up before the body is, so an unknown one is not
// found whatever the body says.
func (op *operation) unwrap(value any, body []byte) (any, []byte, error) {
	name := wrappers[op.ID]
	if name == "" {
		return value, body, nil
	}
	object, _ := value.(map[string]any)
	if inner, wrapped := object[name]; wrapped {
		object, _ = inner.(map[string]any)
		body = rewrite(body, func(whole any) any {
			outer, _ := whole.(map[string]any)
			return outer[name]
		})
	}
	if len(object) == 0 {
		refusal, _ := fault.As(fault.MissingParameter(name))
		return nil, nil, &incomplete{refusal: refusal, rest: []byte("{}")}
	}
	return object, body, nil
}
