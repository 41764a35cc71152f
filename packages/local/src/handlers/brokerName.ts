import { z } from "zod";

/**
 * A name without @. The real provider uses `name@vhost` as id and fails on a second @, so that the stack can then neither be updated nor
 * destroyed.
 */
export const brokerName = z
    .string()
    .regex(/^[^@]+$/, 'a name with "@" cannot be managed by the rabbitmq provider');

/** One end of a binding, without /. The real provider uses `vhost/source/destination/…` as id. */
export const bindingEnd = z
    .string()
    .regex(/^[^/]+$/, 'the rabbitmq provider cannot manage bindings of a name with "/"');

/** @default "/" */
export const vhostName = brokerName.default("/");
