// markPending is a plugin of Swagger UI. It puts a mark beside the path of every
// operation that answers 501.
function markPending(pending) {
	return {
		wrapComponents: {
			OperationSummaryPath: (Path, system) => (props) => {
				const operation = props.operationProps;
				const answers501 = pending.includes(operation.get("method").toUpperCase() + " " + operation.get("path"));
				return system.React.createElement(
					system.React.Fragment,
					null,
					system.React.createElement(Path, props),
					answers501 && system.React.createElement("span", { className: "pending" }, "not yet: answers 501"),
				);
			},
		},
	};
}
