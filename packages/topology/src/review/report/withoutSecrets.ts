import { type Topology } from "../../model/index.ts";
import { redactValue } from "../../text/redaction.ts";

/**
 * Two versions of a topology without the credentials that arguments, policies and settings may hold: the password of a URL, and the values of
 * keys that are called a secret. Each secret gets a number, so that another one is still seen as a change, and what depends on it (a replaced
 * queue, a binding of another identity) is still judged; the number says nothing of the secret.
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
