import { z } from "zod";

/**
 * A name that the real provider can keep: it files resources under `name@vhost` and gives up on a second @,
 * so that the stack can then neither be updated nor destroyed.
 */
export const brokerName = z
    .string()
    .regex(/^[^@]+$/, 'a name with "@" cannot be managed by the rabbitmq provider');

/** The end of a binding; the real provider files those under `vhost/source/destination/…`. */
export const bindingEnd = z
    .string()
    .regex(/^[^/]+$/, 'the rabbitmq provider cannot manage bindings of a name with "/"');

/** @default "/" as in the provider */
export const vhostName = brokerName.default("/");
