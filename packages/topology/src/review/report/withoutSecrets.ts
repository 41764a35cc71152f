import { type Topology } from "../../model/index.ts";
import { redactValue } from "../../text/redaction.ts";

/**
 * Two versions of a topology without credentials in arguments, policies and settings: passwords in URLs, and the values of keys whose name
 * means a secret. Each secret is replaced by a number, so that another secret still counts as a change. The number does not depend on the
 * secret.
 */
export function withoutSecrets(
    before: Topology | undefined,
    after: Topology | undefined,
): { readonly before: Topology | undefined; readonly after: Topology | undefined } {
    const numbers = new Map<string, number>();
    const mark = (secret: string): string => {
        const number = numbers.get(secret) ?? numbers.size + 1;
        numbers.set(secret, number);
        return `[secret ${number}]`;
    };
    return {
        before: before === undefined ? undefined : redactValue(before, [], mark),
        after: after === undefined ? undefined : redactValue(after, [], mark),
    };
}
