import type { Bytes } from "../model/index.ts";

/**
 * The size of a stream's segment files by default.
 * @see https://www.rabbitmq.com/docs/streams#declaring
 */
export const defaultSegmentSize = 500_000_000 as Bytes; // a size in bytes
