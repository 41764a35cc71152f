import { nameProblem } from "../../text/nameProblem.ts";
import { replyStreamOf } from "../queueDeclaration.ts";

/** Why a service of this name cannot make calls; `undefined` if it can. */
export function callerNameProblem(service: string): string | undefined {
    if (service.split(".").some((word) => word === "*" || word === "#")) {
        return 'makes calls, but its name has the word "*" or "#": as a routing key it would match the replies to other services';
    }
    const problem = nameProblem(replyStreamOf(service));
    return problem === undefined
        ? undefined
        : `makes calls, but the stream of the replies to them ${problem}`;
}
