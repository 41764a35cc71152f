import { BrokerRefused } from "./brokerError.ts";

/** The answer to a request about an object; `undefined` if the object does not exist. */
export async function orMissing<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof BrokerRefused && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}
