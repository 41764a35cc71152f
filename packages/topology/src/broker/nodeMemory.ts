import { type Bytes, bytes } from "../model/index.ts";

/**
 * What RabbitMQ counts as its node's memory on Kubernetes. The cluster operator leaves the rest of the limit to the Erlang VM, a fifth but at
 * most 2 GiB, so that a node blocks publishers before the kernel kills it.
 * @see https://github.com/rabbitmq/cluster-operator, `removeHeadroom` in internal/resource/configmap.go
 */
export function countedMemory(limit: Bytes): Bytes {
    return (limit - Math.min(Math.floor(limit / 5), bytes("2 GiB"))) as Bytes; // a part of a size is one
}

/** The memory above which a node blocks publishers. */
export function memoryMark(limit: Bytes, watermarkPercent: number): Bytes {
    return Math.floor((countedMemory(limit) * watermarkPercent) / 100) as Bytes; // likewise
}

/** The size at which quorum queues' write-ahead log begins a new file: RabbitMQ's default. */
export const writeAheadLogSize = bytes("512 MiB");

/**
 * The least memory that quorum queues can work with: the log's table is held in memory, a few of them while older ones are written out.
 * @see https://www.rabbitmq.com/docs/quorum-queues#resource-use "at least three times the effective WAL file size limit"
 */
export const leastMemoryMark = (writeAheadLogSize * 3) as Bytes; // likewise
