import { BrokerRefused } from "@spot-messaging/management";
import { objectKey, UserError } from "@spot-messaging/topology";
import { type MigrationPlan, transferExchange } from "@spot-messaging/topology/migrate";
import type { MigrationBroker } from "./migrationBroker.ts";
import { placeOf } from "./queueRemoval.ts";

/**
 * Declares what queues are replaced by once under another name: the broker would otherwise refuse an argument only after the old queue is deleted.
 * @throws UserError, BrokerUnreachable
 */
export async function tryDeclarations(
    { migrations, after }: MigrationPlan,
    { api }: MigrationBroker,
): Promise<void> {
    const replaced = new Set(
        migrations.filter(({ kind }) => kind === "queue replacement").map(({ object }) => objectKey(object)),
    );
    for (const queue of after.queues.filter((each) => replaced.has(objectKey(each)))) {
        const name = `${transferExchange}trial`;
        const { vhost, durable, autoDelete, type } = queue;
        try {
            await api.declareQueue(vhost, name, {
                durable,
                auto_delete: autoDelete,
                arguments: { ...queue.arguments, "x-queue-type": type },
            });
            await api.deleteQueue(vhost, name);
        } catch (error) {
            if (error instanceof BrokerRefused) {
                throw new UserError(
                    `${placeOf(queue)}: the broker refuses it as it is after the change; nothing was changed. ${error.message}`,
                );
            }
            throw error;
        }
    }
}
