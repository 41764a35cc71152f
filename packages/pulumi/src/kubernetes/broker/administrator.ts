import { ports } from "./place.ts";

/**
 * The Secret of the broker's first user, in the form that the operator reads. It is what a node makes its first user of when it starts with an
 * empty disk; later the broker itself knows the password.
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
        port: String(ports.amqps),
        provider: "rabbitmq",
        type: "rabbitmq",
        "default_user.conf": `default_user = ${username}\ndefault_pass = ${password}\n`,
    };
}
