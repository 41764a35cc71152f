import type { JsonPath } from "../definitions/jsonDocument.ts";
import { patternFault } from "../patterns/policyPattern.ts";
import { byteLength } from "../text/byteLength.ts";
import { describeValue } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";

/** From 4.3.2 on. */
const longestPattern = 1024;

/** Refuses what is not a text with a regular expression that the broker can compile. */
export function checkRegularExpression({ refuse, file }: ImportObject, path: JsonPath, value: unknown): void {
    const field = String(path.at(-1));
    if (typeof value !== "string") {
        refuse(path, `"${field}" is ${describeValue(value)}`, "give a regular expression");
    } else if (patternFault(value) === "invalid") {
        refuse(
            path,
            `"${field}" is ${describeValue(value)}, which is not a regular expression`,
            "escape what is meant literally with a backslash",
        );
    } else if (file.has("patternLimit") && byteLength(value) > longestPattern) {
        refuse(
            path,
            `"${field}" has ${byteLength(value)} bytes; RabbitMQ ${file.version} allows ${longestPattern}`,
            "use a shorter pattern, or several policies",
        );
    }
}
