import { objectKey } from "@spot-messaging/topology";
import type { QueueNumbers } from "@spot-messaging/topology/broker";
import type { LiveQueues } from "@spot-messaging/topology/messages";

/** What the management API reported of the queues of a virtual host. */
export function liveQueues(user: string, vhost: string, numbers: readonly QueueNumbers[]): LiveQueues {
    const byName = new Map(numbers.map((each) => [objectKey(each), each]));
    return { user, numbersOf: (name) => byName.get(objectKey({ vhost, name })) };
}
