import { type Bytes, bytes } from "../model/index.ts";

/**
 * The memory that a RabbitMQ node on Kubernetes may use. The cluster operator reserves a fifth of the limit, at most 2 GiB, for the Erlang VM,
 * so that a node blocks publishers before the kernel stops it for lack of memory.
 * @see https://github.com/rabbitmq/cluster-operator, `removeHeadroom` in internal/resource/configmap.go
 */
export function countedMemory(limit: Bytes): Bytes {
    return (limit - Math.min(Math.floor(limit / 5), bytes("2 GiB"))) as Bytes; // still a size in bytes
}

/** The memory use above which a node blocks publishers. */
export function memoryWatermark(limit: Bytes, watermarkPercent: number): Bytes {
    return Math.floor((countedMemory(limit) * watermarkPercent) / 100) as Bytes; // still a size in bytes
}

/** RabbitMQ's default maximum size of a file of the quorum queues' write-ahead log. */
export const writeAheadLogSize = bytes("512 MiB");

/**
 * The minimum memory watermark for quorum queues: the write-ahead log is also in memory, several files of it while older ones are flushed.
 * @see https://www.rabbitmq.com/docs/quorum-queues#resource-use "at least three times the effective WAL file size limit"
 */
export const minMemoryWatermark = (writeAheadLogSize * 3) as Bytes; // still a size in bytes
