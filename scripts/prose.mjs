// Lints what people read, with textlint and the project's word list: npm run lint:prose [-- --count | FOLDER OR FILE...]. `--root FOLDER`
// lints another repository.
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { TextlintKernel } from "@textlint/kernel";
import markdown from "@textlint/textlint-plugin-markdown";
import plain from "@textlint/textlint-plugin-text";
import sentenceLength from "textlint-rule-en-max-word-count";
import terminology from "textlint-rule-terminology";
import { maxWords, terms } from "./prose/terms.mjs";
import { textsOf } from "./prose/texts.mjs";

const { values, positionals } = parseArgs({
    options: {
        count: { type: "boolean", default: false },
        root: { type: "string", default: fileURLToPath(new URL("..", import.meta.url)) },
    },
    allowPositionals: true,
});

const kernel = new TextlintKernel();
const options = {
    plugins: [
        { pluginId: "markdown", plugin: markdown.default ?? markdown },
        { pluginId: "text", plugin: plain.default ?? plain },
    ],
    rules: [
        { ruleId: "terminology", rule: terminology, options: { defaultTerms: false, terms, skip: [] } },
        {
            ruleId: "sentence-length",
            rule: sentenceLength.default ?? sentenceLength,
            options: { max: maxWords },
        },
    ],
};

const isSelected = (/** @type {string} */ place) =>
    positionals.length === 0 ||
    positionals.some((each) => place === each || place.startsWith(`${each.replace(/\/$/, "")}/`));

/** @type {Map<string, number>} */
const counts = new Map();
let total = 0;
for (const { place, extension, text, lineOf } of await textsOf(values.root)) {
    if (!isSelected(place)) {
        continue;
    }
    const { messages } = await kernel.lintText(text, { ...options, ext: extension, filePath: place });
    total += messages.length;
    if (messages.length > 0) {
        const folder = path.dirname(place).split("/").slice(0, 4).join("/");
        counts.set(folder, (counts.get(folder) ?? 0) + messages.length);
    }
    if (!values.count) {
        for (const { line, message } of messages) {
            console.error(`${place}:${lineOf(line)}: ${message}`);
        }
    }
}
if (values.count) {
    for (const [folder, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
        console.log(`${String(count).padStart(6)}  ${folder}`);
    }
    console.log(`${String(total).padStart(6)}  in all`);
}
process.exitCode = total > 0 ? 1 : 0;
