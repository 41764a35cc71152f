import { brokerPorts } from "./place.ts";

/**
 * The Secret of the broker's first user, in the form that the operator reads. A node creates its first user from it when it starts with an
 * empty disk; later the broker stores the password itself.
 * @see https://servicebinding.io/spec/core/1.1.0/
 */
export function administratorData(
    username: string,
    host: string,
    password: string,
): Readonly<Record<string, string>> {
    return {
        username,
        password,
        host,
        port: String(brokerPorts.amqps),
        provider: "rabbitmq",
        type: "rabbitmq",
        "default_user.conf": `default_user = ${username}\ndefault_pass = ${password}\n`,
    };
}
