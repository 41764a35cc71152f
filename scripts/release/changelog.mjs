import semver from "semver";

/**
 * The changes of one version.
 * @typedef {object} Section
 * @property {string} version - or `Unreleased`
 * @property {string | undefined} date - as the heading has it
 * @property {string} text - without the heading
 */

const kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Upgrading"];
const unreleased = "Unreleased";

/**
 * The sections of a changelog, in their order.
 * @param {string} text
 * @returns {Section[]}
 */
export function readSections(text) {
    return text
        .split(/^## /mu)
        .slice(1)
        .map((section) => {
            const [heading = "", ...lines] = section.split("\n");
            const [version = "", date] = heading.split(" - ");
            return { version, date, text: lines.join("\n").trim() };
        });
}

/**
 * What keeps a changelog from being that of this version, as sentences.
 * @param {string} text
 * @param {string} version - of the packages
 * @returns {string[]}
 */
export function changelogProblems(text, version) {
    const sections = readSections(text);
    const [first, ...released] = sections;
    const problems = released.flatMap(({ version: each, date, text: changes }, index) => [
        ...(semver.valid(each) === each
            ? []
            : [`section "${each}": is not a version; write one such as 1.1.0`]),
        ...(isDate(date) ? [] : [`section "${each}": has no date; write "## ${each} - YYYY-MM-DD"`]),
        ...(changes === "" ? [`section "${each}": is empty; write what changed, or remove it`] : []),
        ...(isOlder(each, released[index - 1]?.version)
            ? []
            : [`section "${each}": is below an older version; sort the versions, newest first`]),
    ]);
    const headings = [...text.matchAll(/^### (.*)$/gmu)].map(([, heading = ""]) => heading);
    return [
        ...(first?.version === unreleased
            ? []
            : [`section "${unreleased}": is not the first; put it on top`]),
        ...(released.some((each) => each.version === version)
            ? []
            : [
                  `section "${version}": is missing; move the lines of "${unreleased}" below "## ${version} - YYYY-MM-DD"`,
              ]),
        ...problems,
        ...headings
            .filter((heading) => !kinds.includes(heading))
            .map((heading) => `heading "${heading}": is unknown; choose from ${kinds.join(", ")}`),
    ].map((problem) => `CHANGELOG.md: ${problem}`);
}

/**
 * @param {string} version
 * @param {string | undefined} newer
 */
function isOlder(version, newer) {
    return (
        newer === undefined ||
        semver.valid(version) === null ||
        semver.valid(newer) === null ||
        semver.lt(version, newer)
    );
}

/** @param {string | undefined} date */
function isDate(date) {
    return (
        date !== undefined &&
        /^\d{4}-\d{2}-\d{2}$/u.test(date) &&
        !Number.isNaN(Date.parse(date)) &&
        new Date(date).toISOString().startsWith(date)
    );
}
