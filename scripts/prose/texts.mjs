import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { maxWords, terms } from "./terms.mjs";

/**
 * A text to lint.
 * @typedef {object} Text
 * @property {string} place a file, or a command whose help it is
 * @property {".md" | ".txt"} extension
 * @property {string} text
 * @property {(line: number) => number} lineOf the line of the file, by the line of the text, both from 1
 */

/**
 * Every text of the repository that a person reads: documents, comments and sentences of the code, help of the command, findings and
 * reports.
 * @param {string} root
 * @returns {Promise<readonly Text[]>}
 */
export async function textsOf(root) {
    const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
    })
        .split("\0")
        .filter((file) => file !== "");
    return [...files.flatMap((file) => fileTexts(root, file)), ...(await helpTexts(root))];
}

/** Generated from texts that are linted at their source, or files of other projects. */
const ignored =
    /(^|\/)(node_modules|dist|api|golden\/.*\.svg|fixtures|cases)\/|^docs\/topology\/|^LICENSE$|^scripts\/prose\/|^tests\/unit\/scripts\/prose\.test\.ts$/;

/**
 * @param {string} root
 * @param {string} file
 * @returns {readonly Text[]}
 */
function fileTexts(root, file) {
    const read = () => readFileSync(path.join(root, file), "utf8");
    if (ignored.test(file)) {
        return [];
    }
    if (file.endsWith(".md")) {
        return [{ place: file, extension: ".md", text: read(), lineOf: (line) => line }];
    }
    if (/\.(ts|mjs|cjs|mts)$/.test(file)) {
        return [excerpts(file, typeScriptExcerpts(file, read()))];
    }
    if (file.endsWith(".py")) {
        return [excerpts(file, pythonExcerpts(read()))];
    }
    if (/\.ya?ml$/.test(file)) {
        return [excerpts(file, commentLines(read()))];
    }
    if (/(^|\/)golden\/[^/]*\.txt$|[sS]entences\.txt$/.test(file)) {
        return [{ place: file, extension: ".txt", text: read(), lineOf: (line) => line }];
    }
    return [];
}

/**
 * A piece of text in a file of code.
 * @typedef {object} Excerpt
 * @property {number} line where it begins, from 1
 * @property {string} text
 */

const anyTerm = new RegExp(terms.map(([pattern]) => pattern).join("|"), "i");

/**
 * Whether textlint can find something in a text. This test saves most of the time, because nearly all names and strings are short and clean.
 * @param {string} text
 */
function needsLint(text) {
    return text.length > 2 * maxWords || anyTerm.test(text);
}

/**
 * The excerpts of a file that need textlint as one text, each a paragraph of one line.
 * @param {string} place
 * @param {readonly Excerpt[]} found
 * @returns {Text}
 */
