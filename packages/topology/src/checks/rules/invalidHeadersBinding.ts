import type { Binding } from "../../model/index.ts";
import { bindingPlace } from "../../text/place.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const invalidHeadersBinding: CheckRule = {
    id: "invalidHeadersBinding",
    severity: "error",
    reason: "The broker refuses a headers binding with an unknown x-match. A headers binding without headers matches every message or none.",
    fix: "Set x-match to all, any, all-with-x or any-with-x, and name the headers.",
    invariants: ["meaningfulBindingKeys"],
    source: "https://www.rabbitmq.com/docs/exchanges#headers",
    check: ({ topology, exchangeNamed }) =>
        topology.bindings
            .filter(({ vhost, source }) => exchangeNamed(vhost, source)?.type === "headers")
            .flatMap((each) =>
                problemsOf(each).map((problem) => ({ place: bindingPlace(each), ...problem })),
            ),
};

const modes = ["all", "any", "all-with-x", "any-with-x"];

function problemsOf({ arguments: given }: Binding): readonly Omit<Problem, "place">[] {
    const mode = given["x-match"] ?? "all";
    if (typeof mode !== "string" || !modes.includes(mode)) {
        return [
            {
                message: `has x-match ${JSON.stringify(mode)}, which the broker refuses`,
                fix: `set x-match to one of ${modes.join(", ")}`,
            },
        ];
    }
    const headers = Object.keys(given).filter(
        (key) => key !== "x-match" && (mode.endsWith("-with-x") || !key.startsWith("x-")),
    );
    return headers.length > 0
        ? []
        : [
              {
                  severity: "warning",
                  message: `names no header to match, so with x-match "${mode}" it matches ${mode.startsWith("any") ? "no message" : "every message"}`,
                  fix: "name the headers",
              },
          ];
}
