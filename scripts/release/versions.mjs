import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * A version number that this repository has written somewhere.
 * @typedef {object} WrittenVersion
 * @property {string} place - such as `packages/cli/package.json: version`
 * @property {string} version
 */

/** Packages of this repository, as a manifest names them. */
const own = "@spot-messaging/";

/** What is inside the quotes in `"version": "1.0.0"`, for package.json, and in its like of other formats. */
const patterns = {
    manifest: /(?<=^ {4}"(version)": ")[^"]+(?=")|(?<=^ +"(@spot-messaging\/[a-z]+)": ")\d[^"]*(?=")/gm,
    yaml: /(?<=^(version): )\S+$/gm,
    toml: /(?<=^(version) = ")[^"]+(?=")/gm,
};

/**
 * All version numbers of a release: those of the packages and of what names them, of the policy pack and of the services.
 * @param {string} root - of the repository
 * @returns {WrittenVersion[]}
 */
export function readVersions(root) {
    const texts = textFiles(root).flatMap(({ file, pattern }) =>
        [...readFileSync(path.join(root, file), "utf8").matchAll(pattern)].map(([version, ...names]) => ({
            place: `${file}: ${names.find((name) => name !== undefined)}`,
            version,
        })),
    );
    return [...texts, ...lockedVersions(readLock(root))];
}

/**
 * Writes one version everywhere.
 * @param {string} root - of the repository
 * @param {string} version
 */
export function writeVersion(root, version) {
    for (const { file, pattern } of textFiles(root)) {
        const name = path.join(root, file);
        writeFileSync(name, readFileSync(name, "utf8").replace(pattern, version));
    }
    const lock = readLock(root);
    for (const { holder, key } of lockedPlaces(lock)) {
        holder[key] = version;
    }
    writeFileSync(path.join(root, lockFile), `${JSON.stringify(lock, undefined, 4)}\n`);
}

/** @param {string} root */
function textFiles(root) {
    const manifests = [
        "package.json",
        ...foldersOf(root, "packages").map((folder) => `${folder}/package.json`),
        ...foldersOf(root, "examples").flatMap((folder) => manifestsBelow(root, folder)),
    ];
    return [
        ...manifests.map((file) => ({ file, pattern: patterns.manifest })),
        { file: "packages/policy/PulumiPolicy.yaml", pattern: patterns.yaml },
        { file: "services/pyproject.toml", pattern: patterns.toml },
    ];
}

/**
 * @param {string} root
 * @param {string} parent
 */
function foldersOf(root, parent) {
    return readdirSync(path.join(root, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
        .map(({ name }) => `${parent}/${name}`)
        .sort();
}

/**
 * The manifests of an example, which may lie one folder deeper.
 * @param {string} root
 * @param {string} folder
 */
function manifestsBelow(root, folder) {
    return [folder, ...foldersOf(root, folder)]
        .filter((each) => readdirSync(path.join(root, each)).includes("package.json"))
        .map((each) => `${each}/package.json`);
}

const lockFile = "package-lock.json";

/** @param {string} root */
function readLock(root) {
    return JSON.parse(readFileSync(path.join(root, lockFile), "utf8"));
}

/** @param {Record<string, any>} lock */
function lockedVersions(lock) {
    return lockedPlaces(lock).map(({ holder, key, place }) => ({
        place: `${lockFile}: ${place}`,
        version: holder[key],
    }));
}

/**
 * Where the lock file has a version of this repository.
 * @param {Record<string, any>} lock
 */
function lockedPlaces(lock) {
    const entries = Object.entries(lock.packages).filter(
        ([folder]) => folder === "" || folder.startsWith("packages/"),
    );
    return [
        { holder: lock, key: "version", place: "version" },
        ...entries.flatMap(([folder, entry]) => [
            { holder: entry, key: "version", place: `"${folder}": version` },
            ...["dependencies", "devDependencies", "peerDependencies"].flatMap((kind) =>
                Object.keys(entry[kind] ?? {})
                    .filter((name) => name.startsWith(own))
                    .map((name) => ({ holder: entry[kind], key: name, place: `"${folder}": ${name}` })),
            ),
        ]),
    ];
}