function excerpts(place, found) {
    const paragraphs = found
        .map(({ line, text }) => ({ line, text: text.replace(/\s+/g, " ").trim() }))
        // JSON is data, and a text with ` => ` is code of another language, not a sentence.
        .filter(({ text }) => /\s/.test(text) && !/^[{[]\s*"| => /.test(text) && needsLint(text));
    return {
        place,
        extension: ".txt",
        text: paragraphs.map(({ text }) => `${text}\n\n`).join(""),
        lineOf: (line) => paragraphs[Math.floor((line - 1) / 2)]?.line ?? 1,
    };
}

/**
 * Comments, names in words, and sentences in strings and templates.
 * @param {string} file
 * @param {string} code
 * @returns {readonly Excerpt[]}
 */
function typeScriptExcerpts(file, code) {
    const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
    /** @type {Map<number, Excerpt>} */
    const found = new Map();
    const lineAt = (/** @type {number} */ position) =>
        source.getLineAndCharacterOfPosition(position).line + 1;
    const add = (/** @type {number} */ position, /** @type {string} */ text) => {
        found.set(position, { line: lineAt(position), text });
    };
    /** A semicolon separates a problem and its fix; a line break separates the lines of a script or a layout. */
    const addString = (/** @type {number} */ position, /** @type {string} */ text) => {
        add(position, text.replace(/;\s|\n/g, ". "));
    };
    /** @param {ts.Node} node */
    const visit = (node) => {
        if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
            addString(node.getStart(), node.text);
        } else if (ts.isTemplateExpression(node)) {
            addString(
                node.getStart(),
                [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join("…"),
            );
        } else if (ts.isIdentifier(node) && "name" in node.parent && node.parent.name === node) {
            add(node.getStart(), `${wordsOf(node.text)} .`);
        }
        const children = node.getChildren(source);
        if (children.length === 0) {
            for (const range of [
                ...(ts.getLeadingCommentRanges(code, node.getFullStart()) ?? []),
                ...(ts.getTrailingCommentRanges(code, node.getEnd()) ?? []),
            ]) {
                add(range.pos, commentText(code.slice(range.pos, range.end)));
            }
        }
        for (const child of children) {
            visit(child);
        }
    };
    visit(source);
    return joinLineComments([...found].sort(([a], [b]) => a - b).map(([, excerpt]) => excerpt));
}

/** @param {string} name such as `mostQueues`: "most Queues" */
function wordsOf(name) {
    return name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/dead letter/gi, "dead-letter");
}

/** @param {string} comment */
function commentText(comment) {
    return comment
        .replace(/^\/\*\*?|\*\/$/g, "")
        .replace(/^\s*\*(?= |$)/gm, "")
        .replace(/^\/\/ ?/, "// ")
        .replace(/\s@(\w+)/g, ". ")
        .replace(/`[^`]*`/g, "code");
}

/**
 * A comment of several lines that begin with `//` is one text.
 * @param {readonly Excerpt[]} found
 * @returns {readonly Excerpt[]}
 */
function joinLineComments(found) {
    /** @type {{ line: number, text: string, last: number }[]} */
    const joined = [];
    for (const { line, text } of found) {
        const previous = joined.at(-1);
        if (
            previous !== undefined &&
            text.startsWith("// ") &&
            previous.text.startsWith("// ") &&
            previous.last === line - 1
        ) {
            previous.text += ` ${text.slice(3)}`;
            previous.last = line;
        } else {
            joined.push({ line, text, last: line });
        }
    }
    return joined;
}

/**
 * Comments, docstrings, strings and names. A string of several lines that is not a docstring is code, such as SQL.
 * @param {string} code
 * @returns {readonly Excerpt[]}
 */
function pythonExcerpts(code) {
    const tokens =
        /"""([\s\S]*?)"""|"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)'|#\s*([^\n]*)|\b(?:def|class)\s+(\w+)/g;
    return [...code.matchAll(tokens)].flatMap((match) => {
        const [, docstring, double, single, comment, name] = match;
        const before = code.slice(0, match.index);
        if (docstring !== undefined && !/(^|\n)[ \t]*$/.test(before)) {
            return [];
        }
        const text = docstring ?? comment ?? (double ?? single ?? "").replace(/\{[^{}]*\}/g, "…");
        return {
            line: before.split("\n").length,
            text:
                name !== undefined ? `${name.replaceAll("_", " ")} .` : text.replace(/``?[^`]*``?/g, "code"),
        };
    });
}

/**
 * Comments, and values of at least four words, such as a description.
 * @param {string} text YAML
 * @returns {readonly Excerpt[]}
 */
function commentLines(text) {
    return text.split("\n").flatMap((line, index) => {
        const comment =
            /(?:^|\s)#\s?(.*)$/.exec(line)?.[1] ?? /:\s+(?:"|')?(\S+ \S+ \S+ .*)$/.exec(line)?.[1];
        return comment === undefined ? [] : [{ line: index + 1, text: comment }];
    });
}

/**
 * @param {string} root
 * @returns {Promise<readonly Text[]>}
 */
async function helpTexts(root) {
    const file = path.join(root, "packages/cli/src/process/commandLine.ts");
    if (!existsSync(file)) {
        return [];
    }
    const { commandLine } = await import(file);
    const command = commandLine({ print: () => {}, printError: () => {} }, () => {});
    return [command, ...command.commands].map((each) => {
        let text = "";
        each.configureOutput({
            writeOut: (/** @type {string} */ part) => (text += part),
            getOutHelpWidth: () => 10_000,
        });
        each.outputHelp();
        const name = each === command ? "" : ` ${each.name()}`;
        return {
            place: `topology${name} --help`,
            extension: ".txt",
            text,
            lineOf: (/** @type {number} */ line) => line,
        };
    });
}
