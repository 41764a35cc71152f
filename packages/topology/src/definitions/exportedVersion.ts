import { type BrokerVersion, brokerVersions } from "../model/index.ts";
import { shown } from "../text/shown.ts";
import type { InputProblems } from "./inputProblem.ts";
import { type JsonObject } from "./objectReader.ts";

const newest: BrokerVersion = "4.3";
const oldest: BrokerVersion = "4.0";

/** The version that an export is judged for: the one that wrote it, or the nearest that is known, with a note. */
export function exportedVersion(exported: JsonObject, problems: InputProblems): BrokerVersion {
    const field = exported["rabbit_version"] === undefined ? "rabbitmq_version" : "rabbit_version";
    const written = exported[field];
    const guess = (version: BrokerVersion, message: string): BrokerVersion => {
        problems.add({
            rule: "guessed",
            place: "definitions",
            message: `${message}; judged as ${version}`,
            fix: "name another version with --target",
            path: written === undefined ? [] : [field],
        });
        return version;
    };
    if (written === undefined || written === null) {
        return guess(newest, 'name no "rabbit_version"');
    }
    const { major, minor, patch } =
        (typeof written === "string"
            ? /^v?(?<major>\d+)\.(?<minor>\d+)(?:\.(?<patch>\d+))?/.exec(written)
            : undefined
        )?.groups ?? {};
    if (major === undefined || minor === undefined) {
        return guess(newest, `"${field}" is ${shown(written)}, which is no version`);
    }
    const version = brokerVersions.find((each) => each === `${major}.${minor}`);
    if (version === undefined) {
        const isOlder = Number(major) < 4;
        return guess(
            isOlder ? oldest : newest,
            `come from RabbitMQ ${major}.${minor}, which is ${isOlder ? "older" : "newer"} than what is known`,
        );
    }
    if (version === "4.3" && patch === "0") {
        return guess(version, "come from RabbitMQ 4.3.0, which lacks the policy keys of delayed retry");
    }
    return version;
}
