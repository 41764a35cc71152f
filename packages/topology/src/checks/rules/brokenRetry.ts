import type { QueueRetry } from "../../model/index.ts";
import { placeOf } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const brokenRetry: CheckRule = {
    id: "brokenRetry",
    severity: "error",
    reason: "A failed message never returns from its delay queue, or the broker's delivery limit does not match the number of attempts that the consumer makes.",
    fix: "Bind a delay queue for each delay and dead-letter it back to the queue, or set the delivery limit to one less than the attempts.",
    invariants: ["deadLettersReachQueue", "limitedDelivery", "sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#delayed-retry",
    check: (view) =>
        view.topology.retries.flatMap((retry) =>
            problemsOf(view, retry).map(({ message, fix }) => ({
                place: placeOf(retry.vhost, "queue", retry.queue),
                message,
                fix,
            })),
        ),
};

function problemsOf(
    view: TopologyView,
    { vhost, queue: name, route: retry }: QueueRetry,
): readonly Pick<Problem, "message" | "fix">[] {
    const { queueNamed, number, setting, route, deadLetters } = view;
    const queue = queueNamed(vhost, name);
    if (queue === undefined) {
        return [{ message: "has a retry but does not exist", fix: "declare the queue or remove its retry" }];
    }
    if (retry.mode === "broker") {
        const limit = number(queue, "delivery-limit");
        return [
            ...(setting(queue, "delayed-retry-type") === undefined
                ? [
                      {
                          message: "is retried by the broker without any delay",
                          fix: 'set "delayed-retry-type"',
                      },
                  ]
                : []),
            ...(limit === undefined || limit === retry.attempts - 1
                ? []
                : [
                      {
                          message: `allows ${retry.attempts} attempts, but has "delivery-limit" ${limit}`,
                          fix: `set "delivery-limit" to ${retry.attempts - 1}`,
                      },
                  ]),
        ];
    }
    return retry.routingKeys.flatMap((routingKey) => {
        const delays = route({ vhost, exchange: retry.exchange, routingKey });
        const returns = delays.some((delay) => {
            const waiting = queueNamed(vhost, delay);
            return waiting !== undefined && deadLetters(waiting)?.queues.includes(name) === true;
        });
        const endless = delays.filter((delay) => {
            const waiting = queueNamed(vhost, delay);
            return waiting?.purpose === "delay" && setting(waiting, "message-ttl") === undefined;
        });
        return [
            ...(returns
                ? []
                : [
                      {
                          message: `a retry through exchange "${retry.exchange}" with routing key "${routingKey}" never returns to the queue`,
                          fix: "bind a delay queue with that routing key and dead-letter it back to the queue",
                      },
                  ]),
            ...endless.map((delay) => ({
                message: `a retry stays in delay queue "${delay}" forever`,
                fix: `set "message-ttl" in the policy of "${delay}"`,
            })),
        ];
    });
}
