import satisfies from "spdx-satisfies";

/**
 * A package that this repository needs.
 * @typedef {object} LicensedPackage
 * @property {"npm" | "pypi"} source
 * @property {string} name
 * @property {string} version
 * @property {string | undefined} licence - an SPDX expression; undefined where the package has none
 */

/**
 * What licences.json holds.
 * @typedef {object} LicenceRules
 * @property {string[]} allowed - SPDX identifiers
 * @property {Record<"npm" | "pypi", LicenceException[]>} exceptions
 */

/**
 * A package with a licence that is not allowed for others, or that its metadata does not name.
 * @typedef {object} LicenceException
 * @property {string} package - its name, or the beginning of several names with * at the end
 * @property {string} [licence] - exactly as its metadata has it
 * @property {string} reason
 */

/**
 * The packages that a lock file of npm names, on every platform.
 * @param {{ packages: Record<string, { version: string, license?: string, link?: boolean }> }} lock
 * @returns {LicensedPackage[]}
 */
export function lockedPackages({ packages }) {
    return Object.entries(packages)
        .filter(([folder, { link }]) => folder.includes("node_modules/") && link !== true)
        .map(([folder, { version, license }]) => ({
            source: "npm",
            name: folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length),
            version,
            licence: license,
        }));
}

/**
 * The components of a CycloneDX document. A licence that has a name, but no SPDX identifier, counts as none.
 * @param {{ components: { name: string, version: string, licenses?: { expression?: string, license?: { id?: string } }[] }[] }} document
 * @returns {LicensedPackage[]}
 */
export function documentedPackages({ components }) {
    return components.map(({ name, version, licenses = [] }) => ({
        source: "pypi",
        name,
        version,
        licence: licenses.flatMap(({ expression, license }) => expression ?? license?.id ?? [])[0],
    }));
}

/**
 * What is wrong with the licences of these packages, as sentences.
 * @param {LicensedPackage[]} packages
 * @param {LicenceRules} rules
 * @param {string} file - of the rules
 * @returns {string[]}
 */
export function licenceProblems(packages, { allowed, exceptions }, file) {
    const sources = [...new Set(packages.map(({ source }) => source))];
    const used = new Set();
    const refused = packages.flatMap((each) => {
        if (isAllowed(each.licence, allowed)) {
            return [];
        }
        const licence = each.licence === undefined ? "has no licence" : `has the licence "${each.licence}"`;
        const exception = exceptions[each.source].find(({ package: name }) => isNamed(each.name, name));
        if (exception === undefined) {
            return `package "${each.name}@${each.version}": ${licence}, which is not allowed; use another package, or add an exception with its reason to ${file}`;
        }
        used.add(exception);
        return each.licence !== exception.licence
            ? `package "${each.name}@${each.version}": ${licence}, but its exception in ${file} is for ${exception.licence === undefined ? "none" : `"${exception.licence}"`}; read the new licence and correct the exception`
            : [];
    });
    const unused = sources.flatMap((source) =>
        exceptions[source]
            .filter((exception) => !used.has(exception))
            .map(
                (exception) =>
                    `exception "${exception.package}": no package needs it; remove it from ${file}`,
            ),
    );
    return [...new Set([...refused, ...unused])].sort();
}

/**
 * @param {string | undefined} licence
 * @param {string[]} allowed
 */
function isAllowed(licence, allowed) {
    try {
        return licence !== undefined && satisfies(licence, allowed);
    } catch {
        // Not an SPDX expression, such as "SEE LICENSE IN LICENSE".
        return false;
    }
}

/**
 * @param {string} name
 * @param {string} pattern
 */
function isNamed(name, pattern) {
    return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
