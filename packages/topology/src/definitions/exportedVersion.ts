import { type KnownVersion, knownVersions } from "../model/index.ts";
import { shown } from "../text/shown.ts";
import type { InputProblems } from "./inputProblem.ts";
import { type JsonObject } from "./objectReader.ts";

const newest: KnownVersion = "4.3";
const oldest: KnownVersion = "3.8";

/** The broker version that an export is checked for: the version that exported it, or the nearest known one, with a note. */
export function exportedVersion(exported: JsonObject, problems: InputProblems): KnownVersion {
    const field = exported["rabbit_version"] === undefined ? "rabbitmq_version" : "rabbit_version";
    const value = exported[field];
    const assume = (version: KnownVersion, message: string): KnownVersion => {
        problems.add({
            rule: "assumedValue",
            place: "definitions",
            message: `${message}; checked as ${version}`,
            fix: "set another version with --target",
            path: value === undefined ? [] : [field],
        });
        return version;
    };
    if (value === undefined || value === null) {
        return assume(newest, 'have no "rabbit_version"');
    }
    const { major, minor, patch } =
        (typeof value === "string"
            ? /^v?(?<major>\d+)\.(?<minor>\d+)(?:\.(?<patch>\d+))?/.exec(value)
            : undefined
        )?.groups ?? {};
    if (major === undefined || minor === undefined) {
        return assume(newest, `"${field}" is ${shown(value)}, which is not a version`);
    }
    const version = knownVersions.find((each) => each === `${major}.${minor}`);
    if (version === undefined) {
        const isOlder = Number(major) < 3 || (Number(major) === 3 && Number(minor) < 8);
        return assume(
            isOlder ? oldest : newest,
            `come from RabbitMQ ${major}.${minor}, which is ${isOlder ? "older" : "newer"} than the known versions`,
        );
    }
    if (version === "4.3" && patch === "0") {
        return assume(version, "come from RabbitMQ 4.3.0, which lacks the policy keys of delayed retry");
    }
    return version;
}
